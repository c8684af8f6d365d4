//! Shop: judging a year's turnover against what needs no registration (零星小额).

use super::decide::locate;
use super::{ExceedLimit, ReportTurnover, ShopEvent};
use crate::actor::Capacity;
use crate::areas::Payload;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::world::World;

/// The most turnover that is believed, in fen: ten million million yuan.
const TURNOVER_FEN_MAX: i64 = 1_000_000_000_000_000;

pub(super) fn reported(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ShopEvent,
    p: &ReportTurnover,
) -> Result<Drafts, Refusal> {
    let may = [
        Capacity::Registrar,
        Capacity::Enforcer,
        Capacity::CreditOfficer,
        Capacity::Importer,
    ];
    world.register().may(asked.by, asked.on, &may)?;
    if !(0..=TURNOVER_FEN_MAX).contains(&p.turnover_fen) || p.source.trim().is_empty() {
        return Err(Refusal::new(
            "shop.turnover",
            "a turnover is a number of fen, from 0, with its source",
            "correct the number, or say who gave it",
        )
        .at("data.turnover_fen"));
    }
    if Day::new(p.year, 1, 1).is_none_or(|first| asked.on < first) {
        return Err(Refusal::new(
            "shop.year",
            format!("the year {} has not begun on {}", p.year, asked.on),
            "correct the year or the date",
        )
        .at("data.year"));
    }
    let located = locate(world, &p.address)?;
    let holder = located.holder(asked)?;
    let shops = match world.entity(&holder).as_deref() {
        Some(Entity::Operator(operator)) => operator.shops.clone(),
        Some(Entity::Individual(person)) => person.shops.clone(),
        _ => Shared::default(),
    };
    let draft = located.draft(world, asked, payload).about(holder.clone());
    // The law of the year's end decides, of a year under way that of the day.
    let judged = Day::new(p.year, 12, 31).map_or(asked.on, |end| end.min(asked.on));
    let Ok(rule) = world.book().rule("trading.exempt_individual", judged) else {
        return Ok(vec![draft]);
    };
    let limit = rule.amount("turnover_max_fen")?;
    let together = rule.flag("all_shops_together");
    let mut year = shops.years.get(&p.year).cloned().unwrap_or_default();
    let shop = located.subject.id().to_owned();
    year.shops_fen.insert(shop, p.turnover_fen);
    year.limit_fen = Some(limit);
    year.together = together;
    let sum = year.counted_fen();
    let draft = draft
        .number(&rule, "limit_fen", limit)
        .number(&rule, "turnover_fen", sum)
        .word(
            &rule,
            "counted",
            if together { "all_shops" } else { "one_shop" },
        )
        .word(
            &rule,
            "exemption",
            if year.is_over() { "exceeded" } else { "within" },
        );
    let mut drafts = vec![draft];
    if year.is_over() && year.exceeded.is_none() {
        let exceeded = ShopEvent::LimitExceeded(ExceedLimit {
            turnover_fen: sum,
            year: p.year,
        });
        let flag = Draft::new(Payload::Shop(exceeded), asked.on);
        drafts.push(
            flag.about(located.subject.clone())
                .about(holder)
                .under(&rule),
        );
    }
    Ok(drafts)
}

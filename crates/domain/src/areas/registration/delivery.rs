//! Registration: a later delivery of the register's file about an operator that is known.
//!
//! A city delivers its whole register every month. Most rows say nothing new; some tell of a
//! change that the register approved since; a few disagree with what is known without a later
//! approval. The first are refused as nothing new, the second become a change as of the day of
//! approval, the third are refused by the names of what differs: somebody has to ask which is right.

use super::decide::{check_source, check_text, missing, public, registered};
use super::place::about_left;
use super::{AddressUse, Change, End, EndKind, Import, Registration, RegistrationEvent};
use crate::actor::Capacity;
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::ident::{AddressId, normalise_address};
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::world::World;

/// What a delivered row says otherwise than is known on a day, by the names of its fields. What
/// the row leaves empty does not differ; a sealed value cannot be compared.
fn differences(known: &Registration, told: &Import, on: Day) -> Vec<&'static str> {
    let differs = |known: Option<&String>, told: &str| {
        !told.is_empty() && known.map_or("", String::as_str) != told
    };
    let address = normalise_address(&told.address);
    let here = AddressId::of(&told.address);
    let mut stays = known.addresses_on(on);
    let moved = !address.is_empty() && !stays.any(|s| s.key == here.as_str());
    let end_known = match told.ended.zip(told.ended_on) {
        None => known.ends.last().is_none(),
        Some((kind, day)) => known.ends.iter().any(|(on, k)| on == day && *k == kind),
    };
    [
        ("name", differs(known.names.on(on), &told.name)),
        ("division", differs(known.divisions.on(on), &told.division)),
        ("scope", differs(known.scopes.on(on), &told.scope)),
        (
            "industry",
            differs(
                known.industries.on(on),
                told.industry.as_deref().unwrap_or_default(),
            ),
        ),
        ("address", moved),
        ("ended", !end_known),
        (
            "established",
            told.established.is_some() && told.established != known.from,
        ),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}

/// Judges a later delivery.
///
/// # Errors
/// `registration.nothing_new`, `registration.delivery_doubtful`, `registration.name_missing`,
/// `registration.end_incomplete`, and those of [`registered`] and of the file's sizes.
pub(super) fn change_imported(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &RegistrationEvent,
    p: &Import,
) -> Result<Drafts, Refusal> {
    world
        .register()
        .may(asked.by, asked.on, &[Capacity::Importer])?;
    let known = registered(world, p.code)?;
    check_text("data.name", &p.name)?;
    check_text("data.scope", &p.scope)?;
    check_source(&p.source)?;
    if p.name.trim().is_empty() {
        return Err(missing(
            "registration.name_missing",
            "the name",
            "data.name",
        ));
    }
    if p.ended.is_some() != p.ended_on.is_some() {
        return Err(missing(
            "registration.end_incomplete",
            "how or when it ended",
            "data.ended_on",
        ));
    }
    let differ = differences(&known, p, asked.on);
    let newer = known
        .approved
        .or(known.from)
        .is_some_and(|day| day < asked.on);
    if differ.is_empty() && !newer {
        return Err(Refusal::new(
            "registration.nothing_new",
            "the register says nothing that is not known",
            "nothing is left to do",
        ));
    }
    // An end is not undone, and a first day is not moved, by a monthly file alone.
    let cancelled_since =
        known.ends.last() == Some(&EndKind::Revoked) && p.ended == Some(EndKind::Cancelled);
    let revived = known.ends.last().is_some() && differ.contains(&"ended") && !cancelled_since;
    if !newer || revived || differ.contains(&"established") {
        return Err(Refusal::new(
            "registration.delivery_doubtful",
            format!(
                "the file and the ledger disagree on {}, and no later approval explains it",
                differ.join(", ")
            ),
            "ask whoever sent the file which is right; then correct the file, or record the change",
        )
        .at(format!(
            "data.{}",
            differ.first().copied().unwrap_or("approved")
        )));
    }
    let mut drafts = vec![public(payload, asked, p.code, None)];
    if differ.contains(&"address") {
        drafts.push(moved(asked, &known, p));
    }
    if let (Some(kind), true) = (p.ended, differ.contains(&"ended")) {
        let end = RegistrationEvent::Ended(End {
            application: None,
            code: p.code,
            kind,
            reason: String::new(),
        });
        let draft = public(&end, asked, p.code, Some(&p.address));
        let mut draft = about_left(draft, &known, asked.on);
        draft.on = p.ended_on.unwrap_or(asked.on);
        drafts.push(draft);
    }
    Ok(drafts)
}

/// The former domicile is left for the new one.
fn moved(asked: &Asked<'_>, known: &Registration, p: &Import) -> Draft {
    let change = RegistrationEvent::Changed(Change {
        address: Some(p.address.clone()),
        application: None,
        code: p.code,
        division: None,
        industry: None,
        legal_representative: None,
        name: None,
        reason: String::new(),
        resolved: None,
        scope: None,
    });
    let former = known
        .addresses_on(asked.on)
        .filter(|s| s.r#use == AddressUse::Domicile);
    former.fold(
        public(&change, asked, p.code, Some(&p.address)),
        |draft, stay| draft.about(Subject::for_address(&stay.text)),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::trial::{Trial, code};

    fn row(name: &str, address: &str) -> Value {
        json!({"address": address, "code": code("91371322MA5000001"), "name": name,
            "division": "371322101", "source": {"layout": "market-entities"}})
    }

    fn delivered() -> Trial {
        let mut trial = Trial::county();
        let mut first = row("甲公司", "马头镇某路1号");
        first["approved"] = json!("2019-05-01");
        trial.ok("registration.import", "2017-07-07", "importer", first);
        trial
    }

    #[test]
    fn a_later_delivery_is_nothing_new_a_change_or_doubtful() {
        let change = "registration.import_change";
        let same = row("甲公司", " 马头镇 某路１号");
        for (on, data, refused) in [
            ("2019-05-01", same.clone(), "registration.nothing_new"),
            (
                "2019-05-01",
                row("乙公司", ""),
                "registration.delivery_doubtful",
            ),
            (
                "2018-05-01",
                row("乙公司", ""),
                "registration.delivery_doubtful",
            ),
            ("2024-05-01", row(" ", ""), "registration.name_missing"),
        ] {
            let found = delivered().refused(change, on, "importer", data.clone());
            assert_eq!(found, refused, "{on} {data}");
        }
        let mut trial = delivered();
        trial.ok(change, "2024-05-01", "importer", row("乙公司", ""));
        let again = trial.refused(change, "2024-05-01", "importer", row("乙公司", ""));
        assert_eq!(again, "registration.nothing_new");
        let mut moved_day = same;
        moved_day["established"] = json!("2016-01-01");
        assert_eq!(
            delivered().refused(change, "2024-05-01", "importer", moved_day),
            "registration.delivery_doubtful"
        );
    }

    #[test]
    fn a_change_takes_effect_on_the_day_of_approval() {
        let mut trial = delivered();
        let mut data = row("乙公司", "郯城街道某路9号");
        let made = trial.ok(
            "registration.import_change",
            "2024-05-01",
            "importer",
            data.clone(),
        );
        assert_eq!(made.len(), 2);
        data["ended"] = json!("cancelled");
        data["ended_on"] = json!("2024-06-03");
        let made = trial.ok(
            "registration.import_change",
            "2024-06-03",
            "importer",
            data.clone(),
        );
        assert_eq!(made.len(), 2);
        let me = format!("operator:{}", code("91371322MA5000001"));
        for (on, name, address) in [
            ("2024-04-30", "甲公司", "马头镇某路1号"),
            ("2024-05-01", "乙公司", "郯城街道某路9号"),
            ("2024-06-03", "乙公司", ""),
        ] {
            let crate::entity::Entity::Operator(operator) = trial.on(&me, on) else {
                panic!("no operator on {on}");
            };
            let known = &operator.registration;
            let day = crate::trial::day(on);
            let places: Vec<&str> = known.addresses_on(day).map(|s| s.text.as_str()).collect();
            assert_eq!((known.name(), places.concat().as_str()), (name, address));
            assert_eq!(known.stands_on(day), !address.is_empty());
        }
        data["ended"] = Value::Null;
        data["ended_on"] = Value::Null;
        let revived = trial.refused("registration.import_change", "2025-01-01", "importer", data);
        assert_eq!(revived, "registration.delivery_doubtful");
    }
}

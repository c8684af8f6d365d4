//! Repair: the record that is to be repaired, as the ledger knows it.

use super::{Target, TargetKind};
use crate::areas::enforcement::{Penalised, Procedure};
use crate::areas::listing::Entry;
use crate::day::Day;
use crate::entity::{Entity, Operator};
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::world::World;

/// A record that can be repaired.
pub(super) struct Record {
    /// Its words in packs, from the most special to the most general: `listing_serious`, `listing`.
    pub(super) words: Vec<String>,
    /// The day from which its display counts.
    pub(super) from: Day,
    /// The day of the document that made it, from which publication on the credit portal counts.
    pub(super) recorded: Day,
    /// Who decided it: a credit code, or a name as a file gives it.
    pub(super) authority: String,
    /// The list entry, where it is one.
    pub(super) entry: Option<Entry>,
    /// Whether it was struck out or is at an end on the day asked for.
    pub(super) over: bool,
}

/// Finds the record.
pub(super) fn find(
    world: &dyn World,
    operator: &Operator,
    target: &Target,
    on: Day,
) -> Result<Record, Refusal> {
    let about = target.about();
    let unknown = || {
        Refusal::new(
            "repair.target_unknown",
            format!("the ledger holds no {about} of this operator"),
            "name a list entry, penalty, finding or commitment that `show` lists",
        )
        .at("data.target")
    };
    let anew = operator.repairs.anew(&about);
    if target.kind == TargetKind::Listing {
        let entry = operator.listing.entry(&target.id).ok_or_else(unknown)?;
        return Ok(Record {
            words: vec![
                format!("listing_{}", entry.list.name()),
                "listing".to_owned(),
            ],
            from: anew.map_or(entry.from, |anew| anew.max(entry.from)),
            recorded: anew.map_or(entry.from, |anew| anew.max(entry.from)),
            authority: entry.authority.clone(),
            over: !entry.stands_on(on),
            entry: Some(entry.clone()),
        });
    }
    if target.kind == TargetKind::Penalty {
        let penalty = operator
            .enforcement
            .penalty(&target.id)
            .ok_or_else(unknown)?;
        return Ok(of_penalty(world, penalty, anew, on));
    }
    // The latest event about it that bears on the score is the one that made the record.
    let causes = operator.credit.causes.iter().filter(|c| c.about == about);
    let cause = causes.max_by_key(|c| (c.on, c.seq)).ok_or_else(unknown)?;
    let kind = about.split(':').next().unwrap_or_default();
    let mut words = vec![kind.to_owned()];
    if !cause.word.is_empty() {
        words.insert(0, format!("{kind}_{}", cause.word));
    }
    Ok(Record {
        words,
        from: anew.map_or(cause.on, |anew| anew.max(cause.on)),
        recorded: anew.map_or(cause.on, |anew| anew.max(cause.on)),
        authority: cause.authority.to_string(),
        entry: None,
        over: cause.undone.is_some_and(|undone| undone <= on),
    })
}

/// A penalty: on the publicity system its display counts from publication, on the credit portal
/// from the decision.
fn of_penalty(world: &dyn World, penalty: &Penalised, anew: Option<Day>, on: Day) -> Record {
    let case = Subject::new(Kind::Case, &penalty.case).ok();
    let case = case.and_then(|case| world.entity(&case));
    let sensitive = matches!(case.as_deref(), Some(Entity::Case(case)) if case.sensitive);
    let mut words = Vec::new();
    if sensitive {
        words.push("penalty_sensitive".to_owned());
    }
    if penalty.procedure == Procedure::Summary {
        words.push("penalty_summary".to_owned());
    }
    let gravest = penalty.penalties.iter().map(|p| p.kind).max();
    words.extend(gravest.map(|kind| format!("penalty_{}", kind.name())));
    words.push("penalty".to_owned());
    let shown = penalty.published.unwrap_or(penalty.decided);
    let hidden = penalty.hidden_from().is_some_and(|hidden| hidden <= on);
    let revoked = penalty.revoked.is_some_and(|revoked| revoked <= on);
    Record {
        words,
        from: anew.map_or(shown, |anew| anew.max(shown)),
        recorded: anew.map_or(penalty.decided, |anew| anew.max(penalty.decided)),
        authority: penalty.authority.clone(),
        entry: None,
        over: hidden || revoked,
    }
}

impl Record {
    /// The first of the record's words for which a table has a value.
    pub(super) fn lookup<T>(&self, find: impl FnMut(&String) -> Option<T>) -> Option<T> {
        self.words.iter().find_map(find)
    }

    /// The most general word: `listing`, `penalty`, …
    pub(super) fn kind(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }
}

//! Enforcement, judging: historic decisions of other registers.

use super::publication::{shown, weight};
use super::{Matter, refuse, text, word};
use crate::areas::enforcement::{Case, ImportDecision};
use crate::areas::registration;
use crate::decide::Drafts;
use crate::event::Visibility;
use crate::refusal::Refusal;

/// Takes a decision in as the file has it: incomplete where the file is, never improved upon. Its
/// publication ends when the file says, else by the rule of the decision's day.
pub(super) fn imported(matter: &Matter<'_>, p: &ImportDecision) -> Result<Drafts, Refusal> {
    word("data.document", &p.document)?;
    for (field, value) in [
        ("data.basis", &p.basis),
        ("data.cancelled", &p.cancelled),
        ("data.cause", &p.cause),
        ("data.content", &p.content),
        ("data.facts", &p.facts),
        ("data.licence", &p.licence),
    ] {
        if !value.is_empty() {
            text(field, value)?;
        }
    }
    if p.kinds.is_empty() {
        return Err(refuse(
            "enforcement.penalties_missing",
            "the decision gives no kind of penalty",
            "map the file's words for it",
            "data.kinds",
        ));
    }
    let ends = [
        ("data.shown_until", p.shown_until),
        ("data.valid_until", p.valid_until),
    ];
    for (field, end) in ends {
        if end.is_some_and(|end| end < matter.asked.on) {
            return Err(refuse(
                "enforcement.ends_before_decision",
                "it would end before the decision was made",
                "correct one of the two dates",
                field,
            ));
        }
    }
    registration::check_source(&p.source)?;
    registration::registered(matter.world, p.operator)?;
    let named = Matter {
        world: matter.world,
        asked: matter.asked,
        payload: matter.payload,
        me: matter.me.clone(),
        case: Case {
            operator: Some(p.operator),
            ..Case::default()
        },
    };
    let penalties = p.penalties();
    let mut draft = named.draft().seen_by(Visibility::Public);
    // The rules of a distant day may not be adopted: the fact is taken in without their weight.
    if let Ok(rule) = matter.rule("enforcement.hearing") {
        let (citizen, counted) = named.is_citizen(draft)?;
        draft = weight(counted, &rule, citizen, &penalties)?;
    }
    // Before there was a duty to publish, nothing is shown but what the file says.
    if p.shown_until.is_none() && matter.rule("enforcement.shown").is_ok() {
        draft = shown(&named, draft, &penalties, matter.asked.on)?;
    }
    Ok(vec![draft])
}

//! Report: judging, under the rules of the day of receipt. Here receiving and what all steps share.

use super::{File, Report, ReportEvent, Stage, steps};
use crate::actor::Capacity;
use crate::areas::{Payload, registration, shop};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::policy::{NoRule, RuleRef};
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::world::{World, operator_subject};

/// The longest word for a cause or unit, in characters.
pub(super) const WORD_CHARS_MAX: usize = 64;
/// The longest address of a site, name of an authority or reason, in characters.
pub(super) const TEXT_CHARS_MAX: usize = 1_000;
/// Files that one report may name.
const FILES_MAX: usize = 100;

/// Judges an action on a report.
///
/// # Errors
/// `report.number`, `report.exists`, `report.unknown`, `report.nobody_reported`, `report.text`,
/// `report.files`, `report.complaint`, `report.before_previous_step`, `report.illegal_order`,
/// `report.assignment`, `report.extended_before`, `report.exclusion_dates`,
/// `report.other_operator`, `report.not_checked`, `report.no_signs`, `report.operator_unknown`,
/// `report.case_not_open`, `report.code_unknown`, `report.not_the_same`, `report.too_many_merged`,
/// `report.anonymous`, `report.nothing_to_tell`, `registration.unknown`, `no_rule_in_force`, and
/// those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ReportEvent,
) -> Result<Drafts, Refusal> {
    let (register, allowed) = (world.register(), capacities(payload));
    let me = subject(payload.number(), "data.report")?;
    let known = report(world, &me);
    let draft = Draft::new(Payload::Report(payload.clone()), asked.on)
        .about(me)
        .seen_by(Visibility::Restricted);
    if let ReportEvent::Filed(p) = payload {
        register.may(asked.by, asked.on, allowed)?;
        return filed(world, asked, p, &known, draft);
    }
    let (Some(received), Some(handler)) = (known.received, known.handler) else {
        register.may(asked.by, asked.on, allowed)?;
        return Err(unknown("data.report"));
    };
    register.may_for(asked.by, asked.on, allowed, handler)?;
    if known.since.is_some_and(|since| asked.on < since) {
        return Err(Refusal::new(
            "report.before_previous_step",
            "the step would lie before the one before it",
            "correct the date",
        )
        .at("on"));
    }
    let draft = match known.operator {
        Some(operator) => draft.about(operator_subject(operator)),
        None => draft,
    };
    let step = Step {
        world,
        asked,
        known,
        received,
        draft,
    };
    Ok(vec![steps::decide(step, payload)?])
}

/// In which capacities a step can be taken.
const fn capacities(payload: &ReportEvent) -> &'static [Capacity] {
    use Capacity as C;
    match payload {
        ReportEvent::CheckExtended(_) | ReportEvent::CaseOpened(_) | ReportEvent::NotOpened(_) => {
            &[C::Head]
        }
        ReportEvent::TimeExcluded(_) | ReportEvent::Checked(_) => &[C::ComplaintDesk, C::Enforcer],
        ReportEvent::Transferred(_) => &[C::ComplaintDesk, C::Head],
        ReportEvent::Filed(_)
        | ReportEvent::Assigned(_)
        | ReportEvent::Merged(_)
        | ReportEvent::Told(_) => &[C::ComplaintDesk],
    }
}

fn filed(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &File,
    known: &Report,
    draft: Draft,
) -> Result<Drafts, Refusal> {
    if known.stage != Stage::Unknown {
        return Err(Refusal::new(
            "report.exists",
            "a report of this number is on record",
            "choose another number",
        )
        .at("data.report"));
    }
    text("data.cause", &p.cause, 1, WORD_CHARS_MAX)?;
    text("data.site", &p.site, 0, TEXT_CHARS_MAX)?;
    files("data.material", p.material.len())?;
    let mut draft = match p.operator {
        Some(code) => {
            registration::registered(world, code)?;
            draft.about(operator_subject(code))
        }
        None if p.site.trim().is_empty() => {
            return Err(Refusal::new(
                "report.nobody_reported",
                "a report is about an operator, or a site or shop whose operator is not known yet",
                "name the operator, or give the site's address",
            )
            .at("data.operator"));
        }
        None => draft,
    };
    if let Some(shop) = shop::shop_on_record(world, &p.site) {
        draft = draft.about(shop);
    }
    if let Some(number) = &p.complaint {
        draft = split(world, asked, p, number, draft)?;
    }
    let secrecy = world.book().rule("report.secrecy", asked.on)?;
    let rule = world.book().rule("report.decide", asked.on)?;
    let clock = world.clock(&rule, "report.decide", "decide", asked.on)?;
    Ok(vec![draft.under(&secrecy).under(&rule).clock(clock)])
}

/// The complaint that the same material made: received on the same day, about the same operator,
/// and not split off into another report.
fn split(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &File,
    number: &str,
    draft: Draft,
) -> Result<Draft, Refusal> {
    let rule = world.book().rule("report.mixed", asked.on)?;
    let wrong = |what: &str| {
        let remedy = "file the complaint of this material first, then the report naming it";
        Refusal::new("report.complaint", what, remedy)
            .by_rule(&rule)
            .at("data.complaint")
    };
    let other = Subject::new(Kind::Complaint, number).map_err(|e| wrong(&e.to_string()))?;
    let complaint = match world.entity(&other).as_deref() {
        Some(Entity::Complaint(known)) if known.received.is_some() => (**known).clone(),
        _ => return Err(wrong("no complaint of this number is on record")),
    };
    if complaint.received != Some(asked.on) {
        return Err(wrong("the complaint was received on another day"));
    }
    if complaint.operator != p.operator {
        return Err(wrong("the complaint is about another operator"));
    }
    if complaint.report.is_some() {
        return Err(wrong("the complaint names another report already"));
    }
    Ok(draft.about(other).under(&rule))
}

/// A report on record and what is needed to judge a step of it.
pub(super) struct Step<'a> {
    pub(super) world: &'a dyn World,
    pub(super) asked: &'a Asked<'a>,
    pub(super) known: Report,
    pub(super) received: Day,
    /// Names the report and its operator.
    pub(super) draft: Draft,
}

impl<'a> Step<'a> {
    /// The rule that fills a slot on the day of receipt.
    pub(super) fn rule(&self, slot: &str) -> Result<RuleRef<'a>, NoRule> {
        self.world.book().rule(slot, self.received)
    }

    /// Refuses where the report has been decided on, merged or transferred.
    pub(super) fn open(&self) -> Result<(), Refusal> {
        if self.known.stage == Stage::Received {
            return Ok(());
        }
        Err(self.order())
    }

    pub(super) fn order(&self) -> Refusal {
        Refusal::new(
            "report.illegal_order",
            format!("the report stands at {}", self.known.stage.name()),
            "a report is received, checked, decided on, and its reporter told",
        )
        .at("type")
    }

    /// The draft with the days by which the term for deciding was missed; 0 where it was met.
    pub(super) fn late(self) -> Result<Draft, Refusal> {
        let rule = self.rule("report.decide")?;
        let due = self.known.clock.as_ref().map(|clock| clock.due);
        let days = due.map_or(0, |due| due.days_until(self.asked.on).max(0));
        Ok(self.draft.number(&rule, "late_days", days))
    }
}

pub(super) fn text(field: &str, text: &str, least: usize, max: usize) -> Result<(), Refusal> {
    Refusal::unless_long("report.text", field, text, least, max)
}

pub(super) fn files(field: &str, count: usize) -> Result<(), Refusal> {
    if count <= FILES_MAX {
        return Ok(());
    }
    let what = format!("a step names at most {FILES_MAX} files");
    Err(Refusal::new("report.files", what, "pack them together").at(field))
}

pub(super) fn unknown(field: &str) -> Refusal {
    Refusal::new(
        "report.unknown",
        "no report of this number is on record",
        "file it first, or correct the number",
    )
    .at(field)
}

pub(super) fn subject(number: &str, field: &str) -> Result<Subject, Refusal> {
    Subject::new(Kind::Report, number)
        .map_err(|e| Refusal::new("report.number", e.to_string(), "choose such a number").at(field))
}

pub(super) fn report(world: &dyn World, me: &Subject) -> Report {
    match world.entity(me).as_deref() {
        Some(Entity::Report(known)) => (**known).clone(),
        _ => Report::default(),
    }
}

//! Lead: judging. Here recording and what all steps share.

use super::{Lead, LeadEvent, Record, Source, Stage, campaign, steps};
use crate::actor::Capacity;
use crate::areas::{Payload, registration, shop};
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::policy::{NoRule, RuleRef};
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::world::{World, operator_subject};

/// The longest text of what was seen, said or learned, in characters.
pub(super) const TEXT_CHARS_MAX: usize = 4_000;
/// The longest word or name, in characters.
pub(super) const WORD_CHARS_MAX: usize = 128;
/// Files that one step may name.
const FILES_MAX: usize = 100;

/// Judges an action on a lead or a campaign.
///
/// # Errors
/// `lead.number`, `lead.exists`, `lead.unknown`, `lead.text`, `lead.files`, `lead.origin`,
/// `lead.sender`, `lead.nobody_named`, `lead.before_previous_step`, `lead.illegal_order`,
/// `lead.officer`, `lead.officers`, `lead.extended_before`, `lead.other_operator`,
/// `lead.operator_unknown`, `lead.correct_by`, `lead.not_verified`, `lead.no_signs`,
/// `lead.case_not_open`, `lead.code_unknown`, `lead.nothing_to_revisit`, those of campaigns
/// (`lead.campaign_exists`, `lead.campaign_unknown`, `lead.campaign_closed`, `lead.campaign_dates`,
/// `lead.not_taking_part`, `lead.department_unknown`, `lead.no_targets`, `lead.too_many_targets`,
/// `lead.no_target`, `lead.target_lead`, `lead.analysis_about`), `registration.unknown`,
/// `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &LeadEvent,
) -> Result<Drafts, Refusal> {
    let allowed = capacities(payload);
    let Some(number) = payload.lead() else {
        return campaign::decide(world, asked, payload, allowed).map(|draft| vec![draft]);
    };
    let register = world.register();
    let me = subject(Kind::Lead, number, "data.lead")?;
    let known = lead(world, &me);
    let draft = Draft::new(Payload::Lead(payload.clone()), asked.on).about(me);
    if let LeadEvent::Recorded(p) = payload {
        register.may(asked.by, asked.on, allowed)?;
        return recorded(world, asked, p, &known, draft).map(|draft| vec![draft]);
    }
    let Some(handler) = known.handler else {
        register.may(asked.by, asked.on, allowed)?;
        return Err(unknown("data.lead"));
    };
    register.may_for(asked.by, asked.on, allowed, handler)?;
    in_order(known.since, asked)?;
    let draft = match known.operator {
        Some(operator) => draft.about(operator_subject(operator)),
        None => draft,
    };
    let step = Step {
        world,
        asked,
        known,
        draft: draft.seen_by(visibility(payload)),
    };
    Ok(vec![steps::decide(step, payload)?])
}

/// In which capacities a step can be taken.
const fn capacities(payload: &LeadEvent) -> &'static [Capacity] {
    use Capacity as C;
    match payload {
        LeadEvent::Recorded(_) => &[
            C::Enforcer,
            C::ComplaintDesk,
            C::CreditOfficer,
            C::Head,
            C::Importer,
        ],
        LeadEvent::Assigned(_) | LeadEvent::TargetsAdded(_) | LeadEvent::AnalysisFiled(_) => {
            &[C::Enforcer, C::Head]
        }
        LeadEvent::TermExtended(_)
        | LeadEvent::CaseOpened(_)
        | LeadEvent::Closed(_)
        | LeadEvent::CampaignOpened(_)
        | LeadEvent::CampaignClosed(_) => &[C::Head],
        LeadEvent::Verified(_)
        | LeadEvent::InterviewHeld(_)
        | LeadEvent::WarningGiven(_)
        | LeadEvent::Revisited(_)
        | LeadEvent::TargetChecked(_) => &[C::Enforcer],
    }
}

/// What was said to an operator, and what was seen afterwards, departments share; what a lead
/// rests on may be a report, which is secret.
const fn visibility(payload: &LeadEvent) -> Visibility {
    match payload {
        LeadEvent::InterviewHeld(_) | LeadEvent::WarningGiven(_) | LeadEvent::Revisited(_) => {
            Visibility::Departments
        }
        _ => Visibility::Restricted,
    }
}

fn recorded(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &Record,
    known: &Lead,
    draft: Draft,
) -> Result<Draft, Refusal> {
    if known.stage != Stage::Unknown {
        return Err(Refusal::new(
            "lead.exists",
            "a lead of this number is on record",
            "choose another number",
        )
        .at("data.lead"));
    }
    text("data.what", &p.what, 1, TEXT_CHARS_MAX)?;
    text("data.site", &p.site, 0, TEXT_CHARS_MAX)?;
    text("data.from_authority", &p.from_authority, 0, WORD_CHARS_MAX)?;
    files("data.evidence", p.evidence.len())?;
    let sent = matches!(p.source, Source::Department | Source::UpperLevel);
    if sent == p.from_authority.trim().is_empty() {
        return Err(Refusal::new(
            "lead.sender",
            "a lead that was sent names the authority that sent it, and no other lead does",
            "name it, or choose another source",
        )
        .at("data.from_authority"));
    }
    let mut draft = draft.seen_by(Visibility::Restricted);
    match p.operator {
        Some(code) => {
            registration::registered(world, code)?;
            draft = draft.about(operator_subject(code));
        }
        None if p.site.trim().is_empty() => {
            return Err(Refusal::new(
                "lead.nobody_named",
                "a lead is about an operator, or a site or shop whose operator is not known yet",
                "name the operator, or give the site's address",
            )
            .at("data.operator"));
        }
        None => {}
    }
    if let Some(shop) = shop::shop_on_record(world, &p.site) {
        draft = draft.about(shop);
    }
    if let Some(origin) = origin(world, p)? {
        draft = draft.about(origin);
    }
    let rule = world.book().rule("lead.assign", asked.on)?;
    let clock = world.clock(&rule, "lead.assign", "assign", asked.on)?;
    Ok(draft.under(&rule).clock(clock))
}

/// What the lead rests on: of the kind that its source says, and on record.
fn origin(world: &dyn World, p: &Record) -> Result<Option<Subject>, Refusal> {
    let kind = match p.source {
        Source::Complaint => Some(Kind::Complaint),
        Source::Report => Some(Kind::Report),
        Source::Campaign => Some(Kind::Campaign),
        Source::Relapse => Some(Kind::Lead),
        Source::Risk => Some(Kind::Risk),
        Source::Monitoring | Source::Inspection | Source::Department | Source::UpperLevel => None,
    };
    let wrong = |what: String| {
        let remedy = "name what it rests on, as `kind:id`, or choose another source";
        Refusal::new("lead.origin", what, remedy).at("data.from")
    };
    match (kind, &p.from) {
        (None, None) => Ok(None),
        (Some(kind), Some(from)) if from.kind() == kind => {
            if from.id() == p.lead || world.entity(from).is_none() {
                return Err(wrong(format!("{from} is not on record")));
            }
            Ok(Some(from.clone()))
        }
        (Some(kind), _) => Err(wrong(format!("this source names a {}", kind.name()))),
        (None, Some(_)) => Err(wrong("this source names nothing else".to_owned())),
    }
}

/// A lead on record and what is needed to judge a step of it.
pub(super) struct Step<'a> {
    pub(super) world: &'a dyn World,
    pub(super) asked: &'a Asked<'a>,
    pub(super) known: Lead,
    /// Names the lead and its operator.
    pub(super) draft: Draft,
}

impl<'a> Step<'a> {
    /// The rule that fills a slot on the day of the step.
    pub(super) fn rule(&self, slot: &str) -> Result<RuleRef<'a>, NoRule> {
        self.world.book().rule(slot, self.asked.on)
    }

    pub(super) fn must(&self, stages: &[Stage]) -> Result<(), Refusal> {
        if stages.contains(&self.known.stage) {
            return Ok(());
        }
        Err(self.order())
    }

    pub(super) fn order(&self) -> Refusal {
        Refusal::new(
            "lead.illegal_order",
            format!("the lead stands at {}", self.known.stage.name()),
            "a lead is recorded, assigned, verified, then becomes a case or is closed",
        )
        .at("type")
    }
}

/// Refuses a step that would lie before the one before it.
pub(super) fn in_order(since: Option<crate::day::Day>, asked: &Asked<'_>) -> Result<(), Refusal> {
    if since.is_some_and(|since| asked.on < since) {
        return Err(Refusal::new(
            "lead.before_previous_step",
            "the step would lie before the one before it",
            "correct the date",
        )
        .at("on"));
    }
    Ok(())
}

pub(super) fn text(field: &str, text: &str, least: usize, max: usize) -> Result<(), Refusal> {
    Refusal::unless_long("lead.text", field, text, least, max)
}

pub(super) fn files(field: &str, count: usize) -> Result<(), Refusal> {
    if count <= FILES_MAX {
        return Ok(());
    }
    let what = format!("a step names at most {FILES_MAX} files");
    Err(Refusal::new("lead.files", what, "pack them together").at(field))
}

pub(super) fn unknown(field: &str) -> Refusal {
    Refusal::new(
        "lead.unknown",
        "no lead of this number is on record",
        "record it first, or correct the number",
    )
    .at(field)
}

pub(super) fn subject(kind: Kind, number: &str, field: &str) -> Result<Subject, Refusal> {
    Subject::new(kind, number)
        .map_err(|e| Refusal::new("lead.number", e.to_string(), "choose such a number").at(field))
}

pub(super) fn lead(world: &dyn World, me: &Subject) -> Lead {
    match world.entity(me).as_deref() {
        Some(Entity::Lead(known)) => (**known).clone(),
        _ => Lead::default(),
    }
}

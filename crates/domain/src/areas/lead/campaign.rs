//! Campaigns (专项行动): judging, the state, and analyses of what was learned.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::decide::{TEXT_CHARS_MAX, WORD_CHARS_MAX, in_order, lead, subject, text, unknown};
use super::{AddTargets, Analysis, CheckTarget, FileAnalysis, LeadEvent, OpenCampaign};
use crate::actor::Capacity;
use crate::areas::{Payload, registration};
use crate::day::Day;
use crate::decide::{Asked, Draft};
use crate::entity::Entity;
use crate::event::{Event, Visibility};
use crate::ident::CreditCode;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::Clock;
use crate::world::{World, operator_subject};

/// One campaign.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// What it is called.
    pub title: String,
    /// The instrument or notice that it rests on.
    pub basis: String,
    /// The department that leads it.
    pub handler: Option<CreditCode>,
    /// Departments that take part beside it.
    pub with: BTreeSet<CreditCode>,
    /// First day, and the last one as planned.
    pub period: Option<(Day, Day)>,
    /// Where it stands.
    pub stage: CampaignStage,
    /// Day of the last step.
    pub since: Option<Day>,
    /// Its targets, by operator.
    pub targets: BTreeMap<CreditCode, Target>,
    /// Leads that came of it.
    pub leads: Vec<String>,
    /// What was learned.
    pub analyses: Vec<Analysis>,
    /// The deadline for the analysis, until it is filed.
    pub clock: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
}

/// One target of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Day on which it was made one.
    pub added: Day,
    /// Day and code of the last result.
    pub result: Option<(Day, String)>,
    /// The lead that came of it.
    pub lead: Option<String>,
    /// The department that checked it.
    pub checked_by: Option<CreditCode>,
}

/// Where a campaign stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignStage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// Under way.
    Open,
    /// Ended.
    Closed,
}

impl CampaignStage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

impl Campaign {
    /// How many targets were checked.
    #[must_use]
    pub fn checked(&self) -> usize {
        let checked = self.targets.values().filter(|t| t.result.is_some());
        checked.count()
    }
}

/// Judges an action on a campaign, or an analysis.
pub(super) fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &LeadEvent,
    allowed: &[Capacity],
) -> Result<Draft, Refusal> {
    let draft = Draft::new(Payload::Lead(payload.clone()), asked.on);
    if let LeadEvent::AnalysisFiled(p) = payload {
        return analysis(world, asked, p, allowed, draft);
    }
    let number = payload.campaign().unwrap_or_default();
    let me = subject(Kind::Campaign, number, "data.campaign")?;
    let known = campaign(world, &me);
    let draft = draft.about(me);
    if let LeadEvent::CampaignOpened(p) = payload {
        world.register().may(asked.by, asked.on, allowed)?;
        return opened(world, asked, p, &known, draft);
    }
    takes_part(world, asked, &known, allowed, "data.campaign")?;
    in_order(known.since, asked)?;
    if known.stage == CampaignStage::Closed {
        return Err(Refusal::new(
            "lead.campaign_closed",
            "the campaign has ended",
            "open another one, or record a lead",
        )
        .at("data.campaign"));
    }
    match payload {
        LeadEvent::TargetsAdded(p) => targets_added(world, asked, p, &known, draft),
        LeadEvent::TargetChecked(p) => target_checked(world, asked, p, &known, draft),
        _ => closed(world, asked, &known, draft),
    }
}

/// The one who acts is of the department that leads the campaign, or of one that takes part.
fn takes_part(
    world: &dyn World,
    asked: &Asked<'_>,
    known: &Campaign,
    allowed: &[Capacity],
    field: &str,
) -> Result<(), Refusal> {
    let register = world.register();
    register.may(asked.by, asked.on, allowed)?;
    let Some(handler) = known.handler else {
        return Err(Refusal::new(
            "lead.campaign_unknown",
            "no campaign of this number is on record",
            "open it first, or correct the number",
        )
        .at(field));
    };
    let mut all = std::iter::once(handler).chain(known.with.iter().copied());
    if all.any(|code| register.may_for(asked.by, asked.on, allowed, code).is_ok()) {
        return Ok(());
    }
    Err(Refusal::new(
        "lead.not_taking_part",
        "the department neither leads this campaign nor takes part in it",
        "let one that does act",
    )
    .at("by.department"))
}

fn opened(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &OpenCampaign,
    known: &Campaign,
    draft: Draft,
) -> Result<Draft, Refusal> {
    if known.stage != CampaignStage::Unknown {
        return Err(Refusal::new(
            "lead.campaign_exists",
            "a campaign of this number is on record",
            "choose another number",
        )
        .at("data.campaign"));
    }
    text("data.title", &p.title, 1, WORD_CHARS_MAX)?;
    text("data.basis", &p.basis, 1, WORD_CHARS_MAX)?;
    if p.to < asked.on {
        return Err(Refusal::new(
            "lead.campaign_dates",
            "the campaign would end before it begins",
            "correct one of the two dates",
        )
        .at("data.to"));
    }
    let departments = &world.register().departments;
    let stands = |code: &CreditCode| {
        let known = departments.get(code);
        known.is_some_and(|d| d.stands_on(asked.on))
    };
    if !p.with.iter().all(stands) {
        return Err(Refusal::new(
            "lead.department_unknown",
            "a department that would take part is not in the register on that day",
            "establish it first, or correct its code",
        )
        .at("data.with"));
    }
    let rule = world.book().rule("lead.campaign", asked.on)?;
    Ok(draft.under(&rule))
}

fn targets_added(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &AddTargets,
    known: &Campaign,
    draft: Draft,
) -> Result<Draft, Refusal> {
    let rule = world.book().rule("lead.campaign", asked.on)?;
    let fresh: Vec<CreditCode> = p
        .operators
        .iter()
        .copied()
        .filter(|code| !known.targets.contains_key(code))
        .collect();
    if fresh.is_empty() {
        return Err(Refusal::new(
            "lead.no_targets",
            "all of these are targets already, or nobody is named",
            "name operators that are not",
        )
        .at("data.operators"));
    }
    let (step_max, all_max) = (rule.amount("step_max")?, rule.amount("targets_max")?);
    let within = |count: usize, max: i64| i64::try_from(count).is_ok_and(|count| count <= max);
    if !within(p.operators.len(), step_max) || !within(known.targets.len() + fresh.len(), all_max) {
        return Err(Refusal::new(
            "lead.too_many_targets",
            format!("a step adds up to {step_max} targets, a campaign has up to {all_max}"),
            "add them in several steps, or open a further campaign",
        )
        .by_rule(&rule)
        .at("data.operators"));
    }
    let mut draft = draft.under(&rule);
    for code in fresh {
        registration::registered(world, code)?;
        draft = draft.about(operator_subject(code));
    }
    Ok(draft)
}

fn target_checked(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &CheckTarget,
    known: &Campaign,
    draft: Draft,
) -> Result<Draft, Refusal> {
    text("data.what", &p.what, 0, TEXT_CHARS_MAX)?;
    let rule = world.book().rule("lead.result", asked.on)?;
    Refusal::unless_coded("lead.code_unknown", &rule, &p.code)?;
    if !known.targets.contains_key(&p.operator) {
        return Err(Refusal::new(
            "lead.no_target",
            "this operator is no target of the campaign",
            "make it one first (lead.add_targets)",
        )
        .at("data.operator"));
    }
    let mut draft = draft.about(operator_subject(p.operator)).under(&rule);
    if let Some(number) = &p.lead {
        let of = subject(Kind::Lead, number, "data.lead")?;
        if lead(world, &of).operator != Some(p.operator) {
            return Err(Refusal::new(
                "lead.target_lead",
                "no lead of this number about this operator is on record",
                "record it first (lead.record), or correct the number",
            )
            .at("data.lead"));
        }
        draft = draft.about(of);
    }
    Ok(draft)
}

fn closed(
    world: &dyn World,
    asked: &Asked<'_>,
    known: &Campaign,
    draft: Draft,
) -> Result<Draft, Refusal> {
    let rule = world.book().rule("lead.campaign", asked.on)?;
    let clock = world.clock(&rule, "lead.analysis", "analysis", asked.on)?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let left = known.targets.len() - known.checked();
    Ok(draft
        .number(&rule, "targets", count(known.targets.len()))
        .number(&rule, "targets_unchecked", count(left))
        .clock(clock))
}

fn analysis(
    world: &dyn World,
    asked: &Asked<'_>,
    p: &FileAnalysis,
    allowed: &[Capacity],
    draft: Draft,
) -> Result<Draft, Refusal> {
    text("data.findings", &p.findings, 1, TEXT_CHARS_MAX)?;
    text("data.measures", &p.measures, 1, TEXT_CHARS_MAX)?;
    match p.about.kind() {
        Kind::Campaign => {
            let known = campaign(world, &p.about);
            takes_part(world, asked, &known, allowed, "data.about")?;
            in_order(known.since, asked)?;
            let rule = world.book().rule("lead.campaign", asked.on)?;
            let draft = draft.about(p.about.clone());
            Ok(match known.clock {
                Some(clock) => {
                    let days = clock.due.days_until(asked.on).max(0);
                    draft.number(&rule, "late_days", days)
                }
                None => draft.under(&rule),
            })
        }
        Kind::Lead => {
            let known = lead(world, &p.about);
            let Some(handler) = known.handler else {
                return Err(unknown("data.about"));
            };
            let register = world.register();
            register.may_for(asked.by, asked.on, allowed, handler)?;
            let draft = draft.about(p.about.clone());
            Ok(draft.seen_by(Visibility::Restricted))
        }
        _ => Err(Refusal::new(
            "lead.analysis_about",
            "an analysis is about a campaign or a lead",
            "name one of these, as `campaign:id` or `lead:id`",
        )
        .at("data.about")),
    }
}

fn campaign(world: &dyn World, me: &Subject) -> Campaign {
    match world.entity(me).as_deref() {
        Some(Entity::Campaign(known)) => (**known).clone(),
        _ => Campaign::default(),
    }
}

pub(crate) fn evolve(state: &mut Campaign, event: &Event, payload: &LeadEvent) {
    let on = event.on;
    if let LeadEvent::Recorded(p) = payload {
        return state.leads.push(p.lead.clone());
    }
    state.since = Some(on);
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    match payload {
        LeadEvent::CampaignOpened(p) => {
            state.title.clone_from(&p.title);
            state.basis.clone_from(&p.basis);
            state.with.clone_from(&p.with);
            state.handler = Some(event.by.department);
            state.period = Some((on, p.to));
            state.stage = CampaignStage::Open;
        }
        LeadEvent::TargetsAdded(p) => {
            for code in &p.operators {
                state.target(*code, on);
            }
        }
        LeadEvent::TargetChecked(p) => {
            let target = state.target(p.operator, on);
            target.result = Some((on, p.code.clone()));
            target.lead = p.lead.clone().or(target.lead.take());
            target.checked_by = Some(event.by.department);
        }
        LeadEvent::CampaignClosed(_) => {
            state.stage = CampaignStage::Closed;
            state.clock = event.derived.clock("lead.analysis").cloned();
        }
        LeadEvent::AnalysisFiled(p) => {
            state.analyses.push(Analysis {
                on,
                findings: p.findings.clone(),
                measures: p.measures.clone(),
            });
            if state.stage == CampaignStage::Closed {
                state.clock = None;
            }
        }
        _ => {}
    }
}

impl Campaign {
    /// A target; a fresh one where it was none.
    fn target(&mut self, code: CreditCode, on: Day) -> &mut Target {
        self.targets.entry(code).or_insert(Target {
            added: on,
            result: None,
            lead: None,
            checked_by: None,
        })
    }
}

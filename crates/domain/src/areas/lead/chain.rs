//! Lead: an operator's line through leads, cases and what came after (事前、事中、事后).

use serde::{Deserialize, Serialize};

use super::LeadEvent;
use crate::areas::Payload;
use crate::areas::report::ReportEvent;
use crate::day::Day;
use crate::entity::Operator;
use crate::event::Event;
use crate::shared::Shared;

/// What was known and said about one operator outside its cases, in the order of recording;
/// [`Chain::whole`] joins the cases.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// Its links.
    pub links: Vec<Link>,
}

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The legal date.
    pub on: Day,
    /// Before, during or after.
    pub phase: Phase,
    /// What happened, in a word: `lead`, `interview`, `warning`, `case`, …
    pub step: String,
    /// What it belongs to, `kind:id`.
    pub about: String,
    /// The code or word of its outcome; empty where there is none.
    pub code: String,
}

/// Which part of the work (三（二）1 of the county's plan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Judging what is known, interviews, warnings (事前情报研判与约谈警示).
    Before,
    /// Cases and campaigns (事中重点查处与集中突破).
    During,
    /// Looking again, analysing, mending at the source (事后分析规范与源头治理).
    After,
}

impl Chain {
    /// Warnings and interviews after which nobody has looked again.
    #[must_use]
    pub fn unrevisited(&self) -> usize {
        let mut waiting = std::collections::BTreeSet::new();
        for link in &self.links {
            match link.step.as_str() {
                "interview" | "warning" => {
                    waiting.insert(link.about.as_str());
                }
                "revisit" if link.code == "corrected" => {
                    waiting.remove(link.about.as_str());
                }
                _ => {}
            }
        }
        waiting.len()
    }
}

impl Chain {
    /// The whole line of an operator, cases and penalties among it, by legal date.
    #[must_use]
    pub fn whole(operator: &Operator) -> Vec<Link> {
        let mut links = operator.chain.links.clone();
        links.extend(operator.enforcement.cases.iter().map(|case| Link {
            on: case.since,
            phase: Phase::During,
            step: "case".to_owned(),
            about: format!("case:{}", case.case),
            code: case.stage.name().to_owned(),
        }));
        let penalties = operator.enforcement.penalties.iter();
        links.extend(penalties.map(|penalty| Link {
            on: penalty.decided,
            phase: Phase::During,
            step: "penalty".to_owned(),
            about: format!("case:{}", penalty.case),
            code: penalty.document.clone(),
        }));
        links.sort_by_key(|link| (link.on, link.phase));
        links
    }
}

/// Adds a link where the event is one of the chain.
pub(crate) fn note(state: &mut Shared<Chain>, event: &Event, payload: &Payload) {
    let link = match payload {
        Payload::Lead(p) => of_lead(p),
        Payload::Report(ReportEvent::Filed(p)) => Some((
            Phase::Before,
            "report",
            format!("report:{}", p.report),
            p.cause.clone(),
        )),
        _ => None,
    };
    if let Some((phase, step, about, code)) = link {
        state.links.push(Link {
            on: event.on,
            phase,
            step: step.to_owned(),
            about,
            code,
        });
    }
}

type Told = Option<(Phase, &'static str, String, String)>;

fn of_lead(event: &LeadEvent) -> Told {
    let lead = || format!("lead:{}", event.lead().unwrap_or_default());
    let campaign = || format!("campaign:{}", event.campaign().unwrap_or_default());
    let word = |corrected: bool| {
        if corrected {
            "corrected"
        } else {
            "not_corrected"
        }
    };
    Some(match event {
        LeadEvent::Recorded(_) => (Phase::Before, "lead", lead(), String::new()),
        LeadEvent::Verified(_) => (Phase::Before, "verified", lead(), String::new()),
        LeadEvent::InterviewHeld(p) => {
            let word = if p.absent { "absent" } else { "came" };
            (Phase::Before, "interview", lead(), word.to_owned())
        }
        LeadEvent::WarningGiven(p) => (Phase::Before, "warning", lead(), p.code.clone()),
        LeadEvent::TargetsAdded(_) => (Phase::During, "target", campaign(), String::new()),
        LeadEvent::TargetChecked(p) => (Phase::During, "campaign", campaign(), p.code.clone()),
        LeadEvent::CaseOpened(p) => (
            Phase::During,
            "lead_to_case",
            format!("case:{}", p.case),
            String::new(),
        ),
        LeadEvent::Closed(p) => (Phase::After, "closed", lead(), p.code.clone()),
        LeadEvent::Revisited(p) => (
            Phase::After,
            "revisit",
            lead(),
            word(p.corrected).to_owned(),
        ),
        LeadEvent::Assigned(_)
        | LeadEvent::TermExtended(_)
        | LeadEvent::CampaignOpened(_)
        | LeadEvent::CampaignClosed(_)
        | LeadEvent::AnalysisFiled(_) => return None,
    })
}

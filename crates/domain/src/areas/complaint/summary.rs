//! Complaint: its events in sentences, and its part of an operator's standing.

use super::{Assign, AwardOutcome, ComplaintEvent, Tally};
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &ComplaintEvent, telling: &Telling<'_>) -> Text {
    let (due, late) = (telling.due(), telling.late());
    let number = payload.number();
    let ended = |zh: &str, en: &str| {
        say(
            format!("投诉{number}{zh}"),
            format!("complaint {number} {en}"),
        )
    };
    let said = match payload {
        ComplaintEvent::Filed(p) => say(
            format!("收到投诉{number}（{}）", p.cause),
            format!("complaint {number} received ({})", p.cause),
        ),
        ComplaintEvent::Assigned(p) => assigned(number, p),
        ComplaintEvent::Accepted(_) => say(
            format!("受理投诉{number}"),
            format!("complaint {number} accepted"),
        ),
        ComplaintEvent::Refused(p) => {
            let ground = telling.code(&p.code);
            say(
                format!("不予受理投诉{number}：{}", ground.zh),
                format!("complaint {number} refused: {}", ground.en),
            )
        }
        ComplaintEvent::Merged(p) => say(
            format!("投诉{number}并入投诉{}", p.into),
            format!("complaint {number} merged into {}", p.into),
        ),
        ComplaintEvent::Told(_) => say(
            format!("告知投诉{number}的处理情况"),
            format!("parties told of complaint {number}"),
        ),
        ComplaintEvent::TimeExcluded(p) => say(
            format!("投诉{number}的期限扣除{}至{}", p.from, p.to),
            format!("{} to {} not counted in complaint {number}", p.from, p.to),
        ),
        ComplaintEvent::Terminated(p) => {
            let ground = telling.code(&p.code);
            say(
                format!("终止调解投诉{number}：{}", ground.zh),
                format!("mediation of complaint {number} terminated: {}", ground.en),
            )
        }
        ComplaintEvent::NegotiationOffered(_) => ended("双方开始协商", "negotiation offered"),
        ComplaintEvent::Settled(_) => ended("双方和解", "settled between the parties"),
        ComplaintEvent::NegotiationFailed(_) => ended("协商未成", "negotiation failed"),
        ComplaintEvent::MediationOpened(_) => ended("开始调解", "mediation opened"),
        ComplaintEvent::MediationHeld(_) => ended("组织调解", "session of mediation held"),
        ComplaintEvent::Agreed(_) => ended("达成调解协议", "settled by agreement"),
        ComplaintEvent::Performed(p) if p.performed => ended("协议已履行", "agreement performed"),
        ComplaintEvent::Performed(_) => ended("协议未履行", "agreement not performed"),
        ComplaintEvent::ArbitrationReferred(_) => ended("提交仲裁", "referred to arbitration"),
        ComplaintEvent::Awarded(p) => match p.outcome {
            AwardOutcome::ForConsumer => ended("仲裁支持投诉人", "award for the consumer"),
            AwardOutcome::ForOperator => ended("仲裁未支持投诉人", "award for the operator"),
            AwardOutcome::NoAward => ended("未作仲裁裁决", "no award"),
        },
        ComplaintEvent::Withdrawn(_) => ended("撤回", "withdrawn"),
    };
    say(
        format!("{}{}{}", said.zh, late.zh, due.zh),
        format!("{}{}{}", said.en, late.en, due.en),
    )
}

fn assigned(number: &str, p: &Assign) -> Text {
    let to = match (p.department, p.officer.as_deref()) {
        (Some(department), _) => department.to_string(),
        (None, Some(officer)) if p.unit.is_empty() => officer.to_owned(),
        (None, Some(officer)) => format!("{} {officer}", p.unit),
        (None, None) => p.unit.clone(),
    };
    say(
        format!("投诉{number}分派给{to}"),
        format!("complaint {number} assigned to {to}"),
    )
}

impl Tally {
    /// How many complaints are open.
    pub(crate) fn in_words(&self, out: &mut Vec<Text>) {
        match self.open() {
            0 => {}
            1 => out.push(say("1件投诉未结", "1 open complaint")),
            open => out.push(say(
                format!("{open}件投诉未结"),
                format!("{open} open complaints"),
            )),
        }
    }
}

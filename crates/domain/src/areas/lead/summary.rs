//! Lead: its events in sentences, and the chain's part of an operator's standing.

use super::{Chain, LeadEvent};
use crate::areas::report::Finding;
use crate::dossier::{Telling, say};
use crate::policy::Text;

pub(crate) fn summary(payload: &LeadEvent, telling: &Telling<'_>) -> Text {
    let (due, late) = (telling.due(), telling.late());
    let said = match payload.lead() {
        Some(number) => of_lead(payload, number, telling),
        None => of_campaign(payload, telling),
    };
    say(
        format!("{}{}{}", said.zh, late.zh, due.zh),
        format!("{}{}{}", said.en, late.en, due.en),
    )
}

fn of_lead(payload: &LeadEvent, number: &str, telling: &Telling<'_>) -> Text {
    let of = |zh: &str, en: &str| say(format!("线索{number}{zh}"), format!("lead {number} {en}"));
    match payload {
        LeadEvent::Recorded(p) => say(
            format!("登记线索{number}：{}", p.what),
            format!("lead {number} recorded: {}", p.what),
        ),
        LeadEvent::Assigned(_) => of("已分派", "assigned"),
        LeadEvent::TermExtended(_) => of("延长核查期限", "given more time for verifying"),
        LeadEvent::Verified(p) => match p.finding {
            Finding::Indicated => of("核查属实", "verified: signs of a breach"),
            Finding::NotIndicated => of("核查未发现违法", "verified: no sign of a breach"),
        },
        LeadEvent::InterviewHeld(p) if p.absent => of(
            "约谈，经营者未到",
            "interview: nobody came for the operator",
        ),
        LeadEvent::InterviewHeld(p) => say(
            format!("约谈（线索{number}）：{}", p.what),
            format!("interview on lead {number}: {}", p.what),
        ),
        LeadEvent::WarningGiven(p) => {
            let kind = telling.code(&p.code);
            say(
                format!("{}（线索{number}）：{}", kind.zh, p.what),
                format!("{} on lead {number}: {}", kind.en, p.what),
            )
        }
        LeadEvent::CaseOpened(p) => say(
            format!("线索{number}立案：{}", p.case),
            format!("case {} opened on lead {number}", p.case),
        ),
        LeadEvent::Closed(p) => {
            let outcome = telling.code(&p.code);
            say(
                format!("线索{number}办结：{}", outcome.zh),
                format!("lead {number} closed: {}", outcome.en),
            )
        }
        LeadEvent::Revisited(p) if p.corrected => of("回访，已改正", "looked at again: corrected"),
        _ => of("回访，未改正", "looked at again: not corrected"),
    }
}

fn of_campaign(payload: &LeadEvent, telling: &Telling<'_>) -> Text {
    match payload {
        LeadEvent::CampaignOpened(p) => say(
            format!("开展专项行动{}：{}", p.campaign, p.title),
            format!("campaign {} begins: {}", p.campaign, p.title),
        ),
        LeadEvent::TargetsAdded(p) => say(
            format!("列入专项行动{}的检查对象", p.campaign),
            format!("made a target of campaign {}", p.campaign),
        ),
        LeadEvent::TargetChecked(p) => {
            let result = telling.code(&p.code);
            say(
                format!("专项行动{}检查：{}", p.campaign, result.zh),
                format!("checked in campaign {}: {}", p.campaign, result.en),
            )
        }
        LeadEvent::AnalysisFiled(p) => say(
            format!("分析（{}）：{}", p.about, p.measures),
            format!("analysis of {}: {}", p.about, p.measures),
        ),
        _ => say(
            format!("专项行动{}结束", payload.campaign().unwrap_or_default()),
            format!("campaign {} ends", payload.campaign().unwrap_or_default()),
        ),
    }
}

impl Chain {
    /// How many leads were spoken about and not looked at again.
    pub(crate) fn in_words(&self, out: &mut Vec<Text>) {
        match self.unrevisited() {
            0 => {}
            1 => out.push(say("1件约谈警示待回访", "1 lead to look at again")),
            n => out.push(say(
                format!("{n}件约谈警示待回访"),
                format!("{n} leads to look at again"),
            )),
        }
    }
}

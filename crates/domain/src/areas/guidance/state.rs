//! Guidance: the state of one piece of guidance and of one alert, and the rows of the alerts.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{ExpireAlert, GuidanceEvent};
use crate::areas::Payload;
use crate::areas::sharing::cited;
use crate::clocks::{ClockKind, Whose};
use crate::day::Day;
use crate::event::{Event, Visibility};
use crate::ident::CreditCode;
use crate::lapse::Lapse;
use crate::policy::Text;
use crate::row::{List, Row};
use crate::subject::{Kind, Subject};
use crate::term::Clock;

/// What an alert ends as where its term is over.
pub(super) const EXPIRED: &str = "expired";

pub(super) const CLOCKS: &[ClockKind] = &[
    ClockKind::new(
        "guidance.follow_up",
        Kind::Guidance,
        Whose::Authority,
        &["guidance.followed_up"],
    ),
    ClockKind::new(
        "guidance.show",
        Kind::Alert,
        Whose::Effect,
        &["guidance.alert_withdrawn", "guidance.alert_expired"],
    ),
];

/// One piece of guidance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidance {
    /// Code of its kind.
    pub kind: String,
    /// The rule that lists the kinds, `pack@version#rule.id`.
    pub rule: String,
    /// The operators.
    pub operators: BTreeSet<CreditCode>,
    /// What is advised.
    pub text: String,
    /// Who gave it.
    pub given_by: Option<CreditCode>,
    /// When.
    pub given: Option<Day>,
    /// The deadline for looking after it; absent once that was done.
    pub clock: Option<Clock>,
    /// When it was looked after, whether it was followed, and what was found.
    pub followed_up: Option<(Day, bool, String)>,
    /// Days by which that came late.
    pub late_days: i64,
}

/// One consumer alert.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its title; nothing once it ended.
    pub title: Option<Text>,
    /// What it says; nothing once it ended.
    pub text: Option<Text>,
    /// Who published it.
    pub published_by: Option<CreditCode>,
    /// When.
    pub published: Option<Day>,
    /// Its term.
    pub clock: Option<Clock>,
    /// First day on which it is shown no longer, and the code of the ground.
    pub ended: Option<(Day, String)>,
    /// The rule of its publication or its end, `pack@version#rule.id`.
    pub rule: String,
}

pub(crate) fn evolve(state: &mut Guidance, event: &Event, payload: &GuidanceEvent) {
    match payload {
        GuidanceEvent::Given(p) => {
            state.kind.clone_from(&p.kind);
            state.rule = cited(event, "guidance.kinds");
            state.operators.clone_from(&p.operators);
            state.text.clone_from(&p.text);
            state.given_by = Some(event.by.department);
            state.given = Some(event.on);
            state.clock = event.derived.clock("guidance.follow_up").cloned();
        }
        GuidanceEvent::FollowedUp(p) => {
            state.followed_up = Some((event.on, p.followed, p.note.clone()));
            state.late_days = event.derived.number("late_days").unwrap_or(0);
            state.clock = None;
        }
        _ => {}
    }
}

pub(crate) fn evolve_alert(state: &mut Alert, event: &Event, payload: &GuidanceEvent) {
    match payload {
        GuidanceEvent::AlertPublished(p) => {
            if state.ended.is_none() {
                state.title = Some(p.title.clone());
                state.text = Some(p.text.clone());
            }
            state.published_by = Some(event.by.department);
            state.published = Some(event.on);
            state.clock = event.derived.clock("guidance.show").cloned();
            state.rule = cited(event, "guidance.alert");
        }
        GuidanceEvent::AlertWithdrawn(p) => {
            end(state, event.on, &p.code);
            state.rule = cited(event, "guidance.withdrawal");
        }
        GuidanceEvent::AlertExpired(_) => end(state, event.on, EXPIRED),
        _ => {}
    }
}

fn end(state: &mut Alert, on: Day, code: &str) {
    state.title = None;
    state.text = None;
    state.ended = Some((on, code.to_owned()));
}

/// When an alert's term is over.
pub(crate) fn lapses(state: &Alert, me: &Subject, out: &mut Vec<Lapse>) {
    if let (Some(clock), None) = (&state.clock, &state.ended) {
        let expire = GuidanceEvent::AlertExpired(ExpireAlert {
            alert: me.id().to_owned(),
        });
        let expire = Payload::Guidance(expire);
        out.push(Lapse::after(clock, me, expire, state.published_by));
    }
}

/// The row of an alert; once it has ended a tombstone, without its title.
pub(crate) fn rows(state: &Alert, me: &Subject, out: &mut Vec<Row>) {
    let Some(from) = state.published else { return };
    let title = state.title.as_ref().map(|t| t.zh.clone());
    let ended = state.ended.as_ref();
    out.push(Row {
        list: List::Alerts,
        key: me.id().to_owned(),
        entry: me.id().to_owned(),
        from,
        until: ended.map(|(on, _)| *on),
        void: false,
        name: title.unwrap_or_default(),
        reason: ended.map_or_else(String::new, |(_, code)| code.clone()),
        rule: state.rule.clone(),
        authority: state
            .published_by
            .map_or_else(String::new, |code| code.to_string()),
        document: String::new(),
        visibility: Visibility::Public,
        clock: None,
    });
}

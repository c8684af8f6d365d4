//! Repair: an application, what an operator has applied for, and their folds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{RepairEvent, Target, Track};
use crate::day::Day;
use crate::event::{Derived, Event};
use crate::ident::CreditCode;
use crate::subject::Subject;
use crate::term::Clock;

/// One application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// The operator.
    pub operator: Option<CreditCode>,
    /// What is to be repaired.
    pub target: Option<Target>,
    /// The commitment that comes with it.
    pub commitment: String,
    /// Day of application; its law decides.
    pub applied: Option<Day>,
    /// Where it stands.
    pub stage: Stage,
    /// Day of the last step.
    pub since: Option<Day>,
    /// The tracks applied for, as they were judged last.
    pub tracks: Vec<TrackState>,
    /// In what the tracks conflict: facts of the last judgement, name and rule.
    pub conflicts: Vec<(String, String)>,
    /// What was checked: duties performed, harm removed.
    pub checked: Option<(bool, bool)>,
    /// Code of the ground on which it was not accepted, refused or revoked.
    pub code: String,
    /// The deadline that runs, or ran last.
    pub clock: Option<Clock>,
    /// Days by which steps came late, added up.
    pub late_days: i64,
    /// To whom it was passed on.
    pub passed_to: BTreeSet<CreditCode>,
}

/// How a track judged the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackState {
    /// The track.
    pub track: Track,
    /// The rule that judged, `pack@version#rule.id`.
    pub rule: String,
    /// First day on which it may be granted.
    pub earliest: Day,
    /// Last day of publication, where the track has one.
    pub latest: Option<Day>,
    /// `allowed`, `too_early` or `ended`.
    pub outcome: String,
    /// Granted from this day on.
    pub granted: Option<Day>,
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// Applied for.
    Applied,
    /// Accepted, to be checked.
    Accepted,
    /// Not accepted.
    Declined,
    /// Checked, to be decided.
    Checked,
    /// Granted on at least one track.
    Granted,
    /// Refused.
    Refused,
    /// Revoked after a grant.
    Revoked,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Applied => "applied",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Checked => "checked",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
        }
    }

    /// Whether a decision is still to come.
    #[must_use]
    pub const fn open(self) -> bool {
        matches!(self, Self::Applied | Self::Accepted | Self::Checked)
    }
}

/// What one operator has applied for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repairs {
    /// The applications, oldest first.
    pub applications: Vec<Application>,
}

/// One of an operator's applications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Its number.
    pub number: String,
    /// What is to be repaired, as [`Target::about`].
    pub about: String,
    /// The commitment that comes with it.
    pub commitment: String,
    /// Where it stands.
    pub stage: Stage,
    /// First day of a grant.
    pub granted: Option<Day>,
    /// The day on which the grant was revoked.
    pub revoked: Option<Day>,
}

impl Repair {
    /// The track's state, where it was applied for.
    #[must_use]
    pub fn track(&self, track: Track) -> Option<&TrackState> {
        self.tracks.iter().find(|t| t.track == track)
    }
}

impl Repairs {
    /// Whether a repair of this record holds on a day.
    #[must_use]
    pub fn granted(&self, about: &str, on: Day) -> bool {
        self.applications.iter().any(|a| {
            a.about == about
                && a.granted.is_some_and(|granted| granted <= on)
                && a.revoked.is_none_or(|revoked| on < revoked)
        })
    }

    /// The day from which a record's display counts anew, where a repair of it was revoked.
    #[must_use]
    pub fn anew(&self, about: &str) -> Option<Day> {
        let same = self.applications.iter().filter(|a| a.about == about);
        same.filter_map(|a| a.revoked).max()
    }
}

pub(crate) fn evolve(state: &mut Repair, event: &Event, payload: &RepairEvent) {
    state.late_days += event.derived.number("late_days").unwrap_or(0);
    judged(state, &event.derived);
    match payload {
        RepairEvent::Applied(p) => {
            state.operator = Some(p.operator);
            state.target = Some(p.target.clone());
            state.commitment.clone_from(&p.commitment);
            state.applied = Some(event.on);
            state.stage = Stage::Applied;
        }
        RepairEvent::Accepted(_) => state.stage = Stage::Accepted,
        RepairEvent::Declined(p) => {
            state.stage = Stage::Declined;
            state.code.clone_from(&p.code);
        }
        RepairEvent::Checked(p) => {
            state.stage = Stage::Checked;
            state.checked = Some((p.performed, p.harm_removed));
        }
        RepairEvent::Granted(p) => {
            state.stage = Stage::Granted;
            for track in state
                .tracks
                .iter_mut()
                .filter(|t| p.tracks.contains(&t.track))
            {
                track.granted.get_or_insert(event.on);
            }
        }
        RepairEvent::Refused(p) => {
            state.stage = Stage::Refused;
            state.code.clone_from(&p.code);
        }
        RepairEvent::PassedOn(p) => state.passed_to.extend(&p.to),
        RepairEvent::Revoked(p) => {
            state.stage = Stage::Revoked;
            state.code.clone_from(&p.code);
        }
    }
    state.since = Some(event.on);
    if let Some(clock) = event.derived.clocks.last() {
        state.clock = Some(clock.clone());
    }
}

/// Takes over what the tracks said of the application on this event.
fn judged(state: &mut Repair, derived: &Derived) {
    let mut found = false;
    for track in Track::ALL {
        let name = |what: &str| format!("{}_{what}", track.name());
        let Some(earliest) = derived.day(&name("earliest")) else {
            continue;
        };
        let outcome = derived.facts.iter().find(|f| f.name == name("outcome"));
        let granted = state.track(track).and_then(|t| t.granted);
        state.tracks.retain(|t| t.track != track);
        state.tracks.push(TrackState {
            track,
            rule: outcome.map(|f| f.rule.clone()).unwrap_or_default(),
            earliest,
            latest: derived.day(&name("latest")),
            outcome: outcome.and_then(|f| f.word.clone()).unwrap_or_default(),
            granted,
        });
        found = true;
    }
    if found {
        state.tracks.sort_by_key(|t| t.track);
        let conflicts = derived
            .facts
            .iter()
            .filter(|f| f.name.starts_with("conflict_"));
        state.conflicts = conflicts
            .map(|f| (f.name.clone(), f.rule.clone()))
            .collect();
    }
}

pub(crate) fn evolve_operator(state: &mut Repairs, event: &Event, payload: &RepairEvent) {
    let (number, stage) = match payload {
        RepairEvent::Applied(p) => {
            state.applications.push(Application {
                number: p.repair.clone(),
                about: p.target.about(),
                commitment: p.commitment.clone(),
                stage: Stage::Applied,
                granted: None,
                revoked: None,
            });
            return;
        }
        RepairEvent::Accepted(p) => (&p.repair, Stage::Accepted),
        RepairEvent::Declined(p) => (&p.repair, Stage::Declined),
        RepairEvent::Checked(p) => (&p.repair, Stage::Checked),
        RepairEvent::Granted(p) => (&p.repair, Stage::Granted),
        RepairEvent::Refused(p) => (&p.repair, Stage::Refused),
        RepairEvent::PassedOn(_) => return,
        RepairEvent::Revoked(p) => (&p.repair, Stage::Revoked),
    };
    let of = |a: &&mut Application| a.number == *number;
    if let Some(application) = state.applications.iter_mut().find(of) {
        application.stage = stage;
        match stage {
            Stage::Granted => {
                application.granted.get_or_insert(event.on);
            }
            Stage::Revoked => application.revoked = Some(event.on),
            _ => {}
        }
    }
}

/// `repair:<number>`, where the number has the form of a subject's id.
pub(super) fn subject(number: &str) -> Result<Subject, crate::subject::SubjectError> {
    Subject::new(crate::subject::Kind::Repair, number)
}

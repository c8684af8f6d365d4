//! Clocks (期限): the deadlines that run on each subject, as a view over all areas.
//!
//! Events carry explained deadlines in `derived.clocks`; here they are kept with the subject on
//! which they run, from the event that set them going to the one that ends them. What ends one is
//! declared once, in the table of its area ([`ClockKind`], named in the area's `events!`): no area
//! keeps a list of its own, and none is known here. A deadline that no table declares runs on the
//! first of its event's subjects that is no operator, until another of its name takes its place.
//!
//! Rows of [`List::Clocks`] tell of each run: key is the subject, entry the deadline's name, its
//! part and the position that set it going.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::areas::Payload;
use crate::areas::clock::Recompute;
use crate::day::Day;
use crate::event::{Event, Visibility};
use crate::ident::CreditCode;
use crate::row::{List, Row};
use crate::shared::Shared;
use crate::subject::{Kind, Subject};
use crate::term::Clock;

/// One kind of deadline, as its area declares it.
#[derive(Debug, Clone, Copy)]
pub struct ClockKind {
    /// Its name in events, as `complaint.decide`.
    pub name: &'static str,
    /// The kind of subject on which it runs.
    pub of: Kind,
    /// Whose time it is.
    pub whose: Whose,
    /// What ends it: event types without their version, as `complaint.accepted`. A deadline that
    /// the same event starts and ends was met or missed at once and is never seen running.
    pub ended_by: &'static [&'static str],
    /// Which part of the subject an event's start or end concerns.
    part: fn(&Event, &Subject, Turn) -> Part,
    /// Who holds it after an event, where that is not who acted.
    holder: fn(&Event, &str) -> Option<CreditCode>,
    /// Whether it is over after its last day without any event.
    by_itself: bool,
}

/// Whose time a deadline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The department has to act by then (机关期限).
    Authority,
    /// A party may or must act by then (当事人期限).
    Party,
    /// Something lasts until then (存续期间): a listing, a publication, a measure.
    Effect,
}

/// What an event does to a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It sets it going, or computes it anew.
    Starts,
    /// It ends it.
    Ends,
}

/// Which of the deadlines of one name on a subject an event concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// None on this subject.
    None,
    /// The one that the subject has.
    Whole,
    /// Those of these parts: entries, measures, departments.
    Of(Vec<String>),
    /// All of them.
    All,
}

impl Part {
    /// The whole, where something holds.
    pub(crate) const fn whole_if(holds: bool) -> Self {
        if holds { Self::Whole } else { Self::None }
    }

    /// The deadline of one part.
    pub(crate) fn of(part: impl ToString) -> Self {
        Self::Of(vec![part.to_string()])
    }

    fn has(&self, part: &str) -> bool {
        match self {
            Self::None => false,
            Self::Whole => part.is_empty(),
            Self::Of(parts) => parts.iter().any(|p| p == part),
            Self::All => true,
        }
    }

    fn parts(self) -> Vec<String> {
        match self {
            Self::None | Self::All => Vec::new(),
            Self::Whole => vec![String::new()],
            Self::Of(parts) => parts,
        }
    }
}

impl Whose {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Party => "party",
            Self::Effect => "effect",
        }
    }
}

impl ClockKind {
    /// A deadline of a subject as a whole, held by whoever acted last on it.
    #[must_use]
    pub const fn new(
        name: &'static str,
        of: Kind,
        whose: Whose,
        ended_by: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            of,
            whose,
            ended_by,
            part: |_, _, _| Part::Whole,
            holder: |_, _| None,
            by_itself: false,
        }
    }

    /// One of which a subject may have several, or that only some events of the table concern.
    #[must_use]
    pub(crate) const fn of_part(mut self, part: fn(&Event, &Subject, Turn) -> Part) -> Self {
        self.part = part;
        self
    }

    /// One that certain events give to another department, or that its part names.
    #[must_use]
    pub(crate) const fn held_by(mut self, holder: fn(&Event, &str) -> Option<CreditCode>) -> Self {
        self.holder = holder;
        self
    }

    /// One that is over after its last day without any event.
    #[must_use]
    pub(crate) const fn by_itself(mut self) -> Self {
        self.by_itself = true;
        self
    }

    /// Whether an event about `me` ends its deadline as a whole.
    pub(crate) fn is_ended_by(&self, event: &Event, me: &Subject) -> bool {
        self.ended_by
            .contains(&without_version(event.payload.event_type()))
            && (self.part)(event, me, Turn::Ends).has("")
    }

    /// The declared kind of a name, whichever area declares it.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        Payload::clock_kinds().find(|kind| kind.name == name)
    }
}

/// The deadlines of one subject: those that run, and those that the last event ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    runs: Vec<Shared<Run>>,
}

/// One run of a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The deadline as it was computed last.
    pub clock: Clock,
    /// Which part of the subject it concerns; empty where it concerns the whole.
    pub part: String,
    /// The department that holds it.
    pub holder: CreditCode,
    /// Position of the event that set it going.
    pub seq: u64,
    /// Legal day of that event.
    pub from: Day,
    /// First day on which it runs no longer.
    pub until: Option<Day>,
    /// The narrowest class of readers of its events; departments at the widest.
    pub visibility: Visibility,
    /// Whether an event has ended it.
    ended: bool,
    /// Position of the event that changed it last.
    changed: u64,
}

impl Run {
    /// Whether it runs on a legal day.
    #[must_use]
    pub fn runs_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

impl Clocks {
    /// The deadlines that no event has ended, in the order in which they were set going.
    pub fn running(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().map(Deref::deref).filter(|run| !run.ended)
    }

    /// Takes in an event about the subject. Total, and without regard to the recorded order.
    pub(crate) fn apply(&mut self, me: &Subject, event: &Event) {
        let over = |run: &Run| run.ended || run.until.is_some_and(|until| until <= event.on);
        self.runs.retain(|run| !over(run));
        if let Some((p, clock)) = Recompute::of(event) {
            let mut runs = self.runs.iter_mut();
            if let Some(run) = runs.find(|run| run.clock.name == p.clock && run.part == p.part) {
                run.clock = clock.clone();
                run.changed = event.seq;
            }
            return;
        }
        let kinds = event.payload.area_clock_kinds();
        let kind_of = |name: &str| kinds.iter().find(|kind| kind.name == name);
        for clock in &event.derived.clocks {
            let kind = kind_of(&clock.name);
            let part = match kind {
                Some(kind) if kind.of == me.kind() => (kind.part)(event, me, Turn::Starts),
                None => Part::whole_if(Some(me) == keeper(event)),
                Some(_) => Part::None,
            };
            for part in part.parts() {
                self.start(event, clock, part, kind);
            }
        }
        let name = without_version(event.payload.event_type());
        for run in &mut self.runs {
            let Some(kind) = kind_of(&run.clock.name) else {
                continue;
            };
            let holder = (kind.holder)(event, &run.part);
            if let Some(holder) = holder.filter(|holder| *holder != run.holder) {
                run.holder = holder;
                run.changed = event.seq;
            }
            let ends = kind.ended_by.contains(&name);
            if ends && (kind.part)(event, me, Turn::Ends).has(&run.part) {
                run.ended = true;
                run.until = Some(event.on.max(run.from));
                run.visibility = run.visibility.max(event.visibility);
                run.changed = event.seq;
            }
        }
    }

    fn start(&mut self, event: &Event, clock: &Clock, part: String, kind: Option<&ClockKind>) {
        let over = kind.is_some_and(|kind| kind.by_itself);
        let over = over.then(|| clock.due.plus_days(1));
        let mut runs = self.runs.iter_mut();
        if let Some(run) = runs.find(|run| run.clock.name == clock.name && run.part == part) {
            run.clock = clock.clone();
            run.until = over;
            run.visibility = run.visibility.max(event.visibility);
            run.changed = event.seq;
            return;
        }
        let holder = kind.and_then(|kind| (kind.holder)(event, &part));
        self.runs.push(Shared::from(Run {
            clock: clock.clone(),
            part,
            holder: holder.unwrap_or(event.by.department),
            seq: event.seq,
            from: event.on,
            until: over,
            visibility: event.visibility.max(Visibility::Departments),
            ended: false,
            changed: event.seq,
        }));
    }

    /// The rows that `event` has made or changed, after [`Self::apply`].
    pub(crate) fn rows(&self, me: &Subject, event: &Event, out: &mut Vec<Row>) {
        let changed = self.runs.iter().filter(|run| run.changed == event.seq);
        out.extend(changed.map(|run| Row {
            list: List::Clocks,
            key: me.as_str().to_owned(),
            entry: entry(run),
            from: run.from,
            until: run.until,
            void: false,
            name: String::new(),
            reason: run.clock.name.clone(),
            rule: run.clock.rule.clone(),
            authority: run.holder.to_string(),
            document: String::new(),
            visibility: run.visibility,
            clock: Some(Box::new(run.clock.clone())),
        }));
    }
}

/// A run's name among those of its subject.
fn entry(run: &Run) -> String {
    let name = &run.clock.name;
    if run.part.is_empty() {
        format!("{name}@{}", run.seq)
    } else {
        format!("{name}/{}@{}", run.part, run.seq)
    }
}

/// The subject on which an undeclared deadline of an event runs.
fn keeper(event: &Event) -> Option<&Subject> {
    let side = [Kind::Operator, Kind::Address, Kind::Department];
    let matter = |s: &&Subject| !side.contains(&s.kind());
    let found = event.subjects.iter().find(matter);
    found.or_else(|| event.subjects.iter().find(|s| s.kind() == Kind::Operator))
}

/// `complaint.accepted` of `complaint.accepted.v1`.
fn without_version(event_type: &str) -> &str {
    event_type.rsplit_once('.').map_or(event_type, |(n, _)| n)
}

/// A subject's state, with the deadlines that run on it.
///
/// In JSON the state stands alone, as its deadlines are told by the list of clocks; binary formats
/// hold both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timed<T> {
    state: Box<T>,
    deadlines: Clocks,
}

impl<T> Timed<T> {
    /// The deadlines.
    #[must_use]
    pub const fn deadlines(&self) -> &Clocks {
        &self.deadlines
    }

    pub(crate) const fn deadlines_mut(&mut self) -> &mut Clocks {
        &mut self.deadlines
    }

    /// The state alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        *self.state
    }
}

#[cfg(test)]
impl<T> From<T> for Timed<T> {
    fn from(state: T) -> Self {
        let (state, deadlines) = (Box::new(state), Clocks::default());
        Self { state, deadlines }
    }
}

impl<T> Deref for Timed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.state
    }
}

impl<T> DerefMut for Timed<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.state
    }
}

impl<T: Serialize> Serialize for Timed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return self.state.serialize(serializer);
        }
        (&self.state, &self.deadlines).serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Timed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (state, deadlines) = if deserializer.is_human_readable() {
            (Box::<T>::deserialize(deserializer)?, Clocks::default())
        } else {
            Deserialize::deserialize(deserializer)?
        };
        Ok(Self { state, deadlines })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn declared_deadlines_have_names_of_their_own_and_are_ended_by_events_of_their_area() {
        let events: BTreeSet<&str> = Payload::types().map(|t| without_version(t.event)).collect();
        let mut names = BTreeSet::new();
        for kind in Payload::clock_kinds() {
            assert!(names.insert(kind.name), "{} twice", kind.name);
            let area = |name: &'static str| name.split('.').next();
            for event in kind.ended_by {
                assert!(events.contains(event), "{}: {event}", kind.name);
                assert_eq!(area(event), area(kind.name));
            }
            // What nothing ends must be over by itself.
            assert!(kind.by_itself || !kind.ended_by.is_empty(), "{}", kind.name);
        }
        assert!(names.len() > 30, "{}", names.len());
    }
}

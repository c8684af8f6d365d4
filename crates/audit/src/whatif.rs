//! What would another rule have done (制度效果评估): a real history, each of its actions decided again
//! under another pack, in a world that goes on from what was decided there.
//!
//! Two worlds grow side by side: one of the events as they are, one of what the same actions would
//! have led to. An action that is refused there changes nothing there; what rested on it is then
//! refused too, and said to follow. Where the calendar acted, it acts there on the day that the
//! other rule gives; where it never acted, it does not act there either, so that all that differs
//! is the rule. Actions that were refused when they were asked for are in no history, so none of
//! them can be said to be allowed.

use std::collections::{BTreeMap, BTreeSet};

use chain::hash::{Hash, event_hash};
use domain::action::Action;
use domain::actor::Capacity;
use domain::areas::Payload;
use domain::areas::policy::{Adopt, PolicyEvent, Retire};
use domain::day::Day;
use domain::decide::{decide, follower_id, place};
use domain::entity::Entity;
use domain::event::{Derived, Event, EventError, Fact};
use domain::policy::Pack;
use domain::refusal::Refusal;
use domain::row::{List, Row};
use domain::standing::{Difference, Standing};
use domain::subject::{Kind, Subject};
use domain::world::{Replayed, World};
use serde::Serialize;

/// A history under way: feed it every event, then ask for the differences.
pub struct WhatIf {
    other: Pack,
    since: Option<Day>,
    adopted: Option<Adopted>,
    real: Side,
    there: Side,
    group: Option<Group>,
    /// Acts of the calendar that the other rule puts off, with the position that they had.
    waiting: BTreeMap<(Day, Subject), u64>,
    size: u64,
    head: Option<Hash>,
    last: Day,
    judged: u64,
    refused: Vec<Refused>,
    otherwise: Vec<Otherwise>,
    /// Positions of what differs, by subject.
    behind: BTreeMap<Subject, BTreeSet<u64>>,
}

/// One of the two worlds.
#[derive(Default)]
struct Side {
    world: Replayed,
    /// The last version of each deadline's row.
    clocks: BTreeMap<(String, String), Row>,
}

/// How the other pack came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Adopted {
    from: Day,
    replaced: Option<PackDigest>,
}

/// The events of one action, as they are and as they would be.
struct Group {
    first: Event,
    taken: u32,
    real: Vec<Derived>,
    there: Result<Vec<Derived>, Box<Refusal>>,
    /// The calendar acts on another day there.
    moved: Option<Day>,
}

/// A pack, and what its canonical JSON hashes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackDigest {
    /// `pack@version`.
    pub pack: String,
    /// BLAKE3 of its canonical JSON, in hex.
    pub blake3: String,
}

/// What would have been otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Number of events of the history.
    pub size: u64,
    /// Hash of its last event; absent where there is none.
    pub head: Option<Hash>,
    /// The pack that the history adopted under the same name.
    pub replaced: Option<PackDigest>,
    /// The pack that takes its place.
    pub by: PackDigest,
    /// First legal day on which it does; absent where no event came to it.
    pub since: Option<Day>,
    /// The last legal day of the history, up to which is looked.
    pub until: Day,
    /// Actions that were decided again.
    pub judged: u64,
    /// Decisions that would be refused.
    pub refused: Vec<Refused>,
    /// Decisions that would have other consequences than deadlines.
    pub otherwise: Vec<Otherwise>,
    /// Deadlines that would have been due or have ended otherwise.
    pub clocks: Vec<ClockEffect>,
    /// Operators that would stand or be listed otherwise.
    pub operators: Vec<OperatorEffect>,
}

/// A decision that would be refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Position of the event.
    pub seq: u64,
    /// Its type.
    pub r#type: String,
    /// Its legal date.
    pub on: Day,
    /// What it is about.
    pub subjects: Vec<Subject>,
    /// Code of the refusal.
    pub code: String,
    /// Why, in a sentence.
    pub message: String,
    /// The rule that stands in the way, where one does.
    pub rule: Option<String>,
    /// The earlier refused decision on which it rests, where there is one.
    pub follows: Option<u64>,
}

/// A decision that would have other consequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Otherwise {
    /// Position of the event.
    pub seq: u64,
    /// Its type.
    pub r#type: String,
    /// Its legal date.
    pub on: Day,
    /// What it is about.
    pub subjects: Vec<Subject>,
    /// The legal date that it would have, where the calendar would act on another.
    pub would_be_on: Option<Day>,
    /// What would be otherwise.
    pub facts: Vec<FactEffect>,
}

/// One consequence that would be otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactEffect {
    /// Its name.
    pub fact: String,
    /// What it is; absent where it is not there.
    pub was: Option<String>,
    /// What it would be.
    pub would_be: Option<String>,
}

/// A deadline that would have been otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockEffect {
    /// The subject on which it runs.
    pub subject: String,
    /// Its name.
    pub clock: String,
    /// The position that set it going.
    pub seq: u64,
    /// The last day as it is; absent where it never ran.
    pub due: Option<Day>,
    /// The last day as it would be; absent where it would never have run.
    pub would_be_due: Option<Day>,
    /// First day on which it runs no longer; absent while it runs.
    pub ended: Option<Day>,
    /// First day on which it would run no longer.
    pub would_have_ended: Option<Day>,
    /// Whether it ran out: it ended after its last day, or ran beyond it to the history's last day.
    pub ran_out: bool,
    /// Whether it would have.
    pub would_have_run_out: bool,
    /// Positions of the differing events behind it.
    pub behind: Vec<u64>,
}

/// An operator that would stand otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperatorEffect {
    /// The operator.
    pub operator: Subject,
    /// In what.
    pub facts: Vec<FactEffect>,
    /// Positions of the differing events behind it.
    pub behind: Vec<u64>,
}

impl WhatIf {
    /// A replay under a pack: in the place of the one of the same name from its adoption on, or
    /// beside it from `since` on; one that the history knows no name of fills its slots from
    /// `since` on, or from the day its instrument takes force.
    #[must_use]
    pub fn new(other: Pack, since: Option<Day>) -> Self {
        Self {
            other,
            since,
            adopted: None,
            real: Side::default(),
            there: Side::default(),
            group: None,
            waiting: BTreeMap::new(),
            size: 0,
            head: None,
            last: Day::MIN,
            judged: 0,
            refused: Vec::new(),
            otherwise: Vec::new(),
            behind: BTreeMap::new(),
        }
    }

    /// Takes the next event, as its canonical bytes.
    ///
    /// # Errors
    /// Where the bytes are no event.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), EventError> {
        let event = Event::parse(bytes)?;
        self.size += 1;
        self.head = Some(event_hash(bytes));
        self.last = self.last.max(event.on);
        let follows = self.group.as_ref().is_some_and(|group| {
            let id = group.first.id;
            event.cause == Some(id) && event.id == follower_id(id, group.taken)
        });
        if !follows {
            self.close();
            self.begin(&event);
        }
        self.real.take(&event);
        if let Some(group) = &mut self.group {
            group.taken += 1;
            group.real.push(event.derived);
        }
        Ok(())
    }

    /// What would have been otherwise.
    #[must_use]
    pub fn finish(mut self) -> Effect {
        self.close();
        self.let_calendar_act(self.last);
        let (clocks, operators) = (self.clocks(), self.operators());
        let adopted = self.adopted.take();
        Effect {
            size: self.size,
            head: self.head,
            replaced: adopted.as_ref().and_then(|a| a.replaced.clone()),
            by: PackDigest::of(&self.other),
            since: adopted.map(|a| a.from),
            until: self.last,
            judged: self.judged,
            refused: self.refused,
            otherwise: self.otherwise,
            clocks,
            operators,
        }
    }

    /// Decides an action in the other world.
    fn begin(&mut self, event: &Event) {
        self.let_calendar_act(event.on);
        if let Payload::Policy(policy) = &event.payload {
            self.law(event, policy);
            return;
        }
        self.adopt_unnamed(event);
        self.judged += 1;
        let action = Action {
            id: event.id,
            payload: event.payload.clone(),
            on: event.on,
            by: event.by.clone(),
            cause: event.cause,
            expect: None,
        };
        let calendar = event.by.capacity == Capacity::Clock;
        let moved = if calendar { self.moved(event) } else { None };
        let mut group = Group {
            first: event.clone(),
            taken: 0,
            real: Vec::new(),
            there: Ok(Vec::new()),
            moved: moved.as_ref().map(|(_, day)| *day),
        };
        match moved {
            Some((subject, day)) if day > event.on => {
                self.waiting.insert((day, subject), event.seq);
            }
            moved => {
                let on = moved.map_or(event.on, |(_, day)| day);
                let action = Action { on, ..action };
                group.there = self.there.act(&action, event).map_err(Box::new);
            }
        }
        self.group = Some(group);
    }

    /// On which other day the calendar would do in the other world what it did: as long after the
    /// day that the law gives as it did.
    fn moved(&self, event: &Event) -> Option<(Subject, Day)> {
        event.subjects.iter().find_map(|subject| {
            let (real, there) = (
                self.real.due(subject, event)?,
                self.there.due(subject, event)?,
            );
            let delay = real.days_until(event.on);
            (real != there).then(|| (subject.clone(), there.plus_days(delay)))
        })
    }

    /// What the calendar was found to do later than it did, as far as a day has come.
    fn let_calendar_act(&mut self, day: Day) {
        while let Some(entry) = self.waiting.first_entry().filter(|e| e.key().0 <= day) {
            let ((on, subject), seq) = entry.remove_entry();
            let mut found = Vec::new();
            let world = &self.there.world;
            if let Some(state) = world.entity(&subject) {
                state.lapses(&subject, world.book(), &mut found);
            }
            let acts = found.into_iter().filter(|act| act.on <= on);
            let actions = acts.filter_map(|act| act.action(world.register()).ok());
            let actions = actions.map(|action| Action { on, ..action });
            for action in actions.collect::<Vec<Action>>() {
                self.there.act_at(&action, seq);
            }
        }
    }

    /// Takes an adoption or retirement into both worlds, the other pack in the place of its
    /// namesake.
    fn law(&mut self, event: &Event, policy: &PolicyEvent) {
        self.group = None;
        let mut other = event.clone();
        match policy {
            PolicyEvent::Adopted(p) if p.pack.pack == self.other.pack => {
                let replaced = Some(PackDigest::of(&p.pack));
                match self.since.filter(|since| *since > event.on) {
                    Some(from) => {
                        self.there.world.apply(event);
                        self.adopted = Some(Adopted { from, replaced });
                        self.other.version = self.other.version.max(p.pack.version + 1);
                        other.on = from;
                    }
                    None if self.adopted.is_some() => return,
                    None => {
                        let from = event.on.max(self.other.instrument.in_force);
                        self.adopted = Some(Adopted { from, replaced });
                    }
                }
                let pack = self.other.clone();
                other.payload = Payload::Policy(PolicyEvent::Adopted(Adopt { pack }));
            }
            PolicyEvent::Retired(p) if p.pack.pack == self.other.pack => {
                let retire = Retire {
                    pack: self.other.id(),
                    reason: p.reason.clone(),
                };
                other.payload = Payload::Policy(PolicyEvent::Retired(retire));
            }
            _ => {}
        }
        self.there.world.apply(&other);
    }

    /// Lets a pack whose name the history does not know fill its slots, once its day has come.
    fn adopt_unnamed(&mut self, event: &Event) {
        let from = self.since.unwrap_or(self.other.instrument.in_force);
        let known = self.there.world.book().packs();
        let named = known
            .map(|(pack, ..)| &pack.pack)
            .any(|p| *p == self.other.pack);
        if named || self.adopted.is_some() || event.on < from {
            return;
        }
        let replaced = None;
        self.adopted = Some(Adopted { from, replaced });
        let pack = self.other.clone();
        let mut adoption = event.clone();
        adoption.on = from;
        adoption.subjects = vec![Subject::policy_book()];
        adoption.payload = Payload::Policy(PolicyEvent::Adopted(Adopt { pack }));
        self.there.world.apply(&adoption);
    }

    /// Compares what an action led to with what it would have led to.
    fn close(&mut self) {
        let Some(group) = self.group.take() else {
            return;
        };
        let Event {
            seq, on, subjects, ..
        } = group.first;
        let kind = group.first.payload.event_type().to_owned();
        match group.there {
            Err(refusal) => {
                let rests_on = |r: &&Refused| {
                    let process = |s: &&Subject| s.kind() != Kind::Operator;
                    let mut processes = r.subjects.iter().filter(process);
                    processes.any(|s| subjects.contains(s))
                };
                let follows = self.refused.iter().find(rests_on).map(|r| r.seq);
                self.note(seq, &subjects);
                self.refused.push(Refused {
                    seq,
                    r#type: kind,
                    on,
                    subjects,
                    code: refusal.code.to_owned(),
                    message: refusal.message.clone(),
                    rule: refusal.rule.clone(),
                    follows,
                });
            }
            Ok(there) => {
                let later = group.moved.is_some() && there.is_empty();
                let (facts, dues) = if later {
                    (Vec::new(), false)
                } else {
                    (
                        differing(&group.real, &there),
                        dues_differ(&group.real, &there),
                    )
                };
                let told = group.moved.is_some() || !facts.is_empty();
                if told || dues {
                    self.note(seq, &subjects);
                }
                if told {
                    self.otherwise.push(Otherwise {
                        seq,
                        r#type: kind,
                        on,
                        subjects,
                        would_be_on: group.moved,
                        facts,
                    });
                }
            }
        }
    }

    fn note(&mut self, seq: u64, subjects: &[Subject]) {
        for subject in subjects {
            self.behind.entry(subject.clone()).or_default().insert(seq);
        }
    }

    fn behind(&self, subject: &Subject) -> Vec<u64> {
        let found = self.behind.get(subject).into_iter().flatten();
        found.copied().collect()
    }

    fn clocks(&self) -> Vec<ClockEffect> {
        let (real, there) = (&self.real.clocks, &self.there.clocks);
        let keys: BTreeSet<_> = real.keys().chain(there.keys()).collect();
        let of = |row: Option<&Row>| {
            let due = row.and_then(|r| r.clock.as_ref()).map(|c| c.due);
            let ended = row
                .and_then(|r| r.until)
                .filter(|until| *until <= self.last);
            let end = ended.unwrap_or(self.last);
            (due, ended, due.is_some_and(|due| due < end))
        };
        let effect = |key: &(String, String)| {
            let (due, ended, ran_out) = of(real.get(key));
            let (would_be_due, would_have_ended, would_have_run_out) = of(there.get(key));
            if (due, ended) == (would_be_due, would_have_ended) {
                return None;
            }
            let (clock, seq) = key.1.rsplit_once('@')?;
            let behind = Subject::parse(&key.0).map(|subject| self.behind(&subject));
            Some(ClockEffect {
                subject: key.0.clone(),
                clock: clock.to_owned(),
                seq: seq.parse().ok()?,
                due,
                would_be_due,
                ended,
                would_have_ended,
                ran_out,
                would_have_run_out,
                behind: behind.unwrap_or_default(),
            })
        };
        keys.into_iter().filter_map(effect).collect()
    }

    fn operators(&self) -> Vec<OperatorEffect> {
        let standing = |side: &Side, subject: &Subject| match side.world.entity(subject).as_deref()
        {
            Some(Entity::Operator(operator)) => Standing::of(operator, Some(self.last)),
            _ => Standing::default(),
        };
        let touched = self.behind.keys().filter(|s| s.kind() == Kind::Operator);
        let effect = |subject: &Subject| {
            let real = standing(&self.real, subject);
            let differences = standing(&self.there, subject).differences(&real);
            let fact = |d: Difference| FactEffect {
                fact: d.fact,
                was: d.before,
                would_be: d.after,
            };
            (!differences.is_empty()).then(|| OperatorEffect {
                operator: subject.clone(),
                facts: differences.into_iter().map(fact).collect(),
                behind: self.behind(subject),
            })
        };
        touched.filter_map(effect).collect()
    }
}

impl Side {
    fn take(&mut self, event: &Event) {
        self.world.apply(event);
        for row in self.world.rows(event) {
            if row.list == List::Clocks {
                self.clocks
                    .insert((row.key.clone(), row.entry.clone()), row);
            }
        }
    }

    /// On which day the calendar does to a subject what an event says.
    fn due(&self, subject: &Subject, event: &Event) -> Option<Day> {
        let mut found = Vec::new();
        let state = self.world.entity(subject)?;
        state.lapses(subject, self.world.book(), &mut found);
        let same = found.into_iter().find(|act| act.payload == event.payload);
        same.map(|act| act.on)
    }

    /// Decides an action and goes on from what it leads to, in the places of the real event's.
    fn act(&mut self, action: &Action, event: &Event) -> Result<Vec<Derived>, Refusal> {
        let drafts = decide(&self.world, action)?;
        // What reads as an event can be written as one.
        let placed = place(drafts, action, event.seq, event.prev, event.at).unwrap_or_default();
        let mut derived = Vec::with_capacity(placed.len());
        for one in placed {
            self.take(&one.event);
            derived.push(one.event.derived);
        }
        Ok(derived)
    }

    /// Lets the calendar act in the place of a real event; what is refused is left.
    fn act_at(&mut self, action: &Action, seq: u64) {
        let Ok(drafts) = decide(&self.world, action) else {
            return;
        };
        let origin = chain::hash::origin_hash("");
        let at = domain::day::Instant::from_millis(0);
        for one in place(drafts, action, seq, origin, at).unwrap_or_default() {
            self.take(&one.event);
        }
    }
}

impl PackDigest {
    fn of(pack: &Pack) -> Self {
        // A checked pack is plain data: it always encodes.
        let bytes = chain::canon::to_vec(pack).unwrap_or_default();
        Self {
            pack: pack.id().to_string(),
            blake3: blake3::hash(&bytes).to_hex().to_string(),
        }
    }
}

/// The consequences that differ; deadlines are told by themselves.
fn differing(real: &[Derived], there: &[Derived]) -> Vec<FactEffect> {
    let mut found = Vec::new();
    if real.len() != there.len() {
        found.push(FactEffect {
            fact: "events".to_owned(),
            was: Some(real.len().to_string()),
            would_be: Some(there.len().to_string()),
        });
    }
    for (real, there) in real.iter().zip(there) {
        let value = |facts: &[Fact], name: &str| {
            let fact = facts.iter().find(|f| f.name == name)?;
            let number = fact.number.map(|n| n.to_string());
            let day = fact.day.map(|day| day.to_string());
            fact.word.clone().or(number).or(day)
        };
        let names: BTreeSet<&String> = real
            .facts
            .iter()
            .chain(&there.facts)
            .map(|f| &f.name)
            .collect();
        for name in names {
            let (was, would_be) = (value(&real.facts, name), value(&there.facts, name));
            if was != would_be {
                let fact = name.clone();
                found.push(FactEffect {
                    fact,
                    was,
                    would_be,
                });
            }
        }
    }
    found
}

/// Whether deadlines would have other last days.
fn dues_differ(real: &[Derived], there: &[Derived]) -> bool {
    let dues = |derived: &[Derived]| -> Vec<(String, Day)> {
        let clocks = derived.iter().flat_map(|d| &d.clocks);
        clocks.map(|c| (c.name.clone(), c.due)).collect()
    };
    dues(real) != dues(there)
}

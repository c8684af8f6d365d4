//! The county: days one after the other, and what is under way between them.

use std::collections::{BTreeMap, VecDeque};

use domain::calendar::Calendar;
use domain::day::Day as LegalDay;
use domain::ident::{CreditCode, CreditCodeError, OperatorKind};
use domain::policy::Book;
use serde_json::{Value, json};

use crate::draw::Draws;
use crate::{
    advice, bulletins, cases, complaints, credit, departments, exchanges, findings, lists,
    registrations, shops, stories, watch,
};

/// Why no county could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DemoError {
    /// A code that was put together here is none.
    #[error("{0}")]
    Code(#[from] CreditCodeError),
    /// The packs that come with the product cannot be read.
    #[error("the policy packs: {0}")]
    Packs(String),
}

/// One day's actions, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// The day on which they are recorded; most take effect on it too.
    pub on: LegalDay,
    /// Actions in wire form.
    pub actions: Vec<Value>,
}

/// Who acts: a capacity, an officer's number, and the department where it is not the authority.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who {
    pub(crate) capacity: &'static str,
    pub(crate) officer: Option<&'static str>,
    pub(crate) department: Option<CreditCode>,
}

impl Who {
    pub(crate) const fn of(capacity: &'static str) -> Self {
        Self {
            capacity,
            officer: None,
            department: None,
        }
    }

    pub(crate) const fn officer(capacity: &'static str, officer: &'static str) -> Self {
        Self {
            capacity,
            officer: Some(officer),
            department: None,
        }
    }

    pub(crate) const fn at(capacity: &'static str, department: CreditCode) -> Self {
        Self {
            capacity,
            officer: None,
            department: Some(department),
        }
    }
}

/// An action that is planned.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The day on which it is recorded.
    pub(crate) on: LegalDay,
    /// The legal date, where that is another one.
    pub(crate) legal: Option<LegalDay>,
    pub(crate) who: Who,
    pub(crate) r#type: &'static str,
    pub(crate) data: Value,
    /// How many events it leads to; none where it is refused.
    pub(crate) events: u64,
    /// Whether it counts for the operator's score afterwards.
    pub(crate) scores: Option<CreditCode>,
}

impl Step {
    pub(crate) fn new(r#type: &'static str, on: LegalDay, who: Who, data: Value) -> Self {
        Self {
            on,
            legal: None,
            who,
            r#type,
            data,
            events: 1,
            scores: None,
        }
    }

    /// It takes effect on another day than it is recorded.
    pub(crate) const fn effective(mut self, legal: LegalDay) -> Self {
        self.legal = Some(legal);
        self
    }

    /// It leads to so many events.
    pub(crate) const fn leads_to(mut self, events: u64) -> Self {
        self.events = events;
        self
    }

    /// It is illegal, and is there to be refused.
    pub(crate) const fn planted(mut self) -> Self {
        self.events = 0;
        self
    }

    /// It bears on the score of an operator, which is changed soon after.
    pub(crate) const fn scoring(mut self, operator: CreditCode) -> Self {
        self.scores = Some(operator);
        self
    }
}

/// An operator as the county's makers know it.
#[derive(Debug, Clone)]
pub(crate) struct Operator {
    pub(crate) n: u64,
    pub(crate) code: CreditCode,
    /// Day on which it is granted.
    pub(crate) since: LegalDay,
    /// Day on which it ends, where it is one of those that do.
    pub(crate) ends: Option<LegalDay>,
}

impl Operator {
    pub(crate) fn is_individual(&self) -> bool {
        self.code.kind() == OperatorKind::Individual
    }
}

/// A penalty that a bulletin may expose.
#[derive(Debug, Clone)]
pub(crate) struct Exposable {
    pub(crate) n: u64,
    pub(crate) case: String,
    pub(crate) operator: CreditCode,
    /// Day of its publication.
    pub(crate) published: LegalDay,
    pub(crate) facts: String,
}

/// A county, made day by day: the iterator gives every day on which something happens.
pub struct County {
    pub(crate) draws: Draws,
    pub(crate) size: u64,
    pub(crate) operators: Vec<Operator>,
    pub(crate) calendar: Calendar,
    pub(crate) counts: Counts,
    /// Operators with something under way that would not bear another: until which day.
    busy: BTreeMap<u64, LegalDay>,
    /// Penalties that are to be published, for the bulletin that follows.
    exposable: Vec<Exposable>,
    plan: BTreeMap<LegalDay, VecDeque<Step>>,
    today: LegalDay,
    made: u64,
    next_seq: u64,
    planted: u64,
    authority: CreditCode,
}

/// How many of each thing there are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) granted: u64,
    pub(crate) applications: u64,
    pub(crate) complaints: u64,
    pub(crate) repairs: u64,
    /// What is left over of a day's share.
    left: BTreeMap<&'static str, u64>,
    /// Of what is counted by a name.
    named: BTreeMap<&'static str, u64>,
}

impl Counts {
    /// The next number of a thing, from 1.
    pub(crate) fn next(&mut self, what: &'static str) -> u64 {
        let count = self.named.entry(what).or_default();
        *count += 1;
        *count
    }
}

/// The county's first day.
const FIRST: (i32, u8, u8) = (2015, 1, 1);

/// First and last day of the year that is told in full.
pub(crate) fn year() -> (LegalDay, LegalDay) {
    let day = |year, month, day| LegalDay::new(year, month, day).unwrap_or(LegalDay::MIN);
    (day(2025, 10, 1), day(2026, 9, 30))
}

impl County {
    /// A county of so many operators, and those of the stories; the same seed makes the same actions.
    ///
    /// # Errors
    /// [`DemoError::Packs`] where the packs that come with the product cannot be read.
    pub fn new(size: u64, seed: u64) -> Result<Self, DemoError> {
        let packs = |e: String| DemoError::Packs(e);
        let all = domain::policy::builtin().map_err(|e| packs(e.to_string()))?;
        let book = Book::of(all).map_err(|e| packs(e.to_string()))?;
        let first = LegalDay::new(FIRST.0, FIRST.1, FIRST.2).unwrap_or(LegalDay::MIN);
        let mut county = Self {
            draws: Draws(seed),
            size: size.max(1),
            operators: Vec::new(),
            calendar: book.calendar().clone(),
            counts: Counts::default(),
            busy: BTreeMap::new(),
            exposable: Vec::new(),
            plan: BTreeMap::new(),
            today: first,
            made: 0,
            next_seq: 0,
            planted: 0,
            authority: departments::authority()?,
        };
        departments::found(&mut county, first)?;
        shops::platforms(&mut county)?;
        stories::plan(&mut county)?;
        Ok(county)
    }

    /// How many illegal actions were planted so far; each must be refused, and nothing else.
    #[must_use]
    pub const fn planted(&self) -> u64 {
        self.planted
    }

    /// How many events the actions so far lead to.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.next_seq
    }

    /// Plans an action. One of an officer on a day off is taken on the next working day.
    pub(crate) fn plan(&mut self, step: Step) {
        let on = step.on.max(self.today);
        self.plan.entry(on).or_default().push_back(step);
    }

    /// The day itself or the first working day after it.
    pub(crate) fn working(&self, on: LegalDay) -> LegalDay {
        let mut day = on;
        while !self.calendar.is_working(day) {
            day = day.plus_days(1);
        }
        day
    }

    /// The `n`-th working day after a day.
    pub(crate) fn after(&self, on: LegalDay, n: i64) -> LegalDay {
        let mut day = on;
        for _ in 0..n {
            day = self.working(day.plus_days(1));
        }
        day
    }

    /// An operator that was there before the day, does not end and is free.
    pub(crate) fn standing(&self, n: u64, what: &str, on: LegalDay) -> Option<Operator> {
        (0..8).find_map(|try_no| {
            let draw = self
                .draws
                .below(n * 8 + try_no, what, self.operators.len() as u64);
            let operator = self.operators.get(usize::try_from(draw).ok()?)?;
            self.is_free(operator, on).then(|| operator.clone())
        })
    }

    /// Whether an operator was there before the day, does not end, and has nothing under way.
    pub(crate) fn is_free(&self, operator: &Operator, on: LegalDay) -> bool {
        let busy = self.busy.get(&operator.n).is_some_and(|until| on <= *until);
        operator.since < on && operator.ends.is_none() && !busy
    }

    /// Keeps an operator from being chosen up to and including a day.
    pub(crate) fn busy(&mut self, n: u64, until: LegalDay) {
        self.busy.insert(n, until);
    }

    /// Keeps a penalty for the bulletin that follows its publication.
    pub(crate) fn expose(&mut self, penalty: Exposable) {
        self.exposable.push(penalty);
    }

    /// The penalties that were published by a day, and in no bulletin before.
    pub(crate) fn exposable(&mut self, by: LegalDay) -> Vec<Exposable> {
        let all = std::mem::take(&mut self.exposable);
        let (found, later) = all.into_iter().partition(|p| p.published <= by);
        self.exposable = later;
        found
    }

    /// How many of a thing fall on this day: of so many a year for 10,000 operators, with the
    /// day's share in percent of an ordinary one.
    pub(crate) fn share(&mut self, what: &'static str, yearly: u64, percent: u64) -> u64 {
        let left = self.counts.left.entry(what).or_default();
        // In parts of a 10,000th of a 365th of a 100th.
        *left += yearly * self.size * percent;
        let whole = 10_000 * 365 * 100;
        let now = *left / whole;
        *left %= whole;
        now
    }

    fn make(&mut self, on: LegalDay) -> Result<Day, DemoError> {
        let (first, last) = year();
        registrations::of_day(self, on)?;
        if on >= first && on <= last {
            // Awards are the first to choose: what they rest on is a clean file.
            advice::of_day(self, on);
            complaints::of_day(self, on);
            findings::of_day(self, on)?;
            shops::of_day(self, on);
            watch::of_day(self, on);
            exchanges::of_day(self, on);
            lists::of_day(self, on);
            cases::of_day(self, on);
            credit::of_day(self, on);
            bulletins::of_day(self, on);
        }
        let mut actions = Vec::new();
        while let Some(step) = self.plan.get_mut(&on).and_then(VecDeque::pop_front) {
            actions.push(self.action(step));
        }
        self.plan.remove(&on);
        Ok(Day { on, actions })
    }

    fn action(&mut self, step: Step) -> Value {
        self.made += 1;
        let id = self.id(step.on);
        let department = step.who.department.unwrap_or(self.authority);
        let mut by = json!({"capacity": step.who.capacity, "department": department});
        if let (Some(officer), Some(map)) = (step.who.officer, by.as_object_mut()) {
            map.insert("officer".to_owned(), json!(officer));
        }
        let legal = step.legal.unwrap_or(step.on);
        if step.events == 0 {
            self.planted += 1;
        }
        if let Some(operator) = step.scores {
            credit::count(self, operator, &id, self.next_seq, step.on);
        }
        self.next_seq += step.events;
        json!({"by": by, "data": step.data, "id": id, "on": legal, "type": step.r#type})
    }

    /// A UUIDv7 at the day's morning whose random bits come from the seed and the count.
    fn id(&self, on: LegalDay) -> String {
        let random = self.draws.number(self.made, "id").to_be_bytes();
        let mut bits = [0_u8; 10];
        bits[2..].copy_from_slice(&random);
        let days = u64::try_from(on.unix_days()).unwrap_or(0);
        let millis = days * 86_400_000 + self.made % 86_400_000;
        uuid::Builder::from_unix_timestamp_millis(millis, &bits)
            .into_uuid()
            .to_string()
    }
}

impl Iterator for County {
    type Item = Result<Day, DemoError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (_, last) = year();
        while self.today <= last {
            let on = self.today;
            let day = self.make(on);
            self.today = on.plus_days(1);
            match day {
                Ok(day) if day.actions.is_empty() => {}
                day => return Some(day),
            }
        }
        None
    }
}

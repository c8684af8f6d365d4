//! Credit: an operator's ratings, score and class, an item of the negative list, and their folds.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Cause, Class, CreditEvent, EventRef};
use crate::areas::Payload;
use crate::areas::registration::RegistrationEvent;
use crate::day::Day;
use crate::entity::Operator;
use crate::event::{Event, Visibility};
use crate::ident::CreditCode;
use crate::row::{List, Row};
use crate::subject::Subject;

/// An operator's credit. What it means on a day is worked out by [`super::explain`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// Ratings, in the order in which they became known.
    pub ratings: Vec<Rating>,
    /// Events that a pack may weigh.
    pub causes: Vec<Cause>,
    /// Changes of the score.
    pub changes: Vec<Change>,
    /// Classes over time; a month that confirms a class adds nothing.
    pub classes: Vec<ClassSpan>,
    /// The first day of the month that was classed last.
    pub assigned: Option<Day>,
    /// Proposals of another class.
    pub proposals: Vec<Proposal>,
    /// Findings under the negative list.
    pub matches: Vec<Match>,
    /// Commitments.
    pub commitments: Vec<Commitment>,
}

/// A rating of a department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// Its id.
    pub id: String,
    /// Position of the event.
    pub seq: u64,
    /// Method.
    pub method: String,
    /// Level.
    pub level: String,
    /// Credit code of the rating department; where imported, its name as the file gives it.
    pub rater: String,
    /// Came in with a file.
    pub imported: bool,
    /// First day on which it is valid.
    pub from: Day,
    /// Last day on which it is valid.
    pub until: Option<Day>,
    /// Answers of other departments, the latest of each.
    pub recognitions: Vec<Recognition>,
}

/// A department's answer to another's rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognition {
    /// Position of the event.
    pub seq: u64,
    /// Who answers.
    pub department: CreditCode,
    /// Whether it recognises the rating.
    pub recognised: bool,
    /// From which day on.
    pub on: Day,
    /// Why.
    pub reason: String,
}

/// One change of the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Position of the event.
    pub seq: u64,
    /// Its id.
    pub id: Uuid,
    /// First day on which it counts.
    pub on: Day,
    /// Last day on which it counts.
    pub counts_until: Day,
    /// The event behind it.
    pub cause: EventRef,
    /// The ground, as the pack names it.
    pub ground: String,
    /// What the cause is about.
    pub about: String,
    /// The slot of the rule that weighs it.
    pub slot: String,
    /// The rule, `pack@version#rule.id`.
    pub rule: String,
    /// What the pack gives the ground, in points.
    pub weight_points: i64,
    /// What of it counts, where the rule bounds the sum, in points.
    pub points: i64,
    /// The event that undid it, and from which day on.
    pub reversed: Option<(u64, Day)>,
}

/// A class for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassSpan {
    /// Position of the event.
    pub seq: u64,
    /// The class.
    pub class: Class,
    /// First day.
    pub from: Day,
    /// The rule that made it, `pack@version#rule.id`.
    pub rule: String,
    /// What made it: `score`, `list` or `officer`.
    pub made_by: String,
    /// The score on that day, in points; absent where an officer set the class.
    pub score_points: Option<i64>,
    /// The threshold that decided, in points; absent where no threshold did.
    pub threshold_points: Option<i64>,
    /// Until which day a class set by an officer outlasts the monthly ones.
    pub held_until: Option<Day>,
}

/// A proposal of another class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Position of the event.
    pub seq: u64,
    /// Its id.
    pub id: Uuid,
    /// The class proposed.
    pub class: Class,
    /// When.
    pub on: Day,
    /// The department.
    pub department: CreditCode,
    /// The officer's number.
    pub officer: String,
    /// Why.
    pub reason: String,
    /// The event that approved it.
    pub approved: Option<u64>,
}

/// A finding under the negative list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Its id.
    pub record: String,
    /// Position of the event.
    pub seq: u64,
    /// The item.
    pub item: String,
    /// When.
    pub on: Day,
    /// What was found.
    pub finding: String,
}

/// A commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// Its id.
    pub id: String,
    /// Position of the event.
    pub seq: u64,
    /// What for.
    pub purpose: String,
    /// Whether it was made in public.
    pub public: bool,
    /// When.
    pub on: Day,
    /// The event that found it false, and from which day on.
    pub found_false: Option<(u64, Day)>,
}

/// An item of the negative list (负面清单).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NegativeItem {
    /// What must not be done.
    pub title: String,
    /// What forbids it.
    pub basis: String,
    /// Who adopted it.
    pub department: Option<CreditCode>,
    /// First day.
    pub from: Option<Day>,
    /// First day no longer.
    pub until: Option<Day>,
    /// How often an operator was found to do it.
    pub matches: u64,
}

impl NegativeItem {
    /// Whether the item is in force on a day.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        self.from.is_some_and(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

impl Rating {
    /// Whether it is valid on a day.
    #[must_use]
    pub fn valid_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

impl Change {
    /// Whether it counts on a day.
    #[must_use]
    pub fn counts_on(&self, day: Day) -> bool {
        self.on <= day
            && day <= self.counts_until
            && self.reversed.is_none_or(|(_, reversed)| day < reversed)
    }
}

impl Credit {
    /// The rating of an id.
    #[must_use]
    pub fn rating(&self, id: &str) -> Option<&Rating> {
        self.ratings.iter().find(|r| r.id == id)
    }

    /// The commitment of an id.
    #[must_use]
    pub fn commitment(&self, id: &str) -> Option<&Commitment> {
        self.commitments.iter().find(|c| c.id == id)
    }

    /// The sum of what counts on a day, in points.
    #[must_use]
    pub fn points_on(&self, day: Day) -> i64 {
        self.changes
            .iter()
            .filter(|c| c.counts_on(day))
            .fold(0, |sum, c| sum.saturating_add(c.points))
    }

    /// The sum of all that was not undone, in points, whether its time is over or not.
    #[must_use]
    pub fn points_unreversed(&self) -> i64 {
        let standing = self.changes.iter().filter(|c| c.reversed.is_none());
        standing.fold(0, |sum, c| sum.saturating_add(c.points))
    }

    /// The class in force on a day.
    #[must_use]
    pub fn class_on(&self, day: Day) -> Option<&ClassSpan> {
        // Of two that begin on one day, the one that was recorded later holds.
        let begun = self.classes.iter().filter(|c| c.from <= day);
        begun.max_by_key(|c| (c.from, c.seq))
    }

    /// Possible causes that hold on a day and have changed no score yet, oldest first: what the
    /// monthly work has to go through.
    pub fn unweighed(&self, day: Day) -> impl Iterator<Item = &Cause> {
        self.causes.iter().filter(move |cause| {
            cause.on <= day && cause.undone.is_none() && self.counted(cause).is_none()
        })
    }

    /// The change by which a cause counts already, itself or the same thing under the same ground.
    #[must_use]
    pub fn counted(&self, cause: &Cause) -> Option<&Change> {
        let ground = cause.ground();
        self.changes.iter().find(|c| {
            c.cause.seq == cause.seq
                || (c.reversed.is_none() && c.ground == ground && c.about == cause.about)
        })
    }
}

pub(crate) fn evolve(state: &mut Credit, event: &Event, payload: &CreditEvent) {
    match payload {
        CreditEvent::RatingGiven(p) => {
            let (id, by) = (p.rating.clone(), event.by.department.to_string());
            let rated = (p.method.clone(), p.level.clone(), by);
            state.ratings.push(rating(event, id, rated, p.until, false));
        }
        CreditEvent::RatingImported(p) => {
            let (id, by) = (p.rating.clone(), p.source.authority.clone());
            let rated = (p.method.clone(), p.level.clone(), by);
            state.ratings.push(rating(event, id, rated, p.until, true));
        }
        CreditEvent::RatingRecognised(p) => answer(state, event, &p.rating, true, &p.reason),
        CreditEvent::RatingDeclined(p) => answer(state, event, &p.rating, false, &p.reason),
        CreditEvent::ScoreChanged(p) => change(state, event, p.cause),
        CreditEvent::ScoreReversed(p) => {
            let undone = state.changes.iter_mut().find(|c| c.seq == p.change.seq);
            if let Some(change) = undone {
                change.reversed.get_or_insert((event.seq, event.on));
            }
        }
        CreditEvent::ClassAssigned(_) => {
            state.assigned = state.assigned.max(Some(event.on));
            span(state, event);
        }
        CreditEvent::ClassProposed(p) => state.proposals.push(Proposal {
            seq: event.seq,
            id: event.id,
            class: p.class,
            on: event.on,
            department: event.by.department,
            officer: event.by.officer.clone().unwrap_or_default(),
            reason: p.reason.clone(),
            approved: None,
        }),
        CreditEvent::ClassChanged(p) => {
            let of = |proposal: &&mut Proposal| proposal.seq == p.proposal.seq;
            if let Some(proposal) = state.proposals.iter_mut().find(of) {
                proposal.approved = Some(event.seq);
            }
            span(state, event);
        }
        CreditEvent::NegativeItemMatched(p) => state.matches.push(Match {
            record: p.record.clone(),
            seq: event.seq,
            item: p.item.clone(),
            on: event.on,
            finding: p.finding.clone(),
        }),
        CreditEvent::CommitmentMade(p) => state.commitments.push(Commitment {
            id: p.commitment.clone(),
            seq: event.seq,
            purpose: p.purpose.clone(),
            public: p.public,
            on: event.on,
            found_false: None,
        }),
        CreditEvent::CommitmentFoundFalse(p) => {
            let of = |c: &&mut Commitment| c.id == p.commitment;
            if let Some(commitment) = state.commitments.iter_mut().find(of) {
                commitment.found_false.get_or_insert((event.seq, event.on));
            }
        }
        CreditEvent::NegativeItemAdopted(_) | CreditEvent::NegativeItemRetired(_) => {}
    }
}

fn rating(
    event: &Event,
    id: String,
    (method, level, rater): (String, String, String),
    until: Option<Day>,
    imported: bool,
) -> Rating {
    Rating {
        id,
        seq: event.seq,
        method,
        level,
        rater,
        imported,
        from: event.on,
        until,
        recognitions: Vec::new(),
    }
}

fn answer(state: &mut Credit, event: &Event, id: &str, recognised: bool, reason: &str) {
    if let Some(rating) = state.ratings.iter_mut().find(|r| r.id == id) {
        let department = event.by.department;
        rating.recognitions.retain(|r| r.department != department);
        rating.recognitions.push(Recognition {
            seq: event.seq,
            department,
            recognised,
            on: event.on,
            reason: reason.to_owned(),
        });
    }
}

fn change(state: &mut Credit, event: &Event, cause: EventRef) {
    let known = state.causes.iter().find(|c| c.seq == cause.seq);
    let fact = |name: &str| event.derived.facts.iter().find(|f| f.name == name);
    state.changes.push(Change {
        seq: event.seq,
        id: event.id,
        on: event.on,
        counts_until: event
            .derived
            .clock("credit.counts")
            .map_or(Day::MAX, |c| c.due),
        cause,
        ground: known.map(Cause::ground).unwrap_or_default(),
        about: known.map(|c| c.about.clone()).unwrap_or_default(),
        slot: known.map(Cause::slot).unwrap_or_default(),
        rule: fact("weight_points")
            .map(|f| f.rule.clone())
            .unwrap_or_default(),
        weight_points: event.derived.number("weight_points").unwrap_or(0),
        points: event.derived.number("score_change_points").unwrap_or(0),
        reversed: None,
    });
}

/// Adds the class that the event's facts name, where it differs from the one in force.
fn span(state: &mut Credit, event: &Event) {
    let fact = event.derived.facts.iter().find(|f| f.name == "class");
    let class = fact.and_then(|f| Class::by_name(f.word.as_deref()?));
    let (Some(fact), Some(class)) = (fact, class) else {
        return;
    };
    let held_until = event.derived.clock("credit.class_held").map(|c| c.due);
    let same = state
        .class_on(event.on)
        .is_some_and(|c| c.class == class && held_until.is_none());
    if same {
        return;
    }
    state.classes.push(ClassSpan {
        seq: event.seq,
        class,
        from: event.on,
        rule: fact.rule.clone(),
        made_by: event
            .derived
            .word("class_made_by")
            .unwrap_or_default()
            .to_owned(),
        score_points: event.derived.number("score_points"),
        threshold_points: event.derived.number("threshold_points"),
        held_until,
    });
}

pub(crate) fn evolve_negative_item(state: &mut NegativeItem, event: &Event, payload: &CreditEvent) {
    match payload {
        CreditEvent::NegativeItemAdopted(p) => {
            state.title.clone_from(&p.title);
            state.basis.clone_from(&p.basis);
            state.department = Some(event.by.department);
            state.from = Some(event.on);
            state.until = None;
        }
        CreditEvent::NegativeItemRetired(_) => state.until = Some(event.on),
        CreditEvent::NegativeItemMatched(_) => state.matches += 1,
        _ => {}
    }
}

/// The rows of the class board: the class that begins, and the one that it ends; and the last one
/// of an operator whose registration ends.
pub(crate) fn rows(operator: &Operator, me: &Subject, event: &Event, out: &mut Vec<Row>) {
    let classes = &operator.credit.classes;
    let row = |span: &ClassSpan, until: Option<Day>| Row {
        list: List::Classes,
        key: me.id().to_owned(),
        entry: span.from.to_string(),
        from: span.from,
        until,
        void: false,
        name: operator.registration.name().to_owned(),
        reason: span.class.name().to_owned(),
        rule: span.rule.clone(),
        authority: event.by.department.to_string(),
        document: String::new(),
        visibility: Visibility::Departments,
        clock: None,
    };
    if matches!(
        event.payload,
        Payload::Registration(RegistrationEvent::Ended(_))
    ) {
        out.extend(classes.last().map(|last| row(last, Some(event.on))));
        return;
    }
    let Some(place) = classes.iter().position(|c| c.seq == event.seq) else {
        return;
    };
    let before = place.checked_sub(1).and_then(|p| classes.get(p));
    // One that begins on the same day takes the same entry.
    if let Some(ended) = before.filter(|b| b.from < event.on) {
        out.push(row(ended, Some(event.on)));
    }
    if let Some(begun) = classes.get(place) {
        out.push(row(begun, None));
    }
}

//! Exposure: judging.

use super::content::{check, check_text, shown};
use super::source::{found, standing};
use super::state::{EXPIRED, signature};
use super::{
    Bulletin, Correct, DraftBulletin, Entry, Exposed, ExposureEvent, Item, Publication, Release,
    Review, ReviewOutcome, Show, Stage, Withdraw, WithdrawEntry,
};
use crate::actor::Capacity;
use crate::areas::{Payload, registration};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::{Entity, Operator};
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::{Clock, Roll, Term, TermUnit};
use crate::world::{World, operator_subject};

/// The longest number of a bulletin, in bytes: with an entry's id it still makes a row's.
const NUMBER_BYTES_MAX: usize = 64;
/// The longest reason, in characters.
const REASON_CHARS_MAX: usize = 1_000;

const DRAFTERS: [Capacity; 2] = [Capacity::Publisher, Capacity::CreditOfficer];
const WITHDRAWERS: [Capacity; 3] = [Capacity::Publisher, Capacity::Reviewer, Capacity::Head];

/// Judges an action on a bulletin.
///
/// # Errors
/// `exposure.number`, `exposure.exists`, `exposure.unknown`, `exposure.illegal_order`,
/// `exposure.before_previous_step`, `exposure.officer_missing`, `exposure.second_officer`,
/// `exposure.period`, `exposure.period_open`, `exposure.nothing_to_show`, `exposure.too_many`,
/// `exposure.entry_id`, `exposure.entry_exists`, `exposure.entry_unknown`,
/// `exposure.entry_ended`, `exposure.entry_operator`, `exposure.source_unknown`,
/// `exposure.source_ended`, `exposure.source_stands`, `exposure.text`,
/// `exposure.personal_value`, `exposure.name_in_clear`, `exposure.url`,
/// `exposure.reasons_missing`, `exposure.reason_unknown`, `exposure.since`,
/// `exposure.approval_stale`, `exposure.not_due`, `exposure.only_follows`,
/// `registration.unknown`, `no_rule_in_force`, and those of who may act.
pub fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &ExposureEvent,
) -> Result<Drafts, Refusal> {
    let number = number(payload);
    let me = Subject::new(Kind::Bulletin, number)
        .ok()
        .filter(|_| number.len() <= NUMBER_BYTES_MAX);
    let me = me.ok_or_else(|| {
        Refusal::new(
            "exposure.number",
            format!("a bulletin's number has 1 to {NUMBER_BYTES_MAX} of A-Z a-z 0-9 . _ -"),
            "choose such a number",
        )
        .at("data.bulletin")
    })?;
    let known = match world.entity(&me).as_deref() {
        Some(Entity::Bulletin(known)) => (**known).clone(),
        _ => Bulletin::default(),
    };
    let fresh = matches!(payload, ExposureEvent::Drafted(_));
    match (fresh, known.stage) {
        (true, Stage::Unknown) => {}
        (true, _) => {
            return Err(Refusal::new(
                "exposure.exists",
                "a bulletin of this number is on record",
                "choose another number",
            )
            .at("data.bulletin"));
        }
        (false, Stage::Unknown) => {
            return Err(Refusal::new(
                "exposure.unknown",
                "no bulletin of this number is on record",
                "draft it first, or correct the number",
            )
            .at("data.bulletin"));
        }
        (false, _) => {}
    }
    // What the calendar brought about takes effect on its own day, also where it is recorded late.
    let calendar = asked.by.capacity == Capacity::Clock;
    if !calendar && known.since.is_some_and(|since| asked.on < since) {
        return Err(Refusal::new(
            "exposure.before_previous_step",
            "the step would lie before the one before it",
            "correct the date",
        )
        .at("on"));
    }
    let case = Case {
        world,
        asked,
        payload,
        known,
        me,
    };
    case.judge()
}

/// One action on one bulletin.
struct Case<'a> {
    world: &'a dyn World,
    asked: &'a Asked<'a>,
    payload: &'a ExposureEvent,
    known: Bulletin,
    me: Subject,
}

impl Case<'_> {
    fn judge(&self) -> Result<Drafts, Refusal> {
        match self.payload {
            ExposureEvent::Drafted(p) => self.drafted(p),
            ExposureEvent::EntryAdded(p) => self.added(&p.entry),
            ExposureEvent::EntryDropped(p) => {
                self.may(&DRAFTERS)?;
                self.signed()?;
                self.must(&[Stage::Drafting])?;
                self.item(&p.entry)?;
                Ok(vec![self.draft()])
            }
            ExposureEvent::Submitted(_) => self.submitted(),
            ExposureEvent::Reviewed(p) => self.reviewed(p),
            ExposureEvent::Approved(_) => self.approved(),
            ExposureEvent::Returned(p) => {
                self.may(&[Capacity::Head])?;
                self.must(&[Stage::Reviewed, Stage::Approved])?;
                reasoned(&p.reasons)?;
                Ok(vec![self.draft()])
            }
            ExposureEvent::Released(p) => self.released(p),
            ExposureEvent::Corrected(p) => self.corrected(p),
            ExposureEvent::EntryWithdrawn(p) => self.entry_withdrawn(p),
            ExposureEvent::Expired(p) => {
                self.may(&[Capacity::Clock])?;
                let (operator, exposed, item) = self.published(&p.entry, p.operator)?;
                let rule = self.rule("exposure.publication")?;
                self.over(&operator, &exposed, item, &rule)?;
                Ok(vec![self.public(p.operator).under(&rule)])
            }
            ExposureEvent::Withdrawn(p) => self.withdrawn(p),
            ExposureEvent::Published(_) | ExposureEvent::Shown(_) => Err(Refusal::new(
                "exposure.only_follows",
                "this event only follows from others",
                "publish the bulletin, or correct an entry",
            )
            .at("type")),
        }
    }

    fn drafted(&self, p: &DraftBulletin) -> Result<Drafts, Refusal> {
        self.may(&DRAFTERS)?;
        self.signed()?;
        check_text(&p.title, "data.title")?;
        if p.to < p.from {
            return Err(Refusal::new(
                "exposure.period",
                "the period ends before it begins",
                "correct one of the two dates",
            )
            .at("data.to"));
        }
        let rule = self.rule("exposure.content")?;
        most(&rule, p.entries.len())?;
        let mut ids: Vec<&str> = Vec::new();
        for entry in &p.entries {
            if ids.contains(&entry.entry.as_str()) {
                return Err(exists());
            }
            ids.push(&entry.entry);
            self.entry(entry, &rule)?;
        }
        Ok(vec![self.draft().under(&rule)])
    }

    fn added(&self, entry: &Entry) -> Result<Drafts, Refusal> {
        self.may(&DRAFTERS)?;
        self.signed()?;
        self.must(&[Stage::Drafting])?;
        let rule = self.rule("exposure.content")?;
        if self.known.item(&entry.entry).is_some() {
            return Err(exists());
        }
        most(&rule, self.known.items.len() + 1)?;
        self.entry(entry, &rule)?;
        Ok(vec![self.draft().under(&rule)])
    }

    fn submitted(&self) -> Result<Drafts, Refusal> {
        self.may(&DRAFTERS)?;
        self.must(&[Stage::Drafting])?;
        if self.known.items.is_empty() {
            return Err(nothing());
        }
        let rule = self.rule("exposure.review")?;
        let clock = self.clock("exposure.review", &rule, "review")?;
        Ok(vec![self.draft().under(&rule).clock(clock)])
    }

    fn reviewed(&self, p: &Review) -> Result<Drafts, Refusal> {
        self.may(&[Capacity::Reviewer])?;
        let reviewer = self.signed()?;
        self.must(&[Stage::Submitted])?;
        let rule = self.rule("exposure.review")?;
        if self.known.drafters.contains(&reviewer) {
            return Err(second(&rule, "who drafted it does not review it"));
        }
        if p.outcome == ReviewOutcome::Returned {
            reasoned(&p.reasons)?;
        }
        Ok(vec![self.late(self.draft(), &rule)])
    }

    fn approved(&self) -> Result<Drafts, Refusal> {
        self.may(&[Capacity::Head])?;
        let approver = self.signed()?;
        self.must(&[Stage::Reviewed])?;
        let rule = self.rule("exposure.approval")?;
        if self.known.drafters.contains(&approver) {
            return Err(second(&rule, "who drafted it does not approve it"));
        }
        if self.known.reviewer.as_ref() == Some(&approver) {
            return Err(second(&rule, "who reviewed it does not approve it"));
        }
        let clock = self.clock("exposure.publish", &rule, "publish")?;
        Ok(vec![self.draft().under(&rule).clock(clock)])
    }

    fn released(&self, p: &Release) -> Result<Drafts, Refusal> {
        self.may(&[Capacity::Publisher])?;
        self.must(&[Stage::Approved])?;
        let rule = self.rule("exposure.approval")?;
        let (Some(title), Some((from, to))) = (&self.known.title, self.known.period) else {
            return Err(nothing());
        };
        if self.asked.on <= to {
            return Err(Refusal::new(
                "exposure.period_open",
                format!("the period that the bulletin reports on ends on {to}"),
                "publish it on a later day",
            )
            .by_rule(&rule)
            .at("on"));
        }
        if let Some(clock) = &self.known.clock
            && self.asked.on > clock.due
        {
            return Err(Refusal::new(
                "exposure.approval_stale",
                format!("the approval held until {}", clock.due),
                "return it to the drafter (exposure.return) and have it approved anew",
            )
            .by_rule(&rule)
            .at("on"));
        }
        let head = ExposureEvent::Published(Publication {
            bulletin: p.bulletin.clone(),
            entries: self.known.items.iter().map(|i| i.id.clone()).collect(),
            from,
            title: title.clone(),
            to,
        });
        let head = self.of(&head).seen_by(Visibility::Public).under(&rule);
        let mut drafts = vec![self.draft().under(&rule), head];
        for item in &self.known.items {
            let Some(entry) = &item.drafted else { continue };
            drafts.push(self.show(entry, "")?);
        }
        Ok(drafts)
    }

    fn corrected(&self, p: &Correct) -> Result<Drafts, Refusal> {
        self.may(&[Capacity::Head])?;
        let (_, exposed, _) = self.published(&p.entry.entry, p.entry.operator)?;
        reasoned(&p.reason)?;
        if crate::ident::find_personal_value(&p.reason).is_some() {
            return Err(Refusal::new(
                "exposure.personal_value",
                "the number of a phone or an identity document would be published",
                "leave it out",
            )
            .at("data.reason"));
        }
        let rule = self.rule("exposure.content")?;
        check(&p.entry, &rule)?;
        let first = self.draft().under(&rule);
        let mut show = self.show(&p.entry, p.reason.trim())?;
        if let Payload::Exposure(ExposureEvent::Shown(now)) = &show.payload
            && exposed.shown.as_ref().is_some_and(|was| same(was, now))
        {
            return Err(Refusal::new(
                "exposure.nothing_to_show",
                "the correction changes nothing of what is shown",
                "say what was wrong",
            )
            .at("data.entry"));
        }
        // A correction does not lengthen what was to be shown for so long; it may shorten it.
        if let (Some(was), Some(now)) = (exposed.until, show.derived.day("shown_until_day")) {
            let until = was.min(now);
            for fact in &mut show.derived.facts {
                if fact.name == "shown_until_day" {
                    fact.day = Some(until);
                }
            }
            let shows = self.rule("exposure.publication")?;
            show.derived.clocks = vec![self.shown_through(&shows, until)];
        }
        Ok(vec![first, show])
    }

    fn entry_withdrawn(&self, p: &WithdrawEntry) -> Result<Drafts, Refusal> {
        self.may(&WITHDRAWERS)?;
        let (operator, exposed, item) = self.published(&p.entry, p.operator)?;
        let rule = self.rule("exposure.withdrawal")?;
        self.coded(&rule, &p.code)?;
        let stands = standing(&operator, &item.source, self.asked.on).is_some();
        match p.code.as_str() {
            EXPIRED => self.over(&operator, &exposed, item, &rule)?,
            "penalty_revoked" | "repaired" if stands => {
                return Err(Refusal::new(
                    "exposure.source_stands",
                    "what the entry rests on still stands",
                    "record its end first, or withdraw the entry for another reason",
                )
                .by_rule(&rule)
                .at("data.code"));
            }
            _ => {}
        }
        let draft = self.public(p.operator);
        Ok(vec![self.in_time(draft, &rule, p.since)?])
    }

    fn withdrawn(&self, p: &Withdraw) -> Result<Drafts, Refusal> {
        self.may(&[Capacity::Head])?;
        self.must(&[Stage::Published])?;
        let rule = self.rule("exposure.withdrawal")?;
        self.coded(&rule, &p.code)?;
        let first = self.draft().seen_by(Visibility::Public);
        let mut drafts = vec![self.in_time(first, &rule, p.since)?];
        for item in self.known.items.iter().filter(|i| i.ended.is_none()) {
            let follows = ExposureEvent::EntryWithdrawn(WithdrawEntry {
                bulletin: self.me.id().to_owned(),
                code: p.code.clone(),
                entry: item.id.clone(),
                operator: item.operator,
                since: p.since,
            });
            let draft = self.of(&follows).about(operator_subject(item.operator));
            drafts.push(draft.seen_by(Visibility::Public).under(&rule));
        }
        Ok(drafts)
    }

    fn of(&self, payload: &ExposureEvent) -> Draft {
        Draft::new(Payload::Exposure(payload.clone()), self.asked.on)
            .about(self.me.clone())
            .seen_by(Visibility::Restricted)
    }

    fn draft(&self) -> Draft {
        self.of(self.payload)
    }

    fn public(&self, operator: CreditCode) -> Draft {
        let draft = self.draft().about(operator_subject(operator));
        draft.seen_by(Visibility::Public)
    }

    fn rule(&self, slot: &str) -> Result<RuleRef<'_>, Refusal> {
        Ok(self.world.book().rule(slot, self.asked.on)?)
    }

    fn may(&self, capacities: &[Capacity]) -> Result<(), Refusal> {
        let register = self.world.register();
        register.may(self.asked.by, self.asked.on, capacities)?;
        Ok(())
    }

    /// Who signs: steps that a second officer must not take are signed by an officer.
    fn signed(&self) -> Result<String, Refusal> {
        signature(self.asked.by).ok_or_else(|| {
            Refusal::new(
                "exposure.officer_missing",
                "this step is signed by an officer, as another officer checks it",
                "give the officer's number",
            )
            .at("by.officer")
        })
    }

    fn must(&self, stages: &[Stage]) -> Result<(), Refusal> {
        if stages.contains(&self.known.stage) {
            return Ok(());
        }
        let stands = self.known.stage.name();
        Err(Refusal::new(
            "exposure.illegal_order",
            format!("the bulletin stands at {stands}"),
            "a bulletin is drafted, submitted, reviewed, approved, then published",
        )
        .at("type"))
    }

    fn item(&self, id: &str) -> Result<&Item, Refusal> {
        self.known.item(id).ok_or_else(|| {
            Refusal::new(
                "exposure.entry_unknown",
                "the bulletin has no entry of this id",
                "name an entry that `show` lists",
            )
            .at("data.entry")
        })
    }

    /// A published entry that is still shown, with the operator it names.
    fn published(
        &self,
        id: &str,
        operator: CreditCode,
    ) -> Result<(Operator, Exposed, &Item), Refusal> {
        let item = self.item(id)?;
        if item.operator != operator {
            return Err(Refusal::new(
                "exposure.entry_operator",
                "the entry is about another operator",
                "correct the code or the entry; an operator mistaken for another is withdrawn",
            )
            .at("data.operator"));
        }
        if item.ended.is_some() {
            return Err(ended());
        }
        self.must(&[Stage::Published])?;
        let held = self.world.operator(operator);
        let found = match held.as_deref() {
            Some(Entity::Operator(known)) => {
                let exposed = known.exposure.entry(self.me.id(), id);
                exposed.map(|exposed| ((**known).clone(), exposed.clone(), item))
            }
            _ => None,
        };
        // A published entry stands in its operator's file; where it does not, nothing is shown.
        found.ok_or_else(ended)
    }

    /// The content and source of an entry.
    fn entry(&self, entry: &Entry, rule: &RuleRef<'_>) -> Result<(), Refusal> {
        registration::registered(self.world, entry.operator)?;
        check(entry, rule)?;
        found(self.world, entry, self.asked.on)?;
        Ok(())
    }

    /// The public event of an entry, with its last day: that of the decision behind it where it
    /// has one, else that of the local term.
    fn show(&self, entry: &Entry, correction: &str) -> Result<Draft, Refusal> {
        let found = found(self.world, entry, self.asked.on)?;
        let name = registration::registered(self.world, entry.operator)?
            .name()
            .to_owned();
        let show = shown(self.me.id(), entry, name, &found, correction)?;
        let rule = self.rule("exposure.publication")?;
        let draft = self.of(&ExposureEvent::Shown(show));
        let draft = draft
            .about(operator_subject(entry.operator))
            .seen_by(Visibility::Public);
        Ok(match found.ends {
            Some(last) => {
                let clock = self.shown_through(&rule, last);
                draft.clock(clock).day(&rule, "shown_until_day", last)
            }
            None => {
                let clock = self.clock("exposure.show", &rule, "show")?;
                let last = clock.due;
                draft.clock(clock).day(&rule, "shown_until_day", last)
            }
        })
    }

    /// The deadline of an entry that is shown through a day which something else gives.
    fn shown_through(&self, rule: &RuleRef<'_>, last: Day) -> Clock {
        let term = Term {
            n: u32::try_from(self.asked.on.days_until(last)).unwrap_or(0),
            roll: Roll::None,
            unit: TermUnit::Days,
        };
        let calendar = self.world.book().calendar();
        let (text, article) = (rule.to_string(), rule.article());
        Clock::begin(
            "exposure.show",
            &text,
            article,
            self.asked.on,
            term,
            calendar,
        )
    }

    /// That an entry is to be shown no longer: its last day is past, or what it rests on ended.
    fn over(
        &self,
        operator: &Operator,
        exposed: &Exposed,
        item: &Item,
        rule: &RuleRef<'_>,
    ) -> Result<(), Refusal> {
        let past = exposed.until.is_some_and(|last| last < self.asked.on);
        if past || standing(operator, &item.source, self.asked.on).is_none() {
            return Ok(());
        }
        let until = exposed.until.map_or_else(String::new, |d| format!(" {d}"));
        Err(Refusal::new(
            "exposure.not_due",
            format!("the entry is shown through{until}, and what it rests on stands"),
            "wait for the day after, or withdraw it for another reason",
        )
        .by_rule(rule)
        .at("on"))
    }

    fn coded(&self, rule: &RuleRef<'_>, code: &str) -> Result<(), Refusal> {
        if rule.code(code).is_ok() {
            return Ok(());
        }
        let known: Vec<&str> = rule.rule().codes.keys().map(String::as_str).collect();
        Err(Refusal::new(
            "exposure.reason_unknown",
            "the rule in force has no such reason",
            format!("choose one of {}", known.join(", ")),
        )
        .by_rule(rule)
        .at("data.code"))
    }

    fn clock(&self, name: &str, rule: &RuleRef<'_>, term: &str) -> Result<Clock, Refusal> {
        self.clock_from(name, rule, term, self.asked.on)
    }

    fn clock_from(
        &self,
        name: &str,
        rule: &RuleRef<'_>,
        term: &str,
        start: Day,
    ) -> Result<Clock, Refusal> {
        Ok(Clock::begin(
            name,
            &rule.to_string(),
            rule.article(),
            start,
            rule.term(term)?,
            self.world.book().calendar(),
        ))
    }

    /// By how many days the running deadline was missed.
    fn late(&self, draft: Draft, rule: &RuleRef<'_>) -> Draft {
        let due = self.known.clock.as_ref().map(|c| c.due);
        let days = due.map_or(0, |due| due.days_until(self.asked.on).max(0));
        draft.number(rule, "late_days", days)
    }

    /// The term for a withdrawal, and by how many days it was missed.
    fn in_time(&self, draft: Draft, rule: &RuleRef<'_>, since: Day) -> Result<Draft, Refusal> {
        if since > self.asked.on {
            return Err(Refusal::new(
                "exposure.since",
                "the reason would arise after the withdrawal",
                "correct one of the two dates",
            )
            .at("data.since"));
        }
        let clock = self.clock_from("exposure.withdraw", rule, "withdraw", since)?;
        let days = clock.due.days_until(self.asked.on).max(0);
        Ok(draft.clock(clock).number(rule, "late_days", days))
    }
}

fn number(payload: &ExposureEvent) -> &str {
    match payload {
        ExposureEvent::Drafted(p) => &p.bulletin,
        ExposureEvent::EntryAdded(p) => &p.bulletin,
        ExposureEvent::EntryDropped(p) => &p.bulletin,
        ExposureEvent::Submitted(p) => &p.bulletin,
        ExposureEvent::Reviewed(p) => &p.bulletin,
        ExposureEvent::Approved(p) => &p.bulletin,
        ExposureEvent::Returned(p) => &p.bulletin,
        ExposureEvent::Released(p) => &p.bulletin,
        ExposureEvent::Published(p) => &p.bulletin,
        ExposureEvent::Shown(p) => &p.bulletin,
        ExposureEvent::Corrected(p) => &p.bulletin,
        ExposureEvent::EntryWithdrawn(p) => &p.bulletin,
        ExposureEvent::Expired(p) => &p.bulletin,
        ExposureEvent::Withdrawn(p) => &p.bulletin,
    }
}

/// Whether two contents differ in nothing but the reason of a correction.
fn same(a: &Show, b: &Show) -> bool {
    let bare = |show: &Show| Show {
        correction: String::new(),
        ..show.clone()
    };
    bare(a) == bare(b)
}

fn most(rule: &RuleRef<'_>, count: usize) -> Result<(), Refusal> {
    let most = rule.amount("entries_max")?;
    if i64::try_from(count).unwrap_or(i64::MAX) <= most {
        return Ok(());
    }
    Err(Refusal::new(
        "exposure.too_many",
        format!("a bulletin holds at most {most} entries"),
        "make two bulletins of it",
    )
    .by_rule(rule)
    .at("data.entries"))
}

fn exists() -> Refusal {
    Refusal::new(
        "exposure.entry_exists",
        "the bulletin has an entry of this id already",
        "choose another id, or drop that entry first",
    )
    .at("data.entry")
}

fn ended() -> Refusal {
    Refusal::new(
        "exposure.entry_ended",
        "the entry is shown no longer",
        "nothing is left to do",
    )
    .at("data.entry")
}

fn nothing() -> Refusal {
    Refusal::new(
        "exposure.nothing_to_show",
        "the bulletin has no entry",
        "add entries first",
    )
    .at("data.bulletin")
}

fn second(rule: &RuleRef<'_>, what: &str) -> Refusal {
    Refusal::new(
        "exposure.second_officer",
        what,
        "let another officer with this capacity act",
    )
    .by_rule(rule)
    .at("by.officer")
}

fn reasoned(text: &str) -> Result<(), Refusal> {
    if (1..=REASON_CHARS_MAX).contains(&text.trim().chars().count()) {
        return Ok(());
    }
    Err(Refusal::new(
        "exposure.reasons_missing",
        format!("this step needs reasons of 1 to {REASON_CHARS_MAX} characters"),
        "say why",
    )
    .at("data.reasons"))
}

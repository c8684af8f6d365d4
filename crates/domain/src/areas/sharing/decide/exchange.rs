//! Sharing, judging: exchanges.

use super::{CORRESPONDENTS, NUMBER_BYTES_MAX, clock, late, standing, task, text};
use crate::actor::Capacity;
use crate::areas::sharing::duty::is_named;
use crate::areas::sharing::state::slot;
use crate::areas::sharing::{
    Answer, Exchange, ExchangeKind, Party, Receive, Send, SharingEvent, Stage,
};
use crate::areas::{Payload, registration};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Entity;
use crate::event::Visibility;
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::subject::{Kind, Subject};
use crate::term::Clock;
use crate::world::{World, department_subject, operator_subject};

/// Operators that one exchange may be about.
const OPERATORS_MAX: usize = 50;
/// Files that may go along.
const EVIDENCE_MAX: usize = 64;

/// Judges an action on an exchange.
pub(super) fn decide(
    world: &dyn World,
    asked: &Asked<'_>,
    payload: &SharingEvent,
) -> Result<Drafts, Refusal> {
    let case = Case {
        world,
        asked,
        payload,
    };
    match payload {
        SharingEvent::Sent(p) => case.sent(p),
        SharingEvent::Received(p) => case.received(p),
        SharingEvent::Acknowledged(p) => case.acknowledged(&case.open(&p.exchange)?),
        SharingEvent::Extended(p) => {
            let open = case.open(&p.exchange)?;
            text("data.reason", &p.reason)?;
            case.extended(&open)
        }
        SharingEvent::Answered(p) => case.answered(&case.open(&p.exchange)?, p),
        SharingEvent::Reminded(p) => {
            let open = case.open(&p.exchange)?;
            case.sender(&open)?;
            let mut past = open.known.clocks();
            if past.all(|c| asked.on <= c.due) {
                return Err(not_due("nothing of this exchange is overdue on that day"));
            }
            Ok(vec![case.draft(&open)])
        }
        SharingEvent::FellOverdue(p) => case.fell_overdue(&case.open(&p.exchange)?),
        SharingEvent::Withdrawn(p) => {
            let open = case.open(&p.exchange)?;
            case.sender(&open)?;
            text("data.reason", &p.reason)?;
            Ok(vec![case.draft(&open)])
        }
        _ => Ok(Vec::new()),
    }
}

/// One action on one exchange.
struct Case<'a> {
    world: &'a dyn World,
    asked: &'a Asked<'a>,
    payload: &'a SharingEvent,
}

/// An exchange that goes on.
struct Open {
    me: Subject,
    known: Exchange,
    sent: Day,
}

impl Case<'_> {
    fn sent(&self, p: &Send) -> Result<Drafts, Refusal> {
        let (world, on) = (self.world, self.asked.on);
        let register = world.register();
        register.may(self.asked.by, on, &CORRESPONDENTS)?;
        let me = self.fresh(&p.exchange)?;
        let mut draft = self.begun(me, &p.operators, p.evidence.len(), &p.title)?;
        draft = draft.about(department_subject(self.asked.by.department));
        match (p.to, &p.outside) {
            (Some(to), None) if to == self.asked.by.department => {
                return Err(Refusal::new(
                    "sharing.to_itself",
                    "a department does not send to itself",
                    "name the other department",
                )
                .at("data.to"));
            }
            (Some(to), None) => {
                standing(world, to, on, "data.to")?;
                draft = draft.about(department_subject(to));
            }
            (None, Some(outside)) if is_named(outside) => {}
            (None, Some(_)) => return Err(unnamed("data.outside")),
            _ => {
                return Err(Refusal::new(
                    "sharing.party",
                    "it goes to a department of the register or to an authority elsewhere",
                    "give exactly one of `to` and `outside`",
                )
                .at("data.to"));
            }
        }
        if let Some(matter) = &p.matter {
            self.matter(matter)?;
            draft = draft.about(matter.clone());
        }
        task(world, p.task.as_ref(), "data.task")?;
        if p.task.is_none() {
            text("data.basis", &p.basis)?;
        }
        let rule = world.book().rule(&slot(p.kind), on)?;
        let received = world.book().rule("sharing.acknowledge", on)?;
        let to_acknowledge = clock(world, "sharing.acknowledge", &received, "acknowledge", on)?;
        draft = draft.under(&received).clock(to_acknowledge);
        if p.kind != ExchangeKind::Record && !rule.flag("from_receipt") {
            draft = draft.clock(self.to_answer(&rule, on)?);
        }
        Ok(vec![seen(draft.under(&rule), p.confidential)])
    }

    fn received(&self, p: &Receive) -> Result<Drafts, Refusal> {
        let (world, on) = (self.world, self.asked.on);
        let register = world.register();
        register.may(self.asked.by, on, &CORRESPONDENTS)?;
        let me = self.fresh(&p.exchange)?;
        if !is_named(&p.from) {
            return Err(unnamed("data.from"));
        }
        text("data.basis", &p.basis)?;
        let draft = self.begun(me, &p.operators, p.evidence.len(), &p.title)?;
        let rule = world.book().rule(&slot(p.kind), on)?;
        let mut draft = draft
            .about(department_subject(self.asked.by.department))
            .under(&rule);
        if p.kind != ExchangeKind::Record {
            draft = draft.clock(self.to_answer(&rule, on)?);
        }
        Ok(vec![seen(draft, p.confidential)])
    }

    fn acknowledged(&self, open: &Open) -> Result<Drafts, Refusal> {
        self.receiver(open)?;
        if open.known.stage != Stage::Sent {
            return Err(order("it is acknowledged already"));
        }
        let received = self.rule("sharing.acknowledge", open)?;
        let clock = open.known.to_acknowledge.as_ref();
        let mut draft = late(self.draft(open), &received, clock, self.asked.on).under(&received);
        let rule = self.rule(&slot(open.known.kind), open)?;
        if open.known.kind != ExchangeKind::Record && rule.flag("from_receipt") {
            let clock = self.to_answer(&rule, self.asked.on)?;
            draft = draft.under(&rule).clock(clock);
        }
        Ok(vec![draft])
    }

    fn extended(&self, open: &Open) -> Result<Drafts, Refusal> {
        self.receiver(open)?;
        let rule = self.rule("sharing.extension", open)?;
        let most = rule.amount("extensions_max")?;
        let due = open.known.to_answer.as_ref().map(|c| c.due);
        match due {
            Some(due) if self.asked.on <= due && i64::from(open.known.extensions) < most => {
                let clock = clock(self.world, "sharing.answer", &rule, "extend", due)?;
                Ok(vec![self.draft(open).under(&rule).clock(clock)])
            }
            _ => Err(Refusal::new(
                "sharing.extension",
                match due {
                    Some(due) => format!(
                        "the term may be lengthened {most} times, and by {due} at the latest"
                    ),
                    None => "no term for an answer runs".to_owned(),
                },
                "answer it as it stands",
            )
            .by_rule(&rule)
            .at("on")),
        }
    }

    fn answered(&self, open: &Open, p: &Answer) -> Result<Drafts, Refusal> {
        self.receiver(open)?;
        if open.known.kind == ExchangeKind::Record {
            return Err(Refusal::new(
                "sharing.no_answer_owed",
                "a record that was shared is acknowledged and not answered",
                "acknowledge it; send a request of your own where something is asked",
            )
            .at("type"));
        }
        text("data.reply", &p.reply)?;
        few(p.evidence.len(), EVIDENCE_MAX, "data.evidence")?;
        let rule = self.rule(&slot(open.known.kind), open)?;
        Refusal::unless_coded("sharing.outcome_unknown", &rule, &p.code)?;
        let clock = open.known.to_answer.as_ref();
        let draft = late(self.draft(open), &rule, clock, self.asked.on).under(&rule);
        Ok(vec![draft])
    }

    fn fell_overdue(&self, open: &Open) -> Result<Drafts, Refusal> {
        let register = self.world.register();
        register.may(self.asked.by, self.asked.on, &[Capacity::Clock])?;
        let found = |c: &&Clock| {
            let mut overdue = open.known.overdue.iter();
            let told = overdue.any(|o| o.task == c.name && o.due == c.due);
            c.due < self.asked.on && !told
        };
        let mut draft = self.draft(open);
        let mut any = false;
        for clock in open.known.clocks().filter(found) {
            let (slot, fact) = match clock.name.as_str() {
                "sharing.acknowledge" => ("sharing.acknowledge".to_owned(), "acknowledge_due"),
                _ => (slot(open.known.kind), "answer_due"),
            };
            let rule = self.rule(&slot, open)?;
            draft = draft.day(&rule, fact, clock.due);
            any = true;
        }
        match any {
            true => Ok(vec![draft]),
            false => Err(not_due(
                "no further term of this exchange is over by that day",
            )),
        }
    }

    /// What the beginnings of all exchanges have in common.
    fn begun(
        &self,
        me: Subject,
        operators: &std::collections::BTreeSet<CreditCode>,
        evidence: usize,
        title: &str,
    ) -> Result<Draft, Refusal> {
        text("data.title", title)?;
        few(operators.len(), OPERATORS_MAX, "data.operators")?;
        few(evidence, EVIDENCE_MAX, "data.evidence")?;
        let kinds = self.world.book().rule("sharing.exchange", self.asked.on)?;
        let duties = self.world.book().rule("sharing.duties", self.asked.on)?;
        let payload = Payload::Sharing(self.payload.clone());
        let draft = Draft::new(payload, self.asked.on).about(me);
        let mut draft = draft.under(&kinds).under(&duties);
        for code in operators {
            registration::registered(self.world, *code)?;
            draft = draft.about(operator_subject(*code));
        }
        Ok(draft)
    }

    /// A step of an exchange names its sides, whoever took one over, and what it is about.
    fn draft(&self, open: &Open) -> Draft {
        let payload = Payload::Sharing(self.payload.clone());
        let known = &open.known;
        let draft = Draft::new(payload, self.asked.on).about(open.me.clone());
        let draft = known
            .departments()
            .fold(draft, |draft, code| draft.about(department_subject(code)));
        let draft = known
            .operators
            .iter()
            .fold(draft, |draft, code| draft.about(operator_subject(*code)));
        let draft = match &known.matter {
            Some(matter) => draft.about(matter.clone()),
            None => draft,
        };
        seen(draft, known.confidential)
    }

    fn to_answer(&self, rule: &RuleRef<'_>, start: Day) -> Result<Clock, Refusal> {
        clock(self.world, "sharing.answer", rule, "answer", start)
    }

    /// The rule that governed the day on which the exchange began.
    fn rule(&self, slot: &str, open: &Open) -> Result<RuleRef<'_>, Refusal> {
        Ok(self.world.book().rule(slot, open.sent)?)
    }

    fn matter(&self, matter: &Subject) -> Result<(), Refusal> {
        let whole = matches!(
            matter.kind(),
            Kind::Operator | Kind::Department | Kind::Policy | Kind::Vault
        );
        if !whole && self.world.entity(matter).is_some() {
            return Ok(());
        }
        Err(Refusal::new(
            "sharing.matter_unknown",
            "no such case, complaint or other matter is on record",
            "correct its number; operators are named in `operators`",
        )
        .at("data.matter"))
    }

    fn fresh(&self, number: &str) -> Result<Subject, Refusal> {
        let me = subject(number)?;
        match self.world.entity(&me) {
            None => Ok(me),
            Some(_) => Err(Refusal::new(
                "sharing.exists",
                "an exchange of this number is on record",
                "choose another number",
            )
            .at("data.exchange")),
        }
    }

    fn open(&self, number: &str) -> Result<Open, Refusal> {
        let me = subject(number)?;
        let known = match self.world.entity(&me).as_deref() {
            Some(Entity::Exchange(known)) => (**known).clone(),
            _ => Exchange::default(),
        };
        let (Some(sent), true) = (known.sent, known.stage != Stage::Unknown) else {
            return Err(Refusal::new(
                "sharing.unknown",
                "no exchange of this number is on record",
                "send or receive it first, or correct the number",
            )
            .at("data.exchange"));
        };
        if matches!(known.stage, Stage::Done | Stage::Withdrawn) {
            return Err(order("the exchange is at its end"));
        }
        if known.since.is_some_and(|since| self.asked.on < since) {
            return Err(super::before_previous_step());
        }
        Ok(Open { me, known, sent })
    }

    /// Whoever has to act on it; for an authority elsewhere the sender writes down what it did.
    fn receiver(&self, open: &Open) -> Result<(), Refusal> {
        let to = open.known.to.as_ref().and_then(Party::department);
        let from = open.known.from.as_ref().and_then(Party::department);
        self.acts_for(to.or(from))
    }

    fn sender(&self, open: &Open) -> Result<(), Refusal> {
        let from = open.known.from.as_ref().and_then(Party::department);
        let to = open.known.to.as_ref().and_then(Party::department);
        self.acts_for(from.or(to))
    }

    fn acts_for(&self, handler: Option<CreditCode>) -> Result<(), Refusal> {
        let handler = handler.unwrap_or(self.asked.by.department);
        let register = self.world.register();
        register.may_for(self.asked.by, self.asked.on, &CORRESPONDENTS, handler)?;
        Ok(())
    }
}

fn seen(draft: Draft, confidential: bool) -> Draft {
    match confidential {
        true => draft.seen_by(Visibility::Restricted),
        false => draft,
    }
}

fn subject(number: &str) -> Result<Subject, Refusal> {
    let me = Subject::new(Kind::Exchange, number).ok();
    let me = me.filter(|_| number.len() <= NUMBER_BYTES_MAX);
    me.ok_or_else(|| {
        Refusal::new(
            "sharing.number",
            format!("a number has 1 to {NUMBER_BYTES_MAX} of A-Z a-z 0-9 . _ -"),
            "choose such a number",
        )
        .at("data.exchange")
    })
}

fn few(count: usize, most: usize, field: &'static str) -> Result<(), Refusal> {
    if count <= most {
        return Ok(());
    }
    let what = format!("one exchange names at most {most} of them");
    Err(Refusal::new("sharing.too_many", what, "make several of it").at(field))
}

fn unnamed(field: &'static str) -> Refusal {
    Refusal::new(
        "sharing.party",
        "an authority elsewhere has a name and a division code (GB/T 2260) of 6 to 12 digits",
        "give both",
    )
    .at(field)
}

fn order(what: &str) -> Refusal {
    let remedy = "look at it (show exchange:NUMBER); what is at its end is begun anew";
    Refusal::new("sharing.illegal_order", what, remedy).at("type")
}

fn not_due(what: &str) -> Refusal {
    Refusal::new(
        "sharing.not_due",
        what,
        "wait until the day after the due day",
    )
    .at("on")
}

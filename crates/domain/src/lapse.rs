//! What the calendar brings about (期限届满的后果): terms that lapse, publications and listings that
//! end, the month's classes.
//!
//! Nothing of this happens by itself: the ledger says what happened, so each is an action of the
//! calendar ([`Capacity::Clock`]) on the day that the law gives. Each area says which of its states
//! wait for one ([`crate::entity::Entity::lapses`]). An action's id is made of what it brings
//! about, so that whoever asks for it again, or from another place, records nothing twice.

use uuid::Uuid;

use crate::action::Action;
use crate::actor::{Actor, Capacity};
use crate::areas::Payload;
use crate::areas::department::Register;
use crate::day::Day;
use crate::ident::CreditCode;
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::term::Clock;

/// Purpose of the hash behind an action's id.
const ID_CONTEXT: &str = "regledger 2026 calendar action id v1";
/// Seconds by which Asia/Shanghai is ahead of UTC.
const SHANGHAI_SECONDS: i64 = 8 * 3_600;

/// Something that a day brings about.
#[derive(Debug, Clone, PartialEq)]
pub struct Lapse {
    /// The legal day.
    pub on: Day,
    /// The subject whose state waits for it.
    pub subject: Subject,
    /// What is to be recorded.
    pub payload: Payload,
    /// The department whose matter it is; absent where any with the capacity may act.
    pub handler: Option<CreditCode>,
    /// The day rests on a calendar year that is not adopted yet: it could still move.
    pub provisional: bool,
}

impl Lapse {
    /// On a day.
    #[must_use]
    pub(crate) fn on(
        day: Day,
        me: &Subject,
        payload: Payload,
        handler: Option<CreditCode>,
    ) -> Self {
        Self {
            on: day,
            subject: me.clone(),
            payload,
            handler,
            provisional: false,
        }
    }

    /// On the day after a deadline.
    #[must_use]
    pub(crate) fn after(
        clock: &Clock,
        me: &Subject,
        payload: Payload,
        handler: Option<CreditCode>,
    ) -> Self {
        Self {
            provisional: clock.provisional,
            ..Self::on(clock.due.plus_days(1), me, payload, handler)
        }
    }

    /// The order in which the calendar acts: by legal day, then by subject, then by what is done.
    #[must_use]
    pub fn order(&self) -> (Day, Subject, Uuid) {
        (self.on, self.subject.clone(), self.id())
    }

    /// The action's id: a UUIDv7 of the day's beginning in Asia/Shanghai, whose other bits are
    /// `BLAKE3.derive_key("regledger 2026 calendar action id v1", data)`, data being subject,
    /// type and content, each with its length as u64 LE before it.
    #[must_use]
    pub fn id(&self) -> Uuid {
        let mut hasher = blake3::Hasher::new_derive_key(ID_CONTEXT);
        let content = self.payload.data().to_string();
        let kind = self.payload.event_type();
        for part in [self.subject.as_str(), kind, &content] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let mut bits = [0_u8; 10];
        hasher.finalize_xof().fill(&mut bits);
        let seconds = i64::from(self.on.unix_days()) * 86_400 - SHANGHAI_SECONDS;
        let millis = u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000);
        uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid()
    }

    /// The action, by whoever may act for the calendar on that day: the department whose matter it
    /// is, or who took it over.
    ///
    /// # Errors
    /// `clock.nobody_may_act`, `clock.provisional`.
    pub fn action(&self, register: &Register) -> Result<Action, Refusal> {
        if self.provisional {
            return Err(Refusal::new(
                "clock.provisional",
                format!("the day {} could still move", self.on),
                "adopt the calendar of the year first (policy.adopt)",
            ));
        }
        let department = self.acts(register).ok_or_else(|| {
            Refusal::new(
                "clock.nobody_may_act",
                format!(
                    "no department that handles {} acts for the calendar on {}",
                    self.subject, self.on
                ),
                "empower the department for the capacity clock (department.empower)",
            )
            .at("by.department")
        })?;
        Ok(Action {
            id: self.id(),
            payload: self.payload.clone(),
            on: self.on,
            by: Actor {
                capacity: Capacity::Clock,
                credential: None,
                department,
                officer: None,
            },
            cause: None,
            expect: None,
        })
    }

    fn acts(&self, register: &Register) -> Option<CreditCode> {
        let able = |code: &CreditCode| {
            let department = register.departments.get(code);
            department.is_some_and(|d| d.stands_on(self.on) && d.holds(Capacity::Clock, self.on))
        };
        let known = self
            .handler
            .filter(|c| register.departments.contains_key(c));
        match known {
            Some(handler) if able(&handler) => Some(handler),
            Some(handler) => register
                .heirs(handler, Capacity::Clock, self.on)
                .into_iter()
                .find(able),
            None => register.departments.keys().copied().find(|c| able(c)),
        }
    }
}

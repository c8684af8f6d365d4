//! A county in memory for the areas' tests: actions go through judging and folding as in the
//! ledger, and every event is written and read back as its canonical bytes.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};

use crate::action::Action;
use crate::areas::department::Register;
use crate::day::{Day, Instant};
use crate::decide::{decide, place};
use crate::entity::{Entity, Operator};
use crate::event::Event;
use crate::fold;
use crate::ident::CreditCode;
use crate::policy::{Book, builtin};
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::world::World;

static NO_BOOK: LazyLock<Book> = LazyLock::new(Book::default);
static NO_REGISTER: LazyLock<Register> = LazyLock::new(Register::default);

/// Every capacity, as an authority of the whole county holds them.
pub(crate) const CAPACITIES: &str = "registrar complaint_desk enforcer reviewer head \
     credit_officer publisher administrator importer clock";

/// States and events of a history that a test makes.
#[derive(Default)]
pub(crate) struct Trial {
    entities: BTreeMap<Subject, Arc<Entity>>,
    /// Every event so far, in recorded order.
    pub(crate) events: Vec<Event>,
    asked: u64,
}

impl World for Trial {
    fn entity(&self, subject: &Subject) -> Option<Arc<Entity>> {
        self.entities.get(subject).cloned()
    }

    fn book(&self) -> &Book {
        match self.state(&Subject::policy_book()) {
            Some(Entity::Book(book)) => book,
            _ => &NO_BOOK,
        }
    }

    fn register(&self) -> &Register {
        match self.state(&Subject::department_register()) {
            Some(Entity::Register(register)) => register,
            _ => &NO_REGISTER,
        }
    }
}

impl Trial {
    /// A county with its authority (市监) from 2010-01-01 on and all packs that come along.
    pub(crate) fn county() -> Self {
        let mut trial = Self::default();
        let capacities: Vec<&str> = CAPACITIES.split_whitespace().collect();
        let data = json!({"capacities": capacities, "code": authority(), "division": "371322",
            "name": "郯城县市场监督管理局", "short": "市监"});
        trial.ok("department.establish", "2010-01-01", "administrator", data);
        for pack in builtin().unwrap() {
            trial.ok(
                "policy.adopt",
                "2010-01-01",
                "administrator",
                json!({"pack": pack}),
            );
        }
        trial
    }

    /// The county with one registered enterprise, [`operator`], from 2015-03-01 on.
    pub(crate) fn with_operator() -> Self {
        let mut trial = Self::county();
        let data = json!({"address": "郯城县人民路1号", "code": operator(), "division": "371322001",
            "industry": "5292", "name": "郯城县银杏电子商务有限公司", "scope": "互联网零售"});
        trial.ok("registration.grant", "2015-03-01", "registrar", data);
        trial
    }

    /// Asks for an action as the county's authority.
    pub(crate) fn act(
        &mut self,
        r#type: &str,
        on: &str,
        capacity: &str,
        data: Value,
    ) -> Result<Vec<Event>, Refusal> {
        let by = json!({"capacity": capacity, "department": authority()});
        self.act_as(by, r#type, on, data)
    }

    /// Asks for an action as whoever `by` says.
    pub(crate) fn act_as(
        &mut self,
        by: Value,
        r#type: &str,
        on: &str,
        data: Value,
    ) -> Result<Vec<Event>, Refusal> {
        self.asked += 1;
        let id = format!("01890a5d-ac96-774b-bcce-{:012x}", self.asked);
        let action = json!({"by": by, "data": data, "id": id, "on": on, "type": r#type});
        let action = Action::from_value(action)?;
        let drafts = decide(self, &action)?;
        let seq = self.events.len() as u64;
        let at = Instant::parse("2026-12-31T00:00:00.000Z").unwrap();
        let placed = place(drafts, &action, seq, chain::hash::origin_hash("trial"), at).unwrap();
        for one in &placed {
            let read = Event::parse(&one.bytes).unwrap();
            assert_eq!(read, one.event, "an event reads back as it was written");
            self.fold(&read);
        }
        let made: Vec<Event> = placed.into_iter().map(|p| p.event).collect();
        self.events.extend(made.clone());
        Ok(made)
    }

    /// An action that must be taken.
    pub(crate) fn ok(&mut self, r#type: &str, on: &str, capacity: &str, data: Value) -> Vec<Event> {
        self.act(r#type, on, capacity, data)
            .unwrap_or_else(|r| panic!("{} {on}: {} ({})", r#type, r.code, r.message))
    }

    /// The code with which an action is refused; empty where it is taken.
    pub(crate) fn refused(
        &mut self,
        r#type: &str,
        on: &str,
        capacity: &str,
        data: Value,
    ) -> &'static str {
        self.act(r#type, on, capacity, data)
            .err()
            .map_or("", |r| r.code)
    }

    /// Asks for a table of actions one after the other, a row each of type, legal date, capacity,
    /// data, `=>` and the code of the refusal, or nothing where it is taken. `names` stand for
    /// values in the data: `$TAX`.
    pub(crate) fn check(&mut self, names: &[(&str, String)], table: &str) {
        for row in table.lines().map(str::trim).filter(|row| !row.is_empty()) {
            let (row, refused) = row.split_once(" =>").unwrap();
            let mut words = row.splitn(4, ' ');
            let mut word = || words.next().unwrap();
            let (r#type, on, capacity, data) = (word(), word(), word(), word().to_owned());
            let data = names.iter().fold(data, |data, (name, value)| {
                data.replace(&format!("${name}"), value)
            });
            let data = serde_json::from_str(&data).unwrap();
            let code = self.refused(r#type, on, capacity, data);
            assert_eq!(code, refused.trim(), "{row}");
        }
    }

    /// A subject's state as recorded.
    pub(crate) fn state(&self, subject: &Subject) -> Option<&Entity> {
        self.entities.get(subject).map(Arc::as_ref)
    }

    /// A subject's state on a legal date.
    pub(crate) fn on(&self, subject: &str, on: &str) -> Entity {
        let me = Subject::parse(subject).unwrap();
        let own: Vec<Event> = self
            .events
            .iter()
            .filter(|e| e.subjects.contains(&me))
            .cloned()
            .collect();
        fold::as_in_force(&me, &own, day(on))
    }

    /// An operator's state as recorded.
    pub(crate) fn operator(&self, code: &str) -> Operator {
        let subject = Subject::parse(&format!("operator:{code}")).unwrap();
        match self.state(&subject) {
            Some(Entity::Operator(operator)) => (**operator).clone(),
            _ => Operator::default(),
        }
    }

    fn fold(&mut self, event: &Event) {
        for subject in &event.subjects {
            let state = self
                .entities
                .entry(subject.clone())
                .or_insert_with(|| Arc::new(Entity::empty_for(subject)));
            Arc::make_mut(state).apply(subject, event);
        }
    }
}

/// A credit code from its first 17 characters.
pub(crate) fn code(body: &str) -> String {
    CreditCode::complete(body).unwrap().to_string()
}

/// The county's market supervision authority; invented.
pub(crate) fn authority() -> String {
    code("11371322MB2857001")
}

/// The enterprise of [`Trial::with_operator`]; invented.
pub(crate) fn operator() -> String {
    code("91371322MA3C00001")
}

/// A sealed value of an invented person.
pub(crate) fn sealed() -> Value {
    json!({"sealed": "5a".repeat(32)})
}

/// A legal date.
pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

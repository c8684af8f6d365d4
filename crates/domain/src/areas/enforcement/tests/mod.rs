//! Cases as the law has them: what each step sets going, and what stands in its way.

mod clocks;
mod folds;
mod money;
mod publication;
mod refusals;

use serde_json::{Value, json};

use super::{Case, Penalised};
use crate::entity::Entity;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::subject::Subject;
use crate::trial::{Trial, authority, code, operator};

/// A step: type without its area, legal date, capacity and officer, data without the case.
type Step = (&'static str, &'static str, &'static str, Value);

/// An individual business; invented.
fn stall() -> String {
    code("92371322MA3C00021")
}

/// The county with its officers: two of enforcement, a reviewer, a head, one for publication; an
/// enterprise and an individual business.
fn county() -> Trial {
    let mut t = Trial::with_operator();
    let data = json!({"address": "郯城县马头镇东街3号", "code": stall(), "division": "371322101",
        "name": "郯城县马头镇甲某百货店"});
    t.ok("registration.grant", "2015-03-01", "registrar", data);
    for (number, capacities) in [
        ("0001", "head"),
        ("0301", "enforcer"),
        ("0302", "enforcer head"),
        ("0401", "reviewer"),
        ("0601", "publisher"),
        ("0501", "credit_officer"),
    ] {
        let capacities: Vec<&str> = capacities.split(' ').collect();
        let data = json!({"capacities": capacities, "department": authority(), "officer": number});
        t.ok(
            "department.post_officer",
            "2015-03-01",
            "administrator",
            data,
        );
    }
    t
}

/// Takes one step of case `C1`.
fn step(t: &mut Trial, (verb, on, who, data): Step) -> Result<Vec<Event>, Refusal> {
    let (capacity, officer) = who.split_once(' ').unwrap_or((who, ""));
    let mut by = json!({"capacity": capacity, "department": authority()});
    if !officer.is_empty() {
        by["officer"] = officer.into();
    }
    let mut data = data;
    if data.get("case").is_none() {
        data["case"] = "C1".into();
    }
    t.act_as(by, &format!("enforcement.{verb}"), on, data)
}

fn take(t: &mut Trial, one: Step) -> Vec<Event> {
    let said = format!("{} {}", one.0, one.1);
    step(t, one).unwrap_or_else(|r| panic!("{said}: {} ({})", r.code, r.message))
}

/// The fine of the story: 120,000 yuan, and 3,000 yuan of gains.
fn penalties() -> Value {
    json!([{"kind": "fine", "fen": 12_000_000}, {"kind": "confiscate_gains", "fen": 300_000}])
}

fn decision(penalties: Value) -> Value {
    json!({"basis": "反不正当竞争法第二十条", "document": "郯市监罚〔2026〕1号",
        "facts": "组织虚假交易", "penalties": penalties})
}

fn notice(penalties: Value) -> Value {
    json!({"basis": "反不正当竞争法第二十条", "penalties": penalties, "served": "direct"})
}

/// A case of the ordinary procedure with a hearing, from the lead to its closing.
fn ordinary(penalties: &Value) -> Vec<Step> {
    vec![
        (
            "receive_lead",
            "2026-01-05",
            "complaint_desk",
            json!({"operator": operator(), "source": "report"}),
        ),
        (
            "open",
            "2026-01-20",
            "enforcer 0301",
            json!({"breach_ended": "2025-11-11",
            "cause": "fake_transactions", "officers": ["0301", "0302"]}),
        ),
        (
            "review",
            "2026-02-27",
            "reviewer 0401",
            json!({"opinion": "agree"}),
        ),
        (
            "serve_notice",
            "2026-03-02",
            "enforcer 0301",
            notice(penalties.clone()),
        ),
        ("request_hearing", "2026-03-05", "enforcer 0301", json!({})),
        (
            "make_statement",
            "2026-03-06",
            "enforcer 0301",
            json!({"accepted": false}),
        ),
        (
            "call_hearing",
            "2026-03-10",
            "reviewer 0401",
            json!({"chair": "0401", "day": "2026-03-19"}),
        ),
        ("hold_hearing", "2026-03-20", "reviewer 0401", json!({})),
        (
            "decide",
            "2026-04-10",
            "head 0001",
            decision(penalties.clone()),
        ),
        (
            "serve_decision",
            "2026-04-15",
            "enforcer 0301",
            json!({"served": "direct"}),
        ),
        ("publish", "2026-04-28", "publisher 0601", json!({})),
        ("find_overdue", "2026-05-10", "clock", json!({})),
        (
            "record_payment",
            "2026-05-20",
            "enforcer 0301",
            json!({"fine_fen": 12_000_000, "gains_fen": 300_000, "late_fee_fen": 7_200_000}),
        ),
        (
            "close",
            "2026-05-21",
            "head 0001",
            json!({"closing": "executed"}),
        ),
    ]
}

/// The ordinary case up to and including a step.
fn after(last: &str) -> Trial {
    after_with(&penalties(), last)
}

fn after_with(penalties: &Value, last: &str) -> Trial {
    let mut t = county();
    let steps = ordinary(penalties);
    let end = steps.iter().position(|s| s.0 == last).unwrap();
    for one in steps.into_iter().take(end + 1) {
        take(&mut t, one);
    }
    t
}

/// A case with a light penalty and no hearing, published on 2026-04-28.
fn published(who: &str, penalties: Value) -> Trial {
    let mut t = county();
    for one in [
        (
            "receive_lead",
            "2026-01-05",
            "complaint_desk",
            json!({"operator": who, "source": "report"}),
        ),
        (
            "open",
            "2026-01-20",
            "enforcer 0301",
            json!({"breach_ended": "2025-11-11",
            "cause": "fake_transactions", "officers": ["0301", "0302"]}),
        ),
        (
            "review",
            "2026-02-27",
            "reviewer 0401",
            json!({"opinion": "agree"}),
        ),
        (
            "serve_notice",
            "2026-03-02",
            "enforcer 0301",
            notice(penalties.clone()),
        ),
        ("lapse_rights", "2026-03-10", "clock", json!({})),
        ("decide", "2026-04-10", "head 0001", decision(penalties)),
        (
            "serve_decision",
            "2026-04-15",
            "enforcer 0301",
            json!({"served": "direct"}),
        ),
        ("publish", "2026-04-28", "publisher 0601", json!({})),
    ] {
        take(&mut t, one);
    }
    t
}

fn case(t: &Trial) -> Case {
    let subject = Subject::parse("case:C1").unwrap();
    match t.state(&subject) {
        Some(Entity::Case(case)) => (**case).clone(),
        _ => Case::default(),
    }
}

fn penalty(t: &Trial, who: &str) -> Penalised {
    t.operator(who).enforcement.penalty("C1").unwrap().clone()
}

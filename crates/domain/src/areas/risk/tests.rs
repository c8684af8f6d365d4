//! Risks: assessments down to their weights, warnings with their terms, both lists, plans.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Level, Plan, Risk, Stage};
use crate::entity::Entity;
use crate::event::Event;
use crate::policy::builtin;
use crate::row::{List, Row, Selection};
use crate::subject::Subject;
use crate::trial::{Trial, authority, code, day, operator};

const CREDIT: &str = "credit_officer";

fn collect(number: &str) -> Value {
    json!({"operator": operator(), "risk": number, "source": "monitor_hit",
        "what": "价格明显低于市场价"})
}

fn assess(number: &str, values: [u32; 4]) -> Value {
    let [harm, likelihood, reach, repeat] = values;
    json!({"risk": number, "values": {"harm": harm, "likelihood": likelihood, "reach": reach,
        "repeat": repeat}})
}

fn warn(number: &str) -> Value {
    json!({"risk": number, "to": [authority()], "what": "核查货源"})
}

fn dispose(number: &str) -> Value {
    json!({"code": "dealt_with", "risk": number, "what": "已下架"})
}

fn risk(t: &Trial, number: &str) -> Risk {
    match t.state(&Subject::parse(&format!("risk:{number}")).unwrap()) {
        Some(Entity::Risk(risk)) => (**risk).clone(),
        _ => Risk::default(),
    }
}

fn due(events: &[Event]) -> String {
    let clock = events[0].derived.clock("risk.dispose");
    clock.map_or_else(String::new, |c| c.due.to_string())
}

/// Numbers of the risks on a list on a day, out of all events so far.
fn on_list(t: &Trial, list: List, on: &str) -> Vec<String> {
    let mut states: BTreeMap<&Subject, Entity> = BTreeMap::new();
    let mut rows: Vec<(u64, Row)> = Vec::new();
    for event in &t.events {
        for me in &event.subjects {
            let state = states.entry(me).or_insert_with(|| Entity::empty_for(me));
            state.apply(me, event);
            let mut made = Vec::new();
            state.rows(me, event, &mut made);
            rows.extend(
                made.into_iter()
                    .filter(|r| r.list == list)
                    .map(|r| (event.seq, r)),
            );
        }
    }
    rows.sort_by(|(a, x), (b, y)| (&x.key, &x.entry, a).cmp(&(&y.key, &y.entry, b)));
    let mut selection = Selection::new(u64::MAX, Some(day(on)));
    rows.into_iter()
        .for_each(|(seq, row)| selection.take(seq, row));
    selection
        .finish()
        .into_iter()
        .map(|r| r.row.entry)
        .collect()
}

#[test]
fn an_assessment_explains_itself_down_to_its_weights() {
    let mut t = Trial::with_operator();
    for (number, values, level, score) in [
        ("F1", [3, 4, 4, 1], Level::High, 78),
        ("F2", [2, 3, 2, 1], Level::Medium, 54),
        ("F3", [1, 1, 1, 0], Level::Low, 19),
        ("F4", [0, 0, 2, 3], Level::Medium, 40),
        ("F5", [5, 5, 0, 0], Level::High, 70),
    ] {
        t.ok("risk.collect", "2026-03-02", CREDIT, collect(number));
        t.ok("risk.assess", "2026-03-02", CREDIT, assess(number, values));
        let made = risk(&t, number).assessments.pop().unwrap();
        assert_eq!((made.level, made.score_points), (level, score), "{number}");
        assert_eq!(made.method, "local.risk@1#risk.method");
        assert_eq!(made.thresholds_points, (40, 70));
        let sum: i64 = made.factors.iter().map(|f| f.points).sum();
        assert_eq!(sum, score, "the factors add up");
        for factor in &made.factors {
            assert_eq!(
                factor.points,
                factor.weight_points * i64::from(factor.value)
            );
        }
    }
    // Another version weighs otherwise; what was assessed before keeps its own.
    let mut pack = builtin()
        .unwrap()
        .into_iter()
        .find(|p| p.pack == "local.risk")
        .unwrap();
    pack.version = 2;
    for rule in &mut pack.rules {
        rule.amounts.extend(
            rule.amounts
                .contains_key("scale_max")
                .then(|| ("weight_repeat_points".to_owned(), 30)),
        );
    }
    t.ok(
        "policy.adopt",
        "2026-05-06",
        "administrator",
        json!({"pack": pack}),
    );
    t.ok(
        "risk.assess",
        "2026-05-06",
        CREDIT,
        assess("F2", [2, 3, 2, 1]),
    );
    let both = risk(&t, "F2").assessments;
    let told: Vec<(&str, i64, Level)> = both
        .iter()
        .map(|a| (a.method.as_str(), a.score_points, a.level))
        .collect();
    assert_eq!(
        told,
        [
            ("local.risk@1#risk.method", 54, Level::Medium),
            ("local.risk@2#risk.method", 74, Level::High),
        ]
    );
}

#[test]
fn a_warning_without_disposal_stands_out_past_its_term() {
    let mut t = Trial::with_operator();
    for (number, values, term) in [
        ("F1", [3, 4, 4, 1], "2026-03-10"),
        ("F2", [2, 3, 2, 1], "2026-03-24"),
        ("F3", [1, 1, 1, 0], "2026-04-15"),
    ] {
        t.ok("risk.collect", "2026-03-03", CREDIT, collect(number));
        t.ok("risk.assess", "2026-03-03", CREDIT, assess(number, values));
        let made = t.ok("risk.warn", "2026-03-03", CREDIT, warn(number));
        assert_eq!(due(&made), term, "{number}");
    }
    // A risk of a trade stands on the lists under its own number.
    let data =
        json!({"risk": "F4", "site": "儿童玩具类目", "source": "public", "what": "无认证玩具"});
    t.ok("risk.collect", "2026-03-03", CREDIT, data);
    t.ok(
        "risk.assess",
        "2026-03-03",
        CREDIT,
        assess("F4", [3, 4, 4, 1]),
    );
    t.ok("risk.warn", "2026-03-03", CREDIT, warn("F4"));
    let made = t.ok("risk.dispose", "2026-03-13", CREDIT, dispose("F1"));
    assert_eq!(made[0].derived.number("late_days"), Some(3));
    t.ok("risk.dispose", "2026-03-20", CREDIT, dispose("F2"));
    assert_eq!(risk(&t, "F1").stage, Stage::Disposed);
    for (list, on, expected) in [
        (List::RiskWarnings, "2026-03-02", vec![]),
        (
            List::RiskWarnings,
            "2026-03-10",
            vec!["F1", "F2", "F3", "F4"],
        ),
        (List::RiskWarnings, "2026-03-13", vec!["F2", "F3", "F4"]),
        (List::RiskOverdue, "2026-03-10", vec![]),
        (List::RiskOverdue, "2026-03-11", vec!["F1", "F4"]),
        (List::RiskOverdue, "2026-03-13", vec!["F4"]),
        (List::RiskOverdue, "2026-03-30", vec!["F4"]),
        (List::RiskOverdue, "2026-04-16", vec!["F3", "F4"]),
    ] {
        let mut found = on_list(&t, list, on);
        found.sort();
        assert_eq!(found, expected, "{} {on}", list.name());
    }
    t.ok("risk.dispose", "2026-04-17", CREDIT, dispose("F4"));
    assert_eq!(on_list(&t, List::RiskOverdue, "2026-04-17"), ["F3"]);
}

#[test]
fn a_plan_is_followed_where_it_stands_and_fits() {
    let mut t = Trial::with_operator();
    let plan = json!({"departments": [authority()], "levels": ["high"], "plan": "Y1",
        "steps": ["下架", "约谈"], "title": "假冒商品处置预案"});
    t.ok("risk.adopt_plan", "2026-03-02", "head", plan);
    for (number, values) in [("F1", [3, 4, 4, 1]), ("F2", [1, 1, 1, 0])] {
        t.ok("risk.collect", "2026-03-03", CREDIT, collect(number));
        t.ok("risk.assess", "2026-03-03", CREDIT, assess(number, values));
    }
    let by_plan = |number: &str, plan: &str| {
        let mut data = dispose(number);
        data["plan"] = plan.into();
        data
    };
    for (number, plan, refused) in [
        ("F1", "Y2", "risk.plan_unknown"),
        ("F2", "Y1", "risk.plan_level"),
        ("F1", "Y1", ""),
    ] {
        let code = t.refused("risk.dispose", "2026-03-04", CREDIT, by_plan(number, plan));
        assert_eq!(code, refused, "{number} {plan}");
    }
    match t.state(&Subject::parse("risk_plan:Y1").unwrap()) {
        Some(Entity::RiskPlan(plan)) => {
            let Plan { followed_in, .. } = &**plan;
            assert_eq!(followed_in, &["F1"]);
        }
        _ => panic!("no plan"),
    }
    let retire = json!({"plan": "Y1", "reason": "由新预案代替"});
    t.ok("risk.retire_plan", "2026-03-05", "head", retire.clone());
    let twice = t.refused("risk.retire_plan", "2026-03-06", "head", retire);
    assert_eq!(twice, "risk.plan_unknown");
}

#[test]
fn what_cannot_be_is_refused() {
    let mut t = Trial::with_operator();
    t.ok("risk.collect", "2026-03-03", CREDIT, collect("F1"));
    let names = [
        ("OP", operator()),
        ("US", authority()),
        ("UNKNOWN", code("91371322MA3C00009")),
    ];
    t.check(
        &names,
        r#"
        risk.collect 2026-03-03 credit_officer {"operator":"$OP","risk":"F1","source":"public","what":"x"} => risk.exists
        risk.collect 2026-03-03 credit_officer {"operator":"$OP","risk":"F 2","source":"public","what":"x"} => risk.number
        risk.collect 2026-03-03 credit_officer {"risk":"F2","source":"public","what":"x"} => risk.nobody_named
        risk.collect 2026-03-03 credit_officer {"operator":"$OP","risk":"F2","source":"public","what":""} => risk.text
        risk.collect 2026-03-03 credit_officer {"operator":"$UNKNOWN","risk":"F2","source":"public","what":"x"} => registration.unknown
        risk.collect 2026-03-03 credit_officer {"from":"complaint:C9","operator":"$OP","risk":"F2","source":"complaints","what":"x"} => risk.origin
        risk.collect 2026-03-03 registrar {"operator":"$OP","risk":"F2","source":"public","what":"x"} => department.no_capacity
        risk.assess 2026-03-03 credit_officer {"risk":"F9","values":{}} => risk.unknown
        risk.assess 2026-03-02 credit_officer {"risk":"F1","values":{}} => risk.before_previous_step
        risk.assess 2026-03-03 credit_officer {"risk":"F1","values":{"harm":1}} => risk.factor_missing
        risk.assess 2026-03-03 credit_officer {"risk":"F1","values":{"harm":1,"mood":1}} => risk.factor_unknown
        risk.assess 2026-03-03 credit_officer {"risk":"F1","values":{"harm":6,"likelihood":0,"reach":0,"repeat":0}} => risk.value
        risk.warn 2026-03-03 head {"risk":"F1","to":["$US"],"what":"x"} => risk.illegal_order
        risk.assess 2026-03-03 credit_officer {"risk":"F1","values":{"harm":5,"likelihood":0,"reach":0,"repeat":0}} =>
        risk.warn 2026-03-03 head {"risk":"F1","to":[],"what":"x"} => risk.nobody_warned
        risk.warn 2026-03-03 head {"risk":"F1","to":["$OP"],"what":"x"} => risk.department_unknown
        risk.warn 2026-03-03 head {"risk":"F1","to":["$US"],"what":"x"} =>
        risk.dispose 2026-03-03 enforcer {"code":"dreamt","risk":"F1","what":"x"} => risk.code_unknown
        risk.dispose 2026-03-03 enforcer {"code":"watched","led_to":"lead:L9","risk":"F1","what":"x"} => risk.led_to
        risk.adopt_plan 2026-03-03 head {"departments":[],"levels":[],"plan":"Y1","steps":["x"],"title":"y"} => risk.plan_empty
        risk.adopt_plan 2026-03-03 head {"departments":["$OP"],"levels":["low"],"plan":"Y1","steps":["x"],"title":"y"} => risk.department_unknown
        risk.adopt_plan 2026-03-03 head {"departments":[],"levels":["low"],"plan":"Y1","steps":["x"],"title":"y"} =>
        risk.adopt_plan 2026-03-03 head {"departments":[],"levels":["low"],"plan":"Y1","steps":["x"],"title":"y"} => risk.plan_exists
        "#,
    );
}

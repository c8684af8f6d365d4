//! Reports on both sides of 2026-04-15: terms, secrecy, splitting, merging, cases.

use serde_json::{Value, json};

use super::{Report, Stage};
use crate::areas::enforcement::Case;
use crate::entity::Entity;
use crate::event::{Event, Visibility};
use crate::subject::Subject;
use crate::trial::{Trial, code, day, operator, sealed};

const DESK: &str = "complaint_desk";

fn file(number: &str) -> Value {
    json!({"cause": "false_advertising", "operator": operator(), "report": number,
        "reporter": sealed(), "phone": sealed()})
}

fn of(number: &str) -> Value {
    json!({ "report": number })
}

fn check(number: &str, finding: &str) -> Value {
    json!({"finding": finding, "report": number})
}

fn state(t: &Trial, number: &str) -> Report {
    match t.state(&Subject::parse(&format!("report:{number}")).unwrap()) {
        Some(Entity::Report(report)) => (**report).clone(),
        _ => Report::default(),
    }
}

fn case(t: &Trial, number: &str) -> Case {
    match t.state(&Subject::parse(&format!("case:{number}")).unwrap()) {
        Some(Entity::Case(case)) => (**case).clone(),
        _ => Case::default(),
    }
}

fn due(events: &[Event], clock: &str) -> String {
    let clock = events[0].derived.clock(clock);
    clock.map_or_else(String::new, |c| c.due.to_string())
}

/// A county with two officers and a report R1 received on a day.
fn received(on: &str) -> Trial {
    let mut t = Trial::with_operator();
    for officer in ["0301", "0302"] {
        let data = json!({"capacities": ["enforcer"], "department": crate::trial::authority(),
            "officer": officer});
        t.ok(
            "department.post_officer",
            "2015-01-01",
            "administrator",
            data,
        );
    }
    t.ok("report.file", on, DESK, file("R1"));
    t
}

/// Opens a case on a lead of the same day.
fn open_case(t: &mut Trial, number: &str, on: &str) {
    let data = json!({"case": number, "operator": operator(), "source": "report"});
    t.ok("enforcement.receive_lead", on, "enforcer", data);
    let data = json!({"breach_ended": on, "case": number, "cause": "false_advertising",
        "officers": ["0301", "0302"]});
    t.ok("enforcement.open", on, "enforcer", data);
}

#[test]
fn terms_fall_due_as_computed_by_hand() {
    // 15 working days; 2026-02-13 is the vector of the published calendar.
    for (on, decide, rule) in [
        ("2026-02-13", "2026-03-12", "order-20"),
        ("2026-04-14", "2026-05-08", "order-20"),
        ("2026-04-15", "2026-05-09", "order-121"),
    ] {
        let mut t = Trial::with_operator();
        let made = t.ok("report.file", on, DESK, file("R1"));
        assert_eq!(due(&made, "report.decide"), decide, "{on}");
        let clock = made[0].derived.clock("report.decide").unwrap();
        assert!(clock.rule.contains(rule), "{}", clock.rule);
    }
    // Extended once, by 15 more working days; testing is left out.
    let mut t = received("2026-04-15");
    let made = t.ok("report.extend_check", "2026-05-06", "head", of("R1"));
    assert_eq!(due(&made, "report.decide"), "2026-05-29");
    let again = t.refused("report.extend_check", "2026-05-06", "head", of("R1"));
    assert_eq!(again, "report.extended_before");
    let testing = json!({"from": "2026-05-11", "report": "R1", "to": "2026-05-15"});
    let made = t.ok(
        "report.exclude_time",
        "2026-05-18",
        "enforcer",
        testing.clone(),
    );
    assert_eq!(due(&made, "report.decide"), "2026-06-05");
    let twice = t.refused("report.exclude_time", "2026-05-18", "enforcer", testing);
    assert_eq!(twice, "report.exclusion_dates");
}

#[test]
fn a_named_reporter_is_told_within_a_term_under_order_20_alone() {
    for (on, checked, tell) in [
        ("2026-04-14", "2026-04-20", "2026-04-28"),
        ("2026-04-15", "2026-04-20", ""),
    ] {
        let mut t = received(on);
        t.ok(
            "report.check",
            checked,
            "enforcer",
            check("R1", "not_indicated"),
        );
        let data = json!({"code": "no_breach", "report": "R1"});
        let made = t.ok("report.decline", "2026-04-21", "head", data);
        assert_eq!(due(&made, "report.tell"), tell, "{on}");
        let made = t.ok("report.tell", "2026-04-30", DESK, of("R1"));
        let late = made[0].derived.number("late_days");
        assert_eq!(late, (!tell.is_empty()).then_some(2));
        let again = t.refused("report.tell", "2026-04-30", DESK, of("R1"));
        assert_eq!(again, "report.nothing_to_tell");
    }
}

#[test]
fn nothing_of_a_report_is_for_more_than_those_who_handle_it() {
    let mut t = received("2026-04-15");
    t.ok(
        "report.check",
        "2026-04-20",
        "enforcer",
        check("R1", "indicated"),
    );
    open_case(&mut t, "K1", "2026-04-20");
    t.ok(
        "report.open_case",
        "2026-04-21",
        "head",
        json!({"case": "K1", "report": "R1"}),
    );
    t.ok("report.tell", "2026-04-22", DESK, of("R1"));
    let of_report = t.events.iter().filter(|e| e.payload.area() == "report");
    assert!(of_report.clone().count() == 4);
    for event in of_report {
        assert_eq!(event.visibility, Visibility::Restricted);
    }
    // Anonymous: nobody to tell.
    let data = json!({"cause": "counterfeit", "report": "R2", "site": "https://shop.example/1"});
    t.ok("report.file", "2026-04-22", DESK, data);
    assert!(!state(&t, "R2").named);
    t.ok(
        "report.check",
        "2026-04-22",
        DESK,
        check("R2", "not_indicated"),
    );
    let data = json!({"code": "no_breach", "report": "R2"});
    t.ok("report.decline", "2026-04-22", "head", data);
    assert_eq!(
        t.refused("report.tell", "2026-04-23", DESK, of("R2")),
        "report.anonymous"
    );
}

#[test]
fn report_and_case_name_each_other() {
    let mut t = received("2026-04-15");
    let open = json!({"case": "K1", "report": "R1"});
    let ask = |t: &mut Trial| t.refused("report.open_case", "2026-04-21", "head", open.clone());
    assert_eq!(ask(&mut t), "report.not_checked");
    t.ok(
        "report.check",
        "2026-04-17",
        "enforcer",
        check("R1", "not_indicated"),
    );
    assert_eq!(ask(&mut t), "report.no_signs");
    t.ok(
        "report.check",
        "2026-04-20",
        "enforcer",
        check("R1", "indicated"),
    );
    assert_eq!(ask(&mut t), "report.case_not_open");
    open_case(&mut t, "K1", "2026-04-20");
    let made = t.ok("report.open_case", "2026-04-21", "head", open.clone());
    assert_eq!(made[0].derived.number("late_days"), Some(0));
    assert_eq!(state(&t, "R1").case.as_deref(), Some("K1"));
    let came_of: Vec<String> = case(&t, "K1")
        .came_of
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(came_of, ["report:R1"]);
    assert_eq!(t.operator(&operator()).reports.cases, 1);
    assert_eq!(ask(&mut t), "report.illegal_order");
}

#[test]
fn mixed_material_is_split_and_each_part_names_the_other() {
    let mut t = Trial::with_operator();
    let split = |report: &str| {
        let mut data = file(report);
        data["complaint"] = "C1".into();
        data
    };
    let refused = t.refused("report.file", "2026-04-15", DESK, split("R1"));
    assert_eq!(refused, "report.complaint", "no such complaint");
    let data = json!({"cause": "quality", "complaint": "C1", "consumer": sealed(),
        "operator": operator()});
    t.ok("complaint.file", "2026-04-15", DESK, data);
    let refused = t.refused("report.file", "2026-04-16", DESK, split("R1"));
    assert_eq!(refused, "report.complaint", "another day");
    t.ok("report.file", "2026-04-15", DESK, split("R1"));
    assert_eq!(state(&t, "R1").complaint.as_deref(), Some("C1"));
    match t.state(&Subject::parse("complaint:C1").unwrap()) {
        Some(Entity::Complaint(c)) => assert_eq!(c.report.as_deref(), Some("R1")),
        _ => panic!("no complaint"),
    }
    let refused = t.refused("report.file", "2026-04-15", DESK, split("R2"));
    assert_eq!(refused, "report.complaint", "split once");
}

#[test]
fn merging_lets_the_term_run_anew_under_order_121_where_facts_are_new() {
    let merge = |new_facts: bool| json!({"into": "R1", "new_facts": new_facts, "report": "R2"});
    for (first, second, new_facts, decide) in [
        ("2026-04-15", "2026-04-20", true, "2026-05-13"),
        ("2026-04-15", "2026-04-20", false, "2026-05-09"),
        ("2026-04-10", "2026-04-14", true, "2026-05-06"),
    ] {
        let mut t = received(first);
        t.ok("report.file", second, DESK, file("R2"));
        t.ok("report.merge", "2026-04-21", DESK, merge(new_facts));
        let clock = state(&t, "R1").clock.unwrap();
        assert_eq!(clock.due, day(decide), "{first} {new_facts}");
        assert_eq!(state(&t, "R2").stage, Stage::Merged);
        assert_eq!(state(&t, "R1").merged, ["R2"]);
        // What is decided on the one is decided on the other, and both are told.
        t.ok(
            "report.check",
            "2026-04-22",
            "enforcer",
            check("R1", "not_indicated"),
        );
        let early = t.refused("report.tell", "2026-04-22", DESK, of("R2"));
        assert_eq!(early, "report.nothing_to_tell");
        let data = json!({"code": "no_breach", "report": "R1"});
        t.ok("report.decline", "2026-04-23", "head", data);
        assert_eq!(state(&t, "R2").code, "no_breach");
        for number in ["R1", "R2"] {
            t.ok("report.tell", "2026-04-24", DESK, of(number));
        }
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let mut t = received("2026-04-15");
    let other = code("91371322MA3C00002");
    let data = json!({"address": "郯城县人民路2号", "code": other, "division": "371322001",
        "name": "郯城县杞柳编织有限公司"});
    t.ok("registration.grant", "2015-03-01", "registrar", data);
    let names = [
        ("OP", operator()),
        ("OTHER", other),
        ("UNKNOWN", code("91371322MA3C00009")),
    ];
    t.check(
        &names,
        r#"
        report.file 2026-04-16 complaint_desk {"cause":"x","operator":"$OP","report":"R1"} => report.exists
        report.file 2026-04-16 complaint_desk {"cause":"x","report":"R2"} => report.nobody_reported
        report.file 2026-04-16 complaint_desk {"cause":" ","operator":"$OP","report":"R2"} => report.text
        report.file 2026-04-16 complaint_desk {"cause":"x","operator":"$UNKNOWN","report":"R2"} => registration.unknown
        report.file 2026-04-16 complaint_desk {"cause":"x","operator":"$OP","report":"R 2"} => report.number
        report.file 2026-04-16 registrar {"cause":"x","operator":"$OP","report":"R2"} => department.no_capacity
        report.tell 2026-04-16 complaint_desk {"report":"R9"} => report.unknown
        report.tell 2026-04-16 complaint_desk {"report":"R1"} => report.nothing_to_tell
        report.assign 2026-04-14 complaint_desk {"report":"R1","unit":"马头所"} => report.before_previous_step
        report.assign 2026-04-16 complaint_desk {"report":"R1"} => report.assignment
        report.assign 2026-04-16 complaint_desk {"report":"R1","officer":"9999"} => report.assignment
        report.assign 2026-04-16 complaint_desk {"report":"R1","officer":"0301","unit":"马头所"} =>
        report.check 2026-04-17 enforcer {"finding":"indicated","operator":"$OTHER","report":"R1"} => report.other_operator
        report.decline 2026-04-17 head {"code":"no_breach","report":"R1"} => report.not_checked
        report.check 2026-04-17 enforcer {"finding":"indicated","report":"R1"} =>
        report.decline 2026-04-17 head {"code":"z","report":"R1"} => report.code_unknown
        report.file 2026-04-17 complaint_desk {"cause":"x","operator":"$OTHER","report":"R3"} =>
        report.merge 2026-04-17 complaint_desk {"into":"R3","report":"R1"} => report.not_the_same
        report.merge 2026-04-17 complaint_desk {"into":"R1","report":"R1"} => report.not_the_same
        report.merge 2026-04-17 complaint_desk {"into":"R8","report":"R1"} => report.unknown
        report.transfer 2026-04-17 complaint_desk {"reason":"","report":"R1","to":"临沂市市场监督管理局"} => report.text
        report.transfer 2026-04-17 complaint_desk {"reason":"违法行为发生地在临沂市","report":"R1","to":"临沂市市场监督管理局"} =>
        report.decline 2026-04-17 head {"code":"no_breach","report":"R1"} => report.illegal_order
        report.tell 2026-04-17 complaint_desk {"report":"R1"} =>
        "#,
    );
    let tally = t.operator(&operator()).reports;
    assert_eq!((tally.received, tally.transferred, tally.open()), (1, 1, 0));
}

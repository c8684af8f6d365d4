//! Complaints on both sides of 2026-04-15: orders, codes, deadlines, ends.

use serde_json::{Value, json};

use super::{Complaint, Stage};
use crate::entity::Entity;
use crate::event::Event;
use crate::subject::Subject;
use crate::trial::{Trial, authority, code, day, operator, sealed};

const DESK: &str = "complaint_desk";

fn file(number: &str) -> Value {
    json!({"cause": "quality", "claim_fen": 12900, "complaint": number, "consumer": sealed(),
        "operator": operator(), "phone": sealed(), "product": "food"})
}

fn of(number: &str) -> Value {
    json!({ "complaint": number })
}

/// The data of a step, with what else it says.
fn with(number: &str, more: Value) -> Value {
    let mut data = of(number);
    for (key, value) in more.as_object().unwrap() {
        data[key] = value.clone();
    }
    data
}

fn refusal(code: &str) -> Value {
    with(
        "C1",
        json!({"code": code, "other_ways": ["court"], "reason": "见附件"}),
    )
}

/// A complaint C1 received on a day, and accepted on another where one is given.
fn received(on: &str, accepted: Option<&str>) -> Trial {
    let mut t = Trial::with_operator();
    t.ok("complaint.file", on, DESK, file("C1"));
    if let Some(on) = accepted {
        t.ok("complaint.accept", on, DESK, of("C1"));
    }
    t
}

fn state(t: &Trial, number: &str) -> Complaint {
    let subject = Subject::parse(&format!("complaint:{number}")).unwrap();
    match t.state(&subject) {
        Some(Entity::Complaint(c)) => (**c).clone(),
        _ => Complaint::default(),
    }
}

fn due(events: &[Event], clock: &str) -> String {
    let clock = events[0].derived.clock(clock);
    clock.map_or_else(String::new, |c| c.due.to_string())
}

#[test]
fn deadlines_fall_due_as_computed_by_hand() {
    for (on, decide) in [
        ("2026-02-13", "2026-03-02"),
        ("2026-04-14", "2026-04-23"),
        ("2026-04-15", "2026-04-24"),
        ("2026-09-18", "2026-09-29"),
    ] {
        let mut t = Trial::with_operator();
        let made = t.ok("complaint.file", on, DESK, file("C1"));
        assert_eq!(due(&made, "complaint.decide"), decide, "{on}");
    }
    for (received_on, accepted, mediation, rule) in [
        ("2026-04-14", "2026-04-15", "2026-06-22", "order-20"),
        ("2026-04-15", "2026-04-15", "2026-06-14", "order-121"),
        ("2026-08-03", "2026-08-03", "2026-10-08", "order-121"),
        ("2026-07-31", "2026-08-03", "2026-10-08", "order-121"),
    ] {
        let mut t = received(received_on, None);
        let made = t.ok("complaint.accept", accepted, DESK, of("C1"));
        assert_eq!(
            due(&made, "complaint.mediation"),
            mediation,
            "{received_on}"
        );
        let clock = made[0].derived.clock("complaint.mediation").unwrap();
        assert!(clock.rule.contains(rule));
    }
}

#[test]
fn the_term_of_mediation_leaves_out_testing_and_then_runs_out() {
    let mut t = received("2026-08-03", Some("2026-08-03"));
    let testing = |from: &str, to: &str| with("C1", json!({"from": from, "to": to}));
    for (data, refused) in [
        (
            testing("2026-08-10", "2026-08-09"),
            "complaint.exclusion_dates",
        ),
        (
            testing("2026-08-03", "2026-08-09"),
            "complaint.exclusion_dates",
        ),
        (
            testing("2026-10-09", "2026-10-10"),
            "complaint.exclusion_dates",
        ),
        (testing("2026-08-10", "2026-08-19"), ""),
        (
            testing("2026-08-19", "2026-08-20"),
            "complaint.exclusion_dates",
        ),
    ] {
        assert_eq!(
            t.refused("complaint.exclude_time", "2026-08-20", DESK, data),
            refused
        );
    }
    // Ten days more: the 60th counted day is 2026-10-12.
    assert_eq!(state(&t, "C1").clock.unwrap().due, day("2026-10-12"));
    let over = with("C1", json!({"code": "5"}));
    for (on, capacity, data, refused) in [
        (
            "2026-10-12",
            "clock",
            over.clone(),
            "complaint.term_not_over",
        ),
        (
            "2026-10-13",
            "clock",
            with("C1", json!({"code": "3"})),
            "complaint.clock_code",
        ),
        (
            "2026-10-13",
            DESK,
            with("C1", json!({"code": "9"})),
            "complaint.code_unknown",
        ),
        ("2026-10-15", "clock", over, ""),
    ] {
        assert_eq!(
            t.refused("complaint.terminate", on, capacity, data),
            refused,
            "{on}"
        );
    }
    let c = state(&t, "C1");
    assert_eq!(
        (c.stage, c.code.as_str(), c.late_days),
        (Stage::Terminated, "5", 2)
    );
    assert_eq!(c.tell.unwrap().due, day("2026-10-26"));
}

#[test]
fn a_refusal_under_the_new_order_gives_reasons_and_other_ways() {
    let bare = with("C1", json!({"code": "1"}));
    for (on, data, refused) in [
        ("2026-04-14", bare.clone(), ""),
        ("2026-04-15", bare, "complaint.reasons_missing"),
        (
            "2026-04-15",
            with("C1", json!({"code": "1", "reason": "x"})),
            "complaint.reasons_missing",
        ),
        ("2026-04-15", refusal("9"), "complaint.code_unknown"),
        ("2026-04-15", refusal("1"), ""),
    ] {
        let mut t = received(on, None);
        assert_eq!(
            t.refused("complaint.refuse", "2026-04-16", DESK, data),
            refused,
            "{on}"
        );
    }
    // Over three years is a ground only where it is so.
    for (harm_known, refused) in [
        ("2023-05-06", "complaint.ground_not_given"),
        ("2023-05-05", ""),
    ] {
        let mut t = Trial::with_operator();
        let mut data = file("C1");
        data["harm_known"] = json!(harm_known);
        t.ok("complaint.file", "2026-05-06", DESK, data);
        assert_eq!(
            t.refused("complaint.refuse", "2026-05-07", DESK, refusal("4")),
            refused
        );
    }
}

#[test]
fn the_same_facts_are_refused_or_merged_once() {
    let begun = || {
        let mut t = received("2026-05-06", None);
        t.ok("complaint.file", "2026-05-11", DESK, file("C2"));
        let other = code("92371322MA3C00003");
        let data = json!({"address": "郯城县某街2号", "code": other, "division": "371322001",
            "name": "x"});
        t.ok("registration.grant", "2020-01-01", "registrar", data);
        let mut data = file("C3");
        data["operator"] = json!(other);
        t.ok("complaint.file", "2026-05-11", DESK, data);
        t
    };
    let refuse = |code: &str, of: &str| {
        with(
            "C2",
            json!({"code": code, "duplicate_of": of, "other_ways": ["negotiation"],
            "reason": "同一争议"}),
        )
    };
    let merge = |into: &str| with("C2", json!({ "into": into }));
    for (r#type, data, refused) in [
        ("complaint.refuse", refuse("2", "C9"), "complaint.unknown"),
        (
            "complaint.refuse",
            refuse("2", "C3"),
            "complaint.not_the_same",
        ),
        (
            "complaint.refuse",
            refuse("2", "C2"),
            "complaint.not_the_same",
        ),
        (
            "complaint.refuse",
            refuse("3", "C1"),
            "complaint.not_the_same",
        ),
        ("complaint.refuse", refuse("2", "C1"), ""),
        ("complaint.merge", merge("C3"), "complaint.not_the_same"),
        ("complaint.merge", merge("C2"), "complaint.not_the_same"),
        ("complaint.merge", merge("C1"), ""),
    ] {
        let told = data.to_string();
        assert_eq!(
            begun().refused(r#type, "2026-05-12", DESK, data),
            refused,
            "{told}"
        );
    }
    let mut t = begun();
    t.ok("complaint.merge", "2026-05-12", DESK, merge("C1"));
    let (into, gone) = (state(&t, "C1"), state(&t, "C2"));
    assert_eq!(into.merged, ["C2"]);
    assert_eq!(
        (gone.stage, gone.handled_by.as_deref()),
        (Stage::Merged, Some("C1"))
    );
    // The seven working days begin anew with the receipt of the later one.
    let clock = into.clock.unwrap();
    assert_eq!(
        (clock.start, clock.due),
        (day("2026-05-06"), day("2026-05-20"))
    );
    assert_eq!(t.operator(&operator()).complaints.open(), 1);
    t.ok("complaint.withdraw", "2026-05-13", DESK, of("C1"));
    t.ok("complaint.file", "2026-05-14", DESK, file("C4"));
    let data = with("C4", json!({"into": "C1"}));
    assert_eq!(
        t.refused("complaint.merge", "2026-05-15", DESK, data),
        "complaint.not_the_same"
    );
    // Order 20 knows no merging.
    let mut t = received("2026-04-13", None);
    t.ok("complaint.file", "2026-04-14", DESK, file("C2"));
    assert_eq!(
        t.refused("complaint.merge", "2026-04-14", DESK, merge("C1")),
        "no_rule_in_force"
    );
}

#[test]
fn parties_are_told_in_time_or_late() {
    let tell = |parties: &[&str]| with("C1", json!({ "parties": parties }));
    let mut t = received("2026-05-06", None);
    assert_eq!(
        t.refused("complaint.tell", "2026-05-07", DESK, tell(&["consumer"])),
        "complaint.nothing_to_tell"
    );
    let made = t.ok("complaint.accept", "2026-05-07", DESK, of("C1"));
    assert_eq!(due(&made, "complaint.tell_decision"), "2026-05-14");
    assert_eq!(
        t.refused("complaint.tell", "2026-05-07", DESK, tell(&["operator"])),
        "complaint.nothing_to_tell"
    );
    let made = t.ok("complaint.tell", "2026-05-15", DESK, tell(&["consumer"]));
    assert_eq!(made[0].derived.number("late_days"), Some(1));
    let made = t.ok(
        "complaint.terminate",
        "2026-05-20",
        DESK,
        with("C1", json!({"code": "3"})),
    );
    assert_eq!(due(&made, "complaint.tell_parties"), "2026-05-29");
    let made = t.ok("complaint.tell", "2026-05-21", DESK, tell(&["consumer"]));
    assert_eq!(made[0].derived.number("late_days"), None);
    assert_eq!(
        t.refused("complaint.tell", "2026-05-22", DESK, tell(&["consumer"])),
        "complaint.nothing_to_tell"
    );
    let made = t.ok("complaint.tell", "2026-06-01", DESK, tell(&["operator"]));
    assert_eq!(made[0].derived.number("late_days"), Some(3));
    let c = state(&t, "C1");
    assert_eq!((c.tell, c.late_days), (None, 4));
}

#[test]
fn an_operator_of_a_platform_is_handled_where_its_address_is_shown() {
    for (on, shown, platform, competence, basis, accepted) in [
        (
            "2026-05-06",
            "371322101",
            "330106",
            "here",
            "shown_address",
            "",
        ),
        (
            "2026-05-06",
            "330106",
            "371322",
            "elsewhere",
            "shown_address",
            "complaint.not_competent",
        ),
        (
            "2026-05-06",
            "",
            "330106",
            "elsewhere",
            "platform_domicile",
            "complaint.not_competent",
        ),
        (
            "2026-05-06",
            "",
            "371322001",
            "here",
            "platform_domicile",
            "",
        ),
        // Until 2026-04-14 either place would do.
        (
            "2026-04-14",
            "330106",
            "371322",
            "here",
            "platform_domicile",
            "",
        ),
        (
            "2026-04-14",
            "330106",
            "330106",
            "elsewhere",
            "shown_address",
            "complaint.not_competent",
        ),
    ] {
        let mut t = Trial::with_operator();
        let mut data = file("C1");
        data["platform"] = json!({"division": platform, "name": "某平台", "shown_division": shown});
        let made = t.ok("complaint.file", on, DESK, data);
        assert_eq!(
            made[0].derived.word("competence"),
            Some(competence),
            "{on} {shown}"
        );
        assert_eq!(
            made[0].derived.word("competence_basis"),
            Some(basis),
            "{on} {shown}"
        );
        assert_eq!(
            t.refused("complaint.accept", on, DESK, of("C1")),
            accepted,
            "{on} {shown}"
        );
    }
}

#[test]
fn who_handles_a_complaint_may_change() {
    let mut t = received("2026-05-06", None);
    let city = code("11371300MB2857301");
    let data = json!({"capacities": [DESK], "code": city, "division": "371300",
        "name": "临沂市市场监督管理局", "short": "市局"});
    t.ok("department.establish", "2020-01-01", "administrator", data);
    let post = json!({"capacities": [DESK], "department": authority(), "officer": "0201"});
    t.ok(
        "department.post_officer",
        "2020-01-01",
        "administrator",
        post,
    );
    let assign = |more: Value| with("C1", more);
    for (more, refused) in [
        (
            json!({"officer": "0202", "unit": "马头所"}),
            "complaint.assignment",
        ),
        (json!({}), "complaint.assignment"),
        (
            json!({"department": code("11371300MB2857999")}),
            "complaint.assignment",
        ),
        (json!({"officer": "0201", "unit": "马头所"}), ""),
        (json!({"department": city}), ""),
        (json!({"unit": "一科"}), "department.not_responsible"),
    ] {
        let data = assign(more);
        let told = data.to_string();
        assert_eq!(
            t.refused("complaint.assign", "2026-05-07", DESK, data),
            refused,
            "{told}"
        );
    }
    assert_eq!(
        t.refused("complaint.accept", "2026-05-07", DESK, of("C1")),
        "department.not_responsible"
    );
    let by = json!({"capacity": DESK, "department": city});
    t.act_as(by, "complaint.accept", "2026-05-07", of("C1"))
        .unwrap();
    assert_eq!(state(&t, "C1").stage, Stage::Mediation);
}

#[test]
fn negotiation_mediation_and_arbitration_lead_to_their_ends() {
    let mut t = received("2026-05-06", None);
    let table = r#"
        complaint.settle 2026-05-07 complaint_desk {"complaint": "C1"} => complaint.negotiation
        complaint.fail_negotiation 2026-05-07 complaint_desk {"complaint": "C1"} => complaint.negotiation
        complaint.offer_negotiation 2026-05-07 complaint_desk {"complaint": "C1", "offer_fen": 5000, "party": "operator"} =>
        complaint.offer_negotiation 2026-05-07 complaint_desk {"complaint": "C1", "party": "operator"} => complaint.negotiation
        complaint.fail_negotiation 2026-05-08 complaint_desk {"complaint": "C1"} =>
        complaint.open_mediation 2026-05-08 complaint_desk {"complaint": "C1"} => complaint.illegal_order
        complaint.accept 2026-05-08 complaint_desk {"complaint": "C1"} =>
        complaint.accept 2026-05-08 complaint_desk {"complaint": "C1"} => complaint.illegal_order
        complaint.refuse 2026-05-08 complaint_desk {"complaint": "C1", "code": "1"} => complaint.illegal_order
        complaint.hold_mediation 2026-05-09 complaint_desk {"complaint": "C1", "present": ["consumer"]} => complaint.mediation_not_open
        complaint.open_mediation 2026-05-09 complaint_desk {"complaint": "C1"} =>
        complaint.open_mediation 2026-05-09 complaint_desk {"complaint": "C1"} => complaint.illegal_order
        complaint.hold_mediation 2026-05-08 complaint_desk {"complaint": "C1", "present": ["consumer"]} => complaint.before_previous_step
        complaint.hold_mediation 2026-05-11 complaint_desk {"complaint": "C1", "present": ["consumer", "operator"]} =>
        complaint.refer_to_arbitration 2026-05-11 complaint_desk {"complaint": "C1", "commission": "临沂仲裁委员会"} => complaint.illegal_order
        complaint.record_performance 2026-05-12 complaint_desk {"complaint": "C1", "performed": true} => complaint.illegal_order
        complaint.agree 2026-07-01 complaint_desk {"complaint": "C1", "perform_by": "2026-06-30"} => complaint.perform_by
        complaint.agree 2026-05-12 complaint_desk {"complaint": "C1", "perform_by": "2026-06-30", "refund_fen": 9900} =>
        complaint.withdraw 2026-05-13 complaint_desk {"complaint": "C1"} => complaint.illegal_order
        complaint.refer_to_arbitration 2026-07-01 complaint_desk {"complaint": "C1", "commission": "临沂仲裁委员会"} => complaint.illegal_order
        complaint.record_performance 2026-07-01 complaint_desk {"complaint": "C1", "performed": false} =>
        complaint.award 2026-07-01 complaint_desk {"complaint": "C1", "outcome": "for_consumer"} => complaint.illegal_order
        complaint.refer_to_arbitration 2026-07-02 complaint_desk {"complaint": "C1", "commission": "临沂仲裁委员会"} =>
        complaint.award 2026-08-20 complaint_desk {"complaint": "C1", "award_fen": 12900, "outcome": "for_consumer"} =>
    "#;
    t.check(&[], table);
    let settle = with("C1", json!({"refund_fen": 9900}));
    let c = state(&t, "C1");
    assert_eq!(
        (c.stage, c.sessions, c.refund_fen),
        (Stage::Awarded, 1, 12900)
    );
    assert_eq!((c.performed, c.late_days), (Some(false), 0));
    let tally = t.operator(&operator()).complaints;
    assert_eq!(
        (
            tally.agreed,
            tally.unperformed,
            tally.arbitrated,
            tally.lost
        ),
        (1, 1, 1, 1)
    );
    assert_eq!(
        (tally.open(), tally.refund_fen, tally.claim_fen),
        (0, 9900, 12900)
    );
    let mut t = received("2026-05-06", Some("2026-05-07"));
    let offer = with("C1", json!({"party": "consumer"}));
    t.ok("complaint.offer_negotiation", "2026-05-08", DESK, offer);
    let made = t.ok("complaint.settle", "2026-07-08", DESK, settle);
    // Accepted on 2026-05-07: the sixty days ran until 2026-07-06.
    assert_eq!(made[0].derived.number("late_days"), Some(2));
    assert_eq!(state(&t, "C1").stage, Stage::Settled);
}

#[test]
fn rates_follow_by_operator_cause_and_product() {
    let mut t = Trial::with_operator();
    for (n, cause, product) in [
        (1, "quality", "food"),
        (2, "quality", "toys"),
        (3, "delivery", ""),
        (4, "refund", "food"),
    ] {
        let mut data = file(&format!("C{n}"));
        data["cause"] = json!(cause);
        data["product"] = json!(product);
        t.ok("complaint.file", "2026-05-06", DESK, data);
        t.ok("complaint.accept", "2026-05-07", DESK, of(&format!("C{n}")));
    }
    for n in 1..=3 {
        t.ok("complaint.agree", "2026-05-08", DESK, of(&format!("C{n}")));
    }
    t.ok(
        "complaint.terminate",
        "2026-05-08",
        DESK,
        with("C4", json!({"code": "3"})),
    );
    let tally = t.operator(&operator()).complaints;
    assert_eq!(
        (tally.settled_bp(), tally.cause_bp("quality")),
        (Some(7_500), Some(5_000))
    );
    assert_eq!(tally.by_product["food"].received, 2);
    assert_eq!(tally.by_product.len(), 2);
    assert_eq!(super::Tally::default().settled_bp(), None);
}

#[test]
fn what_does_not_fit_a_new_complaint_is_refused() {
    let changed = |field: &str, value: Value| {
        let mut data = file("C2");
        data[field] = value;
        data
    };
    let platform = |division: &str| json!({"division": division, "name": "某平台"});
    for (on, data, refused) in [
        ("2026-05-06", file("C1"), "complaint.exists"),
        (
            "2026-05-06",
            changed("complaint", json!("投诉")),
            "complaint.number",
        ),
        ("2026-05-06", changed("cause", json!(" ")), "complaint.word"),
        (
            "2026-05-06",
            changed("product", json!("x".repeat(65))),
            "complaint.word",
        ),
        (
            "2026-05-06",
            changed("harm_known", json!("2026-05-07")),
            "complaint.harm_known_later",
        ),
        (
            "2026-05-06",
            changed("operator", json!(code("91371322MA3C00077"))),
            "registration.unknown",
        ),
        (
            "2026-05-06",
            changed("platform", platform("33")),
            "complaint.division",
        ),
        ("2019-05-06", file("C2"), "no_rule_in_force"),
        (
            "2026-05-06",
            changed("consumer", json!("王某")),
            "action_schema",
        ),
    ] {
        let mut t = received("2026-05-06", None);
        let told = data.to_string();
        assert_eq!(
            t.refused("complaint.file", on, DESK, data),
            refused,
            "{told}"
        );
    }
    let mut t = received("2026-05-06", None);
    assert_eq!(
        t.refused("complaint.file", "2026-05-06", "registrar", file("C2")),
        "department.no_capacity"
    );
    assert_eq!(
        t.refused("complaint.accept", "2026-05-06", DESK, of("C9")),
        "complaint.unknown"
    );
    assert_eq!(
        t.refused("complaint.accept", "2026-05-06", "clock", of("C1")),
        "department.no_capacity"
    );
}

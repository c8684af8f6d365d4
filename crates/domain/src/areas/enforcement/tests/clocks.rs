//! Deadlines, each worked out by hand from the law and the calendar of its year.

use serde_json::json;

use super::{after, case, county, ordinary, penalties, step, take};
use crate::areas::enforcement::Stage;
use crate::trial::{day, operator};

/// Name and due day of the clocks that each step of the ordinary case sets.
#[test]
fn each_step_sets_its_deadline() {
    let wanted: &[(&str, &[(&str, &str)])] = &[
        // 15 working days from Monday 01-05.
        ("receive_lead", &[("enforcement.verify", "2026-01-26")]),
        // 90 days from 01-20.
        ("open", &[("enforcement.decide", "2026-04-20")]),
        // 5 working days from Monday 03-02.
        (
            "serve_notice",
            &[
                ("enforcement.statement", "2026-03-09"),
                ("enforcement.hearing_request", "2026-03-09"),
            ],
        ),
        // The 16 days from the request to the hearing are not counted: 05-06.
        ("hold_hearing", &[("enforcement.decide", "2026-05-06")]),
        // 7 working days to serve and to send; 20 over Labour Day with 05-09 worked to publish.
        (
            "decide",
            &[
                ("enforcement.serve", "2026-04-21"),
                ("enforcement.two_publicity", "2026-04-21"),
                ("enforcement.publish", "2026-05-12"),
            ],
        ),
        // 15 days.
        ("serve_decision", &[("enforcement.pay", "2026-04-30")]),
        // 3 years.
        ("publish", &[("enforcement.shown", "2029-04-28")]),
    ];
    let mut t = county();
    for one in ordinary(&penalties()) {
        let verb = one.0;
        let events = take(&mut t, one);
        let clocks = &events[0].derived.clocks;
        let found: Vec<(&str, String)> = clocks
            .iter()
            .map(|c| (c.name.as_str(), c.due.to_string()))
            .collect();
        let due = wanted
            .iter()
            .find(|(v, _)| *v == verb)
            .map_or(&[][..], |(_, due)| due);
        let due: Vec<(&str, String)> = due.iter().map(|(n, d)| (*n, (*d).to_owned())).collect();
        assert_eq!(found, due, "{verb}");
        assert!(
            clocks
                .iter()
                .all(|c| !c.article.is_empty() && !c.provisional),
            "{verb}"
        );
    }
    assert_eq!(case(&t).late_days, 0);
}

#[test]
fn terms_are_extended_and_leave_days_out() {
    let mut t = county();
    let due = |t: &crate::trial::Trial, clock: &str| case(t).clocks[clock].due;
    for one in ordinary(&penalties()).into_iter().take(1) {
        take(&mut t, one);
    }
    take(
        &mut t,
        ("extend_verification", "2026-01-26", "head 0001", json!({})),
    );
    // 30 working days; the Saturday 02-14 is worked.
    assert_eq!(due(&t, "enforcement.verify"), day("2026-02-14"));
    let open = json!({"breach_ended": "2025-11-11", "cause": "fake_transactions", "officers": ["0301", "0302"]});
    take(&mut t, ("open", "2026-02-26", "enforcer 0301", open));
    assert_eq!(case(&t).late_days, 12);
    assert_eq!(due(&t, "enforcement.decide"), day("2026-05-27"));
    let testing = json!({"code": "testing", "from": "2026-03-02", "to": "2026-03-11"});
    take(
        &mut t,
        (
            "exclude_time",
            "2026-03-12",
            "enforcer 0301",
            testing.clone(),
        ),
    );
    assert_eq!(
        due(&t, "enforcement.decide"),
        day("2026-06-06"),
        "06-06 is a plain Saturday and stays"
    );
}

#[test]
fn the_head_extends_once_then_the_heads_together() {
    let mut t = after("open");
    let by_head = json!({"extension": {"by": "head"}});
    let together = json!({"extension": {"by": "collective", "days": 60}});
    assert_eq!(
        step(
            &mut t,
            ("extend_term", "2026-04-01", "head 0001", together.clone())
        )
        .unwrap_err()
        .code,
        "enforcement.illegal_order"
    );
    take(
        &mut t,
        ("extend_term", "2026-04-01", "head 0001", by_head.clone()),
    );
    assert_eq!(case(&t).clocks["enforcement.decide"].due, day("2026-05-20"));
    assert_eq!(
        step(&mut t, ("extend_term", "2026-04-02", "head 0001", by_head))
            .unwrap_err()
            .code,
        "enforcement.illegal_order"
    );
    take(&mut t, ("extend_term", "2026-05-11", "head 0001", together));
    assert_eq!(case(&t).clocks["enforcement.decide"].due, day("2026-07-19"));
}

#[test]
fn measures_run_their_own_terms() {
    let mut t = after("open");
    let measure = |kind: &str, id: &str| json!({"approved_by": "0001", "kind": kind, "measure": id, "what": "台账"});
    take(
        &mut t,
        (
            "take_measure",
            "2026-02-13",
            "enforcer 0301",
            measure("preservation", "M1"),
        ),
    );
    take(
        &mut t,
        (
            "take_measure",
            "2026-02-13",
            "enforcer 0301",
            measure("seizure", "M2"),
        ),
    );
    let due = |t: &crate::trial::Trial, n: usize| case(t).measures[n].clock.as_ref().unwrap().due;
    // 7 working days over Spring Festival: 02-14, 02-24 to 02-28, 03-02.
    assert_eq!(due(&t, 0), day("2026-03-02"));
    assert_eq!(due(&t, 1), day("2026-03-15"));
    let m = |id: &str| json!({"measure": id});
    for (on, id, wrong) in [
        ("2026-03-02", "M1", "enforcement.not_due"),
        ("2026-03-16", "M2", "enforcement.does_not_lapse"),
        ("2026-03-16", "M9", "enforcement.measure_unknown"),
    ] {
        assert_eq!(
            step(&mut t, ("lapse_measure", on, "clock", m(id)))
                .unwrap_err()
                .code,
            wrong
        );
    }
    take(&mut t, ("lapse_measure", "2026-03-03", "clock", m("M1")));
    assert_eq!(
        step(
            &mut t,
            ("extend_measure", "2026-03-04", "head 0001", m("M1"))
        )
        .unwrap_err()
        .code,
        "enforcement.illegal_order"
    );
    take(
        &mut t,
        ("extend_measure", "2026-03-10", "head 0001", m("M2")),
    );
    assert_eq!(due(&t, 1), day("2026-04-14"));
    let test =
        json!({"code": "testing", "from": "2026-03-11", "measure": "M2", "to": "2026-03-13"});
    take(
        &mut t,
        ("exclude_time", "2026-03-16", "enforcer 0301", test),
    );
    assert_eq!(
        (due(&t, 1), case(&t).clocks["enforcement.decide"].due),
        (day("2026-04-17"), day("2026-04-20"))
    );
    let close = json!({"closing": "unfounded", "reason": "证据不足"});
    assert_eq!(
        step(&mut t, ("close", "2026-04-18", "head 0001", close.clone()))
            .unwrap_err()
            .code,
        "enforcement.measure_stands"
    );
    let lifted = take(
        &mut t,
        (
            "lift_measure",
            "2026-04-18",
            "enforcer 0301",
            json!({"code": "returned", "measure": "M2"}),
        ),
    );
    assert_eq!(lifted[0].derived.number("late_days"), Some(1));
    take(&mut t, ("close", "2026-04-20", "head 0001", close));
}

#[test]
fn a_late_decision_stands_with_its_lateness() {
    let mut t = after("hold_hearing");
    let made = take(
        &mut t,
        (
            "decide",
            "2026-05-10",
            "head 0001",
            super::decision(penalties()),
        ),
    );
    assert_eq!(made[0].derived.number("late_days"), Some(4));
    let served = take(
        &mut t,
        (
            "serve_decision",
            "2026-05-20",
            "enforcer 0301",
            json!({"served": "post"}),
        ),
    );
    // 7 working days from Sunday 05-10 end on Tuesday 05-19.
    assert_eq!(served[0].derived.number("late_days"), Some(1));
}

#[test]
fn days_with_another_authority_do_not_count() {
    let mut t = after("open");
    take(
        &mut t,
        (
            "transfer",
            "2026-02-02",
            "enforcer 0301",
            json!({"crime": true, "to": "郯城县公安局"}),
        ),
    );
    assert_eq!(
        step(
            &mut t,
            (
                "review",
                "2026-02-03",
                "reviewer 0401",
                json!({"opinion": "agree"})
            )
        )
        .unwrap_err()
        .code,
        "enforcement.illegal_order"
    );
    take(
        &mut t,
        ("take_back", "2026-03-04", "enforcer 0301", json!({})),
    );
    // 30 days from 02-03 to 03-04 are left out of the 90 from 01-20.
    assert_eq!(case(&t).clocks["enforcement.decide"].due, day("2026-05-20"));
    take(
        &mut t,
        (
            "transfer",
            "2026-03-05",
            "enforcer 0301",
            json!({"crime": true, "to": "郯城县公安局"}),
        ),
    );
    take(
        &mut t,
        (
            "close",
            "2026-03-06",
            "head 0001",
            json!({"closing": "transferred"}),
        ),
    );
    assert!(t.operator(&operator()).enforcement.penalties.is_empty());
}

#[test]
fn a_lead_that_comes_back_is_no_case_yet() {
    let mut t = after("receive_lead");
    let police = json!({"to": "郯城县公安局"});
    take(&mut t, ("transfer", "2026-01-08", "enforcer 0301", police));
    take(
        &mut t,
        ("take_back", "2026-01-12", "enforcer 0301", json!({})),
    );
    assert_eq!(case(&t).stage, Stage::Lead);
    let mark = t.operator(&operator()).enforcement.cases[0].clone();
    assert_eq!((mark.stage, mark.since), (Stage::Lead, day("2026-01-12")));
}

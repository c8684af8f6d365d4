//! Listing: objections with their clocks, and what refuses a step.

use crate::row::List;
use crate::term::Clock;
use crate::trial::{Trial, day, operator};

/// The county with an entry of 2025-07-10 on the abnormal list.
fn listed() -> (Trial, [(&'static str, String); 1]) {
    let mut t = Trial::with_operator();
    let names = [("OP", operator())];
    t.check(
        &names,
        r#"listing.enter 2025-07-10 credit_officer {"entry": "A1", "ground": "annual_report", "ground_found": "2025-07-01", "list": "abnormal", "operator": "$OP"} =>"#,
    );
    (t, names)
}

/// The deadline of a name that the last event but `back` set going.
fn due(t: &Trial, back: usize, name: &str) -> String {
    let event = &t.events[t.events.len() - 1 - back];
    let clock: &Clock = event.derived.clock(name).unwrap();
    clock.due.to_string()
}

fn late_days(t: &Trial) -> Option<i64> {
    t.events.last().unwrap().derived.number("late_days")
}

#[test]
fn an_objection_goes_step_by_step() {
    let (mut t, names) = listed();
    t.check(
        &names,
        r#"
        listing.accept_objection 2025-07-14 credit_officer {"entry": "A1", "operator": "$OP"} => listing.objection_missing
        listing.object 2025-07-09 credit_officer {"entry": "A1", "operator": "$OP"} => listing.before_entry
        listing.object 2025-07-11 credit_officer {"entry": "A2", "operator": "$OP"} => listing.entry_unknown
        listing.object 2025-07-11 enforcer {"entry": "A1", "operator": "$OP"} => department.no_capacity
        listing.object 2025-07-11 credit_officer {"entry": "A1", "operator": "$OP"} =>
        listing.object 2025-07-14 credit_officer {"entry": "A1", "operator": "$OP"} => listing.objection_open
        listing.decide_objection 2025-07-14 head {"entry": "A1", "operator": "$OP", "outcome": "upheld", "reason": "属实"} => listing.objection_stage
        listing.refuse_objection 2025-07-14 credit_officer {"code": "whim", "entry": "A1", "operator": "$OP", "reason": "无"} => listing.reason_unknown
        listing.refuse_objection 2025-07-14 credit_officer {"code": "no_evidence", "entry": "A1", "operator": "$OP", "reason": " "} => listing.reason_missing
        listing.accept_objection 2025-07-10 credit_officer {"entry": "A1", "operator": "$OP"} => listing.before_objection
        listing.refuse_objection 2025-07-14 credit_officer {"code": "no_evidence", "entry": "A1", "operator": "$OP", "reason": "未附材料"} =>
        listing.accept_objection 2025-07-14 credit_officer {"entry": "A1", "operator": "$OP"} => listing.objection_stage
        listing.object 2025-07-16 credit_officer {"entry": "A1", "operator": "$OP"} =>
        listing.accept_objection 2025-07-17 credit_officer {"entry": "A1", "operator": "$OP"} =>
        listing.decide_objection 2025-07-18 credit_officer {"entry": "A1", "operator": "$OP", "outcome": "upheld", "reason": "属实"} => department.no_capacity
        listing.decide_objection 2025-07-18 head {"entry": "A1", "operator": "$OP", "outcome": "upheld", "reason": ""} => listing.reason_missing
        listing.decide_objection 2025-07-18 head {"entry": "A1", "operator": "$OP", "outcome": "upheld", "reason": "年报确未报送"} =>
        listing.object 2025-07-21 credit_officer {"entry": "A1", "operator": "$OP"} => listing.objection_answered
        "#,
    );
    assert!(
        t.operator(&operator())
            .listing
            .on_list(List::Abnormal, day("2025-07-21"))
    );
}

#[test]
fn an_objection_runs_on_explained_clocks() {
    let (mut t, names) = listed();
    let mut step = |row: &str| t.check(&names, row);
    step(r#"listing.object 2025-07-11 credit_officer {"entry": "A1", "operator": "$OP"} =>"#);
    // Thirty natural days from 07-10; five working days from Friday 07-11.
    assert_eq!(due(&t, 0, "listing.object"), "2025-08-09");
    assert_eq!(due(&t, 0, "listing.accept_objection"), "2025-07-18");
    assert_eq!(late_days(&t), Some(0));
    let mut step = |row: &str| t.check(&names, row);
    step(
        r#"listing.accept_objection 2025-07-21 credit_officer {"entry": "A1", "operator": "$OP"} =>"#,
    );
    assert_eq!(late_days(&t), Some(3));
    // Twenty working days from Monday 07-21: four weeks.
    assert_eq!(due(&t, 0, "listing.check_objection"), "2025-08-18");
    let mut step = |row: &str| t.check(&names, row);
    step(
        r#"listing.decide_objection 2025-08-19 head {"entry": "A1", "operator": "$OP", "outcome": "struck", "reason": "年报已报送"} =>"#,
    );
    let [decided, struck] = &t.events[t.events.len() - 2..] else {
        panic!("two events");
    };
    assert_eq!(decided.derived.number("late_days"), Some(1));
    assert_eq!(struck.payload.event_type(), "listing.corrected.v1");
    assert_eq!(struck.on, day("2025-07-10"));
    let listing = t.operator(&operator()).listing;
    assert!(!listing.on_list(List::Abnormal, day("2025-07-20")));
    assert_eq!(listing.entries[0].objections[0].answer_late_days, 4);
    t.check(
        &names,
        r#"listing.object 2025-08-20 credit_officer {"entry": "A1", "operator": "$OP"} => listing.entry_void"#,
    );
}

#[test]
fn a_late_objection_is_received_and_then_refused() {
    let (mut t, names) = listed();
    for (on, late) in [("2025-08-09", 0), ("2025-08-10", 1)] {
        let row = format!(
            r#"listing.object {on} credit_officer {{"entry": "A1", "operator": "$OP"}} =>"#
        );
        let mut tried = listed().0;
        tried.check(&names, &row);
        assert_eq!(late_days(&tried), Some(late), "{on}");
    }
    t.check(
        &names,
        r#"
        listing.object 2025-08-10 credit_officer {"entry": "A1", "operator": "$OP"} =>
        listing.accept_objection 2025-08-11 credit_officer {"entry": "A1", "operator": "$OP"} => listing.objection_late
        listing.refuse_objection 2025-08-11 credit_officer {"code": "late", "entry": "A1", "operator": "$OP", "reason": "超过三十日"} =>
        "#,
    );
}

#[test]
fn objections_are_for_the_lists_and_deciders_that_know_them() {
    let mut t = Trial::with_operator();
    t.check(
        &[("OP", operator())],
        r#"
        listing.import 2021-09-01 importer {"entry": "I1", "list": "abnormal", "operator": "$OP", "source": {"authority": "临沂市市场监督管理局", "layout": "abnormal-list"}} =>
        listing.object 2021-09-02 credit_officer {"entry": "I1", "operator": "$OP"} => listing.not_the_decider
        listing.import 2021-09-01 importer {"entry": "I2", "list": "serious", "operator": "$OP", "source": {"authority": "郯城县市场监督管理局", "layout": "serious-list"}} =>
        listing.object 2021-09-02 credit_officer {"entry": "I2", "operator": "$OP"} => listing.no_objection
        "#,
    );
}

#[test]
fn who_cannot_be_reached_was_written_to_twice() {
    let mut t = Trial::with_operator();
    for (letters, found, refused) in [
        ("", "2025-06-30", "listing.letters_missing"),
        (r#""2025-06-02""#, "2025-06-30", "listing.letters_missing"),
        (
            r#""2025-06-02", "2025-06-16""#,
            "2025-06-30",
            "listing.letters_apart",
        ),
        (
            r#""2025-06-02", "2025-07-03""#,
            "2025-07-10",
            "listing.letters_apart",
        ),
        (
            r#""2025-06-17", "2025-06-02""#,
            "2025-06-30",
            "listing.letters_apart",
        ),
        (
            r#""2025-06-02", "2025-06-17""#,
            "2025-06-16",
            "listing.letters_after",
        ),
        (r#""2025-06-02", "2025-06-17""#, "2025-06-30", ""),
    ] {
        let row = format!(
            r#"listing.enter 2025-07-10 credit_officer {{"entry": "U1", "ground": "unreachable", "ground_found": "{found}", "letters": [{letters}], "list": "abnormal", "operator": "$OP"}} => {refused}"#
        );
        t.check(&[("OP", operator())], &row);
    }
    let mut t = Trial::with_operator();
    t.check(
        &[("OP", operator())],
        r#"listing.enter 2025-07-10 credit_officer {"entry": "U1", "ground": "unreachable", "ground_found": "2025-07-03", "letters": ["2025-06-02", "2025-07-02"], "list": "abnormal", "operator": "$OP"} =>"#,
    );
    let entry = &t.operator(&operator()).listing.entries[0];
    assert_eq!(entry.rule, "cn.abnormal-list@1#listing.abnormal");
}

#[test]
fn a_long_stay_has_the_consequence_of_its_day() {
    let enter = |on: &str| {
        let mut t = Trial::with_operator();
        let row = format!(
            r#"listing.enter {on} credit_officer {{"entry": "A1", "ground": "annual_report", "ground_found": "{on}", "list": "abnormal", "operator": "$OP"}} =>"#
        );
        t.check(&[("OP", operator())], &row);
        t
    };
    let met = r#", "reports_missed_years": 2, "unreachable": true"#;
    let one = r#", "reports_missed_years": 1, "unreachable": true"#;
    let seen = r#", "reports_missed_years": 3"#;
    for (from, on, found, refused, consequence) in [
        ("2021-04-30", "2024-04-29", "", "listing.not_due", ""),
        ("2021-04-30", "2024-04-30", "", "", "serious_list"),
        (
            "2021-05-01",
            "2024-05-01",
            "",
            "listing.conditions_unmet",
            "",
        ),
        (
            "2021-05-01",
            "2024-05-01",
            one,
            "listing.conditions_unmet",
            "",
        ),
        (
            "2021-05-01",
            "2024-05-01",
            seen,
            "listing.conditions_unmet",
            "",
        ),
        ("2021-05-01", "2024-05-01", met, "", "revocation"),
        ("2024-07-10", "2026-07-10", met, "", "revocation"),
    ] {
        let mut t = enter(from);
        let row = format!(
            r#"listing.outstay {on} clock {{"entry": "A1", "operator": "$OP"{found}}} => {refused}"#
        );
        t.check(&[("OP", operator())], &row);
        let listing = t.operator(&operator()).listing;
        let code = listing.entries[0].consequence.as_ref();
        assert_eq!(code.map_or("", |c| c.code.as_str()), consequence, "{row}");
    }
    let due = |from: &str| enter(from).operator(&operator()).listing.entries[0].outstay_due;
    assert_eq!(due("2021-04-30"), Some(day("2024-04-30")));
    assert_eq!(due("2024-05-01"), None);
    let mut t = enter("2018-07-10");
    t.check(
        &[("OP", operator())],
        r#"
        listing.outstay 2021-07-12 clock {"entry": "A1", "operator": "$OP"} =>
        listing.outstay 2021-07-13 clock {"entry": "A1", "operator": "$OP"} => listing.outstay_known
        listing.remove 2021-07-14 credit_officer {"code": "cured", "entry": "A1", "operator": "$OP"} =>
        listing.outstay 2021-07-15 clock {"entry": "A1", "operator": "$OP"} => listing.entry_ended
        "#,
    );
}

#[test]
fn a_serious_listing_hears_the_operator_first() {
    let mut t = Trial::with_operator();
    t.check(
        &[("OP", operator())],
        r#"
        listing.hear 2025-03-03 credit_officer {"entry": "S1", "operator": "$OP", "statement": "waived"} => listing.notice_missing
        listing.notice 2025-03-03 credit_officer {"entry": "S1", "ground": "food", "operator": "$OP"} =>
        "#,
    );
    // Five working days from Monday 03-03.
    assert_eq!(due(&t, 0, "listing.statement"), "2025-03-10");
    t.check(
        &[("OP", operator())],
        r#"
        listing.notice 2025-03-04 credit_officer {"entry": "S1", "ground": "food", "operator": "$OP"} => listing.already_noticed
        listing.enter 2025-03-12 credit_officer {"consent": "7", "entry": "S1", "ground": "food", "ground_found": "2025-03-01", "list": "serious", "operator": "$OP"} => listing.statement_missing
        listing.hear 2025-03-02 credit_officer {"entry": "S1", "operator": "$OP", "statement": "waived"} => listing.before_notice
        listing.hear 2025-03-10 credit_officer {"entry": "S1", "operator": "$OP", "statement": "silent"} => listing.statement_open
        listing.hear 2025-03-10 credit_officer {"entry": "S1", "operator": "$OP", "statement": "made"} => listing.reason_missing
        listing.hear 2025-03-11 credit_officer {"entry": "S1", "operator": "$OP", "statement": "silent"} =>
        listing.hear 2025-03-12 credit_officer {"entry": "S1", "operator": "$OP", "statement": "waived"} => listing.already_heard
        listing.enter 2025-03-10 credit_officer {"consent": "7", "entry": "S1", "ground": "food", "ground_found": "2025-03-01", "list": "serious", "operator": "$OP"} => listing.statement_missing
        listing.enter 2025-03-12 credit_officer {"consent": "7", "entry": "S1", "ground": "drugs", "ground_found": "2025-03-01", "list": "serious", "operator": "$OP"} => listing.notice_missing
        listing.enter 2025-03-12 credit_officer {"entry": "S1", "ground": "food", "ground_found": "2025-03-01", "list": "serious", "operator": "$OP"} => listing.consent_missing
        listing.enter 2025-03-12 credit_officer {"consent": "7", "entry": "S1", "factors": ["mood"], "ground": "food", "ground_found": "2025-03-01", "list": "serious", "operator": "$OP"} => listing.factor_unknown
        listing.enter 2025-03-12 credit_officer {"consent": "7", "entry": "S1", "factors": ["malice", "health"], "ground": "food", "ground_found": "2025-03-01", "list": "serious", "operator": "$OP"} =>
        listing.remove 2026-03-11 credit_officer {"code": "repaired", "entry": "S1", "harm_removed": true, "operator": "$OP", "performed": true} => listing.too_early
        listing.remove 2026-03-12 credit_officer {"code": "repaired", "entry": "S1", "harm_removed": true, "operator": "$OP"} => listing.not_performed
        listing.remove 2026-03-12 credit_officer {"code": "repaired", "entry": "S1", "operator": "$OP", "performed": true} => listing.harm_remains
        listing.remove 2026-03-12 credit_officer {"code": "repaired", "entry": "S1", "harm_removed": true, "operator": "$OP", "performed": true} =>
        "#,
    );
}

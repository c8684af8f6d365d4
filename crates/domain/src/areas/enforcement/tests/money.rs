//! What is owed: late fee, cap, pauses, payments.

use serde_json::json;

use super::{after, case, penalty, step, take};
use crate::areas::enforcement::{Account, LateFee};
use crate::term::Exclusion;
use crate::trial::{day, operator};

const LAW: LateFee = LateFee {
    daily_bp: 300,
    cap_bp: 10_000,
    pauses: true,
};

/// A fine of 1,000.01 yuan, due on 2026-04-30.
fn account() -> Account {
    Account {
        fine_fen: 100_001,
        due: Some(day("2026-04-30")),
        ..Account::default()
    }
}

#[test]
fn the_late_fee_runs_from_the_day_after_up_to_the_fine() {
    for (on, fee) in [
        ("2026-04-30", 0),
        ("2026-05-01", 3_000),
        ("2026-05-10", 30_000),
        // 33 days are 99,000 and 0.99 fen, rounded down; the 34th would pass the fine.
        ("2026-06-02", 99_000),
        ("2026-06-03", 100_001),
        ("2030-01-01", 100_001),
    ] {
        assert_eq!(account().late_fee_on(day(on), LAW), fee, "{on}");
    }
}

#[test]
fn days_of_an_appeal_do_not_count() {
    let mut account = account();
    account.paused = vec![Exclusion {
        from: day("2026-05-03"),
        reason: "appeal".to_owned(),
        to: day("2026-05-09"),
    }];
    assert_eq!(account.late_fee_on(day("2026-05-10"), LAW), 9_000);
    account.paused_since = Some(day("2026-05-11"));
    assert_eq!(account.late_fee_on(day("2026-12-31"), LAW), 9_000);
    let old = LateFee {
        pauses: false,
        ..LAW
    };
    assert_eq!(account.late_fee_on(day("2026-05-10"), old), 30_000);
}

#[test]
fn what_is_paid_stops_the_fee_on_that_part() {
    let mut t = after("publish");
    let found = take(&mut t, ("find_overdue", "2026-05-10", "clock", json!({})));
    let facts = &found[0].derived;
    assert_eq!(facts.number("late_fee_fen"), Some(3_600_000));
    assert_eq!(facts.number("late_fee_daily_fen"), Some(360_000));
    assert_eq!(facts.number("late_fee_cap_fen"), Some(12_000_000));
    let half = take(
        &mut t,
        (
            "record_payment",
            "2026-05-15",
            "enforcer 0301",
            json!({"fine_fen": 6_000_000}),
        ),
    );
    assert_eq!(half[0].derived.number("late_fee_fen"), Some(5_400_000));
    let rest = json!({"fine_fen": 6_000_000, "gains_fen": 300_000, "late_fee_fen": 6_300_000});
    // Five more days at 3% of the half that was left.
    let paid = take(
        &mut t,
        ("record_payment", "2026-05-20", "enforcer 0301", rest),
    );
    assert_eq!(paid[0].derived.number("late_fee_fen"), Some(6_300_000));
    assert_eq!(paid[0].derived.number("outstanding_fen"), Some(0));
    assert!(penalty(&t, &operator()).performed);
    assert_eq!(case(&t).decision.unwrap().account.outstanding_fen(), 0);
}

#[test]
fn an_appeal_pauses_the_fee_and_may_undo_the_decision() {
    let mut t = after("find_overdue");
    let appeal = json!({"before": "郯城县人民政府", "forum": "reconsideration"});
    take(
        &mut t,
        ("record_appeal", "2026-05-12", "enforcer 0301", appeal),
    );
    let pay = json!({"late_fee_fen": 1});
    let paid = take(
        &mut t,
        ("record_payment", "2026-06-12", "enforcer 0301", pay),
    );
    // 05-01 to 05-11 count.
    assert_eq!(paid[0].derived.number("late_fee_fen"), Some(3_960_000));
    let close = json!({"closing": "executed"});
    assert_eq!(
        step(&mut t, ("close", "2026-06-13", "head 0001", close))
            .unwrap_err()
            .code,
        "enforcement.not_performed"
    );
    let outcome = json!({"document": "郯政复决〔2026〕3号", "outcome": "revoked"});
    let events = take(
        &mut t,
        ("end_appeal", "2026-07-01", "enforcer 0301", outcome),
    );
    let types: Vec<&str> = events.iter().map(|e| e.payload.event_type()).collect();
    assert_eq!(
        types,
        [
            "enforcement.appeal_ended.v1",
            "enforcement.decision_revoked.v1"
        ]
    );
    assert_eq!(
        events[1].derived.clock("enforcement.withdraw").unwrap().due,
        day("2026-07-06")
    );
    assert_eq!(penalty(&t, &operator()).revoked, Some(day("2026-07-01")));
    take(
        &mut t,
        (
            "close",
            "2026-07-02",
            "head 0001",
            json!({"closing": "decision_revoked"}),
        ),
    );
}

#[test]
fn a_deferral_moves_the_day_from_which_the_fee_runs() {
    let mut t = after("serve_decision");
    assert_eq!(
        step(
            &mut t,
            (
                "defer_payment",
                "2026-04-20",
                "head 0001",
                json!({"until": "2026-04-30"})
            )
        )
        .unwrap_err()
        .code,
        "enforcement.deferral"
    );
    take(
        &mut t,
        (
            "defer_payment",
            "2026-04-20",
            "head 0001",
            json!({"until": "2026-07-31"}),
        ),
    );
    assert_eq!(
        step(&mut t, ("find_overdue", "2026-07-31", "clock", json!({})))
            .unwrap_err()
            .code,
        "enforcement.not_due"
    );
    let clock = case(&t).clocks["enforcement.pay"].clone();
    assert_eq!(
        (clock.due, clock.article.as_str()),
        (day("2026-07-31"), "Art 66")
    );
    let found = take(&mut t, ("find_overdue", "2026-08-01", "clock", json!({})));
    assert_eq!(found[0].derived.number("late_fee_fen"), Some(360_000));
}

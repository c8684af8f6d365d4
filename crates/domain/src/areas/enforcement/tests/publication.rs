//! The register of penalties: what is shown, for how long, and how it ends.

use serde_json::{Value, json};

use super::{after, after_with, case, county, penalties, penalty, published, stall, step, take};
use crate::entity::Entity;
use crate::event::Event;
use crate::row::{List, Row};
use crate::subject::Subject;
use crate::trial::{Trial, day, operator};

/// The rows that the last event wrote for an operator.
fn row(t: &Trial, who: &str, events: &[Event]) -> Row {
    let me = Subject::parse(&format!("operator:{who}")).unwrap();
    let mut rows = Vec::new();
    let state = Entity::Operator(t.operator(who).into());
    state.rows(&me, events.last().unwrap(), &mut rows);
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[test]
fn what_is_shown_for_how_long() {
    let fine = |fen: u64| json!([{"kind": "fine", "fen": fen}]);
    let barred = |until: Value| json!([{"kind": "bar_from_trade", "until": until}]);
    let restricted = json!([{"kind": "restrict_business", "until": "2031-01-01"}]);
    let cases: [(String, Value, &str, Option<&str>); 7] = [
        (operator(), fine(5_000_000), "short", Some("2026-07-28")),
        (operator(), fine(5_000_001), "long", Some("2029-04-28")),
        (stall(), fine(500_000), "short", Some("2026-07-28")),
        (stall(), fine(500_001), "long", Some("2029-04-28")),
        (
            operator(),
            json!([{"kind": "criticism"}]),
            "short",
            Some("2026-07-28"),
        ),
        (
            operator(),
            json!([{"kind": "confiscate_goods", "fen": 1, "what": "假冒商品"}]),
            "long",
            Some("2029-04-28"),
        ),
        (operator(), restricted, "restriction", Some("2031-01-01")),
    ];
    for (who, penalties, length, last) in cases {
        let t = published(&who, penalties.clone());
        let made = t.events.last().unwrap();
        assert_eq!(made.derived.word("shown"), Some(length), "{penalties}");
        let until = penalty(&t, &who).shown_until;
        assert_eq!(until, last.map(day), "{penalties}");
    }
    // A bar for life is heavy: it gives a hearing, and has no last day of publication.
    for (until, length, last) in [
        (Value::Null, "for_life", None),
        (json!("2027-01-01"), "long", Some("2029-04-28")),
    ] {
        let t = after_with(&barred(until), "publish");
        assert_eq!(t.events.last().unwrap().derived.word("shown"), Some(length));
        assert_eq!(penalty(&t, &operator()).shown_until, last.map(day));
    }
}

#[test]
fn what_is_not_published() {
    let warned = json!([{"kind": "warning"}]);
    let mut t = county();
    for one in super::ordinary(&warned) {
        match one.0 {
            "request_hearing" | "call_hearing" | "hold_hearing" => {}
            "publish" => {
                let refusal = step(&mut t, one).unwrap_err();
                assert_eq!(
                    (refusal.code, refusal.article.as_deref()),
                    ("enforcement.not_published", Some("Art 2"))
                );
                break;
            }
            _ => {
                take(&mut t, one);
            }
        }
    }
    assert_eq!(case(&t).decision.unwrap().published, None);
}

#[test]
fn the_row_ends_by_term_at_once_and_by_the_clock() {
    let mut t = published(&operator(), json!([{"kind": "fine", "fen": 100}]));
    let shown = row(&t, &operator(), &t.events);
    assert_eq!(
        (shown.list, shown.from, shown.until),
        (List::Penalties, day("2026-04-28"), Some(day("2026-07-29")))
    );
    assert_eq!(shown.rule, "cn.penalty-publication@1#enforcement.shown");
    assert_eq!(shown.document, "郯市监罚〔2026〕1号");
    assert_eq!(
        step(
            &mut t,
            ("end_publication", "2026-07-28", "clock", json!({}))
        )
        .unwrap_err()
        .code,
        "enforcement.not_due"
    );
    let ended = take(
        &mut t,
        ("end_publication", "2026-08-03", "clock", json!({})),
    );
    assert_eq!(
        row(&t, &operator(), &ended).until,
        Some(day("2026-07-29")),
        "the term ended before the clock said so"
    );
    assert_eq!(
        step(
            &mut t,
            ("end_publication", "2026-08-04", "clock", json!({}))
        )
        .unwrap_err()
        .code,
        "enforcement.illegal_order"
    );
}

#[test]
fn an_early_end_needs_time_performance_and_a_clean_record() {
    let end = |applied: &str, removed: bool| json!({"applied": applied, "harm_removed": removed});
    let at = "2026-11-02";
    let mut t = after("publish");
    let try_it = |t: &mut Trial, data: Value| {
        step(
            t,
            ("end_publication_early", at, "credit_officer 0501", data),
        )
        .unwrap_err()
    };
    let early = try_it(&mut t, end("2026-10-27", true));
    assert_eq!(early.code, "enforcement.too_early");
    assert_eq!(
        early.rule.as_deref(),
        Some("cn.penalty-publication@1#enforcement.early_end_minimum")
    );
    assert_eq!(
        try_it(&mut t, end("2026-10-28", true)).code,
        "enforcement.not_performed"
    );
    let all = json!({"fine_fen": 12_000_000, "gains_fen": 300_000, "late_fee_fen": 7_200_000});
    take(
        &mut t,
        ("record_payment", "2026-05-20", "enforcer 0301", all),
    );
    assert_eq!(
        try_it(&mut t, end("2026-10-28", false)).code,
        "enforcement.harm_not_removed"
    );
    let listed = json!({"entry": "A1", "ground": "annual_report", "ground_found": "2026-07-01",
        "list": "abnormal", "operator": operator()});
    t.ok("listing.enter", "2026-07-02", "credit_officer", listed);
    let refusal = try_it(&mut t, end("2026-10-28", true));
    assert_eq!(
        (refusal.code, refusal.article.as_deref()),
        ("enforcement.on_list", Some("Art 14"))
    );
    let off = json!({"code": "cured", "entry": "A1", "operator": operator()});
    t.ok("listing.remove", "2026-08-03", "credit_officer", off);
    let ended = take(
        &mut t,
        (
            "end_publication_early",
            at,
            "credit_officer 0501",
            end("2026-10-28", true),
        ),
    );
    assert_eq!(row(&t, &operator(), &ended).until, Some(day(at)));
}

#[test]
fn heavy_kinds_are_shown_to_the_end() {
    let heavy = json!([{"kind": "halt_business"}]);
    let mut t = after_with(&heavy, "publish");
    let data = json!({"applied": "2027-11-01", "harm_removed": true});
    let refusal = step(
        &mut t,
        ("end_publication_early", "2027-11-01", "head 0001", data),
    )
    .unwrap_err();
    assert_eq!(
        (refusal.code, refusal.article.as_deref()),
        ("enforcement.early_end_forbidden", Some("Art 14"))
    );
}

#[test]
fn a_second_breach_of_the_same_kind_stands_in_the_way() {
    let mut t = published(&operator(), json!([{"kind": "criticism"}]));
    let spot = json!({"basis": "电子商务法第八十条", "breach_ended": "2026-06-01", "case": "C2",
        "cause": "fake_transactions", "document": "郯市监当罚〔2026〕2号", "facts": "再次虚假交易",
        "officers": ["0301", "0302"], "operator": operator(), "penalties": [{"kind": "warning"}]});
    take(
        &mut t,
        ("punish_on_spot", "2026-06-01", "enforcer 0301", spot),
    );
    let data = json!({"applied": "2026-10-28", "harm_removed": true});
    let refusal = step(
        &mut t,
        ("end_publication_early", "2026-11-02", "head 0001", data),
    )
    .unwrap_err();
    assert_eq!(refusal.code, "enforcement.repeated");
}

#[test]
fn a_revoked_decision_is_struck_out_and_a_changed_one_shown_as_it_is() {
    let mut t = after("publish");
    let low = json!([{"kind": "fine", "fen": 1_000_000}]);
    let change = json!({"document": "郯市监罚变〔2026〕1号", "ground": "reconsideration", "penalties": low, "reason": "过罚不当"});
    let changed = take(
        &mut t,
        ("change_decision", "2026-05-06", "head 0001", change),
    );
    let shown = row(&t, &operator(), &changed);
    assert_eq!(
        (shown.document.as_str(), shown.until),
        ("郯市监罚变〔2026〕1号", Some(day("2026-07-29")))
    );
    assert_eq!(
        changed[0]
            .derived
            .clock("enforcement.withdraw")
            .unwrap()
            .due,
        day("2026-05-09")
    );
    let heavier = json!({"document": "2", "ground": "own_correction", "penalties": penalties(), "reason": "过罚不当"});
    assert_eq!(
        step(
            &mut t,
            ("change_decision", "2026-05-07", "head 0001", heavier)
        )
        .unwrap_err()
        .code,
        "enforcement.heavier_than_before"
    );
    let revoke = json!({"ground": "litigation", "reason": "法院判决撤销"});
    let revoked = take(
        &mut t,
        ("revoke_decision", "2026-05-08", "head 0001", revoke),
    );
    assert!(row(&t, &operator(), &revoked).void);
    assert_eq!(
        step(
            &mut t,
            ("end_publication", "2029-05-08", "clock", json!({}))
        )
        .unwrap_err()
        .code,
        "enforcement.revoked"
    );
}

#[test]
fn a_correction_changes_what_was_true_and_not_what_was_known() {
    let mut t = after("publish");
    let right = json!({"document": "郯市监罚〔2026〕11号", "reason": "文号笔误"});
    assert_eq!(
        step(
            &mut t,
            ("correct_decision", "2026-04-28", "head 0001", right.clone())
        )
        .unwrap_err()
        .code,
        "enforcement.correction_day"
    );
    let made = take(
        &mut t,
        ("correct_decision", "2026-04-10", "head 0001", right),
    );
    assert_eq!(row(&t, &operator(), &made).document, "郯市监罚〔2026〕11号");
    let Entity::Case(then) = t.on("case:C1", "2026-04-10") else {
        panic!("a case")
    };
    assert_eq!(
        then.into_inner().decision.unwrap().document,
        "郯市监罚〔2026〕11号"
    );
}

#[test]
fn another_province_publishes_what_is_forwarded() {
    let far = crate::trial::code("91110108MA3C00009");
    let mut t = county();
    let data = json!({"address": "北京市海淀区某路1号", "code": far, "division": "110108", "name": "北京某电子商务有限公司"});
    t.ok("registration.grant", "2015-03-01", "registrar", data);
    let mut steps = super::ordinary(&penalties());
    steps.truncate(10);
    steps[0].3["operator"] = far.clone().into();
    for one in steps {
        take(&mut t, one);
    }
    let clocks = case(&t).clocks;
    assert_eq!(clocks["enforcement.forward"].due, day("2026-04-24"));
    assert!(!clocks.contains_key("enforcement.publish"));
    let sent = take(
        &mut t,
        (
            "forward",
            "2026-04-27",
            "publisher 0601",
            json!({"to": "北京市市场监督管理局"}),
        ),
    );
    assert_eq!(sent[0].derived.number("late_days"), Some(3));
    // 10 working days from 04-27 over Labour Day.
    assert_eq!(
        case(&t).clocks["enforcement.publish"].due,
        day("2026-05-13")
    );
    take(
        &mut t,
        ("publish", "2026-05-13", "publisher 0601", json!({})),
    );
    assert_eq!(case(&t).late_days, 3);
    take(
        &mut t,
        ("send_to_portal", "2026-05-14", "publisher 0601", json!({})),
    );
    assert_eq!(case(&t).late_days, 3 + 23);
}

#[test]
fn a_revoked_business_licence_ends_the_registration() {
    let mut t = after_with(&json!([{"kind": "revoke_business_licence"}]), "decide");
    let events = take(
        &mut t,
        (
            "serve_decision",
            "2026-04-15",
            "enforcer 0301",
            json!({"served": "direct"}),
        ),
    );
    let types: Vec<&str> = events.iter().map(|e| e.payload.event_type()).collect();
    assert_eq!(
        types,
        ["enforcement.decision_served.v1", "registration.ended.v1"]
    );
    assert!(
        !t.operator(&operator())
            .registration
            .stands_on(day("2026-04-15"))
    );
    assert!(penalty(&t, &operator()).heavy);
}

fn historic() -> Value {
    json!({"case": "C1", "cause": "虚假宣传", "department": crate::trial::authority(),
        "document": "郯市监罚字〔2022〕15号", "fine_fen": 8_000_000, "kinds": ["fine", "warning"],
        "operator": operator(), "source": {"layout": "penalty-decisions", "record": "C1"}})
}

#[test]
fn an_imported_decision_is_shown_as_the_file_says_or_by_its_days_rule() {
    for (on, until, last) in [
        ("2022-03-01", json!("2023-03-01"), Some("2023-03-01")),
        ("2022-03-01", Value::Null, Some("2025-03-01")),
        ("2019-03-01", Value::Null, Some("2024-03-01")),
        ("2013-03-01", Value::Null, None),
    ] {
        let mut t = county();
        let mut data = historic();
        data["shown_until"] = until;
        take(&mut t, ("import_decision", on, "importer", data));
        let known = penalty(&t, &operator());
        assert!(known.imported);
        assert_eq!(known.shown_until, last.map(day), "{on}");
        assert_eq!(known.published.is_some(), last.is_some(), "{on}");
        let decision = case(&t).decision.unwrap();
        assert_eq!(
            (decision.published, decision.shown_until),
            (known.published, known.shown_until)
        );
    }
}

#[test]
fn an_imported_decision_can_be_revoked_and_is_imported_once() {
    let mut t = county();
    take(
        &mut t,
        ("import_decision", "2022-03-01", "importer", historic()),
    );
    assert_eq!(
        step(
            &mut t,
            ("import_decision", "2022-03-01", "importer", historic())
        )
        .unwrap_err()
        .code,
        "enforcement.exists"
    );
    let revoke = json!({"ground": "own_correction", "reason": "处罚对象错误"});
    let revoked = take(
        &mut t,
        ("revoke_decision", "2023-02-01", "head 0001", revoke),
    );
    assert!(row(&t, &operator(), &revoked).void);
    let mut cancelled = historic();
    cancelled["case"] = "C2".into();
    cancelled["cancelled"] = "复议撤销".into();
    let imported = take(
        &mut t,
        ("import_decision", "2022-03-01", "importer", cancelled),
    );
    assert!(row(&t, &operator(), &imported).void);
    let backward = json!({"case": "C3", "document": "1", "kinds": ["warning"], "operator": stall(),
        "source": {"layout": "penalty-decisions"}, "shown_until": "2021-01-01"});
    assert_eq!(
        step(
            &mut t,
            ("import_decision", "2022-03-01", "importer", backward)
        )
        .unwrap_err()
        .code,
        "enforcement.ends_before_decision"
    );
}

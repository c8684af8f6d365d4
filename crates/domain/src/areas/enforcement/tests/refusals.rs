//! What the law does not let stand: each refusal with its code and article.

use serde_json::{Value, json};

use super::{after, county, decision, notice, penalties, stall, step, take};
use crate::trial::{Trial, operator, sealed};

fn check(t: &mut Trial, one: super::Step, code: &str, article: &str) {
    let said = format!("{} {}", one.0, one.3);
    match step(t, one) {
        Ok(_) => panic!("{said} was taken"),
        Err(refusal) => {
            assert_eq!(refusal.code, code, "{said}: {}", refusal.message);
            assert_eq!(
                refusal.article.as_deref().unwrap_or_default(),
                article,
                "{said}"
            );
        }
    }
}

fn open(with: &Value) -> Value {
    let mut data = json!({"breach_ended": "2025-11-11", "cause": "fake_transactions",
        "officers": ["0301", "0302"]});
    for (key, value) in with.as_object().unwrap() {
        data[key] = value.clone();
    }
    data
}

#[test]
fn opening() {
    for (with, code, article) in [
        (
            json!({"officers": ["0301"]}),
            "enforcement.officers",
            "Art 42",
        ),
        (
            json!({"officers": ["0301", "0401"]}),
            "department.officer_unknown",
            "",
        ),
        (
            json!({"breach_ended": "2024-01-04"}),
            "enforcement.prescribed",
            "Art 36",
        ),
        (
            json!({"breach_ended": "2021-01-04", "harms_safety": true}),
            "enforcement.prescribed",
            "Art 36",
        ),
        (
            json!({"breach_ended": "2026-01-21"}),
            "enforcement.breach_in_future",
            "",
        ),
        (json!({"operator": stall()}), "enforcement.party", ""),
        (json!({"person": sealed()}), "enforcement.party", ""),
        (json!({"cause": " "}), "enforcement.text", ""),
    ] {
        check(
            &mut after("receive_lead"),
            ("open", "2026-01-20", "enforcer 0301", open(&with)),
            code,
            article,
        );
    }
    // The last day of the prescription, by the day on which the breach was found.
    for with in [
        json!({"breach_ended": "2024-01-05"}),
        json!({"breach_ended": "2021-01-05", "harms_safety": true}),
    ] {
        take(
            &mut after("receive_lead"),
            ("open", "2026-01-20", "enforcer 0301", open(&with)),
        );
    }
}

#[test]
fn leads() {
    let t = &mut county();
    let lead = |data| ("receive_lead", "2026-01-05", "enforcer 0301", data);
    check(
        t,
        lead(json!({"source": "transfer"})),
        "enforcement.sender",
        "",
    );
    check(
        t,
        lead(json!({"source": "report", "from_authority": "x"})),
        "enforcement.sender",
        "",
    );
    check(
        t,
        lead(json!({"source": "report", "case": "no number"})),
        "enforcement.number",
        "",
    );
    let unknown = crate::trial::code("91371322MA3C00077");
    check(
        t,
        lead(json!({"source": "report", "operator": unknown})),
        "registration.unknown",
        "",
    );
    check(
        t,
        ("open", "2026-01-20", "enforcer 0301", open(&json!({}))),
        "enforcement.unknown",
        "",
    );
    take(
        t,
        lead(json!({"source": "transfer", "from_authority": "邳州市市场监督管理局"})),
    );
    check(
        t,
        lead(json!({"source": "report"})),
        "enforcement.exists",
        "",
    );
    check(
        t,
        ("open", "2026-01-04", "enforcer 0301", open(&json!({}))),
        "enforcement.before_previous_step",
        "",
    );
    check(
        t,
        ("open", "2026-01-20", "enforcer 0301", open(&json!({}))),
        "enforcement.party",
        "",
    );
    check(
        t,
        ("open", "2026-01-20", "registrar", open(&json!({}))),
        "department.no_capacity",
        "",
    );
    take(
        t,
        ("extend_verification", "2026-01-20", "head 0001", json!({})),
    );
    check(
        t,
        ("extend_verification", "2026-01-20", "head 0001", json!({})),
        "enforcement.illegal_order",
        "Art 18",
    );
    check(
        t,
        (
            "decline",
            "2026-01-20",
            "head 0001",
            json!({"code": "lazy"}),
        ),
        "enforcement.code_unknown",
        "Art 20",
    );
    take(
        t,
        (
            "decline",
            "2026-01-20",
            "head 0001",
            json!({"code": "minor"}),
        ),
    );
    check(
        t,
        ("open", "2026-01-20", "enforcer 0301", open(&json!({}))),
        "enforcement.illegal_order",
        "",
    );
}

#[test]
fn evidence_and_review() {
    let t = &mut after("open");
    let file = |kind: &str| json!({"evidence": {"blake3": "ab".repeat(32), "bytes": 10, "media_type": "application/pdf"}, "kind": kind});
    check(
        t,
        (
            "add_evidence",
            "2026-01-21",
            "enforcer 0301",
            file("hearsay"),
        ),
        "enforcement.code_unknown",
        "Art 23",
    );
    take(
        t,
        (
            "add_evidence",
            "2026-01-21",
            "enforcer 0301",
            file("document"),
        ),
    );
    check(
        t,
        (
            "add_evidence",
            "2026-01-21",
            "enforcer 0301",
            file("document"),
        ),
        "enforcement.evidence_known",
        "",
    );
    let measure =
        |by: &str| json!({"approved_by": by, "kind": "seizure", "measure": "M1", "what": "手机"});
    check(
        t,
        (
            "take_measure",
            "2026-01-21",
            "enforcer 0301",
            measure("0301"),
        ),
        "department.officer_unknown",
        "",
    );
    take(
        t,
        (
            "take_measure",
            "2026-01-21",
            "enforcer 0301",
            measure("0001"),
        ),
    );
    check(
        t,
        (
            "take_measure",
            "2026-01-21",
            "enforcer 0301",
            measure("0001"),
        ),
        "enforcement.measure_exists",
        "",
    );
    check(
        t,
        (
            "extend_measure",
            "2026-02-21",
            "head 0001",
            json!({"measure": "M1"}),
        ),
        "enforcement.term_over",
        "Art 25",
    );
}

#[test]
fn review_and_days_left_out() {
    let t = &mut after("open");
    check(
        t,
        (
            "review",
            "2026-02-21",
            "reviewer",
            json!({"opinion": "agree"}),
        ),
        "enforcement.officer_missing",
        "Art 58",
    );
    let days = |from: &str, to: &str| json!({"code": "testing", "from": from, "to": to});
    for (from, to) in [
        ("2026-01-20", "2026-01-22"),
        ("2026-02-03", "2026-02-02"),
        ("2026-04-21", "2026-04-22"),
    ] {
        check(
            t,
            (
                "exclude_time",
                "2026-02-21",
                "enforcer 0301",
                days(from, to),
            ),
            "enforcement.exclusion_dates",
            "Art 64",
        );
    }
    take(
        t,
        (
            "exclude_time",
            "2026-02-21",
            "enforcer 0301",
            days("2026-02-02", "2026-02-03"),
        ),
    );
    check(
        t,
        (
            "exclude_time",
            "2026-02-21",
            "enforcer 0301",
            days("2026-02-03", "2026-02-04"),
        ),
        "enforcement.exclusion_dates",
        "Art 64",
    );
}

#[test]
fn penalties_are_whole() {
    for (penalties, code) in [
        (json!([]), "enforcement.penalties_missing"),
        (
            json!([{"kind": "warning"}, {"kind": "warning"}]),
            "enforcement.penalty_twice",
        ),
        (json!([{"kind": "fine"}]), "enforcement.penalty_fen"),
        (
            json!([{"kind": "warning", "fen": 1}]),
            "enforcement.penalty_fen",
        ),
        (
            json!([{"kind": "revoke_licence"}]),
            "enforcement.penalty_licence",
        ),
        (
            json!([{"kind": "suspend_licence", "what": "食品经营许可证JY1"}]),
            "enforcement.penalty_until",
        ),
        (
            json!([{"kind": "restrict_business", "until": "2026-03-02"}]),
            "enforcement.penalty_until",
        ),
        (
            json!([{"kind": "warning", "until": "2027-03-02"}]),
            "enforcement.penalty_until",
        ),
    ] {
        check(
            &mut after("review"),
            (
                "serve_notice",
                "2026-03-02",
                "enforcer 0301",
                notice(penalties),
            ),
            code,
            "Art 9",
        );
    }
}

#[test]
fn a_decision_needs_notice_hearing_review_and_another_officer() {
    let decide = |on: &'static str, who: &'static str| ("decide", on, who, decision(penalties()));
    check(
        &mut after("review"),
        decide("2026-04-10", "head 0001"),
        "enforcement.notice_missing",
        "Arts 44, 62",
    );
    check(
        &mut after("serve_notice"),
        decide("2026-04-10", "head 0001"),
        "enforcement.hearing_open",
        "Art 5; Administrative Penalty Law Arts 63-64",
    );
    check(
        &mut after("call_hearing"),
        decide("2026-04-10", "head 0001"),
        "enforcement.hearing_open",
        "Art 5; Administrative Penalty Law Arts 63-64",
    );
    let t = &mut after("hold_hearing");
    check(
        t,
        decide("2026-04-10", "head 0302"),
        "enforcement.same_officer",
        "Art 58",
    );
    check(
        t,
        decide("2026-04-10", "head"),
        "enforcement.officer_missing",
        "Art 58",
    );
    check(
        t,
        decide("2026-04-10", "enforcer 0301"),
        "department.no_capacity",
        "",
    );
    let more = json!([{"kind": "fine", "fen": 12_000_001}]);
    check(
        t,
        ("decide", "2026-04-10", "head 0001", decision(more)),
        "enforcement.beyond_notice",
        "Arts 44, 62",
    );
    let other = json!([{"kind": "halt_business"}]);
    check(
        t,
        ("decide", "2026-04-10", "head 0001", decision(other)),
        "enforcement.beyond_notice",
        "Arts 44, 62",
    );
    take(
        t,
        (
            "review",
            "2026-04-09",
            "reviewer 0401",
            json!({"opinion": "amend"}),
        ),
    );
    check(
        t,
        decide("2026-04-10", "head 0001"),
        "enforcement.review_missing",
        "Art 58",
    );
}

#[test]
fn rights_are_used_waived_or_lapsed_before_the_decision() {
    let decide = |on: &'static str, who: &'static str| ("decide", on, who, decision(penalties()));
    let t = &mut after("serve_notice");
    take(
        t,
        (
            "waive_rights",
            "2026-03-03",
            "enforcer 0301",
            json!({"hearing": true}),
        ),
    );
    check(
        t,
        decide("2026-04-10", "head 0001"),
        "enforcement.statement_open",
        "Art 57",
    );
    check(
        t,
        ("lapse_rights", "2026-03-09", "clock", json!({})),
        "enforcement.not_due",
        "Art 57",
    );
    check(
        t,
        (
            "waive_rights",
            "2026-03-09",
            "enforcer 0301",
            json!({"hearing": true}),
        ),
        "enforcement.illegal_order",
        "",
    );
    take(t, ("lapse_rights", "2026-03-10", "clock", json!({})));
    take(t, decide("2026-04-10", "head 0001"));
    check(
        t,
        decide("2026-04-10", "head 0001"),
        "enforcement.illegal_order",
        "",
    );
}

#[test]
fn hearings() {
    let hearing = "Art 5; Administrative Penalty Law Arts 63-64";
    let ask = |on: &'static str| ("request_hearing", on, "enforcer 0301", json!({}));
    check(
        &mut after("serve_notice"),
        ask("2026-03-10"),
        "enforcement.hearing_right_lapsed",
        hearing,
    );
    take(&mut after("serve_notice"), ask("2026-03-09"));
    let t = &mut after("review");
    // Below the sum for an organisation, though not for a citizen.
    let below = json!([{"kind": "fine", "fen": 9_999_999}]);
    take(
        t,
        ("serve_notice", "2026-03-02", "enforcer 0301", notice(below)),
    );
    check(t, ask("2026-03-03"), "enforcement.no_hearing", hearing);
    let t = &mut after("request_hearing");
    check(t, ask("2026-03-05"), "enforcement.illegal_order", "");
    let call = |chair: &str, day: &str| {
        (
            "call_hearing",
            "2026-03-10",
            "reviewer 0401",
            json!({"chair": chair, "day": day}),
        )
    };
    check(
        t,
        call("0301", "2026-03-19"),
        "enforcement.hearing_chair",
        hearing,
    );
    check(
        t,
        call("9999", "2026-03-19"),
        "enforcement.hearing_chair",
        hearing,
    );
    check(
        t,
        call("0401", "2026-03-18"),
        "enforcement.hearing_too_soon",
        hearing,
    );
    check(
        t,
        ("hold_hearing", "2026-03-20", "reviewer 0401", json!({})),
        "enforcement.illegal_order",
        hearing,
    );
    take(t, call("0401", "2026-03-19"));
    check(
        t,
        ("hold_hearing", "2026-03-18", "reviewer 0401", json!({})),
        "enforcement.hearing_too_soon",
        hearing,
    );
}

/// The sums that give an individual business a hearing are a citizen's.
#[test]
fn an_individual_business_counts_as_a_citizen() {
    for (fen, right) in [(999_999, "none"), (1_000_000, "given")] {
        let mut t = county();
        let lead = json!({"operator": stall(), "source": "report"});
        take(
            &mut t,
            ("receive_lead", "2026-01-05", "complaint_desk", lead),
        );
        take(
            &mut t,
            ("open", "2026-01-20", "enforcer 0301", open(&json!({}))),
        );
        let fine = json!([{"kind": "fine", "fen": fen}]);
        let made = take(
            &mut t,
            ("serve_notice", "2026-03-02", "enforcer 0301", notice(fine)),
        );
        assert_eq!(made[0].derived.word("hearing_right"), Some(right), "{fen}");
    }
}

#[test]
fn on_the_spot() {
    let spot = |who: Value, penalties: Value| {
        let mut data = json!({"basis": "电子商务法第七十六条", "breach_ended": "2026-01-05",
            "cause": "licence_not_shown", "document": "郯市监当罚〔2026〕1号",
            "facts": "首页未公示营业执照信息", "officers": ["0301", "0302"], "penalties": penalties});
        for (key, value) in who.as_object().unwrap() {
            data[key] = value.clone();
        }
        ("punish_on_spot", "2026-01-05", "enforcer 0301", data)
    };
    let fine = |fen: u64| json!([{"kind": "fine", "fen": fen}]);
    let (firm, shop, person) = (
        json!({"operator": operator()}),
        json!({"operator": stall()}),
        json!({"person": sealed()}),
    );
    for (who, most) in [(&firm, 300_000), (&shop, 20_000), (&person, 20_000)] {
        check(
            &mut county(),
            spot(who.clone(), fine(most + 1)),
            "enforcement.not_summary",
            "Art 51",
        );
        let made = take(&mut county(), spot(who.clone(), fine(most)));
        assert_eq!(made[0].derived.word("publication"), Some("none_summary"));
        assert_eq!(
            made[0].derived.clock("enforcement.pay").unwrap().due,
            crate::trial::day("2026-01-20")
        );
    }
    check(
        &mut county(),
        spot(firm.clone(), json!([{"kind": "criticism"}])),
        "enforcement.not_summary",
        "Art 51",
    );
    check(
        &mut county(),
        spot(json!({}), fine(1)),
        "enforcement.party",
        "",
    );
    check(
        &mut county(),
        spot(
            json!({"operator": operator(), "officers": ["0301"]}),
            fine(1),
        ),
        "enforcement.officers",
        "Art 42",
    );
    check(
        &mut county(),
        spot(
            json!({"operator": operator(), "breach_ended": "2024-01-04"}),
            fine(1),
        ),
        "enforcement.prescribed",
        "Art 36",
    );
    let mut t = county();
    take(&mut t, spot(firm, fine(100)));
    check(
        &mut t,
        ("publish", "2026-01-06", "publisher 0601", json!({})),
        "enforcement.not_published",
        "Art 2",
    );
}

#[test]
fn money_and_closing() {
    let t = &mut after("serve_decision");
    let pay = |data| ("record_payment", "2026-04-20", "enforcer 0301", data);
    let fee = "Arts 72-73";
    check(t, pay(json!({})), "enforcement.payment", fee);
    check(
        t,
        pay(json!({"fine_fen": 12_000_001})),
        "enforcement.payment",
        fee,
    );
    check(
        t,
        pay(json!({"late_fee_fen": 1})),
        "enforcement.payment",
        fee,
    );
    check(
        t,
        ("find_overdue", "2026-04-30", "clock", json!({})),
        "enforcement.not_due",
        fee,
    );
    let close = |closing: &str| {
        (
            "close",
            "2026-05-01",
            "head 0001",
            json!({"closing": closing}),
        )
    };
    check(
        t,
        close("executed"),
        "enforcement.not_performed",
        "Arts 66-67",
    );
    check(
        t,
        close("decision_revoked"),
        "enforcement.illegal_order",
        "",
    );
    check(t, close("no_penalty"), "enforcement.illegal_order", "");
    check(
        t,
        (
            "end_appeal",
            "2026-05-01",
            "enforcer 0301",
            json!({"outcome": "upheld"}),
        ),
        "enforcement.illegal_order",
        "",
    );
    check(
        &mut after("open"),
        close("no_penalty"),
        "enforcement.text",
        "",
    );
}

//! Repair: both tracks with their terms, clocks and conflicts, and what refuses a step.

use serde_json::{Value, json};

use crate::event::Event;
use crate::row::List;
use crate::trial::{Trial, authority, code, day, operator};

fn other() -> String {
    code("11371322MB2857104")
}

/// The county with an operator that made commitments, one of them in public, and another
/// department.
fn county() -> Trial {
    let mut t = Trial::with_operator();
    let data = json!({"capacities": ["credit_officer"], "code": other(), "division": "371322",
        "name": "郯城县商务局", "short": "商务"});
    t.ok("department.establish", "2019-01-01", "administrator", data);
    for (id, public) in [("P1", true), ("P2", false)] {
        let data = json!({"commitment": id, "operator": operator(), "public": public,
            "purpose": "repair"});
        t.ok(
            "credit.make_commitment",
            "2024-01-02",
            "credit_officer",
            data,
        );
    }
    t
}

/// On the serious list since a day.
fn serious(t: &mut Trial, entry: &str, on: &str) {
    let data = json!({"entry": entry, "ground": "consumers", "operator": operator()});
    t.ok("listing.notice", on, "credit_officer", data);
    let data = json!({"entry": entry, "operator": operator(), "statement": "waived"});
    t.ok("listing.hear", on, "credit_officer", data);
    let data = json!({"consent": "临市监许〔2025〕7号", "entry": entry, "ground": "consumers",
        "ground_found": on, "list": "serious", "operator": operator()});
    t.ok("listing.enter", on, "credit_officer", data);
}

fn abnormal(t: &mut Trial, entry: &str, on: &str) {
    let data = json!({"entry": entry, "ground": "ordered_disclosure", "ground_found": on,
        "list": "abnormal", "operator": operator()});
    t.ok("listing.enter", on, "credit_officer", data);
}

fn apply(repair: &str, entry: &str, commitment: &str, tracks: &[&str]) -> Value {
    json!({"commitment": commitment, "operator": operator(), "repair": repair,
        "target": {"id": entry, "kind": "listing"}, "tracks": tracks})
}

fn step(t: &mut Trial, verb: &str, on: &str, data: Value) -> Vec<Event> {
    t.ok(&format!("repair.{verb}"), on, "credit_officer", data)
}

fn no(t: &mut Trial, verb: &str, on: &str, data: Value) -> &'static str {
    t.refused(&format!("repair.{verb}"), on, "credit_officer", data)
}

fn of(repair: &str) -> Value {
    json!({"repair": repair})
}

fn check(repair: &str, performed: bool, harm_removed: bool) -> Value {
    json!({"harm_removed": harm_removed, "performed": performed, "repair": repair})
}

fn grant(repair: &str, tracks: &[&str]) -> Value {
    json!({"repair": repair, "tracks": tracks})
}

#[test]
fn an_application_is_checked() {
    let mut t = county();
    abnormal(&mut t, "A1", "2025-07-10");
    let both = &["samr", "ndrc"];
    for (on, data, refused) in [
        (
            "2025-08-01",
            apply("R 1", "A1", "", &["samr"]),
            "repair.number",
        ),
        (
            "2025-08-01",
            apply("R1", "A2", "", &["samr"]),
            "repair.target_unknown",
        ),
        (
            "2025-07-09",
            apply("R1", "A1", "", &["samr"]),
            "repair.target_over",
        ),
        (
            "2025-08-01",
            apply("R1", "A1", "", &[]),
            "repair.tracks_missing",
        ),
        (
            "2025-08-01",
            apply("R1", "A1", "", both),
            "no_rule_in_force",
        ),
        (
            "2025-08-01",
            apply("R1", "A1", "P9", &["samr"]),
            "repair.commitment_unknown",
        ),
        ("2025-08-01", apply("R1", "A1", "P1", &["samr"]), ""),
        (
            "2025-08-01",
            apply("R1", "A1", "P1", &["samr"]),
            "repair.exists",
        ),
        (
            "2025-08-01",
            apply("R2", "A1", "P1", &["samr"]),
            "repair.already_open",
        ),
    ] {
        assert_eq!(no(&mut t, "apply", on, data), refused);
    }
}

#[test]
fn the_abnormal_list_is_left_five_working_days_after_the_check() {
    let mut t = county();
    abnormal(&mut t, "A1", "2025-07-10");
    let due = |events: &[Event], name: &str| events[0].derived.clock(name).unwrap().due;
    let applied = step(
        &mut t,
        "apply",
        "2025-09-26",
        apply("R1", "A1", "P2", &["samr"]),
    );
    // 2025-09-26 is a Friday; Sunday 09-28 is worked.
    assert_eq!(due(&applied, "repair.accept"), day("2025-09-29"));
    assert_eq!(
        applied[0].derived.day("samr_earliest"),
        Some(day("2025-07-10"))
    );
    let accepted = step(&mut t, "accept", "2025-09-30", of("R1"));
    assert_eq!(accepted[0].derived.number("late_days"), Some(1));
    assert!(accepted[0].derived.clock("repair.decide").is_none());
    let checked = step(&mut t, "check", "2025-09-30", check("R1", true, true));
    // National Day is off from 10-01 to 10-08; Saturday 10-11 is worked.
    assert_eq!(due(&checked, "repair.decide"), day("2025-10-14"));
    let granted = step(&mut t, "grant", "2025-10-15", grant("R1", &["samr"]));
    assert_eq!(granted[0].derived.number("late_days"), Some(1));
    assert_eq!(due(&granted, "repair.pass_on"), day("2025-10-20"));
    assert_eq!(granted[1].payload.event_type(), "listing.removed.v1");
    assert_eq!(granted[1].cause, Some(granted[0].id));
    assert!(
        !t.operator(&operator())
            .listing
            .on_list(List::Abnormal, day("2025-10-15"))
    );
    let data = |to: &str| json!({"repair": "R1", "to": [to]});
    let stranger = code("11371322MB2857199");
    assert_eq!(
        no(&mut t, "pass_on", "2025-10-16", data(&stranger)),
        "repair.department_unknown"
    );
    step(&mut t, "pass_on", "2025-10-16", data(&other()));
    assert_eq!(
        no(
            &mut t,
            "apply",
            "2025-10-17",
            apply("R2", "A1", "P1", &["samr"])
        ),
        "repair.target_over"
    );
}

#[test]
fn only_who_listed_decides() {
    let mut t = county();
    abnormal(&mut t, "A1", "2025-07-10");
    step(
        &mut t,
        "apply",
        "2025-08-01",
        apply("R1", "A1", "P1", &["samr"]),
    );
    let by = json!({"capacity": "credit_officer", "department": other()});
    let refused = t
        .act_as(by, "repair.accept", "2025-08-04", of("R1"))
        .unwrap_err();
    assert_eq!(refused.code, "repair.not_the_decider");
    assert_eq!(refused.article.as_deref(), Some("Art 4"));
}

#[test]
fn steps_come_in_their_order() {
    let mut t = county();
    abnormal(&mut t, "A1", "2025-07-10");
    let illegal = "repair.illegal_order";
    assert_eq!(
        no(&mut t, "accept", "2025-08-04", of("R1")),
        "repair.unknown"
    );
    step(
        &mut t,
        "apply",
        "2025-08-01",
        apply("R1", "A1", "P1", &["samr"]),
    );
    let code = |code: &str| json!({"code": code, "repair": "R1"});
    let revoke = json!({"code": "false_material", "reason": "材料虚假", "repair": "R1"});
    let to = json!({"repair": "R1", "to": [other()]});
    for (verb, on, data, refused) in [
        (
            "accept",
            "2025-07-31",
            of("R1"),
            "repair.before_previous_step",
        ),
        ("check", "2025-08-04", check("R1", true, true), illegal),
        ("grant", "2025-08-04", grant("R1", &["samr"]), illegal),
        ("refuse", "2025-08-04", code("new_penalty"), illegal),
        ("pass_on", "2025-08-04", to, illegal),
        ("revoke", "2025-08-04", revoke, illegal),
        ("decline", "2025-08-04", code("whim"), "repair.code_unknown"),
        ("accept", "2025-08-04", of("R1"), ""),
        ("decline", "2025-08-04", code("material"), illegal),
        ("accept", "2025-08-04", of("R1"), illegal),
        ("refuse", "2025-08-05", code("whim"), "repair.code_unknown"),
        ("refuse", "2025-08-05", code("new_penalty"), ""),
        ("grant", "2025-08-05", grant("R1", &["samr"]), illegal),
    ] {
        assert_eq!(no(&mut t, verb, on, data), refused, "{verb}");
    }
    step(
        &mut t,
        "apply",
        "2025-08-06",
        apply("R2", "A1", "P1", &["samr"]),
    );
    let declined = json!({"code": "material", "repair": "R2"});
    step(&mut t, "decline", "2025-08-07", declined);
}

#[test]
fn the_serious_list_waits_a_year_on_both_tracks() {
    let mut t = county();
    serious(&mut t, "S1", "2025-05-06");
    let both = &["samr", "ndrc"];
    let applied = step(&mut t, "apply", "2026-05-05", apply("R1", "S1", "P1", both));
    let derived = &applied[0].derived;
    assert_eq!(derived.day("samr_earliest"), Some(day("2026-05-06")));
    assert_eq!(derived.day("ndrc_earliest"), Some(day("2026-05-06")));
    assert_eq!(derived.day("ndrc_latest"), Some(day("2028-05-06")));
    assert_eq!(derived.word("ndrc_severity"), Some("serious"));
    assert_eq!(derived.word("samr_outcome"), Some("too_early"));
    assert!(
        derived
            .facts
            .iter()
            .all(|f| !f.name.starts_with("conflict"))
    );
    assert_eq!(
        no(&mut t, "accept", "2026-05-05", of("R1")),
        "repair.too_early"
    );
    let accepted = step(&mut t, "accept", "2026-05-06", of("R1"));
    let decide = accepted[0].derived.clock("repair.decide").unwrap();
    // 15 working days from 2026-05-06, Saturday 05-09 worked.
    assert_eq!(decide.due, day("2026-05-26"));
    step(&mut t, "check", "2026-05-08", check("R1", true, true));
    let granted = step(&mut t, "grant", "2026-05-11", grant("R1", both));
    assert_eq!(granted.len(), 2);
    assert!(
        !t.operator(&operator())
            .listing
            .on_list(List::Serious, day("2026-05-11"))
    );
}

#[test]
fn the_two_tracks_may_conflict_and_the_event_says_so() {
    let mut t = county();
    abnormal(&mut t, "A1", "2026-04-20");
    let both = &["samr", "ndrc"];
    let applied = step(&mut t, "apply", "2026-05-06", apply("R1", "A1", "P1", both));
    let facts = &applied[0].derived.facts;
    let conflicts: Vec<(&str, &str)> = facts
        .iter()
        .filter(|f| f.name == "conflict_outcome")
        .map(|f| (f.rule.as_str(), f.word.as_deref().unwrap()))
        .collect();
    let expected = [
        ("cn.credit-repair.2021-3@1#repair.samr_display", "allowed"),
        (
            "cn.credit-repair.order-36@1#repair.ndrc_publication",
            "too_early",
        ),
    ];
    assert_eq!(conflicts, expected);
    assert_eq!(
        applied[0].derived.day("ndrc_earliest"),
        Some(day("2026-07-20"))
    );
    step(&mut t, "accept", "2026-05-07", of("R1"));
    step(&mut t, "check", "2026-05-08", check("R1", true, true));
    assert_eq!(
        no(&mut t, "grant", "2026-05-08", grant("R1", both)),
        "repair.too_early"
    );
    let none: &[&str] = &[];
    assert_eq!(
        no(&mut t, "grant", "2026-05-08", grant("R1", none)),
        "repair.track_not_applied_for"
    );
    step(&mut t, "grant", "2026-05-08", grant("R1", &["samr"]));
    assert_eq!(
        no(&mut t, "grant", "2026-07-20", grant("R1", &["samr"])),
        "repair.already_granted"
    );
    // The other track follows under the same application, and removes nothing twice.
    let later = step(&mut t, "grant", "2026-07-20", grant("R1", &["ndrc"]));
    assert_eq!(later.len(), 1);
}

#[test]
fn publication_that_ended_by_itself_is_not_repaired() {
    let mut t = county();
    abnormal(&mut t, "A1", "2025-04-20");
    let applied = step(
        &mut t,
        "apply",
        "2026-05-06",
        apply("R1", "A1", "P1", &["ndrc"]),
    );
    assert_eq!(applied[0].derived.word("ndrc_outcome"), Some("ended"));
    assert!(
        applied[0].derived.clocks.is_empty(),
        "that track sets no term for the authority"
    );
    assert_eq!(
        no(&mut t, "accept", "2026-05-07", of("R1")),
        "repair.publication_ended"
    );
}

#[test]
fn what_a_track_asks_for_must_be_met() {
    for (commitment, performed, harm_removed, track, refused) in [
        ("P1", false, true, "samr", "repair.not_performed"),
        ("P1", true, false, "samr", "repair.harm_remains"),
        ("P1", true, false, "ndrc", ""),
        ("", true, true, "samr", "repair.commitment_missing"),
        ("P2", true, true, "ndrc", "repair.commitment_not_public"),
        ("P2", true, true, "samr", ""),
    ] {
        let mut t = county();
        abnormal(&mut t, "A1", "2026-01-12");
        let both = &["samr", "ndrc"];
        step(
            &mut t,
            "apply",
            "2026-05-06",
            apply("R1", "A1", commitment, both),
        );
        step(&mut t, "accept", "2026-05-06", of("R1"));
        step(
            &mut t,
            "check",
            "2026-05-08",
            check("R1", performed, harm_removed),
        );
        let asked = grant("R1", &[track]);
        assert_eq!(
            no(&mut t, "grant", "2026-05-11", asked),
            refused,
            "{commitment} {track}"
        );
    }
}

/// On the serious list since 2024-05-06, repaired on 2025-06-03.
fn repaired() -> Trial {
    let mut t = county();
    serious(&mut t, "S1", "2024-05-06");
    step(
        &mut t,
        "apply",
        "2025-05-20",
        apply("R1", "S1", "P1", &["samr"]),
    );
    step(&mut t, "accept", "2025-05-21", of("R1"));
    step(&mut t, "check", "2025-05-26", check("R1", true, true));
    step(&mut t, "grant", "2025-06-03", grant("R1", &["samr"]));
    t
}

#[test]
fn a_false_promise_revokes_the_repair_and_display_begins_anew() {
    let mut t = repaired();
    let data =
        json!({"commitment": "P1", "finding": "承诺后仍组织虚假交易", "operator": operator()});
    let group = t.ok(
        "credit.find_commitment_false",
        "2025-09-01",
        "credit_officer",
        data,
    );
    let types: Vec<&str> = group.iter().map(|e| e.payload.event_type()).collect();
    let expected = [
        "credit.commitment_found_false.v1",
        "repair.revoked.v1",
        "listing.entered.v1",
    ];
    assert_eq!(types, expected);
    assert_eq!(
        group[1].derived.day("samr_earliest"),
        Some(day("2026-09-01"))
    );
    assert_eq!(
        group[2].derived.clock("listing.stay").unwrap().due,
        day("2028-09-01")
    );
    let listing = t.operator(&operator()).listing;
    for (on, listed) in [
        ("2025-06-02", true),
        ("2025-06-03", false),
        ("2025-08-31", false),
        ("2025-09-01", true),
    ] {
        assert_eq!(listing.on_list(List::Serious, day(on)), listed, "{on}");
    }
    let again = |commitment: &str| apply("R2", "R1.restored", commitment, &["samr"]);
    assert_eq!(
        no(&mut t, "apply", "2026-08-31", again("P1")),
        "repair.commitment_false"
    );
    step(&mut t, "apply", "2026-08-31", again("P2"));
    assert_eq!(
        no(&mut t, "accept", "2026-08-31", of("R2")),
        "repair.too_early"
    );
    step(&mut t, "accept", "2026-09-01", of("R2"));
}

#[test]
fn a_false_promise_that_another_department_finds_leaves_the_decision_to_the_decider() {
    let mut t = repaired();
    let data = json!({"commitment": "P1", "finding": "承诺不实", "operator": operator()});
    let by = json!({"capacity": "credit_officer", "department": other()});
    let group = t
        .act_as(by, "credit.find_commitment_false", "2025-09-01", data)
        .unwrap();
    assert_eq!(group.len(), 1);
    let revoke =
        |reason: &str| json!({"code": "false_commitment", "reason": reason, "repair": "R1"});
    assert_eq!(
        no(&mut t, "revoke", "2025-09-02", revoke(" ")),
        "repair.reason_missing"
    );
    let revoked = step(&mut t, "revoke", "2025-09-02", revoke("承诺不实"));
    assert_eq!(revoked.len(), 2);
}

#[test]
fn a_repaired_entry_gives_the_score_back() {
    let mut t = county();
    abnormal(&mut t, "A1", "2025-07-10");
    let cause = t.events.last().unwrap().clone();
    let data = json!({"cause": {"id": cause.id, "seq": cause.seq}, "operator": operator()});
    let change = t
        .ok("credit.change_score", "2025-07-10", "clock", data)
        .remove(0);
    step(
        &mut t,
        "apply",
        "2025-08-01",
        apply("R1", "A1", "P1", &["samr"]),
    );
    step(&mut t, "accept", "2025-08-01", of("R1"));
    step(&mut t, "check", "2025-08-04", check("R1", true, true));
    let data = json!({"change": {"id": change.id, "seq": change.seq}, "code": "repaired",
        "operator": operator(), "reason": "已修复"});
    let reverse = "credit.reverse_score";
    assert_eq!(
        t.refused(reverse, "2025-08-05", "clock", data.clone()),
        "credit.reversal_groundless"
    );
    step(&mut t, "grant", "2025-08-05", grant("R1", &["samr"]));
    let undone = t.ok(reverse, "2025-08-05", "clock", data);
    assert_eq!(undone[0].derived.number("score_points"), Some(1000));
}

#[test]
fn a_finding_is_repaired_on_the_credit_portal_alone() {
    let mut t = county();
    let item = json!({"basis": "广告法第四条", "item": "N1", "title": "虚假宣传"});
    t.ok("credit.adopt_negative_item", "2024-01-02", "head", item);
    let data = json!({"finding": "虚假宣传", "item": "N1", "operator": operator(), "record": "M1"});
    t.ok("credit.match_negative_item", "2026-01-12", "enforcer", data);
    let data = |tracks: &[&str]| {
        json!({"commitment": "P1", "operator": operator(), "repair": "R1",
            "target": {"id": "M1", "kind": "negative"}, "tracks": tracks})
    };
    assert_eq!(
        no(&mut t, "apply", "2026-05-06", data(&["samr", "ndrc"])),
        "repair.track_not_for_this"
    );
    let applied = step(&mut t, "apply", "2026-05-06", data(&["ndrc"]));
    assert_eq!(
        applied[0].derived.day("ndrc_earliest"),
        Some(day("2026-04-12"))
    );
    step(&mut t, "accept", "2026-05-06", of("R1"));
    step(&mut t, "check", "2026-05-06", check("R1", true, false));
    step(&mut t, "grant", "2026-05-06", grant("R1", &["ndrc"]));
    let by = json!({"capacity": "credit_officer", "department": authority()});
    let data = json!({"code": "false_material", "reason": "材料虚假", "repair": "R1"});
    let revoked = t.act_as(by, "repair.revoke", "2026-06-01", data).unwrap();
    assert_eq!(revoked.len(), 1);
    assert_eq!(
        revoked[0].derived.day("ndrc_earliest"),
        Some(day("2026-09-01"))
    );
}

/// A fine of 5,000 yuan decided on 2025-09-15 that came in with a file, and was paid.
fn fined(t: &mut Trial, cause: &str) -> Event {
    let source = json!({"authority": "郯城县市场监督管理局", "layout": "penalties", "record": "9"});
    let data = json!({"basis": "广告法第五十五条", "case": "X1", "cause": cause,
        "department": authority(), "document": "郯市监罚〔2025〕9号", "fine_fen": 500_000,
        "kinds": ["fine"], "operator": operator(), "shown_until": "2028-09-15",
        "source": source});
    let imported = t.ok(
        "enforcement.import_decision",
        "2025-09-15",
        "importer",
        data,
    );
    let data = json!({"case": "X1", "fine_fen": 500_000});
    t.ok("enforcement.record_payment", "2025-09-22", "enforcer", data);
    imported[0].clone()
}

fn apply_penalty(repair: &str, tracks: &[&str]) -> Value {
    json!({"commitment": "P1", "operator": operator(), "repair": repair,
        "target": {"id": "X1", "kind": "penalty"}, "tracks": tracks})
}

#[test]
fn a_repaired_penalty_leaves_publication_early() {
    let mut t = county();
    let cause = fined(&mut t, "false_advertising");
    let data = json!({"cause": {"id": cause.id, "seq": cause.seq}, "operator": operator()});
    let changed = t
        .ok("credit.change_score", "2025-09-15", "clock", data)
        .remove(0);
    assert_eq!(changed.derived.word("ground"), Some("penalty_fine"));
    assert_eq!(changed.derived.number("score_change_points"), Some(-60));
    let both = &["samr", "ndrc"];
    // Published half a year, decided three months ago: at least six months, and at least three.
    let applied = step(&mut t, "apply", "2026-04-01", apply_penalty("R1", both));
    let derived = &applied[0].derived;
    assert_eq!(derived.day("samr_earliest"), Some(day("2026-03-15")));
    assert_eq!(derived.day("ndrc_earliest"), Some(day("2025-12-15")));
    assert_eq!(derived.day("ndrc_latest"), Some(day("2026-09-15")));
    step(&mut t, "accept", "2026-04-02", of("R1"));
    step(&mut t, "check", "2026-04-03", check("R1", true, true));
    let granted = step(&mut t, "grant", "2026-04-07", grant("R1", both));
    let types: Vec<&str> = granted.iter().map(|e| e.payload.event_type()).collect();
    let expected = [
        "repair.granted.v1",
        "enforcement.publication_ended_early.v1",
    ];
    assert_eq!(types, expected);
    let holder = t.operator(&operator());
    let penalty = holder.enforcement.penalty("X1").unwrap();
    assert_eq!(penalty.hidden_from(), Some(day("2026-04-07")));
    assert_eq!(
        no(&mut t, "apply", "2026-04-08", apply_penalty("R2", both)),
        "repair.target_over"
    );
    // A false promise: shown again, for as long as from the first day.
    let data = json!({"commitment": "P1", "finding": "整改未完成", "operator": operator()});
    let group = t.ok(
        "credit.find_commitment_false",
        "2026-06-01",
        "credit_officer",
        data,
    );
    let types: Vec<&str> = group.iter().map(|e| e.payload.event_type()).collect();
    let expected = [
        "credit.commitment_found_false.v1",
        "repair.revoked.v1",
        "enforcement.publication_resumed.v1",
    ];
    assert_eq!(types, expected);
    let holder = t.operator(&operator());
    let penalty = holder.enforcement.penalty("X1").unwrap();
    assert_eq!(penalty.published, Some(day("2026-06-01")));
    assert_eq!(
        group[1].derived.day("samr_earliest"),
        Some(day("2026-12-01"))
    );
}

#[test]
fn an_early_end_that_enforcement_refuses_is_no_repair() {
    let mut t = county();
    fined(&mut t, "false_advertising");
    abnormal(&mut t, "A1", "2026-02-02");
    step(
        &mut t,
        "apply",
        "2026-04-01",
        apply_penalty("R1", &["samr"]),
    );
    step(&mut t, "accept", "2026-04-02", of("R1"));
    step(&mut t, "check", "2026-04-03", check("R1", true, true));
    assert_eq!(
        no(&mut t, "grant", "2026-04-07", grant("R1", &["samr"])),
        "enforcement.on_list"
    );
}

//! Credit: who rates and recognises, what changes a score, what makes a class, and why not.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::explain;
use crate::event::Event;
use crate::trial::{Trial, authority, code, day, operator, sealed};
use crate::world::World;

fn tax() -> String {
    code("11371322MB2857103")
}

fn by(department: &str, capacity: &str, officer: &str) -> Value {
    json!({"capacity": capacity, "department": department, "officer": officer})
}

/// The county with its operator, a tax office that rates, and two officers of the authority.
fn county() -> Trial {
    let mut t = Trial::with_operator();
    let data = json!({"capacities": ["credit_officer", "importer"], "code": tax(),
        "division": "371322", "name": "郯城县税务局", "short": "税务"});
    t.ok("department.establish", "2018-07-20", "administrator", data);
    for (officer, capacity) in [("0101", "credit_officer"), ("0001", "head")] {
        let data = json!({"capacities": [capacity], "department": authority(), "officer": officer});
        t.ok(
            "department.post_officer",
            "2018-07-20",
            "administrator",
            data,
        );
    }
    t
}

fn named(event: &Event) -> Value {
    json!({"id": event.id, "seq": event.seq})
}

fn rate(rating: &str, level: &str) -> Value {
    json!({"level": level, "method": "tax_credit", "operator": operator(), "rating": rating,
        "until": "2024-12-31"})
}

/// Rated by the tax office in 2024.
fn rated() -> Trial {
    let mut t = county();
    t.act_as(
        officer_of(&tax()),
        "credit.give_rating",
        "2024-04-01",
        rate("T1", "a"),
    )
    .unwrap();
    t
}

fn officer_of(department: &str) -> Value {
    json!({"capacity": "credit_officer", "department": department})
}

fn answer(rating: &str) -> Value {
    json!({"operator": operator(), "rating": rating, "reason": "与本部门掌握情况一致"})
}

#[test]
fn ratings_are_checked() {
    let mut t = rated();
    for (data, refused) in [
        (rate("T1", "a"), "credit.rating_exists"),
        (rate("T 2", "a"), "credit.id"),
        (rate("T2", "e"), "credit.code_unknown"),
        (rate("T2", "b"), ""),
    ] {
        assert_eq!(
            t.refused("credit.give_rating", "2024-04-01", "credit_officer", data),
            refused
        );
    }
    let late = t.refused(
        "credit.give_rating",
        "2025-01-01",
        "credit_officer",
        rate("T3", "b"),
    );
    assert_eq!(late, "credit.rating_dates");
    let clerk = t.refused(
        "credit.give_rating",
        "2024-04-01",
        "registrar",
        rate("T3", "b"),
    );
    assert_eq!(clerk, "department.no_capacity");
}

#[test]
fn only_another_department_recognises_and_says_why() {
    let mut t = rated();
    let own = t.act_as(
        officer_of(&tax()),
        "credit.recognise_rating",
        "2024-05-01",
        answer("T1"),
    );
    assert_eq!(own.unwrap_err().code, "credit.rating_own");
    let silent = json!({"operator": operator(), "rating": "T1", "reason": " "});
    for (kind, on, data, refused) in [
        (
            "credit.recognise_rating",
            "2024-05-01",
            answer("T9"),
            "credit.rating_unknown",
        ),
        (
            "credit.recognise_rating",
            "2024-05-01",
            silent,
            "credit.text_missing",
        ),
        (
            "credit.recognise_rating",
            "2025-01-01",
            answer("T1"),
            "credit.rating_not_valid",
        ),
        (
            "credit.recognise_rating",
            "2024-03-31",
            answer("T1"),
            "credit.rating_not_valid",
        ),
        ("credit.recognise_rating", "2024-05-01", answer("T1"), ""),
        (
            "credit.recognise_rating",
            "2024-05-02",
            answer("T1"),
            "credit.rating_answered",
        ),
        ("credit.decline_rating", "2024-06-01", answer("T1"), ""),
        ("credit.recognise_rating", "2024-07-01", answer("T1"), ""),
    ] {
        assert_eq!(
            t.refused(kind, on, "credit_officer", data),
            refused,
            "{kind} {on}"
        );
    }
}

#[test]
fn who_took_over_from_the_rater_counts_as_the_rater() {
    let mut t = county();
    let old = code("11371322MB2857101");
    let data = json!({"capacities": ["credit_officer"], "code": old, "division": "371322",
        "name": "郯城县国家税务局", "short": "国税"});
    t.ok("department.establish", "2016-01-01", "administrator", data);
    let source = json!({"authority": "郯城县国家税务局", "layout": "ratings"});
    let data = json!({"level": "a", "method": "tax_credit", "operator": operator(),
        "rating": "G1", "source": source});
    t.ok("credit.import_rating", "2017-04-01", "importer", data);
    let data = json!({"code": old, "successors": [tax()]});
    t.ok("department.dissolve", "2018-07-20", "administrator", data);
    let heir = t.act_as(
        officer_of(&tax()),
        "credit.recognise_rating",
        "2018-08-01",
        answer("G1"),
    );
    assert_eq!(heir.unwrap_err().code, "credit.rating_own");
    t.ok(
        "credit.recognise_rating",
        "2018-08-01",
        "credit_officer",
        answer("G1"),
    );
}

/// A complaint that ended in a termination on this ground.
fn terminated(t: &mut Trial, number: &str, ground: &str, on: &str) -> Event {
    let desk = "complaint_desk";
    let data = json!({"cause": "quality", "complaint": number, "consumer": sealed(),
        "operator": operator()});
    t.ok("complaint.file", on, desk, data);
    t.ok("complaint.accept", on, desk, json!({"complaint": number}));
    let data = json!({"code": ground, "complaint": number});
    t.ok("complaint.terminate", on, desk, data).remove(0)
}

fn change(cause: &Event) -> Value {
    json!({"cause": named(cause), "operator": operator()})
}

fn weigh(t: &mut Trial, cause: &Event, on: &str) -> Event {
    t.ok("credit.change_score", on, "clock", change(cause))
        .remove(0)
}

fn score(t: &Trial, on: &str) -> i64 {
    let standing = explain(&t.operator(&operator()), t.book(), day(on)).unwrap();
    standing.score_points
}

#[test]
fn a_score_changes_by_the_weight_of_an_event_of_this_ledger() {
    let mut t = county();
    let refusing = terminated(&mut t, "C1", "2", "2025-03-03");
    let other = terminated(&mut t, "C2", "8", "2025-03-03");
    let wrong = json!({"cause": {"id": refusing.id, "seq": other.seq}, "operator": operator()});
    let filed = json!({"cause": {"id": other.id, "seq": 3}, "operator": operator()});
    for (on, data, refused) in [
        ("2025-03-10", wrong, "credit.cause_unknown"),
        ("2025-03-10", filed, "credit.cause_unknown"),
        ("2025-03-02", change(&refusing), "credit.before_cause"),
        ("2025-03-10", change(&refusing), ""),
        ("2025-03-11", change(&refusing), "credit.cause_counted"),
    ] {
        assert_eq!(
            t.refused("credit.change_score", on, "credit_officer", data),
            refused
        );
    }
    let changed = t.events.last().unwrap().clone();
    assert_eq!(
        changed.derived.word("ground"),
        Some("complaint_terminated_2")
    );
    assert_eq!(changed.derived.number("score_change_points"), Some(-20));
    assert_eq!(changed.derived.number("score_points"), Some(980));
    assert_eq!(
        changed.derived.clock("credit.counts").unwrap().due,
        day("2026-03-03")
    );
    let late = terminated(&mut t, "C3", "2", "2025-03-03");
    assert_eq!(
        t.refused("credit.change_score", "2026-03-04", "clock", change(&late)),
        "credit.cause_expired"
    );
    // A ground without a weight of its own has that of its type.
    let free = weigh(&mut t, &other, "2025-03-10");
    assert_eq!(free.derived.number("score_change_points"), Some(0));
    for (on, points) in [
        ("2025-03-09", 1000),
        ("2025-03-10", 980),
        ("2026-03-03", 980),
    ] {
        assert_eq!(score(&t, on), points, "{on}");
    }
    assert_eq!(score(&t, "2026-03-04"), 1000, "it counts for a year");
}

#[test]
fn a_rule_bounds_what_its_grounds_take_together() {
    let mut t = county();
    let mut counted = Vec::new();
    for n in 0..12 {
        let cause = terminated(&mut t, &format!("C{n}"), "2", "2025-03-03");
        let changed = weigh(&mut t, &cause, "2025-03-03");
        assert_eq!(changed.derived.number("weight_points"), Some(-20));
        counted.push(changed.derived.number("score_change_points").unwrap());
    }
    assert_eq!((counted[9], counted[10], counted[11]), (-20, 0, 0));
    assert_eq!(score(&t, "2025-03-03"), 800);
}

#[test]
fn recognised_ratings_count_once_however_many_recognise() {
    let mut t = rated();
    let first = t.ok(
        "credit.recognise_rating",
        "2024-05-01",
        "credit_officer",
        answer("T1"),
    );
    let changed = weigh(&mut t, &first[0], "2024-05-01");
    assert_eq!(changed.derived.number("score_change_points"), Some(20));
    let other = code("11371322MB2857104");
    let data = json!({"capacities": ["credit_officer"], "code": other, "division": "371322",
        "name": "郯城县商务局", "short": "商务"});
    t.ok("department.establish", "2019-01-01", "administrator", data);
    let second = t.act_as(
        officer_of(&other),
        "credit.recognise_rating",
        "2024-05-02",
        answer("T1"),
    );
    let again = change(&second.unwrap()[0]);
    assert_eq!(
        t.refused("credit.change_score", "2024-05-02", "clock", again),
        "credit.cause_counted"
    );
    t.ok(
        "credit.decline_rating",
        "2024-06-01",
        "credit_officer",
        answer("T1"),
    );
    let data = json!({"change": named(&changed), "code": "cause_undone",
        "operator": operator(), "reason": "互认已撤回"});
    t.ok("credit.reverse_score", "2024-06-01", "credit_officer", data);
    assert_eq!(score(&t, "2024-06-01"), 1000);
}

fn reverse(change: &Event, ground: &str) -> Value {
    json!({"change": named(change), "code": ground, "operator": operator(), "reason": "核查结果"})
}

#[test]
fn a_change_is_undone_by_name_and_on_a_ground_that_the_ledger_shows() {
    let mut t = county();
    let data = json!({"entry": "A1", "ground": "annual_report", "ground_found": "2024-07-01",
        "list": "abnormal", "operator": operator()});
    let entered = t
        .ok("listing.enter", "2024-07-10", "credit_officer", data)
        .remove(0);
    let changed = weigh(&mut t, &entered, "2024-07-10");
    let reverses = "credit.reverse_score";
    let officer = "credit_officer";
    let unknown = json!({"change": {"id": changed.id, "seq": 1}, "code": "error",
        "operator": operator(), "reason": "核查"});
    for (on, capacity, data, refused) in [
        ("2024-07-20", officer, unknown, "credit.change_unknown"),
        (
            "2024-07-20",
            officer,
            reverse(&changed, "whim"),
            "credit.code_unknown",
        ),
        (
            "2024-07-20",
            officer,
            reverse(&changed, "error"),
            "credit.reversal_needs_head",
        ),
        (
            "2024-07-20",
            officer,
            reverse(&changed, "cause_undone"),
            "credit.reversal_groundless",
        ),
        (
            "2024-07-20",
            officer,
            reverse(&changed, "repaired"),
            "credit.reversal_groundless",
        ),
        (
            "2024-07-09",
            "head",
            reverse(&changed, "error"),
            "credit.before_change",
        ),
    ] {
        assert_eq!(t.refused(reverses, on, capacity, data), refused, "{on}");
    }
    let data = json!({"entry": "A1", "operator": operator(), "reason": "列入有误"});
    t.ok("listing.correct", "2024-07-10", "head", data);
    assert_eq!(
        t.refused(
            "credit.change_score",
            "2024-08-01",
            "clock",
            change(&entered)
        ),
        "credit.cause_undone"
    );
    let undone = t.ok(
        reverses,
        "2024-07-10",
        officer,
        reverse(&changed, "cause_undone"),
    );
    assert_eq!(undone[0].derived.number("score_change_points"), Some(60));
    assert_eq!(undone[0].derived.number("score_points"), Some(1000));
    assert_eq!(
        t.refused(reverses, "2024-08-01", "head", reverse(&changed, "error")),
        "credit.change_reversed"
    );
    assert_eq!(score(&t, "2024-07-10"), 1000);
}

fn assign() -> Value {
    json!({"operator": operator()})
}

#[test]
fn classes_come_on_the_first_of_a_month_from_score_and_lists() {
    let mut t = county();
    for (on, refused) in [
        ("2024-07-02", "credit.class_day"),
        ("2014-07-01", "no_rule_in_force"),
        ("2024-07-01", ""),
        ("2024-07-01", "credit.class_assigned"),
        ("2024-06-01", "credit.class_assigned"),
    ] {
        assert_eq!(
            t.refused("credit.assign_class", on, "clock", assign()),
            refused,
            "{on}"
        );
    }
    assert_eq!(
        t.refused(
            "credit.assign_class",
            "2024-08-01",
            "credit_officer",
            assign()
        ),
        "department.no_capacity"
    );
    let class = |t: &mut Trial, on: &str| {
        let made = t.ok("credit.assign_class", on, "clock", assign()).remove(0);
        let word = made.derived.word("class").unwrap().to_owned();
        (word, made)
    };
    let data = json!({"entry": "A1", "ground": "annual_report", "ground_found": "2024-07-01",
        "list": "abnormal", "operator": operator()});
    let entered = t
        .ok("listing.enter", "2024-07-10", "credit_officer", data)
        .remove(0);
    let (listed, made) = class(&mut t, "2024-08-01");
    assert_eq!(
        listed, "C",
        "on the list, at best C, though nothing was weighed yet"
    );
    assert_eq!(made.derived.word("list"), Some("abnormal"));
    weigh(&mut t, &entered, "2024-08-02");
    let data = json!({"code": "cured", "entry": "A1", "operator": operator()});
    t.ok("listing.remove", "2024-08-20", "credit_officer", data);
    let (cured, made) = class(&mut t, "2024-09-01");
    assert_eq!(cured, "B");
    assert_eq!(made.derived.number("threshold_points"), Some(900));
    assert_eq!(made.derived.number("score_points"), Some(940));
    assert_eq!(made.derived.number("inspection_yearly_bp"), Some(300));
    let spans: Vec<(&str, String)> = t
        .operator(&operator())
        .credit
        .classes
        .iter()
        .map(|c| (c.class.name(), c.from.to_string()))
        .collect();
    let expected = [
        ("A", "2024-07-01"),
        ("C", "2024-08-01"),
        ("B", "2024-09-01"),
    ];
    assert!(spans.iter().map(|(c, d)| (*c, d.as_str())).eq(expected));
}

#[test]
fn who_has_ended_is_not_classed() {
    let mut t = county();
    let data = json!({"code": operator(), "kind": "cancelled", "reason": "申请注销"});
    t.ok("registration.end", "2024-07-15", "registrar", data);
    t.ok("credit.assign_class", "2024-07-01", "clock", assign());
    assert_eq!(
        t.refused("credit.assign_class", "2024-08-01", "clock", assign()),
        "credit.operator_not_registered"
    );
}

#[test]
fn an_officer_proposes_a_class_and_another_as_head_approves_it() {
    let mut t = county();
    t.ok("credit.assign_class", "2024-07-01", "clock", assign());
    let (officer, head) = (
        by(&authority(), "credit_officer", "0101"),
        by(&authority(), "head", "0001"),
    );
    let data = |class: &str| json!({"class": class, "operator": operator(), "reason": "多头举报"});
    let propose = "credit.propose_class";
    assert_eq!(
        t.refused(propose, "2024-07-10", "credit_officer", data("C")),
        "credit.officer_missing"
    );
    let same = t.act_as(officer.clone(), propose, "2024-07-10", data("A"));
    assert_eq!(same.unwrap_err().code, "credit.class_same");
    let proposal = t
        .act_as(officer.clone(), propose, "2024-07-10", data("C"))
        .unwrap()
        .remove(0);
    let approve = |of: &Event| json!({"operator": operator(), "proposal": named(of)});
    let changes = "credit.change_class";
    let early = t.act_as(head.clone(), changes, "2024-07-09", approve(&proposal));
    assert_eq!(early.unwrap_err().code, "credit.before_proposal");
    let stray = json!({"operator": operator(), "proposal": {"id": proposal.id, "seq": 0}});
    let stray = t.act_as(head.clone(), changes, "2024-07-11", stray);
    assert_eq!(stray.unwrap_err().code, "credit.proposal_unknown");
    let data = json!({"capacities": ["head"], "department": authority(), "officer": "0102"});
    t.ok(
        "department.post_officer",
        "2018-07-20",
        "administrator",
        data,
    );
    t.act_as(head.clone(), changes, "2024-07-11", approve(&proposal))
        .unwrap();
    let twice = t.act_as(head, changes, "2024-07-12", approve(&proposal));
    assert_eq!(twice.unwrap_err().code, "credit.proposal_approved");
    let held = t
        .ok("credit.assign_class", "2024-08-01", "clock", assign())
        .remove(0);
    assert_eq!(held.derived.word("class"), Some("C"));
    assert_eq!(held.derived.word("class_computed"), Some("A"));
    let later = t
        .ok("credit.assign_class", "2025-02-01", "clock", assign())
        .remove(0);
    assert_eq!(
        later.derived.word("class"),
        Some("A"),
        "held for half a year"
    );
}

#[test]
fn who_proposes_does_not_approve() {
    let mut t = county();
    let data = json!({"capacities": ["credit_officer", "head"], "department": authority(),
        "officer": "0102"});
    t.ok(
        "department.post_officer",
        "2018-07-20",
        "administrator",
        data,
    );
    let data = json!({"class": "C", "operator": operator(), "reason": "多头举报"});
    let who = by(&authority(), "credit_officer", "0102");
    let proposal = t
        .act_as(who, "credit.propose_class", "2024-07-10", data)
        .unwrap()
        .remove(0);
    let data = json!({"operator": operator(), "proposal": named(&proposal)});
    let who = by(&authority(), "head", "0102");
    let same = t.act_as(who, "credit.change_class", "2024-07-10", data);
    assert_eq!(same.unwrap_err().code, "credit.same_officer");
}

#[test]
fn items_are_adopted_matched_and_retired() {
    let mut t = county();
    let item = json!({"basis": "反不正当竞争法第八条", "item": "N1", "title": "刷单炒信"});
    let found = |record: &str| {
        json!({"finding": "三个月内虚假交易二百笔", "item": "N1", "operator": operator(),
            "record": record})
    };
    let retire = json!({"item": "N1", "reason": "并入新事项"});
    for (kind, on, capacity, data, refused) in [
        (
            "match",
            "2024-01-10",
            "enforcer",
            found("M1"),
            "credit.item_unknown",
        ),
        (
            "adopt",
            "2024-01-10",
            "enforcer",
            item.clone(),
            "department.no_capacity",
        ),
        ("adopt", "2024-01-10", "head", item.clone(), ""),
        ("adopt", "2024-02-10", "head", item, "credit.item_exists"),
        (
            "match",
            "2024-01-09",
            "enforcer",
            found("M1"),
            "credit.item_not_in_force",
        ),
        ("match", "2024-03-01", "enforcer", found("M1"), ""),
        (
            "match",
            "2024-03-01",
            "enforcer",
            found("M1"),
            "credit.record_exists",
        ),
        ("retire", "2024-04-01", "head", retire.clone(), ""),
        (
            "retire",
            "2024-05-01",
            "head",
            retire,
            "credit.item_not_in_force",
        ),
        (
            "match",
            "2024-05-01",
            "enforcer",
            found("M2"),
            "credit.item_not_in_force",
        ),
    ] {
        let kind = format!("credit.{kind}_negative_item");
        assert_eq!(t.refused(&kind, on, capacity, data), refused, "{kind} {on}");
    }
    let matched = t
        .events
        .iter()
        .find(|e| e.payload.event_type().contains("matched"));
    let matched = matched.unwrap().clone();
    let changed = weigh(&mut t, &matched, "2024-03-01");
    assert_eq!(changed.derived.number("score_change_points"), Some(-80));
}

#[test]
fn commitments_are_made_and_found_false_once() {
    let mut t = county();
    let made = |id: &str, purpose: &str| json!({"commitment": id, "operator": operator(), "public": true, "purpose": purpose});
    let found =
        |id: &str| json!({"commitment": id, "finding": "仍在销售同类商品", "operator": operator()});
    for (kind, on, data, refused) in [
        (
            "make_commitment",
            "2024-01-10",
            made("P1", "fun"),
            "credit.code_unknown",
        ),
        ("make_commitment", "2024-01-10", made("P1", "conduct"), ""),
        (
            "make_commitment",
            "2024-01-10",
            made("P1", "conduct"),
            "credit.commitment_exists",
        ),
        (
            "find_commitment_false",
            "2024-02-01",
            found("P2"),
            "credit.commitment_unknown",
        ),
        (
            "find_commitment_false",
            "2024-01-09",
            found("P1"),
            "credit.before_commitment",
        ),
        ("find_commitment_false", "2024-02-01", found("P1"), ""),
        (
            "find_commitment_false",
            "2024-02-01",
            found("P1"),
            "credit.commitment_false",
        ),
    ] {
        let kind = format!("credit.{kind}");
        assert_eq!(
            t.refused(&kind, on, "credit_officer", data),
            refused,
            "{kind} {on}"
        );
    }
}

/// One step of a random history: what happens, and after how many days.
#[derive(Debug, Clone)]
enum Step {
    Complaint(&'static str),
    Listed,
    Cured,
    Struck,
    Matched,
    Weigh(usize),
    Undo(usize, &'static str),
    Class,
}

fn steps() -> impl Strategy<Value = Vec<(Step, i64)>> {
    let step = prop_oneof![
        2 => prop_oneof![Just("2"), Just("3"), Just("8")].prop_map(Step::Complaint),
        1 => Just(Step::Listed),
        1 => Just(Step::Cured),
        1 => Just(Step::Struck),
        1 => Just(Step::Matched),
        4 => (0..20_usize).prop_map(Step::Weigh),
        2 => ((0..20_usize), prop_oneof![Just("error"), Just("cause_undone")])
            .prop_map(|(n, code)| Step::Undo(n, code)),
        1 => Just(Step::Class),
    ];
    prop::collection::vec((step, 0..40_i64), 1..40)
}

/// Takes a step where it can be taken; one that is refused changes nothing.
fn take(t: &mut Trial, n: usize, step: &Step, on: &str) {
    let credit = t.operator(&operator()).credit;
    match step {
        Step::Complaint(ground) => {
            terminated(t, &format!("R{n}"), ground, on);
        }
        Step::Listed => {
            let data = json!({"entry": format!("A{n}"), "ground": "ordered_disclosure",
                "ground_found": on, "list": "abnormal", "operator": operator()});
            t.refused("listing.enter", on, "credit_officer", data);
        }
        Step::Cured | Step::Struck => {
            let listing = t.operator(&operator()).listing;
            let Some(entry) = listing.entries.last() else {
                return;
            };
            if matches!(step, Step::Cured) {
                let data = json!({"code": "cured", "entry": entry.id, "operator": operator()});
                t.refused("listing.remove", on, "credit_officer", data);
            } else {
                let data = json!({"entry": entry.id, "operator": operator(), "reason": "有误"});
                t.refused("listing.correct", &entry.from.to_string(), "head", data);
            }
        }
        Step::Matched => {
            let data = json!({"finding": "虚假宣传", "item": "N1", "operator": operator(),
                "record": format!("M{n}")});
            t.refused("credit.match_negative_item", on, "enforcer", data);
        }
        Step::Weigh(pick) => {
            let Some(cause) = credit.causes.get(*pick) else {
                return;
            };
            let data = json!({"cause": {"id": cause.id, "seq": cause.seq}, "operator": operator()});
            t.refused("credit.change_score", on, "clock", data);
        }
        Step::Undo(pick, ground) => {
            let Some(change) = credit.changes.get(*pick) else {
                return;
            };
            let data = json!({"change": {"id": change.id, "seq": change.seq}, "code": ground,
                "operator": operator(), "reason": "核查"});
            t.refused("credit.reverse_score", on, "head", data);
        }
        Step::Class => {
            let first = day(on)
                .plus_months(1)
                .plus_days(1 - i64::from(day(on).day()));
            t.refused("credit.assign_class", &first.to_string(), "clock", assign());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_score_is_the_sum_of_its_components_after_any_history(steps in steps()) {
        let mut t = county();
        let item = json!({"basis": "广告法第四条", "item": "N1", "title": "虚假宣传"});
        t.ok("credit.adopt_negative_item", "2022-01-01", "head", item);
        let mut on = day("2023-01-02");
        for (n, (step, days)) in steps.iter().enumerate() {
            on = on.plus_days(*days);
            take(&mut t, n, step, &on.to_string());
        }
        for ahead in [0, 200, 400, 1200] {
            let on = on.plus_days(ahead);
            let standing = explain(&t.operator(&operator()), t.book(), on).unwrap();
            let counted = standing.components.iter().filter(|c| c.counts);
            let sum: i64 = counted.map(|c| c.change.points).sum();
            prop_assert_eq!(standing.score_points, standing.base_points + sum);
            let last = standing.components.last().map_or(standing.base_points, |c| c.running_points);
            prop_assert_eq!(standing.score_points, last);
            let below = standing.components.iter().filter(|c| c.counts && c.change.points < 0);
            let complaints: i64 = below
                .filter(|c| c.change.slot == "credit.weight_complaint")
                .map(|c| c.change.points)
                .sum();
            prop_assert!(complaints >= -200);
        }
        // What an event said of the score is what the view says of that day and that knowledge.
        let me = format!("operator:{}", operator());
        for event in &t.events {
            if let Some(points) = event.derived.number("score_points") {
                let mut state = crate::entity::Entity::empty(crate::subject::Kind::Operator);
                let subject = crate::subject::Subject::parse(&me).unwrap();
                for known in t.events.iter().filter(|e| e.seq <= event.seq) {
                    if known.subjects.contains(&subject) {
                        state.apply(&subject, known);
                    }
                }
                let crate::entity::Entity::Operator(known) = state else { unreachable!() };
                let standing = explain(&known, t.book(), event.on).unwrap();
                prop_assert_eq!(standing.score_points, points);
            }
        }
    }
}

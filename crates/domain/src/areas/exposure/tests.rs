//! Exposure: each refusal, each clock, and what the public sees of a withdrawal.

use serde_json::{Value, json};

use super::{Bulletin, Stage};
use crate::entity::{Entity, Operator};
use crate::event::{Event, Visibility};
use crate::refusal::Refusal;
use crate::row::{List, Row};
use crate::subject::{Kind, Subject};
use crate::trial::{Trial, authority, code, day, operator};

/// A county with officers 01 to 04 and one enterprise on the abnormal list from 2024-07-10 on.
fn begin() -> Trial {
    let mut trial = Trial::with_operator();
    for officer in ["01", "02", "03", "04"] {
        let data = json!({"capacities": ["publisher", "reviewer", "head"],
            "department": authority(), "officer": officer});
        trial.ok(
            "department.post_officer",
            "2015-01-01",
            "administrator",
            data,
        );
    }
    let data = json!({"entry": "a1", "list": "abnormal",
        "operator": operator(), "reason": "未按期公示年度报告",
        "source": {"authority": authority(), "layout": "abnormal-list", "record": "a1"}});
    trial.ok("listing.import", "2024-07-10", "importer", data);
    trial
}

fn act(
    trial: &mut Trial,
    verb: &str,
    on: &str,
    by: &str,
    data: Value,
) -> Result<Vec<Event>, Refusal> {
    let (capacity, officer) = by.split_once(' ').unwrap_or((by, ""));
    let mut actor = json!({"capacity": capacity, "department": authority()});
    if !officer.is_empty() {
        actor["officer"] = json!(officer);
    }
    trial.act_as(actor, &format!("exposure.{verb}"), on, data)
}

fn ok(trial: &mut Trial, verb: &str, on: &str, by: &str, data: Value) -> Vec<Event> {
    act(trial, verb, on, by, data).unwrap_or_else(|r| panic!("{verb}: {} ({r})", r.code))
}

/// The step must be refused with this code.
#[track_caller]
fn check(trial: &mut Trial, verb: &str, on: &str, by: &str, data: Value, refused: &str) {
    let before = trial.events.len();
    let code = act(trial, verb, on, by, data)
        .err()
        .map_or("taken", |r| r.code);
    assert_eq!(code, refused, "{verb}");
    assert_eq!(trial.events.len(), before);
}

fn entry(id: &str) -> Value {
    json!({"breach": {"en": "no annual report", "zh": "未按期公示年度报告"}, "entry": id,
        "operator": operator(), "persons": ["张某"],
        "sites": [{"name": "银杏小店", "url": "HTTPS://Shop.Example.cn:443/a#top"}],
        "source": {"id": "a1", "kind": "listing"}})
}

/// An entry with one field set otherwise.
fn with(field: &str, value: Value) -> Value {
    let mut entry = entry("e2");
    entry[field] = value;
    entry
}

fn draft(entries: Value) -> Value {
    json!({"bulletin": "2024-03", "entries": entries, "from": "2024-07-01",
        "title": {"en": "Third quarter", "zh": "第三季度曝光公告"}, "to": "2024-09-30"})
}

fn of(extra: Value) -> Value {
    let mut data = json!({"bulletin": "2024-03"});
    for (key, value) in extra.as_object().unwrap() {
        data[key] = value.clone();
    }
    data
}

fn bare() -> Value {
    of(json!({}))
}

/// Drafted by 01, reviewed by 02, approved by 03, published on 2024-10-15.
fn published() -> (Trial, Vec<Event>) {
    let mut t = begin();
    ok(
        &mut t,
        "draft",
        "2024-10-08",
        "publisher 01",
        draft(json!([entry("e1")])),
    );
    ok(&mut t, "submit", "2024-10-09", "publisher 01", bare());
    let passed = of(json!({"outcome": "passed"}));
    ok(&mut t, "review", "2024-10-10", "reviewer 02", passed);
    ok(&mut t, "approve", "2024-10-11", "head 03", bare());
    let events = ok(&mut t, "publish", "2024-10-15", "publisher 01", bare());
    (t, events)
}

fn rows(trial: &Trial, events: &[Event]) -> Vec<Row> {
    let mut rows = Vec::new();
    for event in events {
        for subject in &event.subjects {
            let state = trial.state(subject).unwrap();
            state.rows(subject, event, &mut rows);
        }
    }
    rows.retain(|row| row.list == List::Exposure);
    rows
}

fn standing(trial: &Trial) -> Operator {
    trial.operator(&operator())
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of refusals on one bulletin")]
fn drafts_are_refused_for_what_they_hold() {
    let mut t = begin();
    let other = code("91371322MA3C00002");
    let person = json!(["张三"]);
    for (entries, refused) in [
        (json!([entry("e1"), entry("e1")]), "exposure.entry_exists"),
        (json!([with("entry", json!("a b"))]), "exposure.entry_id"),
        (
            json!([with("breach", json!({"en": "x", "zh": " "}))]),
            "exposure.text",
        ),
        (json!([with("persons", person)]), "exposure.name_in_clear"),
        (
            json!([with("persons", json!(vec!["张某"; 6]))]),
            "exposure.too_many",
        ),
        (
            json!([with("sites", json!([{"url": "https://a:b@x.cn/"}]))]),
            "exposure.url",
        ),
        (
            json!([with(
                "sites",
                json!([{"url": "https://x.cn/%31%33900000000"}])
            )]),
            "exposure.personal_value",
        ),
        (
            json!([with("source", json!({"id": "a9", "kind": "listing"}))]),
            "exposure.source_unknown",
        ),
        (
            json!([with("source", json!({"id": "a1", "kind": "penalty"}))]),
            "exposure.source_unknown",
        ),
        (
            json!([with("operator", json!(other))]),
            "registration.unknown",
        ),
    ] {
        check(
            &mut t,
            "draft",
            "2024-10-08",
            "publisher 01",
            draft(entries),
            refused,
        );
    }
    let none = draft(json!([]));
    check(
        &mut t,
        "draft",
        "2024-10-08",
        "publisher",
        none.clone(),
        "exposure.officer_missing",
    );
    check(
        &mut t,
        "draft",
        "2024-10-08",
        "head 01",
        none.clone(),
        "department.no_capacity",
    );
    check(
        &mut t,
        "draft",
        "2024-07-09",
        "publisher 01",
        draft(json!([entry("e1")])),
        "exposure.source_ended",
    );
    let mut turned = none.clone();
    turned["from"] = json!("2024-10-01");
    check(
        &mut t,
        "draft",
        "2024-10-08",
        "publisher 01",
        turned,
        "exposure.period",
    );
    let many: Vec<Value> = (0..61).map(|n| entry(&format!("e{n}"))).collect();
    check(
        &mut t,
        "draft",
        "2024-10-08",
        "publisher 01",
        draft(json!(many)),
        "exposure.too_many",
    );
    check(
        &mut t,
        "submit",
        "2024-10-08",
        "publisher 01",
        bare(),
        "exposure.unknown",
    );
    ok(
        &mut t,
        "draft",
        "2024-10-08",
        "publisher 01",
        draft(json!([])),
    );
    check(
        &mut t,
        "draft",
        "2024-10-08",
        "publisher 01",
        none,
        "exposure.exists",
    );
    check(
        &mut t,
        "submit",
        "2024-10-08",
        "publisher 01",
        bare(),
        "exposure.nothing_to_show",
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one bulletin's way, step by step")]
fn a_second_officer_approves_in_order() {
    let mut t = begin();
    ok(
        &mut t,
        "draft",
        "2024-09-20",
        "publisher 01",
        draft(json!([entry("e1")])),
    );
    let e2 = of(json!({"entry": entry("e2")}));
    ok(
        &mut t,
        "add_entry",
        "2024-09-20",
        "publisher 04",
        e2.clone(),
    );
    check(
        &mut t,
        "add_entry",
        "2024-09-20",
        "publisher 04",
        e2,
        "exposure.entry_exists",
    );
    let e9 = of(json!({"entry": "e9"}));
    check(
        &mut t,
        "drop_entry",
        "2024-09-20",
        "publisher 01",
        e9,
        "exposure.entry_unknown",
    );
    ok(
        &mut t,
        "drop_entry",
        "2024-09-20",
        "publisher 01",
        of(json!({"entry": "e2"})),
    );
    check(
        &mut t,
        "approve",
        "2024-09-20",
        "head 03",
        bare(),
        "exposure.illegal_order",
    );
    check(
        &mut t,
        "submit",
        "2024-09-19",
        "publisher 01",
        bare(),
        "exposure.before_previous_step",
    );
    let sent = ok(&mut t, "submit", "2024-09-24", "publisher 01", bare());
    // 5 working days: 25, 26, 27, the worked Sunday 29 and 30 September.
    assert_eq!(sent[0].derived.clocks[0].due, day("2024-09-30"));
    assert_eq!(sent[0].visibility, Visibility::Restricted);
    let passed = of(json!({"outcome": "passed"}));
    // Both who drafted and who changed the draft are first officers.
    for drafter in ["reviewer 01", "reviewer 04"] {
        check(
            &mut t,
            "review",
            "2024-09-25",
            drafter,
            passed.clone(),
            "exposure.second_officer",
        );
    }
    let back = of(json!({"outcome": "returned"}));
    check(
        &mut t,
        "review",
        "2024-09-25",
        "reviewer 02",
        back,
        "exposure.reasons_missing",
    );
    let back = of(json!({"outcome": "returned", "reasons": "补充网址"}));
    ok(&mut t, "review", "2024-09-25", "reviewer 02", back);
    ok(&mut t, "submit", "2024-09-25", "publisher 01", bare());
    // 26, 27, 29, 30 September and 8 October, after the National Day holidays: a day late.
    let late = ok(&mut t, "review", "2024-10-09", "reviewer 02", passed);
    assert_eq!(late[0].derived.number("late_days"), Some(1));
    for (by, refused) in [
        ("head 01", "exposure.second_officer"),
        ("head 02", "exposure.second_officer"),
        ("head", "exposure.officer_missing"),
        ("reviewer 03", "department.no_capacity"),
    ] {
        check(&mut t, "approve", "2024-10-09", by, bare(), refused);
    }
    check(
        &mut t,
        "return",
        "2024-10-09",
        "head 03",
        of(json!({"reasons": ""})),
        "exposure.reasons_missing",
    );
    let approved = ok(&mut t, "approve", "2024-10-09", "head 03", bare());
    assert_eq!(approved[0].derived.clocks[0].due, day("2024-11-05"));
    check(
        &mut t,
        "publish",
        "2024-11-06",
        "publisher 01",
        bare(),
        "exposure.approval_stale",
    );
    ok(
        &mut t,
        "return",
        "2024-11-06",
        "head 03",
        of(json!({"reasons": "批准已过期"})),
    );
}

#[test]
fn a_bulletin_waits_for_the_end_of_its_period() {
    let mut t = begin();
    ok(
        &mut t,
        "draft",
        "2024-09-20",
        "publisher 01",
        draft(json!([entry("e1")])),
    );
    ok(&mut t, "submit", "2024-09-20", "publisher 01", bare());
    let passed = of(json!({"outcome": "passed"}));
    ok(&mut t, "review", "2024-09-23", "reviewer 02", passed);
    ok(&mut t, "approve", "2024-09-23", "head 03", bare());
    check(
        &mut t,
        "publish",
        "2024-09-30",
        "publisher 01",
        bare(),
        "exposure.period_open",
    );
    ok(&mut t, "publish", "2024-10-01", "publisher 01", bare());
}

#[test]
fn what_is_published_needs_no_restricted_event() {
    let (t, events) = published();
    let types: Vec<&str> = events.iter().map(|e| e.payload.event_type()).collect();
    assert_eq!(
        types,
        [
            "exposure.released.v1",
            "exposure.published.v1",
            "exposure.shown.v1"
        ]
    );
    let shown = &events[2];
    assert_eq!(shown.visibility, Visibility::Public);
    assert_eq!(
        shown.derived.day("shown_until_day"),
        Some(day("2025-10-15"))
    );
    let data = shown.payload.data();
    assert_eq!(data["sites"][0]["url"], "https://shop.example.cn/a");
    assert_eq!(data["name"], "郯城县银杏电子商务有限公司");
    assert_eq!(data["persons"], json!(["张某"]));
    let row = &rows(&t, &events)[0];
    assert_eq!(
        (row.entry.as_str(), row.from),
        ("2024-03.e1", day("2024-10-15"))
    );
    assert!(!row.is_tombstone());
    // The last four before are the bulletin's own steps, all restricted.
    let hidden = &t.events[t.events.len() - 7..t.events.len() - 2];
    assert!(
        hidden
            .iter()
            .all(|e| e.visibility == Visibility::Restricted)
    );
}

/// The bulletin as it follows from the events that the public sees.
fn public_bulletin(trial: &Trial) -> Bulletin {
    let me = Subject::new(Kind::Bulletin, "2024-03").unwrap();
    let mut state = Entity::empty_for(&me);
    let seen = trial.events.iter();
    let seen = seen.filter(|e| e.visibility == Visibility::Public && e.subjects.contains(&me));
    seen.for_each(|event| state.apply(&me, event));
    match state {
        Entity::Bulletin(bulletin) => bulletin.into_inner(),
        _ => panic!("no bulletin"),
    }
}

#[test]
fn the_public_sees_a_bulletin_until_its_entries_are_withdrawn() {
    let (mut t, _) = published();
    let seen = public_bulletin(&t);
    assert_eq!(seen.stage, Stage::Published);
    assert_eq!(seen.period, Some((day("2024-07-01"), day("2024-09-30"))));
    assert!(seen.drafters.is_empty() && seen.items[0].drafted.is_none());
    let shown = seen.items[0].shown.as_ref().unwrap();
    assert_eq!(shown.breach.zh, "未按期公示年度报告");
    let data = of(
        json!({"code": "court_decision", "entry": "e1", "operator": operator(),
        "since": "2024-11-07"}),
    );
    ok(&mut t, "withdraw_entry", "2024-11-08", "head 03", data);
    let item = &public_bulletin(&t).items[0];
    assert!(item.shown.is_none());
    assert_eq!(item.ended.as_ref().unwrap().code, "court_decision");
}

#[test]
fn what_is_hidden_is_not_shown() {
    let mut t = begin();
    let mut e1 = entry("e1");
    e1["hide"] = json!(["document", "persons", "sites"]);
    ok(
        &mut t,
        "draft",
        "2024-10-08",
        "publisher 01",
        draft(json!([e1])),
    );
    ok(&mut t, "submit", "2024-10-09", "publisher 01", bare());
    ok(
        &mut t,
        "review",
        "2024-10-10",
        "reviewer 02",
        of(json!({"outcome": "passed"})),
    );
    ok(&mut t, "approve", "2024-10-11", "head 03", bare());
    let events = ok(&mut t, "publish", "2024-10-15", "publisher 01", bare());
    let public = events[1..]
        .iter()
        .map(|e| e.payload.data().to_string())
        .collect::<String>();
    for hidden in ["shop.example.cn", "张某", "a1"] {
        assert!(!public.contains(hidden), "{hidden}");
    }
    assert_eq!(
        events[2].payload.data()["hidden"],
        json!(["persons", "sites", "document"])
    );
}

#[test]
fn a_withdrawn_entry_leaves_a_tombstone() {
    let (mut t, _) = published();
    let reason = |code: &str, since: &str| {
        of(json!({"code": code, "entry": "e1", "operator": operator(), "since": since}))
    };
    for (data, refused) in [
        (reason("whim", "2024-11-01"), "exposure.reason_unknown"),
        (reason("repaired", "2024-11-01"), "exposure.source_stands"),
        (reason("expired", "2024-11-01"), "exposure.not_due"),
        (reason("court_decision", "2024-11-09"), "exposure.since"),
        (
            of(json!({"code": "court_decision", "entry": "e7",
            "operator": operator(), "since": "2024-11-01"})),
            "exposure.entry_unknown",
        ),
        (
            of(json!({"code": "court_decision", "entry": "e1",
            "operator": code("91371322MA3C00002"), "since": "2024-11-01"})),
            "exposure.entry_operator",
        ),
    ] {
        check(
            &mut t,
            "withdraw_entry",
            "2024-11-08",
            "publisher 01",
            data,
            refused,
        );
    }
    let data = reason("mistaken_identity", "2024-11-01");
    let events = ok(&mut t, "withdraw_entry", "2024-11-08", "publisher 01", data);
    // Friday 1 November and 3 working days: Wednesday the 6th; 2 days late.
    assert_eq!(events[0].derived.clocks[0].due, day("2024-11-06"));
    assert_eq!(events[0].derived.number("late_days"), Some(2));
    let row = &rows(&t, &events)[0];
    assert!(row.is_tombstone() && !row.void);
    assert_eq!(
        (row.until, row.reason.as_str()),
        (Some(day("2024-11-08")), "mistaken_identity")
    );
    assert!(row.stands_on(day("2024-11-07")) && !row.stands_on(day("2024-11-08")));
    let exposed = &standing(&t).exposure.entries[0];
    assert!(exposed.shown.is_none());
    let again = reason("court_decision", "2024-11-08");
    check(
        &mut t,
        "withdraw_entry",
        "2024-11-09",
        "head 03",
        again,
        "exposure.entry_ended",
    );
    let fixed = of(json!({"entry": entry("e1"), "reason": "x"}));
    check(
        &mut t,
        "correct_entry",
        "2024-11-09",
        "head 03",
        fixed,
        "exposure.entry_ended",
    );
}

#[test]
fn an_entry_ends_with_the_calendar_or_with_what_it_rests_on() {
    let data = || of(json!({"entry": "e1", "operator": operator()}));
    let (mut t, _) = published();
    check(
        &mut t,
        "expire_entry",
        "2025-10-15",
        "clock",
        data(),
        "exposure.not_due",
    );
    check(
        &mut t,
        "expire_entry",
        "2025-10-16",
        "head 03",
        data(),
        "department.no_capacity",
    );
    let events = ok(&mut t, "expire_entry", "2025-10-16", "clock", data());
    assert!(rows(&t, &events)[0].is_tombstone());

    let (mut t, _) = published();
    let end = json!({"code": "error", "entry": "a1", "operator": operator()});
    t.ok("listing.remove", "2024-12-02", "credit_officer", end);
    ok(&mut t, "expire_entry", "2024-12-03", "clock", data());
}

#[test]
fn a_correction_is_shown_as_one() {
    let (mut t, _) = published();
    let fix = |entry: Value| of(json!({"entry": entry, "reason": "网址有误"}));
    check(
        &mut t,
        "correct_entry",
        "2024-11-08",
        "head 03",
        fix(entry("e1")),
        "exposure.nothing_to_show",
    );
    let mut better = entry("e1");
    better["sites"] = json!([{"name": "银杏小店", "url": "https://other.example.cn/"}]);
    check(
        &mut t,
        "correct_entry",
        "2024-11-08",
        "publisher 01",
        fix(better.clone()),
        "department.no_capacity",
    );
    let events = ok(
        &mut t,
        "correct_entry",
        "2024-11-08",
        "head 03",
        fix(better),
    );
    assert_eq!(events[1].visibility, Visibility::Public);
    // It is shown no longer than before.
    let until = events[1].derived.day("shown_until_day");
    assert_eq!(until, Some(day("2025-10-15")));
    let exposed = &standing(&t).exposure.entries[0];
    assert_eq!(
        exposed.corrections,
        [(day("2024-11-08"), "网址有误".to_owned())]
    );
    assert_eq!(exposed.from, day("2024-10-15"));
    let sites = &exposed.shown.as_ref().unwrap().sites;
    assert_eq!(sites[0].url, "https://other.example.cn/");
}

#[test]
fn a_bulletin_is_withdrawn_whole() {
    let (mut t, _) = published();
    let data = || of(json!({"code": "court_decision", "since": "2024-11-07"}));
    check(
        &mut t,
        "withdraw",
        "2024-11-08",
        "publisher 01",
        data(),
        "department.no_capacity",
    );
    let events = ok(&mut t, "withdraw", "2024-11-08", "head 03", data());
    assert_eq!(events.len(), 2);
    assert!(rows(&t, &events)[0].is_tombstone());
    check(
        &mut t,
        "withdraw",
        "2024-11-09",
        "head 03",
        data(),
        "exposure.illegal_order",
    );
}

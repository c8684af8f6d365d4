//! Exchanges, meetings, and duties that go over to successors.

use serde_json::{Value, json};

use super::{Duties, Exchange, Side, Stage, What};
use crate::entity::Entity;
use crate::ident::CreditCode;
use crate::subject::Subject;
use crate::trial::{Trial, authority, code, day, operator};

fn police() -> String {
    code("11371322MB2857301")
}

fn food() -> String {
    code("11371322MB2857302")
}

/// The county with 公安 and 食药 beside its authority, and one operator.
fn county() -> Trial {
    let mut t = Trial::with_operator();
    for (code, name) in [(police(), "公安"), (food(), "食药")] {
        let data = json!({"capacities": ["enforcer", "head"], "code": code,
            "division": "371322", "name": name, "short": name});
        t.ok("department.establish", "2010-01-01", "administrator", data);
    }
    t
}

fn as_of(department: &str) -> Value {
    json!({"capacity": "enforcer", "department": department})
}

fn send(number: &str, kind: &str, to: &str) -> Value {
    json!({"basis": "执法协作约定", "exchange": number, "kind": kind, "operators": [operator()],
        "title": "网店销售假冒商品线索", "to": to})
}

fn exchange(t: &Trial, number: &str) -> Exchange {
    let me = Subject::parse(&format!("exchange:{number}")).unwrap();
    match t.state(&me) {
        Some(Entity::Exchange(e)) => (**e).clone(),
        _ => Exchange::default(),
    }
}

fn duties(t: &Trial, department: &str, on: &str) -> Duties {
    match t.on(&format!("department:{department}"), on) {
        Entity::Register(register) => register.duties,
        _ => Duties::default(),
    }
}

/// What a department has open on a day: side, what, matter, days late.
fn open(t: &Trial, department: &str, on: &str) -> Vec<(Side, What, String, i64)> {
    let held = duties(t, department, on).open;
    let here = held.iter().filter(|d| d.is_here());
    here.map(|d| {
        (
            d.side,
            d.what,
            d.matter.id().to_owned(),
            d.late_days_on(day(on)),
        )
    })
    .collect()
}

#[test]
fn a_request_is_owed_by_one_and_owed_to_the_other_until_it_is_answered() {
    let mut t = county();
    let made = t.ok(
        "sharing.send",
        "2026-03-02",
        "enforcer",
        send("X1", "request", &police()),
    );
    let due = |name: &str| made[0].derived.clock(name).unwrap().due.to_string();
    assert_eq!(due("sharing.acknowledge"), "2026-03-05");
    assert_eq!(due("sharing.answer"), "2026-03-16");
    let x1 = || "X1".to_owned();
    let owes = vec![(Side::Owes, What::Answer, x1(), 0)];
    assert_eq!(open(&t, &police(), "2026-03-05"), owes);
    assert_eq!(open(&t, &police(), "2026-03-09")[0].3, 4);
    let owed = vec![(Side::Owed, What::Answer, x1(), 0)];
    assert_eq!(open(&t, &authority(), "2026-03-05"), owed);

    let this = json!({"exchange": "X1"});
    t.act_as(as_of(&police()), "sharing.acknowledge", "2026-03-06", this)
        .unwrap();
    // Acknowledged, the answer alone is still to come.
    assert_eq!(open(&t, &police(), "2026-03-16")[0].3, 0);
    assert_eq!(open(&t, &authority(), "2026-03-18")[0].3, 2);
    let answer = json!({"code": "supplied", "exchange": "X1", "reply": "登记信息附后"});
    t.act_as(as_of(&police()), "sharing.answer", "2026-03-18", answer)
        .unwrap();
    let known = exchange(&t, "X1");
    assert_eq!((known.stage, known.late_days), (Stage::Done, 3));
    assert_eq!(open(&t, &police(), "2026-03-18"), Vec::new());
    assert_eq!(open(&t, &authority(), "2026-03-18"), Vec::new());
    let done = duties(&t, &police(), "2026-03-18").settled[&What::Answer].clone();
    assert_eq!((done.count, done.late, done.late_days), (1, 1, 2));
}

#[test]
fn what_falls_overdue_is_recorded_once_a_term() {
    let mut t = county();
    t.ok(
        "sharing.send",
        "2026-03-02",
        "enforcer",
        send("X1", "request", &police()),
    );
    let this = json!({"exchange": "X1"});
    for (on, expected) in [
        ("2026-03-05", "sharing.not_due"),
        ("2026-03-06", ""),
        ("2026-03-16", "sharing.not_due"),
        ("2026-03-17", ""),
        ("2026-03-18", "sharing.not_due"),
    ] {
        let code = t.refused("sharing.fall_overdue", on, "clock", this.clone());
        assert_eq!(code, expected, "{on}");
    }
    let overdue = exchange(&t, "X1").overdue;
    let told: Vec<String> = overdue
        .iter()
        .map(|o| format!("{} {}", o.task, o.due))
        .collect();
    assert_eq!(
        told,
        [
            "sharing.acknowledge 2026-03-05",
            "sharing.answer 2026-03-16"
        ]
    );
}

#[test]
fn assistance_runs_from_receipt_and_is_lengthened_once() {
    let mut t = county();
    let mut data = send("X2", "assist", "");
    data.as_object_mut().unwrap().remove("to");
    data["outside"] = json!({"division": "320300", "name": "徐州市市场监督管理局"});
    let made = t.ok("sharing.send", "2026-03-02", "enforcer", data);
    assert!(made[0].derived.clock("sharing.answer").is_none());
    let this = json!({"exchange": "X2"});
    // The sender writes down what the authority elsewhere did.
    let made = t.ok("sharing.acknowledge", "2026-03-04", "enforcer", this);
    let due = |made: &[crate::event::Event]| {
        made[0]
            .derived
            .clock("sharing.answer")
            .unwrap()
            .due
            .to_string()
    };
    assert_eq!(due(&made), "2026-03-25");
    let longer = json!({"exchange": "X2", "reason": "当事人外出"});
    let made = t.ok("sharing.extend", "2026-03-25", "enforcer", longer.clone());
    assert_eq!(due(&made), "2026-04-16");
    let again = t.refused("sharing.extend", "2026-03-26", "enforcer", longer);
    assert_eq!(again, "sharing.extension");
    assert_eq!(open(&t, &authority(), "2026-04-17")[0].3, 1);
}

#[test]
fn what_came_in_from_elsewhere_is_owed_here() {
    let mut t = county();
    let data = json!({"basis": "行政处罚法第二十六条", "document": "徐市监协〔2026〕3号",
        "exchange": "IN1", "from": {"division": "320300", "name": "徐州市市场监督管理局"},
        "kind": "transfer", "title": "移送涉嫌虚假宣传案"});
    let made = t.ok("sharing.receive", "2026-03-02", "enforcer", data);
    assert_eq!(made[0].derived.clocks[0].due.to_string(), "2026-03-11");
    assert_eq!(open(&t, &authority(), "2026-03-12")[0].3, 1);
    let answer = json!({"code": "taken_over", "exchange": "IN1", "reply": "已接收"});
    t.ok("sharing.answer", "2026-03-11", "enforcer", answer);
    assert_eq!(exchange(&t, "IN1").late_days, 0);
}

#[test]
fn a_meeting_gives_each_owner_its_duty() {
    let mut t = county();
    let data = json!({"attended": [authority(), police()], "absent": [food()], "meeting": "M1",
        "title": "网络市场监管联席会议", "resolutions": [
            {"due": "2026-03-31", "owner": police(), "resolution": "1", "title": "共享涉网案件"},
            {"due": "2026-04-30", "owner": authority(), "resolution": "2", "title": "开放主体库"}]});
    t.ok("sharing.hold_meeting", "2026-03-02", "head", data);
    assert_eq!(open(&t, &police(), "2026-04-02")[0].3, 2);
    // What a department resolves for itself it owes alone.
    let own = open(&t, &authority(), "2026-03-03");
    assert_eq!(own.iter().filter(|d| d.0 == Side::Owes).count(), 1);
    assert_eq!(own.iter().filter(|d| d.0 == Side::Owed).count(), 1);
    let report = json!({"meeting": "M1", "report": "已按月推送", "resolution": "1"});
    let wrong = t.refused(
        "sharing.perform_resolution",
        "2026-04-03",
        "head",
        report.clone(),
    );
    assert_eq!(wrong, "department.not_responsible");
    let made = t
        .act_as(
            as_of(&police()),
            "sharing.perform_resolution",
            "2026-04-03",
            report.clone(),
        )
        .unwrap();
    assert_eq!(made[0].derived.number("late_days"), Some(3));
    let again = t.act_as(
        as_of(&police()),
        "sharing.perform_resolution",
        "2026-04-04",
        report,
    );
    assert_eq!(again.unwrap_err().code, "sharing.resolution_performed");
    assert_eq!(open(&t, &police(), "2026-04-03"), Vec::new());
}

#[test]
fn a_successor_goes_on_with_what_was_open() {
    let mut t = county();
    t.ok(
        "sharing.send",
        "2018-12-20",
        "enforcer",
        send("X3", "request", &food()),
    );
    let mut secret = send("X4", "transfer", &food());
    secret["confidential"] = json!(true);
    t.ok("sharing.send", "2018-12-20", "enforcer", secret);
    let take = json!({"code": police(), "predecessor": food()});
    let made = t.ok("department.take_over", "2019-01-14", "administrator", take);
    // One event for what departments see, one for what only some see.
    let classes: Vec<_> = made.iter().map(|e| e.visibility).collect();
    assert_eq!(made.len(), 3, "{classes:?}");
    let end = json!({"code": food(), "successors": [police()]});
    let made = t.ok("department.dissolve", "2019-01-14", "administrator", end);
    assert_eq!(made.len(), 1, "nothing is handed over twice");

    assert_eq!(open(&t, &food(), "2019-01-13").len(), 2);
    assert_eq!(open(&t, &food(), "2019-01-14"), Vec::new());
    let taken = duties(&t, &police(), "2019-01-14").open;
    assert_eq!(taken.len(), 2);
    assert!(
        taken[0]
            .taken_from
            .contains(&CreditCode::parse(&food()).unwrap())
    );
    // Who waits for it learns from whom.
    let waits = duties(&t, &authority(), "2019-01-14").open;
    assert!(waits[0].with.contains(&police()));

    let answer = json!({"code": "supplied", "exchange": "X3", "reply": "附后"});
    let late = t.act_as(
        as_of(&food()),
        "sharing.answer",
        "2019-01-15",
        answer.clone(),
    );
    assert_eq!(late.unwrap_err().code, "department.not_in_office");
    t.act_as(as_of(&police()), "sharing.answer", "2019-01-15", answer)
        .unwrap();
    assert_eq!(open(&t, &police(), "2019-01-15").len(), 1);
    assert_eq!(open(&t, &authority(), "2019-01-15").len(), 1);
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut t = county();
    let names = [("P", police()), ("ME", authority()), ("OP", operator())];
    let table = r#"
        sharing.send 2026-03-02 clock {"exchange": "A", "kind": "record", "title": "x", "basis": "y", "to": "$P"} => department.no_capacity
        sharing.send 2026-03-02 enforcer {"exchange": "a b", "kind": "record", "title": "x", "basis": "y", "to": "$P"} => sharing.number
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": "x", "basis": "y", "to": "$ME"} => sharing.to_itself
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": "x", "basis": "y"} => sharing.party
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": "x", "basis": "y", "outside": {"division": "3203", "name": "z"}} => sharing.party
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": " ", "basis": "y", "to": "$P"} => sharing.text
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": "x", "to": "$P"} => sharing.text
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": "x", "task": "T9", "to": "$P"} => sharing.task_unknown
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": "x", "basis": "y", "to": "$P", "matter": "case:9"} => sharing.matter_unknown
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": "x", "basis": "y", "to": "$P", "matter": "operator:$OP"} => sharing.matter_unknown
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": "x", "basis": "y", "to": "$P"} =>
        sharing.send 2026-03-02 enforcer {"exchange": "A", "kind": "record", "title": "x", "basis": "y", "to": "$P"} => sharing.exists
        sharing.acknowledge 2026-03-03 enforcer {"exchange": "A"} => department.not_responsible
        sharing.acknowledge 2026-03-03 enforcer {"exchange": "B"} => sharing.unknown
        sharing.remind 2026-03-05 enforcer {"exchange": "A"} => sharing.not_due
        sharing.remind 2026-03-06 enforcer {"exchange": "A"} =>
        sharing.withdraw 2026-03-05 enforcer {"exchange": "A", "reason": "误发"} => sharing.before_previous_step
        sharing.withdraw 2026-03-09 enforcer {"exchange": "A", "reason": "误发"} =>
        sharing.withdraw 2026-03-10 enforcer {"exchange": "A", "reason": "误发"} => sharing.illegal_order
        sharing.hold_meeting 2026-03-02 head {"meeting": "M", "title": "x", "attended": []} => sharing.party
        sharing.hold_meeting 2026-03-02 head {"meeting": "M", "title": "x", "attended": ["$P"], "resolutions": [{"due": "2026-03-01", "owner": "$P", "resolution": "1", "title": "x"}]} => sharing.resolution
    "#;
    t.check(&names, table);
    t.ok(
        "sharing.send",
        "2026-03-02",
        "enforcer",
        send("R", "record", &police()),
    );
    t.ok(
        "sharing.send",
        "2026-03-02",
        "enforcer",
        send("Q", "request", &police()),
    );
    for (number, outcome, expected) in [
        ("R", "supplied", "sharing.no_answer_owed"),
        ("Q", "taken_over", "sharing.outcome_unknown"),
    ] {
        let data = json!({"code": outcome, "exchange": number, "reply": "x"});
        let refused = t.act_as(as_of(&police()), "sharing.answer", "2026-03-03", data);
        assert_eq!(refused.unwrap_err().code, expected);
    }
}

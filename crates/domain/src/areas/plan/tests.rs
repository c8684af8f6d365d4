//! Tasks with who leads and who cooperates, and their targets.

use serde_json::{Value, json};

use super::Task;
use crate::areas::sharing::{Duties, Side, What};
use crate::entity::Entity;
use crate::trial::{Trial, authority, code, day};

fn state_tax() -> String {
    code("11371322MB2857101")
}

fn tax() -> String {
    code("11371322MB2857103")
}

fn establish(code: &str, name: &str, succeeds: &[String]) -> Value {
    json!({"capacities": ["approver", "head"], "code": code, "division": "371322",
        "name": name, "short": name, "succeeds": succeeds})
}

/// A task that 市监 leads and 国税 cooperates in, with one target.
fn planned() -> Trial {
    let mut t = Trial::county();
    let data = establish(&state_tax(), "国税", &[]);
    t.ok("department.establish", "2010-01-01", "administrator", data);
    let data = json!({"cooperating": [state_tax()], "lead": [authority()],
        "plan": "郯政办字〔2017〕85号", "section": "三（一）1", "task": "T1",
        "title": "创新准入模式，开辟网络快捷通道"});
    t.ok("plan.assign_task", "2017-12-05", "head", data);
    let data = json!({"due": "2022-12-05", "number": 10_000, "target": "operators", "task": "T1",
        "title": "各类电商企业、商户", "unit": "家"});
    t.ok("plan.set_target", "2017-12-05", "head", data);
    t
}

fn task(t: &Trial, on: &str) -> Task {
    match t.on("task:T1", on) {
        Entity::Task(task) => task.into_inner(),
        _ => Task::default(),
    }
}

fn owes(t: &Trial, department: &str, on: &str) -> Vec<What> {
    let duties = match t.on(&format!("department:{department}"), on) {
        Entity::Register(register) => register.duties,
        _ => Duties::default(),
    };
    let owed = duties.open.into_iter();
    let owed = owed.filter(|d| d.side == Side::Owes && d.is_here());
    owed.map(|d| d.what).collect()
}

#[test]
fn a_task_is_owed_by_who_leads_and_who_cooperates() {
    let t = planned();
    assert_eq!(
        owes(&t, &authority(), "2017-12-05"),
        [What::Lead, What::Reach]
    );
    assert_eq!(owes(&t, &state_tax(), "2017-12-05"), [What::Cooperate]);
}

#[test]
fn a_successor_takes_its_place_in_a_task() {
    let mut t = planned();
    let data = establish(&tax(), "税务", &[state_tax()]);
    let made = t.ok("department.establish", "2018-07-20", "administrator", data);
    assert_eq!(made.len(), 2);
    let end = json!({"code": state_tax(), "successors": [tax()]});
    t.ok("department.dissolve", "2018-07-20", "administrator", end);
    for (on, old, new) in [("2018-07-19", 1, 0), ("2018-07-20", 0, 1)] {
        assert_eq!(owes(&t, &state_tax(), on).len(), old, "{on}");
        assert_eq!(owes(&t, &tax(), on).len(), new, "{on}");
        let on = day(on);
        let seats = task(&t, &on.to_string()).cooperating;
        let seat = seats.iter().find(|s| s.stands_on(on)).unwrap();
        let expected = if new == 1 { tax() } else { state_tax() };
        assert_eq!(seat.department.to_string(), expected);
    }
    let report =
        json!({"number": 7_000, "source": "税务登记", "target": "operators", "task": "T1"});
    let by = json!({"capacity": "head", "department": tax()});
    t.act_as(by, "plan.report_target", "2018-12-31", report)
        .unwrap();
}

#[test]
fn a_target_is_short_until_it_is_reached() {
    let mut t = planned();
    let report = |number: u64| json!({"number": number, "source": "主体数据库", "target": "operators", "task": "T1"});
    for (on, number, word, bp, late) in [
        ("2018-12-31", 4_321, "short", 4_321, None),
        ("2022-12-31", 9_999, "short", 9_999, None),
        ("2023-01-05", 10_500, "reached", 10_500, Some(31)),
        ("2023-06-30", 11_000, "reached", 11_000, None),
    ] {
        let made = t.ok("plan.report_target", on, "head", report(number));
        let derived = &made[0].derived;
        assert_eq!(derived.word("standing"), Some(word), "{on}");
        assert_eq!(derived.number("achieved_bp"), Some(bp), "{on}");
        assert_eq!(derived.number("late_days"), late, "{on}");
    }
    assert_eq!(
        owes(&t, &authority(), "2023-01-04"),
        [What::Lead, What::Reach]
    );
    assert_eq!(owes(&t, &authority(), "2023-01-05"), [What::Lead]);
    // Counted again for a day that was reported before.
    t.ok("plan.report_target", "2023-01-05", "head", report(9_000));
    let known = task(&t, "2023-06-30");
    assert_eq!(
        known.target("operators").unwrap().reached(),
        Some(day("2023-06-30"))
    );
    let end = json!({"reason": "验收完成", "task": "T1"});
    t.ok("plan.end_task", "2023-07-01", "head", end);
    assert_eq!(owes(&t, &authority(), "2023-07-01"), []);
    assert_eq!(owes(&t, &state_tax(), "2023-07-01"), []);
}

#[test]
fn what_does_not_fit_is_refused() {
    let names = [("ME", authority()), ("TAX", state_tax()), ("NEW", tax())];
    let table = r#"
        plan.assign_task 2018-01-02 enforcer {"lead": ["$ME"], "plan": "p", "section": "s", "task": "T2", "title": "t"} => department.no_capacity
        plan.assign_task 2018-01-02 head {"lead": [], "plan": "p", "section": "s", "task": "T2", "title": "t"} => plan.departments
        plan.assign_task 2018-01-02 head {"lead": ["$NEW"], "plan": "p", "section": "s", "task": "T2", "title": "t"} => plan.departments
        plan.assign_task 2018-01-02 head {"lead": ["$ME"], "cooperating": ["$ME"], "plan": "p", "section": "s", "task": "T2", "title": "t"} => plan.departments
        plan.assign_task 2018-01-02 head {"lead": ["$ME"], "plan": "", "section": "s", "task": "T2", "title": "t"} => plan.text
        plan.assign_task 2018-01-02 head {"lead": ["$ME"], "plan": "p", "section": "s", "task": "T1", "title": "t"} => plan.exists
        plan.assign_task 2018-01-02 head {"lead": ["$ME"], "plan": "p", "section": "s", "task": "T 2", "title": "t"} => plan.number
        plan.set_target 2018-01-02 head {"due": "2020-12-31", "number": 10, "target": "operators", "task": "T1", "title": "x", "unit": "家"} => plan.target_exists
        plan.set_target 2018-01-02 head {"due": "2017-12-31", "number": 10, "target": "x", "task": "T1", "title": "x", "unit": "家"} => plan.target
        plan.set_target 2018-01-02 head {"due": "2020-12-31", "number": 0, "target": "x", "task": "T1", "title": "x", "unit": "家"} => plan.target
        plan.set_target 2018-01-02 head {"due": "2020-12-31", "number": 1, "target": "x", "task": "T1", "title": "x", "unit": "家", "division": "37"} => plan.target
        plan.set_target 2017-12-04 head {"due": "2020-12-31", "number": 1, "target": "x", "task": "T1", "title": "x", "unit": "家"} => plan.before_task
        plan.report_target 2018-01-02 head {"number": 1, "source": "s", "target": "x", "task": "T1"} => plan.target_unknown
        plan.report_target 2018-01-02 head {"number": 1, "source": "s", "target": "x", "task": "T9"} => plan.unknown
        plan.end_task 2018-01-02 head {"reason": "r", "task": "T1"} =>
        plan.end_task 2018-01-03 head {"reason": "r", "task": "T1"} => plan.ended
    "#;
    let mut t = planned();
    t.check(&names, table);
    let by = json!({"capacity": "head", "department": code("11371322MB2857777")});
    let report = json!({"number": 1, "source": "s", "target": "operators", "task": "T1"});
    let mut t = planned();
    t.ok(
        "department.establish",
        "2010-01-01",
        "administrator",
        establish(&code("11371322MB2857777"), "教育", &[]),
    );
    let refused = t.act_as(by, "plan.report_target", "2018-01-02", report);
    assert_eq!(refused.unwrap_err().code, "plan.not_of_task");
}

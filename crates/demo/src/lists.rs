//! The lists (名录、名单): annual reports, unreachable operators, and how entries end.

use domain::day::Day as LegalDay;
use serde_json::json;

use crate::county::{County, Operator, Step, Who, year};
use crate::departments;
use crate::registrations::OFFICE_PERCENT;

const CREDIT: Who = Who::officer("credit_officer", "0501");

/// What the credit office finds on a day.
pub(crate) fn of_day(county: &mut County, on: LegalDay) {
    if (on.month(), on.day()) == (7, 1) {
        annual_reports(county, on);
    }
    if !county.calendar.is_working(on) {
        return;
    }
    for _ in 0..county.share("unreachable", 80, OFFICE_PERCENT) {
        let n = county.counts.next("unreachable");
        if let Some(operator) = county.standing(n, "unreachable", on) {
            county.busy(operator.n, year().1);
            enter(
                county,
                n,
                &operator,
                "unreachable",
                on,
                &format!("UR{n:06}"),
            );
        }
    }
}

/// Who sent no annual report by 30 June is listed or marked; most cure it within weeks.
fn annual_reports(county: &mut County, found: LegalDay) {
    for at in 0..county.operators.len() {
        let Some(operator) = county.operators.get(at).cloned() else {
            continue;
        };
        let late = county.draws.below(operator.n, "report", 100) < 4;
        if late && county.is_free(&operator, found) && operator.since.year() < found.year() {
            county.busy(operator.n, year().1);
            let entry = format!("AR{}-{:06}", found.year(), operator.n);
            enter(
                county,
                operator.n,
                &operator,
                "annual_report",
                found,
                &entry,
            );
        }
    }
}

fn enter(
    county: &mut County,
    n: u64,
    operator: &Operator,
    ground: &str,
    found: LegalDay,
    entry: &str,
) {
    let list = if operator.is_individual() {
        "marks"
    } else {
        "abnormal"
    };
    let mut data = json!({"entry": entry, "ground": ground, "ground_found": found, "list": list,
        "operator": operator.code});
    if ground == "unreachable" {
        data["letters"] = json!([found.plus_days(-25), found.plus_days(-5)]);
    }
    let listed = county.after(found, 4 + county.draws.days(n, "list", 9));
    let step = Step::new("listing.enter", listed, CREDIT, data);
    // A few entries are objected to and found wrong: struck out as of their own first day.
    if county.draws.below(n, "wrong", 100) < 3 {
        county.plan(step);
        let struck = county.after(listed, 20 + county.draws.days(n, "objection", 15));
        let data = json!({"entry": entry, "operator": operator.code,
            "reason": "经核实，列入依据不成立"});
        let who = Who::officer("head", "0001");
        county.plan(Step::new("listing.correct", struck, who, data).effective(listed));
        return;
    }
    county.plan(step.scoring(operator.code));
    let cured = county.after(listed, 8 + county.draws.days(n, "cure after", 40));
    match county.draws.below(n, "cure", 100) {
        0..45 => {
            let data = json!({"code": "cured", "entry": entry, "operator": operator.code});
            county.plan(Step::new("listing.remove", cured, CREDIT, data).scoring(operator.code));
        }
        45..62 => repair(county, operator, entry, cured),
        _ => {}
    }
}

/// An application for repair: a promise, a check, and the entry ends.
fn repair(county: &mut County, operator: &Operator, entry: &str, on: LegalDay) {
    county.counts.repairs += 1;
    let number = format!("R371322-{:06}", county.counts.repairs);
    let data = json!({"commitment": number, "operator": operator.code, "public": true,
        "purpose": "repair"});
    county.plan(Step::new("credit.make_commitment", on, CREDIT, data));
    let data = json!({"commitment": number, "operator": operator.code, "repair": number,
        "target": {"id": entry, "kind": "listing"}, "tracks": ["samr"]});
    county.plan(Step::new("repair.apply", on, CREDIT, data));
    let accepted = county.after(on, 1);
    let only = json!({ "repair": number });
    county.plan(Step::new("repair.accept", accepted, CREDIT, only));
    let checked = county.after(accepted, 3);
    let data = json!({"harm_removed": true, "performed": true, "repair": number});
    county.plan(Step::new("repair.check", checked, CREDIT, data));
    let granted = county.after(checked, 2);
    let data = json!({"repair": number, "tracks": ["samr"]});
    // The grant ends the entry: a second event follows.
    county.plan(Step::new("repair.grant", granted, CREDIT, data).leads_to(2));
    if let Ok(reform) = departments::named("发改") {
        let data = json!({"repair": number, "to": [reform]});
        let passed = county.after(granted, 2);
        county.plan(Step::new("repair.pass_on", passed, CREDIT, data));
    }
}

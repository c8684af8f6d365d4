//! How the register grew, and what happens to registrations in the year.

use domain::day::Day as LegalDay;
use domain::ident::{CreditCode, OperatorKind};
use serde_json::json;

use crate::county::{County, DemoError, Operator, Step, Who, year};
use crate::departments;
use crate::places;

/// Of 100 operators of the end, so many were there before the year.
const BEFORE_PERCENT: u64 = 88;
/// One of so many old operators ends in the year.
const ENDING_ONE_OF: u64 = 29;
/// Months from 2016-01 to 2025-09, in which the register grew.
const MONTHS: u64 = 117;
/// Percent of an ordinary day that falls on a working day, where offices alone act.
pub(crate) const OFFICE_PERCENT: u64 = 147;

const WINDOW: Who = Who::officer("registrar", "0101");

/// What the window does on a day.
pub(crate) fn of_day(county: &mut County, on: LegalDay) -> Result<(), DemoError> {
    if !county.calendar.is_working(on) {
        return Ok(());
    }
    let (first, last) = year();
    if on < first {
        return grow(county, on);
    }
    if on > last {
        return Ok(());
    }
    for _ in 0..county.share("applications", 1_290, OFFICE_PERCENT) {
        apply(county, on)?;
    }
    for _ in 0..county.share("changes", 900, OFFICE_PERCENT) {
        change(county, on);
    }
    for _ in 0..county.share("places", 350, OFFICE_PERCENT) {
        attach(county, on);
    }
    for _ in 0..county.share("suspensions", 90, OFFICE_PERCENT) {
        suspend(county, on);
    }
    Ok(())
}

/// The register of the month, on the month's first working day from the 5th on.
fn grow(county: &mut County, on: LegalDay) -> Result<(), DemoError> {
    let Some(fifth) = LegalDay::new(on.year(), on.month(), 5) else {
        return Ok(());
    };
    if county.working(fifth) != on || on.year() < 2016 {
        return Ok(());
    }
    let year = u64::try_from(on.year() - 2016).unwrap_or(0);
    let month = year * 12 + u64::from(on.month());
    // Online trade grew faster from year to year.
    let goal = county.size * BEFORE_PERCENT / 100 * month * month / (MONTHS * MONTHS);
    while county.counts.granted < goal {
        let operator = next(county)?;
        let shown = places::shown(county.draws, operator.n, operator.code.kind(), county.size);
        let person = places::person(county.draws, operator.n, "representative");
        let data = json!({"address": shown.address, "code": operator.code,
            "division": shown.division, "industry": shown.industry, "name": shown.name,
            "legal_representative": {"seal": person}, "scope": "互联网销售"});
        county.plan(Step::new("registration.grant", on, WINDOW, data));
        let ends = (operator.n % ENDING_ONE_OF == 3).then(|| {
            let (first, _) = crate::county::year();
            county.working(first.plus_days(county.draws.days(operator.n, "end", 350)))
        });
        if let Some(day) = ends {
            let data = json!({"code": operator.code, "kind": "cancelled",
                "reason": "申请注销登记"});
            county.plan(Step::new("registration.end", day, WINDOW, data));
        }
        county.operators.push(Operator {
            since: on,
            ends,
            ..operator
        });
    }
    Ok(())
}

fn next(county: &mut County) -> Result<Operator, DemoError> {
    let n = county.counts.granted;
    county.counts.granted += 1;
    let kind = match county.draws.below(n, "kind", 100) {
        0..55 => "92",
        55..97 => "91",
        _ => "93",
    };
    Ok(Operator {
        n,
        code: CreditCode::complete(&format!("{kind}371322MA{}", places::base31(n)))?,
        since: LegalDay::MAX,
        ends: None,
    })
}

/// An application, worked on by departments side by side, and what becomes of it.
fn apply(county: &mut County, on: LegalDay) -> Result<(), DemoError> {
    county.counts.applications += 1;
    let n = county.counts.applications;
    let number = format!("A371322-{n:07}");
    let operator = next(county)?;
    let shown = places::shown(county.draws, operator.n, operator.code.kind(), county.size);
    let person = places::person(county.draws, operator.n, "representative");
    let data = json!({"address": shown.address, "applicant": {"seal": person},
        "application": number, "division": shown.division, "industry": shown.industry,
        "kind": "setup", "name": shown.name, "online": county.draws.below(n, "online", 10) < 8,
        "scope": "互联网销售"});
    county.plan(Step::new("registration.apply", on, WINDOW, data));
    let way = county.draws.below(n, "application", 100);
    if way < 3 {
        let data = json!({ "application": number });
        let day = county.after(on, 1);
        county.plan(Step::new("registration.withdraw", day, WINDOW, data));
        return Ok(());
    }
    if way < 7 {
        let data = json!({"application": number, "code": "materials",
            "reason": "材料不齐全，经告知未补正"});
        let day = county.after(on, 3);
        county.plan(Step::new("registration.refuse", day, WINDOW, data));
        return Ok(());
    }
    let mut departments = vec![departments::tax()?];
    if operator.code.kind() != OperatorKind::Individual {
        departments.push(departments::named("人社")?);
    }
    let data = json!({"application": number, "departments": departments});
    county.plan(Step::new("registration.route", on, WINDOW, data));
    let mut done = on;
    for (k, department) in (0_u64..).zip(departments) {
        let who = Who::at("approver", department);
        let data = json!({"application": number, "department": department});
        county.plan(Step::new("registration.open_step", on, who, data.clone()));
        let mut day = county.after(on, county.draws.days(n * 8 + k, "step", 3));
        if county.draws.below(n * 8 + k, "returned", 100) < 8 {
            let returned = json!({"application": number, "department": department,
                "reason": "经营场所证明须补正"});
            county.plan(Step::new("registration.return_step", day, who, returned));
            day = county.after(day, 1);
            county.plan(Step::new(
                "registration.resubmit_step",
                day,
                WINDOW,
                data.clone(),
            ));
            county.plan(Step::new("registration.open_step", day, who, data.clone()));
        }
        county.plan(Step::new("registration.approve_step", day, who, data));
        done = done.max(day);
    }
    let granted = county.after(done, 1);
    let data = json!({"address": shown.address, "application": number, "code": operator.code,
        "division": shown.division, "industry": shown.industry, "name": shown.name,
        "legal_representative": {"seal": person}, "scope": "互联网销售"});
    county.plan(Step::new("registration.grant", granted, WINDOW, data));
    county.operators.push(Operator {
        since: granted,
        ..operator
    });
    Ok(())
}

/// A change of name or domicile, and that the operator shows it on its pages.
fn change(county: &mut County, on: LegalDay) {
    let n = county.counts.next("changes");
    let Some(operator) = county.standing(n, "changed", on) else {
        return;
    };
    let resolved = on.plus_days(-county.draws.days(n, "resolved", 40));
    let data = if county.draws.below(n, "what", 3) == 0 {
        let name = format!("郯城县新程{n:05}网络经营部");
        json!({"code": operator.code, "name": name, "resolved": resolved, "reason": "经营需要"})
    } else {
        let shown = places::shown(county.draws, n + 50_000, operator.code.kind(), county.size);
        json!({"address": format!("{}附{n}号", shown.address), "code": operator.code,
            "division": shown.division, "reason": "迁址", "resolved": resolved})
    };
    county.plan(Step::new("registration.change", on, WINDOW, data));
    if county.draws.below(n, "shown", 10) < 9 {
        let day = county.after(on, 1 + county.draws.days(n, "late", 14));
        let data = json!({"code": operator.code});
        county.plan(Step::new("registration.show_change", day, WINDOW, data));
        county.busy(operator.n, day);
    }
}

/// One licence, many addresses.
fn attach(county: &mut County, on: LegalDay) {
    let n = county.counts.next("places");
    let Some(operator) = county.standing(n, "attached", on) else {
        return;
    };
    let shown = places::shown(county.draws, n + 70_000, operator.code.kind(), county.size);
    let address = format!("{}仓{n}", shown.address);
    let data = json!({"address": address, "code": operator.code, "use": "business_place"});
    county.plan(Step::new("registration.attach_address", on, WINDOW, data));
    if county.draws.below(n, "detached", 10) < 3 {
        let day = county.after(on, 20 + county.draws.days(n, "stay", 60));
        if operator.ends.is_none() && day <= year().1 {
            let data = json!({"address": address, "code": operator.code});
            county.plan(Step::new("registration.detach_address", day, WINDOW, data));
        }
    }
}

fn suspend(county: &mut County, on: LegalDay) {
    let n = county.counts.next("suspensions");
    let Some(operator) = county.standing(n, "suspended", on) else {
        return;
    };
    let to = on.plus_days(30 + county.draws.days(n, "months", 150));
    let data = json!({"cause": "other", "code": operator.code, "to": to});
    county.plan(Step::new("registration.suspend", on, WINDOW, data));
    // Business goes on by itself the day after; the clock says so.
    let data = json!({"code": operator.code});
    let resumed = to.plus_days(1);
    county.busy(operator.n, resumed);
    county.plan(Step::new(
        "registration.resume",
        resumed,
        Who::of("clock"),
        data,
    ));
}

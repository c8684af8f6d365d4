//! Shops (网店) that operators declare or officers find, and the platforms that carry most of them.

use domain::day::Day as LegalDay;
use domain::ident::CreditCode;
use serde_json::json;

use crate::county::{County, DemoError, Operator, Step, Who, year};
use crate::registrations::OFFICE_PERCENT;

/// Id, name, number in the body of the invented code of whoever runs it. All under a reserved
/// top-level domain: nobody's pages are meant.
const PLATFORMS: [(&str, &str, u64); 5] = [
    ("jishi", "集市网", 1),
    ("kuaimai", "快买网", 2),
    ("guoxiang", "果乡直供", 3),
    ("liubian", "柳编优选", 4),
    ("xiangwei", "乡味商城", 5),
];
const WINDOW: Who = Who::officer("registrar", "0102");
const BRIGADE: Who = Who::officer("enforcer", "0304");
const IMPORTER: Who = Who::of("importer");

/// A platform comes under the duty to report, and reports each January and July up to a month.
pub(crate) fn platform(
    county: &mut County,
    (id, name, n): (&str, &str, u64),
    reports_to: LegalDay,
) -> Result<(), DemoError> {
    // The duty came with Order 37 of 2021.
    let since = LegalDay::new(2021, 6, 1).unwrap_or(LegalDay::MIN);
    let operator = CreditCode::complete(&format!("91330100MA2P{n:05}"))?;
    let hosts = json!([{"host": format!("{id}.example"), "shop_in": "subdomain"}]);
    let data = json!({"hosts": hosts, "name": name, "operator": operator, "platform": id});
    county.plan(Step::new("shop.register_platform", since, WINDOW, data));
    let mut month = since.plus_months(1);
    while month <= reports_to {
        let period = format!("{}-{:02}", month.year(), month.month());
        let at = n * 1_000 + u64::try_from(month.year()).unwrap_or(0) + u64::from(month.month());
        let on = county.working(month.plus_days(7 + county.draws.days(at, "report of", 14)));
        let operators = 400 + county.draws.below(n, "size", 900) + at % 1_000 * 3;
        let data = json!({"operators": operators, "period": period, "platform": id,
            "unregistered": operators / (5 + at % 4)});
        county.plan(Step::new("shop.report_platform", on, IMPORTER, data));
        month = month.plus_months(6);
    }
    Ok(())
}

/// The platforms that do what they have to.
pub(crate) fn platforms(county: &mut County) -> Result<(), DemoError> {
    let (_, last) = year();
    PLATFORMS
        .iter()
        .try_for_each(|one| platform(county, *one, last))
}

/// What the window is told of shops on a day, and what a search of the network finds.
pub(crate) fn of_day(county: &mut County, on: LegalDay) {
    if !county.calendar.is_working(on) {
        return;
    }
    for _ in 0..county.share("shops", 1_500, OFFICE_PERCENT) {
        let n = county.counts.next("shops");
        if let Some(operator) = county.standing(n, "shop", on) {
            declare(county, n, &operator, on);
        }
    }
    for _ in 0..county.share("found shops", 260, OFFICE_PERCENT) {
        find(county, on);
    }
}

fn declare(county: &mut County, n: u64, operator: &Operator, on: LegalDay) {
    let place = county.draws.weighted(n, "platform", &[34, 28, 16, 12, 10]);
    let (platform, _, _) = PLATFORMS.get(place).copied().unwrap_or(PLATFORMS[0]);
    let address = json!({"platform": {"platform": platform, "shop": format!("tc{n:05}")}});
    let data = json!({"address": address, "name": format!("郯城好物{n:05}号店"),
        "operator": operator.code});
    county.plan(Step::new("shop.declare", on, WINDOW, data));
    if county.draws.below(n, "name verified", 100) < 10 {
        return;
    }
    let only = json!({ "address": address });
    let day = county.after(on, 1 + county.draws.days(n, "verified after", 6));
    county.plan(Step::new("shop.verify_name", day, WINDOW, only.clone()));
    if county.draws.below(n, "marked", 100) < 70 {
        let data = json!({"address": address, "mark": format!("TC{}-{n:05}", day.year())});
        let marked = county.after(day, 2);
        county.plan(Step::new("shop.issue_mark", marked, WINDOW, data));
    }
    if county.draws.below(n, "shop closed", 100) < 5 {
        let announced = day.plus_days(60 + county.draws.days(n, "open for", 60));
        let data = json!({"address": address, "announced": announced, "why": "by_itself"});
        let closed = county.working(announced.plus_days(31));
        county.plan(Step::new("shop.close", closed, WINDOW, data));
    } else if county.draws.below(n, "again", 100) < 88 {
        // The real name is to be verified again within six months.
        let again = county.working(day.plus_days(150 + county.draws.days(n, "again after", 20)));
        county.plan(Step::new("shop.verify_name", again, WINDOW, only));
    }
}

/// A search finds a shop; for one of five nobody finds out who runs it.
fn find(county: &mut County, on: LegalDay) {
    let n = county.counts.next("found shops");
    let address = json!({"url": format!("https://found{n}.example.cn/")});
    let data = json!({"address": address, "how": "online", "name": format!("无名小铺{n:04}")});
    county.plan(Step::new("shop.find", on, BRIGADE, data));
    let day = county.after(on, 3 + county.draws.days(n, "traced after", 9));
    let found = county.draws.below(n, "traced", 10) < 8;
    if let Some(operator) = county.standing(n, "runs", on).filter(|_| found) {
        let data = json!({"address": address, "ground": "收款账户与登记信息一致",
            "operator": operator.code});
        county.plan(Step::new("shop.match", day, BRIGADE, data));
    }
}

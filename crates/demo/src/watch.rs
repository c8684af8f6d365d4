//! Reports (举报) and leads (线索), from the first word to the revisit, and a campaign.

use std::collections::BTreeSet;

use domain::day::Day as LegalDay;
use serde_json::{Value, json};

use crate::cases;
use crate::county::{County, Operator, Step, Who};
use crate::places;
use crate::registrations::OFFICE_PERCENT;

const DESK: Who = Who::officer("complaint_desk", "0202");
const BRIGADE: Who = Who::officer("enforcer", "0303");
const HEAD: Who = Who::officer("head", "0001");
const CAMPAIGN: &str = "WJ2025";
/// Targets that one step may add to a campaign.
const TARGETS_A_STEP: usize = 40;

/// What is reported on a day, and what the watch over the network brings.
pub(crate) fn of_day(county: &mut County, on: LegalDay) {
    if !county.calendar.is_working(on) {
        return;
    }
    for _ in 0..county.share("reports", 520, OFFICE_PERCENT) {
        let n = county.counts.next("reports");
        if let Some(operator) = county.standing(n, "reported", on) {
            report(county, n, &operator, on);
        }
    }
    for _ in 0..county.share("watched", 420, OFFICE_PERCENT) {
        let n = county.counts.next("watched");
        if let Some(operator) = county.standing(n, "watched", on) {
            lead(county, n, &operator, on);
        }
    }
    if (on.year(), on.month(), on.day()) == (2025, 10, 20) {
        campaign(county, on);
    }
}

fn report(county: &mut County, n: u64, operator: &Operator, on: LegalDay) {
    let number = format!("J371322-{n:05}");
    let named = county.draws.below(n, "named", 100) < 60;
    let mut data = json!({"cause": "false_advertising", "operator": operator.code,
        "report": number});
    if named {
        data["reporter"] = json!({"seal": places::person(county.draws, n, "reporter")});
    }
    county.plan(Step::new("report.file", on, DESK, data));
    let data = json!({"officer": "0303", "report": number, "unit": "网监科"});
    let assigned = county.after(on, 1);
    county.plan(Step::new("report.assign", assigned, DESK, data));
    let checked = county.after(assigned, 2 + county.draws.days(n, "report checked", 9));
    let indicated = county.draws.below(n, "signs", 100) < 22;
    let finding = if indicated {
        "indicated"
    } else {
        "not_indicated"
    };
    let data = json!({"finding": finding, "report": number});
    county.plan(Step::new("report.check", checked, BRIGADE, data));
    let decided = county.after(checked, 1);
    if indicated {
        let case = cases::on_report(county, operator, on, decided);
        let data = json!({"case": case, "report": number});
        county.plan(Step::new("report.open_case", decided, HEAD, data));
    } else {
        let data = json!({"code": "no_breach", "report": number});
        county.plan(Step::new("report.decline", decided, HEAD, data));
    }
    if named {
        let told = county.after(decided, 1 + county.draws.days(n, "reporter told", 5));
        let data = json!({ "report": number });
        county.plan(Step::new("report.tell", told, DESK, data));
    }
}

/// A lead and what is said to the operator about it.
fn lead(county: &mut County, n: u64, operator: &Operator, on: LegalDay) {
    let number = format!("L371322-{n:05}");
    let step = |r#type, on, who, more: Value| {
        let mut data = more;
        data["lead"] = json!(number);
        Step::new(r#type, on, who, data)
    };
    let source = county.draws.weighted(n, "lead source", &[58, 24, 18]);
    let mut data = json!({"operator": operator.code, "what": "网店页面宣传用语没有依据"});
    match source {
        0 => data["source"] = json!("monitoring"),
        1 => data["source"] = json!("inspection"),
        _ => {
            data["source"] = json!("upper_level");
            data["from_authority"] = json!("临沂市市场监督管理局");
        }
    }
    county.plan(step("lead.record", on, BRIGADE, data));
    let assigned = county.after(on, 1 + county.draws.days(n, "assigned", 3));
    let data = json!({"officer": "0303", "unit": "网监科"});
    county.plan(step("lead.assign", assigned, HEAD, data));
    let verified = county.after(assigned, 2 + county.draws.days(n, "lead verified", 10));
    if county.draws.below(n, "lead holds", 100) < 45 {
        let data = json!({"finding": "not_indicated"});
        county.plan(step("lead.verify", verified, BRIGADE, data));
        let closed = county.after(verified, 1);
        county.plan(step(
            "lead.close",
            closed,
            HEAD,
            json!({"code": "unfounded"}),
        ));
        return;
    }
    let data = json!({"finding": "indicated"});
    county.plan(step("lead.verify", verified, BRIGADE, data));
    let spoken = county.after(verified, 2);
    let by = spoken.plus_days(10);
    if county.draws.below(n, "interview", 100) < 25 {
        let data = json!({"correct_by": by, "officers": ["0303", "0304"],
            "what": "宣传用语须有依据，承诺限期改正"});
        county.plan(step("lead.hold_interview", spoken, BRIGADE, data));
    } else {
        let data = json!({"code": "correction", "correct_by": by, "what": "责令限期改正"});
        county.plan(step("lead.give_warning", spoken, BRIGADE, data));
    }
    let seen = county.working(by.plus_days(6 + county.draws.days(n, "revisited", 20)));
    let corrected = county.draws.below(n, "corrected", 100) < 88;
    let what = if corrected {
        "已改正"
    } else {
        "部分页面未改正"
    };
    let data = json!({"corrected": corrected, "what": what});
    county.plan(step("lead.revisit", seen, BRIGADE, data));
    if corrected {
        let closed = county.after(seen, 1);
        county.plan(step(
            "lead.close",
            closed,
            HEAD,
            json!({"code": "corrected"}),
        ));
    }
}

/// The autumn's campaign over many operators, before the sales of November.
fn campaign(county: &mut County, on: LegalDay) {
    let last = LegalDay::new(2025, 12, 19).unwrap_or(on);
    let data = json!({"basis": "网剑行动方案", "campaign": CAMPAIGN, "title": "网络市场监管专项行动",
        "to": last});
    county.plan(Step::new("lead.open_campaign", on, HEAD, data));
    let all: BTreeSet<_> = (0..(county.size * 120 / 10_000).max(1))
        .filter_map(|n| county.standing(n, "target", on))
        .map(|operator| operator.code)
        .collect();
    let all: Vec<_> = all.into_iter().collect();
    let added = county.after(on, 1);
    for few in all.chunks(TARGETS_A_STEP) {
        let data = json!({"campaign": CAMPAIGN, "operators": few});
        county.plan(Step::new("lead.add_targets", added, BRIGADE, data));
    }
    for (n, operator) in (0..).zip(all) {
        let checked = county.after(added, 1 + county.draws.days(n, "target checked", 35));
        let code = county.draws.weighted(n, "result", &[78, 12, 8, 2]);
        let code = ["clean", "warned", "corrected", "not_found"].get(code);
        let data = json!({"campaign": CAMPAIGN, "code": code.unwrap_or(&"clean"),
            "operator": operator});
        county.plan(Step::new("lead.check_target", checked, BRIGADE, data));
    }
    let data = json!({ "campaign": CAMPAIGN });
    county.plan(Step::new("lead.close_campaign", last, HEAD, data));
    let data = json!({"about": format!("campaign:{CAMPAIGN}"),
        "findings": "绝对化用语和销量造假较多", "measures": "发布宣传用语指引，平台加强审核"});
    let filed = county.after(last, 12);
    county.plan(Step::new("lead.file_analysis", filed, HEAD, data));
}

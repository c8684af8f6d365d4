//! Guidance (行政指导), alerts to consumers (消费警示), and awards (红名单).

use domain::day::Day as LegalDay;
use serde_json::json;

use crate::county::{County, Step, Who, year};
use crate::departments;
use crate::registrations::OFFICE_PERCENT;

const BRIGADE: Who = Who::officer("enforcer", "0302");
const CREDIT: Who = Who::officer("credit_officer", "0501");
const PUBLISHER: Who = Who::officer("publisher", "0602");
const HEAD: Who = Who::officer("head", "0001");
/// Month, day, title, English title of what consumers are warned of.
const ALERTS: [(u8, u8, &str, &str); 4] = [
    (
        11,
        3,
        "“双十一”理性消费提示",
        "Before the sales of November",
    ),
    (
        2,
        2,
        "春节年货网购消费警示",
        "Buying for Spring Festival online",
    ),
    (3, 12, "警惕刷单炒信", "Beware of faked sales"),
    (6, 10, "直播带货消费警示", "Buying from live streams"),
];
const KINDS: [&str; 4] = ["advice", "reminder", "training", "demonstration"];

/// What is advised, warned of and awarded on a day.
pub(crate) fn of_day(county: &mut County, on: LegalDay) {
    if on == year().0 {
        awards(county, on);
    }
    if !county.calendar.is_working(on) {
        return;
    }
    for (month, day, zh, en) in ALERTS {
        if (on.month(), on.day()) == (month, day) {
            let data = json!({"alert": format!("XF{}-{month:02}", on.year()),
                "text": {"en": "Look for the licence and keep the order.",
                    "zh": "下单前核对营业执照，保存订单和聊天记录。"},
                "title": {"en": en, "zh": zh}});
            county.plan(Step::new("guidance.publish_alert", on, PUBLISHER, data));
        }
    }
    for _ in 0..county.share("guidance", 90, OFFICE_PERCENT) {
        guide(county, on);
    }
}

fn guide(county: &mut County, on: LegalDay) {
    let n = county.counts.next("guidance");
    let many = 1 + county.draws.below(n, "guided", 4);
    let operators: Vec<_> = (0..many)
        .filter_map(|k| county.standing(n * 4 + k, "guidance", on))
        .map(|operator| operator.code)
        .collect();
    if operators.is_empty() {
        return;
    }
    let number = format!("G371322-{n:04}");
    let kind = county
        .draws
        .pick(n, "guidance kind", &KINDS)
        .unwrap_or("advice");
    let data = json!({"guidance": number, "kind": kind, "operators": operators,
        "text": "在首页显著位置公示营业执照和电子标识"});
    county.plan(Step::new("guidance.give", on, BRIGADE, data));
    if county.draws.below(n, "looked after", 100) < 85 {
        let day = county.after(on, 12 + county.draws.days(n, "looked after in", 7));
        let followed = county.draws.below(n, "followed", 10) < 8;
        let note = if followed {
            "已公示"
        } else {
            "尚未公示"
        };
        let data = json!({"followed": followed, "guidance": number, "note": note});
        county.plan(Step::new("guidance.follow_up", day, BRIGADE, data));
    }
}

/// The red list of the year. Whoever is on it is kept out of cases and lists from the first day
/// on: an award needs a clean file on the day of its grant.
fn awards(county: &mut County, on: LegalDay) {
    let nominated = county.after(on, 1);
    let granted = county.after(nominated, 8);
    for n in 0..(county.size * 20 / 10_000).max(1) {
        let Some(operator) = county.standing(n, "award", on) else {
            continue;
        };
        county.busy(operator.n, year().1);
        let award = format!("H{}-{:02}", on.year(), n + 1);
        let data = json!({"award": award, "kind": "civil_operator", "operator": operator.code,
            "reason": "亮照经营，纠纷处理及时"});
        county.plan(Step::new("award.nominate", nominated, CREDIT, data));
        let data = json!({"award": award, "operator": operator.code,
            "document": format!("郯市监表〔{}〕{}号", on.year(), n + 1)});
        county.plan(Step::new("award.grant", granted, HEAD, data));
        if let (Ok(tax), 0) = (departments::tax(), n % 2) {
            let data = json!({"award": award, "code": "green_channel",
                "operator": operator.code});
            let day = county.after(granted, 3);
            county.plan(Step::new(
                "award.give_incentive",
                day,
                Who::at("head", tax),
                data,
            ));
        }
    }
}

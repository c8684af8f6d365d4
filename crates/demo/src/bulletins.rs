//! Bulletins of exposure (定期曝光): what was published of last month's penalties, month by month.

use domain::day::Day as LegalDay;
use serde_json::{Value, json};

use crate::county::{County, Exposable, Step, Who};

const PUBLISHER: Who = Who::officer("publisher", "0601");
const REVIEWER: Who = Who::officer("reviewer", "0401");
const HEAD: Who = Who::officer("head", "0001");
/// Entries of one bulletin.
const ENTRIES_MAX: usize = 20;

/// On the first working day of a month the bulletin of the month before is drafted.
pub(crate) fn of_day(county: &mut County, on: LegalDay) {
    let Some(first) = LegalDay::new(on.year(), on.month(), 1) else {
        return;
    };
    if county.working(first) != on {
        return;
    }
    let (from, to) = (first.plus_months(-1), first.plus_days(-1));
    let found = county.exposable(to);
    if found.is_empty() {
        return;
    }
    let bulletin = format!("B{}-{:02}", from.year(), from.month());
    let few: Vec<&Exposable> = found.iter().take(ENTRIES_MAX).collect();
    let entries: Vec<Value> = (1_usize..)
        .zip(&few)
        .map(|(at, e)| entry(at, e, ""))
        .collect();
    let events = 2 + entries.len() as u64;
    let title = json!({"en": format!("Bulletin of {}-{:02}", from.year(), from.month()),
        "zh": format!("{}年{}月网络经营违法行为曝光公告", from.year(), from.month())});
    let data = json!({"bulletin": bulletin, "entries": entries, "from": from, "title": title,
        "to": to});
    county.plan(Step::new("exposure.draft", on, PUBLISHER, data));
    let only = json!({ "bulletin": bulletin });
    let n = county.counts.next("bulletins");
    let day = county.after(on, 1);
    county.plan(Step::new("exposure.submit", day, PUBLISHER, only.clone()));
    if n == 1 {
        // Nothing is published that was not reviewed and approved.
        let step = Step::new("exposure.publish", day, PUBLISHER, only.clone());
        county.plan(step.planted());
    }
    let day = county.after(day, 2);
    let data = json!({"bulletin": bulletin, "outcome": "passed"});
    county.plan(Step::new("exposure.review", day, REVIEWER, data));
    let day = county.after(day, 1);
    county.plan(Step::new("exposure.approve", day, HEAD, only.clone()));
    let published = county.after(day, 1);
    // Its head and each entry follow as events that the public sees.
    let step = Step::new("exposure.publish", published, PUBLISHER, only);
    county.plan(step.leads_to(events));
    if let (Some(wrong), 0) = (few.first(), n % 3) {
        let data = json!({"bulletin": bulletin, "entry": entry(1, wrong, "（更正）"),
            "reason": "违法行为表述有误"});
        let day = county.after(published, 5);
        county.plan(Step::new("exposure.correct_entry", day, HEAD, data).leads_to(2));
    }
    if let (Some(other), 1) = (few.get(1), n % 3) {
        let (since, day) = (county.after(published, 6), county.after(published, 8));
        let data = json!({"bulletin": bulletin, "code": "mistaken_identity", "entry": "e2",
            "operator": other.operator, "since": since});
        county.plan(Step::new("exposure.withdraw_entry", day, PUBLISHER, data));
    }
}

fn entry(at: usize, about: &Exposable, remark: &str) -> Value {
    json!({"breach": {"en": format!("as decided in case {}", about.case), "zh": format!("{}{remark}", about.facts)},
        "entry": format!("e{at}"), "operator": about.operator,
        "sites": [{"name": "网店", "url": format!("https://shop{}.example.cn/", about.n)}],
        "source": {"id": about.case, "kind": "penalty"}})
}

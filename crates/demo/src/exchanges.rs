//! What departments send each other: records, requests, assistance, matters handed over.

use domain::day::Day as LegalDay;
use domain::ident::CreditCode;
use serde_json::{Value, json};

use crate::county::{County, Step, Who};
use crate::departments;
use crate::registrations::OFFICE_PERCENT;

/// Kind, what is sent or asked for, outcomes of which the first is the usual one.
const KINDS: [(&str, &str, &[&str]); 4] = [
    ("record", "行政处罚和名录信息", &[]),
    (
        "request",
        "请提供经营者涉税、社保或者许可信息",
        &["supplied", "partly", "not_held"],
    ),
    ("assist", "请协助核查发货地址", &["done", "nothing_found"]),
    (
        "transfer",
        "移送不属于本部门管辖的线索",
        &["taken_over", "not_responsible"],
    ),
];
/// Those that the authority writes to, by how often.
const OTHERS: [(&str, u64); 7] = [
    ("税务", 30),
    ("公安", 20),
    ("人社", 14),
    ("商务", 12),
    ("发改", 12),
    ("交通", 6),
    ("农业", 6),
];
pub(crate) const BASIS: &str = "县联席会议执法协作约定";
const HEAD: Who = Who::officer("head", "0002");

/// What leaves the authority on a day, and what reaches it.
pub(crate) fn of_day(county: &mut County, on: LegalDay) {
    if !county.calendar.is_working(on) {
        return;
    }
    for _ in 0..county.share("exchanges", 420, OFFICE_PERCENT) {
        let n = county.counts.next("exchanges");
        let other = county.draws.weighted(n, "other", &OTHERS.map(|o| o.1));
        let short = OTHERS.get(other).map_or("商务", |o| o.0);
        let code = match short {
            "税务" => departments::tax(),
            short => departments::named(short),
        };
        let (Ok(code), Some(operator)) = (code, county.standing(n, "exchanged", on)) else {
            continue;
        };
        exchange(county, n, code, operator.code, on);
    }
}

fn exchange(county: &mut County, n: u64, code: CreditCode, operator: CreditCode, on: LegalDay) {
    let other = Who::at("head", code);
    // One of six comes from the other side.
    let (sender, receiver, to) = match county.draws.below(n, "direction", 6) {
        0 => (other, HEAD, departments::authority()),
        _ => (HEAD, other, Ok(code)),
    };
    let Ok(to) = to else { return };
    let kind = county.draws.weighted(n, "exchange", &[44, 32, 12, 12]);
    let (kind, title, outcomes) = KINDS.get(kind).copied().unwrap_or(KINDS[0]);
    let number = format!("X371322-{n:05}");
    let data = json!({"basis": BASIS, "exchange": number, "kind": kind, "operators": [operator],
        "title": title, "to": to});
    county.plan(Step::new("sharing.send", on, sender, data));
    let step = |r#type, on, more: Value| {
        let mut data = more;
        data["exchange"] = json!(number);
        Step::new(r#type, on, receiver, data)
    };
    // A few need longer than the three working days.
    let received = county.after(on, 1 + county.draws.days(n, "acknowledged", 20) / 6);
    county.plan(step("sharing.acknowledge", received, json!({})));
    let Some(usual) = outcomes.first() else {
        return;
    };
    let code = match county.draws.below(n, "outcome", 10) {
        0..7 => usual,
        _ => county
            .draws
            .pick(n, "other outcome", outcomes)
            .unwrap_or(usual),
    };
    let answered = county.after(received, 1 + county.draws.days(n, "answered", 6));
    let data = json!({"code": code, "reply": "办理结果见附件"});
    county.plan(step("sharing.answer", answered, data));
}

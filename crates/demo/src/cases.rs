//! Cases (行政处罚案件) from the lead to the closing, and penalties on the spot.

use domain::day::Day as LegalDay;
use domain::ident::CreditCode;
use serde_json::{Value, json};

use crate::county::{County, Exposable, Operator, Step, Who};
use crate::registrations::OFFICE_PERCENT;

const CAUSES: [(&str, &str, &str); 5] = [
    (
        "false_advertising",
        "虚构商品销量和用户评价",
        "反不正当竞争法第二十条",
    ),
    (
        "fake_transactions",
        "组织虚假交易",
        "反不正当竞争法第二十条",
    ),
    (
        "trademark",
        "销售侵犯注册商标专用权的商品",
        "商标法第六十条",
    ),
    ("counterfeit", "以假充真", "产品质量法第五十条"),
    (
        "licence_not_shown",
        "未公示营业执照信息",
        "电子商务法第七十六条",
    ),
];
const BRIGADE: Who = Who::officer("enforcer", "0301");
const HEAD: Who = Who::officer("head", "0001");
const CLOCK: Who = Who::of("clock");

/// Leads and inspections of a day.
pub(crate) fn of_day(county: &mut County, on: LegalDay) {
    if !county.calendar.is_working(on) {
        return;
    }
    for _ in 0..county.share("leads", 1_000, OFFICE_PERCENT) {
        let n = county.counts.next("cases");
        if let Some(operator) = county.standing(n, "case", on) {
            lead(county, n, &operator, on);
        }
    }
    for _ in 0..county.share("on the spot", 160, OFFICE_PERCENT) {
        let n = county.counts.next("spot");
        if let Some(operator) = county.standing(n, "spot", on) {
            on_spot(county, n, &operator, on);
        }
    }
}

fn cause(county: &County, n: u64) -> (&'static str, &'static str, &'static str) {
    let place = county.draws.weighted(n, "breach", &[38, 16, 14, 12, 20]);
    CAUSES.get(place).copied().unwrap_or(CAUSES[0])
}

fn on_spot(county: &mut County, n: u64, operator: &Operator, on: LegalDay) {
    let data = json!({"basis": "电子商务法第七十六条", "breach_ended": on,
        "case": format!("S371322-{n:06}"), "cause": "licence_not_shown",
        "document": format!("郯市监当罚〔{}〕{n}号", on.year()), "facts": "未公示营业执照信息",
        "officers": ["0303", "0304"], "operator": operator.code,
        "penalties": [{"kind": "warning"}]});
    let who = Who::officer("enforcer", "0303");
    let step = Step::new("enforcement.punish_on_spot", on, who, data);
    county.plan(step.scoring(operator.code));
}

fn lead(county: &mut County, n: u64, operator: &Operator, on: LegalDay) {
    let case = format!("Z371322-{n:06}");
    let source = ["inspection", "complaint", "report"];
    let source = county
        .draws
        .pick(n, "source", &source)
        .unwrap_or("inspection");
    let data = json!({"case": case, "operator": operator.code, "source": source});
    county.plan(Step::new("enforcement.receive_lead", on, BRIGADE, data));
    let day = county.after(on, 5 + county.draws.days(n, "verify", 9));
    if county.draws.below(n, "opened", 100) < 30 {
        let data = json!({"case": case, "code": "no_breach"});
        county.plan(Step::new("enforcement.decline", day, HEAD, data));
        return;
    }
    opened(county, (n, &case), operator, on, day);
}

/// A case that a report led to, received and opened on these days; its number.
pub(crate) fn on_report(
    county: &mut County,
    operator: &Operator,
    on: LegalDay,
    day: LegalDay,
) -> String {
    let n = county.counts.next("cases");
    let case = format!("Z371322-{n:06}");
    let data = json!({"case": case, "operator": operator.code, "source": "report"});
    county.plan(Step::new("enforcement.receive_lead", on, BRIGADE, data));
    opened(county, (n, &case), operator, on, day);
    case
}

/// From the opening of a case on.
fn opened(
    county: &mut County,
    (n, case): (u64, &str),
    operator: &Operator,
    on: LegalDay,
    day: LegalDay,
) {
    let (cause, facts, basis) = cause(county, n);
    let ended = on.plus_days(-county.draws.days(n, "ended", 120));
    let data = json!({"breach_ended": ended, "case": case, "cause": cause,
        "officers": ["0301", "0302"]});
    county.plan(Step::new("enforcement.open", day, BRIGADE, data));
    let fine = if operator.is_individual() {
        30_000 + county.draws.below(n, "fine", 47) * 10_000
    } else {
        300_000 + county.draws.below(n, "fine", 60) * 100_000
    };
    let penalties = if county.draws.below(n, "kind of penalty", 100) < 12 {
        json!([{"kind": "warning"}])
    } else {
        json!([{"kind": "fine", "fen": fine}])
    };
    let party = (case, operator.code);
    procedure(county, n, party, day, (facts, basis), &penalties);
}

/// The ordinary procedure from the opening on: review, notice, the party's word, decision,
/// service, publication, payment, closing.
pub(crate) fn procedure(
    county: &mut County,
    n: u64,
    (case, operator): (&str, CreditCode),
    opened: LegalDay,
    (facts, basis): (&str, &str),
    penalties: &Value,
) {
    let only = json!({ "case": case });
    let mut day = county.after(opened, 8 + county.draws.days(n, "inquiry", 22));
    let data = json!({"case": case, "opinion": "agree"});
    let who = Who::officer("reviewer", "0401");
    county.plan(Step::new("enforcement.review", day, who, data));
    day = county.after(day, 1);
    let data = json!({"basis": basis, "case": case, "penalties": penalties, "served": "direct"});
    county.plan(Step::new("enforcement.serve_notice", day, BRIGADE, data));
    if county.draws.below(n, "statement", 100) < 35 {
        day = county.after(day, 2);
        let data = json!({"accepted": false, "case": case});
        county.plan(Step::new("enforcement.make_statement", day, BRIGADE, data));
        day = county.after(day, 2);
    } else {
        // The right to a statement lapses after five working days.
        day = county.after(day, 6);
        county.plan(Step::new(
            "enforcement.lapse_rights",
            day,
            CLOCK,
            only.clone(),
        ));
    }
    let decided = county.after(day, 2);
    let data = json!({"basis": basis, "case": case,
        "document": format!("郯市监罚〔{}〕{n}号", decided.year()), "facts": facts,
        "penalties": penalties});
    let step = Step::new("enforcement.decide", decided, HEAD, data);
    county.plan(step.scoring(operator));
    let served = county.after(decided, 2);
    let data = json!({"case": case, "served": "direct"});
    county.plan(Step::new(
        "enforcement.serve_decision",
        served,
        BRIGADE,
        data,
    ));
    let fine = penalties.pointer("/0/fen").and_then(Value::as_u64);
    let close = json!({"case": case, "closing": "executed"});
    let Some(fine) = fine else {
        let day = county.after(served, 3);
        county.plan(Step::new("enforcement.close", day, HEAD, close));
        return;
    };
    let who = Who::officer("publisher", "0601");
    let sent = county.after(served, 2);
    county.plan(Step::new(
        "enforcement.send_to_portal",
        sent,
        who,
        only.clone(),
    ));
    let published = county.after(served, 4 + county.draws.days(n, "publish", 10));
    county.plan(Step::new(
        "enforcement.publish",
        published,
        who,
        only.clone(),
    ));
    county.expose(Exposable {
        n,
        case: case.to_owned(),
        operator,
        published,
        facts: facts.to_owned(),
    });
    if county.draws.below(n, "paid", 100) < 88 {
        // Within the fifteen days, also where a holiday falls into them.
        let mut paid = served.plus_days(1 + county.draws.days(n, "payment", 12));
        while !county.calendar.is_working(paid) {
            paid = paid.plus_days(-1);
        }
        let data = json!({"case": case, "fine_fen": fine});
        county.plan(Step::new("enforcement.record_payment", paid, BRIGADE, data));
        let day = county.after(paid.max(published), 2);
        county.plan(Step::new("enforcement.close", day, HEAD, close));
    } else {
        let day = county.after(served.plus_days(30), 1);
        county.plan(Step::new("enforcement.find_overdue", day, CLOCK, only));
    }
}

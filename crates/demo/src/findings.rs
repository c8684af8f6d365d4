//! What is hidden in the year for a person to find: a ring of shops, a silent platform, a
//! department that never answers, a mass complainant, a repaired operator that relapses.

use domain::day::Day as LegalDay;
use domain::ident::CreditCode;
use serde_json::{Value, json};

use crate::cases;
use crate::county::{County, DemoError, Step, Who, year};
use crate::stories::{Story, code, day, grant};
use crate::{departments, exchanges, shops};

const WINDOW: Who = Who::officer("registrar", "0101");
const DESK: Who = Who::officer("complaint_desk", "0202");
const CREDIT: Who = Who::officer("credit_officer", "0501");
const BRIGADE: Who = Who::officer("enforcer", "0301");
const HEAD: Who = Who::officer("head", "0001");
const CLOCK: Who = Who::of("clock");
/// Where every licence of the ring sits.
pub(crate) const RING_ADDRESS: &str = "郯城县李庄镇物流园B区9号";
/// Licences of the ring, and shops that go from one to the next.
const RING: (u64, u64) = (5, 4);
/// How often each shop moves, and after how many days.
const MOVES: (u64, i64) = (5, 58);
/// Who complains of everybody. Name and number are invented.
pub(crate) const COMPLAINANT: (&str, &str) = ("辛酉某007", "13900000000");
/// Days between two complaints of the same person.
const COMPLAINS_EACH_DAYS: i64 = 5;
/// From this day on its complaints are seen for what they are.
const SEEN_THROUGH: (i32, u8, u8) = (2026, 4, 1);

pub(crate) fn ring(n: u64) -> Result<CreditCode, DemoError> {
    code("92", 200 + n % RING.0)
}

pub(crate) fn complained_of() -> Result<CreditCode, DemoError> {
    code("91", 5)
}

pub(crate) fn relapsed() -> Result<CreditCode, DemoError> {
    code("91", 6)
}

/// The department that leaves everything unanswered.
pub(crate) fn silent() -> Result<CreditCode, DemoError> {
    Ok(departments::named("邮政")?)
}

/// Plans all but the mass complainant, whose victims come with the year.
pub(crate) fn plan(county: &mut County) -> Result<(), DemoError> {
    ring_of_shops(county)?;
    silent_platform(county)?;
    silent_department(county)?;
    let name = "郯城县草莓故事电子商务有限公司";
    let address = "郯城县马头镇故事路20号";
    let granted = day(2021, 3, 8);
    grant(
        county,
        complained_of()?,
        (name, "甲子某005"),
        address,
        granted,
    );
    relapse(county)
}

/// Every few weeks each shop goes to the next licence at the same address: whoever was complained
/// of is no longer there.
fn ring_of_shops(county: &mut County) -> Result<(), DemoError> {
    for n in 0..RING.0 {
        let on = county.working(day(2024, 5, 6).plus_days(i64::try_from(n).unwrap_or(0) * 17));
        let (name, person) = (format!("郯城县快源{n:02}网店"), format!("乙卯某01{n}"));
        grant(county, ring(n)?, (&name, &person), RING_ADDRESS, on);
    }
    for shop in 0..RING.1 {
        let address = json!({"platform": {"platform": "kuaimai", "shop": format!("ky{shop:03}")}});
        let lag = i64::try_from(shop).unwrap_or(0) * 9;
        let mut on = county.working(day(2025, 10, 13).plus_days(lag));
        let data = json!({"address": address, "name": format!("快源优品{shop}店"),
            "operator": ring(shop)?});
        county.plan(Step::new("shop.declare", on, WINDOW, data));
        for moved in 1..=MOVES.0 {
            on = county.working(on.plus_days(MOVES.1));
            let data = json!({"address": address, "ground": "店铺转让合同",
                "operator": ring(shop + moved)?});
            county.plan(Step::new("shop.match", on, BRIGADE, data));
        }
    }
    Ok(())
}

/// It reports until July 2025 and then no more.
fn silent_platform(county: &mut County) -> Result<(), DemoError> {
    shops::platform(county, ("yunpu", "云铺网", 6), day(2025, 7, 1))?;
    for (period, noted) in [("2026-01", day(2026, 2, 1)), ("2026-07", day(2026, 8, 1))] {
        let data = json!({"period": period, "platform": "yunpu"});
        county.plan(Step::new("shop.note_silence", noted, CLOCK, data));
    }
    Ok(())
}

/// Asked every month, reminded every month, and nothing comes.
fn silent_department(county: &mut County) -> Result<(), DemoError> {
    let (first, _) = year();
    for n in 0..12_i64 {
        let exchange = format!("YZ371322-{:02}", n + 1);
        let sent = county.working(first.plus_months(n).plus_days(8));
        let data = json!({"basis": exchanges::BASIS, "exchange": exchange, "kind": "request",
            "operators": [ring(u64::try_from(n).unwrap_or(0))?], "title": "请提供网店寄递数据", "to": silent()?});
        county.plan(Step::new("sharing.send", sent, BRIGADE, data));
        let only = json!({ "exchange": exchange });
        // Three working days to acknowledge, ten to answer; the calendar notes both.
        for term in [3, 10] {
            let noted = county.after(sent, term).plus_days(1);
            county.plan(Step::new(
                "sharing.fall_overdue",
                noted,
                CLOCK,
                only.clone(),
            ));
        }
        let reminded = county.after(sent, 13);
        county.plan(Step::new("sharing.remind", reminded, BRIGADE, only));
    }
    Ok(())
}

/// A complaint of the same person every few days, each of another operator.
pub(crate) fn of_day(county: &mut County, on: LegalDay) -> Result<(), DemoError> {
    let (first, _) = year();
    let since = first.days_until(on);
    if since % COMPLAINS_EACH_DAYS != 0 {
        return Ok(());
    }
    let n = u64::try_from(since / COMPLAINS_EACH_DAYS).unwrap_or(0);
    let operator = match n {
        0 => Some(complained_of()?),
        n => county.standing(n, "same complainant", on).map(|o| o.code),
    };
    let Some(operator) = operator else {
        return Ok(());
    };
    let complaint = format!("M371322-{:03}", n + 1);
    let step = |r#type, on, more: Value| {
        let mut data = more;
        data["complaint"] = json!(complaint);
        Step::new(r#type, on, DESK, data)
    };
    let (name, phone) = COMPLAINANT;
    let data = json!({"cause": "false_advertising", "claim_fen": 50_000,
        "consumer": {"seal": name}, "operator": operator, "phone": {"seal": phone},
        "product": "food"});
    county.plan(step("complaint.file", on, data));
    let decided = county.after(on, 3);
    let told = json!({"parties": ["consumer"]});
    let (year, month, of_month) = SEEN_THROUGH;
    if on >= day(year, month, of_month) {
        let data = json!({"code": "3", "other_ways": ["court"], "reason": "不是为生活消费需要"});
        county.plan(step("complaint.refuse", decided, data));
    } else {
        county.plan(step("complaint.accept", decided, json!({})));
        let agreed = county.after(decided, 6);
        let data = json!({"perform_by": agreed.plus_days(10), "refund_fen": 50_000});
        county.plan(step("complaint.agree", agreed, data));
    }
    county.plan(step("complaint.tell", decided, told));
    Ok(())
}

/// Listed, repaired on a promise, and within the year found at it again: the promise was false, the
/// repair falls and the entry stands anew.
fn relapse(county: &mut County) -> Result<(), DemoError> {
    let operator = relapsed()?;
    let names = ("郯城县大蒜故事电子商务有限公司", "甲子某006");
    grant(
        county,
        operator,
        names,
        "郯城县马头镇故事路21号",
        day(2021, 9, 6),
    );
    lead(
        county,
        "RELAPSE-1",
        day(2025, 2, 10),
        json!({"source": "monitoring"}),
    )?;
    let listed = day(2025, 3, 10);
    let data = json!({"entry": "RELAPSE", "ground": "falsehood", "ground_found": day(2025, 3, 3),
        "list": "abnormal", "operator": operator});
    county.plan(Step::new("listing.enter", listed, CREDIT, data).scoring(operator));
    let promised = day(2025, 10, 13);
    let data = json!({"commitment": "RELAPSE", "operator": operator, "public": true,
        "purpose": "repair"});
    county.plan(Step::new("credit.make_commitment", promised, CREDIT, data));
    let data = json!({"commitment": "RELAPSE", "operator": operator, "repair": "RELAPSE",
        "target": {"id": "RELAPSE", "kind": "listing"}, "tracks": ["samr"]});
    county.plan(Step::new("repair.apply", promised, CREDIT, data));
    let only = json!({"repair": "RELAPSE"});
    county.plan(Step::new("repair.accept", day(2025, 10, 14), CREDIT, only));
    let data = json!({"harm_removed": true, "performed": true, "repair": "RELAPSE"});
    county.plan(Step::new("repair.check", day(2025, 10, 20), CREDIT, data));
    let data = json!({"repair": "RELAPSE", "tracks": ["samr"]});
    let granted = Step::new("repair.grant", day(2025, 10, 23), CREDIT, data);
    county.plan(granted.leads_to(2));
    let again = json!({"from": "lead:RELAPSE-1", "source": "relapse"});
    lead(county, "RELAPSE-2", day(2026, 4, 13), again)?;
    let data = json!({"commitment": "RELAPSE", "finding": "承诺更正的公示信息再次弄虚作假",
        "operator": operator});
    // The repair that rests on it falls, and the entry stands anew.
    let found = Step::new(
        "credit.find_commitment_false",
        day(2026, 4, 28),
        CREDIT,
        data,
    );
    county.plan(found.leads_to(3));
    let (received, opened) = (day(2026, 4, 28), day(2026, 4, 30));
    let data = json!({"case": "RELAPSE", "operator": operator, "source": "inspection"});
    county.plan(Step::new(
        "enforcement.receive_lead",
        received,
        BRIGADE,
        data,
    ));
    let data = json!({"breach_ended": day(2026, 4, 20), "case": "RELAPSE",
        "cause": "false_advertising", "officers": ["0301", "0302"]});
    county.plan(Step::new("enforcement.open", opened, BRIGADE, data));
    let data = json!({"case": "RELAPSE", "lead": "RELAPSE-2"});
    county.plan(Step::new("lead.open_case", opened, HEAD, data));
    let about = ("公示信息隐瞒真实情况、弄虚作假", "反不正当竞争法第二十条");
    let penalties = json!([{"kind": "fine", "fen": 5_000_000}]);
    cases::procedure(
        county,
        900_002,
        ("RELAPSE", operator),
        opened,
        about,
        &penalties,
    );
    Ok(())
}

/// A lead on the operator that relapses, assigned and found to hold; the first one with a warning.
fn lead(county: &mut County, number: &str, on: LegalDay, from: Value) -> Result<(), DemoError> {
    let first = from.get("from").is_none();
    let step = |r#type, on, who, more: Value| {
        let mut data = more;
        data["lead"] = json!(number);
        Step::new(r#type, on, who, data)
    };
    let mut data = from;
    data["operator"] = json!(relapsed()?);
    data["what"] = json!("公示的产地和销量不实");
    county.plan(step("lead.record", on, BRIGADE, data));
    let assigned = county.after(on, 1);
    county.plan(step(
        "lead.assign",
        assigned,
        HEAD,
        json!({"officer": "0301"}),
    ));
    let verified = county.after(assigned, 5);
    county.plan(step(
        "lead.verify",
        verified,
        BRIGADE,
        json!({"finding": "indicated"}),
    ));
    if first {
        let by = verified.plus_days(10);
        let data = json!({"code": "correction", "correct_by": by, "what": "责令限期更正公示信息"});
        county.plan(step("lead.give_warning", verified, BRIGADE, data));
        let seen = county.working(by.plus_days(5));
        let data = json!({"corrected": true, "what": "已更正"});
        county.plan(step("lead.revisit", seen, BRIGADE, data));
        county.plan(step("lead.close", seen, HEAD, json!({"code": "corrected"})));
    }
    Ok(())
}

/// How each of them is found.
pub(crate) fn stories() -> Result<Vec<Story>, DemoError> {
    let story = |title, command: String| Story {
        title,
        commands: vec![command],
    };
    let (_, last) = year();
    Ok(vec![
        story(
            "A ring: four shops that go from licence to licence at one address",
            format!("trace operator:{}", ring(0)?),
        ),
        story(
            "A platform that let January and July pass in silence",
            format!("list silent_platforms --on {last}"),
        ),
        story(
            "A department that never answers: what it owes, and since when",
            format!("list duties --on {last}"),
        ),
        story(
            "One person, sealed, who complains of everybody",
            format!("trace operator:{}", complained_of()?),
        ),
        story(
            "Repaired on a promise, and at it again within the year",
            format!("show operator:{} --dossier", relapsed()?),
        ),
    ])
}

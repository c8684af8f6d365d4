//! A few stories told from end to end, and the illegal actions that are there to be refused.

use domain::day::Day as LegalDay;
use domain::ident::CreditCode;
use serde_json::json;

use crate::cases;
use crate::county::{County, DemoError, Step, Who};
use crate::{departments, findings};

/// A story, and the commands that show it; `{}` stands for the ledger's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// What it is about, in a sentence.
    pub title: &'static str,
    /// Arguments of the command line.
    pub commands: Vec<String>,
}

const WINDOW: Who = Who::officer("registrar", "0101");
const DESK: Who = Who::officer("complaint_desk", "0202");
const CREDIT: Who = Who::officer("credit_officer", "0501");
const BRIGADE: Who = Who::officer("enforcer", "0301");
const HEAD: Who = Who::officer("head", "0001");
/// Where the secretary sits whose address many licences share.
const SECRETARY_ADDRESS: &str = "郯城县郯城街道电商大厦3层302室";
/// How many use it.
const TENANTS: u64 = 24;

pub(crate) fn day(year: i32, month: u8, day: u8) -> LegalDay {
    LegalDay::new(year, month, day).unwrap_or(LegalDay::MIN)
}

/// The code of the `n`-th operator of the stories.
pub(crate) fn code(kind: &str, n: u64) -> Result<CreditCode, DemoError> {
    Ok(CreditCode::complete(&format!("{kind}371322MB9{n:06}"))?)
}

fn struck() -> Result<CreditCode, DemoError> {
    code("91", 1)
}

fn repaired() -> Result<CreditCode, DemoError> {
    code("91", 2)
}

fn secretary() -> Result<CreditCode, DemoError> {
    code("91", 3)
}

fn serious() -> Result<CreditCode, DemoError> {
    code("91", 4)
}

/// Plans every story and every planted illegal action.
pub(crate) fn plan(county: &mut County) -> Result<(), DemoError> {
    for (operator, name, on) in [
        (
            struck()?,
            "郯城县银杏故事电子商务有限公司",
            day(2018, 3, 12),
        ),
        (
            repaired()?,
            "郯城县柳编故事电子商务有限公司",
            day(2019, 5, 6),
        ),
        (secretary()?, "郯城县电商秘书服务有限公司", day(2017, 9, 4)),
        (
            serious()?,
            "郯城县玩具故事电子商务有限公司",
            day(2020, 6, 8),
        ),
    ] {
        let address = match operator == secretary()? {
            true => SECRETARY_ADDRESS.to_owned(),
            false => format!("郯城县马头镇故事路{}号", operator.as_str().len()),
        };
        grant(county, operator, (name, "甲子某001"), &address, on);
    }
    corrected(county)?;
    whole_life(county)?;
    shared_address(county)?;
    both_regimes(county)?;
    findings::plan(county)?;
    planted(county)
}

pub(crate) fn grant(
    county: &mut County,
    operator: CreditCode,
    (name, person): (&str, &str),
    address: &str,
    on: LegalDay,
) {
    let data = json!({"address": address, "code": operator, "division": "371322101",
        "industry": "5292", "legal_representative": {"seal": person}, "name": name,
        "scope": "互联网销售"});
    county.plan(Step::new("registration.grant", on, WINDOW, data));
}

/// Listed for a missing report; weeks later the report is found, and the entry struck out as of
/// its own first day.
fn corrected(county: &mut County) -> Result<(), DemoError> {
    let listed = day(2026, 7, 10);
    let data = json!({"entry": "STORY-1", "ground": "annual_report",
        "ground_found": day(2026, 7, 1), "list": "abnormal", "operator": struck()?});
    county.plan(Step::new("listing.enter", listed, CREDIT, data));
    let data = json!({"entry": "STORY-1", "operator": struck()?,
        "reason": "年度报告已于6月28日报送，系统未归集"});
    let step = Step::new("listing.correct", day(2026, 8, 20), HEAD, data).effective(listed);
    county.plan(step);
    Ok(())
}

/// From filing over complaints and a penalty to the serious list, and after a year to repair.
fn whole_life(county: &mut County) -> Result<(), DemoError> {
    let operator = repaired()?;
    for (n, filed) in [(1, day(2024, 5, 13)), (2, day(2024, 6, 19))] {
        let complaint = format!("STORY-2-{n}");
        let data = json!({"cause": "counterfeit", "claim_fen": 59_900, "complaint": complaint,
            "consumer": {"seal": "乙丑某002"}, "operator": operator});
        county.plan(Step::new("complaint.file", filed, DESK, data));
        let accepted = county.after(filed, 3);
        let data = json!({ "complaint": complaint });
        county.plan(Step::new("complaint.accept", accepted, DESK, data));
        let ended = county.after(accepted, 10);
        let data = json!({"code": "2", "complaint": complaint});
        let step = Step::new("complaint.terminate", ended, DESK, data);
        county.plan(step.scoring(operator));
    }
    let case = "STORY-2";
    let lead = day(2024, 7, 1);
    let data = json!({"case": case, "operator": operator, "source": "complaint"});
    county.plan(Step::new("enforcement.receive_lead", lead, BRIGADE, data));
    let opened = county.after(lead, 8);
    let data = json!({"breach_ended": day(2024, 6, 18), "case": case, "cause": "counterfeit",
        "officers": ["0301", "0302"]});
    county.plan(Step::new("enforcement.open", opened, BRIGADE, data));
    let penalties = json!([{"kind": "fine", "fen": 8_000_000}]);
    let about = ("以假充真，销售不合格玩具", "产品质量法第五十条");
    cases::procedure(county, 900_001, (case, operator), opened, about, &penalties);
    let (noticed, listed) = (day(2024, 11, 4), day(2024, 11, 20));
    let data = json!({"entry": "STORY-2", "ground": "consumers", "operator": operator});
    county.plan(Step::new("listing.notice", noticed, CREDIT, data));
    let data = json!({"entry": "STORY-2", "operator": operator, "statement": "made",
        "answer": "已复核，理由不成立"});
    county.plan(Step::new("listing.hear", day(2024, 11, 8), CREDIT, data));
    let data = json!({"consent": "临市监许〔2024〕7号", "entry": "STORY-2", "ground": "consumers",
        "ground_found": noticed, "list": "serious", "operator": operator});
    county.plan(Step::new("listing.enter", listed, CREDIT, data).scoring(operator));
    let promised = day(2025, 11, 24);
    let data = json!({"commitment": "STORY-2", "operator": operator, "public": true,
        "purpose": "repair"});
    county.plan(Step::new("credit.make_commitment", promised, CREDIT, data));
    let applied = day(2025, 12, 1);
    let data = json!({"commitment": "STORY-2", "operator": operator, "repair": "STORY-2",
        "target": {"id": "STORY-2", "kind": "listing"}, "tracks": ["samr"]});
    county.plan(Step::new("repair.apply", applied, CREDIT, data));
    let only = json!({"repair": "STORY-2"});
    county.plan(Step::new("repair.accept", day(2025, 12, 2), CREDIT, only));
    let data = json!({"harm_removed": true, "performed": true, "repair": "STORY-2"});
    county.plan(Step::new("repair.check", day(2025, 12, 10), CREDIT, data));
    let data = json!({"repair": "STORY-2", "tracks": ["samr"]});
    let step = Step::new("repair.grant", day(2025, 12, 16), CREDIT, data);
    county.plan(step.leads_to(2));
    let data = json!({"repair": "STORY-2", "to": [departments::named("发改")?]});
    county.plan(Step::new("repair.pass_on", day(2025, 12, 18), CREDIT, data));
    Ok(())
}

/// A secretary gives its address to many licences.
fn shared_address(county: &mut County) -> Result<(), DemoError> {
    for n in 0..TENANTS {
        let operator = code("92", 100 + n)?;
        let on = county.working(day(2024, 3, 4).plus_days(i64::try_from(n).unwrap_or(0) * 9));
        let name = format!("郯城县云上{n:02}网店");
        let address = format!("郯城县港上镇故事街{}号", n + 1);
        grant(county, operator, (&name, "甲子某001"), &address, on);
        let attached = county.after(on, 2);
        let data = json!({"address": SECRETARY_ADDRESS, "code": operator, "host": secretary()?,
            "use": "secretary"});
        county.plan(Step::new(
            "registration.attach_address",
            attached,
            WINDOW,
            data,
        ));
    }
    Ok(())
}

/// The same complaint on the last day of one regime and on the first day of the other.
fn both_regimes(county: &mut County) -> Result<(), DemoError> {
    for (complaint, filed) in [
        ("STORY-4-OLD", day(2026, 4, 14)),
        ("STORY-4-NEW", day(2026, 4, 15)),
    ] {
        let data = json!({"cause": "refund", "claim_fen": 12_800, "complaint": complaint,
            "consumer": {"seal": "丙寅某003"}, "operator": secretary()?});
        county.plan(Step::new("complaint.file", filed, DESK, data));
        let data = json!({ "complaint": complaint });
        county.plan(Step::new("complaint.accept", day(2026, 4, 20), DESK, data));
    }
    Ok(())
}

/// Actions that the law does not allow.
fn planted(county: &mut County) -> Result<(), DemoError> {
    let nobody = code("91", 999)?;
    let case = "PLANTED-1";
    let data = json!({"case": case, "operator": serious()?, "source": "inspection"});
    county.plan(Step::new(
        "enforcement.receive_lead",
        day(2025, 11, 3),
        BRIGADE,
        data,
    ));
    let data = json!({"breach_ended": day(2025, 11, 3), "case": case,
        "cause": "false_advertising", "officers": ["0301", "0302"]});
    county.plan(Step::new(
        "enforcement.open",
        day(2025, 11, 10),
        BRIGADE,
        data,
    ));
    let data = json!({"entry": "PLANTED-2", "ground": "competition", "operator": serious()?});
    county.plan(Step::new("listing.notice", day(2026, 2, 9), CREDIT, data));
    let data = json!({"entry": "PLANTED-2", "operator": serious()?, "statement": "waived"});
    county.plan(Step::new("listing.hear", day(2026, 2, 12), CREDIT, data));
    let data = json!({"consent": "临市监许〔2026〕2号", "entry": "PLANTED-2",
        "ground": "competition", "ground_found": day(2026, 2, 9), "list": "serious",
        "operator": serious()?});
    county.plan(Step::new("listing.enter", day(2026, 3, 2), CREDIT, data));
    for (r#type, on, who, data) in [
        // No notice was served and the party not heard.
        (
            "enforcement.decide",
            day(2025, 12, 1),
            HEAD,
            json!({"basis": "反不正当竞争法第二十条", "case": case,
                "document": "郯市监罚〔2025〕9999号", "facts": "虚假宣传",
                "penalties": [{"kind": "fine", "fen": 100_000}]}),
        ),
        // Nobody of this code is in the register.
        (
            "complaint.file",
            day(2026, 1, 15),
            DESK,
            json!({"cause": "quality", "complaint": "PLANTED-3",
                "consumer": {"seal": "丁卯某004"}, "operator": nobody}),
        ),
        // The operator is in the register already.
        (
            "registration.grant",
            day(2026, 3, 20),
            WINDOW,
            json!({"address": "郯城县马头镇故事路1号", "code": struck()?,
                "division": "371322101", "name": "郯城县又一有限公司"}),
        ),
        // Off the serious list before a year is over.
        (
            "listing.remove",
            day(2026, 5, 6),
            CREDIT,
            json!({"code": "repaired", "entry": "PLANTED-2", "operator": serious()?}),
        ),
        // An officer who was never posted.
        (
            "registration.change",
            day(2026, 6, 1),
            Who::officer("registrar", "0999"),
            json!({"code": struck()?, "name": "郯城县无权更名有限公司"}),
        ),
        // A complaint that was never filed.
        (
            "complaint.accept",
            day(2026, 6, 2),
            DESK,
            json!({"complaint": "PLANTED-4"}),
        ),
    ] {
        county.plan(Step::new(r#type, on, who, data).planted());
    }
    Ok(())
}

/// What can be found in the year by commands.
///
/// # Errors
/// Never: the codes are made with their check characters.
pub fn stories() -> Result<Vec<Story>, DemoError> {
    let (struck, repaired, secretary) = (struck()?, repaired()?, secretary()?);
    let mut all = vec![
        Story {
            title: "Listed on 10 July, struck out on 20 August as of 10 July: known then, and true",
            commands: vec![
                format!("show operator:{struck} --on 2026-08-01 --as-of 2026-08-01T00:00:00.000Z"),
                format!("show operator:{struck} --on 2026-08-01"),
                "diff 2026-08-01T00:00:00.000Z@2026-07-20 @2026-07-20".to_owned(),
            ],
        },
        Story {
            title: "A whole life: complaints, a penalty, the serious list, and after a year repair",
            commands: vec![
                format!("show operator:{repaired} --on 2025-01-01"),
                format!("show operator:{repaired} --dossier"),
            ],
        },
        Story {
            title: "One address, many licences: a secretary and its tenants",
            commands: vec![
                format!(
                    "show address:{}",
                    domain::ident::AddressId::of(SECRETARY_ADDRESS)
                ),
                format!("trace operator:{secretary}"),
            ],
        },
        Story {
            title: "One complaint a day before the law changed, one on the day: two deadlines",
            commands: vec![
                "show complaint:STORY-4-OLD".to_owned(),
                "show complaint:STORY-4-NEW".to_owned(),
            ],
        },
        Story {
            title: "The list of abnormal operations on 1 August, as it is known now and was on 8 July",
            commands: vec![
                "list abnormal --on 2026-08-01".to_owned(),
                "list abnormal --on 2026-08-01 --as-of 2026-07-08T00:00:00.000Z".to_owned(),
            ],
        },
    ];
    all.extend(findings::stories()?);
    Ok(all)
}

//! The county's departments as its plan of 2017 names them, with the mergers that followed.
//!
//! Names and short names are those of the plan (郯政办字〔2017〕85号); codes and officers' numbers are
//! invented, and the days of the mergers are set to the middle of those weeks.

use domain::day::Day as LegalDay;
use domain::ident::{CreditCode, CreditCodeError};
use serde_json::json;

use crate::county::{County, DemoError, Step, Who};

/// The supervision authority's code without its check character; invented.
const AUTHORITY_BODY: &str = "11371322MB2857001";

/// Full name, short name, capacities. The first is the authority.
const DEPARTMENTS: [(&str, &str, &str); 19] = [
    (
        "郯城县市场监督管理局",
        "市监",
        "registrar complaint_desk enforcer reviewer head credit_officer publisher administrator importer clock",
    ),
    ("郯城县商务局", "商务", "credit_officer publisher head"),
    ("郯城县经济和信息化委员会", "经信", "credit_officer head"),
    (
        "郯城县食品药品监督管理局",
        "食药",
        "approver enforcer credit_officer head",
    ),
    (
        "郯城县国家税务局",
        "国税",
        "approver credit_officer enforcer head",
    ),
    (
        "郯城县地方税务局",
        "地税",
        "approver credit_officer enforcer head",
    ),
    (
        "郯城县人力资源和社会保障局",
        "人社",
        "approver credit_officer head",
    ),
    ("郯城县财政局", "财政", "head"),
    ("郯城县公安局", "公安", "enforcer head"),
    ("郯城县统计局", "统计", "head"),
    ("郯城县科学技术局", "科技", "head"),
    ("郯城县农业局", "农业", "credit_officer head"),
    ("郯城县交通运输局", "交通", "credit_officer head"),
    ("郯城县邮政管理局", "邮政", "credit_officer head"),
    ("郯城县旅游发展委员会", "旅发", "head"),
    ("郯城县机构编制委员会办公室", "编办", "head"),
    ("郯城县金融工作办公室", "金融办", "credit_officer head"),
    ("中国人民银行郯城县支行", "人行", "credit_officer head"),
    (
        "郯城县发展和改革局",
        "发改",
        "credit_officer publisher importer head",
    ),
];
/// The department that came of both tax offices.
const TAX: u64 = 30;

/// Officers of the authority: number and capacities.
const OFFICERS: [(&str, &str); 14] = [
    ("0001", "head"),
    ("0002", "head"),
    ("0101", "registrar"),
    ("0102", "registrar"),
    ("0201", "complaint_desk"),
    ("0202", "complaint_desk"),
    ("0301", "enforcer"),
    ("0302", "enforcer"),
    ("0303", "enforcer"),
    ("0304", "enforcer"),
    ("0401", "reviewer"),
    ("0501", "credit_officer"),
    ("0601", "publisher"),
    ("0602", "publisher"),
];

/// The authority's code.
///
/// # Errors
/// Never for the body given here.
pub fn authority() -> Result<CreditCode, CreditCodeError> {
    CreditCode::complete(AUTHORITY_BODY)
}

/// The code of a department by its place in the list.
pub(crate) fn code(place: u64) -> Result<CreditCode, CreditCodeError> {
    match place {
        0 => authority(),
        place => CreditCode::complete(&format!("11371322MB28571{place:02}")),
    }
}

/// The tax office of 2018.
pub(crate) fn tax() -> Result<CreditCode, CreditCodeError> {
    code(TAX)
}

/// A department by its short name.
pub(crate) fn named(short: &str) -> Result<CreditCode, CreditCodeError> {
    let place = DEPARTMENTS.iter().position(|d| d.1 == short).unwrap_or(0);
    code(place as u64)
}

/// Departments, officers and policy packs, and the mergers.
pub(crate) fn found(county: &mut County, on: LegalDay) -> Result<(), DemoError> {
    let step = |r#type, on, data| Step::new(r#type, on, Who::of("administrator"), data);
    for (place, (name, short, capacities)) in (0..).zip(DEPARTMENTS) {
        let capacities: Vec<&str> = capacities.split(' ').collect();
        let data = json!({"capacities": capacities, "code": code(place)?, "division": "371322",
            "name": name, "short": short});
        county.plan(step("department.establish", on, data));
    }
    for (officer, capacities) in OFFICERS {
        let capacities: Vec<&str> = capacities.split(' ').collect();
        let data =
            json!({"capacities": capacities, "department": authority()?, "officer": officer});
        county.plan(step("department.post_officer", on, data));
    }
    for pack in domain::policy::builtin().map_err(|e| DemoError::Packs(e.to_string()))? {
        let pack = serde_json::to_value(pack).map_err(|e| DemoError::Packs(e.to_string()))?;
        county.plan(step("policy.adopt", on, json!({ "pack": pack })));
    }
    merge(county)
}

fn merge(county: &mut County) -> Result<(), DemoError> {
    let day = |year, month, day| LegalDay::new(year, month, day).unwrap_or(LegalDay::MIN);
    let step = |r#type, on, data| Step::new(r#type, on, Who::of("administrator"), data);
    let (state, local) = (named("国税")?, named("地税")?);
    let merged = day(2018, 7, 5);
    let data = json!({"capacities": ["approver", "credit_officer", "enforcer", "head"],
        "code": tax()?, "division": "371322", "name": "国家税务总局郯城县税务局", "short": "税务",
        "succeeds": [state, local]});
    county.plan(step("department.establish", merged, data));
    for old in [state, local] {
        let data = json!({"code": old, "successors": [tax()?]});
        county.plan(step("department.dissolve", merged, data));
    }
    let merged = day(2019, 1, 10);
    let (food, me) = (named("食药")?, authority()?);
    let data = json!({"code": me, "predecessor": food});
    county.plan(step("department.take_over", merged, data));
    let data = json!({"code": food, "successors": [me]});
    county.plan(step("department.dissolve", merged, data));
    for (old, name, short) in [
        ("经信", "郯城县工业和信息化局", "工信"),
        ("农业", "郯城县农业农村局", "农业农村"),
        ("旅发", "郯城县文化和旅游局", "文旅"),
    ] {
        let data = json!({"code": named(old)?, "name": name, "short": short});
        county.plan(step("department.rename", merged, data));
    }
    Ok(())
}

//! Files out: a layout's columns written from an action's fields, the other way round.
//!
//! What this writes, [`crate::Mapper`] reads back as the same facts. Personal values are not
//! written: the column of a legal representative stays empty.

use std::collections::BTreeMap;

use domain::areas::Payload;
use domain::areas::department::Register;
use domain::areas::enforcement::{EnforcementEvent, Penalised, Penalty, PenaltyKind};
use domain::areas::sharing::{Exchange, Party};
use domain::day::Day;
use domain::entity::Operator;
use domain::event::Event;
use domain::ident::{CreditCode, OperatorKind};
use serde_json::{Value, json};

use crate::layout::{Column, Layout, Read};

/// Fen of ten thousand yuan.
const WAN_YUAN_FEN: u64 = 1_000_000;
/// Fen of a yuan.
const YUAN_FEN: u64 = 100;

/// The headers of a layout: of each column the name that the county's own files have, the last in
/// the list; a column of two meanings once.
#[must_use]
pub fn headers(layout: &Layout) -> Vec<&str> {
    let mut headers: Vec<&str> = Vec::new();
    for header in layout.columns.iter().filter_map(header) {
        if !headers.contains(&header) {
            headers.push(header);
        }
    }
    headers
}

/// The record of a layout for an action's `data` on a legal date. Columns that the layout drops on
/// the way in are filled from `named`, by their header, or stay empty.
#[must_use]
pub fn record(
    layout: &Layout,
    on: Day,
    data: &Value,
    named: &BTreeMap<&str, String>,
) -> Vec<String> {
    let headers = headers(layout);
    let cell = |name: &&str| {
        let mut of_name = layout.columns.iter().filter(|c| header(c) == Some(*name));
        let filled = of_name.find_map(|column| {
            let cell = written(column, on, data);
            (!cell.is_empty()).then_some(cell)
        });
        filled
            .or_else(|| named.get(*name).cloned())
            .unwrap_or_default()
    };
    headers.iter().map(cell).collect()
}

fn header(column: &Column) -> Option<&str> {
    column.names.first().map(String::as_str)
}

/// A column's cell, as [`crate::Mapper`] would read it.
fn written(column: &Column, on: Day, data: &Value) -> String {
    let value = match column.to.as_deref() {
        Some("on") => json!(on),
        Some(field) => {
            let mut path = field.split('.');
            let found = path.try_fold(data, |value, name| value.get(name));
            found.cloned().unwrap_or_default()
        }
        None => Value::Null,
    };
    let text = || value.as_str().unwrap_or_default().to_owned();
    // Of several words of a file for one of ours the longest is the one in full.
    let word = |ours: &Value| {
        let same = |w: &Option<String>| w.as_deref() == ours.as_str();
        let words = column.words.iter().filter(|(_, w)| same(w));
        let longest = words.max_by_key(|(theirs, _)| theirs.chars().count());
        longest.map_or_else(String::new, |(theirs, _)| theirs.clone())
    };
    match column.read {
        Read::Text | Read::Code | Read::Day | Read::Digits => text(),
        Read::Word => word(&value),
        Read::Words => {
            let words = value.as_array().into_iter().flatten();
            words.map(word).collect::<Vec<String>>().join("、")
        }
        Read::Yuan => value
            .as_u64()
            .map_or_else(String::new, |fen| amount(fen, YUAN_FEN)),
        Read::WanYuan => value
            .as_u64()
            .map_or_else(String::new, |fen| amount(fen, WAN_YUAN_FEN)),
        Read::Seal | Read::Drop => String::new(),
    }
}

/// An amount in units of `unit` fen, a power of ten, without a float.
fn amount(fen: u64, unit: u64) -> String {
    let (whole, rest) = (fen / unit, fen % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = unit.ilog10() as usize;
    let rest = format!("{rest:0digits$}");
    format!("{whole}.{}", rest.trim_end_matches('0'))
}

/// A penalty that is shown, as the credit portal gets it (双公示): the action that would bring it
/// into another ledger, and the columns beside it by header. `case` are the events of its case.
#[must_use]
pub fn penalty(
    code: CreditCode,
    operator: &Operator,
    penalty: &Penalised,
    case: &[Event],
    register: &Register,
) -> (Value, BTreeMap<&'static str, String>) {
    let of = |kinds: &[PenaltyKind]| -> u64 {
        let of_kinds = penalty.penalties.iter().filter(|p| kinds.contains(&p.kind));
        of_kinds.fold(0, |sum, p| sum.saturating_add(p.fen))
    };
    let mut kinds: Vec<PenaltyKind> = penalty.penalties.iter().map(|p| p.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let ends = penalty.penalties.iter().filter_map(|p| p.until).max();
    let licence = penalty.penalties.iter().find(|p| p.kind.names_licence());
    let words = Words::of(case, &penalty.penalties);
    let department = CreditCode::parse(&penalty.authority).ok();
    let known = department.and_then(|code| register.departments.get(&code));
    let authority = known.map_or(penalty.authority.as_str(), |d| d.name_on(penalty.decided));
    let (fine, gains) = (
        of(&[PenaltyKind::Fine]),
        of(&[PenaltyKind::ConfiscateGains, PenaltyKind::ConfiscateGoods]),
    );
    let party = match code.kind() {
        OperatorKind::Individual => "个体工商户",
        _ => "法人及非法人组织",
    };
    let data = json!({
        "basis": words.basis,
        "cause": penalty.cause,
        "content": words.content,
        "department": department,
        "document": penalty.document,
        "facts": words.facts,
        "fine_fen": (fine > 0).then_some(fine),
        "gains_fen": (gains > 0).then_some(gains),
        "kinds": kinds,
        "licence": licence.map(|p| p.what.clone()),
        "operator": code,
        "shown_until": penalty.shown_until,
        "source": {"authority": authority, "facts": {
            "party_type": party, "provider": authority, "provider_code": department}},
        "valid_until": ends,
    });
    let named = BTreeMap::from([("行政相对人名称", operator.registration.name().to_owned())]);
    (data, named)
}

/// What a case's events say of the decision in words.
#[derive(Default)]
struct Words {
    basis: String,
    facts: String,
    content: String,
}

impl Words {
    fn of(case: &[Event], penalties: &[Penalty]) -> Self {
        let mut words = Self::default();
        for event in case {
            let Payload::Enforcement(payload) = &event.payload else {
                continue;
            };
            match payload {
                EnforcementEvent::DecisionImported(p) => {
                    words.basis.clone_from(&p.basis);
                    words.facts.clone_from(&p.facts);
                    words.content.clone_from(&p.content);
                }
                EnforcementEvent::Decided(p) => {
                    words.basis.clone_from(&p.basis);
                    words.facts.clone_from(&p.facts);
                }
                _ => {}
            }
        }
        if words.content.is_empty() {
            let sums = penalties.iter().filter(|p| p.fen > 0);
            let sums = sums.map(|p| match p.kind {
                PenaltyKind::Fine => format!("罚款{}元", amount(p.fen, YUAN_FEN)),
                _ => format!("没收{}元", amount(p.fen, YUAN_FEN)),
            });
            words.content = sums.collect::<Vec<String>>().join("；");
        }
        words
    }
}

/// The headers of a file of registrations (双公示行政许可).
pub const LICENCE_HEADERS: [&str; 8] = [
    "行政相对人名称",
    "统一社会信用代码",
    "许可文件编号",
    "许可证书名称",
    "许可内容",
    "有效期自",
    "状态",
    "地址",
];

/// The record of an operator's registration on a day, in the order of [`LICENCE_HEADERS`];
/// nothing where it is not in force then.
#[must_use]
pub fn licence(code: CreditCode, operator: &Operator, on: Day) -> Option<Vec<String>> {
    let registration = &operator.registration;
    let from = registration.from.filter(|_| registration.stands_on(on))?;
    let at = |dated: &domain::dated::Dated<String>| dated.on(on).cloned().unwrap_or_default();
    let addresses: Vec<&str> = registration
        .addresses_on(on)
        .map(|s| s.text.as_str())
        .collect();
    Some(vec![
        at(&registration.names),
        code.to_string(),
        code.to_string(),
        "营业执照".to_owned(),
        at(&registration.scopes),
        from.to_string(),
        registration
            .status(Some(on))
            .map_or_else(String::new, |s| s.name().to_owned()),
        addresses.join("；"),
    ])
}

/// The headers of a department's outbox.
pub const OUTBOX_HEADERS: [&str; 9] = [
    "往来编号",
    "类别",
    "接收单位",
    "内容",
    "发出日",
    "签收日",
    "答复日",
    "办理状态",
    "已逾期天数",
];

/// The record of an exchange that a department sent, as it stands on a day, in the order of
/// [`OUTBOX_HEADERS`].
#[must_use]
pub fn outbox(number: &str, exchange: &Exchange, register: &Register, on: Day) -> Vec<String> {
    let to = match &exchange.to {
        Some(Party::Department(code)) => match register.departments.get(code) {
            Some(department) => department.name_on(on).to_owned(),
            None => code.to_string(),
        },
        Some(Party::Outside(outside)) => outside.name.clone(),
        None => String::new(),
    };
    let day = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    let late = exchange.clocks().map(|c| c.due.days_until(on)).max();
    vec![
        number.to_owned(),
        exchange.kind.name().to_owned(),
        to,
        exchange.title.clone(),
        day(exchange.sent),
        day(exchange.acknowledged),
        day(exchange.answered),
        exchange.stage.name().to_owned(),
        late.unwrap_or(0).max(0).to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use chain::hash::Hash;

    use super::*;
    use crate::{Mapper, Record, layouts};

    #[test]
    fn amounts_are_written_as_they_are_read() {
        for fen in [0, 1, 99, 100, 12_345, 1_000_000, 1_234_567, 50_000_000] {
            for unit in [YUAN_FEN, WAN_YUAN_FEN] {
                let text = amount(fen, unit);
                assert_eq!(crate::cell::amount(&text, unit), Some(fen), "{text}");
            }
        }
    }

    #[test]
    fn what_is_written_is_read_back_as_the_same_facts() {
        let layouts = layouts().unwrap();
        let layout = layouts
            .iter()
            .find(|l| l.layout == "two-publicity")
            .unwrap();
        let code = CreditCode::complete("91371322MA3C00001").unwrap();
        let department = CreditCode::complete("11371322MB2857001").unwrap();
        let on = Day::parse("2026-03-02").unwrap();
        let data = json!({"basis": "反不正当竞争法第八条，\"一\"", "cause": "虚假宣传",
            "content": "罚款12345元", "department": department, "document": "郯市监罚〔2026〕1号",
            "facts": "刷单\n炒信", "fine_fen": 1_234_500, "gains_fen": 1,
            "kinds": ["fine", "confiscate_gains", "suspend_licence"], "licence": "许可证1号",
            "operator": code, "shown_until": "2029-03-02", "source": {"authority": "郯城县市场监督管理局",
            "facts": {"party_type": "法人及非法人组织"}}, "valid_until": "2026-06-01"});
        let named = BTreeMap::from([("行政相对人名称", "某公司".to_owned())]);
        let record = |cells: Vec<String>, line| Record {
            line,
            cells,
            done: 0,
            total: 0,
        };
        let header = headers(layout).iter().map(ToString::to_string).collect();
        let header = record(header, 1);
        let mut mapper =
            Mapper::new(layout, &header, department, Hash::from_bytes([7; 32])).unwrap();
        let cells = super::record(layout, on, &data, &named);
        assert_eq!(cells[0], "某公司");
        let read = mapper.row(&record(cells, 2)).unwrap().action;
        assert_eq!(read["on"], json!(on));
        let mut kinds = read["data"]["kinds"].clone();
        for field in [
            "basis",
            "cause",
            "content",
            "document",
            "facts",
            "fine_fen",
            "gains_fen",
            "licence",
            "operator",
            "shown_until",
            "valid_until",
            "department",
        ] {
            assert_eq!(read["data"][field], data[field], "{field}");
        }
        kinds
            .as_array_mut()
            .unwrap()
            .sort_by_key(ToString::to_string);
        assert_eq!(
            kinds,
            json!(["confiscate_gains", "fine", "suspend_licence"])
        );
        assert_eq!(
            read["data"]["source"]["authority"],
            data["source"]["authority"]
        );
    }
}

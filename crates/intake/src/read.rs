//! Rows of a CSV file (UTF-8 with or without BOM, or GB18030) into actions.

use std::collections::BTreeMap;

use domain::day::Day;
use domain::ident::CreditCode;
use serde_json::{Map, Value, json};

use crate::layout::Layout;

/// A file being read. It is held in memory once; rows are made one by one.
pub struct Reader<'a> {
    layout: &'a Layout,
    rows: csv::StringRecordsIntoIter<std::io::Cursor<Vec<u8>>>,
    places: BTreeMap<String, usize>,
    headers: BTreeMap<String, String>,
    department: CreditCode,
}

/// A row that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Line in the file, from 1.
    pub line: u64,
    /// The action in wire form.
    pub action: Value,
}

/// A row or file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct RowError {
    /// Line in the file, from 1.
    pub line: u64,
    /// The column's header, empty where it is the whole row.
    pub column: String,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong.
    pub reason: String,
}

impl<'a> Reader<'a> {
    /// Begins with a file's bytes; `department` is who brings it in.
    ///
    /// # Errors
    /// `import_encoding`, `import_header_missing`.
    pub fn new(layout: &'a Layout, bytes: &[u8], department: CreditCode) -> Result<Self, RowError> {
        let text = decode(bytes)?;
        let file = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text_cursor(text));
        let mut file = file;
        let head = file
            .headers()
            .map_err(|e| wrong(1, "", "import_csv", e.to_string()))?
            .clone();
        let mut places = BTreeMap::new();
        let mut headers = BTreeMap::new();
        for (meaning, names) in layout.columns.iter().chain(&layout.facts) {
            for name in names {
                let place = head.iter().position(|h| h.trim() == name);
                if let (Some(place), false) = (place, places.contains_key(meaning)) {
                    places.insert(meaning.clone(), place);
                    headers.insert(meaning.clone(), name.clone());
                }
            }
        }
        for needed in ["code", "from"] {
            if !places.contains_key(needed) {
                let names = layout
                    .columns
                    .get(needed)
                    .map(|n| n.join(" or "))
                    .unwrap_or_default();
                let reason = format!("the header row has no column {names}");
                return Err(wrong(1, &names, "import_header_missing", reason));
            }
        }
        Ok(Self {
            layout,
            rows: file.into_records(),
            places,
            headers,
            department,
        })
    }

    fn row(&self, line: u64, record: &csv::StringRecord) -> Result<Value, RowError> {
        let cell = |meaning: &str| {
            let place = self.places.get(meaning)?;
            let text = record.get(*place)?.trim();
            // Real files write null as the two characters \n.
            (!text.is_empty() && text != "\\n" && text != "\\N").then_some(text)
        };
        let at = |meaning: &str| self.headers.get(meaning).cloned().unwrap_or_default();
        let code = cell("code")
            .ok_or_else(|| wrong(line, &at("code"), "import_code_missing", "no credit code"))?;
        let code = CreditCode::parse(code)
            .map_err(|e| wrong(line, &at("code"), e.code(), e.to_string()))?;
        let day = |meaning: &str| match cell(meaning).map(read_day) {
            None | Some(Some(None)) => Ok(None),
            Some(Some(Some(day))) => Ok(Some(day)),
            Some(None) => Err(wrong(line, &at(meaning), "import_date", "this is no date")),
        };
        let on = day("from")?
            .ok_or_else(|| wrong(line, &at("from"), "import_date_missing", "no date"))?;
        let source = json!({"authority": cell("authority").unwrap_or_default(),
            "layout": self.layout.layout, "record": cell("record").unwrap_or_default()});
        let data = match &self.layout.list {
            Some(list) => {
                let record = cell("record").unwrap_or_default();
                let entry: String = format!("{list}-{on}-{record}")
                    .chars()
                    .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
                    .take(64)
                    .collect();
                let mut data = json!({"entry": entry, "list": list, "operator": code,
                    "reason": cell("reason").unwrap_or_default(), "source": source});
                set(&mut data, "removed", day("removed")?.map(|d| json!(d)));
                data
            }
            None => {
                let name = cell("name")
                    .ok_or_else(|| wrong(line, &at("name"), "import_name_missing", "no name"))?;
                let mut data = json!({"code": code, "name": name, "source": source});
                let ended = cell("state").and_then(|s| self.layout.states.get(s));
                if let Some(kind) = ended {
                    let approved = day("approved")?.ok_or_else(|| {
                        let what = "an ended registration without its date";
                        wrong(line, &at("approved"), "import_date_missing", what)
                    })?;
                    set(&mut data, "ended", Some(json!(kind)));
                    set(&mut data, "ended_on", Some(json!(approved)));
                }
                set(&mut data, "address", cell("address").map(|a| json!(a)));
                set(&mut data, "division", cell("division").map(|d| json!(d)));
                // Industry codes come as floats: 5245.0.
                let industry = cell("industry").map(|i| json!(i.trim_end_matches(".0")));
                set(&mut data, "industry", industry);
                let person = cell("legal_representative").map(|p| json!({ "seal": p }));
                set(&mut data, "legal_representative", person);
                let facts: Map<String, Value> = self
                    .layout
                    .facts
                    .keys()
                    .filter_map(|k| Some((k.clone(), json!(cell(k)?))))
                    .collect();
                set(
                    &mut data,
                    "facts",
                    (!facts.is_empty()).then(|| json!(facts)),
                );
                data
            }
        };
        let by = json!({"capacity": "importer", "department": self.department});
        let id = row_id(&self.layout.layout, on, &data);
        Ok(json!({"by": by, "data": data, "id": id, "on": on, "type": self.layout.action}))
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Row, RowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = match self.rows.next()? {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                return Some(Err(wrong(line, "", "import_csv", error.to_string())));
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        Some(self.row(line, &record).map(|action| Row { line, action }))
    }
}

/// The id of a row's action: a UUIDv7 at the legal date, its random bits from the content.
///
/// Values to be sealed stay out of it: from an id that stands in an event, a name could be guessed
/// by trying. A row that differs in such a value alone is then refused as `action_id_reused`.
fn row_id(layout: &str, on: Day, data: &Value) -> String {
    let mut open = data.clone();
    if let Some(map) = open.as_object_mut() {
        map.retain(|_, value| value.get("seal").is_none());
    }
    let content = format!("{layout}\n{on}\n{open}");
    let hash = blake3::derive_key("regledger 2026 import id v1", content.as_bytes());
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    let millis = u64::try_from(on.unix_days()).unwrap_or(0) * 86_400_000;
    uuid::Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .to_string()
}

fn set(data: &mut Value, field: &str, value: Option<Value>) {
    if let (Some(map), Some(value)) = (data.as_object_mut(), value) {
        map.insert(field.to_owned(), value);
    }
}

/// A date as real files write it; `Some(None)` for an open end (`9999-9-9`, `2099-12-31`).
fn read_day(text: &str) -> Option<Option<Day>> {
    let date = text.split(' ').next().unwrap_or_default();
    let mut parts = date.split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let year: i32 = year.parse().ok()?;
    if year >= 2099 {
        return Some(None);
    }
    Day::new(year, month.parse().ok()?, day.parse().ok()?).map(Some)
}

fn decode(bytes: &[u8]) -> Result<String, RowError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let (text, _, broken) = encoding_rs::GB18030.decode(bytes);
    if broken {
        let reason = "the file is neither UTF-8 nor GB18030";
        return Err(wrong(0, "", "import_encoding", reason));
    }
    Ok(text.into_owned())
}

fn text_cursor(text: String) -> std::io::Cursor<Vec<u8>> {
    std::io::Cursor::new(text.into_bytes())
}

fn wrong(line: u64, column: &str, code: &'static str, reason: impl Into<String>) -> RowError {
    RowError {
        line,
        column: column.to_owned(),
        code,
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::layouts;

    const FILE: &str = "reg_state,统一社会信用代码,comp_nm,addr,est_dt,appr_dt,indv_code,legal_repre,extra\n\
        存续,9144030071526726xg,甲公司,某路1号,2017-7-7,2017-7-7,5245.0,甲某,x\n\
        注销,91330100799655058B,乙公司,\\n,2020-06-18,2021-8-2 0:00:00,,,\n\
        存续,91330100799655058C,丙公司,某路,2020-06-18,,,,\n\
        存续,91110000802100433B,丁公司,某路,2020-13-18,,,,\n";

    fn rows(bytes: &[u8]) -> Vec<Result<Row, RowError>> {
        let layouts = layouts().unwrap();
        let layout = layouts
            .iter()
            .find(|l| l.layout == "market-entities")
            .unwrap();
        let department = CreditCode::parse("91100000100003962T").unwrap();
        Reader::new(layout, bytes, department).unwrap().collect()
    }

    #[test]
    fn real_faults_are_read_and_broken_rows_named() {
        let rows = rows(FILE.as_bytes());
        let first = &rows[0].as_ref().unwrap().action;
        assert_eq!(first["data"]["code"], "9144030071526726XG");
        assert_eq!(first["on"], "2017-07-07");
        assert_eq!(first["data"]["industry"], "5245");
        let second = &rows[1].as_ref().unwrap().action;
        assert_eq!(second["data"]["ended_on"], "2021-08-02");
        assert_eq!(second["data"].get("address"), None);
        let third = rows[2].as_ref().unwrap_err();
        assert_eq!((third.line, third.code), (4, "credit_code_check"));
        let fourth = rows[3].as_ref().unwrap_err();
        assert_eq!(
            (fourth.line, fourth.column.as_str(), fourth.code),
            (5, "est_dt", "import_date")
        );
    }

    #[test]
    fn both_encodings_give_the_same_actions() {
        let (gb, _, _) = encoding_rs::GB18030.encode(FILE);
        let bom = [b"\xef\xbb\xbf", FILE.as_bytes()].concat();
        assert_eq!(rows(&gb), rows(FILE.as_bytes()));
        assert_eq!(rows(&bom), rows(FILE.as_bytes()));
    }
}

//! A record into an action, as its layout says.

use std::collections::{BTreeMap, BTreeSet};

use chain::hash::Hash;
use domain::day::Day;
use domain::ident::{CreditCode, find_personal_value};
use serde_json::{Map, Value, json};

use crate::cell;
use crate::delivery::Record;
use crate::fault::Fault;
use crate::layout::{Column, Layout, Read};

/// Columns that a file of refused rows has behind its own; not read when it comes back.
pub const OWN_COLUMNS: [&str; 4] = [
    "refused_line",
    "refused_column",
    "refused_code",
    "refused_reason",
];

/// Words in a header that no layout knows which say that personal values may stand below it.
const PERSONAL_HEADERS: [&str; 28] = [
    "姓名",
    "人员",
    "法定代表",
    "法人",
    "负责人",
    "经营者",
    "联系",
    "电话",
    "手机",
    "证件",
    "身份证",
    "住址",
    "家庭",
    "邮箱",
    "银行",
    "账号",
    "phone",
    "mobile",
    "tel",
    "cert",
    "idcard",
    "id_card",
    "person",
    "legal",
    "contact",
    "email",
    "bank",
    "account",
];
/// The longest header that becomes a fact's name, in characters.
const HEADER_CHARS_MAX: usize = 64;
/// The longest id of a list entry.
const COMPOSED_CHARS_MAX: usize = 64;

/// Reads the records of one file by its layout.
pub struct Mapper<'a> {
    layout: &'a Layout,
    department: CreditCode,
    file: Hash,
    headers: Vec<String>,
    /// Where each of the layout's columns stands, for those that the file has.
    places: Vec<(&'a Column, usize)>,
    /// Columns that no layout knows, kept as facts.
    extras: Vec<(String, usize)>,
    /// Values left out, by header: how many rows had one.
    dropped: BTreeMap<String, u64>,
}

/// A row that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Line in the file, from 1.
    pub line: u64,
    /// The action in wire form.
    pub action: Value,
}

impl<'a> Mapper<'a> {
    /// Begins with the header record; `department` is who brings the file in.
    ///
    /// # Errors
    /// `import_header_missing` where a needed column is missing, `import_header_twice`.
    pub fn new(
        layout: &'a Layout,
        header: &Record,
        department: CreditCode,
        file: Hash,
    ) -> Result<Self, Fault> {
        let headers: Vec<String> = header
            .cells
            .iter()
            .map(|h| cell::clean(h).unwrap_or_default())
            .collect();
        let place = |name: &str| headers.iter().position(|h| h.eq_ignore_ascii_case(name));
        for (at, name) in headers.iter().enumerate() {
            if !name.is_empty() && place(name) != Some(at) {
                let what = format!("the header {name} stands twice; which of the two counts?");
                return Err(Fault::file("import_header_twice", what));
            }
        }
        let mut places = Vec::new();
        for column in &layout.columns {
            let found = column.names.iter().find_map(|name| place(name));
            places.extend(found.map(|at| (column, at)));
        }
        for needed in &layout.required {
            let filled = places.iter().any(|(c, _)| c.to.as_ref() == Some(needed));
            if !filled && !layout.compose.contains_key(needed) {
                let names: Vec<&str> = layout.names_of(needed).collect();
                let what = format!("the header row has no column {}", names.join(" or "));
                return Err(Fault::file("import_header_missing", what));
            }
        }
        let known = |at: usize| places.iter().any(|(_, place)| *place == at);
        let extras = headers
            .iter()
            .enumerate()
            .filter(|(at, h)| !h.is_empty() && !known(*at) && !OWN_COLUMNS.contains(&h.as_str()))
            .map(|(at, h)| (h.clone(), at))
            .collect();
        Ok(Self {
            layout,
            department,
            file,
            places,
            extras,
            headers,
            dropped: BTreeMap::new(),
        })
    }

    /// The file's headers, in their order.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Columns of which values were left out as personal, and of how many rows.
    #[must_use]
    pub fn dropped(&self) -> &BTreeMap<String, u64> {
        &self.dropped
    }

    /// The header that a field of the action is read from, for naming what was refused.
    #[must_use]
    pub fn header_of(&self, field: &str) -> &str {
        let field = field.strip_prefix("data.").unwrap_or(field);
        // Some refusals name a part of a field.
        let column = self.places.iter().find(|(c, _)| {
            c.to.as_deref().is_some_and(|to| {
                to == field
                    || field
                        .strip_prefix(to)
                        .is_some_and(|rest| rest.starts_with('.'))
            })
        });
        let extra = field.strip_prefix("source.facts.").and_then(|name| {
            let found = self.extras.iter().find(|(h, _)| fact_name(h) == name);
            found.map(|(_, at)| *at)
        });
        let at = column.map(|(_, at)| *at).or(extra);
        at.and_then(|at| self.headers.get(at))
            .map_or("", String::as_str)
    }

    /// Reads one record.
    ///
    /// # Errors
    /// [`Fault::Row`]: `import_columns`, `import_value_missing`, `import_date`, `import_number`,
    /// `import_word_unknown`, `import_header_missing`, or a code of [`CreditCode::parse`].
    pub fn row(&mut self, record: &Record) -> Result<Row, Fault> {
        let line = record.line;
        let beyond = record.cells.get(self.headers.len()..).unwrap_or_default();
        let short = record.cells.len() == 1 && self.headers.len() > 1;
        if short || beyond.iter().any(|c| cell::clean(c).is_some()) {
            let what = format!(
                "the row has {} cells, the header {}: a comma or a quotation mark is missing or too many",
                record.cells.len(),
                self.headers.len()
            );
            return Err(Fault::row(line, "", "import_columns", what));
        }
        let mut data = Value::Object(Map::new());
        for (field, value) in &self.layout.fixed {
            set(&mut data, field, json!(value));
        }
        set(&mut data, "source.layout", json!(self.layout.layout));
        let mut on = None;
        for (column, at) in &self.places {
            let header = self.headers.get(*at).map_or("", String::as_str);
            let Some(text) = record.cells.get(*at).and_then(|c| cell::clean(c)) else {
                continue;
            };
            if column
                .with
                .as_ref()
                .is_some_and(|w| path(&data, w).is_none())
            {
                continue;
            }
            let Some(to) = column.to.as_deref().filter(|_| column.read != Read::Drop) else {
                *self.dropped.entry(header.to_owned()).or_default() += 1;
                continue;
            };
            let value = value(column, &text)
                .map_err(|(code, reason)| Fault::row(line, header, code, reason))?;
            match (to, value) {
                (_, None) => {}
                ("on", Some(value)) => on = value.as_str().and_then(|d| Day::parse(d).ok()),
                (_, Some(_)) if path(&data, to).is_some() => {}
                (_, Some(value)) => set(&mut data, to, value),
            }
        }
        self.keep_extras(record, &mut data);
        self.finish(line, on, data)
    }

    fn keep_extras(&mut self, record: &Record, data: &mut Value) {
        for (header, at) in &self.extras {
            let Some(text) = record.cells.get(*at).and_then(|c| cell::clean(c)) else {
                continue;
            };
            let lower = header.to_lowercase();
            let personal = PERSONAL_HEADERS.iter().any(|word| lower.contains(word));
            if personal || find_personal_value(&text).is_some() {
                *self.dropped.entry(header.clone()).or_default() += 1;
                continue;
            }
            let field = format!("source.facts.{}", fact_name(header));
            set(data, &field, json!(cell::fact(&text)));
        }
    }

    fn finish(&self, line: u64, on: Option<Day>, mut data: Value) -> Result<Row, Fault> {
        for needed in &self.layout.required {
            let filled = match needed.as_str() {
                "on" => on.is_some(),
                field => path(&data, field).is_some() || self.layout.compose.contains_key(field),
            };
            if !filled {
                let header = self.header_of(needed);
                let what = match needed.as_str() {
                    "on" => "the legal date is missing, or an open end stands in its place",
                    _ => "a value that the row needs is missing",
                };
                return Err(Fault::row(line, header, "import_value_missing", what));
            }
        }
        let Some(on) = on else {
            return Err(Fault::row(
                line,
                "",
                "import_value_missing",
                "no legal date",
            ));
        };
        for (field, parts) in &self.layout.compose {
            let parts: Vec<String> = parts
                .iter()
                .filter_map(|part| match part.as_str() {
                    "on" => Some(on.to_string()),
                    part => path(&data, part)?.as_str().map(str::to_owned),
                })
                .collect();
            let fine = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
            let text: String = parts.join("-").chars().filter(fine).collect();
            let text: String = text.chars().take(COMPOSED_CHARS_MAX).collect();
            set(&mut data, field, json!(text));
        }
        set(&mut data, "source.file", json!(self.file));
        let id = row_id(&self.layout.layout, self.department.as_str(), on, &data);
        let by = json!({"capacity": "importer", "department": self.department});
        let action =
            json!({"by": by, "data": data, "id": id, "on": on, "type": self.layout.action});
        Ok(Row { line, action })
    }
}

/// What a cell says in its column; nothing for an open end or a word that says nothing.
fn value(column: &Column, text: &str) -> Result<Option<Value>, (&'static str, String)> {
    let number = || ("import_number", "this is no such number".to_owned());
    Ok(Some(match column.read {
        Read::Text
            if column
                .to
                .as_deref()
                .is_some_and(|to| to.starts_with("source.")) =>
        {
            json!(cell::fact(text))
        }
        Read::Text => json!(text),
        Read::Code => {
            let code = CreditCode::parse(&cell::narrow(text));
            json!(code.map_err(|e| (e.code(), e.to_string()))?)
        }
        Read::Day => match cell::day(text) {
            Some(Some(day)) => json!(day),
            Some(None) => return Ok(None),
            None => {
                let what = "this is no date; write it as 2026-01-31".to_owned();
                return Err(("import_date", what));
            }
        },
        Read::Digits => json!(cell::digits(text).ok_or_else(number)?),
        Read::Yuan => json!(cell::amount(text, 100).ok_or_else(number)?),
        Read::WanYuan => json!(cell::amount(text, 1_000_000).ok_or_else(number)?),
        Read::Word => match word(column, text)? {
            Some(word) => json!(word),
            None => return Ok(None),
        },
        Read::Words => {
            let parts = text.split(['、', '，', ',', '；', ';', '\n']);
            let parts = parts.map(str::trim).filter(|part| !part.is_empty());
            let words: Result<Vec<Option<&str>>, _> =
                parts.map(|part| word(column, part)).collect();
            let words: BTreeSet<&str> = words?.into_iter().flatten().collect();
            json!(words)
        }
        Read::Seal => json!({ "seal": text }),
        Read::Drop => return Ok(None),
    }))
}

/// The action's word for a word of the file; nothing for one that says nothing.
fn word<'c>(column: &'c Column, text: &str) -> Result<Option<&'c str>, (&'static str, String)> {
    match column.words.get(text) {
        Some(word) => Ok(word.as_deref()),
        None => {
            let known: Vec<&str> = column.words.keys().map(String::as_str).collect();
            let what = format!("a word that is not known here; one of {}", known.join(" "));
            Err(("import_word_unknown", what))
        }
    }
}

/// The id of a row's action: a UUIDv7 at the legal date, its random bits from the content.
///
/// Neither where the row stands nor which file it came in takes part, so that the same row in
/// another order, encoding or format has the same id. Values to be sealed stay out of it: from an
/// id that stands in an event, a name could be guessed by trying.
pub(crate) fn row_id(layout: &str, department: &str, on: Day, data: &Value) -> String {
    let mut open = data.clone();
    if let Some(map) = open.as_object_mut() {
        map.retain(|_, value| value.get("seal").is_none());
        let source = map.get_mut("source").and_then(Value::as_object_mut);
        source.map(|source| source.remove("file"));
    }
    let content = format!("{layout}\n{department}\n{on}\n{open}");
    let hash = blake3::derive_key("regledger 2026 import id v1", content.as_bytes());
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    let millis = u64::try_from(on.unix_days()).unwrap_or(0) * 86_400_000;
    uuid::Builder::from_unix_timestamp_millis(millis, &random)
        .into_uuid()
        .to_string()
}

/// A header as a fact's name: dots would be taken for depth.
fn fact_name(header: &str) -> String {
    let name: String = header.chars().take(HEADER_CHARS_MAX).collect();
    name.replace('.', "_")
}

fn path<'v>(data: &'v Value, field: &str) -> Option<&'v Value> {
    field
        .split('.')
        .try_fold(data, |value, name| value.get(name))
}

fn set(data: &mut Value, field: &str, value: Value) {
    let (mut at, mut rest) = (data, field);
    while let Some((name, deeper)) = rest.split_once('.') {
        let Some(map) = at.as_object_mut() else {
            return;
        };
        at = map.entry(name).or_insert_with(|| Value::Object(Map::new()));
        rest = deeper;
    }
    if let Some(map) = at.as_object_mut() {
        map.insert(rest.to_owned(), value);
    }
}

//! Layouts: what a file's columns mean, as data.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::fault::Fault;

/// One layout: how a row of a file becomes an action.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Its name on the command line.
    #[schemars(regex(pattern = "^[a-z0-9-]{1,40}$"))]
    pub layout: String,
    /// What people call it.
    pub title: String,
    /// The table of the departments' exchange that it describes.
    #[serde(default)]
    pub source: String,
    /// The action that a row becomes, `area.verb`.
    pub action: String,
    /// Fields of the action that are the same for every row.
    #[serde(default)]
    pub fixed: BTreeMap<String, String>,
    /// Fields without which a row is refused; `on` is the legal date.
    pub required: Vec<String>,
    /// What the columns mean, in the order of the department's files.
    pub columns: Vec<Column>,
    /// Fields put together from others, joined with `-`; `on` and fixed fields may stand in it.
    #[serde(default)]
    pub compose: BTreeMap<String, Vec<String>>,
}

/// What one column means. A column of two meanings stands twice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its headers, standardised first, then Chinese; the first that the file has counts.
    #[schemars(length(min = 1))]
    pub names: Vec<String>,
    /// The field it fills, with dots for depth; `on` is the legal date. Absent where dropped.
    #[serde(default)]
    pub to: Option<String>,
    /// How its text is read.
    #[serde(default)]
    pub read: Read,
    /// For [`Read::Word`] and [`Read::Words`]: the file's word to the action's; null where it says nothing.
    #[serde(default)]
    pub words: BTreeMap<String, Option<String>>,
    /// Counts only where this field is filled, by a column that stands before.
    #[serde(default)]
    pub with: Option<String>,
}

/// How a cell's text is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Read {
    /// As it stands, without blanks at its ends.
    #[default]
    Text,
    /// A unified social credit code, in any spelling.
    Code,
    /// A date; `9999-9-9` and `2099-12-31` are open ends and give none.
    Day,
    /// A code of digits and capitals that spreadsheets make a float of: `5245.0`.
    Digits,
    /// A word of a closed list.
    Word,
    /// Several words of a closed list, with 、 ， or ； between them.
    Words,
    /// An amount in yuan, kept in fen.
    Yuan,
    /// An amount in ten thousand yuan, kept in fen.
    WanYuan,
    /// A personal value: sealed on the way in.
    Seal,
    /// A personal value that the ledger has no use for: left out, and told.
    Drop,
}

impl Layout {
    /// Reads a layout, of the product or of one's own (`--mapping`).
    ///
    /// # Errors
    /// `layout_damaged` where it does not fit its schema.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let damaged = |what: String| Fault::file("layout_damaged", format!("the layout {what}"));
        let layout: Self = serde_json::from_str(text)
            .map_err(|e| damaged(format!("does not fit schemas/layout.schema.json: {e}")))?;
        for column in &layout.columns {
            if column.names.is_empty() || (column.to.is_none() && column.read != Read::Drop) {
                return Err(damaged(
                    "has a column without names, or without a field (to) that it fills".to_owned(),
                ));
            }
        }
        for needed in &layout.required {
            let filled = layout.columns.iter().any(|c| c.to.as_ref() == Some(needed));
            if !filled && !layout.compose.contains_key(needed) {
                return Err(damaged(format!("requires {needed}, which no column fills")));
            }
        }
        Ok(layout)
    }

    /// Every header that a field is read from.
    pub(crate) fn names_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a str> {
        let columns = self.columns.iter();
        let columns = columns.filter(move |c| c.to.as_deref() == Some(field));
        columns.flat_map(|c| c.names.iter().map(String::as_str))
    }
}

/// The layouts that come with the product.
///
/// # Errors
/// `layout_damaged`; never for those that were tested.
pub fn layouts() -> Result<Vec<Layout>, Fault> {
    const TEXTS: [&str; 7] = [
        include_str!("../../../schemas/layouts/market-entities.json"),
        include_str!("../../../schemas/layouts/abnormal-list.json"),
        include_str!("../../../schemas/layouts/marks.json"),
        include_str!("../../../schemas/layouts/serious-list.json"),
        include_str!("../../../schemas/layouts/penalty-decisions.json"),
        include_str!("../../../schemas/layouts/two-publicity.json"),
        include_str!("../../../schemas/layouts/tax-credit.json"),
    ];
    TEXTS.iter().map(|text| Layout::parse(text)).collect()
}

/// The JSON Schema that every layout fits.
#[must_use]
pub fn layout_schema() -> schemars::Schema {
    schemars::generate::SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Layout>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_fits_its_schema_and_its_file_name() {
        let schema = serde_json::to_value(layout_schema()).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/layouts");
        let mut seen = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|e| e != "json") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let wrong: Vec<String> = validator
                .iter_errors(&value)
                .map(|e| e.to_string())
                .collect();
            assert_eq!(wrong, Vec::<String>::new(), "{}", path.display());
            let layout = Layout::parse(&text).unwrap();
            assert_eq!(path.file_stem().unwrap().to_str().unwrap(), layout.layout);
            seen.push(layout.layout);
        }
        let mut known: Vec<String> = layouts().unwrap().into_iter().map(|l| l.layout).collect();
        seen.sort();
        known.sort();
        assert_eq!(seen, known);
    }

    #[test]
    fn a_layout_that_leads_nowhere_is_refused() {
        for (text, why) in [
            ("{}", "schema"),
            (
                r#"{"layout":"x","title":"x","action":"a.b","required":["on"],"columns":[]}"#,
                "requires on",
            ),
            (
                r#"{"layout":"x","title":"x","action":"a.b","required":[],"columns":[{"names":["a"]}]}"#,
                "without a field",
            ),
        ] {
            let fault = Layout::parse(text).unwrap_err();
            assert_eq!(fault.code(), "layout_damaged");
            assert!(fault.to_string().contains(why), "{fault}");
        }
    }
}

//! Layouts: what a file's columns mean.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One layout, as data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Its name on the command line.
    pub layout: String,
    /// What people call it.
    pub title: String,
    /// The action that a row becomes.
    pub action: String,
    /// The list, for layouts of lists.
    #[serde(default)]
    pub list: Option<String>,
    /// Meaning to the headers that carry it; the first that is there counts.
    pub columns: BTreeMap<String, Vec<String>>,
    /// Further columns that are kept as they come.
    pub facts: BTreeMap<String, Vec<String>>,
    /// The file's word for an end to `cancelled` or `revoked`.
    pub states: BTreeMap<String, String>,
}

/// Why there is no such layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the layout is damaged: {0}")]
pub struct LayoutError(String);

/// The layouts that come with the product.
///
/// # Errors
/// [`LayoutError`] where one is damaged.
pub fn layouts() -> Result<Vec<Layout>, LayoutError> {
    const TEXTS: [&str; 4] = [
        include_str!("../../../schemas/layouts/market-entities.json"),
        include_str!("../../../schemas/layouts/abnormal-list.json"),
        include_str!("../../../schemas/layouts/marks.json"),
        include_str!("../../../schemas/layouts/serious-list.json"),
    ];
    let read = |text: &&str| serde_json::from_str(text).map_err(|e| LayoutError(e.to_string()));
    TEXTS.iter().map(read).collect()
}

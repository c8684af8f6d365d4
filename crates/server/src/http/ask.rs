//! HTTP door: what is asked for in a query, each value checked, none unknown.

use std::collections::BTreeMap;

use domain::day::Day;
use domain::event::Visibility;
use ledger::{AsOf, Known};

use super::limits;
use super::problem::Problem;
use crate::look::View;

/// The values of a query.
pub(super) struct Ask(BTreeMap<String, String>);

impl Ask {
    /// Reads a query; a name that the route does not know is refused, as it would be ignored.
    pub(super) fn read(query: &str, known: &[(&str, &str)]) -> Result<Self, Problem> {
        let uri = format!("/?{query}").parse::<axum::http::Uri>().ok();
        let pairs = uri
            .as_ref()
            .and_then(|uri| axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).ok());
        let Some(axum::extract::Query(pairs)) = pairs else {
            return Err(Problem::bad(
                "query_malformed",
                "the query can't be read",
                "encode it as URLs are",
            ));
        };
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            if !known.iter().any(|(k, _)| *k == name) {
                let names: Vec<&str> = known.iter().map(|(k, _)| *k).collect();
                let remedy = format!("known here: {}", names.join(", "));
                let detail = "the query holds a name that is not known here";
                return Err(Problem::bad("query_unknown", detail, &remedy));
            }
            if values.insert(name.clone(), value).is_some() {
                let detail = "a name stands twice in the query";
                return Err(Problem::bad("query_twice", detail, "give each once").at(&name));
            }
        }
        Ok(Self(values))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// From where to look, with `as_of` and `on`.
    pub(super) fn view(&self, reader: Visibility) -> Result<View, Problem> {
        let known = match self.text("as_of") {
            None => Known::Now,
            Some(text) => Known::parse(text).map_err(|expected| {
                Problem::bad(
                    "as_of_malformed",
                    "as_of can't be read",
                    &format!("give {expected}"),
                )
                .at("as_of")
            })?,
        };
        let on = self.day("on")?;
        Ok(View {
            as_of: AsOf { known, on },
            reader,
        })
    }

    pub(super) fn day(&self, name: &str) -> Result<Option<Day>, Problem> {
        let day = self.text(name).map(Day::parse).transpose();
        day.map_err(|e| {
            Problem::bad(e.code(), &e.to_string(), "give a date like 2026-01-02").at(name)
        })
    }

    /// A position.
    pub(super) fn position(&self, name: &str) -> Result<Option<u64>, Problem> {
        let position = self.text(name).map(str::parse).transpose();
        position.map_err(|_| {
            Problem::bad(
                "position_malformed",
                "a position is a whole number",
                "give one",
            )
            .at(name)
        })
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.text(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::bad("flag_malformed", "say true or false", "").at(name)),
        }
    }

    /// How many items a page may have.
    pub(super) fn limit(&self) -> Result<usize, Problem> {
        let asked = self.text("limit").map_or(Ok(limits::PAGE), str::parse);
        match asked {
            Ok(limit) if (1..=limits::PAGE_MAX).contains(&limit) => Ok(limit),
            _ => Err(Problem::bad("limit_malformed", "a page has 1 to 500 items", "").at("limit")),
        }
    }

    /// What stands behind the last item of the page before.
    pub(super) fn cursor(&self) -> Result<Option<String>, Problem> {
        let Some(text) = self.text("cursor") else {
            return Ok(None);
        };
        let bytes: Option<Vec<u8>> = (0..text.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok())
            .collect();
        let read = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        read.map(Some).ok_or_else(|| {
            let remedy = "use `next` of the page before as it was given";
            Problem::bad("cursor_malformed", "the cursor can't be read", remedy).at("cursor")
        })
    }
}

/// The cursor behind an item; opaque to whoever gets it.
pub(super) fn cursor(behind: &str) -> String {
    behind.bytes().map(|b| format!("{b:02x}")).collect()
}

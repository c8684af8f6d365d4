//! The public data: lists, operators and bulletins as the public sees them on a day.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use domain::day::Day;
use domain::entity::Entity;
use domain::event::Visibility;
use domain::row::List;
use domain::subject::{Kind, Subject};
use ledger::{AsOf, Known, Ledger, LedgerError, read_file, replace_file};
use serde::Serialize;
use serde_json::{Value, json};

use super::sheet::{Finished, Sheet};
use super::{FOR_ALL, digest};
use crate::look::{self, Looker, View};
use crate::shape::{self, State};

/// The lists that the public sees; all others are for departments.
pub(crate) const LISTS: [List; 7] = [
    List::Abnormal,
    List::Marks,
    List::Serious,
    List::Exposure,
    List::Penalties,
    List::Red,
    List::Alerts,
];
const LIST_COLUMNS: [&str; 11] = [
    "operator",
    "name",
    "entry",
    "from",
    "until",
    "reason",
    "reason_zh",
    "rule_id",
    "article",
    "authority",
    "document",
];
const OPERATOR_COLUMNS: [&str; 4] = ["operator", "name", "status", "division"];
/// The first four are the bulletin's, the others its entry's.
const BULLETIN_COLUMNS: [&str; 10] = [
    "bulletin",
    "title_zh",
    "published",
    "stage",
    "entry",
    "operator",
    "name",
    "breach_zh",
    "document",
    "shown_until",
];
/// Rows and subjects that are read at once.
const PAGE: usize = 500;

/// Writes all of it; gives how many files were replaced and how many there are.
pub(super) fn write(ledger: &Ledger, dir: &Path, on: Day) -> Result<(u64, u64), LedgerError> {
    let head = ledger.head();
    let mut public = Public {
        ledger,
        looker: Looker::default(),
        view: View {
            as_of: AsOf {
                known: Known::Now,
                on: Some(on),
            },
            reader: Visibility::Public,
        },
        on,
        shown: BTreeSet::new(),
        files: BTreeMap::new(),
        replaced: 0,
    };
    public.bulletins(dir)?;
    for list in LISTS {
        public.list(dir, list)?;
    }
    public.operators(dir)?;
    let Public {
        files, replaced, ..
    } = public;
    let count = files.len() as u64;
    let index = json!({"files": files, "head": head.hash, "on": on, "origin": ledger.origin(),
        "size": head.size});
    let index = format!("{index}\n");
    let path = dir.join("index.json");
    let known = read_file(&path)?.map(|bytes| digest(&bytes));
    if known != Some(digest(index.as_bytes())) {
        replace_file(&path, index.as_bytes(), FOR_ALL)?;
    }
    Ok((replaced, count))
}

struct Public<'a> {
    ledger: &'a Ledger,
    looker: Looker,
    view: View,
    on: Day,
    /// Entries of bulletins that are shown on the day, `bulletin.entry`.
    shown: BTreeSet<String>,
    /// BLAKE3 of every file, by its name.
    files: BTreeMap<String, String>,
    replaced: u64,
}

impl Public<'_> {
    fn finished(&mut self, name: &str, forms: Finished) {
        for (ending, digest, replaced) in forms {
            let name = format!("{name}.{ending}");
            self.files.insert(name, digest.to_string());
            self.replaced += u64::from(replaced);
        }
    }

    fn list(&mut self, dir: &Path, list: List) -> Result<(), LedgerError> {
        let name = format!("lists/{}", list.name());
        let mut sheet = Sheet::begin(&dir.join(&name), &LIST_COLUMNS)?;
        let mut behind: Option<(String, String)> = None;
        loop {
            let from = behind
                .as_ref()
                .map(|(key, entry)| (key.as_str(), entry.as_str()));
            let page = self
                .looker
                .list_page(self.ledger, list, &self.view, from, PAGE)?;
            for entry in &page.0 {
                if !entry.tombstone && self.stands(list, &entry.entry, &entry.operator)? {
                    sheet.row(&value(entry)?)?;
                }
            }
            behind = page.1;
            if behind.is_none() {
                break;
            }
        }
        let forms = sheet.finish()?;
        self.finished(&name, forms);
        Ok(())
    }

    /// Whether an entry is still to be shown, also where nobody has recorded its end yet.
    fn stands(&self, list: List, entry: &str, id: &str) -> Result<bool, LedgerError> {
        match list {
            List::Exposure => Ok(self.shown.contains(entry)),
            List::Alerts => {
                let subject = Subject::new(Kind::Alert, id);
                let subject = subject.map_err(|e| LedgerError::Settled(e.to_string()))?;
                let now = View::now(Visibility::Public).as_of;
                Ok(match self.ledger.entity(&subject, now)? {
                    Some(Entity::Alert(alert)) => {
                        let clock = alert.clock.as_ref();
                        alert.ended.is_none() && clock.is_none_or(|clock| self.on <= clock.due)
                    }
                    _ => false,
                })
            }
            _ => Ok(true),
        }
    }

    /// Hands over every subject of a kind, in order.
    fn subjects(
        &self,
        kind: Kind,
        f: &mut dyn FnMut(&Subject) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let prefix = format!("{}:", kind.name());
        let mut after: Option<Subject> = None;
        loop {
            let found = self.ledger.subjects(&prefix, after.as_ref(), PAGE)?;
            found.iter().try_for_each(&mut *f)?;
            if found.len() < PAGE {
                return Ok(());
            }
            after = found.last().cloned();
        }
    }

    fn operators(&mut self, dir: &Path) -> Result<(), LedgerError> {
        let mut sheet = Sheet::begin(&dir.join("operators"), &OPERATOR_COLUMNS)?;
        self.subjects(Kind::Operator, &mut |subject| {
            let events = look::events(self.ledger, subject, &self.view)?;
            let on = self.view.as_of.on;
            match look::entity(subject, &events, on) {
                Some(Entity::Operator(operator)) => {
                    let line = shape::OperatorLine::of(subject.id(), &operator, on);
                    sheet.row(&value(&line)?)
                }
                _ => Ok(()),
            }
        })?;
        let forms = sheet.finish()?;
        self.finished("operators", forms);
        Ok(())
    }

    /// Bulletins with the entries that are shown on the day; one without any is left out.
    fn bulletins(&mut self, dir: &Path) -> Result<(), LedgerError> {
        let mut sheet = Sheet::begin(&dir.join("bulletins"), &BULLETIN_COLUMNS)?;
        let mut shown = BTreeSet::new();
        self.subjects(Kind::Bulletin, &mut |subject| {
            let page = self.looker.page(self.ledger, subject, &self.view, 0)?;
            let Some(State::Bulletin(mut bulletin)) = page.map(|page| page.state) else {
                return Ok(());
            };
            bulletin.entries.retain(|entry| {
                let expired = entry.shown_until.is_some_and(|last| last < self.on);
                entry.shown.is_some() && entry.ended.is_none() && !expired
            });
            if bulletin.entries.is_empty() || bulletin.withdrawn_on.is_some() {
                return Ok(());
            }
            for entry in &bulletin.entries {
                shown.insert(format!("{}.{}", bulletin.bulletin, entry.entry));
            }
            let whole = value(&bulletin)?;
            let mut common = BTreeMap::new();
            for name in &BULLETIN_COLUMNS[..4] {
                common.insert(*name, whole[*name].clone());
            }
            let flat = |entry: &Value| {
                let mut flat = entry["shown"].clone();
                for name in ["entry", "operator", "shown_until"] {
                    flat[name] = entry[name].clone();
                }
                flat
            };
            let entries = whole["entries"].as_array().map(|all| all.iter().map(flat));
            let entries: Vec<Value> = entries.map(Iterator::collect).unwrap_or_default();
            sheet.rows(&whole, &entries, &common)
        })?;
        self.shown = shown;
        let forms = sheet.finish()?;
        self.finished("bulletins", forms);
        Ok(())
    }
}

fn value(shape: &impl Serialize) -> Result<Value, LedgerError> {
    serde_json::to_value(shape)
        .map_err(|e| LedgerError::Settled(format!("a shape does not encode: {e}")))
}

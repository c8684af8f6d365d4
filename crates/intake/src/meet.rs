//! A row that meets what is known: which action says what it says, on the present state.
//!
//! A city delivers its whole register every month. A row that is on record is sent as it is and is
//! answered as known. A new row about an operator or entry that is known becomes the action of a
//! later delivery, as of the day from which it holds; whether that is new, old or doubtful is
//! judged by the areas.

use domain::day::Day;
use domain::entity::Operator;
use serde_json::{Map, Value, json};

use crate::mapper::row_id;

/// The operator that a row is about, by its credit code as the row gives it.
#[must_use]
pub fn operator_of(action: &Value) -> Option<&str> {
    let data = action.get("data")?;
    let code = data.get("operator").or_else(|| data.get("code"))?;
    code.as_str()
}

/// What becomes of a row in view of what is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Meeting {
    /// It is sent as it is: first of its kind, or in need of the area's refusal.
    AsItIs,
    /// It is a later delivery: this action says so.
    Instead(Value),
    /// It says nothing that is not known.
    NothingNew,
}

/// Holds a row against the operator's state.
#[must_use]
pub fn meet(action: &Value, known: &Operator) -> Meeting {
    let text = |field: &str| action.pointer(field).and_then(Value::as_str);
    let instead = |action: Option<Value>| action.map_or(Meeting::AsItIs, Meeting::Instead);
    match text("/type") {
        Some("registration.import") if known.registration.from.is_some() => instead(change(action)),
        Some("listing.import") => {
            let entry = text("/data/entry").and_then(|id| known.listing.entry(id));
            let Some(entry) = entry.filter(|e| e.imported) else {
                return Meeting::AsItIs;
            };
            let removed = text("/data/removed").and_then(|day| Day::parse(day).ok());
            let reason = text("/data/reason").unwrap_or_default();
            match (entry.until, removed) {
                (None, Some(on)) => instead(end(action, on)),
                (known, told) if known == told && entry.ground == reason => Meeting::NothingNew,
                _ => Meeting::AsItIs,
            }
        }
        _ => Meeting::AsItIs,
    }
}

/// The register's change, as of its approval; the first day where the row tells of none.
fn change(action: &Value) -> Option<Value> {
    let mut data = action.get("data")?.clone();
    let approved = data.as_object_mut()?.remove("approved");
    let on = approved.as_ref().or_else(|| action.get("on"))?.as_str()?;
    let on = Day::parse(on).ok()?;
    restated(action, "registration.import_change", on, data)
}

fn end(action: &Value, on: Day) -> Option<Value> {
    let data = action.get("data")?;
    let kept = |field: &str| Some((field.to_owned(), data.get(field)?.clone()));
    let fields = ["entry", "operator", "source"].into_iter();
    let data: Map<String, Value> = fields.filter_map(kept).collect();
    restated(action, "listing.import_end", on, Value::Object(data))
}

fn restated(action: &Value, r#type: &str, on: Day, data: Value) -> Option<Value> {
    let by = action.get("by")?;
    let department = by.get("department")?.as_str()?;
    let layout = data.pointer("/source/layout")?.as_str()?;
    let id = row_id(&format!("{layout} {type}"), department, on, &data);
    Some(json!({"by": by, "data": data, "id": id, "on": on, "type": r#type}))
}

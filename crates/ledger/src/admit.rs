//! The way in: bytes to an action, its personal values taken out.

use chain::canon::{Limits, parse};
use chain::seal::Commitment;
use domain::action::Action;
use domain::refusal::Refusal;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{LedgerError, Rejection};
use crate::settled::Settled;
use crate::vault::{Taken, Vault, take};

/// The largest action that is read, in bytes.
pub(crate) const ACTION_BYTES_MAX: usize = 256 << 10;

/// An action ready to be judged, with what it looked like when it came.
pub(crate) struct Admitted {
    pub(crate) action: Action,
    /// As sent, personal values included; never written anywhere.
    pub(crate) asked: Value,
    pub(crate) taken: Taken,
}

/// Reads an action.
pub(crate) fn admit(bytes: &[u8], credential: Option<&str>) -> Result<Admitted, Rejection> {
    let limits = Limits {
        bytes_max: ACTION_BYTES_MAX,
        ..Limits::default()
    };
    let asked = parse(bytes, &limits).map_err(|e| {
        Refusal::new(
            e.code(),
            e.to_string(),
            "send one JSON object, integers only, in NFC",
        )
    })?;
    let mut sealed = asked.clone();
    let mut taken = Taken::new();
    take(&mut sealed, &mut taken)?;
    let mut action = Action::from_value(sealed)?;
    // The credential is the door's word, never the asker's.
    action.by.credential = credential.map(str::to_owned);
    Ok(Admitted {
        action,
        asked,
        taken,
    })
}

/// Whether a recorded event holds what is asked for again under the same id.
pub(crate) fn same_content(
    settled: &Settled,
    vault: &Vault,
    admitted: &Admitted,
    event: &Value,
) -> Result<bool, LedgerError> {
    let asked = &admitted.asked;
    let recorded_type = event.get("type").and_then(Value::as_str);
    if recorded_type != Some(admitted.action.payload.event_type()) {
        return Ok(false);
    }
    for field in ["on", "cause"] {
        if asked.get(field) != event.get(field) {
            return Ok(false);
        }
    }
    for field in ["capacity", "department", "officer"] {
        let told = admitted_actor(&admitted.action, field);
        let kept = event.get("by").and_then(|by| by.get(field)).cloned();
        if told != kept {
            return Ok(false);
        }
    }
    // The typed form holds defaults and canonical spellings (a code in lower case), as the event
    // does; where values were sealed under fresh salts, they are held against the vault.
    let kept = event.get("data").unwrap_or(&Value::Null);
    matches(
        settled,
        vault,
        &admitted.taken,
        &admitted.action.payload.data(),
        kept,
    )
}

fn admitted_actor(action: &Action, field: &str) -> Option<Value> {
    let by = serde_json::to_value(&action.by).ok()?;
    by.get(field).cloned()
}

fn matches(
    settled: &Settled,
    vault: &Vault,
    taken: &Taken,
    asked: &Value,
    kept: &Value,
) -> Result<bool, LedgerError> {
    if asked == kept {
        return Ok(true);
    }
    match (asked, kept) {
        (Value::Object(a), Value::Object(k)) if a.len() == k.len() => {
            if let (Ok(fresh), Ok(old)) = (commitment(asked), commitment(kept)) {
                let Some((_, plain)) = taken.get(&fresh) else {
                    return Ok(false);
                };
                return match settled.sealed(old.0.as_bytes())? {
                    // An erased value can no longer be told apart; the rest decides.
                    Some(record) => Ok(vault.holds(&record, &old, plain)?.unwrap_or(true)),
                    None => Ok(false),
                };
            }
            for (key, value) in a {
                match k.get(key) {
                    Some(other) if matches(settled, vault, taken, value, other)? => {}
                    _ => return Ok(false),
                }
            }
            Ok(true)
        }
        (Value::Array(a), Value::Array(k)) if a.len() == k.len() => {
            for (value, other) in a.iter().zip(k) {
                if !matches(settled, vault, taken, value, other)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}

fn commitment(value: &Value) -> Result<Commitment, serde_json::Error> {
    Commitment::deserialize(value)
}

//! The way in: bytes to an action, its personal values taken out.

use chain::canon::{Limits, parse};
use chain::seal::Commitment;
use domain::action::Action;
use domain::actor::Actor;
use domain::event::Event;
use domain::refusal::Refusal;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{LedgerError, Rejection};
use crate::vault::{Taken, take};

/// The largest action that is read, in bytes.
pub(crate) const ACTION_BYTES_MAX: usize = 256 << 10;

/// An action ready to be judged. What came in clear is in `taken` alone, which is never written.
pub(crate) struct Admitted {
    pub(crate) action: Action,
    pub(crate) taken: Taken,
}

/// Reads an action. Cost: about 15 µs for 400 bytes, on the caller's thread.
pub(crate) fn admit(bytes: &[u8], credential: Option<&str>) -> Result<Admitted, Rejection> {
    let limits = Limits {
        bytes_max: ACTION_BYTES_MAX,
        ..Limits::default()
    };
    let mut asked = parse(bytes, &limits).map_err(|e| {
        Refusal::new(
            e.code(),
            e.to_string(),
            "send one JSON object, integers only, in NFC",
        )
    })?;
    let mut taken = Taken::new();
    take(&mut asked, &mut taken)?;
    let mut action = Action::from_value(asked)?;
    // The credential is the door's word, never the asker's.
    action.by.credential = credential.map(str::to_owned);
    Ok(Admitted { action, taken })
}

/// Whether a sealed value that is on record is this one.
pub(crate) type Holds<'a> = dyn Fn(&Commitment, &Value) -> Result<bool, LedgerError> + 'a;

/// Whether a recorded event holds what is asked for again under the same id, after typing: another
/// spelling of the same content is the same. The key that signed the request may differ.
pub(crate) fn same_content(
    admitted: &Admitted,
    event: &Event,
    holds: &Holds<'_>,
) -> Result<bool, LedgerError> {
    let action = &admitted.action;
    let same = action.payload.event_type() == event.payload.event_type()
        && action.on == event.on
        && action.cause == event.cause
        && unsigned(&action.by) == unsigned(&event.by);
    if !same || action.payload == event.payload {
        return Ok(same);
    }
    let (asked, kept) = (action.payload.data(), event.payload.data());
    matches(&admitted.taken, &asked, &kept, holds)
}

fn unsigned(by: &Actor) -> Actor {
    Actor {
        credential: None,
        ..by.clone()
    }
}

/// Equal, but for values sealed under fresh salts: these are held against the vault.
fn matches(
    taken: &Taken,
    asked: &Value,
    kept: &Value,
    holds: &Holds<'_>,
) -> Result<bool, LedgerError> {
    if asked == kept {
        return Ok(true);
    }
    match (asked, kept) {
        (Value::Object(a), Value::Object(k)) if a.len() == k.len() => {
            if let (Ok(fresh), Ok(old)) = (commitment(asked), commitment(kept)) {
                return match taken.get(&fresh) {
                    Some((_, plain)) => holds(&old, plain),
                    None => Ok(false),
                };
            }
            for (key, value) in a {
                match k.get(key) {
                    Some(other) if matches(taken, value, other, holds)? => {}
                    _ => return Ok(false),
                }
            }
            Ok(true)
        }
        (Value::Array(a), Value::Array(k)) if a.len() == k.len() => {
            for (value, other) in a.iter().zip(k) {
                if !matches(taken, value, other, holds)? {
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

//! Match tokens: equal sealed values find each other, while nobody sees them.
//!
//! A token is [`chain::seal::match_token`] of the value in one spelling
//! ([`domain::ident::Sameness`]) under a secret that is derived from the ledger's vault key. It is
//! written in the same frame as the vault record of its value, and settled in the same step, as the
//! fact `t token 32 mark 24` (see `settled/keys.rs`): `slot u64 LE ‖ XChaCha20-Poly1305(place)`,
//! under the key of the value's owner, with the mark as nonce and the token as what it is bound to.
//! The mark is `BLAKE3.derive_key("regledger 2026 match mark v1", owner's key ‖ commitment)`, so a
//! token alone tells neither where the value stands nor of which event it is.
//!
//! Destroying the owner's key makes its places unreadable at once: an erased value no longer
//! matches. What is left of the token goes when its run is merged next.
//!
//! Memory: entries of the tail alone, about 350 bytes each, counted against the tail's bound.
//! Cost: 6 µs a sealed value when it is recorded; a look-up 0.1 ms and some 6 µs for each place.

use chain::seal::{Commitment, match_token};
use domain::day::Day;
use domain::event::{Event, Visibility};
use domain::ident::Sameness;
use domain::subject::Subject;
use domain::trace::{Place, SealedLink};
use serde::Deserialize;
use serde_json::Value;

use crate::error::LedgerError;
use crate::journal::MatchRecord;
use crate::ledger::Ledger;
use crate::read::AsOf;
use crate::shared::Snapshot;
use crate::vault::{MARK, Taken, Vault};

/// Events of one operator that are looked through for sealed values, the latest first.
const EVENTS_MAX: usize = 20_000;
/// Different sealed values of one operator that are followed.
const VALUES_MAX: usize = 200;
/// Places of one value that are read.
const PLACES_MAX: usize = 20_000;

/// The places of the values that an action seals, ready to be journaled.
pub(crate) fn records(
    vault: &Vault,
    slot: u64,
    event: &Event,
    taken: &Taken,
) -> Result<Vec<MatchRecord>, LedgerError> {
    let mut records = Vec::new();
    let mut fields = Vec::new();
    fields_of(&event.payload.data(), "", &mut fields);
    for (field, commitment) in fields {
        let Some((_, Value::String(text))) = taken.get(&commitment) else {
            continue;
        };
        let Some(same) = Sameness::of(&field, text) else {
            continue;
        };
        let token = match_token(vault.match_secret(), same.kind, same.text.as_bytes());
        let place = Place {
            seq: event.seq,
            on: event.on,
            visibility: event.visibility,
            field,
            commitment,
            subjects: event.subjects.clone(),
        };
        records.push(vault.seal_place(slot, &token, &commitment, &place)?);
    }
    Ok(records)
}

/// Every commitment in an event's data, with the name of the field that holds it.
fn fields_of(value: &Value, field: &str, out: &mut Vec<(String, Commitment)>) {
    match value {
        Value::Object(map) => {
            if let Ok(commitment) = Commitment::deserialize(value) {
                out.push((field.to_owned(), commitment));
                return;
            }
            map.iter()
                .for_each(|(name, item)| fields_of(item, name, out));
        }
        Value::Array(items) => items.iter().for_each(|item| fields_of(item, field, out)),
        _ => {}
    }
}

impl Ledger {
    /// The sealed values in an operator's events that stand elsewhere too, each with its places; as
    /// known then, by the legal date where one is given, and only from events that `reader` sees.
    /// The public sees none. Erased values have no places.
    ///
    /// Cost: reading the operator's latest 20,000 events that hold a sealed value, about 30 µs
    /// each; then as in the head of this file. At most 200 values and 20,000 places of each.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn sealed_links(
        &self,
        subject: &Subject,
        as_of: AsOf,
        reader: Visibility,
    ) -> Result<Vec<SealedLink>, LedgerError> {
        if reader == Visibility::Public {
            return Ok(Vec::new());
        }
        let snapshot = self.shared.snapshot();
        let size = snapshot.size_known(as_of.known)?;
        let look = Looking {
            snapshot: &snapshot,
            vault: &self.shared.vault,
            size,
            on: as_of.on,
            reader,
        };
        let mut links: Vec<SealedLink> = Vec::new();
        let mut tokens: Vec<[u8; 32]> = Vec::new();
        let seqs = snapshot.positions(subject, size)?;
        for seq in seqs.iter().rev().take(EVENTS_MAX) {
            for (commitment, kind, token) in look.values_of(*seq)? {
                if tokens.contains(&token) || tokens.len() >= VALUES_MAX {
                    continue;
                }
                tokens.push(token);
                let places = look.places(&token)?;
                if places.iter().any(|place| !place.subjects.contains(subject)) {
                    links.push(SealedLink {
                        id: commitment.0.to_string().chars().take(16).collect(),
                        kind,
                        places,
                    });
                }
            }
        }
        Ok(links)
    }
}

/// One look for matches.
struct Looking<'a> {
    snapshot: &'a Snapshot,
    vault: &'a Vault,
    size: u64,
    on: Option<Day>,
    reader: Visibility,
}

impl Looking<'_> {
    fn sees(&self, seq: u64, on: Day, visibility: Visibility) -> bool {
        seq < self.size && visibility <= self.reader && self.on.is_none_or(|day| on <= day)
    }

    /// The sealed values of an event that are not erased: commitment, kind and token.
    fn values_of(
        &self,
        seq: u64,
    ) -> Result<Vec<(Commitment, &'static str, [u8; 32])>, LedgerError> {
        let bytes = self.snapshot.event(seq)?;
        if !bytes.windows(SEALED.len()).any(|w| w == SEALED) {
            return Ok(Vec::new());
        }
        let event = Event::parse(&bytes).map_err(|e| LedgerError::Damaged {
            code: e.code(),
            position: seq,
            what: format!("an event cannot be read: {e}"),
        })?;
        let mut values = Vec::new();
        if !self.sees(seq, event.on, event.visibility) {
            return Ok(values);
        }
        let mut fields = Vec::new();
        fields_of(&event.payload.data(), "", &mut fields);
        for (field, commitment) in fields {
            let Some(record) = self.snapshot.sealed(commitment.0.as_bytes())? else {
                continue;
            };
            let value = self.vault.value(&record, &commitment)?;
            if let Some(Value::String(text)) = value
                && let Some(same) = Sameness::of(&field, &text)
            {
                let secret = self.vault.match_secret();
                let token = match_token(secret, same.kind, same.text.as_bytes());
                values.push((commitment, same.kind, token));
            }
        }
        Ok(values)
    }

    /// Where a value stands, as far as its owner's key is there and the reader may see it; in
    /// recorded order.
    fn places(&self, token: &[u8; 32]) -> Result<Vec<Place>, LedgerError> {
        let mut places: Vec<Place> = Vec::new();
        let mut read = |key: &[u8], value: &[u8]| -> Result<bool, LedgerError> {
            let mark = key.last_chunk::<MARK>();
            if let Some(mark) = mark
                && let Some(place) = self.vault.open_place(token, mark, value)?
                && self.sees(place.seq, place.on, place.visibility)
            {
                places.push(place);
            }
            Ok(places.len() < PLACES_MAX)
        };
        self.snapshot.view.matches(token, &mut read)?;
        for tail in self.snapshot.tails() {
            for (key, value) in tail.matches(token) {
                read(&key, &value)?;
            }
        }
        // A tail may be in the view already where it was settled meanwhile.
        places.sort_by_key(|place| place.seq);
        places.dedup();
        Ok(places)
    }
}

/// What every event with a sealed value holds.
const SEALED: &[u8] = b"\"sealed\":\"";

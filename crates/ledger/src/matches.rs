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
//! A settled store without the mark of this secret (of a release before match tokens, or brought back
//! from elsewhere) gets its tokens made again on opening, from events and vault records alone.
//!
//! Memory: entries of the tail alone, about 350 bytes each, counted against the tail's bound.
//! Cost: 6 µs a sealed value when it is recorded; a look-up 0.1 ms and some 6 µs for each place.

use std::sync::Arc;

use chain::seal::{Commitment, Salt, match_token};
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
use crate::settled::keeper::Keeper;
use crate::settled::keys;
use crate::shared::Snapshot;
use crate::vault::{MARK, Taken, Vault};

/// Events of one operator that are looked through for sealed values, the latest first.
const EVENTS_MAX: usize = 20_000;
/// Different sealed values of one operator that are followed.
const VALUES_MAX: usize = 200;
/// Records that are made again at once.
const CHUNK: usize = 20_000;
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
        records.extend(record_of(vault, slot, event, field, commitment, taken)?);
    }
    Ok(records)
}

/// The place of one value; `None` where it was not taken, or nothing is left to compare.
fn record_of(
    vault: &Vault,
    slot: u64,
    event: &Event,
    field: String,
    commitment: Commitment,
    taken: &Taken,
) -> Result<Option<MatchRecord>, LedgerError> {
    let Some((_, Value::String(text))) = taken.get(&commitment) else {
        return Ok(None);
    };
    let Some(same) = Sameness::of(&field, text) else {
        return Ok(None);
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
    let record = vault.seal_place(slot, &token, &commitment, &place)?;
    Ok(Some(record))
}

/// Makes the tokens of a settled store where it has none under this secret, before it is read.
///
/// Cost: nothing where they are there; else reading all events once, about 5 µs each and 30 µs for
/// each sealed value, and memory for [`CHUNK`] records.
pub(crate) fn complete(keeper: &mut Keeper, vault: &Vault) -> Result<(), LedgerError> {
    let engine = Arc::clone(&keeper.store.blocks.engine);
    let check = blake3::derive_key("regledger 2026 match check v1", vault.match_secret());
    if engine.get(keys::MATCHED)?.as_deref() == Some(&check) {
        return Ok(());
    }
    let mut seq = 0;
    while seq < keeper.view.size {
        let (mut chunk, mut failed) = (Vec::new(), None);
        let view = Arc::clone(&keeper.view);
        view.events(seq..view.size, &mut |at, bytes| {
            seq = at + 1;
            let made = of_bytes(vault, bytes, &|c| view.sealed(c.0.as_bytes()));
            match made {
                Ok(made) => chunk.extend(made),
                Err(error) => failed = Some(error),
            }
            failed.is_none() && chunk.len() < CHUNK
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        chunk.sort();
        let facts = chunk
            .iter()
            .map(|(token, place)| (keys::match_place(token), place));
        let facts: Vec<(Vec<u8>, &Vec<u8>)> = facts.collect();
        if !facts.is_empty() {
            keeper.add_facts(&facts)?;
        }
    }
    engine.apply(vec![(keys::MATCHED.to_vec(), Some(check.to_vec()))])?;
    engine.sync()
}

fn of_bytes(vault: &Vault, bytes: &[u8], find: &Find<'_>) -> Result<Vec<MatchRecord>, LedgerError> {
    if !has_sealed(bytes) {
        return Ok(Vec::new());
    }
    match Event::parse(bytes) {
        Ok(event) => again(vault, &event, find),
        // What cannot be read is named where it is read for itself.
        Err(_) => Ok(Vec::new()),
    }
}

/// The vault record of a commitment.
pub(crate) type Find<'a> = dyn Fn(&Commitment) -> Result<Option<Vec<u8>>, LedgerError> + 'a;

/// The places of an event's sealed values again, as they were made when it was recorded; of those
/// that are not erased and can be read.
pub(crate) fn again(
    vault: &Vault,
    event: &Event,
    find: &Find<'_>,
) -> Result<Vec<MatchRecord>, LedgerError> {
    let mut records = Vec::new();
    let mut fields = Vec::new();
    fields_of(&event.payload.data(), "", &mut fields);
    for (field, commitment) in fields {
        let Some(record) = find(&commitment)? else {
            continue;
        };
        let slot = record.first_chunk::<8>().map(|b| u64::from_le_bytes(*b));
        let value = vault.value(&record, &commitment).ok().flatten();
        if let (Some(slot), Some(value)) = (slot, value) {
            let taken = Taken::from([(commitment, (Salt([0; 32]), value))]);
            records.extend(record_of(vault, slot, event, field, commitment, &taken)?);
        }
    }
    Ok(records)
}

/// Every commitment in an event's data, with the name of the field that holds it.
pub(crate) fn fields_of(value: &Value, field: &str, out: &mut Vec<(String, Commitment)>) {
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

/// A sealed value that is not erased: commitment, kind and token.
type Held = (Commitment, &'static str, [u8; 32]);

impl Looking<'_> {
    fn sees(&self, seq: u64, on: Day, visibility: Visibility) -> bool {
        seq < self.size && visibility <= self.reader && self.on.is_none_or(|day| on <= day)
    }

    /// The sealed values of an event that are not erased.
    fn values_of(&self, seq: u64) -> Result<Vec<Held>, LedgerError> {
        let bytes = self.snapshot.event(seq)?;
        if !has_sealed(&bytes) {
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
        places
            .sort_by(|a, b| (a.seq, &a.field, a.commitment).cmp(&(b.seq, &b.field, b.commitment)));
        places.dedup();
        Ok(places)
    }
}

/// Whether an event's bytes can hold a sealed value.
fn has_sealed(bytes: &[u8]) -> bool {
    const SEALED: &[u8] = b"\"sealed\":\"";
    bytes.windows(SEALED.len()).any(|w| w == SEALED)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::anchor::Mark;
    use crate::ledger::Options;
    use crate::settled::engine::{Engine, SledEngine};

    type Facts = Vec<(Vec<u8>, Vec<u8>)>;

    /// The settled store of a closed ledger, and its match facts in order.
    fn settled(dir: &Path) -> (Arc<dyn Engine>, Keeper, Facts) {
        let engine: Arc<dyn Engine> = Arc::new(SledEngine::open(&dir.join("settled")).unwrap());
        let start = Mark {
            size: 0,
            hash: chain::hash::origin_hash("matches"),
        };
        let keeper = Keeper::open(Arc::clone(&engine), start, 1 << 20).unwrap();
        let mut facts = Vec::new();
        let mut keep = |key: &[u8], value: &[u8]| {
            facts.push((key.to_vec(), value.to_vec()));
            Ok(true)
        };
        keeper.view.facts(b"t", &[], &mut keep).unwrap();
        (engine, keeper, facts)
    }

    #[test]
    fn tokens_are_made_again_as_they_were() {
        let keep = tempfile::tempdir().unwrap();
        let dir = keep.path().join("county");
        let ledger = Ledger::create(&dir, "matches", &Options::default()).unwrap();
        let county = demo::County::new(100, 7).unwrap();
        for action in county.take(90).flat_map(|day| day.unwrap().actions) {
            // What the county's law refuses is not looked at here.
            let _ = ledger.submit(action.to_string().as_bytes(), None);
        }
        drop(ledger);
        let (engine, mut keeper, facts) = settled(&dir);
        assert!(facts.len() > 50, "{} facts", facts.len());
        let vault = Vault::open(&dir, true).unwrap();
        let check = engine.get(keys::MATCHED).unwrap();
        assert!(
            check.is_some(),
            "a ledger is marked from its first opening on"
        );
        // As in a store of a release before match tokens: no mark, no tokens.
        let merged = merged_without(&mut keeper, &facts);
        assert!(merged.is_empty());
        engine.apply(vec![(keys::MATCHED.to_vec(), None)]).unwrap();
        complete(&mut keeper, &vault).unwrap();
        let mut again = Vec::new();
        let mut keep = |key: &[u8], value: &[u8]| {
            again.push((key.to_vec(), value.to_vec()));
            Ok(true)
        };
        keeper.view.facts(b"t", &[], &mut keep).unwrap();
        assert_eq!(again, facts);
        assert_eq!(engine.get(keys::MATCHED).unwrap(), check);
        let none = json!({});
        assert!(!has_sealed(none.to_string().as_bytes()));
    }

    /// Overrides every match fact by one that is cut, and gives those that could still be read.
    fn merged_without(keeper: &mut Keeper, facts: &[(Vec<u8>, Vec<u8>)]) -> Vec<Vec<u8>> {
        let cut = Vec::new();
        let none: Vec<(Vec<u8>, &Vec<u8>)> =
            facts.iter().map(|(key, _)| (key.clone(), &cut)).collect();
        keeper.add_facts(&none).unwrap();
        let mut left = Vec::new();
        let mut keep = |_: &[u8], value: &[u8]| {
            left.extend((!value.is_empty()).then(|| value.to_vec()));
            Ok(true)
        };
        keeper.view.facts(b"t", &[], &mut keep).unwrap();
        left
    }
}

//! Disclosing: a sealed value with its salt, for whoever is to check it against its commitment.

use chain::seal::Disclosure;
use domain::event::Event;

use crate::error::LedgerError;
use crate::judge::damaged;
use crate::ledger::Ledger;
use crate::matches::fields_of;

impl Ledger {
    /// The sealed values of an event as far as their keys are there, each with its salt: whoever
    /// has them knows the values, and that they were committed to. `None` where there is no such
    /// event.
    ///
    /// # Errors
    /// Where the store or the vault cannot be read.
    pub fn disclose(&self, seq: u64) -> Result<Option<Vec<Disclosure>>, LedgerError> {
        let Some(bytes) = self.event(seq)? else {
            return Ok(None);
        };
        let event =
            Event::parse(&bytes).map_err(|e| damaged(e.code(), seq, "an event cannot be read"))?;
        let snapshot = self.shared.snapshot();
        let mut fields = Vec::new();
        fields_of(&event.payload.data(), "", &mut fields);
        let mut disclosed = Vec::new();
        for (_, commitment) in fields {
            let Some(record) = snapshot.sealed(commitment.0.as_bytes())? else {
                continue;
            };
            if let Some((salt, value)) = self.shared.vault.reopen(&record, &commitment)? {
                disclosed.push(Disclosure {
                    commitment: commitment.0,
                    salt,
                    seq,
                    value,
                });
            }
        }
        Ok(Some(disclosed))
    }
}

//! Checkpoints: whose cosignatures are asked for, by `DIR/witnesses.policy` (C2SP tlog-policy).

use chain::note::Verifier;
use chain::note::policy::Policy;

use crate::error::LedgerError;
use crate::files;
use crate::ledger::Ledger;

impl Ledger {
    /// The policy of witnesses; `None` where the ledger has none.
    ///
    /// # Errors
    /// `policy_form` where the file breaks a rule, and where it cannot be read.
    pub fn witness_policy(&self) -> Result<Option<Policy>, LedgerError> {
        let path = self.checkpoints.dir.join("witnesses.policy");
        let Some(bytes) = files::read(&path)? else {
            return Ok(None);
        };
        Policy::parse(&bytes)
            .map(Some)
            .map_err(|e| LedgerError::Damaged {
                code: e.code(),
                position: 0,
                what: format!("{}: {e}", path.display()),
            })
    }

    /// Keys of the witnesses that the policy names; none where there is no policy to be read.
    #[must_use]
    pub fn witness_keys(&self) -> Vec<Verifier> {
        let policy = self.witness_policy().ok().flatten();
        let witnesses = policy.map(|p| p.witnesses).unwrap_or_default();
        witnesses.into_iter().map(|w| w.key).collect()
    }
}

//! HTTP door: who asks.

use axum::http::{HeaderMap, StatusCode, header};
use domain::event::Visibility;

use super::Door;
use super::problem::Problem;
use crate::keys::Key;

/// Whoever asks: with a key, or without one as the public.
pub(super) struct Caller(pub(super) Option<Key>);

impl Caller {
    /// Reads `Authorization: Bearer …`.
    pub(super) fn of(door: &Door, headers: &HeaderMap) -> Result<Self, Problem> {
        let Some(header) = headers.get(header::AUTHORIZATION) else {
            return Ok(Self(None));
        };
        let shown = header.to_str().ok().and_then(|text| {
            let (scheme, shown) = text.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then_some(shown.trim())
        });
        let found = match shown {
            Some(shown) => door.key(shown).map_err(|error| {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                let detail = "the keys could not be read";
                let remedy = "tell whoever keeps the ledger";
                Problem::new(status, error.code(), detail, remedy)
            })?,
            None => None,
        };
        match found {
            Some(key) => Ok(Self(Some(key))),
            None => Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                "key_not_valid",
                "the key that was shown opens nothing",
                "show a key that is not revoked as `Authorization: Bearer …`, or none",
            )),
        }
    }

    /// The widest class of what it may read.
    pub(super) fn reader(&self) -> Visibility {
        self.0
            .as_ref()
            .map_or(Visibility::Public, |key| key.grant.reads)
    }

    /// The key, where there is one.
    pub(super) fn key(&self) -> Result<&Key, Problem> {
        self.0.as_ref().ok_or_else(|| {
            Problem::new(
                StatusCode::UNAUTHORIZED,
                "key_missing",
                "recording needs a key",
                "show one as `Authorization: Bearer …`; `regledger keys new` makes one",
            )
        })
    }
}

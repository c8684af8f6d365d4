//! Envelope: a personal value's place in an event, and evidence kept outside.

use chain::hash::Hash;
use chain::seal::Commitment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A personal value's commitment, `{"sealed": "<64 hex>"}`; value and salt lie in the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sealed(pub Commitment);

impl JsonSchema for Sealed {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sealed".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "description": "Commitment to a personal value; the door turns {\"seal\": value} into it.",
            "properties": {"sealed": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
            "required": ["sealed"],
            "additionalProperties": false
        })
    }
}

/// A file of evidence, kept outside the ledger and named by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// BLAKE3 of the file, lower-case hex.
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))]
    pub blake3: Hash,
    /// Length in bytes.
    pub bytes: u64,
    /// Media type, as in RFC 6838.
    pub media_type: String,
}

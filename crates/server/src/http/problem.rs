//! HTTP door: what goes wrong, as problem documents (RFC 9457) with the ledger's codes.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::{LedgerError, Rejection};
use schemars::JsonSchema;
use serde::Serialize;

use super::limits::RETRY_SECONDS;

/// A problem document, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// `urn:regledger:problem:<code>`.
    pub r#type: String,
    /// The HTTP status again.
    pub status: u16,
    /// The kind of problem, in a few words.
    pub title: String,
    /// Stable code that programs may rely on.
    pub code: String,
    /// What is wrong, in a sentence.
    pub detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The field of the action at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The rule that stands in the way, `pack@version#rule.id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The article of that rule's instrument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Line of the batch, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

impl Problem {
    /// A problem with its status, code, what is wrong and what to do.
    pub(super) fn new(status: StatusCode, code: &str, detail: &str, remedy: &str) -> Self {
        Self {
            r#type: format!("urn:regledger:problem:{code}"),
            status: status.as_u16(),
            title: title(status).to_owned(),
            code: code.to_owned(),
            detail: detail.to_owned(),
            remedy: (!remedy.is_empty()).then(|| remedy.to_owned()),
            field: None,
            rule: None,
            article: None,
            line: None,
        }
    }

    pub(super) fn bad(code: &str, detail: &str, remedy: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail, remedy)
    }

    pub(super) fn unknown(what: &str) -> Self {
        let detail = format!("nothing is known of {what} from this point of view");
        let remedy = "correct the name, or look from a later position or day, or with a key";
        Self::new(StatusCode::NOT_FOUND, "subject_unknown", &detail, remedy)
    }

    pub(super) fn at(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }
}

const fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "Malformed",
        401 => "Key needed",
        403 => "Not allowed",
        404 => "Not known",
        405 => "Method not allowed",
        408 => "Too slow",
        409 => "Conflict",
        413 => "Too large",
        414 => "Address too long",
        415 => "Wrong content type",
        422 => "Refused",
        429 => "Too many",
        503 => "Not available now",
        _ => "Failed",
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        let refusal = match rejection {
            Rejection::Failed(error) => return error.into(),
            Rejection::Refused(refusal) => refusal,
        };
        let status = match refusal.code {
            "json_too_large" => StatusCode::PAYLOAD_TOO_LARGE,
            "condition_stale" | "action_id_reused" => StatusCode::CONFLICT,
            "action_schema" | "action_type_unknown" | "action_id_version" | "seal_malformed" => {
                StatusCode::BAD_REQUEST
            }
            code if code.starts_with("json_") => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self {
            field: refusal.field,
            rule: refusal.rule,
            article: refusal.article,
            ..Self::new(status, refusal.code, &refusal.message, &refusal.remedy)
        }
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        let status = match error {
            LedgerError::WriterOff | LedgerError::ReadOnly | LedgerError::Busy => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        // Paths and system messages are for whoever keeps the machine, not for whoever asks.
        let detail = match &error {
            LedgerError::Io { .. } | LedgerError::Settled(_) | LedgerError::Missing(_) => {
                "the ledger could not be read or written".to_owned()
            }
            told => told.to_string(),
        };
        let remedy = "try again later; what was acknowledged is safe";
        Self::new(status, error.code(), &detail, remedy)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        response.extensions_mut().insert(self);
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(header::RETRY_AFTER, RETRY_SECONDS.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"regledger\"");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

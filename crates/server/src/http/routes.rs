//! HTTP door: the one table of routes. The router and the OpenAPI document are both made from it.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};

use super::ask::Ask;
use super::auth::Caller;
use super::problem::Problem;
use super::{Door, actions, around, log, openapi, portal, reads, stream};

/// The prefix of every route.
pub(super) const PREFIX: &str = "/api/v1";

/// What a route does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    Act,
    ActMany,
    Operators,
    Subject(&'static str),
    SubjectEvents,
    Dossier,
    Trace,
    ShopAt,
    Departments,
    Lists,
    List,
    Clocks,
    Events,
    Event,
    Head,
    Checkpoint,
    Proof,
    Diff,
    Policies,
    Policy,
    Schemas,
    Schema,
    Health,
    Metrics,
    OpenApi,
}

/// One route.
pub(super) struct Route {
    pub(super) does: Does,
    pub(super) post: bool,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// Names that the query may hold, each with what it means.
    pub(super) query: &'static [(&'static str, &'static str)],
}

type Query = &'static [(&'static str, &'static str)];

const AS_OF: (&str, &str) = (
    "as_of",
    "What was known: a position, or a recorded time (RFC 3339, UTC, milliseconds).",
);
const ON: (&str, &str) = ("on", "What was true on this legal date, YYYY-MM-DD.");
const CURSOR: (&str, &str) = ("cursor", "`next` of the page before.");
const LIMIT: (&str, &str) = ("limit", "Items of the page, 1 to 500.");
const VIEW: Query = &[AS_OF, ON];
const KNOWN: Query = &[AS_OF];
const PAGED: Query = &[AS_OF, ON, CURSOR, LIMIT];
const OPERATORS: Query = &[
    AS_OF,
    ON,
    CURSOR,
    LIMIT,
    ("name", "A part of the name."),
    ("division", "The division code, or how it begins."),
    (
        "status",
        "registered, suspended, cancelled, revoked or annulled.",
    ),
];
const CLOCKS: Query = &[
    AS_OF,
    (
        "on",
        "The legal date on which they run, YYYY-MM-DD; today where absent.",
    ),
    CURSOR,
    LIMIT,
    (
        "due_before",
        "Only those whose last day is before this one.",
    ),
    ("late", "true: only those whose last day is past."),
    (
        "department",
        "Only those that this department holds, by its credit code.",
    ),
];
const SHOP_AT: Query = &[
    AS_OF,
    ON,
    (
        "address",
        "Its page, PLATFORM/SHOP, app:ID or mini_programme:CARRIER/APP.",
    ),
];
const TRACE: Query = &[
    AS_OF,
    ON,
    (
        "to",
        "Another operator's credit code: what both share, and the shortest paths to it.",
    ),
    (
        "depth",
        "Steps from operator to operator: 1 to 3, 1 where absent; of paths 1 to 6, 4 where absent.",
    ),
];
const STREAM: Query = &[
    AS_OF,
    ON,
    (
        "after",
        "Only events behind this position; where a stream broke off.",
    ),
    ("subject", "Only events that name this subject, kind:id."),
    ("type", "Only events whose type begins so."),
    (
        "follow",
        "true: go on with new events; an empty line is a sign of life.",
    ),
];
const DIFF: Query = &[
    (
        "a",
        "From where: POSITION, a time, or either with @DATE behind it.",
    ),
    ("b", "To where."),
];

const fn get(does: Does, path: &'static str, summary: &'static str, query: Query) -> Route {
    Route {
        does,
        post: false,
        path,
        summary,
        query,
    }
}

const fn post(does: Does, path: &'static str, summary: &'static str) -> Route {
    Route {
        does,
        post: true,
        path,
        summary,
        query: &[],
    }
}

/// Every route.
pub(super) const ROUTES: &[Route] = &[
    post(Does::Act, "/actions", "Record one action."),
    post(
        Does::ActMany,
        "/actions/batch",
        "Record many actions, one a line; answers line by line.",
    ),
    get(Does::Operators, "/operators", "Find operators.", OPERATORS),
    get(
        Does::Subject("operator"),
        "/operators/{id}",
        "Where an operator stands.",
        VIEW,
    ),
    get(
        Does::SubjectEvents,
        "/operators/{id}/events",
        "The events that name an operator.",
        PAGED,
    ),
    get(
        Does::Dossier,
        "/operators/{id}/dossier",
        "An operator's whole file, in sentences.",
        VIEW,
    ),
    get(
        Does::Trace,
        "/operators/{id}/trace",
        "What an operator shares with others: addresses, shops, and sealed values unseen.",
        TRACE,
    ),
    get(
        Does::Subject("complaint"),
        "/complaints/{id}",
        "A complaint, with its deadline explained.",
        VIEW,
    ),
    get(
        Does::Subject("case"),
        "/cases/{id}",
        "An enforcement case.",
        VIEW,
    ),
    get(
        Does::Subject("bulletin"),
        "/bulletins/{id}",
        "A bulletin of exposure; for the public from its publication on.",
        VIEW,
    ),
    get(
        Does::Subject("application"),
        "/applications/{id}",
        "An application for registration.",
        VIEW,
    ),
    get(
        Does::Subject("repair"),
        "/repairs/{id}",
        "An application for credit repair.",
        VIEW,
    ),
    get(
        Does::Subject("address"),
        "/addresses/{id}",
        "An address and who is there.",
        VIEW,
    ),
    get(
        Does::ShopAt,
        "/shops",
        "The shop at an address, in any spelling.",
        SHOP_AT,
    ),
    get(
        Does::Subject("shop"),
        "/shops/{id}",
        "A shop and who runs it.",
        VIEW,
    ),
    get(
        Does::Subject("platform"),
        "/platforms/{id}",
        "A platform, its reports and its deadline.",
        VIEW,
    ),
    get(
        Does::Subject("individual"),
        "/individuals/{id}",
        "An individual who trades without registration.",
        VIEW,
    ),
    get(
        Does::Departments,
        "/departments",
        "The register of departments.",
        VIEW,
    ),
    get(
        Does::Subject("department"),
        "/departments/{id}",
        "A department: what it is, what it owes others and is owed.",
        VIEW,
    ),
    get(
        Does::Subject("exchange"),
        "/exchanges/{id}",
        "What one department sent another, and what became of it.",
        VIEW,
    ),
    get(
        Does::Subject("meeting"),
        "/meetings/{id}",
        "A joint meeting and its resolutions.",
        VIEW,
    ),
    get(
        Does::Subject("guidance"),
        "/guidance/{id}",
        "Guidance to operators, and whether it was followed.",
        VIEW,
    ),
    get(
        Does::Subject("alert"),
        "/alerts/{id}",
        "A consumer alert.",
        VIEW,
    ),
    get(
        Does::Subject("task"),
        "/tasks/{id}",
        "A task of a plan, who has it, its targets.",
        VIEW,
    ),
    get(Does::Lists, "/lists", "The names of the lists.", &[]),
    get(Does::List, "/lists/{id}", "Who is on a list.", PAGED),
    get(
        Does::Clocks,
        "/clocks",
        "The deadlines that run, by their last day; for departments.",
        CLOCKS,
    ),
    get(
        Does::Events,
        "/events",
        "The history as NDJSON, one canonical event a line.",
        STREAM,
    ),
    get(
        Does::Event,
        "/events/{id}",
        "One event, as its canonical bytes.",
        VIEW,
    ),
    get(
        Does::Head,
        "/head",
        "How long the history is, and its last hash.",
        KNOWN,
    ),
    get(
        Does::Proof,
        "/events/{id}/proof",
        "A proof file for an event: it is in the ledger; checked offline.",
        &[],
    ),
    get(
        Does::Checkpoint,
        "/checkpoint",
        "The checkpoint that was published last, its keys, and how witnessing goes.",
        &[],
    ),
    get(
        Does::Diff,
        "/diff",
        "Which operators stand otherwise, and in what.",
        DIFF,
    ),
    get(
        Does::Policies,
        "/policies",
        "The adopted policy packs.",
        VIEW,
    ),
    get(
        Does::Policy,
        "/policies/{id}",
        "One pack with its rules, name@version.",
        VIEW,
    ),
    get(
        Does::Schemas,
        "/schemas",
        "The types of actions and events.",
        &[],
    ),
    get(
        Does::Schema,
        "/schemas/{id}",
        "The JSON Schema of one type's data.",
        &[],
    ),
    get(
        Does::Health,
        "/health",
        "Whether actions are recorded.",
        &[],
    ),
    get(
        Does::Metrics,
        "/metrics",
        "Counters in Prometheus' text form.",
        &[],
    ),
    get(Does::OpenApi, "/openapi.json", "This description.", &[]),
];

/// One request at its route.
pub(super) struct Call {
    pub(super) door: Arc<Door>,
    pub(super) caller: Caller,
    pub(super) ask: Ask,
    pub(super) headers: HeaderMap,
    /// The part of the path in braces.
    pub(super) id: String,
    pub(super) body: Body,
}

pub(super) fn router(door: Arc<Door>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        let filter = if route.post {
            MethodFilter::POST
        } else {
            MethodFilter::GET
        };
        let door = Arc::clone(&door);
        let handler = move |params: RawPathParams, request: Request| {
            let door = Arc::clone(&door);
            async move { at(route, door, &params, request).await }
        };
        router = router.route(&format!("{PREFIX}{}", route.path), on(filter, handler));
    }
    let unknown = || async {
        let remedy = "/api/v1/openapi.json describes what there is";
        Problem::new(
            StatusCode::NOT_FOUND,
            "route_unknown",
            "there is nothing here",
            remedy,
        )
    };
    let method = || async {
        let remedy = "the Allow header says which are";
        let detail = "this method is not allowed here";
        Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            detail,
            remedy,
        )
    };
    router
        .merge(log::routes(&door))
        .merge(portal::routes(&door))
        .fallback(unknown)
        .method_not_allowed_fallback(method)
        .layer(axum::middleware::from_fn_with_state(door, around::around))
}

async fn at(
    route: &'static Route,
    door: Arc<Door>,
    params: &RawPathParams,
    request: Request,
) -> Response {
    let id = params.iter().next().map(|(_, v)| v.to_owned());
    let (parts, body) = request.into_parts();
    let with_key = parts.headers.contains_key(header::AUTHORIZATION);
    let answered = async {
        let caller = Caller::of(&door, &parts.headers)?;
        let ask = Ask::read(parts.uri.query().unwrap_or_default(), route.query)?;
        let call = Call {
            door,
            caller,
            ask,
            headers: parts.headers,
            id: id.unwrap_or_default(),
            body,
        };
        match route.does {
            Does::Act => actions::one(call).await,
            Does::ActMany => actions::many(call),
            Does::Events => stream::events(call).await,
            Does::OpenApi => Ok(json_text(openapi::document().to_string())),
            does => reads::read(call, does).await,
        }
    };
    let mut response = match answered.await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    };
    if with_key {
        let vary = HeaderValue::from_static("authorization");
        response.headers_mut().insert(header::VARY, vary);
    }
    response
}

/// An answer in JSON.
pub(super) fn json_text(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

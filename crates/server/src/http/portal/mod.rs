//! HTTP door: the portal, pages for people, in Chinese and English.
//!
//! A page shows what the public may see now, whoever asks: no key changes it. `frame` holds what a
//! page knows of its request, `public` what of an operator may be shown, `pages` makes them from
//! the templates in `templates/`. Nothing here needs a script or another host, and the policy sent
//! with every page forbids both.

mod frame;
mod operator;
mod pages;
mod public;

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::Door;
use super::ask::Ask;
use super::log::Everybodys;
use super::problem::Problem;
use frame::Frame;

/// No script, nothing from elsewhere, in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("../../../templates/portal.css");
const ICON: &str = include_str!("../../../templates/portal.svg");
/// Style and icon change with the binary alone.
const A_WHILE: &str = "public, max-age=300";

/// A page of the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Home,
    Search,
    Operator,
    Lists,
    List,
    Bulletins,
    Bulletin,
}

type Query = &'static [(&'static str, &'static str)];

const LANG: (&str, &str) = ("lang", "zh or en");
const ON: (&str, &str) = ("on", "legal date");
const AS_OF: (&str, &str) = ("as_of", "what was known by the end of this day");
const CURSOR: (&str, &str) = ("cursor", "behind this item");

const PAGES: &[(Page, &str, Query)] = &[
    (Page::Home, "/", &[LANG, ON, AS_OF]),
    (
        Page::Search,
        "/search",
        &[LANG, ON, AS_OF, CURSOR, ("q", "code, or part of a name")],
    ),
    (Page::Operator, "/operators/{id}", &[LANG, ON, AS_OF]),
    (Page::Lists, "/lists", &[LANG, ON, AS_OF]),
    (Page::List, "/lists/{id}", &[LANG, ON, AS_OF, CURSOR]),
    (Page::Bulletins, "/bulletins", &[LANG, CURSOR]),
    (Page::Bulletin, "/bulletins/{id}", &[LANG]),
];

/// What is found for a page.
enum Found {
    Html(String),
    /// The page that was meant is at another address.
    At(String),
}

/// One request for a page.
struct Call<'a> {
    door: &'a Door,
    frame: Frame,
    ask: Ask,
    id: String,
}

pub(super) fn routes(door: &Arc<Door>) -> Router {
    let mut router = Router::new()
        .route(
            "/portal.css",
            get(|| async { file(STYLE, "text/css; charset=utf-8") }),
        )
        .route("/portal.svg", get(|| async { file(ICON, "image/svg+xml") }));
    for (page, path, query) in PAGES {
        let door = Arc::clone(door);
        let handler = move |params: RawPathParams, request: Request| {
            let door = Arc::clone(&door);
            let id = params.iter().next().map(|(_, v)| v.to_owned());
            async move {
                let (uri, headers) = (request.uri(), request.headers());
                let frame = Frame::of(uri, headers);
                let ask = Ask::read(uri.query().unwrap_or_default(), query);
                let answered = answer(*page, door, frame, ask, id.unwrap_or_default());
                answered.await.unwrap_or_else(Problem::into_response)
            }
        };
        router = router.route(path, get(handler));
    }
    router
}

async fn answer(
    page: Page,
    door: Arc<Door>,
    frame: Frame,
    ask: Result<Ask, Problem>,
    id: String,
) -> Result<Response, Problem> {
    let ask = ask?;
    let frame = frame.at(&ask)?;
    let place = Arc::clone(&door.reads).acquire_owned().await;
    let read = tokio::task::spawn_blocking(move || {
        let call = Call {
            door: &door,
            frame,
            ask,
            id,
        };
        let found = match page {
            Page::Home => pages::home(&call),
            Page::Search => pages::search(&call),
            Page::Operator => operator::page(&call),
            Page::Lists => pages::lists(&call),
            Page::List => pages::list(&call),
            Page::Bulletins => pages::bulletins(&call),
            Page::Bulletin => pages::bulletin(&call),
        };
        drop(place);
        found
    });
    let broken = |_| {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Problem::new(status, "read_failed", "the read broke off", "ask again")
    };
    match read.await.map_err(broken)?? {
        Found::Html(html) => Ok(html_response(StatusCode::OK, html)),
        Found::At(address) => {
            let mut response = html_response(StatusCode::SEE_OTHER, String::new());
            let address = HeaderValue::from_str(&address).map_err(|_| {
                Problem::bad("query_malformed", "the query can't be read", "correct it")
            })?;
            response.headers_mut().insert(header::LOCATION, address);
            Ok(response)
        }
    }
}

/// Whether a path is one for people, so that what goes wrong is told on a page.
pub(super) fn is_page(path: &str) -> bool {
    let of = |prefix: &str| {
        path.strip_prefix(prefix)
            .is_some_and(|r| r.is_empty() || r.starts_with('/'))
    };
    !of("/api") && !of("/log")
}

/// Makes the page of a problem, with the problem's own headers.
pub(super) fn problem_page(uri: &Uri, headers: &HeaderMap, response: Response) -> Response {
    let Some(problem) = response.extensions().get::<Problem>() else {
        return response;
    };
    let status = response.status();
    let html = pages::problem(&Frame::of(uri, headers), problem);
    let mut page = html_response(status, html);
    for name in [header::ALLOW, header::RETRY_AFTER] {
        let value = response.headers().get(&name).cloned();
        page.headers_mut().extend(value.map(|value| (name, value)));
    }
    page
}

fn html_response(status: StatusCode, html: String) -> Response {
    let mut response = Response::new(html.into());
    *response.status_mut() = status;
    let told = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::VARY, "accept-language"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    put(&mut response, told);
    response
}

fn file(text: &'static str, kind: &'static str) -> Response {
    let mut response = Response::new(text.into());
    let told = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, A_WHILE),
    ];
    put(&mut response, told);
    response
}

fn put(response: &mut Response, told: impl IntoIterator<Item = (HeaderName, &'static str)>) {
    let headers = response.headers_mut();
    for (name, value) in told {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response.extensions_mut().insert(Everybodys);
}

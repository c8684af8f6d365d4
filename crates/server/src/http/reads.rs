//! HTTP door: what is read as one document.

use std::sync::{Arc, PoisonError};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::areas::Payload;
use domain::day::{Day, Instant};
use domain::entity::Entity;
use domain::event::Visibility;
use domain::ident::{CreditCode, CreditCodeError, ShopAddress};
use domain::policy::Book;
use domain::row::List;
use domain::subject::Subject;
use ledger::{Clock, Head, Known, Ledger, SystemClock};
use serde::Serialize;

use super::ask::cursor;
use super::limits;
use super::problem::Problem;
use super::routes::{Call, Does, json_text};
use crate::clocks::Asked;
use crate::follow;
use crate::log::prove::ProveError;
use crate::look::{self, View};
use crate::shape;

/// Answers a read on a thread that may block, unless the asker has the answer already.
pub(super) async fn read(call: Call, does: Does) -> Result<Response, Problem> {
    if does == Does::Metrics {
        let writing = call.door.ledger.why_off().is_none();
        let text = call
            .door
            .metrics
            .text(call.door.ledger.head().size, writing);
        let mut response = Response::new(text.into());
        let kind = HeaderValue::from_static("text/plain; version=0.0.4");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        return Ok(response);
    }
    if does == Does::Health {
        return Ok(health(&call));
    }
    if does == Does::Checkpoint {
        return checkpoint(&call);
    }
    // The same head, the same reader and the same address give the same answer.
    let head = call.door.ledger.head();
    let hash = head.hash.to_string();
    let reader = format!("{:?}", call.caller.reader()).to_lowercase();
    let release = env!("CARGO_PKG_VERSION");
    // What runs today is another answer tomorrow.
    let day = match does {
        Does::Clocks => format!("-{}", today()),
        _ => String::new(),
    };
    let tag = format!("\"{}-{}-{reader}-{release}{day}\"", head.size, &hash[..16]);
    let known = call.headers.get(header::IF_NONE_MATCH);
    let known = known.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut known = known.split(',').map(|t| t.trim().trim_start_matches("W/"));
    let has_it = known.any(|known| known == tag);
    let tag = HeaderValue::from_str(&tag).ok();
    if has_it {
        let mut response = Response::new(axum::body::Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
            .headers_mut()
            .extend(tag.map(|tag| (header::ETAG, tag)));
        return Ok(response);
    }
    let place = Arc::clone(&call.door.reads).acquire_owned().await;
    let answered = tokio::task::spawn_blocking(move || {
        let answered = answer(&call, does);
        drop(place);
        answered
    });
    let body = answered.await.map_err(|_| {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Problem::new(
            status,
            "read_failed",
            "the read broke off",
            "tell whoever keeps the ledger",
        )
    })??;
    let mut response = json_text(body);
    response
        .headers_mut()
        .extend(tag.map(|tag| (header::ETAG, tag)));
    Ok(response)
}

fn health(call: &Call) -> Response {
    let ledger = &call.door.ledger;
    let off = ledger.why_off().is_some() || !ledger.records();
    let status = match (ledger.records(), off) {
        (false, _) => "read_only",
        (true, true) => "writer_off",
        (true, false) => "ok",
    };
    let told = shape::Health {
        status: status.to_owned(),
        size: call.door.ledger.head().size,
    };
    let mut response = json_text(serde_json::to_vec(&told).unwrap_or_default());
    if off {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}

/// Changes with what witnesses say, without the history's growing.
fn checkpoint(call: &Call) -> Result<Response, Problem> {
    let standing = call.door.standing.lock();
    let standing = standing.unwrap_or_else(PoisonError::into_inner).clone();
    let told = shape::Checkpoint::of(&call.door.ledger, &standing)?;
    Ok(json_text(text(&told)?))
}

fn answer(call: &Call, does: Does) -> Result<Vec<u8>, Problem> {
    let view = call.ask.view(call.caller.reader())?;
    match does {
        Does::Operators => operators(call, &view),
        Does::Subject(kind) => page(call, &format!("{kind}:{}", call.id), &view),
        Does::Departments => page(call, "department:register", &view),
        Does::Policies => page(call, "policy:book", &view),
        Does::SubjectEvents => subject_events(call, &view),
        Does::Dossier => dossier(call, &view),
        Does::Trace => trace(call, &view),
        Does::ShopAt => shop_at(call, &view),
        Does::Lists => text(&shape::lists()),
        Does::List => list(call, &view),
        Does::Clocks => clocks(call, &view),
        Does::Event => event(call, &view),
        Does::Head => {
            let head = head(&call.door.ledger, view.as_of.known)?;
            text(&shape::Head::of(call.door.ledger.origin(), &head))
        }
        Does::Proof => proof(call, &view),
        Does::Diff => diff(call),
        Does::Policy => policy(call, &view),
        Does::Schemas => text(&shape::types()),
        Does::Schema => {
            let mut types = Payload::types();
            let found = types.find(|t| t.event == call.id || t.action == Some(call.id.as_str()));
            let info = found.ok_or_else(|| Problem::unknown("this type"))?;
            text(&domain::event::schema_of(info))
        }
        Does::Act
        | Does::ActMany
        | Does::Events
        | Does::Health
        | Does::Checkpoint
        | Does::Metrics
        | Does::OpenApi => Err(Problem::unknown("this")),
    }
}

fn text(shape: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(shape).map_err(|e| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "shape_failed",
            &e.to_string(),
            "",
        )
    })
}

fn subject_of(text: &str) -> Result<Subject, Problem> {
    Subject::parse(text).map_err(|e| Problem::bad(e.code(), &e.to_string(), "correct the id"))
}

fn page(call: &Call, subject: &str, view: &View) -> Result<Vec<u8>, Problem> {
    let door = &call.door;
    let subject = subject_of(subject)?;
    let page = door
        .looker
        .page(&door.ledger, &subject, view, limits::EVENTS_ON_PAGE)?;
    text(&page.ok_or_else(|| Problem::unknown(subject.as_str()))?)
}

fn operators(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    let limit = call.ask.limit()?;
    let mut after = call.ask.cursor()?.map(|c| subject_of(&c)).transpose()?;
    let wants = |name: &str, value: &str, whole: bool| {
        call.ask.text(name).is_none_or(|wanted| {
            if whole {
                value == wanted
            } else {
                value.contains(wanted)
            }
        })
    };
    let mut items = Vec::new();
    let mut looked_at = 0;
    let mut more = true;
    while more && items.len() < limit && looked_at < limits::SCAN_MAX {
        let found = call
            .door
            .ledger
            .subjects("operator:", after.as_ref(), limit)?;
        more = found.len() == limit;
        for subject in found {
            looked_at += 1;
            after = Some(subject.clone());
            let events = look::events(&call.door.ledger, &subject, view)?;
            let entity = look::entity(&subject, &events, view.as_of.on);
            let Some(Entity::Operator(operator)) = entity else {
                continue;
            };
            let line = shape::OperatorLine::of(subject.id(), &operator, view.as_of.on);
            let division = call.ask.text("division").unwrap_or_default();
            if wants("name", &line.name, false)
                && wants("status", &line.status, true)
                && line.division.starts_with(division)
            {
                items.push(line);
                if items.len() == limit {
                    more = true;
                    break;
                }
            }
        }
    }
    let next = after.filter(|_| more).map(|s| cursor(s.as_str()));
    text(&shape::Items { items, next })
}

fn subject_events(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    let limit = call.ask.limit()?;
    let subject = subject_of(&format!("operator:{}", call.id))?;
    let from = match call.ask.cursor()? {
        None => 0,
        Some(text) => text.parse().map_err(|_| {
            Problem::bad("cursor_malformed", "the cursor can't be read", "").at("cursor")
        })?,
    };
    let mut events = look::events(&call.door.ledger, &subject, view)?;
    events.retain(|e| e.seq >= from);
    let next = events.get(limit).map(|e| cursor(&e.seq.to_string()));
    let items = events.iter().take(limit).map(shape::EventLine::of);
    let items: Vec<shape::EventLine> = items.collect();
    text(&shape::Items { items, next })
}

fn dossier(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    let subject = subject_of(&format!("operator:{}", call.id))?;
    let events = look::events(&call.door.ledger, &subject, view)?;
    if events.is_empty() {
        return Err(Problem::unknown(subject.as_str()));
    }
    let book = book(call, &View::now(Visibility::Restricted))?;
    let file = domain::dossier::dossier(&subject, &events, &book, view.as_of.on, view.reader);
    text(&shape::Dossier::of(&subject, &file))
}

fn shop_at(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    let asked = call.ask.text("address").ok_or_else(|| {
        let remedy = "give ?address= its page, or PLATFORM/SHOP";
        Problem::bad("address_missing", "no address is asked for", remedy).at("address")
    })?;
    // Which host is whose is public, and known as of now.
    let now = View::now(view.reader).as_of;
    let register = call
        .door
        .ledger
        .entity(&Subject::platform_register(), now)?;
    let shop = domain::areas::shop::shop_at(register.as_ref(), &ShopAddress::read(asked));
    let shop = shop.map_err(|refusal| {
        Problem::bad(refusal.code, &refusal.message, &refusal.remedy).at("address")
    })?;
    page(call, shop.as_str(), view)
}

fn trace(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    let code = |text: &str, field: &str| -> Result<CreditCode, Problem> {
        text.parse().map_err(|e: CreditCodeError| {
            Problem::bad(e.code(), &e.to_string(), "correct the code").at(field)
        })
    };
    let from = code(&call.id, "id")?;
    let to = call.ask.text("to").map(|to| code(to, "to")).transpose()?;
    let (usual, most) = match to {
        Some(_) => (limits::PATH_STEPS, limits::PATH_STEPS_MAX),
        None => (limits::TRACE_DEPTH, limits::TRACE_DEPTH_MAX),
    };
    let depth = call.ask.text("depth").map_or(Ok(usual), str::parse);
    let depth = depth.ok().filter(|depth| (1..=most).contains(depth));
    let depth = depth.ok_or_else(|| {
        let remedy = format!("give a whole number from 1 to {most}");
        Problem::bad("depth_malformed", "this depth is not followed", &remedy).at("depth")
    })?;
    let ledger = &call.door.ledger;
    let found = match to {
        Some(to) => follow::between(ledger, (from, to), view, depth)?,
        None => follow::outwards(ledger, from, view, depth)?,
    };
    text(&found.ok_or_else(|| Problem::unknown("this operator"))?)
}

fn book(call: &Call, view: &View) -> Result<Book, Problem> {
    let subject = Subject::policy_book();
    let events = look::events(&call.door.ledger, &subject, view)?;
    match look::entity(&subject, &events, view.as_of.on) {
        Some(Entity::Book(book)) => Ok(*book),
        _ => Ok(Book::default()),
    }
}

fn policy(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    let book = book(call, view)?;
    let mut packs = book.packs();
    let found = packs.find(|(pack, ..)| pack.id().to_string() == call.id);
    let (pack, from, retired) = found.ok_or_else(|| Problem::unknown("this pack"))?;
    text(&shape::Pack::of(pack, from, retired))
}

fn list(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    let list = List::by_name(&call.id).ok_or_else(|| Problem::unknown("this list"))?;
    let limit = call.ask.limit()?;
    let behind = call.ask.cursor()?;
    let behind = behind.as_deref().and_then(|c| c.split_once('\n'));
    let door = &call.door;
    let (items, next) = door
        .looker
        .list_page(&door.ledger, list, view, behind, limit)?;
    let next = next.map(|(operator, entry)| cursor(&format!("{operator}\n{entry}")));
    text(&shape::Items { items, next })
}

fn today() -> Day {
    SystemClock.now().day_in_shanghai()
}

fn clocks(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    if call.caller.reader() < Visibility::Departments {
        call.caller.key()?;
        let detail = "deadlines are shown to departments";
        let remedy = "ask with a key of the reader class `departments`";
        let status = StatusCode::FORBIDDEN;
        return Err(Problem::new(status, "reader_class", detail, remedy));
    }
    let department = call.ask.text("department").map(str::parse).transpose();
    let asked = Asked {
        due_before: call.ask.day("due_before")?,
        late: call.ask.flag("late")?,
        department: department.map_err(|e: CreditCodeError| {
            Problem::bad(e.code(), &e.to_string(), "give its credit code").at("department")
        })?,
    };
    let limit = call.ask.limit()?;
    let behind = call.ask.cursor()?;
    let behind = behind.as_deref().and_then(|cursor| {
        let mut parts = cursor.splitn(3, '\n');
        let due = Day::parse(parts.next()?).ok()?;
        Some((due, parts.next()?.to_owned(), parts.next()?.to_owned()))
    });
    let door = &call.door;
    let behind = behind.as_ref();
    let found = door
        .looker
        .clocks(&door.ledger, view, today(), &asked, behind, limit);
    let (items, next) = found?;
    let next = next.map(|(due, subject, entry)| cursor(&format!("{due}\n{subject}\n{entry}")));
    text(&shape::Items { items, next })
}

fn event(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    let unknown = || Problem::unknown("this position");
    let seq: u64 = call.id.parse().map_err(|_| unknown())?;
    if matches!(view.as_of.known, Known::Position(last) if seq > last) {
        return Err(unknown());
    }
    let bytes = call.door.ledger.event(seq)?.ok_or_else(unknown)?;
    let event = domain::event::Event::parse(&bytes).map_err(|_| unknown())?;
    let known = match view.as_of.known {
        Known::Time(time) => event.at <= time,
        Known::Now | Known::Position(_) => true,
    };
    let in_force = view.as_of.on.is_none_or(|day| event.on <= day);
    let gone = look::is_gone(&call.door.ledger, &event, view)?;
    if known && in_force && view.sees(event.visibility) && !gone {
        Ok(bytes)
    } else {
        // A withheld event is not told from one that is not there.
        Err(unknown())
    }
}

/// A proof file for an event that this reader may see.
fn proof(call: &Call, view: &View) -> Result<Vec<u8>, Problem> {
    event(call, view)?;
    let seq: u64 = call
        .id
        .parse()
        .map_err(|_| Problem::unknown("this position"))?;
    let file = crate::log::prove::event(&call.door.ledger, seq).map_err(|error| {
        let status = match error {
            ProveError::NotCovered => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Problem::new(status, error.code(), &error.to_string(), "")
    })?;
    Ok(file.into_bytes())
}

/// The end of what was known then.
fn head(ledger: &Ledger, known: Known) -> Result<Head, Problem> {
    let now = ledger.head();
    let size = match known {
        Known::Now => return Ok(now),
        Known::Position(seq) => now.size.min(seq.saturating_add(1)),
        Known::Time(time) => {
            // Recording times never go back, so the last one in time is found by halving.
            let (mut low, mut high) = (0, now.size);
            while low < high {
                let middle = low + (high - low) / 2;
                let event = ledger.event(middle)?.unwrap_or_default();
                let link = chain::link::read_link(&event).ok();
                let at = link.and_then(|link| Instant::parse(link.at).ok());
                if at.is_some_and(|at| at <= time) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            low
        }
    };
    let hash = match size.checked_sub(1) {
        None => chain::hash::origin_hash(ledger.origin()),
        Some(last) => chain::hash::event_hash(&ledger.event(last)?.unwrap_or_default()),
    };
    Ok(Head { size, hash })
}

fn diff(call: &Call) -> Result<Vec<u8>, Problem> {
    if call.caller.reader() < Visibility::Restricted {
        call.caller.key()?;
        let detail = "differences are worked out over all events, withheld ones too";
        let remedy = "ask with a key of the reader class `restricted`";
        let status = StatusCode::FORBIDDEN;
        return Err(Problem::new(status, "reader_class", detail, remedy));
    }
    let point = |name: &str| {
        let asked = call.ask.text(name).unwrap_or_default();
        ledger::point_of_view(asked).map_err(|expected| {
            Problem::bad(
                "point_malformed",
                "the point of view can't be read",
                expected,
            )
            .at(name)
        })
    };
    let (a, b) = (point("a")?, point("b")?);
    let mut items = Vec::new();
    let mut cut = false;
    call.door.ledger.differing(a, b, &mut |differing| {
        cut = items.len() >= limits::SCAN_MAX;
        if !cut {
            items.push(shape::Differing::of(&differing));
        }
        !cut
    })?;
    text(&shape::Differences { items, cut })
}

//! Portal: home, search, lists, bulletins, and what is told when something goes wrong.

use std::collections::BTreeMap;

use askama::Template;
use domain::event::Visibility;
use domain::ident::CreditCode;
use domain::row::List;
use domain::subject::{Kind, Subject};
use ledger::{Clock, SystemClock};

use super::frame::Frame;
use super::public::{in_term, retain_rows};
use super::{Call, Found};
use crate::files::LISTS;
use crate::http::Door;
use crate::http::ask::cursor;
use crate::http::limits;
use crate::http::problem::Problem;
use crate::look::{self, View};
use crate::shape::{Bulletin, Checkpoint, ListEntry, OperatorLine, State};

/// Bulletins on the first page.
const LATEST: usize = 5;

/// What departments are called, by their credit codes.
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    pub(super) fn of(door: &Door, f: &Frame) -> Result<Self, Problem> {
        let register = Subject::department_register();
        let page = door.looker.page(&door.ledger, &register, &f.view(), 0)?;
        let departments = match page.map(|p| p.state) {
            Some(State::Register(register)) => register.departments,
            _ => Vec::new(),
        };
        let named = departments.into_iter().map(|d| (d.department, d.name));
        Ok(Self(named.collect()))
    }

    /// A department's name; its code where none is known.
    pub(super) fn say<'a>(&'a self, code: &'a str) -> &'a str {
        self.0.get(code).map_or(code, String::as_str)
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    f: Frame,
    origin: String,
    size: u64,
    lists: Vec<List>,
    bulletins: Vec<Bulletin>,
    signed: Option<Signed>,
}

/// The latest checkpoint and its age.
struct Signed {
    size: String,
    at: String,
    minutes: u64,
    quorum: Option<bool>,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Search {
    f: Frame,
    asked: String,
    lines: Vec<OperatorLine>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "lists.html")]
struct Lists {
    f: Frame,
    lists: Vec<List>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    f: Frame,
    names: Names,
    list: List,
    rows: Vec<ListEntry>,
    next: Option<String>,
    /// Not on its first page.
    on_the_way: bool,
}

#[derive(Template)]
#[template(path = "bulletins.html")]
struct Bulletins {
    f: Frame,
    bulletins: Vec<Bulletin>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "bulletin.html")]
struct BulletinPage {
    f: Frame,
    names: Names,
    bulletin: Bulletin,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    f: &'a Frame,
    problem: &'a Problem,
    zh: &'static str,
    en: &'static str,
}

/// Makes the page.
pub(super) fn rendered(page: &impl Template) -> Result<Found, Problem> {
    let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
    let failed = |e: askama::Error| Problem::new(status, "page_failed", &e.to_string(), "");
    page.render().map(Found::Html).map_err(failed)
}

pub(super) fn home(call: &Call<'_>) -> Result<Found, Problem> {
    let door = call.door;
    let published = door.ledger.published();
    let standing = door.standing.lock();
    let standing = standing.unwrap_or_else(std::sync::PoisonError::into_inner);
    let told = Checkpoint::of(&door.ledger, &standing);
    drop(standing);
    let told = told?;
    let signed = published.map(|published| {
        let age = SystemClock.now().millis();
        let age = age.saturating_sub(published.at.millis());
        let note = told.checkpoint.as_deref().unwrap_or_default();
        Signed {
            size: note.lines().nth(1).unwrap_or_default().to_owned(),
            at: published.at.to_string(),
            minutes: age / 60_000,
            quorum: told.quorum,
        }
    });
    let (bulletins, _) = latest(call, None, LATEST)?;
    rendered(&Home {
        f: call.frame.clone(),
        origin: door.ledger.origin().to_owned(),
        size: door.ledger.head().size,
        lists: LISTS.to_vec(),
        bulletins,
        signed,
    })
}

pub(super) fn search(call: &Call<'_>) -> Result<Found, Problem> {
    let (ledger, f) = (&call.door.ledger, &call.frame);
    let asked = call.ask.text("q").unwrap_or_default().trim();
    let code = half_width(asked);
    if let Ok(code) = code.parse::<CreditCode>() {
        let subject = Subject::from_code(Kind::Operator, code);
        if !look::events(ledger, &subject, &f.view())?.is_empty() {
            return Ok(Found::At(f.to("operators", code.as_str())));
        }
    }
    let behind = call.ask.cursor()?;
    let mut after = behind
        .map(|c| Subject::parse(&c))
        .transpose()
        .map_err(|e| Problem::bad(e.code(), &e.to_string(), "use the address as it was given"))?;
    let mut lines = Vec::new();
    let (mut looked_at, mut more) = (0, !asked.is_empty());
    while more && lines.len() < limits::PAGE && looked_at < limits::SCAN_MAX {
        let found = ledger.subjects("operator:", after.as_ref(), limits::PAGE)?;
        more = found.len() == limits::PAGE;
        for subject in found {
            looked_at += 1;
            let events = look::events(ledger, &subject, &f.view())?;
            if let Some(domain::entity::Entity::Operator(operator)) =
                look::entity(&subject, &events, f.view().as_of.on)
            {
                let line = OperatorLine::of(subject.id(), &operator, f.view().as_of.on);
                if line.name.contains(asked) || line.operator.contains(&code) {
                    lines.push(line);
                }
            }
            after = Some(subject);
            if lines.len() == limits::PAGE {
                more = true;
                break;
            }
        }
    }
    let next = after.filter(|_| more);
    rendered(&Search {
        f: f.clone(),
        asked: asked.to_owned(),
        lines,
        next: next.map(|s| f.behind(&cursor(s.as_str()))),
    })
}

/// A code as it is registered: people type it in full width and in small letters too.
fn half_width(text: &str) -> String {
    let half = |c: char| match u32::from(c) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let bare = text.chars().filter(|c| !c.is_whitespace());
    bare.map(half).map(|c| c.to_ascii_uppercase()).collect()
}

pub(super) fn lists(call: &Call<'_>) -> Result<Found, Problem> {
    rendered(&Lists {
        f: call.frame.clone(),
        lists: LISTS.to_vec(),
    })
}

pub(super) fn list(call: &Call<'_>) -> Result<Found, Problem> {
    let (door, f) = (call.door, &call.frame);
    let list = List::by_name(&call.id).filter(|list| LISTS.contains(list));
    let list = list.ok_or_else(|| Problem::unknown("this list"))?;
    let behind = call.ask.cursor()?;
    let place = behind.as_deref().and_then(|c| c.split_once('\n'));
    let view = f.view();
    let found = door
        .looker
        .list_page(&door.ledger, list, &view, place, limits::PAGE);
    let (rows, next) = found?;
    let rows = retain_rows(&door.ledger, &door.looker, list, rows, f.today)?;
    rendered(&ListPage {
        names: Names::of(door, f)?,
        list,
        rows,
        next: next.map(|(key, entry)| f.behind(&cursor(&format!("{key}\n{entry}")))),
        on_the_way: behind.is_some(),
        f: f.clone(),
    })
}

pub(super) fn bulletins(call: &Call<'_>) -> Result<Found, Problem> {
    let behind = call.ask.cursor()?;
    let (bulletins, next) = latest(call, behind.as_deref(), limits::PAGE)?;
    rendered(&Bulletins {
        f: call.frame.clone(),
        bulletins,
        next: next.map(|number| call.frame.behind(&cursor(&number))),
    })
}

/// Bulletins that are public now, by number, the last first; and behind which one the next page
/// begins. Numbers begin with the year and month, so that the last is the latest.
fn latest(
    call: &Call<'_>,
    behind: Option<&str>,
    limit: usize,
) -> Result<(Vec<Bulletin>, Option<String>), Problem> {
    let ledger = &call.door.ledger;
    let mut all: Vec<Subject> = Vec::new();
    loop {
        let more = ledger.subjects("bulletin:", all.last(), limits::PAGE_MAX)?;
        let last = more.len() < limits::PAGE_MAX;
        all.extend(more);
        if last {
            break;
        }
    }
    let mut found = Vec::new();
    let before = |s: &&Subject| behind.is_none_or(|number| s.id() < number);
    for subject in all.iter().rev().filter(before) {
        if found.len() == limit {
            let last = found.last().map(|b: &Bulletin| b.bulletin.clone());
            return Ok((found, last));
        }
        found.extend(public_bulletin(call, subject)?);
    }
    Ok((found, None))
}

/// A bulletin as the public sees it now: with the entries that are shown, and once it was
/// withdrawn as a whole without what it said.
fn public_bulletin(call: &Call<'_>, subject: &Subject) -> Result<Option<Bulletin>, Problem> {
    let (door, now) = (call.door, View::now(Visibility::Public));
    let page = door.looker.page(&door.ledger, subject, &now, 0)?;
    let Some(State::Bulletin(mut bulletin)) = page.map(|p| p.state) else {
        return Ok(None);
    };
    let today = call.frame.today;
    let shown = bulletin.entries.iter_mut();
    shown
        .filter(|e| !in_term(e.shown_until, today))
        .for_each(|e| e.shown = None);
    bulletin.entries.retain(|e| e.shown.is_some());
    if bulletin.withdrawn_on.is_some() {
        bulletin.entries.clear();
        (bulletin.title_zh, bulletin.title_en) = (String::new(), String::new());
    }
    let public = bulletin.published.is_some() || bulletin.withdrawn_on.is_some();
    Ok(public.then_some(*bulletin))
}

pub(super) fn bulletin(call: &Call<'_>) -> Result<Found, Problem> {
    let unknown = || Problem::unknown("this bulletin");
    let subject = Subject::new(Kind::Bulletin, &call.id).map_err(|_| unknown())?;
    let bulletin = public_bulletin(call, &subject)?.ok_or_else(unknown)?;
    rendered(&BulletinPage {
        names: Names::of(call.door, &call.frame)?,
        bulletin,
        f: call.frame.clone(),
    })
}

/// What went wrong, in plain words.
pub(super) fn problem(f: &Frame, problem: &Problem) -> String {
    let (zh, en) = match problem.status {
        400 => (
            "这个地址或者查询内容读不懂",
            "This address or query cannot be read",
        ),
        404 => ("没有找到这个页面", "This page was not found"),
        405 => (
            "这里不接受这种请求",
            "This kind of request is not taken here",
        ),
        414 => ("地址太长", "The address is too long"),
        503 => (
            "现在答复不了，请稍后再试",
            "No answer just now; please try again later",
        ),
        _ => (
            "出了差错，请稍后再试",
            "Something went wrong; please try again later",
        ),
    };
    let page = ProblemPage { f, problem, zh, en };
    page.render().unwrap_or_else(|_| en.to_owned())
}

//! Portal: the page of an operator, in the sections that users of the national publicity system
//! know.

use askama::Template;
use domain::day::Day;
use domain::dossier;
use domain::entity::Entity;
use domain::event::Visibility;
use domain::row::List;
use domain::subject::{Kind, Subject};

use super::frame::Frame;
use super::pages::{Names, rendered};
use super::public::Shown;
use super::{Call, Found};
use crate::http::problem::Problem;
use crate::look::{self, View};
use crate::shape::{self, Award, Exposure, ListEntry, Membership, Registration, ShopLine, State};

/// Entries of the timeline at most, the latest; the API has all.
const LINES_MAX: usize = 200;

#[derive(Template)]
#[template(path = "operator.html")]
struct OperatorPage {
    f: Frame,
    names: Names,
    code: String,
    name: String,
    status: String,
    registration: Option<Registration>,
    standing: Vec<shape::Sentence>,
    shops: Vec<ShopLine>,
    penalties: Vec<ListEntry>,
    lists: Vec<Listed>,
    awards: Vec<Award>,
    exposures: Vec<Exposure>,
    lines: Vec<Line>,
    lines_left_off: usize,
}

/// The operator's entries of one list, on the day looked at.
struct Listed {
    anchor: &'static str,
    zh: &'static str,
    en: &'static str,
    entries: Vec<Membership>,
}

/// A line of the timeline.
struct Line {
    seq: u64,
    on: Day,
    recorded: Day,
    zh: String,
    en: String,
}

pub(super) fn page(call: &Call<'_>) -> Result<Found, Problem> {
    let (door, f) = (call.door, &call.frame);
    let ledger = &door.ledger;
    let unknown = || Problem::unknown("this operator");
    let subject = Subject::new(Kind::Operator, &call.id).map_err(|_| unknown())?;
    let view = f.view();
    // What a page says follows from the events shown on it, and from nothing else.
    let shown = Shown::of(ledger, &door.looker, &subject, f.today)?;
    let mut events = look::events(ledger, &subject, &view)?;
    shown.retain(&mut events);
    let entity = look::entity(&subject, &events, view.as_of.on).ok_or_else(unknown)?;
    let shape = |lens: &shape::Lens<'_>| State::of(&subject, &entity, lens);
    let State::Operator(operator) = door.looker.explained(ledger, &view, shape)? else {
        return Err(unknown());
    };
    let book = View::now(Visibility::Restricted).as_of;
    let book = match ledger.entity(&Subject::policy_book(), book)? {
        Some(Entity::Book(book)) => *book,
        _ => domain::policy::Book::default(),
    };
    let file = dossier::dossier(&subject, &events, &book, view.as_of.on, view.reader);
    let file = shape::Dossier::of(&subject, &file);
    let lines_left_off = file.lines.len().saturating_sub(LINES_MAX);
    let lines = file.lines.into_iter().rev().take(LINES_MAX).map(|l| Line {
        seq: l.seq,
        on: l.on,
        recorded: l.recorded.day_in_shanghai(),
        zh: l.summary.zh,
        en: l.summary.en,
    });
    let day = f.day();
    let begun = |from: Day| from <= day;
    let registration = operator.registration;
    let name = registration.as_ref().map(|r| r.name.clone());
    let page = OperatorPage {
        names: Names::of(door, f)?,
        code: subject.id().to_owned(),
        name: name.unwrap_or_else(|| subject.id().to_owned()),
        status: registration
            .as_ref()
            .map_or_else(|| "not_registered".to_owned(), |r| r.status.clone()),
        registration,
        standing: file.standing,
        shops: operator.shops.into_iter().filter(|s| s.stands).collect(),
        penalties: shown
            .penalties
            .into_iter()
            .filter(|p| begun(p.from))
            .collect(),
        lists: listed(&operator.lists),
        awards: operator.awards.into_iter().filter(|a| a.stands).collect(),
        exposures: shown
            .exposures
            .into_iter()
            .filter(|e| begun(e.from))
            .collect(),
        lines: lines.collect(),
        lines_left_off,
        f: f.clone(),
    };
    rendered(&page)
}

/// The entries that stand, by the lists that have a section of their own.
fn listed(entries: &[Membership]) -> Vec<Listed> {
    let of = |anchor, zh, en, lists: &[List]| {
        let of_these = |e: &&Membership| lists.iter().any(|list| list.name() == e.list);
        let entries = entries.iter().filter(of_these);
        Listed {
            anchor,
            zh,
            en,
            entries: entries.filter(|e| e.stands).cloned().collect(),
        }
    };
    vec![
        of(
            "abnormal",
            "经营异常名录",
            "List of abnormal operations",
            &[List::Abnormal, List::Marks],
        ),
        of(
            "serious",
            "严重违法失信名单",
            "List of serious violators",
            &[List::Serious],
        ),
    ]
}

//! Exposure: the deadlines of bulletins, what ends them, and what the calendar brings about.

use super::{Bulletin, Expire, ExposureEvent as X, Stage};
use crate::areas::Payload;
use crate::clocks::{ClockKind, Part, Turn, Whose};
use crate::event::Event;
use crate::lapse::Lapse;
use crate::subject::{Kind, Subject};

pub(super) const CLOCKS: &[ClockKind] = &[
    ClockKind::new(
        "exposure.review",
        Kind::Bulletin,
        Whose::Authority,
        &["exposure.reviewed"],
    ),
    ClockKind::new(
        "exposure.publish",
        Kind::Bulletin,
        Whose::Authority,
        &["exposure.released", "exposure.returned"],
    ),
    ClockKind::new(
        "exposure.show",
        Kind::Bulletin,
        Whose::Effect,
        &["exposure.expired", "exposure.entry_withdrawn"],
    )
    .of_part(entry),
    // Over when it is told: the withdrawal says whether it came in time.
    ClockKind::new(
        "exposure.withdraw",
        Kind::Bulletin,
        Whose::Authority,
        &["exposure.entry_withdrawn", "exposure.withdrawn"],
    ),
];

fn entry(event: &Event, _: &Subject, _: Turn) -> Part {
    let Payload::Exposure(payload) = &event.payload else {
        return Part::None;
    };
    match payload {
        X::Shown(p) => Part::of(&p.entry),
        X::EntryWithdrawn(p) => Part::of(&p.entry),
        X::Expired(p) => Part::of(&p.entry),
        _ => Part::None,
    }
}

/// Entries whose last day is past are shown no longer.
pub(crate) fn lapses(state: &Bulletin, me: &Subject, out: &mut Vec<Lapse>) {
    if state.stage != Stage::Published {
        return;
    }
    let department = |signed: &String| signed.split('/').next()?.parse().ok();
    let handler = state.drafters.iter().find_map(department);
    for item in state.items.iter().filter(|item| item.ended.is_none()) {
        let Some(last) = item.until else { continue };
        let expire = X::Expired(Expire {
            bulletin: me.id().to_owned(),
            entry: item.id.clone(),
            operator: item.operator,
        });
        let payload = Payload::Exposure(expire);
        out.push(Lapse::on(last.plus_days(1), me, payload, handler));
    }
}

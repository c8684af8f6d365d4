//! Tracing: what one operator shares with others, one link for each thing shared.

use std::collections::BTreeSet;

use super::{Eyes, Place, SealedLink, operator as operator_of};
use crate::areas::registration::Stay;
use crate::day::Day;
use crate::entity::{Entity, Operator};
use crate::subject::{Kind, Subject};

/// Others whose state is looked at for whether a value is still theirs on a day.
const ASKED_MAX: usize = 500;
/// The field whose value is another's from the next one on.
const REPRESENTATIVE: &str = "legal_representative";

/// Something that an operator shares.
pub(super) struct Link {
    /// `address:…`, `shop:…`, `operator:…`, `sealed:…`.
    pub(super) through: String,
    pub(super) kind: &'static str,
    pub(super) text: String,
    /// Codes of all who share it, the operator itself among them.
    pub(super) operators: BTreeSet<String>,
}

/// What an operator shares, but for what is known already.
pub(super) fn links_of<E: Eyes>(
    code: &str,
    operator: &Operator,
    on: Option<Day>,
    known: &dyn Fn(&str) -> bool,
    eyes: &mut E,
) -> Result<Vec<Link>, E::Error> {
    let mut links: Vec<Link> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut fresh = |through: &str| !known(through) && seen.insert(through.to_owned());
    for stay in lasting(&operator.registration.addresses, on) {
        let through = format!("{}:{}", Kind::Address.name(), stay.key);
        if fresh(&through)
            && let Ok(subject) = Subject::parse(&through)
            && let Some(Entity::Address(address)) = eyes.entity(&subject)?
        {
            let there = lasting(&address.operators, on).map(|s| s.key.clone());
            links.push(Link {
                through,
                kind: "address",
                text: address.text.clone(),
                operators: with(code, there),
            });
        }
        if let Some(host) = stay.host {
            let through = format!("{}:{host}", Kind::Operator.name());
            if fresh(&through) {
                links.push(Link {
                    through,
                    kind: "host",
                    text: stay.text.clone(),
                    operators: with(code, [host.to_string()]),
                });
            }
        }
    }
    let tenants: Vec<String> = lasting(&operator.registration.tenants, on)
        .map(|s| s.key.clone())
        .collect();
    let through = format!("{}:{code}", Kind::Operator.name());
    if !tenants.is_empty() && fresh(&through) {
        links.push(Link {
            through,
            kind: "host",
            text: operator.registration.name().to_owned(),
            operators: with(code, tenants),
        });
    }
    for (id, held) in &operator.shops.held {
        let runs = on.is_none_or(|day| held.runs_on(day));
        let through = format!("{}:{id}", Kind::Shop.name());
        if runs
            && fresh(&through)
            && let Ok(subject) = Subject::parse(&through)
            && let Some(Entity::Shop(shop)) = eyes.entity(&subject)?
        {
            let stays = shop.stays().filter(|(who, from, until)| {
                let lasts = |day| *from <= day && until.is_none_or(|until| day < until);
                who.kind() == Kind::Operator && on.is_none_or(lasts)
            });
            links.push(Link {
                through,
                kind: "shop",
                text: shop.address.clone(),
                operators: with(code, stays.map(|(who, _, _)| who.id().to_owned())),
            });
        }
    }
    let subject = Subject::new(Kind::Operator, code);
    let sealed = subject.map_or_else(|_| Ok(Vec::new()), |me| eyes.sealed(&me))?;
    for link in sealed {
        let through = format!("sealed:{}", link.id);
        if fresh(&through)
            && let Some(link) = sealed_link(code, operator, link, through, on, eyes)?
        {
            links.push(link);
        }
    }
    Ok(links)
}

/// A sealed value that stands elsewhere too: `None` where it is not the operator's on the day. Of
/// more than 500 others it is not asked whether it still was theirs.
fn sealed_link<E: Eyes>(
    code: &str,
    operator: &Operator,
    link: SealedLink,
    through: String,
    on: Option<Day>,
    eyes: &mut E,
) -> Result<Option<Link>, E::Error> {
    let mine = |place: &&Place| place.operators().any(|other| other == code);
    let held = |place: &Place| match on {
        Some(day) => holds_on(operator, place, day),
        None => true,
    };
    if !link.places.iter().filter(mine).any(held) {
        return Ok(None);
    }
    let mut others = BTreeSet::new();
    for place in &link.places {
        for other in place.operators().filter(|other| *other != code) {
            if let Some(day) = on
                && others.len() < ASKED_MAX
                && place.field == REPRESENTATIVE
            {
                let state = operator_of(other, eyes)?;
                if !state.is_some_and(|state| holds_on(&state, place, day)) {
                    continue;
                }
            }
            others.insert(other.to_owned());
        }
    }
    let fields: BTreeSet<&str> = link.places.iter().map(|p| p.field.as_str()).collect();
    let fields: Vec<&str> = fields.into_iter().collect();
    Ok(Some(Link {
        through,
        kind: link.kind,
        text: fields.join(", "),
        operators: with(code, others),
    }))
}

/// Whether a place's value was still the operator's on a day: a legal representative is one until
/// the next; of whatever else an event told it stays told.
fn holds_on(operator: &Operator, place: &Place, day: Day) -> bool {
    if place.field != REPRESENTATIVE {
        return true;
    }
    let then = operator.registration.representatives.on(day);
    then.is_some_and(|sealed| sealed.0 == place.commitment)
}

fn with(code: &str, others: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = others.into_iter().collect();
    all.insert(code.to_owned());
    all
}

fn lasting(stays: &[Stay], on: Option<Day>) -> impl Iterator<Item = &Stay> {
    stays
        .iter()
        .filter(move |s| on.is_none_or(|day| s.stands_on(day)))
}

//! What is hidden in the year is there, and stands out from the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use domain::areas::sharing::{Side, What};
use domain::day::Day;
use domain::entity::Entity;
use domain::ident::{AddressId, CreditCode};
use domain::row::List;
use domain::subject::{Kind, Subject};
use domain::world::{World, operator_subject};
use serde_json::Value;

use super::States;
use crate::{County, findings};

/// A small county's year with its actions; the same for every test.
fn year() -> &'static (States, Vec<Value>) {
    static YEAR: OnceLock<(States, Vec<Value>)> = OnceLock::new();
    YEAR.get_or_init(|| {
        let (mut states, mut all) = (States::default(), Vec::new());
        for day in County::new(300, 11).unwrap() {
            for action in day.unwrap().actions {
                let _ = states.record(&action);
                all.push(action);
            }
        }
        (states, all)
    })
}

fn entity(kind: Kind, id: &str) -> Entity {
    let found = year().0.entity(&Subject::new(kind, id).unwrap()).unwrap();
    Entity::clone(&found)
}

fn operator(code: CreditCode) -> domain::entity::Operator {
    match entity(Kind::Operator, operator_subject(code).id()) {
        Entity::Operator(operator) => (*operator).clone(),
        other => panic!("{other:?}"),
    }
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

#[test]
fn a_ring_of_shops_goes_from_licence_to_licence_at_one_address() {
    let codes: BTreeSet<String> = (0..5)
        .map(|n| findings::ring(n).unwrap().to_string())
        .collect();
    let one = operator(findings::ring(0).unwrap());
    assert_eq!(one.shops.held.len(), 4);
    for shop in one.shops.held.keys() {
        let Entity::Shop(shop) = entity(Kind::Shop, shop) else {
            panic!("no shop");
        };
        let holders: BTreeSet<String> = shop.stays().map(|s| s.0.id().to_owned()).collect();
        assert_eq!(holders, codes);
        assert_eq!(shop.stays().count(), 6);
    }
    let address = AddressId::of(findings::RING_ADDRESS);
    let Entity::Address(address) = entity(Kind::Address, address.as_str()) else {
        panic!("no address");
    };
    let there: BTreeSet<String> = address.operators.iter().map(|s| s.key.clone()).collect();
    assert_eq!(there, codes);
    // Shops elsewhere stay with whoever declared them.
    let shops = year().0.all.values().filter_map(|e| match e.as_ref() {
        Entity::Shop(shop) => Some(shop.stays().count()),
        _ => None,
    });
    assert_eq!(shops.filter(|stays| *stays > 1).count(), 4);
}

#[test]
fn one_platform_is_silent_and_all_others_reported() {
    let mut silent = BTreeMap::new();
    for (subject, state) in &year().0.all {
        if let Entity::Platform(platform) = state.as_ref()
            && platform.since.is_some()
        {
            let months: Vec<String> = platform.silent.iter().cloned().collect();
            silent.insert(subject.id().to_owned(), months);
            let reported = platform.reports.len() + platform.silent.len();
            assert_eq!(reported, 11, "{subject}");
        }
    }
    assert_eq!(silent.len(), 6);
    silent.retain(|_, months| !months.is_empty());
    let months = vec!["2026-01".to_owned(), "2026-07".to_owned()];
    assert_eq!(silent, BTreeMap::from([("yunpu".to_owned(), months)]));
}

#[test]
fn one_department_answers_nothing_in_a_year() {
    let before = day("2026-08-15");
    let mut owing: BTreeMap<String, usize> = BTreeMap::new();
    for (subject, state) in &year().0.all {
        if let (Kind::Department, Entity::Register(part)) = (subject.kind(), state.as_ref()) {
            let old = part
                .duties
                .open
                .iter()
                .filter(|d| d.side == Side::Owes && d.what == What::Answer && d.since < before);
            owing.insert(subject.id().to_owned(), old.count());
        }
    }
    owing.retain(|_, count| *count > 0);
    let silent = findings::silent().unwrap().to_string();
    assert_eq!(owing, BTreeMap::from([(silent.clone(), 11)]));
    let Entity::Register(part) = entity(Kind::Department, &silent) else {
        panic!("no department");
    };
    assert!(part.duties.settled.is_empty());
}

#[test]
fn one_person_complains_of_everybody() {
    let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let filed = year().1.iter().filter(|a| a["type"] == "complaint.file");
    for data in filed.map(|a| &a["data"]) {
        let consumer = data["consumer"]["seal"].as_str().unwrap();
        let operator = data["operator"].as_str().unwrap();
        of.entry(consumer).or_default().insert(operator);
    }
    let mut most: Vec<(usize, &str)> = of.iter().map(|(who, of)| (of.len(), *who)).collect();
    most.sort_unstable();
    let (count, who) = most.pop().unwrap();
    assert_eq!(who, findings::COMPLAINANT.0);
    assert!(count > 50, "{count}");
    let (next, _) = most.pop().unwrap();
    assert!(next < 6, "{next}");
    let first = findings::complained_of().unwrap().to_string();
    assert!(of[who].contains(first.as_str()));
}

#[test]
fn a_repaired_operator_relapses_and_its_entry_stands_anew() {
    let operator = operator(findings::relapsed().unwrap());
    let listed = |on: &str| operator.listing.on_list(List::Abnormal, day(on));
    assert!(listed("2025-10-22"));
    assert!(!listed("2025-11-01") && !listed("2026-04-27"));
    assert!(listed("2026-04-28") && listed("2026-09-30"));
    let commitment = operator.credit.commitment("RELAPSE").unwrap();
    assert!(commitment.found_false.is_some());
    assert_eq!(operator.enforcement.penalties.len(), 1);
}

#[test]
fn every_story_names_its_command() {
    let stories = crate::stories().unwrap();
    let found = findings::stories().unwrap();
    assert_eq!(found.len(), 5);
    for story in found {
        assert_eq!(story.commands.len(), 1, "{story:?}");
        assert!(stories.contains(&story), "{story:?}");
    }
}

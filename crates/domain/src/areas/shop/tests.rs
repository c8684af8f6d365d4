use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::entity::Entity;
use crate::event::Event;
use crate::row::{List, Row, Selection};
use crate::subject::Subject;
use crate::trial::{Trial, code, day, operator, sealed};

fn url(text: &str) -> Value {
    json!({"url": text})
}

fn other() -> String {
    code("91371322MA3C00009")
}

/// The county with two operators and a platform from 2024-02-01 on.
fn trial() -> Trial {
    let mut trial = Trial::with_operator();
    let data = json!({"address": "郯城县人民路9号", "code": other(), "division": "371322001",
        "name": "郯城县木旋工艺有限公司"});
    trial.ok("registration.grant", "2015-03-02", "registrar", data);
    let data = json!({"hosts": [{"host": "market.example", "shop_in": "subdomain"}],
        "name": "集市网", "operator": code("91371322MA3C00019"), "platform": "market"});
    trial.ok("shop.register_platform", "2024-02-01", "registrar", data);
    trial
}

fn shop(trial: &Trial, events: &[Event]) -> Shop {
    let mut subjects = events.iter().flat_map(|e| &e.subjects);
    let subject = subjects.find(|s| s.as_str().starts_with("shop:")).unwrap();
    match trial.state(subject) {
        Some(Entity::Shop(shop)) => (**shop).clone(),
        _ => panic!("no shop"),
    }
}

/// What a list shows on a day, by all that is known.
fn list(trial: &Trial, list: List, on: &str) -> Vec<String> {
    let mut seen: std::collections::BTreeMap<Subject, Entity> = Default::default();
    let mut versions: Vec<(u64, Row)> = Vec::new();
    for event in &trial.events {
        for subject in &event.subjects {
            let state = seen.entry(subject.clone());
            let state = state.or_insert_with(|| Entity::empty_for(subject));
            state.apply(subject, event);
            let mut rows = Vec::new();
            state.rows(subject, event, &mut rows);
            versions.extend(rows.into_iter().map(|row| (event.seq, row)));
        }
    }
    versions.retain(|(_, row)| row.list == list);
    versions.sort_by(|(a_seq, a), (b_seq, b)| {
        (&a.key, &a.entry, a_seq).cmp(&(&b.key, &b.entry, b_seq))
    });
    let mut selection = Selection::new(u64::MAX, Some(day(on)));
    for (seq, row) in versions {
        selection.take(seq, row);
    }
    selection
        .finish()
        .into_iter()
        .map(|r| r.row.reason)
        .collect()
}

#[test]
fn a_shop_is_found_matched_moved_and_closed() {
    let mut trial = trial();
    let page = "https://s12.market.example/?spm=1";
    let found = json!({"address": url(page), "how": "online", "name": "银杏果铺"});
    let events = trial.ok("shop.find", "2024-03-01", "enforcer", found);
    assert_eq!(shop(&trial, &events).platform.as_deref(), Some("market"));
    assert_eq!(
        list(&trial, List::UnclearShops, "2024-03-04"),
        ["unmatched"]
    );
    // The same shop by its number on the platform.
    let number = json!({"platform": {"platform": "market", "shop": "S12"}});
    let data = json!({"address": number, "ground": "页面亮照", "operator": operator()});
    let events = trial.ok("shop.match", "2024-03-05", "enforcer", data);
    assert_eq!(
        list(&trial, List::UnclearShops, "2024-03-05"),
        ["unverified"]
    );
    assert_eq!(
        list(&trial, List::UnclearShops, "2024-03-04"),
        ["unmatched"]
    );
    let verified = trial.ok(
        "shop.verify_name",
        "2024-03-06",
        "registrar",
        json!({"address": number}),
    );
    let clock = verified[0].derived.clock("shop.verify_again").unwrap();
    assert_eq!(clock.due, day("2024-09-06"));
    assert!(list(&trial, List::UnclearShops, "2024-03-06").is_empty());
    let data = json!({"address": number, "ground": "转让合同", "operator": other()});
    trial.ok("shop.match", "2024-04-01", "enforcer", data);
    let known = shop(&trial, &events);
    let stays: Vec<&str> = known.stays().map(|(who, _, _)| who.id()).collect();
    assert_eq!(stays, [operator(), other()]);
    assert!(known.is_verified_on(day("2024-03-31")) && !known.is_verified_on(day("2024-04-01")));
    for (who, on, runs) in [
        (operator(), "2024-03-31", 1),
        (operator(), "2024-04-01", 0),
        (other(), "2024-04-01", 1),
    ] {
        let shops = trial.operator(&who).shops;
        assert_eq!(shops.run_on(day(on)).count(), runs, "{who} {on}");
    }
    let data = json!({"address": number, "announced": "2024-04-10", "why": "by_itself"});
    let closed = trial.ok("shop.close", "2024-05-01", "registrar", data);
    // Thirty days from 10 April end on 10 May, so nine are lacking.
    assert_eq!(closed[0].derived.number("notice_short_days"), Some(9));
    assert!(list(&trial, List::UnclearShops, "2024-05-02").is_empty());
    assert_eq!(shop(&trial, &events).holder_on(day("2024-05-01")), None);
}

#[test]
fn whoever_exceeds_the_exemption_over_all_shops_is_flagged() {
    let mut trial = trial();
    let person = json!({"exempt": "petty_trade", "name": sealed(), "number": "GT-1"});
    for (n, person) in [(1, person), (2, json!({"number": "GT-1"}))] {
        let page = url(&format!("https://a.example/{n}"));
        let data = json!({"address": page, "individual": person, "name": "小店"});
        trial.ok("shop.declare", "2024-03-01", "registrar", data);
    }
    let turnover = |n: u32, fen: i64| {
        json!({"address": url(&format!("https://a.example/{n}")), "source": "平台",
            "turnover_fen": fen, "year": 2024})
    };
    let within = trial.ok(
        "shop.report_turnover",
        "2025-01-10",
        "enforcer",
        turnover(1, 6_000_000),
    );
    assert_eq!(within[0].derived.word("exemption"), Some("within"));
    let exact = trial.ok(
        "shop.report_turnover",
        "2025-01-11",
        "enforcer",
        turnover(2, 4_000_000),
    );
    assert_eq!(
        (exact.len(), exact[0].derived.number("turnover_fen")),
        (1, Some(10_000_000))
    );
    let over = trial.ok(
        "shop.report_turnover",
        "2025-01-12",
        "enforcer",
        turnover(2, 4_000_001),
    );
    assert_eq!(over[1].payload.event_type(), "shop.limit_exceeded.v1");
    assert_eq!(list(&trial, List::OverLimit, "2025-01-12").len(), 1);
    assert!(list(&trial, List::OverLimit, "2025-01-11").is_empty());
    // A corrected figure takes the entry back.
    trial.ok(
        "shop.report_turnover",
        "2025-01-13",
        "enforcer",
        turnover(2, 100),
    );
    assert!(list(&trial, List::OverLimit, "2025-01-13").is_empty());
}

#[test]
fn a_platform_reports_late_or_stays_silent() {
    let mut trial = trial();
    let platform = Subject::parse("platform:market").unwrap();
    let open = |trial: &Trial| match trial.state(&platform) {
        Some(Entity::Platform(p)) => p.open_duty().map(|(m, c)| (m.to_owned(), c.due)),
        _ => None,
    };
    assert_eq!(
        open(&trial),
        Some(("2024-07".to_owned(), day("2024-07-31")))
    );
    let report = |month: &str| {
        json!({"operators": 3, "period": month, "platform": "market", "unregistered": 1,
            "flagged": [{"shop": "s12", "turnover_fen": 20_000_000}]})
    };
    let silence = json!({"period": "2024-07", "platform": "market"});
    let early = trial.refused("shop.note_silence", "2024-07-31", "clock", silence.clone());
    assert_eq!(early, "shop.not_due");
    assert!(list(&trial, List::SilentPlatforms, "2024-07-31").is_empty());
    assert_eq!(
        list(&trial, List::SilentPlatforms, "2024-08-01"),
        ["2024-07"]
    );
    trial.ok("shop.note_silence", "2024-08-01", "clock", silence.clone());
    let again = trial.refused("shop.note_silence", "2024-08-01", "clock", silence);
    assert_eq!(again, "shop.silence_noted");
    assert_eq!(
        open(&trial),
        Some(("2025-01".to_owned(), day("2025-01-31")))
    );
    let late = trial.ok(
        "shop.report_platform",
        "2024-08-09",
        "importer",
        report("2024-07"),
    );
    assert_eq!(late[0].derived.number("late_days"), Some(9));
    assert_eq!(
        list(&trial, List::SilentPlatforms, "2024-08-08"),
        ["2024-07"]
    );
    assert!(list(&trial, List::SilentPlatforms, "2024-08-09").is_empty());
    trial.ok(
        "shop.report_platform",
        "2025-01-31",
        "importer",
        report("2025-01"),
    );
    assert!(list(&trial, List::SilentPlatforms, "2025-02-01").is_empty());
    assert_eq!(
        open(&trial),
        Some(("2025-07".to_owned(), day("2025-07-31")))
    );
    let leave = json!({"platform": "market"});
    trial.ok("shop.leave_platform", "2025-05-01", "registrar", leave);
    assert!(list(&trial, List::SilentPlatforms, "2025-08-01").is_empty());
    let flagged: BTreeSet<String> = trial
        .events
        .iter()
        .filter(|e| e.payload.event_type() == "shop.platform_reported.v1")
        .flat_map(|e| shop(&trial, std::slice::from_ref(e)).flagged)
        .collect();
    assert_eq!(flagged.len(), 2);
}

#[test]
fn a_mark_needs_a_verified_shop_of_a_standing_operator() {
    let mut trial = trial();
    let names = [
        ("OP", operator()),
        ("SHOP", url("https://a.example/1").to_string()),
    ];
    trial.check(
        &names,
        r#"
        shop.declare 2024-03-01 registrar {"address":$SHOP,"name":"店","operator":"$OP"} =>
        shop.issue_mark 2024-03-02 registrar {"address":$SHOP,"mark":"M1"} => shop.mark_conditions
        shop.verify_name 2024-03-03 registrar {"address":$SHOP} =>
        shop.issue_mark 2024-03-03 registrar {"address":$SHOP,"mark":"M 1"} => shop.mark_number
        shop.issue_mark 2024-03-03 registrar {"address":$SHOP,"mark":"M1"} =>
        shop.issue_mark 2024-03-04 registrar {"address":$SHOP,"mark":"M2"} => shop.mark_known
        shop.revoke_mark 2024-03-05 registrar {"address":$SHOP,"code":"x","mark":"M1"} => shop.code_unknown
        shop.revoke_mark 2024-03-05 registrar {"address":$SHOP,"code":"closed","mark":"M2"} => shop.mark_unknown
        shop.revoke_mark 2024-03-05 registrar {"address":$SHOP,"code":"false_identity","mark":"M1"} =>
        shop.issue_mark 2024-03-05 registrar {"address":$SHOP,"mark":"M2"} =>
        "#,
    );
    let issued = trial.events.last().cloned().unwrap();
    assert_eq!(
        issued.derived.clock("shop.mark").unwrap().due,
        day("2026-03-05")
    );
    let known = shop(&trial, &[issued]);
    let standing = |on: &str| known.marks.iter().filter(|m| m.stands_on(day(on))).count();
    assert_eq!(
        [
            standing("2024-03-04"),
            standing("2026-03-05"),
            standing("2026-03-06")
        ],
        [1, 1, 0]
    );
}

#[test]
fn refusals() {
    let mut trial = trial();
    let names = [
        ("OP", operator()),
        ("NEW", other()),
        ("NOBODY", code("91371322MA3C00077")),
        ("SHOP", url("https://a.example/1").to_string()),
        ("S2", url("https://a.example/2").to_string()),
        ("SEALED", sealed().to_string()),
    ];
    trial.check(
        &names,
        r#"
        shop.declare 2024-03-01 registrar {"address":{"url":"a.example"},"name":"店","operator":"$OP"} => shop.address
        shop.declare 2024-03-01 registrar {"address":$SHOP,"name":" ","operator":"$OP"} => shop.text
        shop.declare 2024-03-01 registrar {"address":$SHOP,"name":"店"} => shop.no_holder
        shop.declare 2024-03-01 registrar {"address":$SHOP,"name":"店","operator":"$OP","individual":{"number":"1"}} => shop.two_holders
        shop.declare 2024-03-01 registrar {"address":$SHOP,"name":"店","operator":"$NOBODY"} => registration.unknown
        shop.declare 2015-03-01 registrar {"address":$SHOP,"name":"店","operator":"$NEW"} => shop.not_standing
        shop.declare 2024-03-01 registrar {"address":$SHOP,"name":"店","individual":{"number":"a b"}} => shop.individual
        shop.declare 2024-03-01 registrar {"address":$SHOP,"name":"店","individual":{"number":"1"}} => shop.individual_incomplete
        shop.declare 2024-03-01 registrar {"address":$SHOP,"name":"店","individual":{"exempt":"x","name":$SEALED,"number":"1"}} => shop.code_unknown
        shop.declare 2018-12-31 registrar {"address":$SHOP,"name":"店","individual":{"exempt":"petty_trade","name":$SEALED,"number":"1"}} => no_rule_in_force
        shop.declare 2024-03-01 publisher {"address":$SHOP,"name":"店","operator":"$OP"} => department.no_capacity
        shop.declare 2024-03-01 registrar {"address":$SHOP,"name":"店","operator":"$OP"} =>
        shop.declare 2024-03-02 registrar {"address":$SHOP,"name":"店","operator":"$OP"} => shop.known
        shop.declare 2024-03-02 registrar {"address":$SHOP,"name":"店","operator":"$NEW"} => shop.held_by_another
        shop.match 2024-03-02 enforcer {"address":$S2,"ground":"g","operator":"$OP"} => shop.unknown
        shop.match 2024-03-02 enforcer {"address":$SHOP,"ground":"","operator":"$NEW"} => shop.text
        shop.match 2024-03-02 enforcer {"address":$SHOP,"ground":"g","operator":"$OP"} => shop.known
        shop.find 2024-03-02 enforcer {"address":$S2,"how":"offline"} =>
        shop.verify_name 2024-03-03 registrar {"address":$S2} => shop.unmatched
        shop.report_turnover 2024-03-03 enforcer {"address":$SHOP,"source":"税","turnover_fen":-1,"year":2024} => shop.turnover
        shop.report_turnover 2024-03-03 enforcer {"address":$SHOP,"source":"税","turnover_fen":1,"year":2025} => shop.year
        shop.close 2024-03-03 registrar {"address":$SHOP,"announced":"2024-03-04","why":"by_itself"} => shop.announced_later
        shop.close 2024-03-03 registrar {"address":$SHOP,"why":"ordered"} =>
        shop.close 2024-03-04 registrar {"address":$SHOP,"why":"ordered"} => shop.closed
        shop.register_platform 2024-03-01 registrar {"name":"x","operator":"$OP","platform":"A B"} => shop.platform_id
        shop.register_platform 2024-03-01 registrar {"name":"x","operator":"$OP","platform":"register"} => shop.platform_id
        shop.register_platform 2024-03-01 registrar {"name":"x","operator":"$OP","platform":"market"} => shop.platform_known
        shop.register_platform 2024-03-01 registrar {"hosts":[{"host":"Market.example","shop_in":"path"}],"name":"x","operator":"$OP","platform":"b"} => shop.host
        shop.register_platform 2024-03-01 registrar {"hosts":[{"host":"b.example","shop_in":"query"}],"name":"x","operator":"$OP","platform":"b"} => shop.host
        shop.register_platform 2024-03-01 registrar {"hosts":[{"host":"market.example","shop_in":"path"}],"name":"x","operator":"$OP","platform":"b"} => shop.host_taken
        shop.report_platform 2024-07-02 importer {"operators":1,"period":"2024-07","platform":"b","unregistered":0} => shop.platform_unknown
        shop.report_platform 2024-07-02 importer {"operators":1,"period":"2024-06","platform":"market","unregistered":0} => shop.period
        shop.report_platform 2024-07-02 importer {"operators":1,"period":"2025-01","platform":"market","unregistered":0} => shop.period_ahead
        shop.report_platform 2024-07-02 importer {"operators":1,"period":"2024-07","platform":"market","unregistered":2} => shop.report_numbers
        shop.report_platform 2024-07-02 importer {"operators":1,"period":"2024-07","platform":"market","unregistered":0} =>
        shop.report_platform 2024-07-03 importer {"operators":1,"period":"2024-07","platform":"market","unregistered":0} => shop.period_reported
        shop.leave_platform 2024-08-01 registrar {"platform":"market"} =>
        shop.report_platform 2025-01-02 importer {"operators":1,"period":"2025-01","platform":"market","unregistered":0} => shop.platform_left
        "#,
    );
}

#[test]
fn the_fold_does_not_mind_the_order_of_recording() {
    let mut trial = trial();
    let page = url("https://a.example/1");
    let data = json!({"address": page, "name": "店", "operator": operator()});
    trial.ok("shop.declare", "2024-03-01", "registrar", data);
    let data = json!({"address": page, "ground": "转让", "operator": other()});
    trial.ok("shop.match", "2024-05-01", "enforcer", data);
    let mine: Vec<Event> = trial
        .events
        .iter()
        .filter(|e| {
            e.payload.area() == "shop" && e.subjects.iter().any(|s| s.as_str().starts_with("shop:"))
        })
        .cloned()
        .collect();
    let me = mine[0]
        .subjects
        .iter()
        .find(|s| s.as_str().starts_with("shop:"))
        .unwrap();
    let mut states =
        [mine.clone(), mine.iter().rev().cloned().collect()].map(|events: Vec<Event>| {
            let state = crate::fold::as_recorded(me, &events);
            let Entity::Shop(shop) = state else {
                panic!("no shop")
            };
            shop.stays()
                .map(|(who, from, until)| (who.clone(), from, until))
                .collect::<Vec<_>>()
        });
    states[0].sort();
    states[1].sort();
    assert_eq!(states[0], states[1]);
}

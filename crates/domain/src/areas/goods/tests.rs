//! Batches: traces both ways, samples with retests, recalls.

use serde_json::{Value, json};

use super::{Batch, Direction};
use crate::entity::Entity;
use crate::event::Event;
use crate::ident::CreditCode;
use crate::subject::Subject;
use crate::trial::{Trial, authority, code, day};

const ENF: &str = "enforcer";

fn batch(t: &Trial) -> Batch {
    match t.state(&Subject::parse("batch:B1").unwrap()) {
        Some(Entity::Batch(batch)) => (**batch).clone(),
        _ => Batch::default(),
    }
}

fn due(events: &[Event], clock: &str) -> String {
    let clock = events[0].derived.clock(clock);
    clock.map_or_else(String::new, |c| c.due.to_string())
}

/// Operators 1 to 5; 1 makes the batch, passes it to 2 and 3, 2 to 4; 5 has nothing of it.
fn county(kind: &str) -> (Trial, Vec<String>) {
    let mut t = Trial::county();
    for officer in ["0301", "0302"] {
        let data = json!({"capacities": [ENF], "department": authority(), "officer": officer});
        t.ok(
            "department.post_officer",
            "2015-01-01",
            "administrator",
            data,
        );
    }
    let codes: Vec<String> = (1..=5)
        .map(|n| code(&format!("91371322MA3C0000{n}")))
        .collect();
    for (n, one) in codes.iter().enumerate() {
        let data = json!({"address": format!("郯城县人民路{n}号"), "code": one,
            "division": "371322001", "name": format!("郯城县第{n}电子商务有限公司")});
        t.ok("registration.grant", "2015-03-01", "registrar", data);
    }
    let data = json!({"batch": "B1", "kind": kind, "lot": "20260201", "made": "2026-02-01",
        "producer": codes[0], "product": "板栗仁"});
    t.ok("goods.register_batch", "2026-03-02", ENF, data);
    for (from, to, on, units) in [
        (0, 1, "2026-02-03", 100),
        (0, 2, "2026-02-04", 50),
        (1, 3, "2026-02-10", 30),
    ] {
        let data = json!({"batch": "B1", "from": codes[from], "to": codes[to], "units": units});
        t.ok("goods.record_supply", on, ENF, data);
    }
    let data = json!({"batch": "B1", "operator": codes[3], "site": "https://shop.example/4"});
    t.ok("goods.record_offer", "2026-02-12", ENF, data);
    (t, codes)
}

fn sample(operator: &str) -> Value {
    json!({"batch": "B1", "bought": true, "officers": ["0301", "0302"], "operator": operator,
        "sample": "S1", "site": "https://shop.example/4", "units": 6})
}

fn result(failed: &[&str]) -> Value {
    json!({"batch": "B1", "failed": failed, "laboratory": "临沂市检验检测中心", "sample": "S1",
        "standard": "GB 2760-2024"})
}

#[test]
fn a_batch_is_traced_both_ways_and_as_of_a_day() {
    let (mut t, codes) = county("food");
    let all: Vec<CreditCode> = codes.iter().map(|c| c.parse().unwrap()).collect();
    let b = batch(&t);
    let steps = |start: usize, direction, on: Option<&str>| -> Vec<(usize, u32)> {
        let trail = b.trail(all[start], direction, on.map(day));
        let place = |code: &CreditCode| all.iter().position(|c| c == code).unwrap();
        trail
            .iter()
            .map(|(code, h)| (place(code), h.steps))
            .collect()
    };
    use Direction::{Backward, Forward};
    let mut forward = steps(0, Forward, None);
    forward.sort_unstable();
    assert_eq!(forward, [(0, 0), (1, 1), (2, 1), (3, 2)]);
    let mut early = steps(0, Forward, Some("2026-02-03"));
    early.sort_unstable();
    assert_eq!(early, [(0, 0), (1, 1)]);
    let mut back = steps(3, Backward, None);
    back.sort_unstable();
    assert_eq!(back, [(0, 2), (1, 1), (3, 0)]);
    assert_eq!(steps(4, Forward, None), [(4, 0)]);
    let seller = &b.holders(None)[&all[3]];
    assert_eq!((seller.steps, seller.units_in), (2, 30));
    assert_eq!(seller.sites.get("https://shop.example/4"), Some(&true));
    let data = json!({"batch": "B1", "operator": codes[3], "site": "https://shop.example/4"});
    t.ok("goods.end_offer", "2026-03-10", ENF, data);
    let seller = &batch(&t).holders(None)[&all[3]];
    assert_eq!(seller.sites.get("https://shop.example/4"), Some(&false));
    let seller = &batch(&t).holders(Some(day("2026-03-09")))[&all[3]];
    assert_eq!(seller.sites.get("https://shop.example/4"), Some(&true));
}

#[test]
fn goods_that_went_round_are_all_found() {
    let (mut t, codes) = county("food");
    // 4 passes back to 2: no holder is lost, and the trace ends.
    let data = json!({"batch": "B1", "from": codes[3], "to": codes[1], "units": 5});
    t.ok("goods.record_supply", "2026-03-03", ENF, data);
    assert_eq!(batch(&t).holders(None).len(), 4);
    let data = json!({"batch": "B2", "kind": "food", "producer_name": "某厂", "product": "栗子"});
    t.ok("goods.register_batch", "2026-03-02", ENF, data);
    for (from, to) in [(1, 2), (2, 1)] {
        let data = json!({"batch": "B2", "from": codes[from], "to": codes[to], "units": 1});
        t.ok("goods.record_supply", "2026-03-03", ENF, data);
    }
    match t.state(&Subject::parse("batch:B2").unwrap()) {
        Some(Entity::Batch(batch)) => assert_eq!(batch.holders(None).len(), 2),
        _ => panic!("no batch"),
    }
}

#[test]
fn the_retest_stands_where_it_was_asked_for_in_time() {
    let (mut t, codes) = county("food");
    let made = t.ok("goods.take_sample", "2026-03-06", ENF, sample(&codes[3]));
    // 30 days end on Sunday 2026-04-05, in a holiday until the 6th.
    assert_eq!(due(&made, "goods.test"), "2026-04-07");
    let made = t.ok(
        "goods.record_test",
        "2026-04-08",
        ENF,
        result(&["二氧化硫"]),
    );
    assert_eq!(made[0].derived.number("late_days"), Some(1));
    assert_eq!(made[0].derived.word("result"), Some("failed"));
    assert_eq!(due(&made, "goods.tell_result"), "2026-04-15");
    assert_eq!(t.operator(&codes[3]).goods.failed(), 1);
    let of = json!({"batch": "B1", "sample": "S1"});
    let early = t.refused("goods.ask_retest", "2026-04-09", ENF, of.clone());
    assert_eq!(early, "goods.illegal_order");
    let made = t.ok("goods.tell_result", "2026-04-10", ENF, of.clone());
    // 15 days end on Saturday 2026-04-25.
    assert_eq!(due(&made, "goods.retest"), "2026-04-27");
    let late = t.refused("goods.ask_retest", "2026-04-28", ENF, of.clone());
    assert_eq!(late, "goods.retest_too_late");
    t.ok("goods.ask_retest", "2026-04-27", ENF, of.clone());
    let twice = t.refused("goods.ask_retest", "2026-04-27", ENF, of.clone());
    assert_eq!(twice, "goods.illegal_order");
    t.ok("goods.record_test", "2026-05-12", ENF, result(&[]));
    assert_eq!(t.operator(&codes[3]).goods.failed(), 0);
    let again = t.refused("goods.record_test", "2026-05-13", ENF, result(&[]));
    assert_eq!(again, "goods.illegal_order");
    t.ok("goods.tell_result", "2026-05-13", ENF, of.clone());
    let told = t.refused("goods.tell_result", "2026-05-14", ENF, of);
    assert_eq!(told, "goods.nothing_to_tell");
    assert!(batch(&t).samples["S1"].failures().unwrap().is_empty());
}

#[test]
fn a_recall_reaches_those_further_down_and_its_term_goes_by_level() {
    for (kind, level, completes) in [
        ("food", "1", "2026-03-24"),
        ("food", "2", "2026-04-08"),
        ("food", "3", "2026-04-22"),
        ("consumer_goods", "defect", "2026-06-10"),
    ] {
        let (mut t, codes) = county(kind);
        let recall = |operator: &str| {
            json!({"batch": "B1", "level": level, "operator": operator,
            "reason": "二氧化硫超标"})
        };
        let wrong = t.refused(
            "goods.order_recall",
            "2026-03-10",
            "head",
            recall(&codes[4]),
        );
        assert_eq!(wrong, "goods.not_a_holder");
        let made = t.ok(
            "goods.order_recall",
            "2026-03-10",
            "head",
            recall(&codes[1]),
        );
        assert_eq!(due(&made, "goods.recall"), completes);
        assert_eq!(made[0].derived.number("downstream_operators"), Some(1));
        assert_eq!(made[0].subjects.len(), 3, "batch, who recalls, who got it");
        assert_eq!(t.operator(&codes[1]).goods.open_recalls(), 1);
        assert_eq!(t.operator(&codes[3]).goods.open_recalls(), 0);
        let twice = t.refused(
            "goods.order_recall",
            "2026-03-11",
            "head",
            recall(&codes[1]),
        );
        assert_eq!(twice, "goods.recall_runs");
        let data = json!({"batch": "B1", "operator": codes[1], "units": 20});
        let made = t.ok("goods.report_recall", "2026-06-11", ENF, data);
        let stages = kind == "consumer_goods";
        assert_eq!(made[0].derived.number("late_days"), stages.then_some(1));
        let next = if stages { "2026-09-11" } else { "" };
        assert_eq!(due(&made, "goods.recall"), next);
        let data = json!({"batch": "B1", "code": "partly", "operator": codes[1]});
        t.ok("goods.close_recall", "2026-06-12", "head", data.clone());
        assert_eq!(t.operator(&codes[1]).goods.open_recalls(), 0);
        let over = t.refused("goods.close_recall", "2026-06-12", "head", data);
        assert_eq!(over, "goods.no_recall");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let (mut t, codes) = county("food");
    let names = [
        ("ONE", codes[0].clone()),
        ("FOUR", codes[3].clone()),
        ("UNKNOWN", code("91371322MA3C00009")),
    ];
    t.check(
        &names,
        r#"
        goods.register_batch 2026-03-03 enforcer {"batch":"B1","kind":"food","product":"x"} => goods.exists
        goods.register_batch 2026-03-03 enforcer {"batch":"B 2","kind":"food","product":"x"} => goods.number
        goods.register_batch 2026-03-03 enforcer {"batch":"B2","kind":"food","product":""} => goods.text
        goods.register_batch 2026-03-03 enforcer {"batch":"B2","kind":"food","made":"2026-03-04","product":"x"} => goods.dates
        goods.register_batch 2026-03-03 registrar {"batch":"B2","kind":"food","product":"x"} => department.no_capacity
        goods.record_supply 2026-03-03 enforcer {"batch":"B9","from":"$ONE","to":"$FOUR","units":1} => goods.unknown
        goods.record_supply 2026-03-03 enforcer {"batch":"B1","from":"$ONE","to":"$FOUR","units":0} => goods.units
        goods.record_supply 2026-03-03 enforcer {"batch":"B1","from":"$ONE","to":"$ONE","units":1} => goods.same_operator
        goods.record_supply 2026-03-03 enforcer {"batch":"B1","from":"$ONE","to":"$UNKNOWN","units":1} => registration.unknown
        goods.record_offer 2026-03-03 enforcer {"batch":"B1","operator":"$FOUR","site":"https://shop.example/4"} => goods.offered_before
        goods.end_offer 2026-03-03 enforcer {"batch":"B1","operator":"$FOUR","site":"https://shop.example/5"} => goods.not_offered
        goods.end_offer 2026-03-01 enforcer {"batch":"B1","operator":"$FOUR","site":"https://shop.example/4"} => goods.before_registered
        goods.take_sample 2026-03-03 enforcer {"batch":"B1","officers":["0301"],"operator":"$FOUR","sample":"S1","units":1} => goods.officers
        goods.take_sample 2026-03-03 enforcer {"batch":"B1","officers":["0301","9999"],"operator":"$FOUR","sample":"S1","units":1} => goods.officer
        goods.take_sample 2026-03-03 enforcer {"batch":"B1","bought":true,"officers":["0301","0302"],"operator":"$FOUR","sample":"S1","units":1} => goods.text
        goods.take_sample 2026-03-03 enforcer {"batch":"B1","officers":["0301","0302"],"operator":"$FOUR","sample":"S1","units":1} =>
        goods.take_sample 2026-03-03 enforcer {"batch":"B1","officers":["0301","0302"],"operator":"$FOUR","sample":"S1","units":1} => goods.sample_exists
        goods.record_test 2026-03-03 enforcer {"batch":"B1","laboratory":"x","sample":"S2","standard":"y"} => goods.sample_unknown
        goods.tell_result 2026-03-03 enforcer {"batch":"B1","sample":"S1"} => goods.nothing_to_tell
        goods.order_recall 2026-03-03 head {"batch":"B1","level":"9","operator":"$FOUR","reason":"x"} => goods.code_unknown
        goods.report_recall 2026-03-03 enforcer {"batch":"B1","operator":"$FOUR","units":1} => goods.no_recall
        "#,
    );
}

#[test]
fn a_shop_on_record_is_named_and_keeps_its_batches() {
    let (mut t, codes) = county("food");
    // The first offer was recorded before anybody found the shop: it stands as a site alone.
    assert!(batch(&t).offers[0].shop.is_none());
    let url = "https://www.shop.example/5/";
    let data = json!({"address": {"url": url}, "how": "online"});
    let found = t.ok("shop.find", "2026-03-02", ENF, data);
    let shop = found[0]
        .subjects
        .iter()
        .find(|s| s.as_str().starts_with("shop:"))
        .cloned();
    let shop = shop.unwrap();
    let site = "https://shop.example/5";
    let data = json!({"batch": "B1", "operator": codes[3], "site": site});
    let made = t.ok("goods.record_offer", "2026-03-03", ENF, data.clone());
    assert!(made[0].subjects.contains(&shop), "in whatever spelling");
    assert_eq!(batch(&t).offers[1].shop.as_ref(), Some(&shop));
    let seller: CreditCode = codes[3].parse().unwrap();
    assert!(batch(&t).holders(None)[&seller].shops.contains(&shop));
    t.ok("goods.end_offer", "2026-03-05", ENF, data);
    match t.state(&shop) {
        Some(Entity::Shop(shop)) => {
            let kept: Vec<_> = shop
                .batches
                .iter()
                .map(|b| (b.batch.as_str(), b.until))
                .collect();
            assert_eq!(kept, [("B1", Some(day("2026-03-05")))]);
        }
        _ => panic!("no shop"),
    }
}

//! Departments merge, split, are renamed and end; who may act when, and why not.

use serde_json::{Value, json};

use crate::actor::{Actor, Capacity};
use crate::entity::Entity;
use crate::ident::CreditCode;
use crate::trial::{Trial, authority, code, day};

fn state_tax() -> String {
    code("11371322MB2857101")
}

fn local_tax() -> String {
    code("11371322MB2857102")
}

fn tax() -> String {
    code("11371322MB2857103")
}

fn establish(code: &str, name: &str, succeeds: &[String]) -> Value {
    json!({"capacities": ["registrar", "enforcer"], "code": code, "division": "371322",
        "name": name, "short": name, "succeeds": succeeds})
}

/// 国税 and 地税 from 2010, merged into 税务 on 2018-07-20.
fn merged() -> Trial {
    let mut t = Trial::county();
    let admin = "administrator";
    for (code, name) in [(state_tax(), "国税"), (local_tax(), "地税")] {
        t.ok(
            "department.establish",
            "2010-01-01",
            admin,
            establish(&code, name, &[]),
        );
    }
    let both = [state_tax(), local_tax()];
    t.ok(
        "department.establish",
        "2018-07-20",
        admin,
        establish(&tax(), "税务", &both),
    );
    for old in both {
        let data = json!({"code": old, "successors": [tax()]});
        t.ok("department.dissolve", "2018-07-20", admin, data);
    }
    t
}

fn actor(code: &str, capacity: Capacity, officer: Option<&str>) -> Actor {
    Actor {
        capacity,
        credential: None,
        department: CreditCode::parse(code).unwrap(),
        officer: officer.map(str::to_owned),
    }
}

/// The code of the refusal where `who` acts on `on` for what `handler` has open; empty: it may.
fn may_for(t: &Trial, who: &str, on: &str, handler: &str) -> &'static str {
    let by = actor(who, Capacity::Registrar, None);
    let handler = CreditCode::parse(handler).unwrap();
    let register = crate::world::World::register(t);
    let may = register.may_for(&by, day(on), &[Capacity::Registrar], handler);
    may.err().map_or("", |r| r.code)
}

#[test]
fn a_successor_goes_on_with_what_its_predecessors_had_open() {
    let t = merged();
    for (who, on, handler, refused) in [
        (local_tax(), "2018-07-19", local_tax(), ""),
        (
            local_tax(),
            "2018-07-20",
            local_tax(),
            "department.not_in_office",
        ),
        (tax(), "2018-07-20", local_tax(), ""),
        (tax(), "2018-07-20", state_tax(), ""),
        (tax(), "2018-07-19", local_tax(), "department.not_in_office"),
        (
            state_tax(),
            "2018-07-19",
            local_tax(),
            "department.not_responsible",
        ),
        (
            authority(),
            "2018-08-01",
            local_tax(),
            "department.not_responsible",
        ),
        (
            tax(),
            "2019-01-01",
            authority(),
            "department.not_responsible",
        ),
    ] {
        assert_eq!(may_for(&t, &who, on, &handler), refused, "{who} {on}");
    }
}

#[test]
fn a_dissolved_department_is_told_who_succeeds_it() {
    let t = merged();
    let by = actor(&local_tax(), Capacity::Registrar, None);
    let register = crate::world::World::register(&t);
    let refusal = register
        .may(&by, day("2018-08-01"), &[Capacity::Registrar])
        .unwrap_err();
    assert_eq!(refusal.code, "department.not_in_office");
    assert!(refusal.message.contains("dissolved on 2018-07-20"));
    assert!(refusal.remedy.contains(&tax()), "{}", refusal.remedy);
}

#[test]
fn one_department_splits_by_capacity() {
    let mut t = Trial::county();
    let admin = "administrator";
    let old = code("11371322MB2857201");
    let (window, brigade) = (code("11371322MB2857202"), code("11371322MB2857203"));
    for (code, name) in [
        (&old, "工商"),
        (&window, "行政审批"),
        (&brigade, "综合执法"),
    ] {
        t.ok(
            "department.establish",
            "2010-01-01",
            admin,
            establish(code, name, &[]),
        );
    }
    for (new, capacity) in [(&window, "registrar"), (&brigade, "enforcer")] {
        let data = json!({"capacities": [capacity], "code": new, "predecessor": old});
        t.ok("department.take_over", "2019-03-01", admin, data);
    }
    let data = json!({"code": old, "successors": []});
    t.ok("department.dissolve", "2019-03-01", admin, data);
    assert_eq!(may_for(&t, &window, "2019-03-01", &old), "");
    assert_eq!(
        may_for(&t, &window, "2019-02-28", &old),
        "department.not_responsible"
    );
    assert_eq!(
        may_for(&t, &brigade, "2019-03-01", &old),
        "department.not_responsible"
    );
    let again = json!({"capacities": ["registrar"], "code": window, "predecessor": old});
    assert_eq!(
        t.refused("department.take_over", "2019-04-01", admin, again),
        "department.nothing_changed"
    );
}

#[test]
fn capacities_names_and_posts_hold_on_their_days() {
    let mut t = merged();
    let admin = "administrator";
    let data = json!({"capacities": ["enforcer"], "code": tax()});
    t.ok("department.empower", "2020-01-01", admin, data);
    let data = json!({"code": tax(), "name": "国家税务总局郯城县税务局", "short": "税务"});
    t.ok("department.rename", "2019-01-01", admin, data);
    let post = json!({"capacities": ["enforcer"], "department": tax(), "officer": "0007"});
    t.ok("department.post_officer", "2020-02-01", admin, post.clone());
    let leave = json!({"department": tax(), "officer": "0007"});
    t.ok("department.release_officer", "2021-02-01", admin, leave);
    t.ok("department.post_officer", "2022-02-01", admin, post);
    let register = crate::world::World::register(&t);
    let can = |capacity, on, officer| {
        let by = actor(&tax(), capacity, officer);
        let may = register.may(&by, day(on), &[capacity]);
        may.err().map_or("", |r| r.code)
    };
    let officer = Some("0007");
    for (capacity, on, officer, refused) in [
        (Capacity::Registrar, "2019-12-31", None, ""),
        (
            Capacity::Registrar,
            "2020-01-01",
            None,
            "department.no_capacity",
        ),
        (Capacity::Enforcer, "2020-03-01", officer, ""),
        (
            Capacity::Enforcer,
            "2020-01-15",
            officer,
            "department.officer_unknown",
        ),
        (
            Capacity::Enforcer,
            "2021-06-01",
            officer,
            "department.officer_unknown",
        ),
        (Capacity::Enforcer, "2022-02-01", officer, ""),
    ] {
        assert_eq!(can(capacity, on, officer), refused, "{on}");
    }
    let me = CreditCode::parse(&tax()).unwrap();
    let department = &register.departments[&me];
    assert_eq!(department.name_on(day("2018-12-31")), "税务");
    assert_eq!(
        department.name_on(day("2019-01-01")),
        "国家税务总局郯城县税务局"
    );
    assert_eq!(department.name_on(day("2000-01-01")), "税务");
}

#[test]
fn what_does_not_fit_the_register_is_refused() {
    let names = [
        ("ME", authority()),
        ("NEW", code("11371322MB2857999")),
        ("NONE", code("11371322MB2857998")),
        ("OLD", local_tax()),
        ("TAX", tax()),
        (
            "MORE",
            "\"capacities\": [], \"division\": \"371322\"".to_owned(),
        ),
    ];
    let table = r#"
        department.establish 2019-01-01 administrator {"code": "$ME", "name": "x", "short": "x", $MORE} => department.exists
        department.establish 2019-01-01 administrator {"code": "$NEW", "name": " ", "short": "x", $MORE} => department.name
        department.establish 2019-01-01 administrator {"code": "$NEW", "name": "x", "short": "x", "capacities": [], "division": "3713"} => department.division
        department.establish 2019-01-01 administrator {"code": "$NEW", "name": "x", "short": "x", "succeeds": ["$NONE"], $MORE} => department.unknown
        department.dissolve 2019-01-01 administrator {"code": "$OLD", "successors": []} => department.ended
        department.dissolve 2018-07-01 administrator {"code": "$OLD", "successors": []} => department.ended
        department.dissolve 2019-01-01 administrator {"code": "$TAX", "successors": ["$TAX"]} => department.succession
        department.dissolve 2019-01-01 administrator {"code": "$TAX", "successors": ["$OLD"]} => department.ended
        department.dissolve 2018-07-19 administrator {"code": "$TAX", "successors": []} => department.ended
        department.dissolve 2019-02-01 enforcer {"code": "$TAX", "successors": []} => department.no_capacity
        department.take_over 2019-01-01 administrator {"code": "$TAX", "predecessor": "$OLD"} => department.nothing_changed
        department.take_over 2019-01-01 administrator {"code": "$TAX", "predecessor": "$TAX"} => department.succession
        department.rename 2019-01-01 administrator {"code": "$TAX", "name": "税务", "short": "税务"} => department.nothing_changed
        department.rename 2019-01-01 administrator {"code": "$NEW", "name": "x", "short": "x"} => department.unknown
        department.empower 2019-01-01 administrator {"code": "$TAX", "capacities": ["enforcer", "registrar"]} => department.nothing_changed
        department.post_officer 2019-01-01 administrator {"capacities": ["publisher"], "department": "$TAX", "officer": "1"} => department.officer_capacity
        department.release_officer 2019-01-01 administrator {"department": "$TAX", "officer": "1"} => department.officer_unknown
        department.post_officer 2019-01-01 administrator {"capacities": ["enforcer"], "department": "$TAX", "officer": "1"} =>
        department.post_officer 2019-02-01 administrator {"capacities": ["enforcer"], "department": "$TAX", "officer": "1"} => department.officer_exists
    "#;
    merged().check(&names, table);
}

#[test]
fn each_department_named_keeps_its_own_part() {
    let t = merged();
    let Entity::Register(old) = t.on(&format!("department:{}", local_tax()), "2018-07-19") else {
        panic!("a register");
    };
    let me = CreditCode::parse(&local_tax()).unwrap();
    assert_eq!(old.departments[&me].until, None);
    let Entity::Register(old) = t.on(&format!("department:{}", local_tax()), "2018-07-20") else {
        panic!("a register");
    };
    assert_eq!(old.departments[&me].until, Some(day("2018-07-20")));
    assert_eq!(old.departments[&me].successors.len(), 1);
}

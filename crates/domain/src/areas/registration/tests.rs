//! Applications worked on side by side, changes, suspensions and addresses.

use serde_json::{Value, json};

use super::{Stage, Status, StepStage};
use crate::entity::Entity;
use crate::ident::{AddressId, CreditCode};
use crate::subject::Subject;
use crate::trial::{Trial, authority, code, day, operator, sealed};

const R: &str = "registrar";

fn tax() -> String {
    code("11371322MB2857103")
}

fn food() -> String {
    code("11371322MB2857104")
}

fn by(department: &str) -> Value {
    json!({"capacity": "approver", "department": department})
}

/// The county with 税务 and 食药, which may approve, from 2010 on.
fn county() -> Trial {
    let mut t = Trial::with_operator();
    for (code, name) in [(tax(), "税务"), (food(), "食药")] {
        let data = json!({"capacities": ["approver"], "code": code, "division": "371322",
            "name": name, "short": name});
        t.ok("department.establish", "2010-01-01", "administrator", data);
    }
    t
}

fn setup(number: &str) -> Value {
    json!({"applicant": sealed(), "application": number, "division": "371322101",
        "kind": "setup", "name": "郯城县柳编网店", "online": true, "phone": sealed()})
}

fn grant(number: &str) -> Value {
    json!({"address": "郯城县马头镇电商路7号", "application": number,
        "code": code("91371322MA3C00099"), "division": "371322101", "name": "郯城县柳编网店"})
}

fn of(number: &str, department: &str) -> Value {
    json!({"application": number, "department": department})
}

fn application(t: &Trial, number: &str) -> super::Application {
    let subject = Subject::parse(&format!("application:{number}")).unwrap();
    match t.state(&subject) {
        Some(Entity::Application(a)) => (**a).clone(),
        _ => panic!("an application"),
    }
}

#[test]
fn a_return_holds_up_the_grant_until_every_department_approves() {
    let mut t = county();
    let made = t.ok("registration.apply", "2026-03-02", R, setup("A1"));
    let clock = made[0].derived.clock("registration.decide").unwrap();
    assert_eq!(
        (clock.due, clock.article.as_str()),
        (day("2026-03-05"), "Art 19")
    );
    let data = json!({"application": "A1", "departments": [tax(), food()]});
    let made = t.ok("registration.route", "2026-03-02", R, data);
    let clock = made[0].derived.clock("registration.step").unwrap();
    assert_eq!(clock.due, day("2026-03-05"));
    for who in [tax(), food()] {
        t.act_as(
            by(&who),
            "registration.open_step",
            "2026-03-03",
            of("A1", &who),
        )
        .unwrap();
    }
    t.act_as(
        by(&tax()),
        "registration.approve_step",
        "2026-03-03",
        of("A1", &tax()),
    )
    .unwrap();
    let mut data = of("A1", &food());
    data["reason"] = json!("缺少食品经营场所平面图");
    t.act_as(by(&food()), "registration.return_step", "2026-03-06", data)
        .unwrap();
    assert_eq!(
        t.refused("registration.grant", "2026-03-06", R, grant("A1")),
        "registration.steps_open"
    );
    t.ok(
        "registration.resubmit_step",
        "2026-03-09",
        R,
        of("A1", &food()),
    );
    t.act_as(
        by(&food()),
        "registration.open_step",
        "2026-03-10",
        of("A1", &food()),
    )
    .unwrap();
    t.act_as(
        by(&food()),
        "registration.approve_step",
        "2026-03-11",
        of("A1", &food()),
    )
    .unwrap();
    let made = t.ok("registration.grant", "2026-03-11", R, grant("A1"));
    assert_eq!(made[0].derived.number("late_days"), Some(6));
    assert_eq!(made[0].derived.number("application_days"), Some(9));
    let a = application(&t, "A1");
    assert_eq!((a.stage, a.late_days), (Stage::Granted, 6));
    let step = &a.steps[&CreditCode::parse(&food()).unwrap()];
    assert_eq!(
        (step.stage, step.returns, step.days, step.late_days),
        (StepStage::Approved, 1, 6, 1)
    );
    let Entity::Register(part) = t.on(&format!("department:{}", food()), "2026-03-31") else {
        panic!("a register");
    };
    let did = part.approvals;
    assert_eq!(
        (did.routed, did.opened, did.approved, did.returned),
        (2, 2, 1, 1)
    );
    assert_eq!((did.days, did.late), (6, 1));
}

#[test]
fn what_a_merged_department_left_open_its_successor_ends() {
    let mut t = county();
    let (old, new) = (code("11371322MB2857102"), tax());
    let data = json!({"capacities": ["approver"], "code": old, "division": "371322",
        "name": "郯城县地方税务局", "short": "地税"});
    t.ok("department.establish", "2010-01-01", "administrator", data);
    t.ok("registration.apply", "2018-07-02", R, setup("A1"));
    let data = json!({"application": "A1", "departments": [old]});
    let made = t.ok("registration.route", "2018-07-02", R, data);
    // Joint handling had 45 working days of its own.
    let clock = made[0].derived.clock("registration.decide").unwrap();
    assert_eq!(clock.due, day("2018-09-03"));
    t.act_as(
        by(&old),
        "registration.open_step",
        "2018-07-10",
        of("A1", &old),
    )
    .unwrap();
    let data = json!({"code": old, "successors": [new]});
    t.ok("department.dissolve", "2018-07-20", "administrator", data);
    let approve = |t: &mut Trial, who: &str| {
        t.act_as(
            by(who),
            "registration.approve_step",
            "2018-07-23",
            of("A1", &old),
        )
        .err()
        .map_or("", |r| r.code)
    };
    assert_eq!(approve(&mut t, &old), "department.not_in_office");
    assert_eq!(approve(&mut t, &food()), "department.not_responsible");
    assert_eq!(approve(&mut t, &new), "");
    let step = &application(&t, "A1").steps[&CreditCode::parse(&old).unwrap()];
    assert_eq!(step.by, Some(CreditCode::parse(&new).unwrap()));
    assert_eq!(
        t.refused("registration.grant", "2018-07-24", R, grant("A1")),
        ""
    );
}

#[test]
fn the_term_for_deciding_is_that_of_the_day_of_application() {
    for (on, due) in [
        ("2018-07-02", "2018-07-30"),
        ("2022-02-28", "2022-03-28"),
        ("2022-03-01", "2022-03-04"),
        ("2026-02-13", "2026-02-25"),
    ] {
        let mut t = county();
        let made = t.ok("registration.apply", on, R, setup("A1"));
        let clock = made[0].derived.clock("registration.decide").unwrap();
        assert_eq!(clock.due, day(due), "{on}");
    }
    let mut t = county();
    t.ok("registration.apply", "2026-03-02", R, setup("A1"));
    let data = json!({"application": "A1", "reason": "情形复杂"});
    let made = t.ok("registration.extend", "2026-03-05", "head", data.clone());
    let clock = made[0].derived.clock("registration.decide").unwrap();
    assert_eq!(
        (clock.start, clock.due),
        (day("2026-03-05"), day("2026-03-10"))
    );
    assert_eq!(
        t.refused("registration.extend", "2026-03-05", "head", data),
        "registration.extension"
    );
}

#[test]
fn what_does_not_fit_an_application_is_refused() {
    let names = [
        ("ME", authority()),
        ("TAX", tax()),
        ("FOOD", food()),
        ("NONE", code("11371322MB2857999")),
        ("OP", operator()),
        ("WHO", sealed().to_string()),
        ("GRANT", grant("A1").to_string()),
    ];
    let begun = r#"
        registration.apply 2026-03-02 registrar {"applicant": $WHO, "application": "A1", "kind": "setup", "name": "x"} =>
        registration.route 2026-03-02 registrar {"application": "A1", "departments": ["$TAX"]} =>
        registration.apply 2026-03-03 registrar {"applicant": $WHO, "application": "A1", "kind": "setup", "name": "x"} => registration.application_exists
        registration.apply 2026-03-03 registrar {"applicant": $WHO, "application": "a b", "kind": "setup", "name": "x"} => registration.application_number
        registration.apply 2026-03-03 registrar {"applicant": $WHO, "application": "A2", "kind": "setup", "name": "x", "code": "$OP"} => registration.application_kind
        registration.apply 2026-03-03 registrar {"applicant": $WHO, "application": "A2", "kind": "change", "name": "x"} => registration.application_kind
        registration.apply 2026-03-03 registrar {"applicant": $WHO, "application": "A2", "kind": "setup", "name": " "} => registration.name_missing
        registration.apply 2003-03-03 registrar {"applicant": $WHO, "application": "A2", "kind": "setup", "name": "x"} => department.not_in_office
        registration.route 2026-03-03 registrar {"application": "A1", "departments": ["$TAX"]} => registration.routing
        registration.route 2026-03-03 registrar {"application": "A1", "departments": ["$ME"]} => registration.routing
        registration.route 2026-03-03 registrar {"application": "A1", "departments": ["$NONE"]} => registration.routing
        registration.route 2026-03-03 registrar {"application": "A1", "departments": []} => registration.routing
        registration.route 2026-03-01 registrar {"application": "A1", "departments": ["$FOOD"]} => registration.before_previous_step
        registration.open_step 2026-03-03 registrar {"application": "A1", "department": "$TAX"} => department.not_responsible
        registration.open_step 2026-03-03 registrar {"application": "A1", "department": "$FOOD"} => registration.step_unknown
        registration.open_step 2026-03-03 registrar {"application": "A9", "department": "$TAX"} => registration.application_unknown
        registration.resubmit_step 2026-03-03 registrar {"application": "A1", "department": "$TAX"} => registration.step_order
        registration.refuse 2026-03-03 registrar {"application": "A1", "code": "nonsense", "reason": "x"} => registration.code_unknown
        registration.refuse 2026-03-03 registrar {"application": "A1", "code": "unlawful", "reason": " "} => registration.reason_missing
        registration.extend 2026-03-06 head {"application": "A1", "reason": "x"} => registration.extension
        registration.extend 2026-03-03 registrar {"application": "A1", "reason": "x"} => department.no_capacity
        registration.grant 2026-03-03 registrar $GRANT => registration.steps_open
        registration.change 2026-03-03 registrar {"application": "A1", "code": "$OP", "name": "x"} => registration.application_kind
        registration.withdraw 2026-03-03 registrar {"application": "A9"} => registration.application_unknown
    "#;
    let mut t = county();
    t.check(&names, begun);
    let mut data = of("A1", &tax());
    data["reason"] = json!("x");
    let early = t.act_as(by(&tax()), "registration.return_step", "2026-03-03", data);
    assert_eq!(early.unwrap_err().code, "registration.step_order");
    for end in [
        r#"registration.refuse 2026-03-04 registrar {"application": "A1", "code": "unlawful", "reason": "x"} =>"#,
        r#"registration.withdraw 2026-03-04 registrar {"application": "A1"} =>"#,
    ] {
        let mut t = county();
        t.check(&names, begun);
        t.check(&names, end);
        let again = r#"registration.withdraw 2026-03-04 registrar {"application": "A1"} => registration.application_closed"#;
        t.check(&names, again);
    }
}

#[test]
fn a_change_is_applied_for_and_shown_in_time_or_late() {
    for (resolved, on, shown, applied_late, shown_late) in [
        ("2026-06-01", "2026-07-01", "2026-07-15", 0, 0),
        ("2026-06-01", "2026-07-03", "2026-07-20", 2, 3),
    ] {
        let mut t = Trial::with_operator();
        let data =
            json!({"code": operator(), "name": "郯城县银杏科技有限公司", "resolved": resolved});
        let made = t.ok("registration.change", on, R, data);
        assert_eq!(made[0].derived.number("late_days"), Some(applied_late));
        let shows = json!({"code": operator()});
        let made = t.ok("registration.show_change", shown, R, shows.clone());
        assert_eq!(
            made[0].derived.number("late_days"),
            Some(shown_late),
            "{shown}"
        );
        assert_eq!(
            t.refused("registration.show_change", shown, R, shows),
            "registration.nothing_to_show"
        );
        let known = t.operator(&operator()).registration;
        assert_eq!(known.late_days, applied_late + shown_late);
        assert_eq!(
            known.names.on(day("2026-06-30")).unwrap(),
            "郯城县银杏电子商务有限公司"
        );
        assert_eq!(known.name(), "郯城县银杏科技有限公司");
    }
    // Before the rules of 2021 and 2022 nothing had to be shown or applied for in a term.
    let mut t = Trial::with_operator();
    let data = json!({"code": operator(), "scope": "x", "resolved": "2020-01-01"});
    let made = t.ok("registration.change", "2020-06-01", R, data);
    assert!(made[0].derived.clocks.is_empty() && made[0].rules.is_empty());
}

#[test]
fn business_is_suspended_three_years_at_most_and_goes_on_by_itself() {
    let mut t = Trial::with_operator();
    let suspend = |to: &str| json!({"cause": "public_health", "code": operator(), "to": to});
    for (on, data, refused) in [
        ("2022-02-28", suspend("2022-06-30"), "no_rule_in_force"),
        (
            "2022-03-01",
            suspend("2025-03-02"),
            "registration.suspension_dates",
        ),
        (
            "2022-03-01",
            suspend("2022-02-28"),
            "registration.suspension_dates",
        ),
        (
            "2022-03-01",
            json!({"cause": "x", "code": operator(), "to": "2022-06-30"}),
            "registration.code_unknown",
        ),
        ("2022-03-01", suspend("2023-02-28"), ""),
        (
            "2022-03-02",
            suspend("2023-02-28"),
            "registration.suspended",
        ),
    ] {
        assert_eq!(
            t.refused("registration.suspend", on, R, data),
            refused,
            "{on}"
        );
    }
    let resume = json!({"code": operator()});
    for (on, capacity, refused) in [
        ("2023-02-28", "clock", "registration.not_due"),
        ("2023-03-02", R, "registration.not_due"),
        ("2023-03-01", "clock", ""),
        ("2023-03-01", "clock", "registration.not_suspended"),
    ] {
        assert_eq!(
            t.refused("registration.resume", on, capacity, resume.clone()),
            refused,
            "{on}"
        );
    }
    // 365 days are used up: the second suspension may not last the whole three years.
    assert_eq!(
        t.refused(
            "registration.suspend",
            "2024-03-01",
            R,
            suspend("2027-03-01")
        ),
        "registration.suspension_dates"
    );
    t.ok(
        "registration.suspend",
        "2024-03-01",
        R,
        suspend("2026-03-01"),
    );
    let known = t.operator(&operator()).registration;
    for (on, status) in [
        ("2022-02-28", Status::Registered),
        ("2022-03-01", Status::Suspended),
        ("2023-02-28", Status::Suspended),
        ("2023-03-01", Status::Registered),
        ("2026-03-01", Status::Suspended),
        ("2026-03-02", Status::Registered),
    ] {
        assert_eq!(known.status(Some(day(on))), Some(status), "{on}");
    }
}

#[test]
fn a_revoked_registration_is_cancelled_afterwards_and_leaves_its_addresses() {
    let mut t = Trial::with_operator();
    let place = "郯城县人民路1号";
    let end = |kind: &str| json!({"code": operator(), "kind": kind});
    t.ok("registration.end", "2024-01-10", "enforcer", end("revoked"));
    assert_eq!(
        t.refused("registration.end", "2024-02-01", R, end("annulled")),
        "registration.ended"
    );
    t.ok("registration.end", "2024-06-01", R, end("cancelled"));
    assert_eq!(
        t.refused("registration.end", "2024-06-02", R, end("cancelled")),
        "registration.ended"
    );
    let known = t.operator(&operator()).registration;
    for (on, status) in [
        ("2024-01-09", Status::Registered),
        ("2024-01-10", Status::Revoked),
        ("2024-06-01", Status::Cancelled),
    ] {
        assert_eq!(known.status(Some(day(on))), Some(status));
    }
    let Entity::Address(address) = t.on(Subject::for_address(place).as_str(), "2024-06-01") else {
        panic!("an address");
    };
    assert_eq!(address.operators_on(day("2024-01-09")).count(), 1);
    assert_eq!(address.operators_on(day("2024-01-10")).count(), 0);
}

#[test]
fn licences_and_addresses_are_asked_in_both_directions() {
    let mut t = Trial::with_operator();
    let (host, other) = (code("91371322MA3C00002"), code("92371322MA3C00003"));
    for (who, place) in [(&host, "郯城县孵化路8号"), (&other, "郯城县某街2号")] {
        let data = json!({"address": place, "code": who, "division": "371322001", "name": "x"});
        t.ok("registration.grant", "2020-01-01", R, data);
    }
    let attach = |who: &str, place: &str, r#use: &str, host: Option<&str>| {
        let mut data = json!({"address": place, "code": who, "use": r#use});
        if let Some(host) = host {
            data["host"] = json!(host);
        }
        data
    };
    let incubator = "郯城县孵化路 8 号";
    for (data, refused) in [
        (
            attach(&operator(), "郯城县马头镇1号", "business_place", None),
            "",
        ),
        (
            attach(&operator(), "郯城县李庄镇2号", "business_place", None),
            "",
        ),
        (
            attach(&operator(), "郯城县马头镇１号", "business_place", None),
            "registration.address_known",
        ),
        (attach(&operator(), incubator, "incubator", Some(&host)), ""),
        (attach(&other, incubator, "incubator", Some(&host)), ""),
        (
            attach(&other, incubator, "secretary", Some(&other)),
            "registration.host",
        ),
        (
            attach(&other, incubator, "business_place", Some(&host)),
            "registration.host",
        ),
        (
            attach(&other, "，。", "business_place", None),
            "registration.address_missing",
        ),
    ] {
        assert_eq!(
            t.refused("registration.attach_address", "2021-01-01", R, data.clone()),
            refused,
            "{data}"
        );
    }
    let leave = json!({"address": incubator, "code": other});
    t.ok(
        "registration.detach_address",
        "2022-01-01",
        R,
        leave.clone(),
    );
    assert_eq!(
        t.refused("registration.detach_address", "2022-01-02", R, leave),
        "registration.address_unknown"
    );
    let moved = json!({"address": "郯城县新村路3号", "code": operator()});
    t.ok("registration.change", "2022-06-01", R, moved);
    let Entity::Address(there) = t.on(Subject::for_address(incubator).as_str(), "2026-01-01")
    else {
        panic!("an address");
    };
    let count = |on| there.operators_on(day(on)).count();
    assert_eq!(
        (
            count("2020-06-01"),
            count("2021-06-01"),
            count("2022-06-01")
        ),
        (1, 3, 2)
    );
    let known = t.operator(&operator()).registration;
    assert_eq!(known.addresses_on(day("2021-06-01")).count(), 4);
    let former = AddressId::of("郯城县人民路1号");
    let at_former = |on| {
        known
            .addresses_on(day(on))
            .any(|s| s.key == former.as_str())
    };
    assert!(at_former("2022-05-31") && !at_former("2022-06-01"));
    let tenants = t.operator(&host).registration.tenants.clone();
    let with_host = |on| tenants.iter().filter(|s| s.stands_on(day(on))).count();
    assert_eq!((with_host("2021-06-01"), with_host("2022-06-01")), (2, 1));
}

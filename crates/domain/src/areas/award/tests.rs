//! Awards: who gets none, and how they end.

use serde_json::{Value, json};

use crate::row::{List, Row};
use crate::trial::{Trial, day, operator};

fn nominate() -> Value {
    json!({"award": "H2026-1", "kind": "civil_operator", "operator": operator(), "reason": "诚信经营"})
}

fn awarded() -> Trial {
    let mut t = Trial::with_operator();
    t.ok("award.nominate", "2026-01-05", "credit_officer", nominate());
    let grant =
        json!({"award": "H2026-1", "document": "郯市监表〔2026〕1号", "operator": operator()});
    t.ok("award.grant", "2026-01-20", "head", grant);
    t
}

#[test]
fn an_award_stands_from_its_grant_to_its_end() {
    let mut t = awarded();
    let stands = |t: &Trial, on: &str| t.operator(&operator()).awards.awards[0].stands_on(day(on));
    assert!(!stands(&t, "2026-01-19") && stands(&t, "2026-01-20"));
    let names = [("OP", operator())];
    let table = r#"
        award.end 2028-01-20 clock {"award": "H2026-1", "operator": "$OP"} => award.not_due
        award.give_incentive 2026-02-01 registrar {"award": "H2026-1", "code": "green_channel", "operator": "$OP"} =>
        award.give_incentive 2026-02-01 registrar {"award": "H2026-1", "code": "green_channel", "operator": "$OP"} => award.incentive_given
        award.give_incentive 2026-02-01 registrar {"award": "H2026-1", "code": "gold", "operator": "$OP"} => award.incentive_unknown
        award.end 2028-01-21 clock {"award": "H2026-1", "operator": "$OP"} =>
        award.revoke 2028-02-01 head {"award": "H2026-1", "code": "serious", "reason": "x", "operator": "$OP"} => award.ended
    "#;
    t.check(&names, table);
    assert!(stands(&t, "2028-01-20") && !stands(&t, "2028-01-21"));
    let mut rows: Vec<Row> = Vec::new();
    let me = crate::subject::Subject::parse(&format!("operator:{}", operator())).unwrap();
    let last = t.events.last().unwrap();
    t.state(&me).unwrap().rows(&me, last, &mut rows);
    let row = rows.iter().find(|r| r.list == List::Red).unwrap();
    assert_eq!(
        (row.from, row.until),
        (day("2026-01-20"), Some(day("2028-01-21")))
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let names = [("OP", operator())];
    let table = r#"
        award.nominate 2026-01-05 credit_officer {"award": "a b", "kind": "civil_operator", "operator": "$OP", "reason": "x"} => award.number
        award.nominate 2026-01-05 credit_officer {"award": "H2", "kind": "gold", "operator": "$OP", "reason": "x"} => award.kind_unknown
        award.nominate 2026-01-05 credit_officer {"award": "H2", "kind": "civil_operator", "operator": "$OP", "reason": ""} => award.reason_missing
        award.grant 2026-01-05 head {"award": "H2", "operator": "$OP"} => award.unknown
        award.nominate 2026-01-05 credit_officer {"award": "H2", "kind": "civil_operator", "operator": "$OP", "reason": "x"} =>
        award.nominate 2026-01-05 credit_officer {"award": "H2", "kind": "civil_operator", "operator": "$OP", "reason": "x"} => award.exists
        award.revoke 2026-01-06 head {"award": "H2", "code": "serious", "reason": "x", "operator": "$OP"} => award.not_granted
        award.grant 2026-01-04 head {"award": "H2", "operator": "$OP"} => award.before_previous_step
        listing.enter 2026-01-06 credit_officer {"entry": "L1", "ground": "annual_report", "ground_found": "2026-01-06", "list": "abnormal", "operator": "$OP"} =>
        award.grant 2026-01-07 head {"award": "H2", "operator": "$OP"} => award.on_list
        listing.remove 2026-01-08 credit_officer {"code": "cured", "entry": "L1", "operator": "$OP"} =>
        award.grant 2026-01-08 enforcer {"award": "H2", "operator": "$OP"} => department.no_capacity
        award.grant 2026-01-08 head {"award": "H2", "operator": "$OP"} =>
        award.grant 2026-01-09 head {"award": "H2", "operator": "$OP"} => award.granted
        award.revoke 2026-01-09 head {"award": "H2", "code": "gold", "reason": "x", "operator": "$OP"} => award.ground_unknown
        award.revoke 2026-01-09 head {"award": "H2", "code": "serious", "reason": "x", "operator": "$OP"} =>
    "#;
    Trial::with_operator().check(&names, table);
}

#[test]
fn a_recent_penalty_stands_in_the_way() {
    let mut t = Trial::with_operator();
    let penalty = json!({"case": "P1", "cause": "false_advertising", "document": "郯市监罚〔2025〕1号",
        "fine_fen": 100_000, "kinds": ["fine"], "operator": operator(),
        "source": {"layout": "two-publicity"}});
    t.ok(
        "enforcement.import_decision",
        "2025-03-03",
        "importer",
        penalty,
    );
    t.ok("award.nominate", "2026-01-05", "credit_officer", nominate());
    let grant = json!({"award": "H2026-1", "operator": operator()});
    let early = t.refused("award.grant", "2026-03-03", "head", grant.clone());
    assert_eq!(early, "award.penalised");
    t.ok("award.grant", "2026-03-04", "head", grant);
}

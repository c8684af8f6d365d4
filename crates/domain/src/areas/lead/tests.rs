//! Leads from their recording to the revisit, campaigns over several operators.

use serde_json::{Value, json};

use super::{Campaign, Chain, Lead, Phase, Stage};
use crate::areas::enforcement::Case;
use crate::entity::Entity;
use crate::event::{Event, Visibility};
use crate::subject::Subject;
use crate::trial::{Trial, authority, code, day, operator, sealed};

fn record(number: &str, more: Value) -> Value {
    let mut data = json!({"lead": number, "operator": operator(), "source": "monitoring",
        "what": "网店宣传与实际不符"});
    for (key, value) in more.as_object().unwrap() {
        data[key] = value.clone();
    }
    data
}

fn lead(t: &Trial, number: &str) -> Lead {
    match t.state(&Subject::parse(&format!("lead:{number}")).unwrap()) {
        Some(Entity::Lead(lead)) => (**lead).clone(),
        _ => Lead::default(),
    }
}

fn campaign(t: &Trial) -> Campaign {
    match t.state(&Subject::parse("campaign:Z1").unwrap()) {
        Some(Entity::Campaign(campaign)) => (**campaign).clone(),
        _ => Campaign::default(),
    }
}

fn due(events: &[Event], clock: &str) -> String {
    let clock = events[0].derived.clock(clock);
    clock.map_or_else(String::new, |c| c.due.to_string())
}

/// A county with two officers and a second operator.
fn county() -> (Trial, String) {
    let mut t = Trial::with_operator();
    for officer in ["0301", "0302"] {
        let data = json!({"capacities": ["enforcer"], "department": authority(),
            "officer": officer});
        t.ok(
            "department.post_officer",
            "2015-01-01",
            "administrator",
            data,
        );
    }
    let other = code("91371322MA3C00002");
    let data = json!({"address": "郯城县人民路2号", "code": other, "division": "371322001",
        "name": "郯城县杞柳编织有限公司"});
    t.ok("registration.grant", "2015-03-01", "registrar", data);
    (t, other)
}

fn verified(finding: &str) -> Trial {
    let (mut t, _) = county();
    t.ok(
        "lead.record",
        "2026-03-02",
        "enforcer",
        record("L1", json!({})),
    );
    let data = json!({"lead": "L1", "officer": "0301", "unit": "马头所"});
    t.ok("lead.assign", "2026-03-03", "head", data);
    let data = json!({"finding": finding, "lead": "L1"});
    t.ok("lead.verify", "2026-03-10", "enforcer", data);
    t
}

#[test]
fn terms_run_from_the_day_it_came_to_be_known() {
    let (mut t, _) = county();
    let made = t.ok(
        "lead.record",
        "2026-03-02",
        "enforcer",
        record("L1", json!({})),
    );
    assert_eq!(due(&made, "lead.assign"), "2026-03-05");
    assert_eq!(made[0].visibility, Visibility::Restricted);
    let data = json!({"lead": "L1", "officer": "0301"});
    let made = t.ok("lead.assign", "2026-03-06", "head", data);
    assert_eq!(due(&made, "lead.verify"), "2026-03-23");
    assert_eq!(made[0].derived.number("late_days"), Some(1));
    let made = t.ok("lead.extend", "2026-03-20", "head", json!({"lead": "L1"}));
    assert_eq!(due(&made, "lead.verify"), "2026-04-14");
    let again = t.refused("lead.extend", "2026-03-20", "head", json!({"lead": "L1"}));
    assert_eq!(again, "lead.extended_before");
    let data = json!({"finding": "indicated", "lead": "L1"});
    let made = t.ok("lead.verify", "2026-04-16", "enforcer", data);
    assert_eq!(made[0].derived.number("late_days"), Some(2));
    assert_eq!(lead(&t, "L1").late_days, 3);
}

#[test]
fn what_was_said_is_looked_at_again() {
    let mut t = verified("indicated");
    let data = json!({"correct_by": "2026-03-20", "lead": "L1", "officers": ["0301", "0302"],
        "person": sealed(), "what": "宣传用语须有依据"});
    let made = t.ok("lead.hold_interview", "2026-03-11", "enforcer", data);
    // 30 days from 2026-03-20 end on Sunday 2026-04-19.
    assert_eq!(due(&made, "lead.revisit"), "2026-04-20");
    let slots: Vec<&str> = made[0].rules.iter().map(|r| r.pack.as_str()).collect();
    assert_eq!(slots, ["cn.network-trading.order-37@1", "local.leads@1"]);
    assert_eq!(t.operator(&operator()).chain.unrevisited(), 1);
    let data = json!({"corrected": false, "lead": "L1", "what": "仍有两处未改"});
    let made = t.ok("lead.revisit", "2026-04-22", "enforcer", data);
    assert_eq!(made[0].derived.number("late_days"), Some(2));
    assert_eq!(due(&made, "lead.revisit"), "2026-05-22");
    let data = json!({"code": "correction", "correct_by": "2026-05-06", "lead": "L1",
        "what": "限期改正"});
    t.ok("lead.give_warning", "2026-04-22", "enforcer", data);
    let data = json!({"corrected": true, "lead": "L1", "what": "已全部改正"});
    t.ok("lead.revisit", "2026-05-08", "enforcer", data.clone());
    assert_eq!(t.operator(&operator()).chain.unrevisited(), 0);
    let refused = t.refused("lead.revisit", "2026-05-09", "enforcer", data);
    assert_eq!(refused, "lead.nothing_to_revisit");
    let data = json!({"code": "corrected", "lead": "L1"});
    t.ok("lead.close", "2026-05-09", "head", data);
    assert_eq!(lead(&t, "L1").stage, Stage::Closed);
    // A relapse is a lead of its own that names the first.
    let more = json!({"from": "lead:L1", "source": "relapse"});
    t.ok("lead.record", "2026-08-03", "enforcer", record("L2", more));
    assert_eq!(lead(&t, "L1").leads, ["L2"]);
}

#[test]
fn lead_case_and_operator_name_each_other() {
    let mut t = verified("indicated");
    let open = json!({"case": "K1", "lead": "L1"});
    let refused = t.refused("lead.open_case", "2026-03-11", "head", open.clone());
    assert_eq!(refused, "lead.case_not_open");
    let data = json!({"case": "K1", "operator": operator(), "source": "inspection"});
    t.ok("enforcement.receive_lead", "2026-03-11", "enforcer", data);
    let data = json!({"breach_ended": "2026-03-01", "case": "K1", "cause": "false_advertising",
        "officers": ["0301", "0302"]});
    t.ok("enforcement.open", "2026-03-11", "enforcer", data);
    t.ok("lead.open_case", "2026-03-12", "head", open);
    assert_eq!(lead(&t, "L1").case.as_deref(), Some("K1"));
    match t.state(&Subject::parse("case:K1").unwrap()) {
        Some(Entity::Case(case)) => {
            let Case { came_of, .. } = &**case;
            assert!(came_of.contains(&Subject::parse("lead:L1").unwrap()));
        }
        _ => panic!("no case"),
    }
    let line = Chain::whole(&t.operator(&operator()));
    let line: Vec<(Phase, &str)> = line.iter().map(|l| (l.phase, l.step.as_str())).collect();
    assert_eq!(
        line,
        [
            (Phase::Before, "lead"),
            (Phase::Before, "verified"),
            (Phase::During, "case"),
            (Phase::During, "lead_to_case"),
        ]
    );
}

#[test]
fn a_campaign_keeps_a_result_for_each_target() {
    let (mut t, other) = county();
    let data = json!({"basis": "郯市监〔2026〕3号", "campaign": "Z1", "title": "护农打假",
        "to": "2026-04-30"});
    t.ok("lead.open_campaign", "2026-03-02", "head", data);
    let data = json!({"campaign": "Z1", "operators": [operator(), other]});
    t.ok("lead.add_targets", "2026-03-02", "enforcer", data);
    let more = json!({"from": "campaign:Z1", "source": "campaign"});
    t.ok("lead.record", "2026-03-05", "enforcer", record("L1", more));
    let names = [
        ("OP", operator()),
        ("OTHER", other),
        ("UNKNOWN", code("91371322MA3C00009")),
    ];
    t.check(
        &names,
        r#"
        lead.open_campaign 2026-03-03 head {"basis":"x","campaign":"Z1","title":"y","to":"2026-04-30"} => lead.campaign_exists
        lead.open_campaign 2026-03-03 head {"basis":"x","campaign":"Z2","title":"y","to":"2026-03-02"} => lead.campaign_dates
        lead.open_campaign 2026-03-03 head {"basis":"x","campaign":"Z2","title":"y","to":"2026-04-30","with":["$UNKNOWN"]} => lead.department_unknown
        lead.add_targets 2026-03-03 enforcer {"campaign":"Z9","operators":["$OP"]} => lead.campaign_unknown
        lead.add_targets 2026-03-03 enforcer {"campaign":"Z1","operators":["$OP"]} => lead.no_targets
        lead.add_targets 2026-03-03 enforcer {"campaign":"Z1","operators":["$UNKNOWN"]} => registration.unknown
        lead.check_target 2026-03-05 enforcer {"campaign":"Z1","code":"clean","operator":"$UNKNOWN"} => lead.no_target
        lead.check_target 2026-03-05 enforcer {"campaign":"Z1","code":"nice","operator":"$OP"} => lead.code_unknown
        lead.check_target 2026-03-05 enforcer {"campaign":"Z1","code":"lead","lead":"L1","operator":"$OTHER"} => lead.target_lead
        lead.check_target 2026-03-05 enforcer {"campaign":"Z1","code":"lead","lead":"L1","operator":"$OP"} =>
        lead.close_campaign 2026-03-01 head {"campaign":"Z1"} => lead.before_previous_step
        "#,
    );
    let made = t.ok(
        "lead.close_campaign",
        "2026-04-30",
        "head",
        json!({"campaign": "Z1"}),
    );
    assert_eq!(made[0].derived.number("targets_unchecked"), Some(1));
    assert_eq!(due(&made, "lead.analysis"), "2026-06-01");
    let state = campaign(&t);
    assert_eq!((state.targets.len(), state.checked()), (2, 1));
    assert_eq!(state.leads, ["L1"]);
    let data = json!({"campaign": "Z1", "code": "clean", "operator": operator()});
    let refused = t.refused("lead.check_target", "2026-05-06", "enforcer", data);
    assert_eq!(refused, "lead.campaign_closed");
    let data =
        json!({"about": "campaign:Z1", "findings": "进货台账缺失", "measures": "培训并统一台账"});
    let made = t.ok("lead.file_analysis", "2026-06-03", "enforcer", data);
    assert_eq!(made[0].derived.number("late_days"), Some(2));
    assert!(campaign(&t).clock.is_none());
}

#[test]
fn what_cannot_be_is_refused() {
    let (mut t, other) = county();
    t.ok(
        "lead.record",
        "2026-03-02",
        "enforcer",
        record("L1", json!({})),
    );
    let names = [("OP", operator()), ("OTHER", other)];
    t.check(
        &names,
        r#"
        lead.record 2026-03-03 enforcer {"lead":"L1","operator":"$OP","source":"monitoring","what":"x"} => lead.exists
        lead.record 2026-03-03 enforcer {"lead":"L 2","operator":"$OP","source":"monitoring","what":"x"} => lead.number
        lead.record 2026-03-03 enforcer {"lead":"L2","source":"monitoring","what":"x"} => lead.nobody_named
        lead.record 2026-03-03 enforcer {"lead":"L2","operator":"$OP","source":"monitoring","what":""} => lead.text
        lead.record 2026-03-03 enforcer {"lead":"L2","operator":"$OP","source":"department","what":"x"} => lead.sender
        lead.record 2026-03-03 enforcer {"lead":"L2","operator":"$OP","source":"complaint","what":"x"} => lead.origin
        lead.record 2026-03-03 enforcer {"lead":"L2","operator":"$OP","source":"report","from":"report:R9","what":"x"} => lead.origin
        lead.record 2026-03-03 enforcer {"lead":"L2","operator":"$OP","source":"monitoring","from":"lead:L1","what":"x"} => lead.origin
        lead.record 2026-03-03 publisher {"lead":"L2","operator":"$OP","source":"monitoring","what":"x"} => department.no_capacity
        lead.verify 2026-03-03 enforcer {"finding":"indicated","lead":"L1"} => lead.illegal_order
        lead.verify 2026-03-03 enforcer {"finding":"indicated","lead":"L9"} => lead.unknown
        lead.assign 2026-03-03 head {"lead":"L1","officer":"9999"} => lead.officer
        lead.assign 2026-03-01 head {"lead":"L1","officer":"0301"} => lead.before_previous_step
        lead.assign 2026-03-03 head {"lead":"L1","officer":"0301"} =>
        lead.close 2026-03-03 head {"code":"other","lead":"L1"} => lead.not_verified
        lead.hold_interview 2026-03-03 enforcer {"lead":"L1","officers":["0301"],"what":"x"} => lead.officers
        lead.hold_interview 2026-03-03 enforcer {"lead":"L1","correct_by":"2026-03-02","officers":["0301","0302"],"what":"x"} => lead.correct_by
        lead.give_warning 2026-03-03 enforcer {"code":"shout","lead":"L1","what":"x"} => lead.code_unknown
        lead.verify 2026-03-04 enforcer {"finding":"not_indicated","lead":"L1","operator":"$OTHER"} => lead.other_operator
        lead.verify 2026-03-04 enforcer {"finding":"not_indicated","lead":"L1"} =>
        lead.open_case 2026-03-04 head {"case":"K1","lead":"L1"} => lead.no_signs
        lead.file_analysis 2026-03-04 head {"about":"operator:$OP","findings":"x","measures":"y"} => lead.analysis_about
        lead.close 2026-03-04 head {"code":"nothing","lead":"L1"} => lead.code_unknown
        lead.close 2026-03-04 head {"code":"unfounded","lead":"L1"} =>
        lead.give_warning 2026-03-05 enforcer {"code":"reminder","lead":"L1","what":"x"} => lead.illegal_order
        lead.record 2026-03-05 enforcer {"lead":"L2","site":"https://shop.example/2","source":"upper_level","from_authority":"临沂市市场监督管理局","what":"x"} =>
        lead.assign 2026-03-05 head {"lead":"L2","officer":"0301"} =>
        lead.give_warning 2026-03-05 enforcer {"code":"reminder","lead":"L2","what":"x"} => lead.operator_unknown
        "#,
    );
    assert_eq!(lead(&t, "L2").clock.unwrap().due, day("2026-03-26"));
}

//! Guidance and its follow-up, alerts and their end.

use serde_json::json;

use super::Alert;
use crate::entity::Entity;
use crate::subject::Subject;
use crate::trial::{Trial, operator};

fn alert(t: &Trial) -> Alert {
    let me = Subject::parse("alert:XF2026-1").unwrap();
    match t.state(&me) {
        Some(Entity::Alert(alert)) => (**alert).clone(),
        _ => Alert::default(),
    }
}

#[test]
fn guidance_is_looked_after_in_its_term() {
    let mut t = Trial::with_operator();
    let names = [("OP", operator())];
    let table = r#"
        guidance.give 2026-03-02 enforcer {"guidance": "G1", "kind": "gold", "operators": ["$OP"], "text": "x"} => guidance.kind_unknown
        guidance.give 2026-03-02 enforcer {"guidance": "G1", "kind": "advice", "operators": [], "text": "x"} => guidance.operators
        guidance.give 2026-03-02 enforcer {"guidance": "G 1", "kind": "advice", "operators": ["$OP"], "text": "x"} => guidance.number
        guidance.give 2026-03-02 enforcer {"guidance": "G1", "kind": "advice", "operators": ["$OP"], "text": ""} => guidance.text
        guidance.follow_up 2026-03-30 enforcer {"guidance": "G1", "followed": true, "note": "x"} => guidance.unknown
    "#;
    t.check(&names, table);
    let give = json!({"guidance": "G1", "kind": "advice", "operators": [operator()],
        "text": "在首页显著位置公示营业执照"});
    let made = t.ok("guidance.give", "2026-03-02", "enforcer", give.clone());
    assert_eq!(made[0].derived.clocks[0].due.to_string(), "2026-04-02");
    assert_eq!(
        t.refused("guidance.give", "2026-03-02", "enforcer", give),
        "guidance.exists"
    );
    let follow = json!({"followed": true, "guidance": "G1", "note": "已公示"});
    let early = t.refused(
        "guidance.follow_up",
        "2026-03-01",
        "enforcer",
        follow.clone(),
    );
    assert_eq!(early, "guidance.before_previous_step");
    let made = t.ok(
        "guidance.follow_up",
        "2026-04-07",
        "enforcer",
        follow.clone(),
    );
    assert_eq!(made[0].derived.number("late_days"), Some(5));
    let again = t.refused("guidance.follow_up", "2026-04-08", "enforcer", follow);
    assert_eq!(again, "guidance.followed_up");
}

#[test]
fn an_alert_is_gone_once_withdrawn_or_over() {
    let text = |zh: &str| json!({"en": "", "zh": zh});
    let publish =
        json!({"alert": "XF2026-1", "text": text("警惕低价引流"), "title": text("直播购物提示")});
    for (action, on, capacity, data) in [
        (
            "guidance.withdraw_alert",
            "2026-04-01",
            "publisher",
            json!({"alert": "XF2026-1", "code": "wrong"}),
        ),
        (
            "guidance.expire_alert",
            "2027-03-03",
            "clock",
            json!({"alert": "XF2026-1"}),
        ),
    ] {
        let mut t = Trial::county();
        t.ok(
            "guidance.publish_alert",
            "2026-03-02",
            "publisher",
            publish.clone(),
        );
        assert!(alert(&t).text.is_some());
        let early = json!({"alert": "XF2026-1"});
        let early = t.refused("guidance.expire_alert", "2027-03-02", "clock", early);
        assert_eq!(early, "guidance.not_due");
        let wrong = json!({"alert": "XF2026-1", "code": "gold"});
        let wrong = t.refused("guidance.withdraw_alert", on, "publisher", wrong);
        assert_eq!(wrong, "guidance.ground_unknown");
        t.ok(action, on, capacity, data.clone());
        let known = alert(&t);
        assert!(known.text.is_none() && known.title.is_none() && known.ended.is_some());
        assert_eq!(t.refused(action, on, capacity, data), "guidance.ended");
    }
}

//! An entry of a bulletin is published, then withdrawn: it leaves every page, list and stream of the
//! public at once, from whatever place in time they are asked, and stays with those who handle it.

use serde_json::{Value, json};

use crate::http_client::{AUTHORITY, Served, key};

/// Words that only the entry's public content says.
const BREACH: &str = "以假充真，销售不合格玩具";

#[test]
fn a_withdrawn_entry_is_gone_from_every_public_place() {
    let served = Served::new();
    let reader = key(&served.dir, &["--reads", "restricted"]);
    let shown = served.get("/events?type=exposure.shown").lines();
    let shown = shown.iter().find(|e| e.to_string().contains(BREACH));
    let shown = shown.expect("the demo publishes a bulletin");
    let [operator, bulletin, entry] = ["operator", "bulletin", "entry"].map(|f| {
        let told = shown["data"][f].as_str();
        told.unwrap().to_owned()
    });
    let before = served.size() - 1;
    let places = |query: &str| {
        [
            format!("/events{query}"),
            format!("/events/{}{query}", shown["seq"]),
            format!("/operators/{operator}{query}"),
            format!("/operators/{operator}/events{query}"),
            format!("/operators/{operator}/dossier{query}"),
            format!("/bulletins/{bulletin}{query}"),
            format!("/lists/exposure{query}"),
        ]
    };
    // Each place either tells the breach or names the entry now; afterwards none may.
    let told: Vec<bool> = places("")
        .iter()
        .map(|path| served.get(path).text().contains(BREACH))
        .collect();
    assert!(told[0] && told[1] && told[5] && told[6], "{told:?}");

    let withdrawn = served.act(&json!({
        "by": {"capacity": "head", "department": AUTHORITY, "officer": "0001"},
        "data": {"bulletin": bulletin, "code": "mistaken_identity", "entry": entry,
            "operator": operator, "since": "2026-11-02"},
        "id": "01890a5d-ac96-774b-bcce-0000000000f1",
        "on": "2026-11-02",
        "type": "exposure.withdraw_entry",
    }));
    assert_eq!(withdrawn.status, 201, "{}", withdrawn.text());

    for query in ["", &format!("?as_of={before}"), "?on=2025-12-01"] {
        for path in places(query) {
            assert!(!served.get(&path).text().contains(BREACH), "{path}");
        }
    }
    // What is left tells that and why it was withdrawn, not what it said.
    let page: Value = served.get(&format!("/bulletins/{bulletin}")).json();
    assert_eq!(page["state"]["entries"], json!([]));
    let left = served.get("/events?type=exposure.entry_withdrawn").lines();
    assert_eq!(left[0]["data"]["code"], "mistaken_identity");
    assert_eq!(left[0]["visibility"], "public");
    // Those who handle the matter, and auditors, see the event as it stands in the chain.
    let position = format!("/events/{}", shown["seq"]);
    assert_eq!(served.get(&position).status, 404);
    let kept = served.get_as(&reader, &position);
    assert!(kept.text().contains(BREACH), "{}", kept.text());
}

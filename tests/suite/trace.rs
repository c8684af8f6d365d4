//! Tracing through the door and on the command line: shops that move, sealed values that are the
//! same, paths, and who is shown what of it.

use serde_json::{Value, json};

use crate::http_client::{AUTHORITY, Served, key};
use crate::support::{credit_code, run, text};

fn code(n: u32) -> String {
    credit_code(&format!("91371322MA9X{n:05}"))
}

/// Sends actions one after another; each must be taken.
struct County {
    served: Served,
    asked: u64,
}

impl County {
    fn act(&mut self, r#type: &str, capacity: &str, on: &str, data: &Value) -> Value {
        self.asked += 1;
        let id = format!("01890a5d-ac96-774b-bccf-{:012x}", self.asked);
        let by = json!({"capacity": capacity, "department": AUTHORITY});
        let action = json!({"by": by, "data": data, "id": id, "on": on, "type": r#type});
        let answer = self.served.act(&action);
        assert!(answer.status < 300, "{type}: {}", answer.text());
        answer.json()
    }

    fn grant(&mut self, n: u32, address: &str, person: &str) {
        let data = json!({"address": address, "code": code(n), "division": "371322001",
            "legal_representative": {"seal": person}, "name": format!("商行{n}")});
        self.act("registration.grant", "registrar", "2026-02-02", &data);
    }

    /// A ring: 1 and 2 at one address, a shop that went from 2 to 3, one sealed name of 3 and 4.
    fn ring() -> Self {
        let mut county = Self {
            served: Served::new(),
            asked: 0,
        };
        county.grant(1, "郯城县环路1号", "甲某一");
        county.grant(2, "郯城县环路1号", "甲某二");
        county.grant(3, "郯城县环路3号", "甲某三");
        county.grant(4, "郯城县环路4号", "甲 某三");
        let data = json!({"hosts": [{"host": "ring.example", "shop_in": "subdomain"}],
            "name": "环网", "operator": code(9), "platform": "ring"});
        county.act("shop.register_platform", "registrar", "2026-02-02", &data);
        let page = json!({"url": "https://s1.ring.example/"});
        let data = json!({"address": page, "name": "环店", "operator": code(2)});
        county.act("shop.declare", "registrar", "2026-02-03", &data);
        let data = json!({"address": page, "ground": "转让", "operator": code(3)});
        county.act("shop.match", "enforcer", "2026-03-01", &data);
        county
    }

    fn trace(&self, n: u32, query: &str, key: Option<&str>) -> Value {
        let path = format!("/operators/{}/trace{query}", code(n));
        let answer = match key {
            Some(key) => self.served.get_as(key, &path),
            None => self.served.get(&path),
        };
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

/// Kinds of what is shared, in order.
fn kinds(trace: &Value) -> Vec<String> {
    let shared = trace["shared"].as_array().into_iter().flatten();
    let mut kinds: Vec<String> = shared
        .map(|s| s["kind"].as_str().unwrap_or_default().to_owned())
        .collect();
    kinds.sort();
    kinds
}

/// The operators of the first path.
fn path(trace: &Value) -> Vec<String> {
    let hops = trace["paths"][0]["hops"].as_array().into_iter().flatten();
    hops.map(|h| h["operator"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn a_ring_is_followed_over_shops_and_sealed_names_as_far_as_the_reader_may_see() {
    let mut county = County::ring();
    let all = county.served.key.clone();
    let to = format!("?to={}", code(4));
    let ring: Vec<String> = (1..=4).map(code).collect();
    assert_eq!(path(&county.trace(1, &to, Some(&all))), ring);
    // The public is not shown that two sealed names are the same.
    assert!(path(&county.trace(1, &to, None)).is_empty());
    let shop = format!("?to={}", code(3));
    assert_eq!(path(&county.trace(1, &shop, None)), ring[..3]);
    // Before the shop moved there was no way over it.
    let earlier = format!("{shop}&on=2026-02-20");
    assert!(path(&county.trace(1, &earlier, Some(&all))).is_empty());
    assert_eq!(kinds(&county.trace(2, "", Some(&all))), ["address", "shop"]);
    assert_eq!(kinds(&county.trace(3, "", Some(&all))), ["name", "shop"]);
    assert_eq!(kinds(&county.trace(3, "", None)), ["shop"]);
    let whole = county.trace(3, "", Some(&all)).to_string();
    assert!(!whole.contains("甲"), "{whole}");
    let desk = key(&county.served.dir, &["--reads", "departments"]);
    assert_eq!(kinds(&county.trace(4, "", Some(&desk))), ["name"]);

    let data = json!({"ground": "个人信息保护法第四十七条",
        "subject": format!("operator:{}", code(4))});
    let before = county.served.size() - 1;
    county.act("vault.erase", "head", "2026-10-08", &data);
    assert!(kinds(&county.trace(4, "", Some(&all))).is_empty());
    // What is erased does not match as of before either.
    let then = format!("?as_of={before}");
    assert!(kinds(&county.trace(4, &then, Some(&all))).is_empty());
    assert!(path(&county.trace(1, &to, Some(&all))).is_empty());
}

#[test]
fn shops_are_found_by_address_and_bad_questions_refused() {
    let mut county = County::ring();
    let asked = |path: &str| county.served.get(path);
    for address in [
        "https%3A%2F%2FS1.ring.example%2Fx%3Futm_source%3D1",
        "ring/S1",
    ] {
        let told = asked(&format!("/shops?address={address}")).json();
        assert_eq!(
            told["state"]["run_by"][1]["who"],
            format!("operator:{}", code(3))
        );
    }
    for (path, status, problem) in [
        ("/shops".to_owned(), 400, "address_missing"),
        (
            "/shops?address=ftp%3A%2F%2Fx".to_owned(),
            400,
            "shop.address",
        ),
        (
            format!("/operators/{}/trace?depth=9", code(1)),
            400,
            "depth_malformed",
        ),
        (
            format!("/operators/{}/trace?to=x", code(1)),
            400,
            "credit_code_length",
        ),
        (
            format!("/operators/{}/trace", code(7)),
            404,
            "subject_unknown",
        ),
    ] {
        let answer = asked(&path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert_eq!(answer.json()["code"], problem, "{path}");
    }
    assert!(county.served.stop());
    let dir = &county.served.dir;
    let told = run(
        dir,
        &["show", "shop", "--text", "https://www.s1.ring.example/"],
    );
    assert!(text(&told).contains("环店"), "{}", text(&told));
    let told = run(
        dir,
        &["trace", &code(1), "--to", &format!("operator:{}", code(4))],
    );
    assert!(text(&told).contains("姓名（封存） name") || text(&told).contains("sealed:"));
    let told = run(dir, &["trace", &code(1), "--to", &code(4), "--depth", "1"]);
    assert!(text(&told).contains("no path found"), "{}", text(&told));
    let told = run(dir, &["list", "unclear_shops"]);
    assert!(text(&told).contains("unverified"), "{}", text(&told));
}

//! The HTTP door: what is refused, by which code, and that nothing moves; what is read, by whom.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http_client::{AUTHORITY, Answer, Served, bearer, change, key};
use crate::support::run;

/// Refused with a problem document of this status and code.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let told = answer.json();
    assert_eq!(told["code"], code, "{told}");
    assert_eq!(told["status"], status);
    assert_eq!(told["type"], format!("urn:regledger:problem:{code}"));
    for field in ["title", "detail"] {
        assert!(
            told[field].as_str().is_some_and(|t| !t.is_empty()),
            "{told}"
        );
    }
}

#[test]
fn each_kind_of_bad_action_is_refused_by_its_code_and_the_head_stays() {
    let served = Served::new();
    let operator = served.operator();
    let size = served.size();
    let good = change(&operator, 1);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut action = good.clone();
        change(&mut action);
        action
    };
    let act = |change: &dyn Fn(&mut Value)| served.act(&with(change));
    refused(
        &act(&|a| a["type"] = "registration.vanish".into()),
        400,
        "action_type_unknown",
    );
    refused(
        &act(&|a| a["data"]["colour"] = "red".into()),
        400,
        "action_schema",
    );
    refused(
        &act(&|a| a["id"] = "01890a5d-ac96-474b-bcce-000000000001".into()),
        400,
        "action_id_version",
    );
    refused(
        &act(&|a| a["data"]["code"] = "91371322MA0000009C".into()),
        400,
        "action_schema",
    );
    refused(
        &act(&|a| a["by"]["capacity"] = "publisher".into()),
        422,
        "department.no_capacity",
    );
    refused(
        &act(&|a| a["on"] = "2010-01-04".into()),
        422,
        "department.not_in_office",
    );
    refused(
        &act(&|a| a["data"]["name"] = "电话13912345678网店".into()),
        422,
        "personal_value_in_clear",
    );
    let stale = json!({"since": 3, "subjects": [format!("operator:{operator}")]});
    refused(
        &act(&|a| a["expect"] = stale.clone()),
        409,
        "condition_stale",
    );
    let order = json!({"by": {"capacity": "complaint_desk", "department": AUTHORITY},
        "data": {"complaint": "NONE-1"}, "id": "01890a5d-ac96-774b-bcce-000000000009",
        "on": "2026-10-08", "type": "complaint.accept"});
    refused(&served.act(&order), 422, "complaint.unknown");

    let raw = |body: &[u8]| served.act_as(&served.key, body);
    let text = good.to_string();
    refused(&raw(b"name=x"), 400, "json_syntax");
    refused(
        &raw(text.replace("\"on\":", "\"x\":1.5,\"on\":").as_bytes()),
        400,
        "json_float",
    );
    refused(
        &raw(text.replace("\"on\":", "\"on\":1,\"on\":").as_bytes()),
        400,
        "json_duplicate_key",
    );
    refused(&raw(&vec![b' '; 300 << 10]), 413, "json_too_large");
    refused(&raw(b"[]"), 400, "action_schema");

    let key = bearer(&served.key);
    let post = |headers: &[(&str, &str)]| served.ask("POST", "/actions", headers, text.as_bytes());
    let json = ("content-type", "application/json");
    refused(&post(&[json]), 401, "key_missing");
    refused(
        &post(&[json, ("authorization", "Bearer rk1-00000000-00")]),
        401,
        "key_not_valid",
    );
    refused(&post(&[("authorization", &key)]), 415, "content_type");
    let other = ("idempotency-key", "01890a5d-ac96-774b-bcce-00000000ffff");
    refused(
        &post(&[json, ("authorization", &key), other]),
        400,
        "idempotency_key_mismatch",
    );
    assert_eq!(served.size(), size);
    assert_eq!(served.act(&good).status, 201);
}

#[test]
fn a_key_acts_only_as_it_may() {
    let served = Served::new();
    let (operator, size) = (served.operator(), served.size());
    let body = change(&operator, 1).to_string();
    for (grant, code) in [
        (
            &["--department", "91330100799655058B"][..],
            "key_other_department",
        ),
        (
            &["--department", AUTHORITY, "--capacity", "head"],
            "key_no_capacity",
        ),
        (&["--reads", "restricted"], "key_only_reads"),
    ] {
        let key = key(&served.dir, grant);
        refused(&served.act_as(&key, body.as_bytes()), 403, code);
    }
    assert_eq!(served.size(), size);
    let listed = run(&served.dir, &["keys", "list", "--json"]).stdout;
    let listed = String::from_utf8(listed).unwrap();
    let last: Value = serde_json::from_str(listed.lines().last().unwrap()).unwrap();
    let fresh = key(&served.dir, &["--department", AUTHORITY]);
    assert_eq!(served.act_as(&fresh, body.as_bytes()).status, 201);
    let id = fresh.split('-').nth(1).unwrap();
    assert_ne!(last["id"], id);
    assert!(run(&served.dir, &["keys", "revoke", id]).status.success());
    refused(
        &served.act_as(&fresh, body.as_bytes()),
        401,
        "key_not_valid",
    );
}

#[test]
fn a_repeat_answers_as_before_and_an_id_may_come_in_the_header() {
    let served = Served::new();
    let mut action = change(&served.operator(), 1);
    let first = served.act(&action);
    assert_eq!(first.status, 201, "{}", first.text());
    let again = served.act(&action);
    assert_eq!(again.status, 200);
    let (mut a, mut b) = (first.json(), again.json());
    assert_eq!(
        (a["known"].take(), b["known"].take()),
        (json!(false), json!(true))
    );
    assert_eq!(a, b);
    assert_eq!(
        first.header("location"),
        format!("/api/v1/events/{}", a["seq"])
    );

    let id = action["id"].as_str().unwrap().to_owned();
    action.as_object_mut().unwrap().remove("id");
    let headers = [
        ("authorization", bearer(&served.key)),
        ("content-type", "application/json".to_owned()),
        ("idempotency-key", id),
    ];
    let headers = headers.each_ref().map(|(n, v)| (*n, v.as_str()));
    let third = served.ask("POST", "/actions", &headers, action.to_string().as_bytes());
    assert_eq!((third.status, &third.json()["seq"]), (200, &a["seq"]));
    action["data"]["name"] = "另一名称网店".into();
    let other = served.ask("POST", "/actions", &headers, action.to_string().as_bytes());
    refused(&other, 409, "action_id_reused");
}

#[test]
fn a_batch_answers_line_by_line_and_records_what_holds() {
    let served = Served::new();
    let (operator, size) = (served.operator(), served.size());
    let mut lines = String::new();
    for n in 0..600 {
        match n {
            200 => lines.push_str("{\"no\": json}\n"),
            300 => lines.push('\n'),
            _ => lines.push_str(&format!("{}\n", change(&operator, n))),
        }
    }
    lines.pop();
    let answers = served.batch(&lines);
    assert_eq!(answers.len(), 599);
    let numbers: Vec<u64> = answers
        .iter()
        .map(|a| a["line"].as_u64().unwrap())
        .collect();
    let expected: Vec<u64> = (1..=600).filter(|n| *n != 301).collect();
    assert_eq!(numbers, expected);
    let bad: Vec<&Value> = answers.iter().filter(|a| a["code"].is_string()).collect();
    assert_eq!(bad.len(), 1);
    assert_eq!(
        (&bad[0]["line"], &bad[0]["code"]),
        (&json!(201), &json!("json_syntax"))
    );
    assert_eq!(served.size(), size + 598);
    let long = format!("{}\n{}\n", change(&operator, 700), "x".repeat(300 << 10));
    let answers = served.batch(&long);
    assert_eq!(
        (&answers[0]["known"], &answers[1]["code"]),
        (&json!(false), &json!("json_too_large"))
    );
}

#[test]
fn reads_show_what_was_known_and_what_was_true() {
    let served = Served::new();
    let operator = served.operator();
    let path = format!("/operators/{operator}");
    let before = served.size() - 1;
    let name = |query: &str| {
        let told = served.get(&format!("{path}{query}")).json();
        told["state"]["registration"]["name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let old = name("");
    assert_eq!(served.act(&change(&operator, 1)).status, 201);
    assert_eq!(name(""), "改名1网店");
    assert_eq!(name(&format!("?as_of={before}")), old);
    assert_eq!(name("?on=2026-10-07"), old);
    assert_eq!(name("?on=2026-10-08"), "改名1网店");
    assert_eq!(name(&format!("?on=2026-10-08&as_of={before}")), old);
    let head = served.get(&format!("/head?as_of={before}")).json();
    assert_eq!(head["size"], before + 1);
    let event = served.get(&format!("/events/{}", before + 1)).json();
    assert_eq!(event["prev"], head["head"]);

    let tag = served.get(&path).header("etag").to_owned();
    let again = served.ask("GET", &path, &[("if-none-match", &tag)], &[]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(served.act(&change(&operator, 2)).status, 201);
    let changed = served.ask("GET", &path, &[("if-none-match", &tag)], &[]);
    assert_eq!(changed.status, 200);

    for (path, status, code) in [
        ("/operators/91371322MA0000009C", 404, "subject_unknown"),
        ("/head?as_of=yesterday", 400, "as_of_malformed"),
        ("/lists/abnormal?on=2026-02-30", 400, "day_not_in_calendar"),
        ("/lists/abnormal?colour=red", 400, "query_unknown"),
        ("/lists/abnormal?limit=0", 400, "limit_malformed"),
        ("/lists/abnormal?cursor=zz", 400, "cursor_malformed"),
        ("/lists/none", 404, "subject_unknown"),
        ("/nowhere", 404, "route_unknown"),
        ("/diff?a=1&b=2", 401, "key_missing"),
    ] {
        refused(&served.get(path), status, code);
    }
    refused(
        &served.ask("PUT", "/head", &[], &[]),
        405,
        "method_not_allowed",
    );
    refused(
        &served.get(&format!("/head?as_of={}", "1".repeat(5_000))),
        414,
        "url_too_long",
    );
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    let served = Served::new();
    for path in ["/operators", "/lists/abnormal", "/lists/penalties"] {
        let whole = served.get(&format!("{path}?limit=500")).json();
        let whole = whole["items"].as_array().unwrap().clone();
        let (mut pages, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = served.get(&format!("{path}?limit=1{cursor}")).json();
            pages.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(pages, whole, "{path}");
    }
    assert!(
        !served.get("/operators").json()["items"]
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_stream_resumes_and_follows() {
    let served = Served::new();
    let all = served.get("/events").lines();
    let last = all.last().unwrap()["seq"].as_u64().unwrap();
    let middle = all[all.len() / 2]["seq"].as_u64().unwrap();
    let rest = served.get(&format!("/events?after={middle}")).lines();
    assert_eq!(rest, all[all.len() / 2 + 1..]);
    let operator = served.operator();
    let mine = served
        .get(&format!(
            "/events?subject=operator:{operator}&type=registration."
        ))
        .lines();
    assert!(!mine.is_empty());
    for event in &mine {
        assert!(event["type"].as_str().unwrap().starts_with("registration."));
    }
    // A follower gets what is recorded afterwards.
    let mut follower = served.connect();
    let ask = format!("GET /api/v1/events?follow=true&after={last} HTTP/1.1\r\nhost: t\r\n\r\n");
    follower.write_all(ask.as_bytes()).unwrap();
    assert_eq!(served.act(&change(&operator, 77)).status, 201);
    let mut told = String::new();
    let mut piece = [0; 4_096];
    let begun = Instant::now();
    while !told.contains("改名77网店") {
        assert!(begun.elapsed() < Duration::from_secs(20), "{told}");
        let read = follower.read(&mut piece).unwrap();
        told.push_str(&String::from_utf8_lossy(&piece[..read]));
    }
}

#[test]
fn the_public_learns_nothing_of_what_is_withheld() {
    let served = Served::new();
    let reader = key(&served.dir, &["--reads", "restricted"]);
    let desk = key(&served.dir, &["--reads", "departments"]);
    let all = served.get_as(&reader, "/events").lines();
    let classes = |key: Option<&str>| {
        let lines = match key {
            Some(key) => served.get_as(key, "/events").lines(),
            None => served.get("/events").lines(),
        };
        let seen = lines
            .iter()
            .map(|e| e["visibility"].as_str().unwrap().to_owned());
        seen.collect::<std::collections::BTreeSet<String>>()
    };
    let set = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
    assert_eq!(classes(None), set(&["public"]));
    assert_eq!(classes(Some(&desk)), set(&["departments", "public"]));
    assert_eq!(
        classes(Some(&reader)),
        set(&["departments", "public", "restricted"])
    );

    let filed = all
        .iter()
        .find(|e| e["type"] == "complaint.filed.v1")
        .unwrap();
    assert_eq!(filed["visibility"], "restricted");
    let number = filed["data"]["complaint"].as_str().unwrap();
    let operator = filed["data"]["operator"].as_str().unwrap();
    let position = format!("/events/{}", filed["seq"]);
    refused(&served.get(&position), 404, "subject_unknown");
    refused(&served.get_as(&desk, &position), 404, "subject_unknown");
    assert_eq!(served.get_as(&reader, &position).status, 200);
    refused(
        &served.get(&format!("/complaints/{number}")),
        404,
        "subject_unknown",
    );
    let path = format!("/operators/{operator}");
    let (public, whole) = (
        served.get(&path).json(),
        served.get_as(&reader, &path).json(),
    );
    assert_eq!(public["state"]["complaints"], Value::Null);
    assert!(whole["state"]["complaints"]["received"].as_u64().unwrap() > 0);
    assert!(public["events_total"].as_u64() < whole["events_total"].as_u64());
    for path in [
        path.clone(),
        format!("{path}/events"),
        format!("{path}/dossier"),
    ] {
        assert!(!served.get(&path).text().contains("complaint."), "{path}");
        assert!(
            served.get_as(&reader, &path).text().contains("complaint."),
            "{path}"
        );
    }
    // An answer with a key is not one that a cache may give to others.
    let cached = served.get_as(&reader, &path);
    assert!(cached.header("cache-control").contains("private"));
    assert_ne!(cached.header("etag"), served.get(&path).header("etag"));
}

#[test]
fn slow_heads_and_connections_too_many_are_turned_away() {
    let served = Served::with(&["--connections", "3"]);
    let mut slow: Vec<_> = (0..3).map(|_| served.connect()).collect();
    for stream in &mut slow {
        stream
            .write_all(b"GET /api/v1/head HTTP/1.1\r\nhost: t")
            .unwrap();
    }
    let begun = Instant::now();
    std::thread::sleep(Duration::from_millis(300));
    refused(&served.get("/head"), 503, "connections_full");
    for stream in &mut slow {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    }
    let waited = begun.elapsed();
    assert!(
        waited > Duration::from_secs(3) && waited < Duration::from_secs(20),
        "{waited:?}"
    );
    let begun = Instant::now();
    while served.get("/head").status != 200 {
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_a_stop_is_clean() {
    let mut served = Served::new();
    let operator = served.operator();
    let mut acknowledged = Vec::new();
    for n in 0..50 {
        acknowledged.push(served.act(&change(&operator, n)).json()["seq"].clone());
    }
    served.kill();
    let mut again = Served::of(&served.dir, &[]);
    for (n, seq) in acknowledged.iter().enumerate() {
        let event = again.get(&format!("/events/{seq}")).json();
        assert_eq!(event["data"]["name"], format!("改名{n}网店"));
    }
    assert!(again.stop());
    assert!(run(&again.dir, &["verify"]).status.success());
}

#[test]
fn counters_and_health_are_told() {
    let served = Served::new();
    assert_eq!(served.act(&change(&served.operator(), 1)).status, 201);
    assert_eq!(served.get("/health").json()["status"], "ok");
    let metrics = served.get("/metrics");
    assert!(metrics.header("content-type").starts_with("text/plain"));
    let text = metrics.text();
    assert!(
        text.contains("regledger_actions_recorded_total 1\n"),
        "{text}"
    );
    assert!(text.contains("regledger_actions_waiting 0\n"), "{text}");
    let api = served.get("/openapi.json").json();
    assert_eq!(api["openapi"], "3.1.0");
    // Every route of the document answers, and not with "there is nothing here".
    for (path, methods) in api["paths"].as_object().unwrap() {
        let path = path.trim_start_matches("/api/v1").replace("{id}", "none");
        if methods.get("get").is_some() {
            let answer = served.get(&path);
            assert!(!answer.text().contains("route_unknown"), "{path}");
        }
    }
}

#[test]
fn problem_documents_and_help_read_as_agreed() {
    let served = Served::new();
    let operator = served.operator();
    let act = |change_it: &dyn Fn(&mut Value)| {
        let mut action = change(&operator, 1);
        change_it(&mut action);
        serde_json::to_string_pretty(&served.act(&action).json()).unwrap()
    };
    insta::assert_snapshot!(
        "no_capacity",
        act(&|a| a["by"]["capacity"] = "publisher".into())
    );
    insta::assert_snapshot!(
        "personal_value",
        act(&|a| a["data"]["name"] = "电话13912345678网店".into())
    );
    let late = json!({"by": {"capacity": "credit_officer", "department": AUTHORITY},
        "data": {"entry": "S-1", "ground": "no_such_ground", "operator": operator},
        "id": "01890a5d-ac96-774b-bcce-0000000000aa", "on": "2026-10-08",
        "type": "listing.notice"});
    let told = serde_json::to_string_pretty(&served.act(&late).json()).unwrap();
    insta::assert_snapshot!("ground_by_rule", told);
    let unknown = served.get("/operators/91371322MA0000009C").json();
    insta::assert_snapshot!("unknown", serde_json::to_string_pretty(&unknown).unwrap());
    let help = run(&served.dir, &["serve", "--help"]).stdout;
    insta::assert_snapshot!("serve_help", String::from_utf8(help).unwrap());
}

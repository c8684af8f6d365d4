//! The portal: pages for people in both languages, without script or any other host, that show
//! what the public may see now and nothing that was withdrawn.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::http_client::{AUTHORITY, Answer, Served, change, key};

/// A name that would be a script, an attribute's end and an entity where nobody escapes.
const HOSTILE: &str = "\"><script>alert('x')</script>&amp;网店";
/// A word that the hostile name must not have kept as a tag.
const TAG: &str = "<script";

/// Each kind of page once; `code` is an operator, `bulletin` a bulletin.
fn addresses(code: &str, bulletin: &str) -> Vec<String> {
    let lists = "abnormal marks serious exposure penalties red alerts";
    let lists = lists.split(' ').map(|list| format!("/lists/{list}"));
    let mut all: Vec<String> = lists.collect();
    let others = ["/", "/search?q=网店", "/lists", "/bulletins", "/nothing"];
    all.extend(others.map(|path| path.replace("网店", "%E7%BD%91%E5%BA%97")));
    all.push(format!("/operators/{code}"));
    all.push(format!("/operators/{code}?on=2026-01-01&as_of=2026-06-01"));
    all.push(format!("/bulletins/{bulletin}"));
    all
}

/// The values of an attribute in a page.
fn values<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let marker = format!(" {name}=\"");
    let parts = page.split(marker.as_str()).skip(1);
    parts.filter_map(|part| part.split('"').next()).collect()
}

/// A page that needs nothing from elsewhere and lets nothing else be done with it.
#[track_caller]
fn is_self_contained(path: &str, answer: &Answer) {
    let page = answer.text();
    assert_eq!(
        answer.header("content-type"),
        "text/html; charset=utf-8",
        "{path}"
    );
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    for name in ["href", "src", "action", "srcset", "poster", "data"] {
        for value in values(&page, name) {
            let here = value.starts_with('#') || value.starts_with('/');
            assert!(here && !value.starts_with("//"), "{path}: {value}");
        }
    }
    for never in [TAG, " style=", " onclick=", "<iframe", "@import"] {
        assert!(!page.contains(never), "{path}: {never}");
    }
}

/// The latest exposure of the demo: operator, bulletin, entry, its last day, what it says.
fn exposure(served: &Served) -> [String; 5] {
    let shown = served.get("/events?type=exposure.shown").lines();
    let found = shown.iter().max_by_key(|event| last_day(event));
    let event = found.expect("the demo publishes bulletins");
    let told = |field: &str| event["data"][field].as_str().unwrap().to_owned();
    let breach = event["data"]["breach"]["zh"].as_str().unwrap().to_owned();
    [
        told("operator"),
        told("bulletin"),
        told("entry"),
        last_day(event),
        breach,
    ]
}

fn last_day(event: &serde_json::Value) -> String {
    let facts = event["derived"]["facts"].as_array().unwrap();
    let fact = facts.iter().find(|f| f["name"] == "shown_until_day");
    fact.map_or("", |f| f["day"].as_str().unwrap()).to_owned()
}

/// Whether a legal date in Asia/Shanghai is not over.
fn in_term(last: &str) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let days = i64::try_from((now.as_secs() + 8 * 3_600) / 86_400).unwrap();
    days <= unix_days(last)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar.
fn unix_days(day: &str) -> i64 {
    let mut parts = day.split('-').map(|part| part.parse::<i64>().unwrap());
    let mut part = || parts.next().unwrap();
    let (year, month, day) = (part(), part(), part());
    // Years that begin in March have the leap day at their end.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[test]
fn pages_are_there_in_both_languages_and_need_no_other_host() {
    let served = Served::new();
    let [operator, bulletin, ..] = exposure(&served);
    for path in addresses(&operator, &bulletin) {
        let status = if path == "/nothing" { 404 } else { 200 };
        for (language, lang, other) in [
            ("zh-CN,zh;q=0.9,en;q=0.5", "zh-Hans", "lang=en"),
            ("en-GB,en;q=0.9", "en", "lang=zh"),
        ] {
            let answer = served.page_in(language, &path);
            assert_eq!(answer.status, status, "{path}: {}", answer.text());
            assert_eq!(answer.header("vary"), "accept-language", "{path}");
            is_self_contained(&path, &answer);
            let page = answer.text();
            assert!(
                page.contains(&format!("<html lang=\"{lang}\">")),
                "{path}: {page}"
            );
            assert_eq!(page.matches("<h1").count(), 1, "{path}");
            assert!(page.contains("class=\"skip\" href=\"#main\""), "{path}");
            // The switch leads to the same page in the other language, whatever the browser says.
            let mut links = values(&page, "href").into_iter();
            let switch = links.find(|link| link.contains(other));
            let switch = switch.unwrap().replace("&#38;", "&");
            let switched = served.page_in(language, &switch).text();
            assert!(!switched.contains(&format!("<html lang=\"{lang}\">")));
            let brand = format!("class=\"brand\" href=\"/?{other}\"");
            assert!(switched.contains(&brand), "{path}: {switched}");
        }
    }
}

#[test]
fn an_operator_is_found_by_code_and_by_name_and_stands_on_the_day_asked_for() {
    let served = Served::new();
    let listed = served.get("/lists/serious").json();
    let entry = listed["items"][0].clone();
    let told = |field: &str| entry[field].as_str().unwrap();
    let (code, name) = (told("operator"), told("name"));
    let found = served.page(&format!("/search?q={}", code.to_lowercase()));
    assert_eq!(found.status, 303);
    assert_eq!(found.header("location"), format!("/operators/{code}"));
    let part: String = name.chars().skip(3).take(4).collect();
    let part: String = part.bytes().map(|b| format!("%{b:02X}")).collect();
    let found = served.page(&format!("/search?q={part}")).text();
    assert!(
        found.contains(name) && found.contains(&format!("/operators/{code}")),
        "{found}"
    );
    let nothing = served.page("/search?q=NOBODY-OF-THIS-NAME");
    assert!(nothing.status == 200 && nothing.text().contains("没有找到"));

    let page = |query: &str| served.page(&format!("/operators/{code}{query}")).text();
    for section in "basic shops licences penalties abnormal serious awards bulletins".split(' ') {
        assert!(page("").contains(&format!("<section id=\"{section}\">")));
    }
    let then = page(&format!("?on={}", told("from")));
    let serious = then.split("<section id=\"serious\">").nth(1).unwrap();
    let serious = serious.split("</section>").next().unwrap();
    for part in [told("reason_zh"), "第5-11条", told("rule_id"), told("from")] {
        assert!(serious.contains(part), "{part}: {serious}");
    }
    // The day before its registration nothing is known of it.
    assert_eq!(
        served
            .page(&format!("/operators/{code}?on=2000-01-01"))
            .status,
        404
    );
}

#[test]
fn a_hostile_name_is_shown_as_it_is_and_does_nothing() {
    let served = Served::new();
    let operator = served.operator();
    let mut action = change(&operator, 1);
    action["data"]["name"] = HOSTILE.into();
    let changed = served.act(&action);
    assert_eq!(changed.status, 201, "{}", changed.text());
    let escaped = "&#60;script&#62;alert(&#39;x&#39;)&#60;/script&#62;&#38;amp;网店";
    for path in [
        format!("/operators/{operator}"),
        "/search?q=script".to_owned(),
    ] {
        for lang in ["zh", "en"] {
            let and = if path.contains('?') { '&' } else { '?' };
            let answer = served.page(&format!("{path}{and}lang={lang}"));
            assert!(answer.text().contains(escaped), "{path}: {}", answer.text());
            is_self_contained(&path, &answer);
        }
    }
    // What is typed comes back as text too, and an address that can't be read on a plain page.
    let asked: String = HOSTILE.bytes().map(|b| format!("%{b:02X}")).collect();
    for path in [
        format!("/search?q={asked}"),
        format!("/search?q=x&cursor={asked}"),
        format!("/?on={asked}"),
        format!("/?{asked}=1"),
        format!("/operators/{asked}"),
        format!("/{asked}"),
    ] {
        let answer = served.page(&path);
        assert!([200, 400, 404].contains(&answer.status), "{path}");
        is_self_contained(&path, &answer);
    }
}

#[test]
fn a_withdrawn_entry_is_gone_from_every_page() {
    let served = Served::new();
    let [operator, bulletin, entry, last, breach] = exposure(&served);
    let before = |query: &str| {
        [
            format!("/operators/{operator}{query}"),
            format!("/lists/exposure{query}"),
            format!("/bulletins/{bulletin}"),
        ]
    };
    // Shown as long as its term is not over, whether or not the calendar's event is recorded.
    for path in before("") {
        let told = served.page(&path).text().contains(&breach);
        assert_eq!(told, in_term(&last), "{path} until {last}");
    }
    let withdrawn = served.act(&json!({
        "by": {"capacity": "head", "department": AUTHORITY, "officer": "0001"},
        "data": {"bulletin": bulletin, "code": "mistaken_identity", "entry": entry,
            "operator": operator, "since": "2026-11-02"},
        "id": "01890a5d-ac96-774b-bcce-0000000000f1",
        "on": "2026-11-02",
        "type": "exposure.withdraw_entry",
    }));
    assert_eq!(withdrawn.status, 201, "{}", withdrawn.text());
    for query in [
        "",
        "?on=2025-12-01",
        "?as_of=2026-01-01",
        "?on=2026-10-30&lang=en",
    ] {
        for path in before(query) {
            let page = served.page(&path).text();
            assert!(!page.contains(&breach), "{path}: {page}");
        }
    }
    assert!(!served.page("/").text().contains(&breach));
}

#[test]
fn no_key_opens_more_and_lists_of_departments_have_no_page() {
    let served = Served::new();
    let operator = served.operator();
    let reader = key(&served.dir, &["--reads", "restricted"]);
    let path = format!("/operators/{operator}");
    let (without, with) = (served.page(&path), served.page_as(&reader, &path));
    assert_eq!(without.text(), with.text());
    for list in ["classes", "clocks", "duties", "risk_warnings", "none"] {
        assert_eq!(served.page(&format!("/lists/{list}")).status, 404, "{list}");
    }
    // Programs keep their problem documents.
    let problem = served.get("/nothing");
    assert_eq!(problem.header("content-type"), "application/problem+json");
}

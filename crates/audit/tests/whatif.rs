//! A year of complaints under another term of mediation, against days counted here by hand.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use audit::{Effect, WhatIf};
use chain::hash::{Hash, origin_hash};
use chain::seal::{Salt, commit};
use domain::action::Action;
use domain::day::Instant;
use domain::decide::{decide, place};
use domain::policy::Pack;
use domain::world::Replayed;
use serde_json::{Value, json};
use time::{Date, Duration, Month, Weekday};

const OPERATORS: u64 = 150;

fn schema(name: &str) -> Value {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schemas/policy");
    let text = fs::read_to_string(root.join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The demo's year, event by event.
fn year() -> Vec<Vec<u8>> {
    let (mut world, mut lines) = (Replayed::default(), Vec::new());
    let mut head: Hash = origin_hash("what-if");
    for day in demo::County::new(OPERATORS, 1).unwrap() {
        let day = day.unwrap();
        let days = u64::try_from(day.on.unix_days()).unwrap();
        let at = Instant::from_millis(days * 86_400_000);
        for mut action in day.actions {
            seal(&mut action, lines.len() as u64);
            let action = Action::from_value(action).unwrap();
            // The demo asks for some things that are refused.
            let Ok(drafts) = decide(&world, &action) else {
                continue;
            };
            for placed in place(drafts, &action, lines.len() as u64, head, at).unwrap() {
                world.apply(&placed.event);
                head = placed.hash;
                lines.push(placed.bytes);
            }
        }
    }
    lines
}

fn seal(value: &mut Value, n: u64) {
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key("seal") => {
            let mut salt = [0; 32];
            salt[..8].copy_from_slice(&n.to_le_bytes());
            *value = json!(commit(&Salt(salt), &map["seal"]).unwrap());
        }
        Value::Object(map) => map.values_mut().for_each(|v| seal(v, n)),
        Value::Array(items) => items.iter_mut().for_each(|v| seal(v, n)),
        _ => {}
    }
}

fn under(lines: &[Vec<u8>], pack: &Value) -> Effect {
    since(lines, pack, None)
}

fn since(lines: &[Vec<u8>], pack: &Value, day: Option<&str>) -> Effect {
    let pack = Pack::parse(&pack.to_string()).unwrap();
    let day = day.map(|day| domain::day::Day::parse(day).unwrap());
    let mut replay = WhatIf::new(pack, day);
    for line in lines {
        replay.take(line).unwrap();
    }
    replay.finish()
}

/// Days off and worked weekends, as the notices give them.
struct Days {
    off: BTreeSet<Date>,
    worked: BTreeSet<Date>,
}

fn date(text: &str) -> Date {
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap());
    let (year, month, day) = (
        parts.next().unwrap(),
        parts.next().unwrap(),
        parts.next().unwrap(),
    );
    let month = Month::try_from(u8::try_from(month).unwrap()).unwrap();
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).unwrap()).unwrap()
}

impl Days {
    fn read() -> Self {
        let facts = schema("calendar-cn-2015-2026.json");
        let (mut off, mut worked) = (BTreeSet::new(), BTreeSet::new());
        for year in facts["calendar"]["years"].as_array().unwrap() {
            for span in year["off"].as_array().unwrap() {
                let mut day = date(span["from"].as_str().unwrap());
                while day <= date(span["to"].as_str().unwrap()) {
                    off.insert(day);
                    day += Duration::DAY;
                }
            }
            let days = year["working"].as_array().unwrap().iter();
            worked.extend(days.map(|day| date(day.as_str().unwrap())));
        }
        Self { off, worked }
    }

    fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.worked.contains(&day) || (!weekend && !self.off.contains(&day))
    }

    /// 60 natural days; a last day on a holiday moves to the first working day after it.
    fn sixty(&self, start: Date, out: &[(Date, Date)]) -> Date {
        let mut day = self.count(start, 60, out, |_| true);
        if self.off.contains(&day) {
            while !self.is_working(day) {
                day += Duration::DAY;
            }
        }
        day
    }

    fn forty_five(&self, start: Date, out: &[(Date, Date)]) -> Date {
        self.count(start, 45, out, |day| self.is_working(day))
    }

    fn count(
        &self,
        start: Date,
        n: u32,
        out: &[(Date, Date)],
        counts: impl Fn(Date) -> bool,
    ) -> Date {
        let (mut day, mut left) = (start, n);
        while left > 0 {
            day += Duration::DAY;
            let left_out = out.iter().any(|(from, to)| *from <= day && day <= *to);
            left -= u32::from(counts(day) && !left_out);
        }
        day
    }
}

/// What one history says of each mediation under the order of 2026: acceptance and days left out.
fn mediations(lines: &[Vec<u8>]) -> BTreeMap<String, (Date, Vec<(Date, Date)>)> {
    let mut found = BTreeMap::new();
    for line in lines {
        let event: Value = serde_json::from_slice(line).unwrap();
        let number = event["data"]["complaint"].as_str().unwrap_or_default();
        match event["type"].as_str().unwrap() {
            "complaint.accepted.v1" => {
                let clocks = event["derived"]["clocks"].as_array().unwrap();
                let rule = |c: &Value| {
                    c["rule"]
                        .as_str()
                        .unwrap()
                        .contains("order-121@1#complaint.mediation")
                };
                if clocks.iter().any(rule) {
                    let on = date(event["on"].as_str().unwrap());
                    found.insert(number.to_owned(), (on, Vec::new()));
                }
            }
            "complaint.time_excluded.v1" => {
                if let Some((_, out)) = found.get_mut(number) {
                    let day = |name: &str| date(event["data"][name].as_str().unwrap());
                    out.push((day("from"), day("to")));
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn sixty_days_put_back_to_forty_five_working_days_name_exactly_the_complaints_they_touch() {
    let lines = year();
    let mut pack = schema("cn-complaints-order-121.json");
    let rules = pack["rules"].as_array_mut().unwrap().iter_mut();
    for rule in rules.filter(|rule| rule["id"] == "complaint.mediation") {
        rule["terms"]["mediate"] = json!({"n": 45, "roll": "none", "unit": "working_days"});
    }
    let effect = under(&lines, &pack);
    let days = Days::read();
    let mut expected = BTreeMap::new();
    let mediations = mediations(&lines);
    for (number, (start, out)) in &mediations {
        let dues = (days.sixty(*start, out), days.forty_five(*start, out));
        if dues.0 != dues.1 {
            expected.insert(format!("complaint:{number}"), dues);
        }
    }
    let found: BTreeMap<String, (Date, Date)> = effect
        .clocks
        .iter()
        .filter(|c| c.clock == "complaint.mediation" && c.due != c.would_be_due)
        .map(|c| {
            let day = |day: Option<domain::day::Day>| date(&day.unwrap().to_string());
            (c.subject.clone(), (day(c.due), day(c.would_be_due)))
        })
        .collect();
    assert_eq!(found, expected);
    assert!(mediations.len() > 50, "{}", mediations.len());
    assert!(!expected.is_empty() && expected.len() <= mediations.len());

    // Nothing else is touched by it: no other deadline's last day, no list, no class.
    let others = effect.clocks.iter().filter(|c| c.due != c.would_be_due);
    let others: Vec<_> = others
        .filter(|c| c.clock != "complaint.mediation")
        .collect();
    assert!(
        others.iter().all(|c| c.clock.starts_with("complaint.")),
        "{others:?}"
    );
    assert_eq!(effect.size, lines.len() as u64);
    let last = lines.last().map(|line| chain::hash::event_hash(line));
    assert_eq!(effect.head, last);
    let replaced = effect.replaced.unwrap();
    assert_eq!(
        (replaced.pack.as_str(), effect.by.pack.as_str()),
        ("cn.complaints.order-121@1", "cn.complaints.order-121@1",)
    );
    assert_ne!(replaced.blake3, effect.by.blake3);
}

/// Complaints whose term of mediation would have another last day.
fn moved(effect: &Effect) -> BTreeSet<String> {
    let moved = effect.clocks.iter();
    let moved = moved.filter(|c| c.clock == "complaint.mediation" && c.due != c.would_be_due);
    moved.map(|c| c.subject.clone()).collect()
}

#[test]
fn another_rule_holds_from_its_day_on_beside_the_real_one_and_under_a_name_of_its_own() {
    let lines = year();
    let mut pack = schema("cn-complaints-order-121.json");
    let rules = pack["rules"].as_array_mut().unwrap();
    for rule in rules
        .iter_mut()
        .filter(|r| r["id"] == "complaint.mediation")
    {
        rule["terms"]["mediate"] = json!({"n": 45, "roll": "none", "unit": "working_days"});
    }
    let all = moved(&under(&lines, &pack));
    // The law of the day of receipt decides.
    let from = "2026-07-01";
    let received = lines.iter().filter_map(|line| {
        let event: Value = serde_json::from_slice(line).unwrap();
        let filed = event["type"] == "complaint.filed.v1" && event["on"].as_str()? >= from;
        filed.then(|| format!("complaint:{}", event["data"]["complaint"].as_str().unwrap()))
    });
    let received: BTreeSet<String> = received.collect();
    let later: BTreeSet<String> = all.intersection(&received).cloned().collect();
    assert!(!later.is_empty() && later.len() < all.len());
    let effect = since(&lines, &pack, Some(from));
    assert_eq!(moved(&effect), later);
    assert_eq!(effect.by.pack, "cn.complaints.order-121@2");

    // A pack of a name that the history does not know fills its one slot alone.
    pack["pack"] = "county.trial".into();
    let rules = pack["rules"].as_array_mut().unwrap();
    rules.retain(|rule| rule["id"] == "complaint.mediation");
    let effect = under(&lines, &pack);
    assert_eq!((moved(&effect), effect.replaced), (all, None));
}

#[test]
fn the_same_pack_changes_nothing() {
    let lines = year();
    let effect = under(&lines, &schema("cn-complaints-order-121.json"));
    assert_eq!((effect.refused.len(), effect.otherwise.len()), (0, 0));
    assert_eq!((effect.clocks.len(), effect.operators.len()), (0, 0));
    assert!(effect.judged > 1_000, "{}", effect.judged);
}

#[test]
fn a_shorter_prescription_refuses_the_cases_that_it_bars_and_what_rests_on_them() {
    let lines = year();
    let mut pack = schema("cn-penalty-law.json");
    let rules = pack["rules"].as_array_mut().unwrap().iter_mut();
    for rule in rules.filter(|rule| rule["id"] == "enforcement.prescription") {
        for term in rule["terms"].as_object_mut().unwrap().values_mut() {
            *term = json!({"n": 1, "roll": "none", "unit": "days"});
        }
    }
    let effect = under(&lines, &pack);
    let opened: Vec<_> = effect
        .refused
        .iter()
        .filter(|r| r.code == "enforcement.prescribed")
        .collect();
    assert!(!opened.is_empty());
    let of_cases = effect.refused.iter();
    let of_cases = of_cases.filter(|r| r.r#type.starts_with("enforcement."));
    for refused in of_cases {
        // Each refusal is by the rule itself, or rests on an earlier one.
        let by_rule = refused.code == "enforcement.prescribed";
        assert!(by_rule || refused.follows.is_some(), "{refused:?}");
    }
    // Operators whose penalties would not be there stand otherwise, and the events are named.
    let penalised = effect.operators.iter().filter(|o| {
        o.facts
            .iter()
            .any(|f| f.fact.starts_with("penalty:") && f.would_be.is_none())
    });
    let penalised: Vec<_> = penalised.collect();
    assert!(!penalised.is_empty());
    assert!(penalised.iter().all(|o| !o.behind.is_empty()));
}

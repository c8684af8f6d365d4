//! Deadlines, what the calendar brings about, and what another rule would have done: through the
//! command line and the door.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::http_client::{AUTHORITY, Served};
use crate::support::{demo, run, text};

fn lines(dir: &Path, args: &[&str]) -> Vec<Value> {
    let told = run(dir, &[args, &["--json"]].concat());
    let told = text(&told);
    told.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

fn field<'a>(line: &'a Value, name: &str) -> &'a str {
    line[name].as_str().unwrap_or_default()
}

#[test]
fn deadlines_by_day_holder_and_lateness_and_what_the_calendar_brings_about() {
    let (_keep, dir) = demo("120");
    let on = "2026-06-30";
    let all = lines(&dir, &["clocks", "--on", on]);
    assert!(all.len() > 20, "{}", all.len());
    assert!(all.is_sorted_by_key(|l| field(l, "due").to_owned()));
    let subjects = |lines: &[Value]| -> Vec<String> {
        let of = |l: &Value| format!("{} {}", field(l, "subject"), l["clock"]["task"]);
        lines.iter().map(of).collect()
    };
    let kept = |keep: &dyn Fn(&Value) -> bool| {
        let kept: Vec<Value> = all.iter().filter(|l| keep(l)).cloned().collect();
        subjects(&kept)
    };
    let late = lines(&dir, &["clocks", "--on", on, "--late"]);
    assert_eq!(subjects(&late), kept(&|l| field(l, "due") < on));
    assert!(late.iter().all(|l| l["late_days"].as_i64().unwrap() > 0));
    assert!(!late.is_empty() && late.len() < all.len());
    let soon = lines(&dir, &["clocks", "--on", on, "--due-before", "2026-07-10"]);
    assert_eq!(subjects(&soon), kept(&|l| field(l, "due") < "2026-07-10"));
    let ours = lines(&dir, &["clocks", "--on", on, "--department", AUTHORITY]);
    assert_eq!(subjects(&ours), kept(&|l| field(l, "holder") == AUTHORITY));
    assert!(!ours.is_empty());

    // As known three months earlier, nothing of what came since.
    let then = "2026-04-01T00:00:00.000Z";
    let known = lines(&dir, &["clocks", "--on", on, "--as-of", then]);
    assert!(!known.is_empty() && known.iter().all(|l| field(l, "from") < "2026-04-01"));

    let acts = lines(&dir, &["clock", "run", "--until", "2026-12-31"]);
    assert!(acts.len() > 10 && acts.iter().all(|a| a["known"] == false));
    assert!(acts.is_sorted_by_key(|a| field(a, "on").to_owned()));
    assert_eq!(
        lines(&dir, &["clock", "run", "--until", "2026-12-31"]),
        Vec::<Value>::new()
    );
    // What the calendar ended runs no longer.
    let ended: Vec<&str> = acts.iter().map(|a| field(a, "subject")).collect();
    let left = lines(&dir, &["clocks", "--on", "2026-12-31"]);
    for line in left
        .iter()
        .filter(|l| field(l, "task") == "complaint.mediation")
    {
        assert!(!ended.contains(&field(line, "subject")), "{line}");
        assert!(field(line, "due") >= "2026-12-31", "{line}");
    }
    let verified = run(&dir, &["verify"]);
    assert!(verified.status.success(), "{}", text(&verified));
}

#[test]
fn another_term_is_tried_on_the_real_history_and_the_report_names_what_it_rests_on() {
    let (keep, dir) = demo("120");
    let pack = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../schemas/policy/cn-complaints-order-121.json");
    let pack = fs::read_to_string(pack).unwrap();
    let path = keep.path().join("pack.json");
    let report = keep.path().join("report.json");
    let (path_text, report_text) = (path.to_str().unwrap(), report.to_str().unwrap());
    let tried = |pack: &str| {
        fs::write(&path, pack).unwrap();
        let tried = run(
            &dir,
            &["what-if", "--policy", path_text, "--report", report_text],
        );
        assert!(
            tried.status.success(),
            "{}",
            String::from_utf8_lossy(&tried.stderr)
        );
        let saved: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
        (text(&tried), saved)
    };
    let (_, same) = tried(&pack);
    for kind in ["refused", "otherwise", "clocks", "operators"] {
        assert_eq!(same[kind].as_array().unwrap().len(), 0, "{kind}");
    }
    let shorter = pack.replace("\"n\": 60,", "\"n\": 10,");
    assert_ne!(shorter, pack);
    let (told, saved) = tried(&shorter);
    let clocks = saved["clocks"].as_array().unwrap();
    let more = clocks
        .iter()
        .filter(|c| c["would_have_run_out"] == true && c["ran_out"] == false);
    assert!(more.clone().count() > 3, "{told}");
    assert!(
        more.clone()
            .all(|c| !c["behind"].as_array().unwrap().is_empty())
    );
    let status = lines(&dir, &["status"]).remove(0);
    assert_eq!(saved["head"], status["head"]);
    assert_ne!(saved["by"]["blake3"], saved["replaced"]["blake3"]);
    assert!(told.contains("would have run out"), "{told}");

    fs::write(&path, "{}").unwrap();
    let wrong = run(&dir, &["what-if", "--policy", path_text]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn the_door_shows_deadlines_to_departments_page_by_page_and_records_what_the_calendar_brings() {
    let (_keep, dir) = demo("60");
    let on = "2026-06-30";
    let all = lines(&dir, &["clocks", "--on", on]);
    let before = lines(&dir, &["status"]).remove(0)["size"].as_u64().unwrap();
    let mut served = Served::of(&dir, &["--clock"]);
    assert_eq!(served.get("/clocks").status, 401);
    // The task has recorded what came since the demo's end.
    let patience = Instant::now();
    while served.size() == before && patience.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(served.size() > before);
    let as_of = before - 1;
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/clocks?on={on}&as_of={as_of}&limit=7{cursor}");
        let answer = served.get_as(&served.key, &path);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page = answer.json();
        found.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, all);
    for (query, code) in [
        ("late=maybe", "flag_malformed"),
        ("due_before=tomorrow", "day_format"),
        ("department=1", "credit_code_length"),
    ] {
        let answer = served.get_as(&served.key, &format!("/clocks?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(answer.json()["code"], code);
    }
    let late = served.get_as(
        &served.key,
        &format!("/clocks?on={on}&as_of={as_of}&late=true"),
    );
    let late = late.json()["items"].as_array().unwrap().len();
    assert_eq!(
        late,
        all.iter().filter(|l| field(l, "due") < on).count().min(50)
    );
    assert!(served.stop());
}

//! Whatever single bit of a history file is flipped, the audit fails and says where.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use audit::{Audit, Level, Report};
use chain::hash::origin_hash;
use chain::history::{HISTORY_VERSION, Header, Trailer};
use domain::action::Action;
use domain::day::Instant;
use domain::decide::{decide, place};
use domain::ident::CreditCode;
use domain::world::Replayed;
use serde_json::{Value, json};

const ORIGIN: &str = "flip";

/// A department, two officers and a release: the lines of their history.
fn history() -> Vec<Vec<u8>> {
    let code = CreditCode::complete("11371322MB2857008").unwrap();
    let post = |n: &str| json!({"capacities": ["head"], "department": code, "officer": n});
    let founding = json!({"capacities": ["administrator", "head"], "code": code,
        "division": "371322", "name": "市场监督管理局", "short": "市监"});
    let steps: [(&str, Value); 4] = [
        ("department.establish", founding),
        ("department.post_officer", post("0001")),
        ("department.post_officer", post("0002")),
        (
            "department.release_officer",
            json!({"department": code, "officer": "0002"}),
        ),
    ];
    let header = Header {
        from: 0,
        history: HISTORY_VERSION,
        origin: ORIGIN.to_owned(),
        prev: origin_hash(ORIGIN),
    };
    let mut lines = vec![header.to_line().unwrap()];
    let (mut world, mut size, mut head) = (Replayed::default(), 0, header.prev);
    for (n, (r#type, data)) in steps.into_iter().enumerate() {
        let by = json!({"capacity": "administrator", "department": code});
        let id = format!("01890a5d-ac96-774b-bcce-{n:012x}");
        let action = json!({"by": by, "data": data, "id": id, "on": "2024-01-02", "type": r#type});
        let action = Action::from_value(action).unwrap();
        let drafts = decide(&world, &action).unwrap();
        let at = Instant::from_millis(1_704_157_200_000);
        for placed in place(drafts, &action, size, head, at).unwrap() {
            world.apply(&placed.event);
            (size, head) = (size + 1, placed.hash);
            lines.push(placed.bytes);
        }
    }
    let claim = Some(world.projections());
    let trailer = Trailer::close(&header, size, head, claim).unwrap();
    lines.push(trailer.to_line().unwrap());
    lines
}

fn audit(text: &[u8]) -> Report {
    let mut audit = Audit::of(&Level::OF_HISTORY);
    audit.texts([text.to_vec()], std::num::NonZero::<usize>::MIN);
    audit.finish()
}

#[test]
fn every_single_flipped_bit_is_found_where_it_is() {
    let lines = history();
    let mut text = lines.join(&b'\n');
    text.push(b'\n');
    let good = audit(&text);
    assert!(good.holds, "{:?}", good.findings);
    // Which line a byte stands in; the header is line 0, event n line n + 1.
    let line_of = lines
        .iter()
        .enumerate()
        .flat_map(|(n, line)| std::iter::repeat_n(n as u64, line.len() + 1));
    let line_of: Vec<u64> = line_of.collect();
    assert_eq!(line_of.len(), text.len());
    let events = lines.len() as u64 - 2;
    for byte in 0..text.len() {
        for bit in 0..8 {
            text[byte] ^= 1 << bit;
            let report = audit(&text);
            let what = format!("byte {byte} bit {bit}");
            assert!(!report.holds, "{what}");
            assert!(!report.findings.is_empty(), "{what}");
            // The header and the trailer say themselves where the history begins and ends. A changed
            // event is seen at the latest where the next one names another predecessor.
            if (1..=events).contains(&line_of[byte]) {
                let event = line_of[byte] - 1;
                let first = report.findings.first().map(|f| f.position);
                let near = first.is_some_and(|p| p == event || p == event + 1);
                assert!(near, "{what} of event {event}: {:?}", report.findings);
            }
            text[byte] ^= 1 << bit;
        }
    }
}

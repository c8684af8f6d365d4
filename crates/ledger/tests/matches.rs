//! Match tokens from outside: equal sealed values find each other, erased ones no longer do.

// A suite fails by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use domain::event::Visibility;
use domain::ident::CreditCode;
use domain::subject::Subject;
use domain::trace::SealedLink;
use ledger::{AsOf, Known, Ledger, Options};
use serde_json::{Value, json};

const ORIGIN: &str = "regledger matches 371322";
const NOW: AsOf = AsOf {
    known: Known::Now,
    on: None,
};

fn code(n: u32) -> String {
    let body = format!("91371322MA3C{n:05}");
    CreditCode::complete(&body).unwrap().to_string()
}

fn authority() -> String {
    CreditCode::complete("11371322MB2857001")
        .unwrap()
        .to_string()
}

fn operator(n: u32) -> Subject {
    Subject::parse(&format!("operator:{}", code(n))).unwrap()
}

/// A small tail, so that a few hundred events are settled in several steps.
fn options() -> Options {
    Options {
        tail_bytes: 64 << 10,
        ..Options::default()
    }
}

struct County {
    ledger: Ledger,
    asked: u64,
}

impl County {
    fn begin(dir: &Path) -> Self {
        let ledger = Ledger::create(dir, ORIGIN, &options()).unwrap();
        let mut county = Self { ledger, asked: 0 };
        let capacities = ["registrar", "complaint_desk", "head", "administrator"];
        let data = json!({"capacities": capacities, "code": authority(), "division": "371322",
            "name": "郯城县市场监督管理局", "short": "市监"});
        county.send("department.establish", "administrator", "2015-01-01", &data);
        for pack in domain::policy::builtin().unwrap() {
            county.send(
                "policy.adopt",
                "administrator",
                "2015-01-01",
                &json!({"pack": pack}),
            );
        }
        county
    }

    fn send(&mut self, r#type: &str, capacity: &str, on: &str, data: &Value) -> u64 {
        self.asked += 1;
        let id = format!("01890a5d-ac96-774b-bcce-{:012x}", self.asked);
        let by = json!({"capacity": capacity, "department": authority()});
        let action = json!({"by": by, "data": data, "id": id, "on": on, "type": r#type});
        let receipt = self.ledger.submit(action.to_string().as_bytes(), None);
        receipt.unwrap().seq
    }

    fn grant(&mut self, n: u32, person: &str) -> u64 {
        let data = json!({"address": format!("郯城县人民路{n}号"), "code": code(n),
            "division": "371322", "legal_representative": {"seal": person}, "name": "商行"});
        self.send("registration.grant", "registrar", "2023-03-01", &data)
    }

    fn complain(&mut self, number: &str, about: u32, phone: &str) -> u64 {
        let data = json!({"cause": "quality", "complaint": number, "consumer": {"seal": "张三"},
            "operator": code(about), "phone": {"seal": phone}});
        self.send("complaint.file", "complaint_desk", "2026-05-06", &data)
    }

    fn erase(&mut self, subject: &str) {
        let data = json!({"ground": "个人信息保护法第四十七条", "subject": subject});
        self.send("vault.erase", "head", "2026-06-01", &data);
    }

    /// Kinds of the sealed values that an operator shares, and with how many operators.
    fn links(&self, n: u32, as_of: AsOf, reader: Visibility) -> Vec<(String, usize)> {
        let links = self
            .ledger
            .sealed_links(&operator(n), as_of, reader)
            .unwrap();
        let told = |link: &SealedLink| {
            let subjects = link.places.iter().flat_map(|p| &p.subjects);
            let mut all: Vec<&Subject> = subjects
                .filter(|s| s.as_str().starts_with("operator:"))
                .collect();
            all.sort();
            all.dedup();
            (link.kind.to_owned(), all.len())
        };
        let mut links: Vec<_> = links.iter().map(told).collect();
        links.sort();
        links
    }
}

fn both(name: usize, phone: usize) -> Vec<(String, usize)> {
    let all = [("name", name), ("phone", phone)];
    let all = all.into_iter().filter(|(_, n)| *n > 0);
    all.map(|(kind, n)| (kind.to_owned(), n)).collect()
}

#[test]
fn equal_sealed_values_are_found_until_they_are_erased() {
    let keep = tempfile::tempdir().unwrap();
    let dir = keep.path().join("county");
    let mut county = County::begin(&dir);
    county.grant(1, "李小满");
    county.grant(2, " 李 小满");
    let third = county.grant(3, "李小满");
    county.grant(4, "王大雪");
    let see = Visibility::Restricted;
    let before = AsOf {
        known: Known::Position(third - 1),
        on: None,
    };
    assert_eq!(county.links(1, NOW, see), both(3, 0));
    assert_eq!(county.links(1, before, see), both(2, 0));
    assert!(county.links(1, NOW, Visibility::Public).is_empty());
    assert!(county.links(4, NOW, see).is_empty());
    let day = domain::day::Day::parse("2023-02-28").ok();
    let early = AsOf {
        known: Known::Now,
        on: day,
    };
    assert!(county.links(1, early, see).is_empty());

    // One phone in two complaints, and one name: the same person complains about two operators.
    county.complain("2026-1", 1, "139 0000 1234");
    county.complain("2026-2", 4, "+8613900001234");
    assert!(county.links(4, NOW, see).contains(&("phone".to_owned(), 2)));

    county.erase(operator(2).as_str());
    assert_eq!(county.links(1, NOW, see)[1], ("name".to_owned(), 2));
    assert!(county.links(2, NOW, see).is_empty());
    county.erase("complaint:2026-2");
    assert!(county.links(4, NOW, see).is_empty());

    // After the settling of all that, and after opening anew.
    for n in 10..400 {
        county.grant(n, &format!("某{n}"));
    }
    let open = |county: County| {
        let asked = county.asked;
        drop(county);
        let ledger = Ledger::open(&dir, &options()).unwrap();
        County { ledger, asked }
    };
    let mut county = open(county);
    assert_eq!(county.links(1, NOW, see), both(2, 0));
    assert!(county.links(2, NOW, see).is_empty() && county.links(4, NOW, see).is_empty());
    county.grant(5, "李小满");
    assert_eq!(county.links(5, NOW, see), both(3, 0));
    let county = open(county);
    assert_eq!(county.links(3, NOW, see), both(3, 0));
}

#[test]
fn one_who_reports_often_is_seen_by_those_who_handle_it_until_the_report_is_erased() {
    let keep = tempfile::tempdir().unwrap();
    let mut county = County::begin(&keep.path().join("county"));
    county.grant(1, "李小满");
    county.grant(2, "王大雪");
    county.complain("2026-1", 1, "13900005678");
    for (number, about, complaint) in [("R1", 1, Some("2026-1")), ("R2", 2, None)] {
        let mut data = json!({"cause": "false_advertising", "operator": code(about),
            "phone": {"seal": "13900001234"}, "report": number, "reporter": {"seal": "赵某"}});
        if let Some(complaint) = complaint {
            data["complaint"] = complaint.into();
        }
        county.send("report.file", "complaint_desk", "2026-05-06", &data);
    }
    assert_eq!(county.links(1, NOW, Visibility::Restricted), both(2, 2));
    assert!(county.links(1, NOW, Visibility::Departments).is_empty());
    // The reporter of a paper that is a complaint as well is the report's own, not the complaint's.
    county.erase("complaint:2026-1");
    assert_eq!(county.links(1, NOW, Visibility::Restricted), both(2, 2));
    county.erase("report:R1");
    assert!(county.links(2, NOW, Visibility::Restricted).is_empty());
}

#[test]
fn tokens_are_journaled_with_their_values() {
    let keep = tempfile::tempdir().unwrap();
    let dir = keep.path().join("county");
    let mut county = County::begin(&dir);
    county.grant(1, "李小满");
    county.grant(2, "李小满");
    // What a kill leaves: the journal as acknowledged, nothing of it settled.
    let left = keep.path().join("left");
    copy(&dir, &left);
    std::fs::copy(
        keep.path().join("county.floor"),
        keep.path().join("left.floor"),
    )
    .unwrap();
    drop(county);
    let ledger = Ledger::open(&left, &options()).unwrap();
    let links = ledger.sealed_links(&operator(1), NOW, Visibility::Departments);
    assert_eq!(links.unwrap().len(), 1);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

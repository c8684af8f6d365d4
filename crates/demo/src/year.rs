//! The actions of the year, day by day.

use domain::day::Day as LegalDay;
use domain::ident::{CreditCode, CreditCodeError, OperatorKind};
use serde_json::{Value, json};

/// The supervision authority's code without its check character; invented.
pub const AUTHORITY_BODY: &str = "11371322MB2857001";

/// Townships of 371322 (GB/T 2260) with how many in a hundred operators are there.
const TOWNSHIPS: [(&str, &str, u64); 13] = [
    ("371322001", "郯城街道", 22),
    ("371322101", "马头镇", 12),
    ("371322102", "重坊镇", 7),
    ("371322103", "李庄镇", 10),
    ("371322105", "杨集镇", 6),
    ("371322107", "港上镇", 8),
    ("371322108", "高峰头镇", 5),
    ("371322109", "庙山镇", 5),
    ("371322111", "红花镇", 7),
    ("371322112", "胜利镇", 5),
    ("371322113", "花园镇", 4),
    ("371322114", "泉源镇", 4),
    ("371322203", "归昌乡", 5),
];
const TRADES: [&str; 8] = [
    "银杏",
    "柳编",
    "草莓",
    "大蒜",
    "琅琊草",
    "木业",
    "玩具",
    "茶叶",
];
const CAUSES: [&str; 5] = [
    "quality",
    "delivery",
    "refund",
    "false_advertising",
    "after_sale",
];
const SURNAMES: [&str; 8] = [
    "甲某", "乙某", "丙某", "丁某", "戊某", "己某", "庚某", "辛某",
];

/// The authority's code.
///
/// # Errors
/// Never for the body given here.
pub fn authority() -> Result<CreditCode, CreditCodeError> {
    CreditCode::complete(AUTHORITY_BODY)
}

/// One day's actions, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// The legal date.
    pub on: LegalDay,
    /// Actions in wire form.
    pub actions: Vec<Value>,
}

/// The year, made day by day.
pub struct County {
    seed: u64,
    operators: Vec<CreditCode>,
    complaints: u64,
    pending: Vec<(LegalDay, Value)>,
    made: u64,
    authority: CreditCode,
    size: u64,
}

impl County {
    /// A county of so many operators; the same seed makes the same actions.
    ///
    /// # Errors
    /// Never for the authority's code given here.
    pub fn new(size: u64, seed: u64) -> Result<Self, CreditCodeError> {
        Ok(Self {
            seed,
            operators: Vec::new(),
            complaints: 0,
            pending: Vec::new(),
            made: 0,
            authority: authority()?,
            size,
        })
    }

    /// The authority itself and the packs that come with the product.
    #[must_use]
    pub fn founding(&mut self, packs: &[Value]) -> Day {
        let on = LegalDay::new(2015, 1, 1).unwrap_or(LegalDay::MIN);
        let capacities = [
            "registrar",
            "complaint_desk",
            "enforcer",
            "reviewer",
            "head",
            "credit_officer",
            "publisher",
            "administrator",
            "importer",
            "clock",
        ];
        let data = json!({"capacities": capacities, "code": self.authority, "division": "371322",
            "name": "郯城县市场监督管理局", "short": "市监"});
        let mut actions = vec![self.action("department.establish", on, "administrator", &data)];
        for pack in packs {
            let data = json!({ "pack": pack });
            actions.push(self.action("policy.adopt", on, "administrator", &data));
        }
        Day { on, actions }
    }

    /// The operators that were there before the year began.
    ///
    /// # Errors
    /// Never: the codes are made with their check characters.
    pub fn register(&mut self) -> Result<Day, CreditCodeError> {
        let on = LegalDay::new(2023, 3, 1).unwrap_or(LegalDay::MIN);
        let mut actions = Vec::new();
        for n in 0..self.size {
            let (division, place, _) = township(self.draw(n, "township") % 100);
            let kind = match self.draw(n, "kind") % 100 {
                0..55 => "92",
                55..97 => "91",
                _ => "93",
            };
            let body = format!("{kind}371322MA{}", base31(n));
            let code = CreditCode::complete(&body)?;
            let trade = pick(&TRADES, self.draw(n, "trade"));
            let form = match code.kind() {
                OperatorKind::Individual => "网店",
                OperatorKind::Cooperative => "专业合作社",
                OperatorKind::Enterprise | OperatorKind::Other => "电子商务有限公司",
            };
            let door = self.draw(n, "door") % (self.size * 9 / 10 + 1);
            let data = json!({"address": format!("郯城县{place}电商路{door}号"), "code": code,
                "division": division, "name": format!("郯城县{trade}{n:05}{form}"),
                "legal_representative": {"seal": pick(&SURNAMES, self.draw(n, "name"))}});
            actions.push(self.action("registration.grant", on, "registrar", &data));
            self.operators.push(code);
        }
        Ok(Day { on, actions })
    }

    /// One day of the year. Complaints come with the season: twice as many in November.
    #[must_use]
    pub fn day(&mut self, on: LegalDay) -> Day {
        let mut actions = Vec::new();
        let due: Vec<Value> = {
            let (now, later) = std::mem::take(&mut self.pending)
                .into_iter()
                .partition(|p| p.0 <= on);
            self.pending = later;
            let now: Vec<(LegalDay, Value)> = now;
            now.into_iter().map(|p| p.1).collect()
        };
        for mut action in due {
            action["on"] = json!(on);
            actions.push(action);
        }
        let season = if on.month() == 11 { 2 } else { 1 };
        for _ in 0..(self.size / 250 + 1) * season {
            if !on.is_weekend() {
                actions.extend(self.complaint(on));
            }
        }
        if (on.month(), on.day()) == (7, 1) {
            self.annual_reports(on);
        }
        Day { on, actions }
    }

    fn complaint(&mut self, on: LegalDay) -> Option<Value> {
        self.complaints += 1;
        let n = self.complaints;
        // A few operators draw most of the complaints.
        let spread = self.draw(n, "spread") % 1_000;
        let place = spread * spread * self.operators.len() as u64 / 1_000_000;
        let operator = *self.operators.get(usize::try_from(place).ok()?)?;
        let number = format!("C371322-{n:07}");
        let data = json!({"cause": pick(&CAUSES, self.draw(n, "cause")), "complaint": number,
            "claim_fen": 1_000 + self.draw(n, "claim") % 200_000, "operator": operator,
            "consumer": {"seal": pick(&SURNAMES, self.draw(n, "consumer"))}});
        let filed = self.action("complaint.file", on, "complaint_desk", &data);
        let desk = "complaint_desk";
        let decided = on.plus_days(3 + i64::try_from(self.draw(n, "wait") % 9).unwrap_or(0));
        let ended = decided.plus_days(5 + i64::try_from(self.draw(n, "talk") % 50).unwrap_or(0));
        match self.draw(n, "way") % 100 {
            0..15 => {
                let data = json!({"code": "1", "complaint": number,
                    "other_ways": ["other_authority", "court"], "reason": "不属于本局职权范围"});
                self.later("complaint.refuse", decided, desk, &data);
            }
            15..20 => {
                self.later(
                    "complaint.withdraw",
                    decided,
                    desk,
                    &json!({"complaint": number}),
                );
            }
            way => {
                self.later(
                    "complaint.accept",
                    decided,
                    desk,
                    &json!({"complaint": number}),
                );
                if way < 75 {
                    let data = json!({"complaint": number, "refund_fen": 500});
                    self.later("complaint.agree", ended, desk, &data);
                } else {
                    let data = json!({"code": "3", "complaint": number});
                    self.later("complaint.terminate", ended, desk, &data);
                }
            }
        }
        Some(filed)
    }

    /// Who sent no annual report by 30 June is listed or marked; most cure it within weeks.
    fn annual_reports(&mut self, found: LegalDay) {
        for (n, operator) in (0_u64..).zip(self.operators.clone()) {
            if self.draw(n, "report") % 100 >= 4 {
                continue;
            }
            let list = match operator.kind() {
                OperatorKind::Individual => "marks",
                _ => "abnormal",
            };
            let entry = format!("AR2026-{n:05}");
            let data = json!({"entry": entry, "ground": "annual_report", "ground_found": found,
                "list": list, "operator": operator});
            let listed = found.plus_days(6 + i64::try_from(self.draw(n, "list") % 12).unwrap_or(0));
            self.later("listing.enter", listed, "credit_officer", &data);
            if self.draw(n, "cure") % 100 < 60 {
                let data = json!({"code": "cured", "entry": entry, "operator": operator});
                let cured = listed.plus_days(20);
                self.later("listing.remove", cured, "credit_officer", &data);
            }
        }
    }

    fn later(&mut self, r#type: &str, on: LegalDay, capacity: &str, data: &Value) {
        let action = self.action(r#type, on, capacity, data);
        self.pending.push((on, action));
    }

    fn action(&mut self, r#type: &str, on: LegalDay, capacity: &str, data: &Value) -> Value {
        self.made += 1;
        let by = json!({"capacity": capacity, "department": self.authority});
        json!({"by": by, "data": data, "id": self.id(), "on": on, "type": r#type})
    }

    /// A UUIDv7 whose time and random bits both come from the seed and the count.
    fn id(&self) -> String {
        let random = self.draw(self.made, "id").to_be_bytes();
        let mut bits = [0_u8; 10];
        bits[2..].copy_from_slice(&random);
        let millis = 1_700_000_000_000 + self.made;
        uuid::Builder::from_unix_timestamp_millis(millis, &bits)
            .into_uuid()
            .to_string()
    }

    fn draw(&self, n: u64, what: &str) -> u64 {
        let mut hasher = blake3::Hasher::new_derive_key("regledger 2026 demo v1");
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(&n.to_le_bytes());
        hasher.update(what.as_bytes());
        let hash = hasher.finalize();
        let (first, _) = hash
            .as_bytes()
            .split_first_chunk::<8>()
            .unwrap_or((&[0; 8], &[]));
        u64::from_le_bytes(*first)
    }
}

fn township(percent: u64) -> (&'static str, &'static str, u64) {
    let mut left = percent;
    for township in TOWNSHIPS {
        if left < township.2 {
            return township;
        }
        left -= township.2;
    }
    TOWNSHIPS[0]
}

fn pick<'a>(words: &[&'a str], draw: u64) -> &'a str {
    let place = usize::try_from(draw % words.len() as u64).unwrap_or(0);
    words.get(place).copied().unwrap_or_default()
}

/// Seven characters of the code's alphabet.
fn base31(mut n: u64) -> String {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut out = [b'0'; 7];
    for slot in out.iter_mut().rev() {
        *slot = ALPHABET[usize::try_from(n % 31).unwrap_or(0)];
        n /= 31;
    }
    out.iter().map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_year() {
        let year = |seed| {
            let mut county = County::new(40, seed).unwrap();
            let mut days = vec![county.founding(&[]), county.register().unwrap()];
            let first = LegalDay::new(2025, 10, 1).unwrap();
            days.extend((0..60).map(|n| county.day(first.plus_days(n))));
            days
        };
        assert_eq!(year(1), year(1));
        assert_ne!(year(1), year(2));
    }
}

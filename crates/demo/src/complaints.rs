//! Complaints (投诉) with their season, under both regimes.

use domain::day::Day as LegalDay;
use domain::ident::CreditCode;
use serde_json::{Value, json};

use crate::county::{County, Step, Who};
use crate::places;

const CAUSES: [&str; 6] = [
    "quality",
    "delivery",
    "refund",
    "false_advertising",
    "after_sale",
    "counterfeit",
];
const DESK: Who = Who::officer("complaint_desk", "0201");
/// A year's complaints in a county of 10,000 operators.
const YEARLY: u64 = 25_200;

/// Percent of an ordinary day: the sales of November and June, the quiet of Spring Festival.
fn season(on: LegalDay) -> u64 {
    let month = match (on.month(), on.day()) {
        (11, 11..=25) => 260,
        (11, _) => 140,
        (12, 12..=20) => 130,
        (6, 18..=30) => 190,
        (2, 10..=24) => 45,
        (10, 1..=7) => 60,
        _ => 88,
    };
    if on.is_weekend() {
        month * 7 / 10
    } else {
        month
    }
}

/// What reaches the desk on a day; consumers complain on days off too.
pub(crate) fn of_day(county: &mut County, on: LegalDay) {
    for _ in 0..county.share("complaints", YEARLY, season(on)) {
        file(county, on);
    }
}

fn file(county: &mut County, on: LegalDay) {
    county.counts.complaints += 1;
    let n = county.counts.complaints;
    // A few operators draw most of the complaints.
    let spread = county.draws.below(n, "spread", 1_000);
    let place = spread * spread * county.operators.len() as u64 / 1_000_000;
    let operator = usize::try_from(place)
        .ok()
        .and_then(|at| county.operators.get(at));
    let Some(operator) = operator.filter(|o| o.since <= on).map(|o| o.code) else {
        return;
    };
    let number = format!("C371322-{n:07}");
    let person = places::person(county.draws, n, "consumer");
    let cause = county.draws.pick(n, "cause", &CAUSES).unwrap_or("quality");
    let claim = 1_000 + county.draws.below(n, "claim", 200_000);
    let data = json!({"cause": cause, "claim_fen": claim, "complaint": number,
        "consumer": {"seal": person}, "operator": operator});
    county.plan(Step::new("complaint.file", on, DESK, data));
    Life {
        number,
        operator,
        n,
    }
    .go(county, on, claim);
}

/// One complaint on its way.
struct Life {
    number: String,
    operator: CreditCode,
    n: u64,
}

impl Life {
    fn step(&self, r#type: &'static str, on: LegalDay, more: Value) -> Step {
        let mut data = more;
        if let Some(map) = data.as_object_mut() {
            map.insert("complaint".to_owned(), json!(self.number));
        }
        Step::new(r#type, on, DESK, data)
    }

    fn go(&self, county: &mut County, on: LegalDay, claim: u64) {
        let n = self.n;
        // Most are decided within the seven working days, a few late.
        let decided = county.after(on, 1 + county.draws.days(n, "wait", 8));
        let way = county.draws.below(n, "way", 100);
        if way < 15 {
            return self.refuse(county, decided);
        }
        if way < 19 {
            return county.plan(self.step("complaint.withdraw", decided, json!({})));
        }
        county.plan(self.step("complaint.accept", decided, json!({})));
        // A few consumers are never told: the deadline for it runs on.
        if county.draws.below(n, "told", 100) < 97 {
            let data = json!({"parties": ["consumer"]});
            county.plan(self.step("complaint.tell", decided, data));
        }
        let mut from = decided;
        if county.draws.below(n, "tested", 100) < 3 {
            let (begins, ends) = (decided.plus_days(4), decided.plus_days(18));
            from = county.working(begins);
            let data = json!({"from": begins, "to": ends});
            county.plan(self.step("complaint.exclude_time", from, data));
        }
        if (19..31).contains(&way) {
            return self.negotiate(county, from, claim);
        }
        if county.draws.below(n, "session", 100) < 45 {
            from = county.after(from, 2);
            let online = county.draws.below(n, "online", 10) < 7;
            county.plan(self.step("complaint.open_mediation", from, json!({"online": online})));
            from = county.after(from, 3);
            let data = json!({"present": ["consumer", "operator"]});
            county.plan(self.step("complaint.hold_mediation", from, data));
        }
        let ended = county.after(from, 2 + county.draws.days(n, "talk", 26));
        match way {
            31..87 => self.agree(county, ended, claim),
            87..99 => self.terminate(county, ended, if way < 96 { "3" } else { "2" }),
            _ => {
                // The term is over: sixty days, or 45 working days, with tests left out.
                let over = county.working(decided.plus_days(100));
                self.terminate(county, over, "5");
            }
        }
    }

    fn refuse(&self, county: &mut County, on: LegalDay) {
        let code = county
            .draws
            .pick(self.n, "ground", &["1", "2", "3", "5", "7"]);
        let code = code.unwrap_or("1");
        let data = json!({"code": code, "other_ways": ["consumer_association", "court"],
            "reason": "不属于本部门处理范围或者不符合受理条件"});
        county.plan(self.step("complaint.refuse", on, data));
        let told = county.after(on, 1);
        county.plan(self.step("complaint.tell", told, json!({"parties": ["consumer"]})));
    }

    fn negotiate(&self, county: &mut County, on: LegalDay, claim: u64) {
        let offered = county.after(on, 1);
        let offer = claim * county.draws.below(self.n, "offer", 10) / 10;
        let data = json!({"offer_fen": offer, "party": "operator"});
        county.plan(self.step("complaint.offer_negotiation", offered, data));
        let answered = county.after(offered, 1 + county.draws.days(self.n, "answer", 4));
        if county.draws.below(self.n, "settled", 10) < 8 {
            let data = json!({ "refund_fen": offer });
            county.plan(self.step("complaint.settle", answered, data));
        } else {
            county.plan(self.step("complaint.fail_negotiation", answered, json!({})));
            let ended = county.after(answered, 4);
            self.terminate(county, ended, "3");
        }
    }

    fn agree(&self, county: &mut County, on: LegalDay, claim: u64) {
        let refund = claim * county.draws.below(self.n, "refund", 11) / 10;
        let by = on.plus_days(15);
        let data = json!({"perform_by": by, "refund_fen": refund});
        county.plan(self.step("complaint.agree", on, data));
        if county.draws.below(self.n, "performance", 100) < 30 {
            let performed = county.draws.below(self.n, "performed", 100) < 95;
            let day = county.working(by);
            county.plan(self.step(
                "complaint.record_performance",
                day,
                json!({ "performed": performed }),
            ));
        }
    }

    fn terminate(&self, county: &mut County, on: LegalDay, code: &str) {
        let step = self.step("complaint.terminate", on, json!({ "code": code }));
        // What the consumer could not help weighs nothing.
        let weighs = matches!(code, "2" | "3");
        county.plan(if weighs {
            step.scoring(self.operator)
        } else {
            step
        });
        let told = county.after(on, 2);
        let data = json!({"parties": ["consumer", "operator"]});
        county.plan(self.step("complaint.tell", told, data));
        if county.draws.below(self.n, "arbitration", 100) < 4 {
            let day = county.after(told, 5);
            let data = json!({"commission": "临沂仲裁委员会"});
            county.plan(self.step("complaint.refer_to_arbitration", day, data));
        }
    }
}

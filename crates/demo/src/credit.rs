//! Credit: scores that follow events, classes month by month, ratings between departments.

use domain::day::Day as LegalDay;
use domain::ident::CreditCode;
use serde_json::json;

use crate::county::{County, Step, Who};
use crate::departments;

const CREDIT: Who = Who::officer("credit_officer", "0501");

/// Classes on the first of a month, the tax office's ratings in April.
pub(crate) fn of_day(county: &mut County, on: LegalDay) {
    if on.day() == 1 {
        classes(county, on);
    }
    if (on.month(), on.day()) == (4, 20) {
        ratings(county, on);
    }
}

/// Enterprises and cooperatives are classed anew every month; the clock does it.
fn classes(county: &mut County, on: LegalDay) {
    for at in 0..county.operators.len() {
        let Some(operator) = county.operators.get(at) else {
            continue;
        };
        let stands = operator.since <= on && operator.ends.is_none_or(|ends| on < ends);
        if stands && !operator.is_individual() {
            let data = json!({"operator": operator.code});
            county.plan(Step::new("credit.assign_class", on, Who::of("clock"), data));
        }
    }
}

/// The tax office rates a tenth of the enterprises; the authority recognises most ratings.
fn ratings(county: &mut County, on: LegalDay) {
    let Ok(tax) = departments::tax() else {
        return;
    };
    for at in 0..county.operators.len() {
        let Some(operator) = county.operators.get(at) else {
            continue;
        };
        let (n, code) = (operator.n, operator.code);
        let rated = !operator.is_individual() && county.is_free(operator, on);
        if !rated || county.draws.below(n, "rated", 10) > 0 {
            continue;
        }
        let level = county.draws.weighted(n, "level", &[30, 55, 12, 3]);
        let level = ["a", "b", "c", "d"].get(level).copied().unwrap_or("b");
        let rating = format!("TAX{}-{n:06}", on.year() - 1);
        let data = json!({"level": level, "method": "tax_credit", "operator": code,
            "rating": rating, "until": on.plus_years(1)});
        let given = county.after(on, county.draws.days(n, "rated on", 5));
        let who = Who::at("credit_officer", tax);
        county.plan(Step::new("credit.give_rating", given, who, data));
        let answered = county.after(given, 2);
        if county.draws.below(n, "recognised", 10) < 9 {
            let data = json!({"operator": code, "rating": rating, "reason": "评价办法互认"});
            let step = Step::new("credit.recognise_rating", answered, CREDIT, data);
            // B weighs nothing.
            let weighs = level != "b";
            county.plan(if weighs { step.scoring(code) } else { step });
        } else {
            let data = json!({"operator": code, "rating": rating, "reason": "评价期间经营中断"});
            county.plan(Step::new("credit.decline_rating", answered, CREDIT, data));
        }
    }
}

/// The score changes by an event that was just told, on the next working day.
pub(crate) fn count(county: &mut County, operator: CreditCode, id: &str, seq: u64, on: LegalDay) {
    let data = json!({"cause": {"id": id, "seq": seq}, "operator": operator});
    let day = county.after(on, 1);
    county.plan(Step::new("credit.change_score", day, CREDIT, data));
}

//! Credit: a standing that explains itself, down to event, rule and weight.

use serde::Serialize;

use super::class::compute;
use super::{Change, Class, ClassSpan};
use crate::day::Day;
use crate::entity::Operator;
use crate::policy::{Book, NoRule};
use crate::row::List;

/// Where an operator's credit stands on a day, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CreditStanding {
    /// The day.
    pub on: Day,
    /// Where every score starts, in points.
    pub base_points: i64,
    /// The rule that says so, `pack@version#rule.id`.
    pub base_rule: String,
    /// Every change up to the day, in the order of legal days, also those that count no more.
    pub components: Vec<Component>,
    /// The score: the base and all that counts, in points.
    pub score_points: i64,
    /// The class in force, as it was assigned or changed.
    pub class: Option<ClassSpan>,
    /// The class that score and lists would give on this day.
    pub computed: ClassReason,
    /// How often operators of the class in force are drawn for inspection, in basis points a year.
    pub inspection_yearly_bp: Option<i64>,
    /// What the class in force means for inspection: rule, and its text in Chinese.
    pub inspection: Option<(String, String)>,
}

/// One component of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Component {
    /// The change, with its cause, ground, rule and weight.
    pub change: Change,
    /// Whether it counts on the day.
    pub counts: bool,
    /// The score after it, in points.
    pub running_points: i64,
}

/// Which rule and threshold make a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassReason {
    /// The class.
    pub class: Class,
    /// The rule, `pack@version#rule.id`.
    pub rule: String,
    /// The lower end of the class, in points; absent for D and where a list decided.
    pub threshold_points: Option<i64>,
    /// The list that decided, where one did.
    pub list: Option<List>,
}

/// Explains an operator's credit on a day. For what was true on it, give the operator as in force
/// on that day; cost grows with the number of changes.
///
/// # Errors
/// [`NoRule`] where no pack in force gives the score its base or the classes their thresholds.
pub fn explain(operator: &Operator, book: &Book, on: Day) -> Result<CreditStanding, NoRule> {
    let computed = compute(book, operator, on)?;
    let base_points = computed.base.amount("base_points")?;
    let mut changes: Vec<&Change> = operator
        .credit
        .changes
        .iter()
        .filter(|c| c.on <= on)
        .collect();
    changes.sort_by_key(|c| (c.on, c.seq));
    let mut running = base_points;
    let mut components = Vec::with_capacity(changes.len());
    for change in changes {
        let counts = change.counts_on(on);
        if counts {
            running = running.saturating_add(change.points);
        }
        components.push(Component {
            change: change.clone(),
            counts,
            running_points: running,
        });
    }
    let class = operator.credit.class_on(on).cloned();
    let key = class.as_ref().map(|c| c.class.key());
    let meaning = book.rule("credit.classes", on).ok();
    let inspection = key.zip(meaning).and_then(|(key, rule)| {
        let text = rule.code(key).ok()?;
        Some((rule.to_string(), text.zh.clone()))
    });
    let sampling = book.rule("credit.sampling", on).ok();
    let inspection_yearly_bp = key
        .zip(sampling)
        .and_then(|(key, rule)| rule.amount(&format!("{key}_yearly_bp")).ok());
    Ok(CreditStanding {
        on,
        base_points,
        base_rule: computed.base.to_string(),
        components,
        score_points: running,
        class,
        computed: ClassReason {
            class: computed.class,
            rule: computed.rule.to_string(),
            threshold_points: computed.threshold_points,
            list: computed.list,
        },
        inspection_yearly_bp,
        inspection,
    })
}

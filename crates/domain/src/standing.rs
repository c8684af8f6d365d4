//! Standing (主体状态): where an operator stands on a day, in the few facts that a difference is
//! told by.

use std::collections::BTreeMap;

use crate::areas::registration::Status;
use crate::day::Day;
use crate::entity::Operator;

/// Where an operator stands: facts by name, in words that people and programs read alike.
///
/// A name is a fact (`status`) or a fact with a key (`abnormal:AR2026-00001`); what does not apply
/// is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing(BTreeMap<String, String>);

/// One fact that is otherwise in two standings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The fact's name.
    pub fact: String,
    /// What it was; absent where it did not apply.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

impl Standing {
    /// The standing of an operator; without a day as decided so far.
    #[must_use]
    pub fn of(operator: &Operator, on: Option<Day>) -> Self {
        let mut facts = BTreeMap::new();
        let registration = &operator.registration;
        let status = registration.status(on).map(Status::name);
        if let Some(status) = status {
            facts.insert("name".to_owned(), registration.name().to_owned());
            facts.insert("status".to_owned(), status.to_owned());
        }
        for entry in &operator.listing.entries {
            let stands = match on {
                Some(day) => entry.stands_on(day),
                None => !entry.void && entry.until.is_none(),
            };
            if stands {
                let fact = format!("{}:{}", entry.list.name(), entry.id);
                facts.insert(fact, entry.ground.clone());
            }
        }
        for penalty in &operator.enforcement.penalties {
            let stands = match on {
                Some(day) => penalty.is_in_effect_on(day),
                None => penalty.served.is_some() && penalty.revoked.is_none(),
            };
            if stands {
                let fact = format!("penalty:{}", penalty.case);
                facts.insert(fact, penalty.document.clone());
            }
        }
        for (id, held) in &operator.shops.held {
            let runs = match on {
                Some(day) => held.runs_on(day),
                None => held.runs.last() == Some(&true),
            };
            if runs {
                facts.insert(format!("shop:{id}"), held.address.clone());
            }
        }
        for (year, moved) in &operator.shops.years {
            let known = moved
                .exceeded
                .is_some_and(|day| on.is_none_or(|on| day <= on));
            if known && moved.is_over() {
                let fact = format!("over_limit:{year}");
                facts.insert(fact, moved.counted_fen().to_string());
            }
        }
        let credit = &operator.credit;
        if let Some(class) = credit.class_on(on.unwrap_or(Day::MAX)) {
            facts.insert("class".to_owned(), class.class.name().to_owned());
        }
        let points = match on {
            Some(day) => credit.points_on(day),
            None => credit.points_unreversed(),
        };
        if points != 0 {
            facts.insert("score_change_points".to_owned(), points.to_string());
        }
        Self(facts)
    }

    /// The facts, by name.
    pub fn facts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// What differs from an earlier standing, by name.
    #[must_use]
    pub fn differences(&self, before: &Self) -> Vec<Difference> {
        let mut names: Vec<&String> = self.0.keys().chain(before.0.keys()).collect();
        names.sort();
        names.dedup();
        names
            .into_iter()
            .filter(|name| self.0.get(*name) != before.0.get(*name))
            .map(|name| Difference {
                fact: name.clone(),
                before: before.0.get(name).cloned(),
                after: self.0.get(name).cloned(),
            })
            .collect()
    }
}

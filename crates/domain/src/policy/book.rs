//! Domain ground: the adopted packs, and which rule was in force on a legal day.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::pack::{Pack, PackError, PackId, Rule, Text};
use crate::calendar::Calendar;
use crate::day::Day;
use crate::term::Term;

/// The packs that the authority adopted, in the order of adoption.
///
/// A slot may be filled by several packs; of those in force on a day, the one adopted last
/// answers. In binary formats a pack is held as its JSON text.
#[derive(Clone, Debug, Default)]
pub struct Book {
    adopted: Vec<Adopted>,
    calendar: Calendar,
    /// Slot to (place in `adopted`, place in its rules), the last adopted first.
    index: BTreeMap<String, Vec<(usize, usize)>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Adopted {
    from: Day,
    #[serde(serialize_with = "pack_out", deserialize_with = "pack_in")]
    pack: Pack,
    retired_from: Option<Day>,
}

/// A rule in force, with the pack that it stands in. Displays as `pack@version#rule.id`.
#[derive(Clone, Copy, Debug)]
pub struct RuleRef<'a> {
    pack: &'a Pack,
    rule: &'a Rule,
}

/// Why the book gives no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRule {
    /// No adopted pack fills the slot on that day.
    #[error("no adopted policy pack has a rule {slot} in force on {on}; adopt one that does")]
    Slot {
        /// The slot.
        slot: String,
        /// The legal day.
        on: Day,
    },
    /// The rule in force lacks a value that is asked of it.
    #[error("rule {rule} states no {what}; adopt a version of its pack that does")]
    Value {
        /// The rule, as `pack@version#rule.id`.
        rule: String,
        /// Kind and name, as `term decide`.
        what: String,
    },
}

/// Why a pack can't be adopted or retired.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// The pack itself is wrong.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// This version or a later one was adopted before.
    #[error("policy pack {pack} version {latest} is adopted already; give the change a higher one")]
    NotNewer {
        /// The pack.
        pack: String,
        /// The highest version adopted.
        latest: u32,
    },
    /// There is nothing to retire.
    #[error("policy pack {pack} is not adopted, or retired before")]
    NotAdopted {
        /// The pack, as `name@version`.
        pack: String,
    },
    /// It would retire before it was in force.
    #[error("policy pack {pack} is adopted from {from}; it can't be retired from an earlier day")]
    RetiredBefore {
        /// The pack, as `name@version`.
        pack: String,
        /// The day it was adopted from.
        from: Day,
    },
}

impl NoRule {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Slot { .. } => "no_rule_in_force",
            Self::Value { .. } => "rule_value_missing",
        }
    }
}

impl BookError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pack(pack) => pack.code(),
            Self::NotNewer { .. } => "policy_not_newer",
            Self::NotAdopted { .. } => "policy_not_adopted",
            Self::RetiredBefore { .. } => "policy_retired_before_adopted",
        }
    }
}

impl Book {
    /// A book of packs adopted from the first legal day on, as for a trial of other rules.
    ///
    /// # Errors
    /// [`BookError`] for the first pack that can't be adopted.
    pub fn of(packs: impl IntoIterator<Item = Pack>) -> Result<Self, BookError> {
        let mut book = Self::default();
        for pack in packs {
            book.adopt(pack, Day::MIN)?;
        }
        Ok(book)
    }

    /// Adopts a pack for the legal days from `from` on; its calendar years at once, as they are
    /// dated by themselves.
    ///
    /// # Errors
    /// [`BookError`]; the book is then as it was.
    pub fn adopt(&mut self, pack: Pack, from: Day) -> Result<(), BookError> {
        pack.check()?;
        let same_name = self.adopted.iter().filter(|a| a.pack.pack == pack.pack);
        if let Some(latest) = same_name.map(|a| a.pack.version).max()
            && latest >= pack.version
        {
            return Err(BookError::NotNewer {
                pack: pack.pack,
                latest,
            });
        }
        self.push(Adopted {
            from,
            pack,
            retired_from: None,
        });
        Ok(())
    }

    /// Retires a pack for the legal days from `from` on. Its calendar years stay.
    ///
    /// # Errors
    /// [`BookError`]; the book is then as it was.
    pub fn retire(&mut self, id: &PackId, from: Day) -> Result<(), BookError> {
        let held = self.adopted.iter_mut().find(|a| {
            a.pack.pack == id.pack && a.pack.version == id.version && a.retired_from.is_none()
        });
        let Some(held) = held else {
            return Err(BookError::NotAdopted {
                pack: id.to_string(),
            });
        };
        if from < held.from {
            return Err(BookError::RetiredBefore {
                pack: id.to_string(),
                from: held.from,
            });
        }
        held.retired_from = Some(from);
        Ok(())
    }

    /// The rule that fills a slot on a legal day.
    ///
    /// # Errors
    /// [`NoRule::Slot`] where none is in force.
    pub fn rule(&self, slot: &str, on: Day) -> Result<RuleRef<'_>, NoRule> {
        let candidates = self.index.get(slot).map_or(&[][..], Vec::as_slice);
        candidates
            .iter()
            .find_map(|&(pack, rule)| self.in_force(pack, rule, on))
            .ok_or_else(|| NoRule::Slot {
                slot: slot.to_owned(),
                on,
            })
    }

    /// The rule that `pack@version#rule.id` names, as it reads for a legal day; `None` where no
    /// adopted pack holds it.
    pub fn cited(&self, cited: &str, on: Day) -> Option<RuleRef<'_>> {
        let (pack, slot) = cited.split_once('#')?;
        let mut packs = self.adopted.iter().map(|a| &a.pack);
        let pack = packs.find(|p| p.id().to_string() == pack)?;
        let governs = |r: &&Rule| r.from <= on && r.until.is_none_or(|until| on <= until);
        let mut rules = pack.rules.iter().filter(|r| r.id == slot);
        let rule = rules.find(governs)?;
        Some(RuleRef { pack, rule })
    }

    /// The working-day calendar of all adopted packs.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The adopted packs in the order of adoption, each with the legal day it is adopted from and
    /// the one it is retired from.
    pub fn packs(&self) -> impl Iterator<Item = (&Pack, Day, Option<Day>)> {
        self.adopted
            .iter()
            .map(|a| (&a.pack, a.from, a.retired_from))
    }

    fn in_force(&self, pack: usize, rule: usize, on: Day) -> Option<RuleRef<'_>> {
        let held = self.adopted.get(pack)?;
        let rule = held.pack.rules.get(rule)?;
        let adopted = held.from <= on && held.retired_from.is_none_or(|retired| on < retired);
        let governs = rule.from <= on && rule.until.is_none_or(|until| on <= until);
        (adopted && governs).then_some(RuleRef {
            pack: &held.pack,
            rule,
        })
    }

    fn push(&mut self, held: Adopted) {
        let place = self.adopted.len();
        for (i, rule) in held.pack.rules.iter().enumerate() {
            self.index
                .entry(rule.id.clone())
                .or_default()
                .insert(0, (place, i));
        }
        for year in held
            .pack
            .calendar
            .iter()
            .flat_map(|calendar| &calendar.years)
        {
            self.calendar.adopt(year);
        }
        self.adopted.push(held);
    }
}

impl<'a> RuleRef<'a> {
    /// The pack.
    pub fn pack(&self) -> &'a Pack {
        self.pack
    }

    /// The rule's whole text and numbers.
    pub fn rule(&self) -> &'a Rule {
        self.rule
    }

    /// The article, as `Art 15`.
    pub fn article(&self) -> &'a str {
        &self.rule.article
    }

    /// A term by name.
    ///
    /// # Errors
    /// [`NoRule::Value`] where the rule states none of that name.
    pub fn term(&self, name: &str) -> Result<Term, NoRule> {
        let term = self.rule.terms.get(name).copied();
        term.ok_or_else(|| self.missing("term", name))
    }

    /// A whole number by name.
    ///
    /// # Errors
    /// [`NoRule::Value`] where the rule states none of that name.
    pub fn amount(&self, name: &str) -> Result<i64, NoRule> {
        let amount = self.rule.amounts.get(name).copied();
        amount.ok_or_else(|| self.missing("amount", name))
    }

    /// A coded ground's text.
    ///
    /// # Errors
    /// [`NoRule::Value`] where the rule has no such code.
    pub fn code(&self, code: &str) -> Result<&'a Text, NoRule> {
        self.rule
            .codes
            .get(code)
            .ok_or_else(|| self.missing("code", code))
    }

    /// A switch; off where absent.
    pub fn flag(&self, name: &str) -> bool {
        self.rule.flags.get(name).copied().unwrap_or_default()
    }

    fn missing(&self, kind: &str, name: &str) -> NoRule {
        NoRule::Value {
            rule: self.to_string(),
            what: format!("{kind} {name}"),
        }
    }
}

impl fmt::Display for RuleRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}@{}#{}",
            self.pack.pack, self.pack.version, self.rule.id
        )
    }
}

impl PartialEq for Book {
    fn eq(&self, other: &Self) -> bool {
        self.packs().eq(other.packs())
    }
}

impl Eq for Book {}

impl Serialize for Book {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.adopted.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Book {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut book = Self::default();
        for held in Vec::<Adopted>::deserialize(deserializer)? {
            book.push(held);
        }
        Ok(book)
    }
}

/// A pack leaves out what is empty, which binary formats without field names can't: they get text.
fn pack_out<S: Serializer>(pack: &Pack, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return pack.serialize(serializer);
    }
    let text = serde_json::to_string(pack).map_err(ser::Error::custom)?;
    serializer.serialize_str(&text)
}

fn pack_in<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pack, D::Error> {
    if deserializer.is_human_readable() {
        return Pack::deserialize(deserializer);
    }
    let text = String::deserialize(deserializer)?;
    serde_json::from_str(&text).map_err(de::Error::custom)
}

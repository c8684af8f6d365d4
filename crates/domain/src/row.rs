//! Rows of the lists: who is on which list, by legal date and by what was known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::dossier::say;
use crate::event::Visibility;
use crate::policy::Text;
use crate::term::Clock;

/// One version of one entry of a list. A later event about the entry writes a later version.
///
/// As of position P the entry is its latest version with `seq <= P`; on day D it stands where
/// `from <= D`, D is before `until`, and it is not `void`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Which list.
    pub list: List,
    /// Whom it is about: a credit code (of duties that of the department), or the id of a shop or
    /// of an individual; of a deadline the subject on which it runs.
    pub key: String,
    /// Which entry of that operator or subject; unique within `(list, key)`.
    pub entry: String,
    /// First day on the list.
    pub from: Day,
    /// First day no longer on the list.
    pub until: Option<Day>,
    /// Struck out as if it had never been: by correction, revocation or withdrawal.
    pub void: bool,
    /// The operator's name when the row was written, of a duty what it is; empty on a tombstone.
    pub name: String,
    /// Why, in the words of the ground.
    pub reason: String,
    /// The rule behind it, `pack@version#rule.id`.
    pub rule: String,
    /// Credit code of the department that decided.
    pub authority: String,
    /// Number of the document, where there is one.
    pub document: String,
    /// Who may see it.
    pub visibility: Visibility,
    /// The deadline, on the list of clocks alone.
    pub clock: Option<Box<Clock>>,
}

/// The lists that the ledger keeps.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// List of abnormal operations (经营异常名录).
    Abnormal,
    /// Marks of individual businesses (个体工商户经营异常标记).
    Marks,
    /// List of serious violators (严重违法失信名单).
    Serious,
    /// Published bulletins of exposure (定期曝光).
    Exposure,
    /// Class board (企业信用风险分类), for departments.
    Classes,
    /// Public register of penalties (行政处罚公示).
    Penalties,
    /// Deadlines that run (期限), on any process; for departments.
    Clocks,
    /// Shops that nobody is known to run or whose real name is not verified (待核网店).
    UnclearShops,
    /// Platforms that let a month of reports pass in silence (逾期未报送平台).
    SilentPlatforms,
    /// Whoever traded beyond what needs no registration, by year (超过零星小额限额).
    OverLimit,
    /// Who owes what to whom (职责分工与往来), by department.
    Duties,
    /// Warnings of risks without disposal (预警未处置); for departments.
    RiskWarnings,
    /// Those past their term (预警逾期未处置).
    RiskOverdue,
    /// Red list (红名单): awards that stand.
    Red,
    /// Consumer alerts (消费警示).
    Alerts,
}

impl List {
    /// Every list, in the order in which they are shown.
    pub const ALL: [Self; 15] = [
        Self::Abnormal,
        Self::Marks,
        Self::Serious,
        Self::Exposure,
        Self::Classes,
        Self::Penalties,
        Self::Clocks,
        Self::UnclearShops,
        Self::SilentPlatforms,
        Self::OverLimit,
        Self::Duties,
        Self::RiskWarnings,
        Self::RiskOverdue,
        Self::Red,
        Self::Alerts,
    ];

    /// The list's name in addresses and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Abnormal => "abnormal",
            Self::Marks => "marks",
            Self::Serious => "serious",
            Self::Exposure => "exposure",
            Self::Classes => "classes",
            Self::Penalties => "penalties",
            Self::Clocks => "clocks",
            Self::UnclearShops => "unclear_shops",
            Self::SilentPlatforms => "silent_platforms",
            Self::OverLimit => "over_limit",
            Self::Duties => "duties",
            Self::RiskWarnings => "risk_warnings",
            Self::RiskOverdue => "risk_overdue",
            Self::Red => "red",
            Self::Alerts => "alerts",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Abnormal => say("经营异常名录", "list of abnormal operations"),
            Self::Marks => say("经营异常标记", "marks of individual businesses"),
            Self::Serious => say("严重违法失信名单", "list of serious violators"),
            Self::Exposure => say("曝光名单", "exposure list"),
            Self::Classes => say("信用风险分类", "class board"),
            Self::Penalties => say("行政处罚公示", "register of penalties"),
            Self::Clocks => say("期限", "deadlines that run"),
            Self::UnclearShops => say("待核网店", "shops to be cleared up"),
            Self::SilentPlatforms => say("逾期未报送平台", "silent platforms"),
            Self::OverLimit => say("超过零星小额限额", "trade beyond the exemption"),
            Self::Duties => say("部门职责与往来", "duties of departments"),
            Self::RiskWarnings => say("预警未处置", "warnings without disposal"),
            Self::RiskOverdue => say("预警逾期未处置", "warnings overdue"),
            Self::Red => say("红名单", "red list"),
            Self::Alerts => say("消费警示", "consumer alerts"),
        }
    }

    /// The list of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.name() == name)
    }
}

/// One entry of a list as it is shown, with the position of the event that made it what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Position of the event behind this version.
    pub seq: u64,
    /// The entry.
    pub row: Row,
}

/// Picks what a list shows from all versions of its entries: by what was known (a size of the
/// history), by what was true (a legal date), or both.
#[derive(Debug)]
pub struct Selection {
    size: u64,
    on: Option<Day>,
    rows: Vec<ListRow>,
}

impl Selection {
    /// A selection from the events before position `size`; with a legal date of the entries that
    /// stand on it, without one of all that are not struck out.
    #[must_use]
    pub const fn new(size: u64, on: Option<Day>) -> Self {
        Self {
            size,
            on,
            rows: Vec::new(),
        }
    }

    /// Takes the next version. They must come by operator, entry and position, ascending.
    pub fn take(&mut self, seq: u64, row: Row) {
        if seq >= self.size {
            return;
        }
        match self.rows.last_mut() {
            Some(last) if last.row.key == row.key && last.row.entry == row.entry => {
                *last = ListRow { seq, row };
            }
            _ => self.rows.push(ListRow { seq, row }),
        }
    }

    /// The entries shown, by operator and entry.
    #[must_use]
    pub fn finish(mut self) -> Vec<ListRow> {
        let on = self.on;
        self.rows.retain(|r| match on {
            Some(day) => r.row.stands_on(day),
            None => !r.row.void,
        });
        self.rows
    }
}

impl Row {
    /// Whether nothing is left but the trace that an entry was there: withdrawn or expired for the
    /// public, without its content.
    #[must_use]
    pub fn is_tombstone(&self) -> bool {
        self.name.is_empty() && self.until.is_some() && self.clock.is_none()
    }

    /// Whether the entry stands on a legal date.
    #[must_use]
    pub fn stands_on(&self, day: Day) -> bool {
        !self.void && self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

//! Shapes: the dossier (诚信档案), an operator's whole file in sentences.

use domain::day::{Day, Instant};
use domain::dossier;
use domain::event::Visibility;
use domain::policy::Text;
use domain::subject::Subject;
use schemars::JsonSchema;
use serde::Serialize;

/// An operator's whole file, as far as the reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dossier {
    /// The operator.
    pub subject: String,
    /// Where it stands after the last line.
    pub standing: Vec<Sentence>,
    /// Its events, by legal date.
    pub lines: Vec<DossierLine>,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sentence {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// One event of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DossierLine {
    /// Position.
    pub seq: u64,
    /// The legal date.
    pub on: Day,
    /// When it was recorded.
    pub recorded: Instant,
    /// The area it belongs to.
    pub area: String,
    /// `area.verb_past.vN`.
    pub r#type: String,
    /// What happened.
    pub summary: Sentence,
    /// The rules that shaped it, `pack@version#rule.id`.
    pub rules: Vec<String>,
    /// Who may see it.
    pub visibility: Visibility,
    /// What of the standing it ended.
    pub ended: Vec<Sentence>,
    /// What of the standing it brought.
    pub brought: Vec<Sentence>,
}

impl Dossier {
    /// The shape of a file.
    #[must_use]
    pub fn of(subject: &Subject, file: &dossier::Dossier) -> Self {
        let lines = file.lines.iter().map(|line| DossierLine {
            seq: line.seq,
            on: line.on,
            recorded: line.at,
            area: line.area.to_owned(),
            r#type: line.event_type.to_owned(),
            summary: Sentence::of(&line.summary),
            rules: line
                .rules
                .iter()
                .flat_map(|pack| pack.ids.iter().map(|id| format!("{}#{id}", pack.pack)))
                .collect(),
            visibility: line.visibility,
            ended: line.before.iter().map(Sentence::of).collect(),
            brought: line.after.iter().map(Sentence::of).collect(),
        });
        Self {
            subject: subject.to_string(),
            standing: file.standing.iter().map(Sentence::of).collect(),
            lines: lines.collect(),
        }
    }
}

impl Sentence {
    fn of(text: &Text) -> Self {
        Self {
            zh: text.zh.clone(),
            en: text.en.clone(),
        }
    }
}

//! Dossier (诚信档案, M12): everything on one operator, in order, in sentences.
//!
//! A pure view of an operator's own events: what happened, under which rules, and what it changed
//! in the operator's standing. An area takes part by its `summary` function, which has an arm for
//! each of its events, and by what its part of an operator
//! says in [`crate::entity::Operator::in_words`].

use crate::day::{Day, Instant};
use crate::entity::Entity;
use crate::event::{Event, PackRules, Visibility};
use crate::fold::legal_order;
use crate::policy::{Book, Text};
use crate::subject::Subject;

/// An operator's whole file for one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Its events, by legal date, then by position.
    pub lines: Vec<Line>,
    /// Where the operator stands after the last of them, in a few words, area by area.
    pub standing: Vec<Text>,
}

/// One event of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its position.
    pub seq: u64,
    /// The legal date.
    pub on: Day,
    /// When it was recorded.
    pub at: Instant,
    /// The area it belongs to, as `listing`.
    pub area: &'static str,
    /// Its type with version.
    pub event_type: &'static str,
    /// What happened, in one sentence.
    pub summary: Text,
    /// The rules that shaped it.
    pub rules: Vec<PackRules>,
    /// Who may see it.
    pub visibility: Visibility,
    /// What of the standing it ended.
    pub before: Vec<Text>,
    /// What of the standing it brought.
    pub after: Vec<Text>,
}

/// The file of operator `me` out of its events (what was known), up to a legal date where one is
/// given, as far as `reader` may see it: the standing too follows from those events alone.
#[must_use]
pub fn dossier(
    me: &Subject,
    events: &[Event],
    book: &Book,
    on: Option<Day>,
    reader: Visibility,
) -> Dossier {
    let mut taken: Vec<&Event> = events
        .iter()
        .filter(|e| e.visibility <= reader && on.is_none_or(|day| e.on <= day))
        .collect();
    taken.sort_by(|a, b| legal_order(a, b));
    let mut state = Entity::empty_for(me);
    let mut lines = Vec::with_capacity(taken.len());
    for event in &taken {
        let before = words(&state, event.on);
        state.apply(me, event);
        let after = words(&state, event.on);
        lines.push(Line {
            seq: event.seq,
            on: event.on,
            at: event.at,
            area: event.payload.area(),
            event_type: event.payload.event_type(),
            summary: event.payload.summary(&Telling { event, book }),
            rules: event.rules.clone(),
            visibility: event.visibility,
            before: without(&before, &after),
            after: without(&after, &before),
        });
    }
    let last = on.or_else(|| taken.last().map(|e| e.on));
    Dossier {
        lines,
        standing: last.map_or_else(Vec::new, |day| words(&state, day)),
    }
}

fn words(state: &Entity, day: Day) -> Vec<Text> {
    match state {
        Entity::Operator(operator) => operator.in_words(day),
        _ => Vec::new(),
    }
}

fn without(these: &[Text], those: &[Text]) -> Vec<Text> {
    let left = these.iter().filter(|t| !those.contains(t));
    left.cloned().collect()
}

/// What a summary may look at besides its payload.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The event.
    pub event: &'a Event,
    /// The packs, for the words of codes.
    pub book: &'a Book,
}

impl Telling<'_> {
    /// The words of a code in the rules that shaped the event; the code itself where none has it.
    #[must_use]
    pub fn code(&self, code: &str) -> Text {
        let of_rules = self.event.rules.iter().find_map(|named| {
            let mut packs = self.book.packs().map(|(pack, _, _)| pack);
            let pack = packs.find(|pack| pack.id().to_string() == named.pack)?;
            let mut rules = pack.rules.iter().filter(|r| named.ids.contains(&r.id));
            rules.find_map(|rule| rule.codes.get(code))
        });
        of_rules.cloned().unwrap_or_else(|| say(code, code))
    }

    /// What must be done by when: `，期限至…` for the first deadline that the event set going.
    #[must_use]
    pub fn due(&self) -> Text {
        match self.event.derived.clocks.first() {
            Some(clock) => say(
                format!("，期限至{}", clock.due),
                format!(", due {}", clock.due),
            ),
            None => say("", ""),
        }
    }

    /// By how many days it came late; empty where it was in time.
    #[must_use]
    pub fn late(&self) -> Text {
        match self.event.derived.number("late_days").unwrap_or(0) {
            0 => say("", ""),
            days => say(format!("，逾期{days}日"), format!(", {days} days late")),
        }
    }
}

/// A sentence in both languages.
pub(crate) fn say(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text {
        en: en.into(),
        zh: zh.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::areas::Payload;
    use crate::trial::{Trial, operator, sealed};
    use crate::world::World;

    #[test]
    fn tells_what_happened_and_what_it_changed() {
        let mut trial = Trial::with_operator();
        let data = json!({"cause": "quality", "complaint": "2026-1", "consumer": sealed(),
            "operator": operator()});
        trial.ok("complaint.file", "2026-05-06", "complaint_desk", data);
        let data = json!({"code": "3", "complaint": "2026-1", "other_ways": ["court"],
            "reason": "非生活消费"});
        trial.ok("complaint.refuse", "2026-05-08", "complaint_desk", data);

        let me = Subject::parse(&format!("operator:{}", operator())).unwrap();
        let mut mine = trial.events.clone();
        mine.retain(|e| e.subjects.contains(&me));
        let tell = |on, reader| dossier(&me, &mine, trial.book(), on, reader);
        let file = tell(None, Visibility::Restricted);
        let zh: Vec<&str> = file.lines.iter().map(|l| l.summary.zh.as_str()).collect();
        assert_eq!(
            zh,
            [
                "准予登记：郯城县银杏电子商务有限公司，郯城县人民路1号",
                "收到投诉2026-1（quality），期限至2026-05-14",
                "不予受理投诉2026-1：不是为生活消费需要或者不存在消费者权益争议，期限至2026-05-14",
            ]
        );
        let zh = |texts: &[Text]| texts.iter().map(|t| t.zh.clone()).collect::<String>();
        let changed = file.lines.iter().map(|l| (zh(&l.before), zh(&l.after)));
        let changed: Vec<(String, String)> = changed.collect();
        let open = "1件投诉未结";
        let expected = [("", "存续"), ("", open), (open, "")];
        assert_eq!(changed, expected.map(|(b, a)| (b.to_owned(), a.to_owned())));
        assert_eq!(file.lines[2].area, "complaint");

        // A day earlier the complaint was open; the public knows of none.
        let earlier = tell(Day::parse("2026-05-07").ok(), Visibility::Restricted);
        assert_eq!(earlier.standing.len(), 2);
        assert_eq!(tell(None, Visibility::Public).lines.len(), 1);
    }

    #[test]
    fn every_area_is_the_first_word_of_its_types() {
        let trial = Trial::county();
        for event in &trial.events {
            let area = event.payload.area();
            assert!(event.payload.event_type().starts_with(area));
        }
        assert!(Payload::types().all(|t| t.event.split('.').count() == 3));
    }
}

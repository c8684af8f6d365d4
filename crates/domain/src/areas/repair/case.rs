//! Repair: the steps of an application once it is on record.

use std::collections::BTreeSet;

use super::decide::named;
use super::target::Record;
use super::track::{Judged, judge, state};
use super::{Check, Grant, PassOn, Repair, RepairEvent, Revoke, Stage, TargetKind, Track};
use crate::areas::Payload;
use crate::areas::enforcement::{self, EndEarly, EnforcementEvent};
use crate::areas::listing::{self, ListingEvent, Remove};
use crate::day::Day;
use crate::decide::{Asked, Draft, Drafts};
use crate::entity::Operator;
use crate::ident::CreditCode;
use crate::policy::RuleRef;
use crate::refusal::Refusal;
use crate::term::Clock;
use crate::world::{World, operator_subject};

/// The longest reason, in characters.
const REASON_CHARS_MAX: usize = 1_000;

/// What is decided upon: the application, its record, and who asks.
pub(super) struct Case<'a> {
    pub(super) world: &'a dyn World,
    pub(super) asked: &'a Asked<'a>,
    pub(super) number: &'a str,
    pub(super) record: Record,
    pub(super) holder: Operator,
    pub(super) operator: CreditCode,
    pub(super) known: &'a Repair,
    /// Day of application.
    pub(super) day: Day,
}

impl Case<'_> {
    pub(super) fn draft(&self, payload: &RepairEvent) -> Result<Draft, Refusal> {
        Ok(Draft::new(Payload::Repair(payload.clone()), self.asked.on)
            .about(named(self.number)?)
            .about(operator_subject(self.operator)))
    }

    /// Whoever listed, marked or penalised decides, or who took over its work.
    pub(super) fn decider(&self) -> Result<(), Refusal> {
        let (by, on) = (self.asked.by, self.asked.on);
        if self
            .world
            .register()
            .stands_for(by, on, &self.record.authority)
        {
            return Ok(());
        }
        let rule = self.world.book().rule("repair.decider", self.day)?;
        Err(Refusal::new(
            "repair.not_the_decider",
            format!("the record was made by {}", self.record.authority),
            "let that department decide, or the one that took over its work",
        )
        .by_rule(&rule)
        .at("by.department"))
    }

    fn tracks(&self) -> BTreeSet<Track> {
        self.known.tracks.iter().map(|t| t.track).collect()
    }

    pub(super) fn must(&self, stages: &[Stage]) -> Result<(), Refusal> {
        if stages.contains(&self.known.stage) {
            Ok(())
        } else {
            Err(self.order())
        }
    }

    pub(super) fn order(&self) -> Refusal {
        Refusal::new(
            "repair.illegal_order",
            format!("the application stands at {}", self.known.stage.name()),
            "a repair is applied for, accepted, checked, then granted or refused, then passed on",
        )
        .at("type")
    }

    /// By how many days the running deadline of a name was missed; nothing where none runs.
    pub(super) fn late(&self, draft: Draft, slot: &str, name: &str) -> Result<Draft, Refusal> {
        match self.known.clock.as_ref().filter(|clock| clock.name == name) {
            None => Ok(draft),
            Some(clock) => {
                let days = clock.due.days_until(self.asked.on).max(0);
                let rule = self.world.book().rule(slot, self.day)?;
                Ok(draft.number(&rule, "late_days", days))
            }
        }
    }

    pub(super) fn accepted(&self, payload: &RepairEvent) -> Result<Drafts, Refusal> {
        self.must(&[Stage::Applied])?;
        let judged = all(self.world, &self.record, &self.tracks(), self.day)?;
        let allowed = judged.iter().any(|j| j.outcome(self.asked.on) == "allowed");
        // Where no track allows it, the one that allows it first says so.
        let first = judged.iter().min_by_key(|j| j.earliest);
        if let (false, Some(first)) = (allowed, first) {
            return Err(first.refusal(self.asked.on));
        }
        let mut draft = self.late(self.draft(payload)?, "repair.samr_accept", "repair.accept")?;
        if self.known.track(Track::Samr).is_some() && !self.runs_from_check()? {
            draft = self.decide_clock(draft)?;
        }
        Ok(vec![state(draft, &judged, self.asked.on)])
    }

    /// Whether the term for deciding runs from the check, and not from the acceptance.
    fn runs_from_check(&self) -> Result<bool, Refusal> {
        let rule = self.world.book().rule("repair.samr_decide", self.day)?;
        let flags = &rule.rule().flags;
        let flag = |word: &String| flags.get(&format!("{word}_from_check")).copied();
        Ok(self.record.lookup(flag).unwrap_or_default())
    }

    fn decide_clock(&self, draft: Draft) -> Result<Draft, Refusal> {
        let rule = self.world.book().rule("repair.samr_decide", self.day)?;
        let terms = &rule.rule().terms;
        let word = self
            .record
            .lookup(|word| terms.contains_key(word).then(|| word.clone()));
        let term = word.as_deref().unwrap_or_else(|| self.record.kind());
        let clock = begin(self.world, &rule, "repair.decide", term, self.asked.on)?;
        Ok(draft.under(&rule).clock(clock))
    }

    pub(super) fn checked(&self, payload: &RepairEvent, p: &Check) -> Result<Drafts, Refusal> {
        self.must(&[Stage::Accepted])?;
        if p.note.chars().count() > REASON_CHARS_MAX {
            return Err(reason("data.note"));
        }
        let mut draft = self.draft(payload)?;
        if self.known.track(Track::Samr).is_some() && self.runs_from_check()? {
            draft = self.decide_clock(draft)?;
        }
        Ok(vec![draft])
    }

    pub(super) fn granted(&self, payload: &RepairEvent, p: &Grant) -> Result<Drafts, Refusal> {
        self.must(&[Stage::Checked, Stage::Granted])?;
        let all_applied = p.tracks.iter().all(|t| self.known.track(*t).is_some());
        if p.tracks.is_empty() || !all_applied {
            return Err(Refusal::new(
                "repair.track_not_applied_for",
                "a repair is granted on tracks that were applied for, at least one",
                "name such tracks",
            )
            .at("data.tracks"));
        }
        let done = |t: &&Track| self.known.track(**t).is_some_and(|k| k.granted.is_some());
        if let Some(track) = p.tracks.iter().find(done) {
            return Err(Refusal::new(
                "repair.already_granted",
                format!("track {} was granted before", track.name()),
                "name the tracks that are still open",
            )
            .at("data.tracks"));
        }
        let judged = all(self.world, &self.record, &self.tracks(), self.day)?;
        let mut draft = self.late(self.draft(payload)?, "repair.samr_decide", "repair.decide")?;
        for j in judged.iter().filter(|j| p.tracks.contains(&j.track)) {
            if j.outcome(self.asked.on) != "allowed" {
                return Err(j.refusal(self.asked.on));
            }
            draft = draft.under(&self.conditions(j.track)?);
        }
        if p.tracks.contains(&Track::Samr) {
            let rule = self.world.book().rule("repair.samr_pass_on", self.day)?;
            let clock = begin(
                self.world,
                &rule,
                "repair.pass_on",
                "pass_on",
                self.asked.on,
            )?;
            draft = draft.under(&rule).clock(clock);
        }
        let mut drafts = vec![state(draft, &judged, self.asked.on)];
        if p.tracks.contains(&Track::Samr) {
            drafts.extend(self.removal()?);
        }
        Ok(drafts)
    }

    /// That what a track asks for is met; gives the rule that asks for it.
    fn conditions(&self, track: Track) -> Result<RuleRef<'_>, Refusal> {
        let slot = format!("repair.{}_conditions", track.name());
        let rule = self.world.book().rule(&slot, self.day)?;
        let (performed, harm_removed) = self.known.checked.unwrap_or_default();
        let unmet = |code, what: &str, remedy: &str| {
            Err(Refusal::new(code, what, remedy)
                .by_rule(&rule)
                .at("data.tracks"))
        };
        if rule.flag("performed") && !performed {
            let remedy = "refuse, or check again once they are";
            return unmet(
                "repair.not_performed",
                "the duties are not performed",
                remedy,
            );
        }
        if rule.flag("harm_removed") && !harm_removed {
            let remedy = "refuse, or check again once it is";
            return unmet("repair.harm_remains", "the harm is not removed", remedy);
        }
        if rule.flag("commitment") {
            if self.known.commitment.is_empty() {
                let remedy = "refuse; a new application brings the commitment along";
                return unmet(
                    "repair.commitment_missing",
                    "no commitment was made",
                    remedy,
                );
            }
            promised(&self.holder, &self.known.commitment, self.asked.on)?;
        }
        let commitment = self.holder.credit.commitment(&self.known.commitment);
        if rule.flag("public") && !commitment.is_some_and(|c| c.public) {
            let remedy = "grant the other track alone, or let the operator apply with a public one";
            let what = "the commitment was not made in public";
            return unmet("repair.commitment_not_public", what, remedy);
        }
        Ok(rule)
    }

    /// What a grant on the track of market supervision leads to, judged by the area that keeps the
    /// record: removal from the list, or the early end of a penalty's publication.
    fn removal(&self) -> Result<Drafts, Refusal> {
        if self.record.over {
            return Ok(Drafts::new());
        }
        if let Some(target) = self
            .known
            .target
            .as_ref()
            .filter(|t| t.kind == TargetKind::Penalty)
        {
            let (_, harm_removed) = self.known.checked.unwrap_or_default();
            let end = EndEarly {
                applied: self.day,
                case: target.id.clone(),
                harm_removed,
            };
            let end = EnforcementEvent::PublicationEndedEarly(end);
            return enforcement::decide(self.world, self.asked, &end);
        }
        let Some(entry) = self.record.entry.as_ref() else {
            return Ok(Drafts::new());
        };
        let slot = format!("listing.{}_removal", entry.list.name());
        let rule = self.world.book().rule(&slot, self.asked.on)?;
        let code = if rule.code("repaired").is_ok() {
            "repaired"
        } else {
            "cured"
        };
        let (performed, harm_removed) = self.known.checked.unwrap_or_default();
        let remove = Remove {
            code: code.to_owned(),
            entry: entry.id.clone(),
            harm_removed,
            operator: self.operator,
            performed,
        };
        listing::decide(self.world, self.asked, &ListingEvent::Removed(remove))
    }

    pub(super) fn passed_on(&self, payload: &RepairEvent, p: &PassOn) -> Result<Drafts, Refusal> {
        self.must(&[Stage::Granted])?;
        let register = self.world.register();
        let stands = |code: &CreditCode| {
            let department = register.departments.get(code);
            department.is_some_and(|d| d.stands_on(self.asked.on))
        };
        if p.to.is_empty() || !p.to.iter().all(stands) {
            return Err(Refusal::new(
                "repair.department_unknown",
                "a repair is passed on to departments of the register, at least one",
                "name such departments",
            )
            .at("data.to"));
        }
        let draft = self.late(
            self.draft(payload)?,
            "repair.samr_pass_on",
            "repair.pass_on",
        )?;
        Ok(vec![draft])
    }

    pub(super) fn revoked(&self, payload: &RepairEvent, p: &Revoke) -> Result<Drafts, Refusal> {
        self.must(&[Stage::Granted])?;
        let rule = self.world.book().rule("repair.revocation", self.day)?;
        coded(&rule, &p.code)?;
        if p.reason.trim().is_empty() || p.reason.chars().count() > REASON_CHARS_MAX {
            return Err(reason("data.reason"));
        }
        let lifted = self.track_granted(Track::Samr) && self.record.over;
        // Display counts anew from the day of the revocation.
        let anew = Record {
            words: self.record.words.clone(),
            from: self.asked.on,
            recorded: self.asked.on,
            authority: self.record.authority.clone(),
            entry: None,
            over: false,
        };
        let judged = all(self.world, &anew, &self.tracks(), self.day)?;
        let draft = self.draft(payload)?.under(&rule);
        let mut drafts = vec![state(draft, &judged, self.asked.on)];
        let penalty = self.known.target.as_ref();
        if let Some(target) = penalty.filter(|t| lifted && t.kind == TargetKind::Penalty) {
            let case = target.id.clone();
            drafts.push(enforcement::resumed(self.world, self.asked, case)?);
        }
        if let Some(entry) = self.record.entry.as_ref().filter(|_| lifted) {
            let id = format!("{}.restored", self.number);
            let operator = self.operator;
            drafts.push(listing::restored(
                self.world, self.asked, operator, entry, id,
            )?);
        }
        Ok(drafts)
    }

    fn track_granted(&self, track: Track) -> bool {
        self.known.track(track).is_some_and(|t| t.granted.is_some())
    }
}

pub(super) fn all<'a>(
    world: &'a dyn World,
    record: &Record,
    tracks: &BTreeSet<Track>,
    applied: Day,
) -> Result<Vec<Judged<'a>>, Refusal> {
    if tracks.is_empty() {
        return Err(Refusal::new(
            "repair.tracks_missing",
            "a repair is applied for on at least one track",
            "name samr, ndrc or both",
        )
        .at("data.tracks"));
    }
    tracks
        .iter()
        .map(|track| judge(world.book(), record, *track, applied))
        .collect()
}

/// That the operator has made this commitment and it was not found false.
pub(super) fn promised(holder: &Operator, id: &str, on: Day) -> Result<(), Refusal> {
    let commitment = holder.credit.commitment(id).filter(|c| c.on <= on);
    let Some(commitment) = commitment else {
        return Err(Refusal::new(
            "repair.commitment_unknown",
            "the operator has not made this commitment by then",
            "record it first (credit.make_commitment)",
        )
        .at("data.commitment"));
    };
    if commitment.found_false.is_some_and(|(_, day)| day <= on) {
        return Err(Refusal::new(
            "repair.commitment_false",
            "the commitment was found false",
            "no repair rests on it; the operator may make another",
        )
        .at("data.commitment"));
    }
    Ok(())
}

pub(super) fn begin(
    world: &dyn World,
    rule: &RuleRef<'_>,
    name: &str,
    term: &str,
    start: Day,
) -> Result<Clock, Refusal> {
    let (text, term) = (rule.to_string(), rule.term(term)?);
    let calendar = world.book().calendar();
    Ok(Clock::begin(
        name,
        &text,
        rule.article(),
        start,
        term,
        calendar,
    ))
}

pub(super) fn coded(rule: &RuleRef<'_>, code: &str) -> Result<(), Refusal> {
    Refusal::unless_coded("repair.code_unknown", rule, code)
}

fn reason(field: &str) -> Refusal {
    let what = format!("a reason of 1 to {REASON_CHARS_MAX} characters is needed here");
    Refusal::new("repair.reason_missing", what, "say why").at(field)
}

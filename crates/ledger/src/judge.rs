//! The writer: judges actions in the order in which they come, chains what they become, and hands
//! each group on to the journal. It judges the next group while the last one is being synced; its
//! own view of the history runs ahead of what readers see by what is under way.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, LazyLock, Mutex};

use chain::hash::Hash;
use chain::tree::{Frontier, leaf};
use domain::areas::Payload;
use domain::areas::department::Register;
use domain::areas::vault::VaultEvent;
use domain::day::Instant;
use domain::decide::{Placed, decide, follower_id, place};
use domain::entity::Entity;
use domain::event::Event;
use domain::policy::Book;
use domain::refusal::Refusal;
use domain::row::Row;
use domain::subject::{Kind, Subject};
use domain::world::World;
use uuid::Uuid;

use crate::admit::{Admitted, same_content};
use crate::anchor::Mark;
use crate::commit::{Answer, Outcome, Task};
use crate::error::{LedgerError, Rejection};
use crate::ids::Clock;
use crate::journal::{Group, MatchRecord, SealedRecord};
use crate::ledger::Receipt;
use crate::mem::{Mem, fold};
use crate::settle::Finished;
use crate::shared::{NO_KEY, Shared, Snapshot};
use crate::vault::Vault;

/// Actions in one group at most.
const GROUP_ACTIONS_MAX: usize = 256;

/// What the writer is asked for.
pub(crate) enum Request {
    /// Judge and record an action.
    Act(Box<Admitted>, Answer),
    /// Settle the tail, let the settler finish its rebuilding of the views, take them over.
    TakeViews(SyncSender<Finished>),
    /// Record events of an archive as they were written.
    Restore(Box<Group>, Answer),
}

pub(crate) struct Writer {
    pub(crate) shared: Arc<Shared>,
    pub(crate) tasks: SyncSender<Task>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) clock: Arc<dyn Clock>,
    /// A tail is settled once it takes this many bytes; another one grows meanwhile.
    pub(crate) tail_bytes: usize,
    /// The end of what is judged.
    pub(crate) mark: Mark,
    /// The tree over what is judged.
    pub(crate) tree: Frontier,
    pub(crate) last_at: Instant,
    pub(crate) next_key: u64,
    pub(crate) book: Arc<Entity>,
    pub(crate) register: Arc<Entity>,
}

/// A group under way: what its events have changed so far.
#[derive(Default)]
struct Pending {
    entities: BTreeMap<Subject, Arc<Entity>>,
    placed: Vec<Placed>,
    rows: Vec<(u64, Row)>,
    vault: Vec<SealedRecord>,
    matches: Vec<MatchRecord>,
    keys: Vec<(Subject, u64)>,
    erased: Vec<u64>,
    ids: BTreeMap<Uuid, (u64, Admitted)>,
}

/// What a decision sees: the group so far, then everything before it.
struct Seen<'a> {
    writer: &'a Writer,
    pending: &'a Pending,
    snapshot: &'a Snapshot,
    failed: Mutex<Option<LedgerError>>,
}

impl World for Seen<'_> {
    fn entity(&self, subject: &Subject) -> Option<Arc<Entity>> {
        match self.writer.state(self.pending, self.snapshot, subject) {
            Ok(found) => found,
            Err(error) => {
                if let Ok(mut failed) = self.failed.lock() {
                    *failed = Some(error);
                }
                None
            }
        }
    }

    fn book(&self) -> &Book {
        let pending = self.pending.entities.get(&Subject::policy_book());
        match pending.unwrap_or(&self.writer.book).as_ref() {
            Entity::Book(book) => book,
            _ => &EMPTY_BOOK,
        }
    }

    fn register(&self) -> &Register {
        let pending = self.pending.entities.get(&Subject::department_register());
        match pending.unwrap_or(&self.writer.register).as_ref() {
            Entity::Register(register) => register,
            _ => &EMPTY_REGISTER,
        }
    }
}

pub(crate) static EMPTY_BOOK: LazyLock<Book> = LazyLock::new(Book::default);
pub(crate) static EMPTY_REGISTER: LazyLock<Register> = LazyLock::new(Register::default);

impl Writer {
    pub(crate) fn serve(mut self, requests: &Receiver<Request>) {
        let mut next = None;
        while let Some(first) = next.take().or_else(|| requests.recv().ok()) {
            let mut batch = Vec::new();
            match first {
                Request::Act(admitted, answer) => batch.push((admitted, answer)),
                Request::TakeViews(answer) => {
                    self.take_views(answer);
                    continue;
                }
                Request::Restore(group, answer) => {
                    self.restore(&group, answer);
                    continue;
                }
            }
            while batch.len() < GROUP_ACTIONS_MAX {
                match requests.try_recv() {
                    Ok(Request::Act(admitted, answer)) => batch.push((admitted, answer)),
                    Ok(other) => {
                        next = Some(other);
                        break;
                    }
                    Err(_) => break,
                }
            }
            self.group(batch);
        }
        self.freeze();
    }

    /// Judges a batch and hands it to the journal, which answers.
    fn group(&mut self, batch: Vec<(Box<Admitted>, Answer)>) {
        let snapshot = self.shared.snapshot();
        let mut pending = Pending::default();
        let mut outcomes = Vec::with_capacity(batch.len());
        for (admitted, answer) in batch {
            let result = match self.shared.off() {
                Some(off) => Err(off.into()),
                None => self.judge(&mut pending, &snapshot, *admitted),
            };
            outcomes.push(Outcome { answer, result });
        }
        let whole = self.shared.off().is_none();
        let task = Task::Group {
            group: if whole {
                self.chain(pending, &snapshot)
            } else {
                None
            },
            mark: self.mark,
            outcomes,
        };
        // A journal that is gone has turned writing off and drops the answers, which says so.
        let _ = self.tasks.send(task);
        if snapshot.active.bytes() >= self.tail_bytes {
            self.freeze();
        }
    }

    /// Begins a new tail; the old one is settled once the journal has all of it. Waits until the
    /// one before is settled: so memory is bounded.
    fn freeze(&self) {
        self.shared.wait_for_room();
        let snapshot = self.shared.snapshot();
        if self.shared.off().is_some() || snapshot.active.is_empty() {
            return;
        }
        let full = Arc::clone(&snapshot.active);
        self.shared.update(|s| {
            s.active = Arc::new(Mem::new());
            s.frozen = Some(Arc::clone(&full));
        });
        let _ = self.tasks.send(Task::Settle(full, self.mark));
    }

    fn take_views(&mut self, answer: SyncSender<Finished>) {
        self.freeze();
        let (done, finished) = std::sync::mpsc::sync_channel(1);
        let _ = self.tasks.send(Task::TakeViews(done));
        let finished = finished.recv().unwrap_or(Err(LedgerError::WriterOff));
        let snapshot = self.shared.snapshot();
        let reread = self.read_globals(&snapshot);
        let _ = answer.send(finished.and_then(|agreed| reread.map(|()| agreed)));
    }

    /// Takes book and register from the views.
    pub(crate) fn read_globals(&mut self, snapshot: &Snapshot) -> Result<(), LedgerError> {
        let none = Pending::default();
        if let Some(book) = self.state(&none, snapshot, &Subject::policy_book())? {
            self.book = book;
        }
        if let Some(register) = self.state(&none, snapshot, &Subject::department_register())? {
            self.register = register;
        }
        Ok(())
    }

    /// The newest state of a subject, whether readers see it yet or not.
    fn state(
        &self,
        pending: &Pending,
        snapshot: &Snapshot,
        subject: &Subject,
    ) -> Result<Option<Arc<Entity>>, LedgerError> {
        if let Some(state) = pending.entities.get(subject) {
            return Ok(Some(Arc::clone(state)));
        }
        // Nothing is newer than the end of all positions.
        let found = snapshot.state(&self.shared.states, subject, u64::MAX)?;
        Ok(found.0)
    }

    /// Cost: about 15 µs, the decision and canonical JSON most of it; what is not in the caches
    /// adds a block each.
    fn judge(
        &mut self,
        pending: &mut Pending,
        snapshot: &Snapshot,
        admitted: Admitted,
    ) -> Result<Receipt, Rejection> {
        if let Some(receipt) = self.on_record(pending, snapshot, &admitted)? {
            return Ok(receipt);
        }
        check_condition(pending, snapshot, &admitted)?;
        let seen = Seen {
            writer: self,
            pending,
            snapshot,
            failed: Mutex::new(None),
        };
        let drafts = decide(&seen, &admitted.action);
        if let Some(error) = seen.failed.into_inner().unwrap_or(None) {
            return Err(error.into());
        }
        let drafts = drafts?;
        let last = pending.placed.last();
        let (first_seq, prev) = last.map_or((self.mark.size, self.mark.hash), |last| {
            (last.event.seq + 1, last.hash)
        });
        let at = self.clock.now().max(self.last_at);
        let at = last.map_or(at, |last| at.max(last.event.at));
        let placed = place(drafts, &admitted.action, first_seq, prev, at).map_err(|e| {
            let remedy = "shorten or correct what is asked for";
            Refusal::new(e.code(), e.to_string(), remedy)
        })?;
        let Some(first) = placed.first() else {
            return Err(LedgerError::Settled("a decision came without events".to_owned()).into());
        };
        let sealed = self.seal(pending, snapshot, &first.event, &admitted);
        let receipt = receipt(placed.iter(), false);
        let mut events = placed.iter().map(|p| &p.event);
        let taken_in =
            sealed.and_then(|()| events.try_for_each(|e| self.fold(pending, snapshot, e)));
        if let Err(error) = taken_in {
            // The group holds half of this action now: nothing of it may be written.
            self.shared.turn_off(&error);
            return Err(error.into());
        }
        pending
            .ids
            .insert(admitted.action.id, (first_seq, admitted));
        pending.placed.extend(placed);
        Ok(receipt)
    }

    /// Puts what was taken out of the action into the vault, or destroys a key.
    fn seal(
        &mut self,
        pending: &mut Pending,
        snapshot: &Snapshot,
        event: &Event,
        admitted: &Admitted,
    ) -> Result<(), LedgerError> {
        let key_of = |pending: &Pending, subject: &Subject| {
            let given = pending.keys.iter().rev().find(|(s, _)| s == subject);
            match given {
                Some((_, slot)) => Ok(Some(*slot).filter(|slot| *slot != NO_KEY)),
                None => snapshot.vault_key(subject),
            }
        };
        if let Payload::Vault(VaultEvent::Erased(p)) = &event.payload
            && let Some(slot) = key_of(pending, &p.subject)?
        {
            pending.erased.push(slot);
            pending.keys.push((p.subject.clone(), NO_KEY));
        }
        if admitted.taken.is_empty() {
            return Ok(());
        }
        let Some(owner) = owner(event) else {
            return Ok(());
        };
        let slot = match key_of(pending, owner)? {
            Some(slot) => slot,
            None => {
                let slot = self.vault.next_whole(self.next_key)?;
                self.next_key = slot + 1;
                pending.keys.push((owner.clone(), slot));
                slot
            }
        };
        pending
            .vault
            .extend(self.vault.seal(slot, &admitted.taken)?);
        let matches = crate::matches::records(&self.vault, slot, event, &admitted.taken)?;
        pending.matches.extend(matches);
        Ok(())
    }

    /// The receipt of an action whose id is on record, or a refusal where its content differs.
    /// Cost for a fresh id: the filters of the runs.
    fn on_record(
        &self,
        pending: &Pending,
        snapshot: &Snapshot,
        admitted: &Admitted,
    ) -> Result<Option<Receipt>, Rejection> {
        let id = admitted.action.id;
        if let Some((seq, earlier)) = pending.ids.get(&id) {
            let group = || {
                let placed = pending.placed.iter();
                placed.filter(|p| p.event.seq == *seq || p.event.cause == Some(id))
            };
            let holds = |old: &_, plain: &_| {
                let kept = earlier.taken.get(old).map(|(_, kept)| kept);
                Ok(kept == Some(plain))
            };
            return match group().next() {
                Some(first) if same_content(admitted, &first.event, &holds)? => {
                    Ok(Some(receipt(group(), true)))
                }
                _ => Err(reused()),
            };
        }
        let Some(seq) = snapshot.seq_of_id(id.as_bytes(), u64::MAX)? else {
            return Ok(None);
        };
        let bytes = snapshot.event(seq)?;
        let event = Event::parse(&bytes).map_err(|e| LedgerError::Damaged {
            code: e.code(),
            position: seq,
            what: "an event on record cannot be read".to_owned(),
        })?;
        let holds = |old: &chain::seal::Commitment, plain: &_| {
            match snapshot.sealed(old.0.as_bytes())? {
                // An erased value can no longer be told apart; the rest decides.
                Some(record) => Ok(self.vault.holds(&record, old, plain)?.unwrap_or(true)),
                None => Ok(false),
            }
        };
        if !same_content(admitted, &event, &holds)? {
            return Err(reused());
        }
        let mut seqs = vec![seq];
        let mut n = 1;
        while let Some(next) = snapshot.seq_of_id(follower_id(id, n).as_bytes(), u64::MAX)? {
            seqs.push(next);
            n += 1;
        }
        Ok(Some(Receipt {
            seq,
            seqs,
            hash: chain::hash::event_hash(&bytes),
            event: event.payload.event_type().to_owned(),
            known: true,
        }))
    }

    fn fold(
        &self,
        pending: &mut Pending,
        snapshot: &Snapshot,
        event: &Event,
    ) -> Result<(), LedgerError> {
        for subject in &event.subjects {
            let mut state = match pending.entities.remove(subject) {
                Some(state) => state,
                None => match self.state(pending, snapshot, subject)? {
                    Some(state) => state,
                    None => Arc::new(Entity::empty_for(subject)),
                },
            };
            let mut rows = Vec::new();
            fold(&mut state, subject, event, &mut rows);
            let rows = rows.into_iter().map(|row| (event.seq, row));
            pending.rows.extend(rows);
            pending.entities.insert(subject.clone(), state);
        }
        Ok(())
    }

    /// Adds the group to the tail, where readers do not see it before the journal has it.
    fn chain(&mut self, pending: Pending, snapshot: &Snapshot) -> Option<Group> {
        let last = pending.placed.last()?;
        let mut group = Group {
            first_seq: self.mark.size,
            events: Vec::with_capacity(pending.placed.len()),
            vault: pending.vault,
            keys: pending.keys,
            erased: pending.erased,
            root: None,
            matches: pending.matches,
        };
        self.last_at = last.event.at;
        self.mark = Mark {
            size: last.event.seq + 1,
            hash: last.hash,
        };
        let book = pending.entities.get(&Subject::policy_book());
        self.book = book.unwrap_or(&self.book).clone();
        let register = pending.entities.get(&Subject::department_register());
        self.register = register.unwrap_or(&self.register).clone();
        let tail = &snapshot.active;
        for placed in &pending.placed {
            let bytes: Arc<[u8]> = Arc::from(placed.bytes.as_slice());
            let leaf = leaf(&placed.hash);
            self.tree.push(leaf, &mut |level, index, node| {
                tail.add_node(level, index, node);
            });
            tail.add_event(placed, &bytes, leaf);
            group.events.push(bytes);
        }
        group.root = Some(self.tree.root());
        let oldest = self.shared.oldest_read(snapshot.head.size);
        add_rest(tail, &group, pending.entities, pending.rows, oldest);
        Some(group)
    }

    /// Does again what a group of the journal did, keys that it destroyed included.
    pub(crate) fn redo(&mut self, group: &Group) -> Result<(), LedgerError> {
        for slot in &group.erased {
            self.vault.erase(*slot)?;
        }
        self.take_in(group).map(drop)
    }

    /// Records events of an archive: chained and folded as they were written, decided by nobody
    /// again.
    fn restore(&mut self, group: &Group, answer: Answer) {
        let taken = match self.shared.off() {
            Some(off) => Err(off),
            None => self.take_in(group),
        };
        let (group, result) = match taken {
            Ok(taken) => {
                let receipt = Receipt {
                    seq: group.first_seq,
                    seqs: (group.first_seq..self.mark.size).collect(),
                    hash: self.mark.hash,
                    event: String::new(),
                    known: false,
                };
                (taken, Ok(receipt))
            }
            Err(error) => (None, Err(error.into())),
        };
        let task = Task::Group {
            group,
            mark: self.mark,
            outcomes: vec![Outcome { answer, result }],
        };
        // A journal that is gone has turned writing off and drops the answers, which says so.
        let _ = self.tasks.send(task);
        if self.shared.snapshot().active.bytes() >= self.tail_bytes {
            self.freeze();
        }
    }

    /// Takes a group of the journal into the tail, as when it was judged; gives it with its root,
    /// `None` where all of it was settled before.
    pub(crate) fn take_in(&mut self, group: &Group) -> Result<Option<Group>, LedgerError> {
        let snapshot = self.shared.snapshot();
        let given = group.keys.iter().map(|(_, slot)| *slot);
        let next = given.filter(|s| *s != NO_KEY).max().map_or(0, |s| s + 1);
        self.next_key = self.next_key.max(next);
        let mut pending = Pending {
            vault: group.vault.clone(),
            keys: group.keys.clone(),
            matches: group.matches.clone(),
            ..Pending::default()
        };
        for (seq, bytes) in (group.first_seq..).zip(&group.events) {
            if seq < self.mark.size {
                if snapshot.view.event(seq)? != bytes.as_ref() {
                    let what = "journal and settled store hold different events";
                    return Err(damaged("journal_not_settled", seq, what));
                }
                continue;
            }
            let last = pending.placed.last();
            let (next, prev) = last.map_or((self.mark.size, self.mark.hash), |last| {
                (last.event.seq + 1, last.hash)
            });
            let event = Event::parse(bytes)
                .map_err(|e| damaged(e.code(), seq, "a journaled event cannot be read"))?;
            if seq != next || event.seq != next || event.prev != prev {
                let what = "a journaled event does not continue the chain";
                return Err(damaged("journal_gap", next, what));
            }
            if group.matches.is_empty() && !group.vault.is_empty() {
                // A frame of a release before match tokens.
                let find = |wanted: &chain::seal::Commitment| {
                    let mut records = group.vault.iter();
                    let found = records.find(|(made, _)| made == wanted.0.as_bytes());
                    Ok(found.map(|(_, record)| record.clone()))
                };
                let matches = crate::matches::again(&self.vault, &event, &find)?;
                pending.matches.extend(matches);
            }
            self.fold(&mut pending, &snapshot, &event)?;
            pending.placed.push(Placed {
                event,
                bytes: bytes.to_vec(),
                hash: chain::hash::event_hash(bytes),
            });
        }
        let chained = self.chain(pending, &snapshot);
        let end = group.first_seq + group.events.len() as u64;
        let here = end == self.mark.size && end == self.tree.size();
        if here && group.root.is_some_and(|root| root != self.tree.root()) {
            let what = "the journal's tree is not the tree of its events";
            return Err(damaged("tree_root_mismatch", end, what));
        }
        Ok(chained)
    }
}

/// States, rows and records of a group go into the tail.
fn add_rest(
    tail: &Mem,
    group: &Group,
    entities: BTreeMap<Subject, Arc<Entity>>,
    rows: Vec<(u64, Row)>,
    oldest: u64,
) {
    let last = group.first_seq + (group.events.len() as u64).saturating_sub(1);
    for (subject, state) in entities {
        tail.add_state(&subject, last, state, oldest);
    }
    for (seq, row) in rows {
        tail.add_row(seq, row);
    }
    for (commitment, record) in &group.vault {
        tail.add_sealed(*commitment, record.clone());
    }
    for (token, place) in &group.matches {
        tail.add_match(*token, place.clone());
    }
    for (subject, slot) in &group.keys {
        tail.keys.insert(subject.clone(), *slot);
    }
}

/// Under whose key an event's sealed values lie: the matter's or person's own, else the operator's.
/// Never an address's or a shop's, which outlive whoever is there.
pub(crate) fn owner(event: &Event) -> Option<&Subject> {
    let side = [
        Kind::Operator,
        Kind::Address,
        Kind::Application,
        Kind::Shop,
        Kind::Platform,
        Kind::Department,
        Kind::Policy,
    ];
    let matters = || event.subjects.iter().filter(|s| !side.contains(&s.kind()));
    // Of a report split from a complaint the reporter is the report's own.
    let own = matters().find(|s| s.kind().name() == event.payload.area());
    let matter = own.or_else(|| matters().next());
    let of = |kind| event.subjects.iter().find(|s| s.kind() == kind);
    let owner = matter.or_else(|| of(Kind::Operator));
    owner
        .or_else(|| of(Kind::Application))
        .or(event.subjects.first())
}

fn check_condition(
    pending: &Pending,
    snapshot: &Snapshot,
    admitted: &Admitted,
) -> Result<(), Rejection> {
    let Some(expect) = &admitted.action.expect else {
        return Ok(());
    };
    for subject in &expect.subjects {
        let mut placed = pending.placed.iter();
        let in_group = placed.any(|p| p.event.subjects.binary_search(subject).is_ok());
        let last = snapshot.last_posting(subject, u64::MAX)?;
        if in_group || last.is_some_and(|seq| seq >= expect.since) {
            return Err(Refusal::new(
                "condition_stale",
                format!("something new is known about {subject}"),
                "read it again, then decide and send the action with the new position",
            )
            .at("expect")
            .into());
        }
    }
    Ok(())
}

fn reused() -> Rejection {
    Refusal::new(
        "action_id_reused",
        "this id is on record with another content",
        "make a fresh id for a new action; repeat an action unchanged",
    )
    .at("id")
    .into()
}

fn receipt<'a>(placed: impl Iterator<Item = &'a Placed> + Clone, known: bool) -> Receipt {
    let first = placed.clone().next();
    Receipt {
        seq: first.map_or(0, |p| p.event.seq),
        seqs: placed.map(|p| p.event.seq).collect(),
        hash: first.map_or(Hash::from_bytes([0; 32]), |p| p.hash),
        event: first
            .map_or("", |p| p.event.payload.event_type())
            .to_owned(),
        known,
    }
}

pub(crate) fn damaged(code: &'static str, position: u64, what: &str) -> LedgerError {
    LedgerError::Damaged {
        code,
        position,
        what: what.to_owned(),
    }
}

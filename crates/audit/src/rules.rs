//! Is each event what its action and the policy of its day give? Each action is decided again on
//! the state before it, consequences included.

use chain::hash::Hash;
use domain::action::Action;
use domain::decide::{decide, follower_id, place};
use domain::event::Event;
use domain::world::World;
use uuid::Uuid;

/// What was decided again, event by event.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    group: Option<Group>,
}

/// What one action must have led to.
#[derive(Debug)]
struct Group {
    id: Uuid,
    /// Hashes of its events; equal hashes are equal bytes.
    expected: Vec<Hash>,
    next: usize,
    /// The action would be refused: of its consequences nothing can be said.
    refused: bool,
}

/// What is to be said of one event.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is what it must be.
    Same,
    /// It is something else.
    Differs,
    /// Its action would be refused, with this code.
    Refused(String),
    /// It follows from an action that would be refused.
    Void,
}

impl Rules {
    /// Judges the next event on the state before it. The first answer is whether a consequence of
    /// the action before is missing.
    pub(crate) fn judge(
        &mut self,
        world: &dyn World,
        event: &Event,
        hash: Hash,
    ) -> (bool, Verdict) {
        let follows = self.group.as_ref().is_some_and(|group| group.takes(event));
        let missing = !follows && self.ended();
        if !follows {
            match again(world, event) {
                Ok(group) => self.group = Some(group),
                Err(code) => {
                    self.group = Some(Group {
                        id: event.id,
                        expected: Vec::new(),
                        next: 1,
                        refused: true,
                    });
                    return (missing, Verdict::Refused(code));
                }
            }
        }
        let Some(group) = self.group.as_mut() else {
            return (missing, Verdict::Void);
        };
        let expected = group.expected.get(group.next);
        let verdict = match expected {
            _ if group.refused => Verdict::Void,
            Some(expected) if *expected == hash => Verdict::Same,
            _ => Verdict::Differs,
        };
        group.next += 1;
        (missing, verdict)
    }

    /// Whether the last action's consequences broke off.
    pub(crate) fn ended(&mut self) -> bool {
        let group = self.group.take();
        group.is_some_and(|group| group.next < group.expected.len())
    }
}

impl Group {
    fn takes(&self, event: &Event) -> bool {
        let within = self.refused || self.next < self.expected.len();
        let n = u32::try_from(self.next).unwrap_or(u32::MAX);
        within && event.cause == Some(self.id) && event.id == follower_id(self.id, n)
    }
}

/// Decides the action of an event again.
fn again(world: &dyn World, event: &Event) -> Result<Group, String> {
    let action = Action {
        id: event.id,
        payload: event.payload.clone(),
        on: event.on,
        by: event.by.clone(),
        cause: event.cause,
        expect: None,
    };
    let drafts = decide(world, &action).map_err(|refusal| refusal.code.to_owned())?;
    let placed = place(drafts, &action, event.seq, event.prev, event.at);
    let placed = placed.map_err(|error| error.code().to_owned())?;
    Ok(Group {
        id: event.id,
        expected: placed.into_iter().map(|p| p.hash).collect(),
        next: 0,
        refused: false,
    })
}

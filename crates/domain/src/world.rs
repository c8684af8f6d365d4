//! What a decision may look at: the state before the action, and the law of its day.

use std::sync::Arc;

use crate::areas::department::Register;
use crate::entity::Entity;
use crate::ident::CreditCode;
use crate::policy::Book;
use crate::subject::{Kind, Subject};

/// The state before an action. The ledger and the audit each give one.
///
/// A keeper that cannot read a state notes its own error and answers `None`; it must discard the
/// decision afterwards. So the areas stay free of storage errors.
pub trait World {
    /// The state of what a subject names; `None` where no event names it.
    fn entity(&self, subject: &Subject) -> Option<Arc<Entity>>;

    /// The law: adopted packs and calendars.
    fn book(&self) -> &Book;

    /// Departments and officers.
    fn register(&self) -> &Register;
}

/// Typed looks at entities, for the areas.
impl dyn World + '_ {
    /// The operator of a credit code.
    #[must_use]
    pub fn operator(&self, code: CreditCode) -> Option<Arc<Entity>> {
        self.entity(&operator_subject(code))
    }
}

/// `operator:<code>`.
#[must_use]
pub fn operator_subject(code: CreditCode) -> Subject {
    Subject::from_code(Kind::Operator, code)
}

/// `department:<code>`.
#[must_use]
pub fn department_subject(code: CreditCode) -> Subject {
    Subject::from_code(Kind::Department, code)
}

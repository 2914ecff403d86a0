//! Every way in which grants says no; the match below the enum is the manual of their metadata.

mod agreement;
mod budget;

use chrono::NaiveDate;
use platform::{Error, PostKey, refused};
use proto::grants::v1::ErrorReason as Reason;

pub use agreement::AgreementRefusal;
pub use budget::BudgetRefusal;

use crate::domain::{SchemeEditionName, scheme_edition};

/// Why the business says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The scheme edition is in another state than the verb needs.
    #[error("{name} is {state:?}")]
    SchemeWrongState {
        /// The edition.
        name: SchemeEditionName,
        /// Its state.
        state: scheme_edition::State,
        /// The states that the verb needs.
        needed: &'static [scheme_edition::State],
    },
    /// No award may be made under the edition on that day.
    #[error("{name} is not open on {date}")]
    SchemeNotOpen {
        /// The edition.
        name: SchemeEditionName,
        /// Its state.
        state: scheme_edition::State,
        /// The day.
        date: NaiveDate,
    },
    /// The edition does not allow the post.
    #[error("{name} does not cover {post}")]
    PostNotInScheme {
        /// The edition.
        name: SchemeEditionName,
        /// The post.
        post: PostKey,
    },
    /// The step is dated before the step that it follows.
    #[error("{date} lies before {previous}")]
    DateBeforePreviousStep {
        /// The resource.
        name: String,
        /// The day given.
        date: NaiveDate,
        /// The day of the step before.
        previous: NaiveDate,
    },
    /// A line, a frame or a delegation says no.
    #[error(transparent)]
    Budget(#[from] BudgetRefusal),
    /// An agreement, a commitment or a payment says no.
    #[error(transparent)]
    Agreement(#[from] AgreementRefusal),
}

impl From<Refusal> for Error {
    fn from(it: Refusal) -> Self {
        match it {
            Refusal::SchemeWrongState {
                name,
                state,
                needed,
            } => refused(Reason::SchemeWrongState)
                .with("name", name)
                .with("state", word(state))
                .with("needed", words(needed)),
            Refusal::SchemeNotOpen { name, state, date } => refused(Reason::SchemeNotOpen)
                .with("name", name)
                .with("state", word(state))
                .with("effective_date", date),
            Refusal::PostNotInScheme { name, post } => refused(Reason::PostNotInScheme)
                .with("name", name)
                .with("post", post),
            Refusal::DateBeforePreviousStep {
                name,
                date,
                previous,
            } => refused(Reason::DateBeforePreviousStep)
                .with("name", name)
                .with("effective_date", date)
                .with("previous_date", previous),
            Refusal::Budget(it) => it.into(),
            Refusal::Agreement(it) => it.into(),
        }
        .into()
    }
}

/// A state as the contract spells it: `ReversalEntered` is `REVERSAL_ENTERED`.
fn word(state: impl std::fmt::Debug) -> String {
    let mut word = String::new();
    for letter in format!("{state:?}").chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.extend(letter.to_uppercase());
    }
    word
}

fn words<S: std::fmt::Debug>(states: &[S]) -> String {
    states.iter().map(word).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_spelled_as_in_the_contract() {
        use crate::domain::allocation_line::State;
        assert_eq!(
            words(&[State::Entered, State::ReversalEntered]),
            "ENTERED, REVERSAL_ENTERED"
        );
    }
}

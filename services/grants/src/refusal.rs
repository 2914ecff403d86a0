//! Every way in which grants says no; the match below the enum is the manual of their metadata.

use chrono::NaiveDate;
use platform::{Error, PostKey, refused};
use proto::grants::v1::ErrorReason as Reason;

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
        }
        .into()
    }
}

/// A state as the contract spells it.
fn word(state: impl std::fmt::Debug) -> String {
    format!("{state:?}").to_uppercase()
}

fn words<S: std::fmt::Debug>(states: &[S]) -> String {
    states.iter().map(word).collect::<Vec<_>>().join(", ")
}

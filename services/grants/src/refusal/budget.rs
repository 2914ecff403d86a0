//! Why the budget says no: lines, frames and budget authority.

use chrono::NaiveDate;
use platform::{PostKey, Refused, kroner, refused};
use proto::grants::v1::ErrorReason as Reason;

use super::{word, words};
use crate::domain::{AllocationLineName, DelegationName, FrameKey, allocation_line};

/// Why a line, a frame or a delegation says no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BudgetRefusal {
    /// The allocation line is in another state than the verb needs.
    #[error("{name} is {state:?}")]
    LineWrongState {
        /// The line.
        name: AllocationLineName,
        /// Its state.
        state: allocation_line::State,
        /// The states that the verb needs.
        needed: &'static [allocation_line::State],
    },
    /// The frame does not hold what is asked for.
    #[error("{available_ore} øre of {asked_ore} are available")]
    FrameExceeded {
        /// The frame.
        key: FrameKey,
        /// What is left.
        available_ore: i64,
        /// What was asked for.
        asked_ore: i64,
    },
    /// More would be freed than is set aside.
    #[error("{set_aside_ore} øre are set aside, {asked_ore} cannot be freed")]
    SetAsideExceeded {
        /// The frame.
        key: FrameKey,
        /// What is set aside.
        set_aside_ore: i64,
        /// What was to be freed.
        asked_ore: i64,
    },
    /// The person holds no delegation in force for the post, on the day and today.
    #[error("{person} has no budget authority for {post} on {effective_on}")]
    NoBudgetAuthority {
        /// The person.
        person: String,
        /// The post.
        post: PostKey,
        /// The decision's day.
        effective_on: NaiveDate,
    },
    /// The decision is larger than the delegation.
    #[error("authority for {post} goes to {limit_ore} øre, not {asked_ore}")]
    BudgetAuthorityLimit {
        /// The post.
        post: PostKey,
        /// The largest limit in force.
        limit_ore: i64,
        /// The decision's whole sum.
        asked_ore: i64,
    },
    /// Nobody registers budget authority for himself.
    #[error("{person} registers authority for {person}")]
    DelegationToSelf {
        /// The person.
        person: String,
    },
    /// The delegation gives more than its giver holds.
    #[error("{person} holds {limit_ore} øre for {post} and cannot give {asked_ore}")]
    DelegationExceedsOwn {
        /// The giver.
        person: String,
        /// The post.
        post: PostKey,
        /// What the giver holds for the whole period; 0 for nothing.
        limit_ore: i64,
        /// What the delegation gives.
        asked_ore: i64,
    },
    /// The delegation has ended on or before that day.
    #[error("{name} ended on {end_on}")]
    DelegationEnded {
        /// The delegation.
        name: DelegationName,
        /// Its last day.
        end_on: NaiveDate,
    },
}

impl From<BudgetRefusal> for Refused {
    fn from(it: BudgetRefusal) -> Self {
        use BudgetRefusal as It;
        match it {
            It::LineWrongState {
                name,
                state,
                needed,
            } => refused(Reason::LineWrongState)
                .with("name", name)
                .with("state", word(state))
                .with("needed", words(needed)),
            It::FrameExceeded {
                key,
                available_ore,
                asked_ore,
            } => refused(Reason::FrameExceeded)
                .with("post", key.post)
                .with("year", key.year)
                .with("available", kroner(available_ore))
                .with("asked", kroner(asked_ore)),
            It::SetAsideExceeded {
                key,
                set_aside_ore,
                asked_ore,
            } => refused(Reason::SetAsideExceeded)
                .with("post", key.post)
                .with("year", key.year)
                .with("set_aside", kroner(set_aside_ore))
                .with("asked", kroner(asked_ore)),
            It::NoBudgetAuthority {
                person,
                post,
                effective_on,
            } => refused(Reason::NoBudgetAuthority)
                .with("person", person)
                .with("post", post)
                .with("effective_date", effective_on),
            It::BudgetAuthorityLimit {
                post,
                limit_ore,
                asked_ore,
            } => refused(Reason::BudgetAuthorityLimit)
                .with("post", post)
                .with("limit", kroner(limit_ore))
                .with("asked", kroner(asked_ore)),
            It::DelegationToSelf { person } => {
                refused(Reason::DelegationToSelf).with("person", person)
            }
            It::DelegationExceedsOwn {
                person,
                post,
                limit_ore,
                asked_ore,
            } => refused(Reason::DelegationExceedsOwn)
                .with("person", person)
                .with("post", post)
                .with("limit", kroner(limit_ore))
                .with("asked", kroner(asked_ore)),
            It::DelegationEnded { name, end_on } => refused(Reason::DelegationEnded)
                .with("name", name)
                .with("end_date", end_on),
        }
    }
}

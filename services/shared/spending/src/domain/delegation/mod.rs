//! Delegation: written budget authority (budsjettdisponeringsmyndighet) of one person.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};
use platform::{DocumentRef, PostKey, Principal, Refused, Word, kroner, reason};
use proto::access::v1::Role;
use sqlx::types::Json;

use crate::domain::DelegationName;

/// Authority whose last day has come. The contract has no state of a delegation: its days say it.
const ENDED: Word = Word {
    name: "ENDED",
    nb: "opphørt",
    nn: "opphøyrd",
};
const IN_FORCE: Word = Word {
    name: "IN_FORCE",
    nb: "i kraft",
    nn: "i kraft",
};

/// What one person may decide.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Delegation {
    /// Its name.
    pub name: DelegationName,
    /// Grows by one with every write.
    pub version: i64,
    /// Who may decide, such as `persons/kari`.
    pub person: String,
    /// What it may be decided of.
    pub posts: Json<Vec<PostKey>>,
    /// The largest whole sum of one decision.
    pub limit_ore: i64,
    /// First day.
    pub start_on: NaiveDate,
    /// Last day, where it has one.
    pub end_on: Option<NaiveDate>,
    /// What gives it.
    pub document: Json<DocumentRef>,
    /// Who gives it, such as `persons/kari`, or [`MINISTRY`].
    pub given_by: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// Who gives the director's own. No person is called so: a person's name begins with `persons/`.
pub const MINISTRY: &str = "ministry";

/// Who gives what a caller registers. A registrar registers the ministry's; one who is director or
/// section head besides gives as such, so that nobody passes the own limit in another role.
pub fn giver(caller: &Principal) -> String {
    let gives = |role| caller.roles.contains(&role);
    if gives(Role::Director) || gives(Role::SectionHead) {
        caller.id.clone()
    } else {
        MINISTRY.to_owned()
    }
}

impl Delegation {
    /// The first day for which it is authority: it is written, so it reaches back no further than
    /// its document.
    pub fn holds_from(&self) -> NaiveDate {
        self.start_on.max(self.document.date)
    }

    /// The last day of the authority becomes this one; it is never prolonged. The day before its
    /// first means that it never comes into force.
    pub fn end(self, on: NaiveDate) -> Result<Self, Refused> {
        if self.end_on.is_some_and(|end_on| end_on <= on) {
            return Err(reason::WrongState {
                name: self.name,
                state: ENDED,
                needed: IN_FORCE,
            }
            .into());
        }
        if on < self.start_on - Days::new(1) {
            return Err(reason::DateBeforePreviousStep {
                name: self.name,
                effective_date: on,
                previous_date: self.start_on,
            }
            .into());
        }
        Ok(Self {
            end_on: Some(on),
            version: self.version + 1,
            ..self
        })
    }

    /// A giver gives within the own (FR-17): for every post, authority that the giver holds today,
    /// up to the limit and on every day for which it is given.
    pub fn must_be_within(&self, own: &[Self], today: NaiveDate) -> Result<(), Refused> {
        for post in self.posts.iter() {
            let limit_ore = own
                .iter()
                .filter(|it| it.person == self.given_by && it.posts.contains(post))
                .filter(|it| it.is_in_force(today) && it.covers(self))
                .map(|it| it.limit_ore)
                .max()
                .unwrap_or_default();
            if self.limit_ore > limit_ore {
                return Err(reason::DelegationExceedsOwn {
                    person: &self.given_by,
                    post,
                    limit: kroner(limit_ore),
                    asked: kroner(self.limit_ore),
                }
                .into());
            }
        }
        Ok(())
    }

    /// Nobody registers authority for himself, the ministry's included.
    pub fn must_not_be_for(&self, registering: &str) -> Result<(), Refused> {
        if self.person != registering {
            return Ok(());
        }
        Err(reason::DelegationToSelf {
            person: &self.person,
        }
        .into())
    }

    /// It is authority on every day for which the other is.
    fn covers(&self, other: &Self) -> bool {
        let lasts = match (self.end_on, other.end_on) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(given)) => given <= own,
        };
        lasts && self.holds_from() <= other.holds_from()
    }

    /// It is in force on this day.
    fn is_in_force(&self, on: NaiveDate) -> bool {
        self.start_on <= on && self.end_on.is_none_or(|end_on| on <= end_on)
    }
}

/// The person may decide a sum of these posts with effect on a day: for each post some delegation
/// is in force on that day and today, by a document dated no later, up to the sum. The sum is the
/// whole one of the decision, conditional years included.
pub fn must_hold_authority(
    delegations: &[Delegation],
    person: &str,
    posts: &BTreeSet<PostKey>,
    total_ore: i64,
    effective_on: NaiveDate,
    today: NaiveDate,
) -> Result<(), Refused> {
    for post in posts {
        let limit_ore = delegations
            .iter()
            .filter(|it| it.person == person && it.posts.contains(post))
            .filter(|it| it.holds_from() <= effective_on && it.is_in_force(effective_on))
            .filter(|it| it.is_in_force(today))
            .map(|it| it.limit_ore)
            .max()
            .ok_or(reason::NoBudgetAuthority {
                person,
                post,
                effective_date: effective_on,
            })?;
        if total_ore > limit_ore {
            return Err(reason::BudgetAuthorityLimit {
                post,
                limit: kroner(limit_ore),
                asked: kroner(total_ore),
            }
            .into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

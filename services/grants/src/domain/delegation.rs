//! Delegation: written budget authority (budsjettdisponeringsmyndighet) of one person.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use platform::{DocumentRef, PostKey};
use sqlx::types::Json;

use crate::Refusal;
use crate::domain::DelegationName;
use crate::refusal::BudgetRefusal;

/// What one person may decide.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Delegation {
    /// The first day for which it is authority: it is written, so it reaches back no further than
    /// its document.
    pub fn holds_from(&self) -> NaiveDate {
        self.start_on.max(self.document.date)
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
) -> Result<(), Refusal> {
    for post in posts {
        let limit_ore = delegations
            .iter()
            .filter(|it| it.person == person && it.posts.contains(post))
            .filter(|it| it.holds_from() <= effective_on && it.is_in_force(effective_on))
            .filter(|it| it.is_in_force(today))
            .map(|it| it.limit_ore)
            .max()
            .ok_or_else(|| BudgetRefusal::NoBudgetAuthority {
                person: person.to_owned(),
                post: post.clone(),
                effective_on,
            })?;
        if total_ore > limit_ore {
            return Err(BudgetRefusal::BudgetAuthorityLimit {
                post: post.clone(),
                limit_ore,
                asked_ore: total_ore,
            }
            .into());
        }
    }
    Ok(())
}

//! Pledge: drafted, awarded, closed. It pays from its award on.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Dimensions, Fact, Refused, must_be, spelled};
use spending::{Commitment, Disbursement, Grounds, Parent};
use sqlx::types::Json;

use crate::measures::SPENT;

platform::resource_name!(
    /// `pledges/{pledge}`.
    PledgeName,
    "pledges/*"
);

/// One pledge with what it commits.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Pledge {
    pub(crate) name: PledgeName,
    pub(crate) version: i64,
    /// What of it is paid apart.
    pub(crate) parts: Vec<String>,
    /// Another that it replaces; empty without.
    pub(crate) replaces: String,
    pub(crate) commitments: Json<Vec<Commitment>>,
    pub(crate) state: State,
    pub(crate) awarded_on: Option<NaiveDate>,
    pub(crate) closed_on: Option<NaiveDate>,
    pub(crate) reservation: String,
    pub(crate) reservation_rule: String,
    pub(crate) created_at: DateTime<Utc>,
}

/// How far a pledge has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum State {
    Draft,
    Awarded,
    Closed,
}

impl Pledge {
    /// What spending knows of it: what stops payments of the one that it replaces stops its own.
    pub(crate) fn parent(&self) -> Parent {
        let replaced = Some(&self.replaces).filter(|it| !it.is_empty());
        let replacement = replaced.is_some().to_string();
        Parent {
            name: self.name.to_string(),
            state: spelled(self.state),
            payable_from: self.awarded_on.filter(|_| self.state == State::Awarded),
            commitments: self.commitments.0.clone(),
            touches: replaced.cloned().into_iter().collect(),
            dimensions: Dimensions::from([("replacement".to_owned(), replacement)]),
        }
    }

    /// DRAFT → AWARDED.
    pub(crate) fn award(self, grounds: &Grounds) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Draft])?;
        let commitments = self.parent().commit(grounds)?;
        let reserved = grounds.reserve(&commitments);
        Ok(Self {
            commitments: Json(commitments),
            awarded_on: Some(grounds.on),
            reservation: reserved.wording,
            reservation_rule: reserved.edition,
            ..self.step(State::Awarded)
        })
    }

    /// AWARDED → CLOSED.
    pub(crate) fn close(self, payments: &[Disbursement], on: NaiveDate) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Awarded])?;
        Ok(Self {
            commitments: Json(self.parent().release(payments, on)?),
            closed_on: Some(on),
            ..self.step(State::Closed)
        })
    }

    /// What it counts for, as it is.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        SPENT.facts(&self.parent(), &[])
    }

    fn step(self, to: State) -> Self {
        Self {
            state: to,
            version: self.version + 1,
            ..self
        }
    }
}

//! Visitors and interviews about them: what is known of persons, with every form that the mark can have. Their
//! tables hold nothing personal, but for the one by which visitors are searched.

pub(crate) mod handlers;
mod store;
mod wire;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use platform::{Refused, must_be};

use crate::reason;
use crate::testing::v1 as pb;

/// How old one must be to be let in.
const OF_AGE: i32 = 18;

platform::resource_name!(
    /// `visitors/{visitor}`.
    VisitorName,
    "visitors/*"
);

platform::resource_name!(
    /// `visitors/{visitor}/interviews/{interview}`.
    InterviewName,
    "visitors/*/interviews/*"
);

/// What is known of a visitor beside what is his own.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Visitor {
    pub(crate) name: VisitorName,
    pub(crate) version: i64,
    pub(crate) country: String,
    pub(crate) region: String,
    pub(crate) state: State,
    pub(crate) ended_on: Option<NaiveDate>,
    pub(crate) created_at: DateTime<Utc>,
}

/// How far a visit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum State {
    Active,
    Admitted,
    Rejected,
}

/// An interview about a visitor, without its remarks.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Interview {
    pub(crate) name: InterviewName,
    pub(crate) version: i64,
    pub(crate) topic: String,
    pub(crate) ended_on: Option<NaiveDate>,
    pub(crate) created_at: DateTime<Utc>,
}

impl Visitor {
    /// ACTIVE → ACTIVE, as is known now.
    pub(crate) fn update(self, given: &pb::Visitor) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Active])?;
        Ok(Self {
            country: given.country.clone(),
            region: given.contact.clone().unwrap_or_default().region,
            ..self.next()
        })
    }

    /// ACTIVE → ADMITTED, of somebody of age; `born` is none where it is not known, or was erased.
    pub(crate) fn admit(self, born: Option<NaiveDate>, on: NaiveDate) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Active])?;
        let Some(born) = born else {
            return Err(reason::VisitorUnknown { name: &self.name }.into());
        };
        let had_birthday = (on.month(), on.day()) >= (born.month(), born.day());
        let age = on.year() - born.year() - i32::from(!had_birthday);
        if age < OF_AGE {
            return Err(reason::VisitorTooYoung { name: &self.name }.into());
        }
        Ok(Self {
            state: State::Admitted,
            ..self.next()
        })
    }

    /// ACTIVE, ADMITTED → REJECTED.
    pub(crate) fn reject(self, on: NaiveDate) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Active, State::Admitted])?;
        Ok(Self {
            state: State::Rejected,
            ended_on: Some(on),
            ..self.next()
        })
    }

    fn next(self) -> Self {
        Self {
            version: self.version + 1,
            ..self
        }
    }
}

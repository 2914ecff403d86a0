//! Hold: what must not be forgotten yet.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Refused, must_be};

platform::resource_name!(
    /// `holds/{hold}`.
    HoldName,
    "holds/*"
);

/// That what there is of a person is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) name: HoldName,
    pub(crate) version: i64,
    pub(crate) person: String,
    pub(crate) ground: String,
    /// The last day on which it holds; none until it is ended.
    pub(crate) until_on: Option<NaiveDate>,
    pub(crate) state: State,
    pub(crate) created_at: DateTime<Utc>,
}

/// Whether a hold was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum State {
    Held,
    Ended,
}

impl Hold {
    /// HELD → ENDED.
    pub(crate) fn end(self) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Held])?;
        Ok(Self {
            version: self.version + 1,
            state: State::Ended,
            ..self
        })
    }
}

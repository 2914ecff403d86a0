//! An edition of a rule: entered, then confirmed or withdrawn.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{DocumentRef, Refused, must_be};
use rules::Value;
use sqlx::types::Json;

platform::resource_name!(
    /// `rules/{rule}`.
    RuleName,
    "rules/*"
);

platform::resource_name!(
    /// `rules/{rule}/editions/{valid_from}`, with `-2` and so on behind further ones of the same day.
    EditionName,
    "rules/*/editions/*"
);

/// An edition as its table holds it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edition {
    pub(crate) name: EditionName,
    pub(crate) version: i64,
    /// The rule's id.
    pub(crate) rule: String,
    pub(crate) valid_from: NaiveDate,
    /// Which one of its day it is.
    pub(crate) ordinal: i32,
    pub(crate) value: Json<Value>,
    pub(crate) source: String,
    pub(crate) document: Option<Json<DocumentRef>>,
    pub(crate) state: State,
    pub(crate) created_at: DateTime<Utc>,
}

/// How far an edition has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum State {
    Entered,
    Confirmed,
    Withdrawn,
}

/// How the `ordinal`-th edition of a rule and a day is called.
pub(crate) fn edition_id(valid_from: NaiveDate, ordinal: i32) -> String {
    match ordinal {
        1 => valid_from.to_string(),
        _ => format!("{valid_from}-{ordinal}"),
    }
}

impl Edition {
    /// ENTERED → CONFIRMED.
    pub(crate) fn confirm(self) -> Result<Self, Refused> {
        self.settle(State::Confirmed)
    }

    /// ENTERED → WITHDRAWN.
    pub(crate) fn withdraw(self) -> Result<Self, Refused> {
        self.settle(State::Withdrawn)
    }

    fn settle(self, state: State) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Entered])?;
        Ok(Self {
            version: self.version + 1,
            state,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use rules::Days;

    use super::*;

    #[test]
    fn an_edition_is_called_by_its_day() {
        let day = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap_or_default();
        for (ordinal, id) in [
            (1, "2026-07-01"),
            (2, "2026-07-01-2"),
            (12, "2026-07-01-12"),
        ] {
            assert_eq!(edition_id(day, ordinal), id);
        }
    }

    #[test]
    fn an_edition_is_settled_once() {
        let in_state = |state| Edition {
            name: EditionName::parse("rules/a/editions/2026-07-01").unwrap_or_default(),
            version: 1,
            rule: "a".into(),
            valid_from: NaiveDate::default(),
            ordinal: 1,
            value: Json(Value::Days(Days(3))),
            source: String::new(),
            document: None,
            state,
            created_at: DateTime::default(),
        };
        for (from, settled) in [
            (State::Entered, true),
            (State::Confirmed, false),
            (State::Withdrawn, false),
        ] {
            let confirmed = in_state(from).confirm().map(|it| it.state);
            let withdrawn = in_state(from).withdraw().map(|it| it.state);
            assert_eq!(confirmed.ok(), settled.then_some(State::Confirmed));
            assert_eq!(withdrawn.ok(), settled.then_some(State::Withdrawn));
        }
    }
}

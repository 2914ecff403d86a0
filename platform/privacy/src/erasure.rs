//! Erasure: entered by one, confirmed by another.

use chrono::{DateTime, Days, NaiveDate, Utc};
use platform::{Refused, must_be, reason};

platform::resource_name!(
    /// `erasures/{erasure}`.
    ErasureName,
    "erasures/*"
);

/// That a person shall be forgotten, and was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Erasure {
    pub(crate) name: ErasureName,
    pub(crate) version: i64,
    pub(crate) person: String,
    pub(crate) ground: String,
    pub(crate) state: State,
    pub(crate) confirmed_on: Option<NaiveDate>,
    pub(crate) backups_expire_on: Option<NaiveDate>,
    pub(crate) resources: i32,
    pub(crate) created_at: DateTime<Utc>,
}

/// How far an erasure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum State {
    Entered,
    Confirmed,
}

impl Erasure {
    /// ENTERED → CONFIRMED of a person whom no hold keeps; so many resources are emptied.
    pub(crate) fn confirm(
        self,
        hold: Option<&str>,
        on: NaiveDate,
        backup_days: u64,
        resources: usize,
    ) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Entered])?;
        if let Some(hold) = hold {
            let person = &self.person;
            return Err(reason::LegalHold { person, hold }.into());
        }
        Ok(Self {
            version: self.version + 1,
            state: State::Confirmed,
            confirmed_on: Some(on),
            backups_expire_on: on.checked_add_days(Days::new(backup_days)),
            resources: i32::try_from(resources).unwrap_or(i32::MAX),
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erasure_is_confirmed_once_and_not_against_a_hold() {
        let on = NaiveDate::from_ymd_opt(2026, 6, 10).unwrap();
        let entered = Erasure {
            name: ErasureName::parse("erasures/1").unwrap(),
            version: 1,
            person: "visitors/1".into(),
            ground: "art. 17 nr. 1 b".into(),
            state: State::Entered,
            confirmed_on: None,
            backups_expire_on: None,
            resources: 0,
            created_at: DateTime::default(),
        };
        let held = entered
            .clone()
            .confirm(Some("holds/1"), on, 90, 2)
            .unwrap_err();
        assert_eq!(held.texts, &reason::LEGAL_HOLD);
        let confirmed = entered.confirm(None, on, 90, 2).unwrap();
        assert_eq!(
            (confirmed.state, confirmed.version, confirmed.resources),
            (State::Confirmed, 2, 2)
        );
        assert_eq!(
            confirmed.backups_expire_on,
            NaiveDate::from_ymd_opt(2026, 9, 8)
        );
        let again = confirmed.confirm(None, on, 90, 2).unwrap_err();
        assert_eq!(again.texts, &reason::WRONG_STATE);
    }
}

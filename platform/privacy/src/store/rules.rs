//! The rules that say how long.

use std::collections::HashMap;

use chrono::NaiveDate;
use platform::{Error, Result};
use sqlx::PgConnection;

/// The rules of retention in force on a day.
#[derive(Debug)]
pub(crate) struct Rules(HashMap<String, (u32, String)>);

impl Rules {
    /// Reads those in force on a day.
    pub(crate) async fn on(db: &mut PgConnection, on: NaiveDate) -> Result<Self> {
        let rows = sqlx::query!(
            "select distinct on (rule) rule, valid_from, value
               from platform.rules
              where rule like 'privacy.%' and valid_from <= $1
              order by rule, valid_from desc",
            on,
        )
        .fetch_all(db)
        .await?;
        let read = rows.into_iter().map(|it| {
            let edition = format!("rules/{}/editions/{}", it.rule, it.valid_from);
            let number = it.value.parse();
            let number = number.map_err(|_| Error::Bug(format!("{edition} is no number")))?;
            Ok((it.rule, (number, edition)))
        });
        Ok(Self(read.collect::<Result<_>>()?))
    }

    /// The number that a rule says, and the edition that says it.
    pub(crate) fn of(&self, rule: &str) -> Result<(u32, &str)> {
        let found = self
            .0
            .get(rule)
            .map(|(number, edition)| (*number, edition.as_str()));
        found.ok_or_else(|| Error::Bug(format!("there is no rule {rule}")))
    }
}

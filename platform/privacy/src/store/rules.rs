//! The rules that say how long.

use chrono::NaiveDate;
use platform::{Error, InForce, Nouns, Result, rules_on};
use rules::{Months, Rule};
use sqlx::PgConnection;

use crate::rules::BACKUP_DAYS;

/// The rules of retention in force on a day.
#[derive(Debug)]
pub(crate) struct Kept(InForce);

impl Kept {
    /// Reads those of all that the service keeps.
    pub(crate) async fn on(db: &mut PgConnection, nouns: &Nouns, on: NaiveDate) -> Result<Self> {
        let rules: Vec<_> = nouns.personal().map(|it| months(it.rule)).collect();
        let of: Vec<_> = rules.iter().map(|it| &it.definition).collect();
        Ok(Self(rules_on(db, on, &of).await?))
    }

    /// The months that a rule says, and the edition that says it.
    pub(crate) fn of(&self, rule: &'static str) -> Result<(u32, String)> {
        let edition = self.0.get(&months(rule))?;
        let months = u32::try_from(edition.value.0);
        let months = months.map_err(|_| Error::Bug(format!("{} is negative", edition.name)))?;
        Ok((months, edition.name))
    }
}

/// The rule of this name, which the contract gives.
fn months(rule: &'static str) -> Rule<Months> {
    Rule::new(rule, [""; 3], &[])
}

/// How many days after this one a backup may hold what was erased.
pub(crate) async fn backup_days(db: &mut PgConnection, on: NaiveDate) -> Result<u64> {
    let in_force = rules_on(db, on, &[&BACKUP_DAYS.definition]).await?;
    let edition = in_force.get(&BACKUP_DAYS)?;
    let days = u64::try_from(edition.value.0);
    days.map_err(|_| Error::Bug(format!("{} is negative", edition.name)))
}

//! Every statement on `platform.holds`.

use chrono::NaiveDate;
use platform::{Error, Result};
use sqlx::PgConnection;

use crate::hold::{Hold, HoldName};

/// A query of holds: what stands before their columns, and behind them.
macro_rules! holds {
    ($before:literal, $behind:literal $($arguments:tt)*) => {
        sqlx::query_as!(
            Hold,
            $before
                + " name, version, person, ground, until_on, state, created_at "
                + $behind
            $($arguments)*
        )
    };
}

/// Writes a new hold.
pub(crate) async fn add(db: &mut PgConnection, it: &Hold) -> Result<Hold> {
    holds!(
        "insert into platform.holds (name, version, person, ground, until_on, state)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (name) do nothing
         returning",
        "",
        it.name as _,
        it.version,
        it.person,
        it.ground,
        it.until_on,
        it.state as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads a hold in its case.
pub(crate) async fn get(db: &mut PgConnection, name: &HoldName) -> Result<Hold> {
    holds!("select", "from platform.holds where name = $1", name as _)
        .fetch_optional(db)
        .await?
        .ok_or_else(|| Error::not_found(name))
}

/// Writes a hold that was read in its case, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Hold) -> Result<Hold> {
    let saved = holds!(
        "update platform.holds set version = $2, state = $3 where name = $1 and version + 1 = $2
         returning",
        "",
        it.name as _,
        it.version,
        it.state as _,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Holds behind a name, by name: of one person, or with an empty text of all.
pub(crate) async fn list(
    db: &mut PgConnection,
    person: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Hold>> {
    let rows = holds!(
        "select",
        "from platform.holds
          where name > $2 and ($1 = '' or person = $1)
          order by name
          limit $3",
        person,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// What keeps a person on a day: the first of its holds.
pub(crate) async fn of(
    db: &mut PgConnection,
    person: &str,
    on: NaiveDate,
) -> Result<Option<String>> {
    let found = sqlx::query_scalar!(
        r#"select name as "name: String"
             from platform.holds
            where person = $1 and state = 'held' and (until_on is null or until_on >= $2)
            order by name
            limit 1"#,
        person,
        on,
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

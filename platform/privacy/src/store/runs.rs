//! Every statement on `platform.retention_runs` and on what a run empties.

use chrono::{DateTime, NaiveDate, Utc};
use platform::Result;
use sqlx::PgConnection;

use crate::retention::RunName;

/// Begins a run; none where it was begun before.
pub(crate) async fn add(db: &mut PgConnection, name: &RunName) -> Result<Option<DateTime<Utc>>> {
    let created_at = sqlx::query_scalar!(
        "insert into platform.retention_runs (name) values ($1)
         on conflict (name) do nothing
         returning created_at",
        name as _,
    )
    .fetch_optional(db)
    .await?;
    Ok(created_at)
}

/// Whether a run was begun.
pub(crate) async fn is_there(db: &mut PgConnection, name: &RunName) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from platform.retention_runs where name = $1) as "is!""#,
        name as _,
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

/// When the first entry of the journal was recorded: an installation is as old as that.
pub(crate) async fn since(db: &mut PgConnection) -> Result<Option<DateTime<Utc>>> {
    let first =
        sqlx::query_scalar!("select recorded_at from platform.journal order by seq limit 1")
            .fetch_optional(db)
            .await?;
    Ok(first)
}

/// How many request keys are older than 90 days on a day. One of a write in flight has no entry yet.
pub(crate) async fn old_keys(db: &mut PgConnection, on: NaiveDate) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from platform.requests
            where entry is not null and (created_at at time zone 'Europe/Oslo')::date < $1::date - 90"#,
        on,
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// Forgets them, and answers how many.
pub(crate) async fn forget_keys(db: &mut PgConnection, on: NaiveDate) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from platform.requests
          where entry is not null and (created_at at time zone 'Europe/Oslo')::date < $1::date - 90",
        on,
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}

//! Every statement on `sources`.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::Source;

/// The source of this name, if it is registered.
pub(crate) async fn find(db: &mut PgConnection, name: &str) -> Result<Option<Source>> {
    let found = sqlx::query_as!(Source, "select * from sources where name = $1", name)
        .fetch_optional(db)
        .await?;
    Ok(found)
}

/// Reads a source for update.
pub(crate) async fn lock(db: &mut PgConnection, name: &str) -> Result<Source> {
    sqlx::query_as!(
        Source,
        "select * from sources where name = $1 for update",
        name
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// All sources, by name.
pub(crate) async fn list(db: &mut PgConnection) -> Result<Vec<Source>> {
    let rows = sqlx::query_as!(Source, "select * from sources order by name")
        .fetch_all(db)
        .await?;
    Ok(rows)
}

/// Writes a new source; answers whether it was new.
pub(crate) async fn add(db: &mut PgConnection, it: &Source) -> Result<bool> {
    let done = sqlx::query!(
        "insert into sources (name, version, state) values ($1, $2, $3) on conflict do nothing",
        it.name,
        it.version,
        it.state as _,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes state and error of a source that was read under lock.
pub(crate) async fn save(db: &mut PgConnection, it: &Source) -> Result<()> {
    sqlx::query!(
        "update sources set version = $2, state = $3, error = $4 where name = $1",
        it.name,
        it.version,
        it.state as _,
        it.error,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes a failure that passes; the source stays followed.
pub(crate) async fn note_error(db: &mut PgConnection, name: &str, error: &str) -> Result<()> {
    sqlx::query!(
        "update sources set error = $2 where name = $1 and state = 'followed'",
        name,
        error
    )
    .execute(db)
    .await?;
    Ok(())
}

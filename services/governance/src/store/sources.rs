//! Every statement on `sources`.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{Source, SourceName};

/// The source of this name, if it is registered.
pub(crate) async fn find(db: &mut PgConnection, name: &SourceName) -> Result<Option<Source>> {
    let found = sqlx::query_as!(
        Source,
        "select name, version, state, error, source_id, number,
                    digest, entries_number, entries_digest, head_number, read_at, resume_reason,
                    resumed_by, resumed_at
               from sources
              where name = $1",
        name as _,
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// Reads a source for update.
pub(crate) async fn lock(db: &mut PgConnection, name: &SourceName) -> Result<Source> {
    sqlx::query_as!(
        Source,
        "select name, version, state, error, source_id, number, digest, entries_number,
                entries_digest, head_number, read_at, resume_reason, resumed_by, resumed_at
           from sources
          where name = $1
          for update",
        name as _
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// All sources, by name.
pub(crate) async fn all(db: &mut PgConnection) -> Result<Vec<Source>> {
    list(db, "", i64::MAX).await
}

/// Sources behind a name, by name.
pub(crate) async fn list(db: &mut PgConnection, after: &str, limit: i64) -> Result<Vec<Source>> {
    let rows = sqlx::query_as!(
        Source,
        "select name, version, state, error, source_id, number, digest, entries_number,
                entries_digest, head_number, read_at, resume_reason, resumed_by, resumed_at
           from sources
          where name > $1
          order by name
          limit $2",
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Writes a new source; answers whether it was new.
pub(crate) async fn add(db: &mut PgConnection, it: &Source) -> Result<bool> {
    let done = sqlx::query!(
        "insert into sources (name, version, state) values ($1, $2, $3) on conflict do nothing",
        it.name as _,
        it.version,
        it.state as _,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes a source that was read under lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Source) -> Result<Source> {
    let saved = sqlx::query_as!(
        Source,
        "update sources
            set version = $2, state = $3, error = $4, resume_reason = $5, resumed_by = $6,
                resumed_at = $7
          where name = $1 and version + 1 = $2
         returning name, version, state, error, source_id, number, digest, entries_number,
                   entries_digest, head_number, read_at, resume_reason, resumed_by, resumed_at",
        it.name as _,
        it.version,
        it.state as _,
        it.error,
        it.resume_reason,
        it.resumed_by,
        it.resumed_at,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Notes a failure that passes; the source stays followed. Answers whether it is another than before.
pub(crate) async fn note_error(
    db: &mut PgConnection,
    name: &SourceName,
    error: &str,
) -> Result<bool> {
    let done = sqlx::query!(
        "update sources set error = $2 where name = $1 and state = 'followed' and error <> $2",
        name as _,
        error
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that there was nothing new: the page was read, and what failed before it has passed.
pub(crate) async fn note_empty_page(
    db: &mut PgConnection,
    name: &SourceName,
    head_number: i64,
) -> Result<()> {
    sqlx::query!(
        "update sources set head_number = $2, read_at = now(), error = ''
          where name = $1 and state = 'followed'",
        name as _,
        head_number,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes how far a stopped source has gone on meanwhile.
pub(crate) async fn note_head(
    db: &mut PgConnection,
    name: &SourceName,
    head_number: i64,
) -> Result<()> {
    sqlx::query!(
        "update sources set head_number = $2 where name = $1 and state = 'stopped'",
        name as _,
        head_number,
    )
    .execute(db)
    .await?;
    Ok(())
}

//! Every statement on `appropriations`.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{Appropriation, AppropriationName};

/// Writes a new decision, or names the one that has its name or stands in its place.
pub(crate) async fn add(db: &mut PgConnection, it: &Appropriation) -> Result<Appropriation> {
    let added = sqlx::query_as!(
        Appropriation,
        "insert into appropriations
             (name, version, chapter, post, year, kind, amount_ore, effective_on, source, source_on,
              state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict do nothing
         returning name, version, chapter, post, year, kind, amount_ore, effective_on, source,
                   source_on, state, reversal_reason, created_at",
        it.name as _,
        it.version,
        it.chapter,
        it.post,
        it.year,
        it.kind as _,
        it.amount_ore,
        it.effective_on,
        it.source,
        it.source_on,
        it.state as _,
    )
    .fetch_optional(&mut *db)
    .await?;
    match added {
        Some(added) => Ok(added),
        None => Err(Error::already_exists(in_place_of(db, it).await?)),
    }
}

/// The decision that a new one collides with: of its name, or standing for its post, year and kind.
async fn in_place_of(db: &mut PgConnection, it: &Appropriation) -> Result<AppropriationName> {
    let name = sqlx::query_scalar!(
        "select name from appropriations
          where name = $1
             or chapter = $2 and post = $3 and year = $4 and kind = $5 and state = 'recorded'
          order by name <> $1 limit 1",
        it.name as _,
        it.chapter,
        it.post,
        it.year,
        it.kind as _,
    )
    .fetch_one(db)
    .await?;
    Ok(name)
}

/// Reads a decision for update.
pub(crate) async fn lock(db: &mut PgConnection, name: &AppropriationName) -> Result<Appropriation> {
    sqlx::query_as!(
        Appropriation,
        "select name, version, chapter, post, year, kind, amount_ore, effective_on, source,
                source_on, state, reversal_reason, created_at
           from appropriations
          where name = $1
          for update",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Writes a decision that was read under lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Appropriation) -> Result<Appropriation> {
    let saved = sqlx::query_as!(
        Appropriation,
        "update appropriations set version = $2, state = $3, reversal_reason = $4
          where name = $1 and version + 1 = $2
         returning name, version, chapter, post, year, kind, amount_ore, effective_on, source,
                   source_on, state, reversal_reason, created_at",
        it.name as _,
        it.version,
        it.state as _,
        it.reversal_reason,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Decisions behind a name, by name; of one budget year, or of all with 0.
pub(crate) async fn list(
    db: &mut PgConnection,
    year: i32,
    after: &str,
    limit: i64,
) -> Result<Vec<Appropriation>> {
    let rows = sqlx::query_as!(
        Appropriation,
        "select name, version, chapter, post, year, kind, amount_ore, effective_on, source,
                source_on, state, reversal_reason, created_at
           from appropriations
          where name > $1 and ($3 = 0 or year = $3)
          order by name limit $2",
        after,
        limit,
        year,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

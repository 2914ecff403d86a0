//! Every statement on `allocation_lines`, but for the sums of a frame.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{AllocationLine, AllocationLineName};

/// Writes a new line.
pub(crate) async fn add(db: &mut PgConnection, it: &AllocationLine) -> Result<AllocationLine> {
    sqlx::query_as!(
        AllocationLine,
        "insert into spending.allocation_lines
             (name, version, kind, chapter, post, year, amount_ore, document, state, reversal_reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (name) do nothing
         returning name, version, kind, chapter, post, year, amount_ore, document, state,
                   reversal_reason, created_at",
        it.name as _,
        it.version,
        it.kind as _,
        it.chapter,
        it.post,
        it.year,
        it.amount_ore,
        it.document as _,
        it.state as _,
        it.reversal_reason,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads a line, whose case holds it against change.
pub(crate) async fn get(
    db: &mut PgConnection,
    name: &AllocationLineName,
) -> Result<AllocationLine> {
    sqlx::query_as!(
        AllocationLine,
        "select name, version, kind, chapter, post, year, amount_ore, document, state,
                reversal_reason, created_at
           from spending.allocation_lines
          where name = $1",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Writes a line that was read in its case, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &AllocationLine) -> Result<AllocationLine> {
    let saved = sqlx::query_as!(
        AllocationLine,
        "update spending.allocation_lines set version = $2, state = $3, reversal_reason = $4
          where name = $1 and version + 1 = $2
         returning name, version, kind, chapter, post, year, amount_ore, document, state,
                   reversal_reason, created_at",
        it.name as _,
        it.version,
        it.state as _,
        it.reversal_reason,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Lines behind a name, by name: of one budget year, or with 0 of all.
pub(crate) async fn list(
    db: &mut PgConnection,
    year: i32,
    after: &str,
    limit: i64,
) -> Result<Vec<AllocationLine>> {
    let rows = sqlx::query_as!(
        AllocationLine,
        "select name, version, kind, chapter, post, year, amount_ore, document, state,
                reversal_reason, created_at
           from spending.allocation_lines
          where ($1 = 0 or year = $1) and name > $2
          order by name
          limit $3",
        year,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

//! Every statement on `accounts_imports`.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{AccountsImport, AccountsImportName};

/// Writes a new import.
pub(crate) async fn add(db: &mut PgConnection, it: &AccountsImport) -> Result<AccountsImport> {
    sqlx::query_as!(
        AccountsImport,
        "insert into accounts_imports
             (name, version, start_on, end_on, source, source_on, rounded_to_ore, aggregate,
              chart_edition, control_totals, row_count, zero_row_count, state, rows_digest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (name) do nothing
         returning name, version, start_on, end_on, source, source_on, rounded_to_ore, aggregate,
                   chart_edition, control_totals, row_count, zero_row_count, state,
                   reversal_reason, rows_digest, created_at",
        it.name as _,
        it.version,
        it.start_on,
        it.end_on,
        it.source,
        it.source_on,
        it.rounded_to_ore,
        it.aggregate,
        it.chart_edition as _,
        it.control_totals as _,
        it.row_count,
        it.zero_row_count,
        it.state as _,
        it.rows_digest,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads an import without a lock, for what never changes about it.
pub(crate) async fn read(
    db: &mut PgConnection,
    name: &AccountsImportName,
) -> Result<AccountsImport> {
    sqlx::query_as!(
        AccountsImport,
        "select name, version, start_on, end_on, source, source_on, rounded_to_ore, aggregate,
                chart_edition, control_totals, row_count, zero_row_count, state,
                reversal_reason, rows_digest, created_at
           from accounts_imports
          where name = $1",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Reads an import for update.
pub(crate) async fn lock(
    db: &mut PgConnection,
    name: &AccountsImportName,
) -> Result<AccountsImport> {
    sqlx::query_as!(
        AccountsImport,
        "select name, version, start_on, end_on, source, source_on, rounded_to_ore, aggregate,
                chart_edition, control_totals, row_count, zero_row_count, state,
                reversal_reason, rows_digest, created_at
           from accounts_imports
          where name = $1
          for update",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Writes an import that was read under lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &AccountsImport) -> Result<AccountsImport> {
    let saved = sqlx::query_as!(
        AccountsImport,
        "update accounts_imports set version = $2, state = $3, reversal_reason = $4
          where name = $1 and version + 1 = $2
         returning name, version, start_on, end_on, source, source_on, rounded_to_ore, aggregate,
                   chart_edition, control_totals, row_count, zero_row_count, state,
                   reversal_reason, rows_digest, created_at",
        it.name as _,
        it.version,
        it.state as _,
        it.reversal_reason,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Imports behind a name, by name.
pub(crate) async fn list(
    db: &mut PgConnection,
    after: &str,
    limit: i64,
) -> Result<Vec<AccountsImport>> {
    let rows = sqlx::query_as!(
        AccountsImport,
        "select name, version, start_on, end_on, source, source_on, rounded_to_ore, aggregate,
                chart_edition, control_totals, row_count, zero_row_count, state,
                reversal_reason, rows_digest, created_at
           from accounts_imports
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

//! Every statement on `account_years`.

use platform::Result;
use sqlx::PgConnection;

/// Holds the accounts of a year until the transaction ends: what changes them, and what closes a
/// period of the year, so that neither slips past the other. What is judged by them is read by a
/// later statement: a statement's snapshot is older than what it waits for.
pub(crate) async fn hold(db: &mut PgConnection, year: i32) -> Result<()> {
    sqlx::query!(
        "insert into account_years (year) values ($1)
         on conflict (year) do update set year = excluded.year",
        year,
    )
    .execute(db)
    .await?;
    Ok(())
}

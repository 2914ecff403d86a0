//! Every statement on `reports`.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{Report, ReportName};

/// Writes a new report.
pub(crate) async fn add(db: &mut PgConnection, it: &Report) -> Result<Report> {
    sqlx::query_as!(
        Report,
        "insert into reports (name, version, cutoff, content, state, findings)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (name) do nothing
         returning name, version, cutoff, content, state, findings, created_at",
        it.name as _,
        it.version,
        it.cutoff as _,
        it.content as _,
        it.state as _,
        it.findings as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads a report for update.
pub(crate) async fn lock(db: &mut PgConnection, name: &ReportName) -> Result<Report> {
    sqlx::query_as!(
        Report,
        "select name, version, cutoff, content, state, findings, created_at
           from reports
          where name = $1
          for update",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Writes a report that was read under lock.
pub(crate) async fn save(db: &mut PgConnection, it: &Report) -> Result<()> {
    sqlx::query!(
        "update reports set version = $2, cutoff = $3, content = $4, state = $5, findings = $6
          where name = $1 and version + 1 = $2",
        it.name as _,
        it.version,
        it.cutoff as _,
        it.content as _,
        it.state as _,
        it.findings as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Reports behind a name, by name.
pub(crate) async fn list(db: &mut PgConnection, after: &str, limit: i64) -> Result<Vec<Report>> {
    let rows = sqlx::query_as!(
        Report,
        "select name, version, cutoff, content, state, findings, created_at
           from reports
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

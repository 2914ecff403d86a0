//! Every statement on `cutoffs` and their marks.

use chrono::NaiveDate;
use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::cutoff::Mark;
use crate::domain::{Cutoff, CutoffName};

/// The latest edition of a period's cut-off, cancelled ones among them. The caller holds the year's
/// case, so no other edition can begin meanwhile.
pub(crate) async fn latest(db: &mut PgConnection, period_id: &str) -> Result<Option<Cutoff>> {
    let found = sqlx::query_as!(
        Cutoff,
        "select * from cutoffs where period_id = $1 order by edition desc limit 1",
        period_id,
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// The latest closed edition before this one.
pub(crate) async fn closed_before(
    db: &mut PgConnection,
    it: &Cutoff,
) -> Result<Option<CutoffName>> {
    let found = sqlx::query_scalar!(
        "select name as \"name: CutoffName\" from cutoffs
          where period_id = $1 and edition < $2 and state = 'closed'
          order by edition desc
          limit 1",
        it.period_id,
        it.edition,
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// Writes a new cut-off with its marks.
pub(crate) async fn add(db: &mut PgConnection, it: &Cutoff, marks: &[Mark]) -> Result<Cutoff> {
    let added = sqlx::query_as!(
        Cutoff,
        "insert into cutoffs (name, version, period_id, edition, start_on, end_on, state,
                              incomplete_reason, incomplete_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         returning *",
        it.name as _,
        it.version,
        it.period_id,
        it.edition,
        it.start_on,
        it.end_on,
        it.state as _,
        it.incomplete_reason,
        it.incomplete_by,
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        "insert into cutoff_marks (cutoff, source, number, digest, incomplete)
         select $1, m.* from unnest($2::text[], $3::bigint[], $4::bytea[], $5::boolean[]) m",
        it.name as _,
        &marks.iter().map(|it| it.source.clone()).collect::<Vec<_>>(),
        &marks.iter().map(|it| it.number).collect::<Vec<_>>(),
        &marks.iter().map(|it| it.digest.clone()).collect::<Vec<_>>(),
        &marks.iter().map(|it| it.incomplete).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(added)
}

/// The marks of a cut-off, by source.
pub(crate) async fn marks(db: &mut PgConnection, name: &CutoffName) -> Result<Vec<Mark>> {
    let rows = sqlx::query_as!(
        Mark,
        "select source, number, digest, incomplete from cutoff_marks where cutoff = $1 order by source",
        name as _,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// The cut-offs of these names that there are.
pub(crate) async fn with_names(db: &mut PgConnection, names: &[String]) -> Result<Vec<Cutoff>> {
    let rows = sqlx::query_as!(Cutoff, "select * from cutoffs where name = any($1)", names)
        .fetch_all(db)
        .await?;
    Ok(rows)
}

/// The sources that these cut-offs closed without: cut-off and source, by both.
pub(crate) async fn incomplete_sources(
    db: &mut PgConnection,
    names: &[String],
) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select cutoff, source from cutoff_marks
          where cutoff = any($1) and incomplete
          order by cutoff, source",
        names,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|it| (it.cutoff, it.source)).collect())
}

/// A cut-off, or NOT_FOUND.
pub(crate) async fn get(db: &mut PgConnection, name: &CutoffName) -> Result<Cutoff> {
    sqlx::query_as!(Cutoff, "select * from cutoffs where name = $1", name as _)
        .fetch_optional(db)
        .await?
        .ok_or_else(|| Error::not_found(name))
}

/// Reads a cut-off for update.
pub(crate) async fn lock(db: &mut PgConnection, name: &CutoffName) -> Result<Cutoff> {
    sqlx::query_as!(
        Cutoff,
        "select * from cutoffs where name = $1 for update",
        name as _
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Names of the cut-offs that are closing, by name.
pub(crate) async fn closing(db: &mut PgConnection) -> Result<Vec<CutoffName>> {
    let rows = sqlx::query_scalar!(
        "select name as \"name: CutoffName\" from cutoffs where state = 'closing' order by name"
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Writes a cut-off that was read under lock.
pub(crate) async fn save(db: &mut PgConnection, it: &Cutoff) -> Result<()> {
    sqlx::query!(
        "update cutoffs set version = $2, state = $3, cancel_reason = $4
          where name = $1 and version + 1 = $2",
        it.name as _,
        it.version,
        it.state as _,
        it.cancel_reason,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Cut-offs behind a name, by name.
pub(crate) async fn list(db: &mut PgConnection, after: &str, limit: i64) -> Result<Vec<Cutoff>> {
    let rows = sqlx::query_as!(
        Cutoff,
        "select * from cutoffs where name > $1 order by name limit $2",
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// The first cut-off, closing or closed, that covers any of these days.
pub(crate) async fn reporting(
    db: &mut PgConnection,
    start_on: NaiveDate,
    end_on: NaiveDate,
) -> Result<Option<CutoffName>> {
    let cutoff = sqlx::query_scalar!(
        "select name from cutoffs
          where state in ('closing', 'closed') and start_on <= $2 and end_on >= $1
          order by start_on, name limit 1",
        start_on,
        end_on,
    )
    .fetch_optional(db)
    .await?;
    Ok(cutoff)
}

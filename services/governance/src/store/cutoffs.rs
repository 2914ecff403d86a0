//! Every statement on `cutoffs` and their marks.

use std::collections::BTreeMap;

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::cutoff::{Mark, Progress, Standing};
use crate::domain::{Cutoff, CutoffName};

/// The latest edition of a period's cut-off, cancelled ones among them. The caller holds the year's
/// accounts, so no other edition can begin meanwhile.
pub(crate) async fn latest(db: &mut PgConnection, period_id: &str) -> Result<Option<Cutoff>> {
    let found = sqlx::query_as!(
        Cutoff,
        "select name, version, period_id, edition, start_on, end_on, state, incomplete_reason,
                incomplete_by, cancel_reason, created_at, error, evidence
           from cutoffs
          where period_id = $1
          order by edition desc
          limit 1",
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
        it.period_id as _,
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
         returning name, version, period_id, edition, start_on, end_on, state, incomplete_reason,
                   incomplete_by, cancel_reason, created_at, error, evidence",
        it.name as _,
        it.version,
        it.period_id as _,
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
        "insert into cutoff_marks (cutoff, source, number, digest, incomplete, source_id,
                                   entries_number, entries_digest)
         select $1, source, number, digest, incomplete, source_id, entries_number, entries_digest
           from unnest($2::text[], $3::bigint[], $4::bytea[], $5::boolean[], $6::text[], $7::bigint[],
                       $8::bytea[])
                m (source, number, digest, incomplete, source_id, entries_number, entries_digest)",
        it.name as _,
        &marks.iter().map(|it| it.source.clone()).collect::<Vec<_>>() as _,
        &marks.iter().map(|it| it.number).collect::<Vec<_>>(),
        &marks.iter().map(|it| it.digest.clone()).collect::<Vec<_>>(),
        &marks.iter().map(|it| it.incomplete).collect::<Vec<_>>(),
        &marks.iter().map(|it| it.source_id.clone()).collect::<Vec<_>>(),
        &marks.iter().map(|it| it.entries_number).collect::<Vec<_>>(),
        &marks.iter().map(|it| it.entries_digest.clone()).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(added)
}

/// The marks of a cut-off, by source.
pub(crate) async fn marks(db: &mut PgConnection, name: &CutoffName) -> Result<Vec<Mark>> {
    let rows = sqlx::query_as!(
        Mark,
        r#"select source, number, digest, source_id, entries_number, entries_digest, incomplete,
                  progress as "progress: Progress"
             from cutoff_marks
            where cutoff = $1
            order by source"#,
        name as _,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// The marks of these cut-offs, by cut-off and source.
pub(crate) async fn marks_of(
    db: &mut PgConnection,
    names: &[String],
) -> Result<BTreeMap<String, Vec<Mark>>> {
    let rows = sqlx::query!(
        r#"select cutoff, source, number, digest, source_id, entries_number, entries_digest,
                  incomplete, progress as "progress: Progress"
             from cutoff_marks
            where cutoff = any($1)
            order by source"#,
        names,
    )
    .fetch_all(db)
    .await?;
    let mut marks: BTreeMap<String, Vec<Mark>> = BTreeMap::new();
    for it in rows {
        marks.entry(it.cutoff).or_default().push(Mark {
            source: it.source,
            number: it.number,
            digest: it.digest,
            source_id: it.source_id,
            entries_number: it.entries_number,
            entries_digest: it.entries_digest,
            incomplete: it.incomplete,
            progress: it.progress,
        });
    }
    Ok(marks)
}

/// The marks of a cut-off beside what their followers have, by source.
pub(crate) async fn standing(db: &mut PgConnection, name: &CutoffName) -> Result<Vec<Standing>> {
    let rows = sqlx::query!(
        r#"select m.source, m.number, m.digest, m.source_id, m.entries_number, m.entries_digest,
                  m.incomplete, m.progress as "progress: Progress",
                  s.number as followed, f.digest as "digest_there?"
             from cutoff_marks m
             join sources s on s.name = m.source
             left join facts f on f.source = m.source and f.number = m.number
            where m.cutoff = $1
            order by m.source"#,
        name as _,
    )
    .fetch_all(db)
    .await?;
    let standing = rows.into_iter().map(|it| Standing {
        mark: Mark {
            source: it.source,
            number: it.number,
            digest: it.digest,
            source_id: it.source_id,
            entries_number: it.entries_number,
            entries_digest: it.entries_digest,
            incomplete: it.incomplete,
            progress: it.progress,
        },
        number: it.followed,
        digest_there: it.digest_there,
    });
    Ok(standing.collect())
}

/// Writes how far the followers have come, of a cut-off that is locked.
pub(crate) async fn save_progress(
    db: &mut PgConnection,
    name: &CutoffName,
    marks: &[Mark],
) -> Result<()> {
    sqlx::query!(
        "update cutoff_marks m
            set progress = given.progress
           from unnest($2::text[], $3::text[]) given (source, progress)
          where m.cutoff = $1 and m.source = given.source and m.progress <> given.progress",
        name as _,
        &marks.iter().map(|it| it.source.clone()).collect::<Vec<_>>() as _,
        &marks.iter().map(|it| it.progress).collect::<Vec<_>>() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A cut-off, if there is one of this name.
pub(crate) async fn find(db: &mut PgConnection, name: &CutoffName) -> Result<Option<Cutoff>> {
    let found = sqlx::query_as!(
        Cutoff,
        "select name, version, period_id, edition, start_on,
                    end_on, state, incomplete_reason, incomplete_by,
                    cancel_reason, created_at, error, evidence
               from cutoffs
              where name = $1",
        name as _,
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// A cut-off, or NOT_FOUND.
pub(crate) async fn get(db: &mut PgConnection, name: &CutoffName) -> Result<Cutoff> {
    find(db, name).await?.ok_or_else(|| Error::not_found(name))
}

/// Reads a cut-off for update.
pub(crate) async fn lock(db: &mut PgConnection, name: &CutoffName) -> Result<Cutoff> {
    sqlx::query_as!(
        Cutoff,
        "select name, version, period_id, edition, start_on, end_on, state, incomplete_reason,
                incomplete_by, cancel_reason, created_at, error, evidence
           from cutoffs
          where name = $1
          for update",
        name as _
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// The cut-offs that are closing, by name.
pub(crate) async fn closing(db: &mut PgConnection) -> Result<Vec<Cutoff>> {
    let rows = sqlx::query_as!(
        Cutoff,
        "select name, version, period_id, edition, start_on, end_on, state, incomplete_reason,
                incomplete_by, cancel_reason, created_at, error, evidence
           from cutoffs
          where state = 'closing'
          order by name"
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Writes a cut-off that was read under lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Cutoff) -> Result<Cutoff> {
    let saved = sqlx::query_as!(
        Cutoff,
        "update cutoffs
            set version = $2, state = $3, cancel_reason = $4, error = $5, evidence = $6
          where name = $1 and version + 1 = $2
         returning name, version, period_id, edition, start_on, end_on, state, incomplete_reason,
                   incomplete_by, cancel_reason, created_at, error, evidence",
        it.name as _,
        it.version,
        it.state as _,
        it.cancel_reason,
        it.error,
        it.evidence as _,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Cut-offs behind a name, by name.
pub(crate) async fn list(db: &mut PgConnection, after: &str, limit: i64) -> Result<Vec<Cutoff>> {
    let rows = sqlx::query_as!(
        Cutoff,
        "select name, version, period_id, edition, start_on, end_on, state, incomplete_reason,
                incomplete_by, cancel_reason, created_at, error, evidence
           from cutoffs
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

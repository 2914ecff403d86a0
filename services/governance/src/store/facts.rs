//! Every statement on `facts`: taking a page, and reading facts again.

use std::collections::BTreeMap;

use platform::{Position, Result};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::SourceName;
use crate::domain::source::TakenFact;

/// Takes a page: its facts and the new place together, and only from the place stored. When that is
/// another by now, because somebody else has taken the page, nothing is written. One statement, so
/// there is no transaction to drop, and no fact of a source that is none.
pub(crate) async fn take(
    db: &mut PgConnection,
    source: &SourceName,
    after: &Position,
    facts: &[TakenFact],
    next: &Position,
    head_number: i64,
) -> Result<()> {
    let numbers: Vec<_> = facts.iter().map(|it| it.number).collect();
    let digests: Vec<_> = facts.iter().map(|it| it.digest.as_slice()).collect();
    let measures: Vec<_> = facts.iter().map(|it| it.measure.as_str()).collect();
    let days: Vec<_> = facts.iter().map(|it| it.effective_on).collect();
    let values: Vec<_> = facts.iter().map(|it| it.value).collect();
    let dimensions: Vec<_> = facts.iter().map(|it| Json(&it.dimensions)).collect();
    let subjects: Vec<_> = facts.iter().map(|it| it.subject.as_str()).collect();
    let entries: Vec<_> = facts.iter().map(|it| it.entry.as_str()).collect();
    let reversals: Vec<_> = facts.iter().map(|it| it.reversal).collect();
    sqlx::query!(
        "with place as (
             update sources
                set source_id = $2, number = $3, digest = $4, head_number = $17, read_at = now(),
                    error = '', entries_number = $18, entries_digest = $19
              where name = $1 and source_id = $5 and number = $6 and digest = $7
                and state = 'followed'
             returning name
         ), taken as (
             insert into facts (source, number, digest, measure, effective_on, value, dimensions,
                                subject, entry, reversal)
             select place.name, f.number, f.digest, f.measure, f.effective_on, f.value,
                    f.dimensions, f.subject, f.entry, f.reversal
               from place, unnest($8::bigint[], $9::bytea[], $10::text[], $11::date[], $12::bigint[],
                                  $13::jsonb[], $14::text[], $15::text[], $16::boolean[])
                    f (number, digest, measure, effective_on, value, dimensions, subject, entry,
                       reversal)
         )
         select 1 as one from place",
        source as _,
        next.source,
        next.number,
        next.digest,
        after.source,
        after.number,
        after.digest,
        &numbers,
        &digests as &[&[u8]],
        &measures as &[&str],
        &days,
        &values,
        &dimensions as _,
        &subjects as &[&str],
        &entries as &[&str],
        &reversals,
        head_number,
        next.entries_number,
        next.entries_digest,
    )
    .fetch_optional(db)
    .await?;
    Ok(())
}

/// Facts of a source behind a number and up to another, in number order: what recomputing reads.
pub(crate) async fn read_again(
    db: &mut PgConnection,
    source: &SourceName,
    after: i64,
    up_to: i64,
    limit: i64,
) -> Result<Vec<TakenFact>> {
    let rows = sqlx::query!(
        r#"select number, digest, measure, effective_on, value, subject, entry, reversal,
                  dimensions as "dimensions: Json<BTreeMap<String, String>>"
             from facts
            where source = $1 and number > $2 and number <= $3
            order by number
            limit $4"#,
        source as _,
        after,
        up_to,
        limit,
    )
    .fetch_all(db)
    .await?;
    let facts = rows.into_iter().map(|it| TakenFact {
        number: it.number,
        digest: it.digest,
        measure: it.measure,
        effective_on: it.effective_on,
        value: it.value,
        dimensions: it.dimensions.0,
        subject: it.subject,
        entry: it.entry,
        reversal: it.reversal,
    });
    Ok(facts.collect())
}

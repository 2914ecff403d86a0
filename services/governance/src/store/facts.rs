//! Every statement on `facts`: taking a page, summing facts, and reading them again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use futures::TryStreamExt;
use platform::{Error, Position, Result};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::SourceName;
use crate::domain::source::TakenFact;
use crate::domain::tally::{DIMENSIONS_MAX, FactSum, Slice};

/// Takes a page: its facts and the new place together, and only from the place stored. When that is
/// another by now, because somebody else has taken the page, nothing is written. One statement, so
/// there is no transaction to drop, and no fact of a source that is none. Its commit does not wait for the
/// disk: what a crash of the server takes back, facts and place together, is read again, and the commit
/// of a cut-off that closes on it waits for it too.
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
         select set_config('synchronous_commit', 'off', true) from place",
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

/// The facts of a source whose sums are asked for: behind a number and up to another, of a slice.
#[derive(Debug)]
pub(crate) struct Summed<'a> {
    pub(crate) source: &'a SourceName,
    pub(crate) after: i64,
    pub(crate) up_to: i64,
    pub(crate) slice: &'a Slice,
    /// At most [`DIMENSIONS_MAX`].
    pub(crate) dimensions: &'a BTreeSet<&'a str>,
}

/// Sums facts by measure and by the values of dimensions. Each sum is given away as it comes, so that many
/// groups take no room here. Planned at each call: a plan for any days and dimensions is a third as fast.
pub(crate) async fn sums(
    db: &mut PgConnection,
    of: &Summed<'_>,
    take: impl FnMut(&FactSum),
) -> Result<()> {
    sqlx::query!("set plan_cache_mode = force_custom_plan")
        .execute(&mut *db)
        .await?;
    let summed = sums_planned(db, of, take).await;
    // Also of what failed: the session is lent again.
    let reset = sqlx::query!("reset plan_cache_mode").execute(db).await;
    summed?;
    reset?;
    Ok(())
}

async fn sums_planned(
    db: &mut PgConnection,
    of: &Summed<'_>,
    mut take: impl FnMut(&FactSum),
) -> Result<()> {
    let dimensions: Vec<_> = of.dimensions.iter().map(|it| (*it).to_owned()).collect();
    if dimensions.len() > DIMENSIONS_MAX {
        return Err(Error::Bug(format!("{dimensions:?} are too many to sum by")));
    }
    let mut rows = sqlx::query!(
        r#"select measure, array[d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12] as "values!: Vec<Option<String>>",
                  sum(value)::text as "sum!", count(*) as "count!",
                  sum(case when reversal then -1 else 1 end) as "standing!"
             from (select measure, value, reversal,
                          dimensions ->> ($7::text[])[1] as d1, dimensions ->> ($7::text[])[2] as d2,
                          dimensions ->> ($7::text[])[3] as d3, dimensions ->> ($7::text[])[4] as d4,
                          dimensions ->> ($7::text[])[5] as d5, dimensions ->> ($7::text[])[6] as d6,
                          dimensions ->> ($7::text[])[7] as d7, dimensions ->> ($7::text[])[8] as d8,
                          dimensions ->> ($7::text[])[9] as d9, dimensions ->> ($7::text[])[10] as d10,
                          dimensions ->> ($7::text[])[11] as d11, dimensions ->> ($7::text[])[12] as d12
                     from facts
                    where source = $1 and number > $2 and number <= $3 and measure = any($4)
                      and effective_on between $5 and $6) f
            group by measure, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12"#,
        of.source as _,
        of.after,
        of.up_to,
        &of.slice.measures,
        of.slice.from,
        of.slice.to,
        &dimensions,
    )
    .fetch(db);
    while let Some(it) = rows.try_next().await? {
        let sum = it.sum.parse();
        take(&FactSum {
            measure: it.measure,
            values: it.values,
            sum: sum.map_err(|error| Error::Bug(format!("a sum of facts: {error}")))?,
            count: it.count,
            standing: it.standing,
        });
    }
    Ok(())
}

/// The first day that facts of these measures have.
pub(crate) async fn first_day(
    db: &mut PgConnection,
    measures: &[String],
) -> Result<Option<NaiveDate>> {
    let day = sqlx::query_scalar!(
        "select min((select min(effective_on) from facts where measure = m.id))
           from unnest($1::text[]) m (id)",
        measures,
    )
    .fetch_one(db)
    .await?;
    Ok(day)
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

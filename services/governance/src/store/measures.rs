//! Every statement on `measures` and on what cut-offs were computed with.

use std::collections::BTreeMap;

use platform::Result;
use proto::governance::v1 as pb;
use serde::Serialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::measure::{Measure, measure_of};
use crate::domain::source::KnownDimensions;
use crate::domain::{CutoffName, SourceName};

/// A measure as a row holds it: unit, kind and absence by their numbers in the contract.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    unit: i32,
    kind: i32,
    absence: i32,
    dimensions: &'a [String],
    apart: &'a [String],
    counts_persons: bool,
    definition_nb: &'a str,
    definition_nn: &'a str,
}

/// What all sources measure at present, by id.
pub(crate) async fn all(db: &mut PgConnection) -> Result<BTreeMap<String, Measure>> {
    Ok(present(db).await?.1)
}

/// The present editions of all measures, by measure, and what they are, by id.
pub(crate) async fn present(
    db: &mut PgConnection,
) -> Result<(Vec<pb::MeasureEdition>, BTreeMap<String, Measure>)> {
    let rows = sqlx::query!(
        "select distinct on (id) id, edition, unit, kind, absence, dimensions, apart, counts_persons,
                definition_nb, definition_nn
           from measures
          order by id, edition desc"
    )
    .fetch_all(db)
    .await?;
    let measures = rows.into_iter().map(|it| {
        let edition = pb::MeasureEdition {
            measure: it.id.clone(),
            edition: it.edition,
        };
        let measure = Measure {
            definition_nb: it.definition_nb,
            definition_nn: it.definition_nn,
            apart: it.apart,
            counts_persons: it.counts_persons,
            ..measure_of(it.id.clone(), (it.unit, it.kind, it.absence), it.dimensions)
        };
        (edition, (it.id, measure))
    });
    let (mut editions, measures): (Vec<_>, _) = measures.unzip();
    // As this process sorts texts, not as the database does.
    editions.sort_by(|a, b| a.measure.cmp(&b.measure));
    Ok((editions, measures))
}

/// Binds a cut-off to the editions that its figures are computed with.
pub(crate) async fn bind(
    db: &mut PgConnection,
    cutoff: &CutoffName,
    editions: &[pb::MeasureEdition],
) -> Result<()> {
    sqlx::query!(
        "insert into cutoff_measures (cutoff, measure, edition)
         select $1, measure, edition from unnest($2::text[], $3::int[]) it (measure, edition)",
        cutoff as _,
        &editions
            .iter()
            .map(|it| it.measure.clone())
            .collect::<Vec<_>>(),
        &editions.iter().map(|it| it.edition).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The editions that a cut-off is bound to, by measure.
pub(crate) async fn editions(
    db: &mut PgConnection,
    cutoff: &CutoffName,
) -> Result<Vec<pb::MeasureEdition>> {
    let mut editions = sqlx::query_as!(
        pb::MeasureEdition,
        "select measure, edition from cutoff_measures where cutoff = $1",
        cutoff as _,
    )
    .fetch_all(db)
    .await?;
    editions.sort_by(|a, b| a.measure.cmp(&b.measure));
    Ok(editions)
}

/// What a cut-off's figures are computed with, by id.
pub(crate) async fn of_cutoff(
    db: &mut PgConnection,
    cutoff: &CutoffName,
) -> Result<BTreeMap<String, Measure>> {
    let mut measures = of_cutoffs(db, &[cutoff.to_string()]).await?;
    Ok(measures.remove(cutoff.as_str()).unwrap_or_default())
}

/// The same of several cut-offs, by cut-off.
pub(crate) async fn of_cutoffs(
    db: &mut PgConnection,
    cutoffs: &[String],
) -> Result<BTreeMap<String, BTreeMap<String, Measure>>> {
    let rows = sqlx::query!(
        "select c.cutoff, m.id, m.unit, m.kind, m.absence, m.dimensions, m.apart, m.counts_persons,
                m.definition_nb, m.definition_nn
           from cutoff_measures c
           join measures m on m.id = c.measure and m.edition = c.edition
          where c.cutoff = any($1)",
        cutoffs,
    )
    .fetch_all(db)
    .await?;
    let mut measures: BTreeMap<String, BTreeMap<String, Measure>> = BTreeMap::new();
    for it in rows {
        let measure = Measure {
            definition_nb: it.definition_nb,
            definition_nn: it.definition_nn,
            apart: it.apart,
            counts_persons: it.counts_persons,
            ..measure_of(it.id.clone(), (it.unit, it.kind, it.absence), it.dimensions)
        };
        let of_cutoff = measures.entry(it.cutoff).or_default();
        of_cutoff.insert(it.id, measure);
    }
    Ok(measures)
}

/// The dimensions that facts may have, by measure and edition.
pub(crate) async fn dimensions(db: &mut PgConnection) -> Result<KnownDimensions> {
    let rows = sqlx::query!("select id, dimensions from measures")
        .fetch_all(db)
        .await?;
    let mut known = KnownDimensions::new();
    for it in rows {
        known.entry(it.id).or_default().insert(it.dimensions);
    }
    Ok(known)
}

/// Takes over what a source says that it measures: a definition that is new or has changed becomes
/// the measure's next edition. A measure stays with the source that had it first.
pub(crate) async fn put(
    db: &mut PgConnection,
    source: &SourceName,
    measures: &[Measure],
) -> Result<()> {
    let said: Vec<_> = measures
        .iter()
        .map(|it| Row {
            id: &it.id,
            unit: it.unit as i32,
            kind: it.kind as i32,
            absence: it.absence as i32,
            dimensions: &it.dimensions,
            apart: &it.apart,
            counts_persons: it.counts_persons,
            definition_nb: &it.definition_nb,
            definition_nn: &it.definition_nn,
        })
        .collect();
    sqlx::query!(
        r#"with said as (
               select id, unit, kind, absence, dimensions, apart, counts_persons, definition_nb,
                      definition_nn
                 from jsonb_to_recordset($2) it (id text, unit int, kind int, absence int,
                                                 dimensions text[], apart text[],
                                                 counts_persons boolean, definition_nb text,
                                                 definition_nn text)
           ), latest as (
               select distinct on (id) id, edition, source, unit, kind, absence, dimensions, apart,
                      counts_persons, definition_nb, definition_nn
                 from measures
                order by id, edition desc
           )
           insert into measures (id, edition, source, unit, kind, absence, dimensions, apart,
                                 counts_persons, definition_nb, definition_nn)
           select said.id, coalesce(latest.edition, 0) + 1, $1, said.unit, said.kind, said.absence,
                  said.dimensions, said.apart, said.counts_persons, said.definition_nb,
                  said.definition_nn
             from said
             left join latest using (id)
            where latest.id is null
               or latest.source = $1
              and (latest.unit, latest.kind, latest.absence, latest.dimensions, latest.apart,
                   latest.counts_persons, latest.definition_nb, latest.definition_nn)
                  <> (said.unit, said.kind, said.absence, said.dimensions, said.apart,
                      said.counts_persons, said.definition_nb, said.definition_nn)
           on conflict do nothing"#,
        source as _,
        Json(said) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

//! Every statement on `figures`, their groups, the facts they count, and restatements.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use platform::{Error, Result};
use proto::feed::v1::measure::Unit;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::figure::FactsDigest;
use crate::domain::formula::{Cell, Group, Outcome, Term, Value};
use crate::domain::{CutoffName, Figure, FigureName, IndicatorName, Period};

/// Which facts a formula counts at a cut-off, as `counted_facts` takes it.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    cutoff: &'a CutoffName,
    since: &'a str,
    parts: Vec<i32>,
    measures: Vec<String>,
    from_days: Vec<NaiveDate>,
    to_days: Vec<NaiveDate>,
    group_by: &'a [String],
    filters: Json<Vec<BTreeMap<String, BTreeSet<String>>>>,
}

impl<'a> Question<'a> {
    /// The facts that these terms count at a cut-off of a period.
    pub(crate) fn new(
        cutoff: &'a CutoffName,
        period: Period,
        terms: &[Term],
        group_by: &'a [String],
    ) -> Self {
        let counted: Vec<_> = terms
            .iter()
            .filter_map(|it| it.window(period).map(|window| (it, window)))
            .collect();
        let filters = [1, 2].map(|part| {
            terms
                .iter()
                .find(|it| it.part == part)
                .map(|it| it.filters.clone())
                .unwrap_or_default()
        });
        Self {
            cutoff,
            since: "",
            parts: counted.iter().map(|(it, _)| it.part).collect(),
            measures: counted
                .iter()
                .map(|(it, _)| it.measure.id.clone())
                .collect(),
            from_days: counted.iter().map(|(_, (from, _))| *from).collect(),
            to_days: counted.iter().map(|(_, (_, to))| *to).collect(),
            group_by,
            filters: Json(filters.to_vec()),
        }
    }

    /// Only those behind an earlier cut-off's marks.
    pub(crate) fn since(self, cutoff: &'a str) -> Self {
        Self {
            since: cutoff,
            ..self
        }
    }
}

/// A fact that a figure counts.
#[derive(Clone, Debug)]
pub(crate) struct CountedFact {
    pub(crate) term: i32,
    pub(crate) source: String,
    pub(crate) number: i64,
    pub(crate) measure: String,
    pub(crate) effective_on: NaiveDate,
    pub(crate) value: i64,
    pub(crate) key: Vec<String>,
    pub(crate) subject: String,
    pub(crate) entry: String,
}

/// The sums by term and group.
pub(crate) async fn cells(db: &mut PgConnection, of: &Question<'_>) -> Result<Vec<Cell>> {
    let rows = sqlx::query_as!(
        Cell,
        r#"select term as "part!", measure as "measure!", key as "key!",
                  sum(value)::bigint as "sum!", count(*) as "count!"
             from counted_facts($1, $2, $3, $4, $5, $6, $7, $8)
            group by term, measure, key
            order by term, measure, key"#,
        of.cutoff as _,
        of.since,
        &of.parts,
        &of.measures,
        &of.from_days,
        &of.to_days,
        of.group_by,
        &of.filters as _,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// The digest over the facts counted.
pub(crate) async fn digest(db: &mut PgConnection, of: &Question<'_>) -> Result<Vec<u8>> {
    let rows = sqlx::query!(
        r#"select source as "source!", number as "number!", digest as "digest!"
             from counted_facts($1, $2, $3, $4, $5, $6, $7, $8)
            order by source, number"#,
        of.cutoff as _,
        of.since,
        &of.parts,
        &of.measures,
        &of.from_days,
        &of.to_days,
        of.group_by,
        &of.filters as _,
    )
    .fetch_all(db)
    .await?;
    let mut digest = FactsDigest::default();
    for row in rows {
        digest.add(&row.source, row.number, &row.digest);
    }
    Ok(digest.finish())
}

/// Facts counted, behind (source, number, term), optionally of one group.
pub(crate) async fn counted(
    db: &mut PgConnection,
    of: &Question<'_>,
    after: (&str, i64, i32),
    group: &[String],
    limit: i64,
) -> Result<Vec<CountedFact>> {
    let rows = sqlx::query_as!(
        CountedFact,
        r#"select term as "term!", source as "source!", number as "number!", measure as "measure!",
                  effective_on as "effective_on!", value as "value!", key as "key!",
                  subject as "subject!", entry as "entry!"
             from counted_facts($1, $2, $3, $4, $5, $6, $7, $8)
            where (source, number, term) > ($9, $10, $11)
              and (cardinality($12::text[]) = 0 or key = $12)
            order by source, number, term
            limit $13"#,
        of.cutoff as _,
        of.since,
        &of.parts,
        &of.measures,
        &of.from_days,
        &of.to_days,
        of.group_by,
        &of.filters as _,
        after.0,
        after.1,
        after.2,
        group,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// A value as its columns hold it: status, amount, denominator, missing measure.
fn columns(value: &Value) -> (&'static str, i64, i64, &str) {
    match value {
        Value::Amount(amount) => ("amount", *amount, 0, ""),
        Value::Share(numerator, denominator) => ("share", *numerator, *denominator, ""),
        Value::NotPublished(measure) => ("not_published", 0, 0, measure),
        Value::NotComputable(measure) => ("not_computable", 0, 0, measure),
    }
}

fn value(status: &str, amount: i64, denominator: i64, missing: String) -> Value {
    match status {
        "amount" => Value::Amount(amount),
        "share" => Value::Share(amount, denominator),
        "not_published" => Value::NotPublished(missing),
        _ => Value::NotComputable(missing),
    }
}

/// Writes a new figure with its groups.
pub(crate) async fn add(db: &mut PgConnection, it: &Figure) -> Result<()> {
    let (status, amount, denominator, missing) = columns(&it.outcome.value);
    sqlx::query!(
        "insert into figures (name, cutoff, indicator, status, amount, denominator, missing_measure,
                              fact_count, digest, unit)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        it.name as _,
        it.cutoff as _,
        it.indicator as _,
        status,
        amount,
        denominator,
        missing,
        it.outcome.count,
        it.digest,
        it.unit as i32,
    )
    .execute(&mut *db)
    .await?;
    for group in &it.outcome.groups {
        let (status, amount, denominator, missing) = columns(&group.value);
        sqlx::query!(
            "insert into figure_groups (figure, key, status, amount, denominator, missing_measure,
                                        fact_count)
             values ($1, $2, $3, $4, $5, $6, $7)",
            it.name as _,
            &group.key,
            status,
            amount,
            denominator,
            missing,
            group.count,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Figures of a cut-off behind a name, by name; all of them with a limit of `i64::MAX`.
pub(crate) async fn list(
    db: &mut PgConnection,
    cutoff: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Figure>> {
    let names = sqlx::query_scalar!(
        "select name from figures where cutoff = $1 and name > $2 order by name limit $3",
        cutoff,
        after,
        limit,
    )
    .fetch_all(&mut *db)
    .await?;
    with_names(db, &names).await
}

/// The figure of this name, or NOT_FOUND.
pub(crate) async fn get(db: &mut PgConnection, name: &str) -> Result<Figure> {
    let found = with_names(db, &[name.to_owned()]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| Error::not_found(name))
}

/// The figures of these names that there are, by name.
pub(crate) async fn with_names(db: &mut PgConnection, names: &[String]) -> Result<Vec<Figure>> {
    let rows = sqlx::query!(
        r#"select name as "name: FigureName", cutoff as "cutoff: CutoffName",
                  indicator as "indicator: IndicatorName", status, amount, denominator,
                  missing_measure, fact_count, digest, unit
             from figures
            where name = any($1)
            order by name"#,
        names,
    )
    .fetch_all(&mut *db)
    .await?;
    let groups = sqlx::query!(
        "select figure, key, status, amount, denominator, missing_measure, fact_count
           from figure_groups
          where figure = any($1)
          order by figure, key",
        names,
    )
    .fetch_all(db)
    .await?;
    let mut by_figure: BTreeMap<String, Vec<Group>> = BTreeMap::new();
    for it in groups {
        by_figure.entry(it.figure).or_default().push(Group {
            key: it.key,
            value: value(&it.status, it.amount, it.denominator, it.missing_measure),
            count: it.fact_count,
        });
    }
    let figures = rows.into_iter().map(|it| Figure {
        outcome: Outcome {
            value: value(&it.status, it.amount, it.denominator, it.missing_measure),
            count: it.fact_count,
            groups: by_figure.remove(it.name.as_str()).unwrap_or_default(),
        },
        name: it.name,
        cutoff: it.cutoff,
        indicator: it.indicator,
        digest: it.digest,
        unit: Unit::try_from(it.unit).unwrap_or_default(),
    });
    Ok(figures.collect())
}

/// An earlier and a later figure of one indicator that differ.
#[derive(Clone, Debug)]
pub(crate) struct Restatement {
    pub(crate) name: String,
    pub(crate) before_figure: String,
    pub(crate) after_figure: String,
}

/// Writes a restatement of a later edition.
pub(crate) async fn add_restatement(
    db: &mut PgConnection,
    cutoff: &CutoffName,
    it: &Restatement,
) -> Result<()> {
    sqlx::query!(
        "insert into restatements (name, cutoff, before_figure, after_figure)
         values ($1, $2, $3, $4)",
        it.name,
        cutoff as _,
        it.before_figure,
        it.after_figure,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Which of these figures a later closed edition of their cut-off restated, and the latest of those
/// editions.
pub(crate) async fn restated_in(
    db: &mut PgConnection,
    names: &[String],
) -> Result<BTreeMap<String, CutoffName>> {
    let rows = sqlx::query!(
        r#"select distinct on (f.name) f.name, later.name as "restated_in: CutoffName"
             from figures f
             join cutoffs own on own.name = f.cutoff
             join cutoffs later on later.period_id = own.period_id
                               and later.edition > own.edition and later.state = 'closed'
             join restatements r on r.cutoff = later.name
             join figures after on after.name = r.after_figure and after.indicator = f.indicator
            where f.name = any($1)
            order by f.name, later.edition desc"#,
        names,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.name, it.restated_in))
        .collect())
}

/// Restatements of a cut-off behind a name, by name.
pub(crate) async fn restatements(
    db: &mut PgConnection,
    cutoff: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Restatement>> {
    let rows = sqlx::query_as!(
        Restatement,
        "select name, before_figure, after_figure
           from restatements
          where cutoff = $1 and name > $2
          order by name
          limit $3",
        cutoff,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

//! Every statement on `figures` and their groups.

use platform::{Error, Result};
use proto::feed::v1::measure::Unit;
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::formula::{Group, Outcome, Value};
use crate::domain::{CutoffName, Figure, FigureName, Indicator, IndicatorName, Period};

/// Groups that one statement writes.
const GROUPS_AT_ONCE: usize = 10_000;

/// A value as its columns hold it: status, amount, denominator, missing measure.
fn columns(value: &Value) -> (&'static str, i64, i64, &str) {
    match value {
        Value::Amount(amount) => ("amount", *amount, 0, ""),
        Value::Share(numerator, denominator) => ("share", *numerator, *denominator, ""),
        Value::NotPublished(measure) => ("not_published", 0, 0, measure),
        Value::NotComputable(measure) => ("not_computable", 0, 0, measure),
        Value::NotOfPeriod(measure) => ("not_of_period", 0, 0, measure),
    }
}

/// Values of many figures or groups, column by column.
#[derive(Default)]
struct Columns {
    statuses: Vec<&'static str>,
    amounts: Vec<i64>,
    denominators: Vec<i64>,
    missing: Vec<String>,
    counts: Vec<i64>,
}

impl Columns {
    fn of<'a>(values: impl Iterator<Item = (&'a Value, i64)>) -> Self {
        let mut columns = Self::default();
        for (value, count) in values {
            let (status, amount, denominator, missing) = self::columns(value);
            columns.statuses.push(status);
            columns.amounts.push(amount);
            columns.denominators.push(denominator);
            columns.missing.push(missing.to_owned());
            columns.counts.push(count);
        }
        columns
    }
}

/// Writes new figures with their groups.
pub(crate) async fn add(db: &mut PgConnection, figures: &[Figure]) -> Result<()> {
    let of = Columns::of(
        figures
            .iter()
            .map(|it| (&it.outcome.value, it.outcome.count)),
    );
    sqlx::query!(
        "insert into figures (name, cutoff, indicator, unit, status, amount, denominator,
                              missing_measure, fact_count)
         select name, cutoff, indicator, unit, status, amount, denominator, missing, fact_count
           from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::bigint[],
                       $7::bigint[], $8::text[], $9::bigint[])
                it (name, cutoff, indicator, unit, status, amount, denominator, missing, fact_count)",
        &figures.iter().map(|it| it.name.to_string()).collect::<Vec<_>>(),
        &figures.iter().map(|it| it.cutoff.to_string()).collect::<Vec<_>>(),
        &figures.iter().map(|it| it.indicator.to_string()).collect::<Vec<_>>(),
        &figures.iter().map(|it| it.unit as i32).collect::<Vec<_>>(),
        &of.statuses as _,
        &of.amounts,
        &of.denominators,
        &of.missing,
        &of.counts,
    )
    .execute(&mut *db)
    .await?;
    for figure in figures {
        for groups in figure.outcome.groups.chunks(GROUPS_AT_ONCE) {
            add_groups(db, &figure.name, groups).await?;
        }
    }
    Ok(())
}

async fn add_groups(db: &mut PgConnection, figure: &FigureName, groups: &[Group]) -> Result<()> {
    let of = Columns::of(groups.iter().map(|it| (&it.value, it.count)));
    let keys: Vec<_> = groups.iter().map(|it| Json(&it.key)).collect();
    sqlx::query!(
        "insert into figure_groups (figure, key, status, amount, denominator, missing_measure,
                                    fact_count)
         select $1, array(select jsonb_array_elements_text(key)), status, amount, denominator, missing,
                fact_count
           from unnest($2::jsonb[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[])
                it (key, status, amount, denominator, missing, fact_count)",
        figure as _,
        &keys as _,
        &of.statuses as _,
        &of.amounts,
        &of.denominators,
        &of.missing,
        &of.counts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A figure as it is shown: with the sources that its cut-off closed without.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) figure: Figure,
    pub(crate) incomplete_sources: Vec<String>,
}

/// A figure with what it was computed of.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) shown: Shown,
    pub(crate) indicator: Indicator,
    pub(crate) period: Period,
}

/// A value with its groups, as `shown_figures` has it.
#[derive(Debug, Deserialize)]
pub(super) struct OutcomeRow {
    #[serde(flatten)]
    total: ValueRow,
    groups: Vec<GroupRow>,
}

#[derive(Debug, Deserialize)]
struct GroupRow {
    key: Vec<String>,
    #[serde(flatten)]
    value: ValueRow,
}

#[derive(Debug, Deserialize)]
struct ValueRow {
    status: Status,
    amount: i64,
    denominator: i64,
    missing_measure: String,
    fact_count: i64,
}

/// How `figures` spells whether there is a value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Amount,
    Share,
    NotPublished,
    NotComputable,
    NotOfPeriod,
}

impl ValueRow {
    fn value(self) -> Value {
        match self.status {
            Status::Amount => Value::Amount(self.amount),
            Status::Share => Value::Share(self.amount, self.denominator),
            Status::NotPublished => Value::NotPublished(self.missing_measure),
            Status::NotComputable => Value::NotComputable(self.missing_measure),
            Status::NotOfPeriod => Value::NotOfPeriod(self.missing_measure),
        }
    }
}

impl From<OutcomeRow> for Outcome {
    fn from(it: OutcomeRow) -> Self {
        let groups = it.groups.into_iter().map(|group| Group {
            count: group.value.fact_count,
            key: group.key,
            value: group.value.value(),
        });
        Self {
            count: it.total.fact_count,
            groups: groups.collect(),
            value: it.total.value(),
        }
    }
}

/// What amounts of a figure are in, by its number in the contract.
fn unit(number: i32) -> Result<Unit> {
    Unit::try_from(number).map_err(|error| Error::Bug(error.to_string()))
}

/// Figures of a cut-off behind a name, by name; all of them with a limit of `i64::MAX`.
pub(crate) async fn list(
    db: &mut PgConnection,
    cutoff: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Shown>> {
    let rows = sqlx::query!(
        r#"select name as "name!: FigureName", cutoff as "cutoff!: CutoffName",
                  indicator as "indicator!: IndicatorName", digest as "digest!", unit as "unit!",
                  outcome as "outcome!: Json<OutcomeRow>",
                  incomplete_sources as "incomplete_sources!"
             from shown_figures
            where cutoff = $1 and name > $2
            order by name
            limit $3"#,
        cutoff,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(Shown {
                figure: Figure {
                    name: it.name,
                    cutoff: it.cutoff,
                    indicator: it.indicator,
                    outcome: it.outcome.0.into(),
                    digest: it.digest,
                    unit: unit(it.unit)?,
                },
                incomplete_sources: it.incomplete_sources,
            })
        })
        .collect()
}

/// The figures of these names that there are, with what they were computed of, by name.
pub(crate) async fn opened(db: &mut PgConnection, names: &[String]) -> Result<Vec<Opened>> {
    let rows = sqlx::query!(
        r#"select f.name as "name!: FigureName", f.cutoff as "cutoff!: CutoffName",
                  f.indicator as "indicator!: IndicatorName", f.digest as "digest!",
                  f.unit as "unit!", f.outcome as "outcome!: Json<OutcomeRow>",
                  f.incomplete_sources as "incomplete_sources!", c.period_id as "period: Period", i.version,
                  i.figure_id, i.title_nb, i.title_nn, i.formula, i.source_clause, i.created_at
             from shown_figures f
             join cutoffs c on c.name = f.cutoff
             join indicators i on i.name = f.indicator
            where f.name = any($1)
            order by f.name"#,
        names,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|it| {
            Ok(Opened {
                indicator: Indicator {
                    name: it.indicator.clone(),
                    version: it.version,
                    figure_id: it.figure_id,
                    title_nb: it.title_nb,
                    title_nn: it.title_nn,
                    formula: it.formula,
                    source_clause: it.source_clause,
                    created_at: it.created_at,
                },
                shown: Shown {
                    figure: Figure {
                        name: it.name,
                        cutoff: it.cutoff,
                        indicator: it.indicator,
                        outcome: it.outcome.0.into(),
                        digest: it.digest,
                        unit: unit(it.unit)?,
                    },
                    incomplete_sources: it.incomplete_sources,
                },
                period: it.period,
            })
        })
        .collect()
}

/// The figure of this name with what it was computed of, or NOT_FOUND.
pub(crate) async fn open(db: &mut PgConnection, name: &str) -> Result<Opened> {
    let found = opened(db, &[name.to_owned()]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| Error::not_found(name))
}

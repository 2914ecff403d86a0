//! Every statement on `restatements`.

use std::collections::BTreeMap;

use platform::{Error, Result};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::figures::OutcomeRow;
use crate::domain::restatement::Between;
use crate::domain::{CutoffName, FigureName, Restatement, RestatementName};

/// Writes the restatements of a later edition.
pub(crate) async fn add(
    db: &mut PgConnection,
    cutoff: &CutoffName,
    restatements: &[Restatement],
) -> Result<()> {
    let column = |of: fn(&Restatement) -> String| restatements.iter().map(of).collect::<Vec<_>>();
    let number = |of: fn(&Between) -> i64| {
        let numbers = restatements.iter().map(|it| of(&it.between));
        numbers.collect::<Vec<_>>()
    };
    sqlx::query!(
        "insert into restatements (cutoff, name, before_figure, after_figure, fact_count, first_sum,
                                   second_sum)
         select $1, name, before, after, fact_count, first_sum, second_sum
           from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
                it (name, before, after, fact_count, first_sum, second_sum)",
        cutoff as _,
        &column(|it| it.name.to_string()),
        &column(|it| it.before_figure.to_string()),
        &column(|it| it.after_figure.to_string()),
        &number(|it| it.fact_count),
        &number(|it| it.first_sum),
        &number(|it| it.second_sum),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Restatements of a cut-off behind a name, by name.
pub(crate) async fn list(
    db: &mut PgConnection,
    cutoff: &CutoffName,
    after: &str,
    limit: i64,
) -> Result<Vec<Restatement>> {
    let rows = sqlx::query!(
        r#"select r.name as "name: RestatementName", r.before_figure as "before_figure: FigureName",
                  r.after_figure as "after_figure: FigureName", r.fact_count, r.first_sum,
                  r.second_sum, b.outcome as "before!: Json<OutcomeRow>",
                  a.outcome as "after!: Json<OutcomeRow>"
             from restatements r
             join shown_figures b on b.name = r.before_figure
             join shown_figures a on a.name = r.after_figure
            where r.cutoff = $1 and r.name > $2
            order by r.name
            limit $3"#,
        cutoff as _,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    let restatements = rows.into_iter().map(|it| Restatement {
        name: it.name,
        before_figure: it.before_figure,
        after_figure: it.after_figure,
        before: it.before.0.into(),
        after: it.after.0.into(),
        between: Between {
            fact_count: it.fact_count,
            first_sum: it.first_sum,
            second_sum: it.second_sum,
        },
    });
    Ok(restatements.collect())
}

/// The earlier cut-off and the later figure of a restatement, or NOT_FOUND.
pub(crate) async fn editions(
    db: &mut PgConnection,
    name: &RestatementName,
) -> Result<(CutoffName, FigureName)> {
    let found = sqlx::query!(
        r#"select f.cutoff as "before: CutoffName", r.after_figure as "after: FigureName"
             from restatements r
             join figures f on f.name = r.before_figure
            where r.name = $1"#,
        name as _,
    )
    .fetch_optional(db)
    .await?;
    found
        .map(|it| (it.before, it.after))
        .ok_or_else(|| Error::not_found(name))
}

/// Which of these figures a later closed edition of their cut-off restated, and the latest of those
/// editions.
pub(crate) async fn latest(
    db: &mut PgConnection,
    figures: &[String],
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
        figures,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| (it.name, it.restated_in))
        .collect())
}

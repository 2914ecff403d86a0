//! Every statement on `indicators`.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{Indicator, IndicatorName};

/// Writes a new indicator, or names the one that has its name or its figures' id.
pub(crate) async fn add(db: &mut PgConnection, it: &Indicator) -> Result<Indicator> {
    let added = sqlx::query_as!(
        Indicator,
        "insert into indicators (name, version, figure_id, title_nb, title_nn, formula,
                                 source_clause)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing
         returning name, version, title_nb, title_nn, formula, source_clause, created_at,
                   figure_id",
        it.name as _,
        it.version,
        it.figure_id,
        it.title_nb,
        it.title_nn,
        it.formula as _,
        it.source_clause,
    )
    .fetch_optional(&mut *db)
    .await?;
    match added {
        Some(added) => Ok(added),
        None => Err(Error::already_exists(in_place_of(db, it).await?)),
    }
}

/// The indicator that a new one collides with.
async fn in_place_of(db: &mut PgConnection, it: &Indicator) -> Result<IndicatorName> {
    let name = sqlx::query_scalar!(
        "select name from indicators
          where name = $1 or figure_id = $2
          order by name <> $1 limit 1",
        it.name as _,
        it.figure_id,
    )
    .fetch_one(db)
    .await?;
    Ok(name)
}

/// Indicators behind a name, by name.
pub(crate) async fn list(db: &mut PgConnection, after: &str, limit: i64) -> Result<Vec<Indicator>> {
    let rows = sqlx::query_as!(
        Indicator,
        "select name, version, title_nb, title_nn, formula, source_clause, created_at, figure_id
           from indicators
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

/// All indicators, by name.
pub(crate) async fn all(db: &mut PgConnection) -> Result<Vec<Indicator>> {
    list(db, "", i64::MAX).await
}

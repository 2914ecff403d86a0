//! Every statement on `indicators`.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::Indicator;

/// Writes a new indicator.
pub(crate) async fn add(db: &mut PgConnection, it: &Indicator) -> Result<Indicator> {
    sqlx::query_as!(
        Indicator,
        "insert into indicators (name, version, title_nb, title_nn, formula, source_clause)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (name) do nothing
         returning *",
        it.name as _,
        it.version,
        it.title_nb,
        it.title_nn,
        it.formula,
        it.source_clause,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// An indicator, or NOT_FOUND.
pub(crate) async fn get(db: &mut PgConnection, name: &str) -> Result<Indicator> {
    sqlx::query_as!(Indicator, "select * from indicators where name = $1", name)
        .fetch_optional(db)
        .await?
        .ok_or_else(|| Error::not_found(name))
}

/// Indicators behind a name, by name.
pub(crate) async fn list(db: &mut PgConnection, after: &str, limit: i64) -> Result<Vec<Indicator>> {
    let rows = sqlx::query_as!(
        Indicator,
        "select * from indicators where name > $1 order by name limit $2",
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// The indicators of these names that there are.
pub(crate) async fn with_names(db: &mut PgConnection, names: &[String]) -> Result<Vec<Indicator>> {
    let rows = sqlx::query_as!(
        Indicator,
        "select * from indicators where name = any($1)",
        names
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// All indicators, by name.
pub(crate) async fn all(db: &mut PgConnection) -> Result<Vec<Indicator>> {
    list(db, "", i64::MAX).await
}

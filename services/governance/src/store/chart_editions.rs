//! Every statement on `chart_editions`.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{ChartEdition, ChartEditionName};

/// Writes a new edition.
pub(crate) async fn add(db: &mut PgConnection, it: &ChartEdition) -> Result<ChartEdition> {
    sqlx::query_as!(
        ChartEdition,
        "insert into chart_editions (name, version, title, accounts, start_on, source)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (name) do nothing
         returning name, version, title, accounts, start_on, source, created_at",
        it.name as _,
        it.version,
        it.title,
        it.accounts as _,
        it.start_on,
        it.source,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads an edition. It needs no lock: no edition is ever changed.
pub(crate) async fn find(
    db: &mut PgConnection,
    name: &ChartEditionName,
) -> Result<Option<ChartEdition>> {
    let found = sqlx::query_as!(
        ChartEdition,
        "select name, version, title, accounts, start_on, source, created_at
           from chart_editions
          where name = $1",
        name as _,
    )
    .fetch_optional(db)
    .await?;
    Ok(found)
}

/// Editions behind a name, by name.
pub(crate) async fn list(
    db: &mut PgConnection,
    after: &str,
    limit: i64,
) -> Result<Vec<ChartEdition>> {
    let rows = sqlx::query_as!(
        ChartEdition,
        "select name, version, title, accounts, start_on, source, created_at
           from chart_editions
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

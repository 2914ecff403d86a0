//! Every statement on `platform.erasures`.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::erasure::{Erasure, ErasureName};

/// A query of erasures: what stands before their columns, and behind them.
macro_rules! erasures {
    ($before:literal, $behind:literal $($arguments:tt)*) => {
        sqlx::query_as!(
            Erasure,
            $before
                + " name, version, person, ground, state, confirmed_on, backups_expire_on, resources,
                    created_at "
                + $behind
            $($arguments)*
        )
    };
}

/// Writes a new erasure.
pub(crate) async fn add(db: &mut PgConnection, it: &Erasure) -> Result<Erasure> {
    erasures!(
        "insert into platform.erasures (name, version, person, ground, state)
         values ($1, $2, $3, $4, $5)
         on conflict (name) do nothing
         returning",
        "",
        it.name as _,
        it.version,
        it.person,
        it.ground,
        it.state as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads an erasure in its case.
pub(crate) async fn get(db: &mut PgConnection, name: &ErasureName) -> Result<Erasure> {
    erasures!(
        "select",
        "from platform.erasures where name = $1",
        name as _
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Writes an erasure that was read in its case, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Erasure) -> Result<Erasure> {
    let saved = erasures!(
        "update platform.erasures
            set version = $2, state = $3, confirmed_on = $4, backups_expire_on = $5, resources = $6
          where name = $1 and version + 1 = $2
         returning",
        "",
        it.name as _,
        it.version,
        it.state as _,
        it.confirmed_on,
        it.backups_expire_on,
        it.resources,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Erasures behind a name, by name: of one person, or with an empty text of all.
pub(crate) async fn list(
    db: &mut PgConnection,
    person: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Erasure>> {
    let rows = erasures!(
        "select",
        "from platform.erasures
          where name > $2 and ($1 = '' or person = $1)
          order by name
          limit $3",
        person,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Whether a person was erased before.
pub(crate) async fn is_erased(db: &mut PgConnection, person: &str) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (
               select from platform.erasures where person = $1 and state = 'confirmed') as "is!""#,
        person,
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

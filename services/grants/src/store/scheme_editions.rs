//! Every statement on `scheme_editions`.

use platform::{Error, Result, reason, refused};
use sqlx::PgConnection;

use crate::domain::{SchemeEdition, SchemeEditionName};

/// Writes a new edition.
pub(crate) async fn add(db: &mut PgConnection, it: &SchemeEdition) -> Result<SchemeEdition> {
    sqlx::query_as!(
        SchemeEdition,
        "insert into scheme_editions (name, version, title, posts, regulations, open_on, state, state_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (name) do nothing
         returning name, version, title, posts, regulations, open_on, state, state_on, created_at",
        it.name as _,
        it.version,
        it.title,
        it.posts as _,
        it.regulations as _,
        it.open_on,
        it.state as _,
        it.state_on,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads an edition for update.
pub(crate) async fn lock(db: &mut PgConnection, name: &SchemeEditionName) -> Result<SchemeEdition> {
    sqlx::query_as!(
        SchemeEdition,
        "select name, version, title, posts, regulations, open_on, state, state_on, created_at
           from scheme_editions
          where name = $1
          for update",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Reads an edition that an agreement is judged by, held against change until that is decided.
pub(crate) async fn judge(
    db: &mut PgConnection,
    name: &SchemeEditionName,
) -> Result<SchemeEdition> {
    sqlx::query_as!(
        SchemeEdition,
        "select name, version, title, posts, regulations, open_on, state, state_on, created_at
           from scheme_editions
          where name = $1
          for share",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| {
        refused(reason::ReferenceUnknown {
            field: "scheme_edition",
            name,
        })
    })
}

/// Writes an edition that was read under lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &SchemeEdition) -> Result<SchemeEdition> {
    let saved = sqlx::query_as!(
        SchemeEdition,
        "update scheme_editions set version = $2, state = $3, state_on = $4
          where name = $1 and version + 1 = $2
         returning name, version, title, posts, regulations, open_on, state, state_on, created_at",
        it.name as _,
        it.version,
        it.state as _,
        it.state_on,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Editions behind a name, by name.
pub(crate) async fn list(
    db: &mut PgConnection,
    after: &str,
    limit: i64,
) -> Result<Vec<SchemeEdition>> {
    let rows = sqlx::query_as!(
        SchemeEdition,
        "select name, version, title, posts, regulations, open_on, state, state_on, created_at
           from scheme_editions
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

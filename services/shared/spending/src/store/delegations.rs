//! Every statement on `delegations` but one: what decides over a parent reads them with the names that it
//! touches (`touched.rs`).

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{Delegation, DelegationName};

/// Writes a new delegation.
pub(crate) async fn add(db: &mut PgConnection, it: &Delegation) -> Result<Delegation> {
    sqlx::query_as!(
        Delegation,
        "insert into spending.delegations
             (name, version, person, posts, limit_ore, start_on, end_on, document, given_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (name) do nothing
         returning name, version, person, posts, limit_ore, start_on, end_on, document, given_by,
                   created_at",
        it.name as _,
        it.version,
        it.person,
        it.posts as _,
        it.limit_ore,
        it.start_on,
        it.end_on,
        it.document as _,
        it.given_by,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads a delegation for update.
pub(crate) async fn lock(db: &mut PgConnection, name: &DelegationName) -> Result<Delegation> {
    sqlx::query_as!(
        Delegation,
        "select name, version, person, posts, limit_ore, start_on, end_on, document, given_by,
                created_at
           from spending.delegations
          where name = $1
          for update",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Writes a delegation that was read under lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Delegation) -> Result<Delegation> {
    let saved = sqlx::query_as!(
        Delegation,
        "update spending.delegations set version = $2, end_on = $3
          where name = $1 and version + 1 = $2
         returning name, version, person, posts, limit_ore, start_on, end_on, document, given_by,
                   created_at",
        it.name as _,
        it.version,
        it.end_on,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// What a person holds and held, kept from change until the decision that it is judged for is made.
pub(crate) async fn of_person(db: &mut PgConnection, person: &str) -> Result<Vec<Delegation>> {
    let rows = sqlx::query_as!(
        Delegation,
        "select name, version, person, posts, limit_ore, start_on, end_on, document, given_by,
                created_at
           from spending.delegations
          where person = $1
          order by name
          for share",
        person,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Delegations behind a name, by name: of one person, or with an empty text of all.
pub(crate) async fn list(
    db: &mut PgConnection,
    person: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Delegation>> {
    let rows = sqlx::query_as!(
        Delegation,
        "select name, version, person, posts, limit_ore, start_on, end_on, document, given_by,
                created_at
           from spending.delegations
          where ($1 = '' or person = $1) and name > $2
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

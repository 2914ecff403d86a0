//! Every statement on `visitors`, `visitors_vault` and `interviews`.

use platform::{Error, Result};
use sqlx::PgConnection;

use super::{Interview, InterviewName, Visitor, VisitorName};

const COLUMNS: &str = "name, version, country, region, state, ended_on, created_at";

/// Writes a new visitor.
pub(super) async fn add(db: &mut PgConnection, it: &Visitor) -> Result<Visitor> {
    let added = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "insert into visitors (name, version, country, region, state) values ($1, 1, $2, $3, $4)
         returning {COLUMNS}"
    )));
    let added = added.bind(&it.name).bind(&it.country).bind(&it.region);
    Ok(added.bind(it.state).fetch_one(db).await?)
}

/// Reads a visitor.
pub(super) async fn get(db: &mut PgConnection, name: &VisitorName) -> Result<Visitor> {
    let found = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from visitors where name = $1"
    )));
    let found = found.bind(name).fetch_optional(db).await?;
    found.ok_or_else(|| Error::not_found(name))
}

/// Lists visitors behind a name; where one is given, those called so.
pub(super) async fn list(
    db: &mut PgConnection,
    called: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Visitor>> {
    let found = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from visitors
          where name > $2
            and ($1 = '' or name in (select name from visitors_vault where display_name = $1))
          order by name
          limit $3"
    )));
    Ok(found
        .bind(called)
        .bind(after)
        .bind(limit)
        .fetch_all(db)
        .await?)
}

/// Writes a visitor that was read under its case's lock.
pub(super) async fn save(db: &mut PgConnection, it: &Visitor) -> Result<()> {
    sqlx::query_scalar::<_, VisitorName>(
        "update visitors set version = $2, country = $3, region = $4, state = $5, ended_on = $6
          where name = $1 and version + 1 = $2
         returning name",
    )
    .bind(&it.name)
    .bind(it.version)
    .bind(&it.country)
    .bind(&it.region)
    .bind(it.state)
    .bind(it.ended_on)
    .fetch_one(db)
    .await?;
    Ok(())
}

/// What a visitor is found by.
pub(super) async fn call(db: &mut PgConnection, name: &VisitorName, called: &str) -> Result<()> {
    sqlx::query(
        "insert into visitors_vault (name, person, display_name) values ($1, $1, $2)
         on conflict (name) do update set display_name = excluded.display_name",
    )
    .bind(name)
    .bind(called)
    .execute(db)
    .await?;
    Ok(())
}

/// Writes a new interview of a visitor that there is.
pub(super) async fn add_interview(db: &mut PgConnection, it: &Interview) -> Result<Interview> {
    let added = sqlx::query_as(
        "insert into interviews (name, version, topic, ended_on) values ($1, 1, $2, $3)
         on conflict (name) do nothing
         returning name, version, topic, ended_on, created_at",
    );
    let added = added.bind(&it.name).bind(&it.topic).bind(it.ended_on);
    let added = added.fetch_optional(db).await?;
    added.ok_or_else(|| Error::already_exists(&it.name))
}

/// A further version of an interview.
pub(super) async fn next_interview(
    db: &mut PgConnection,
    name: &InterviewName,
) -> Result<Interview> {
    let next = sqlx::query_as(
        "update interviews set version = version + 1 where name = $1
         returning name, version, topic, ended_on, created_at",
    );
    let next = next.bind(name).fetch_optional(db).await?;
    next.ok_or_else(|| Error::not_found(name))
}

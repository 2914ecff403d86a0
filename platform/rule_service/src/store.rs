//! Statements on `platform.rule_editions`, but for what the platform itself reads and ships.

use chrono::NaiveDate;
use platform::{Error, Result, reason, refused};
use sqlx::PgConnection;

use crate::edition::{Edition, EditionName};

/// Which one of its day a further edition of a rule would be.
pub(crate) async fn next_ordinal(
    db: &mut PgConnection,
    rule: &str,
    valid_from: NaiveDate,
) -> Result<i32> {
    let next = sqlx::query_scalar!(
        r#"select coalesce(max(ordinal), 0) + 1 as "next!"
             from platform.rule_editions
            where rule = $1 and valid_from = $2"#,
        rule,
        valid_from,
    )
    .fetch_one(db)
    .await?;
    Ok(next)
}

/// Writes a new edition; refused as busy where another one of its day came first.
pub(crate) async fn add(db: &mut PgConnection, it: &Edition) -> Result<Edition> {
    let created_at = sqlx::query_scalar!(
        "insert into platform.rule_editions
             (name, version, rule, valid_from, ordinal, value, source, document, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict do nothing
         returning created_at",
        it.name as _,
        it.version,
        it.rule,
        it.valid_from,
        it.ordinal,
        it.value as _,
        it.source,
        it.document as _,
        it.state as _,
    )
    .fetch_optional(db)
    .await?;
    let created_at = created_at.ok_or_else(|| refused(reason::Busy))?;
    Ok(Edition {
        created_at,
        ..it.clone()
    })
}

/// Reads an edition.
pub(crate) async fn get(db: &mut PgConnection, name: &EditionName) -> Result<Edition> {
    sqlx::query_as!(
        Edition,
        r#"select name, version, rule, valid_from, ordinal, value, source,
                  document, state, created_at
             from platform.rule_editions
            where name = $1"#,
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Writes an edition that was read under its case's lock.
pub(crate) async fn save(db: &mut PgConnection, it: &Edition) -> Result<()> {
    sqlx::query_scalar!(
        "update platform.rule_editions set version = $2, state = $3
          where name = $1 and version + 1 = $2
         returning name",
        it.name as _,
        it.version,
        it.state as _,
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// Editions behind a name: of one rule where one is given, and of each the one in force on a day where that
/// is given.
pub(crate) async fn list(
    db: &mut PgConnection,
    rule: &str,
    in_force_on: Option<NaiveDate>,
    after: &str,
    limit: i64,
) -> Result<Vec<Edition>> {
    let found = sqlx::query_as!(
        Edition,
        r#"select name, version, rule, valid_from, ordinal, value, source,
                  document, state, created_at
             from platform.rule_editions it
            where name > $3
              and ($1 = '' or rule = $1)
              and ($2::date is null
                   or name = (select last.name
                                from platform.rule_editions last
                               where last.rule = it.rule
                                 and last.state = 'confirmed'
                                 and last.valid_from <= $2
                               order by last.valid_from desc, last.ordinal desc
                               limit 1))
            order by name
            limit $4"#,
        rule,
        in_force_on,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(found)
}

//! Every statement on `pledges`: a pledge is read with what it commits, which spending writes.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::pledge::{Pledge, PledgeName};

/// Writes a new pledge.
pub(crate) async fn add(db: &mut PgConnection, it: &Pledge) -> Result<Pledge> {
    let created_at = sqlx::query_scalar(
        "insert into pledges (name, version, parts, replaces, state, reservation, reservation_rule)
         values ($1, $2, $3, $4, $5, '', '')
         on conflict (name) do nothing
         returning created_at",
    )
    .bind(&it.name)
    .bind(it.version)
    .bind(&it.parts)
    .bind(&it.replaces)
    .bind(it.state)
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))?;
    Ok(Pledge {
        created_at,
        ..it.clone()
    })
}

/// Reads a pledge.
pub(crate) async fn get(db: &mut PgConnection, name: &PledgeName) -> Result<Pledge> {
    sqlx::query_as(
        "select p.name, p.version, p.parts, p.replaces, p.state, p.awarded_on, p.closed_on,
                p.reservation, p.reservation_rule, p.created_at,
                spending.commitments_of(p.name) as commitments
           from pledges p
          where p.name = $1",
    )
    .bind(name)
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Writes a pledge that was read under its case's lock.
pub(crate) async fn save(db: &mut PgConnection, it: &Pledge) -> Result<()> {
    sqlx::query_scalar::<_, PledgeName>(
        "update pledges
            set version = $2, state = $3, awarded_on = $4, closed_on = $5, reservation = $6,
                reservation_rule = $7
          where name = $1 and version + 1 = $2
         returning name",
    )
    .bind(&it.name)
    .bind(it.version)
    .bind(it.state)
    .bind(it.awarded_on)
    .bind(it.closed_on)
    .bind(&it.reservation)
    .bind(&it.reservation_rule)
    .fetch_one(db)
    .await?;
    Ok(())
}

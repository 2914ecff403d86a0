//! Every statement on `agreements`: an agreement is read with what it commits, which spending writes.
//!
//! There is no `lock`: every write of an agreement or of its payments holds the case's row, and
//! reads the agreement by a later statement.

use platform::{Error, Result};
use spending::Commitment;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::agreement::State;
use crate::domain::{Agreement, AgreementName};

/// Writes a new agreement.
pub(crate) async fn add(db: &mut PgConnection, it: &Agreement) -> Result<Agreement> {
    let created_at = sqlx::query_scalar!(
        "insert into agreements
             (name, version, title, recipient_name, organisation_number, country, sector,
              recipient_type, scheme_edition, state, reservation, reservation_rule)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (name) do nothing
         returning created_at",
        it.name as _,
        it.version,
        it.title,
        it.recipient_name,
        it.organisation_number,
        it.country,
        it.sector,
        it.recipient_type,
        it.scheme_edition as _,
        it.state as _,
        it.reservation,
        it.reservation_rule,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))?;
    Ok(Agreement {
        created_at,
        ..it.clone()
    })
}

/// Reads an agreement.
pub(crate) async fn get(db: &mut PgConnection, name: &AgreementName) -> Result<Agreement> {
    sqlx::query_as!(
        Agreement,
        r#"select a.name, a.version, a.title, a.recipient_name, a.organisation_number, a.country,
                  a.sector, a.recipient_type, a.scheme_edition, a.state, a.awarded_on,
                  a.signed_on, a.closed_on, a.reservation, a.reservation_rule,
                  a.waiting_correction, a.document, a.created_at,
                  spending.commitments_of(a.name) as "commitments!: Json<Vec<Commitment>>"
             from agreements a
            where a.name = $1"#,
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Writes an agreement that was read under its case's lock.
pub(crate) async fn save(db: &mut PgConnection, it: &Agreement) -> Result<()> {
    sqlx::query_scalar!(
        "update agreements
            set version = $2, country = $3, sector = $4, recipient_type = $5, state = $6,
                awarded_on = $7, signed_on = $8, closed_on = $9, reservation = $10,
                reservation_rule = $11, waiting_correction = $12, document = $13
          where name = $1 and version + 1 = $2
         returning name",
        it.name as _,
        it.version,
        it.country,
        it.sector,
        it.recipient_type,
        it.state as _,
        it.awarded_on,
        it.signed_on,
        it.closed_on,
        it.reservation,
        it.reservation_rule,
        it.waiting_correction as _,
        it.document as _,
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// Agreements behind a name, by name; of one state where it is given.
pub(crate) async fn list(
    db: &mut PgConnection,
    state: Option<State>,
    after: &str,
    limit: i64,
) -> Result<Vec<Agreement>> {
    let rows = sqlx::query_as!(
        Agreement,
        r#"select a.name, a.version, a.title, a.recipient_name, a.organisation_number, a.country,
                  a.sector, a.recipient_type, a.scheme_edition, a.state, a.awarded_on,
                  a.signed_on, a.closed_on, a.reservation, a.reservation_rule,
                  a.waiting_correction, a.document, a.created_at,
                  spending.commitments_of(a.name) as "commitments!: Json<Vec<Commitment>>"
             from agreements a
            where a.name > $1 and ($2::text is null or a.state = $2)
            order by a.name
            limit $3"#,
        after,
        state as _,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

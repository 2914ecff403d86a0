//! Every statement on `disbursements`.
//!
//! There is no `lock`: every write of a payment holds its parent's case, and reads the payment by a
//! later statement.

use platform::{Dimensions, Error, Result};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::domain::{Disbursement, DisbursementName};

/// Writes a new payment.
pub(crate) async fn add(db: &mut PgConnection, it: &Disbursement) -> Result<Disbursement> {
    sqlx::query_as!(
        Disbursement,
        "insert into spending.disbursements
             (name, version, parent, part, chapter, post, year, amount_ore, purpose, state,
              requested_on, decided_by, attested_by, voucher, other_year_reason,
              correction_reason, void_reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', '', '', '', '')
         on conflict (name) do nothing
         returning name, version, parent, part, chapter, post, year, amount_ore, purpose, state,
                   requested_on, decided_on, decided_by, attested_on, attested_by, paid_on,
                   voucher, other_year_reason, correction_reason, voided_on, void_reason,
                   dimensions, created_at",
        it.name as _,
        it.version,
        it.parent,
        it.part,
        it.chapter,
        it.post,
        it.year,
        it.amount_ore,
        it.purpose,
        it.state as _,
        it.requested_on,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads a payment.
pub(crate) async fn get(db: &mut PgConnection, name: &DisbursementName) -> Result<Disbursement> {
    sqlx::query_as!(
        Disbursement,
        "select name, version, parent, part, chapter, post, year, amount_ore, purpose, state,
                requested_on, decided_on, decided_by, attested_on, attested_by, paid_on, voucher,
                other_year_reason, correction_reason, voided_on, void_reason, dimensions,
                created_at
           from spending.disbursements
          where name = $1",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Every payment of a parent, by name.
pub(crate) async fn of_parent(db: &mut PgConnection, parent: &str) -> Result<Vec<Disbursement>> {
    let rows = sqlx::query_as!(
        Disbursement,
        "select name, version, parent, part, chapter, post, year, amount_ore, purpose, state,
                requested_on, decided_on, decided_by, attested_on, attested_by, paid_on, voucher,
                other_year_reason, correction_reason, voided_on, void_reason, dimensions,
                created_at
           from spending.disbursements
          where parent = $1
          order by name",
        parent,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Writes a payment that was read under its case's lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Disbursement) -> Result<Disbursement> {
    let saved = sqlx::query_as!(
        Disbursement,
        "update spending.disbursements
            set version = $2, state = $3, decided_on = $4, decided_by = $5, attested_on = $6,
                attested_by = $7, paid_on = $8, voucher = $9, other_year_reason = $10,
                correction_reason = $11, voided_on = $12, void_reason = $13, dimensions = $14
          where name = $1 and version + 1 = $2
         returning name, version, parent, part, chapter, post, year, amount_ore, purpose, state,
                   requested_on, decided_on, decided_by, attested_on, attested_by, paid_on,
                   voucher, other_year_reason, correction_reason, voided_on, void_reason,
                   dimensions, created_at",
        it.name as _,
        it.version,
        it.state as _,
        it.decided_on,
        it.decided_by,
        it.attested_on,
        it.attested_by,
        it.paid_on,
        it.voucher,
        it.other_year_reason,
        it.correction_reason,
        it.voided_on,
        it.void_reason,
        it.dimensions as _,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Writes what a parent's payments are told apart by, where it was registered wrongly.
pub(crate) async fn correct_dimensions(
    db: &mut PgConnection,
    parent: &str,
    dimensions: &Dimensions,
) -> Result<()> {
    sqlx::query!(
        "update spending.disbursements set dimensions = $2
          where parent = $1 and dimensions <> $2",
        parent,
        Json(dimensions) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Payments behind a name, by name: of one parent, or with an empty text of all; only those paid in
/// another year than their commitment's where that is asked for.
pub(crate) async fn list(
    db: &mut PgConnection,
    parent: &str,
    other_year_only: bool,
    after: &str,
    limit: i64,
) -> Result<Vec<Disbursement>> {
    let rows = sqlx::query_as!(
        Disbursement,
        "select name, version, parent, part, chapter, post, year, amount_ore, purpose, state,
                requested_on, decided_on, decided_by, attested_on, attested_by, paid_on, voucher,
                other_year_reason, correction_reason, voided_on, void_reason, dimensions,
                created_at
           from spending.disbursements
          where name > $1
            and ($2 = '' or parent = $2)
            and (not $3 or extract(year from paid_on) <> year)
          order by name
          limit $4",
        after,
        parent,
        other_year_only,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

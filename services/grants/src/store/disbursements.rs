//! Every statement on `disbursements`.
//!
//! There is no `lock`: every write of a payment holds its agreement's case, and reads the payment
//! by a later statement.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{AgreementName, Disbursement, DisbursementName};

/// Writes a new payment.
pub(crate) async fn add(db: &mut PgConnection, it: &Disbursement) -> Result<Disbursement> {
    sqlx::query_as!(
        Disbursement,
        "insert into disbursements
             (name, version, agreement, chapter, post, year, amount_ore, purpose, state,
              requested_on, decided_by, attested_by, voucher, other_year_reason,
              correction_reason, void_reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', '', '', '', '')
         on conflict (name) do nothing
         returning *",
        it.name as _,
        it.version,
        it.agreement as _,
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
        "select * from disbursements where name = $1",
        name as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Every payment of an agreement, by name.
pub(crate) async fn of_agreement(
    db: &mut PgConnection,
    agreement: &AgreementName,
) -> Result<Vec<Disbursement>> {
    let rows = sqlx::query_as!(
        Disbursement,
        "select * from disbursements where agreement = $1 order by name",
        agreement as _,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Writes a payment that was read under its case's lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Disbursement) -> Result<Disbursement> {
    let saved = sqlx::query_as!(
        Disbursement,
        "update disbursements
            set version = $2, state = $3, decided_on = $4, decided_by = $5, attested_on = $6,
                attested_by = $7, paid_on = $8, voucher = $9, other_year_reason = $10,
                correction_reason = $11, voided_on = $12, void_reason = $13
          where name = $1 and version + 1 = $2
         returning *",
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
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Payments behind a name, by name: of one agreement where it is given; only those paid in another
/// year than their commitment's where that is asked for.
pub(crate) async fn list(
    db: &mut PgConnection,
    agreement: Option<&AgreementName>,
    other_year_only: bool,
    after: &str,
    limit: i64,
) -> Result<Vec<Disbursement>> {
    let rows = sqlx::query_as!(
        Disbursement,
        "select *
           from disbursements
          where name > $1
            and ($2::text is null or agreement = $2)
            and (not $3 or extract(year from paid_on) <> year)
          order by name
          limit $4",
        after,
        agreement as _,
        other_year_only,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

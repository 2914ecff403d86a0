//! Every statement on `disbursements`.
//!
//! There is no `lock`: every write of a payment holds its parent's case, and reads the payment by a
//! later statement.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::disbursement::State;
use crate::domain::freeze::Found;
use crate::domain::{Disbursement, DisbursementName};

/// A query of payments: what stands before their columns, and behind them.
macro_rules! payments {
    ($before:literal, $behind:literal $($arguments:tt)*) => {
        sqlx::query_as!(
            Disbursement,
            $before
                + " name, version, parent, part, chapter, post, year, amount_ore, foreign_amount, purpose,
                    state, requested_on, decided_on, decided_by, attested_on, attested_by, paid_on,
                    paid_ore, voucher, other_year_reason, other_sum_reason, frozen_reason,
                    correction_reason, returns, voided_on, void_reason, dimensions, created_at "
                + $behind
            $($arguments)*
        )
    };
}

/// Payments that one answer names of those that a freeze found.
const FOUND_MAX: i32 = 500;

/// Which payments a list is asked for; all of them must hold.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// Of one parent; empty for all.
    pub(crate) parent: String,
    /// In one state.
    pub(crate) state: Option<State>,
    /// Paid in another year than their commitment's.
    pub(crate) other_year_only: bool,
    /// Of which the bank debited another sum than was ordered.
    pub(crate) other_sum_only: bool,
    /// Paid of a commitment that does not hold what was paid of it.
    pub(crate) above_commitment_only: bool,
    /// Paid though they were frozen.
    pub(crate) frozen_only: bool,
}

/// Writes a new payment.
pub(crate) async fn add(db: &mut PgConnection, it: &Disbursement) -> Result<Disbursement> {
    payments!(
        "insert into spending.disbursements
             (name, version, parent, part, chapter, post, year, amount_ore, foreign_amount, purpose,
              state, requested_on, decided_by, attested_by, voucher, other_year_reason,
              correction_reason, void_reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', '', '', '', '')
         on conflict (name) do nothing
         returning",
        "",
        it.name as _,
        it.version,
        it.parent,
        it.part,
        it.chapter,
        it.post,
        it.year,
        it.amount_ore,
        it.foreign_amount as _,
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
    payments!(
        "select",
        "from spending.disbursements where name = $1",
        name as _
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Every payment of a parent, by name.
pub(crate) async fn of_parent(db: &mut PgConnection, parent: &str) -> Result<Vec<Disbursement>> {
    let rows = payments!(
        "select",
        "from spending.disbursements where parent = $1 order by name",
        parent,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Writes a payment that was read under its case's lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Disbursement) -> Result<Disbursement> {
    let saved = payments!(
        "update spending.disbursements
            set version = $2, state = $3, decided_on = $4, decided_by = $5, attested_on = $6,
                attested_by = $7, paid_on = $8, voucher = $9, other_year_reason = $10,
                correction_reason = $11, voided_on = $12, void_reason = $13, dimensions = $14,
                paid_ore = $15, other_sum_reason = $16, frozen_reason = $17, returns = $18
          where name = $1 and version + 1 = $2
         returning",
        "",
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
        it.paid_ore,
        it.other_sum_reason,
        it.frozen_reason,
        it.returns as _,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Writes what payments that were read in their case, and what came back of them, are told apart by.
pub(crate) async fn save_dimensions(db: &mut PgConnection, of: &[Disbursement]) -> Result<()> {
    let names: Vec<_> = of.iter().map(|it| it.name.to_string()).collect();
    let dimensions: Vec<_> = of.iter().map(|it| it.dimensions.clone()).collect();
    let returns: Vec<_> = of.iter().map(|it| it.returns.clone()).collect();
    sqlx::query!(
        "update spending.disbursements d
            set dimensions = it.dimensions, returns = it.returns
           from unnest($1::text[], $2::jsonb[], $3::jsonb[]) it (name, dimensions, returns)
          where d.name = it.name",
        &names,
        dimensions as _,
        returns as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Payments behind a name, by name.
pub(crate) async fn list(
    db: &mut PgConnection,
    wanted: &Wanted,
    after: &str,
    limit: i64,
) -> Result<Vec<Disbursement>> {
    let rows = payments!(
        "select",
        "from spending.disbursements d
          where name > $1
            and ($2 = '' or parent = $2)
            and ($3::text is null or state = $3)
            and (not $4 or extract(year from paid_on) <> year)
            and (not $5 or paid_ore <> amount_ore)
            and (not $6 or state = 'paid' and spending.is_overspent(parent, chapter, post, year))
            and (not $7 or frozen_reason <> '')
          order by name
          limit $8",
        after,
        wanted.parent,
        wanted.state as _,
        wanted.other_year_only,
        wanted.other_sum_only,
        wanted.above_commitment_only,
        wanted.frozen_only,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Approved payments behind a name, by name, that no freeze holds.
pub(crate) async fn payable(
    db: &mut PgConnection,
    parent: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Disbursement>> {
    let rows = payments!(
        "select",
        "from spending.disbursements d
          where name > $1
            and ($2 = '' or parent = $2)
            and state = 'approved'
            and not exists (
                select from spending.touches o
                  join spending.touched t on t.name = o.name
                 cross join jsonb_array_elements(t.freezes) f
                 where o.parent = d.parent and not f -> 'except' ? d.parent)
          order by name
          limit $3",
        after,
        parent,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Payments of the parents that touch a name: those that are open, and those that are paid.
pub(crate) async fn touching(db: &mut PgConnection, name: &str) -> Result<Found> {
    let found = sqlx::query!(
        r#"with of_name as (
               select d.name, d.state
                 from spending.touches o
                 join spending.disbursements d on d.parent = o.parent
                where o.name = $1
           ), held as (
               select name from of_name where state not in ('paid', 'voided')
           ), gone as (
               select name from of_name where state = 'paid'
           )
           select array(select name from held order by name limit $2) as "held!",
                  (select count(*)::int from held) as "held_count!",
                  array(select name from gone order by name limit $2) as "gone!",
                  (select count(*)::int from gone) as "gone_count!""#,
        name,
        i64::from(FOUND_MAX),
    )
    .fetch_one(db)
    .await?;
    Ok(Found {
        held: found.held,
        held_count: found.held_count,
        left: found.gone,
        left_count: found.gone_count,
    })
}

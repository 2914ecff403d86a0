//! Every statement on `freezes`. What holds a name stands on the name's own row too (`touched.rs`).
//!
//! There is no `lock`: every write of a freeze holds its case.

use platform::{Error, Result};
use sqlx::PgConnection;

use crate::domain::{Freeze, FreezeName};

/// A query of freezes: what stands before their columns, and behind them.
macro_rules! freezes {
    ($before:literal, $behind:literal $($arguments:tt)*) => {
        sqlx::query_as!(
            Freeze,
            $before
                + " name, version, target, ground, document, case_name, state, start_on, lift_on,
                    lift_reason, except_parents, waiting_lift, found, created_at "
                + $behind
            $($arguments)*
        )
    };
}

/// Writes a new freeze.
pub(crate) async fn add(db: &mut PgConnection, it: &Freeze) -> Result<Freeze> {
    freezes!(
        "insert into spending.freezes
             (name, version, target, ground, document, case_name, state, start_on, except_parents, found)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (name) do nothing
         returning",
        "",
        it.name as _,
        it.version,
        it.target,
        it.ground,
        it.document as _,
        it.case_name,
        it.state as _,
        it.start_on,
        &it.except_parents,
        it.found as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Reads a freeze in its case.
pub(crate) async fn get(db: &mut PgConnection, name: &FreezeName) -> Result<Freeze> {
    freezes!("select", "from spending.freezes where name = $1", name as _)
        .fetch_optional(db)
        .await?
        .ok_or_else(|| Error::not_found(name))
}

/// Writes a freeze that was read in its case, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &Freeze) -> Result<Freeze> {
    let saved = freezes!(
        "update spending.freezes
            set version = $2, state = $3, lift_on = $4, except_parents = $5, waiting_lift = $6,
                lift_reason = $7
          where name = $1 and version + 1 = $2
         returning",
        "",
        it.name as _,
        it.version,
        it.state as _,
        it.lift_on,
        &it.except_parents,
        it.waiting_lift as _,
        it.lift_reason,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Freezes behind a name, by name: of one target, or with an empty text of all; only those that hold
/// where that is asked for.
pub(crate) async fn list(
    db: &mut PgConnection,
    target: &str,
    holding_only: bool,
    after: &str,
    limit: i64,
) -> Result<Vec<Freeze>> {
    let rows = freezes!(
        "select",
        "from spending.freezes
          where name > $1
            and ($2 = '' or target = $2)
            and (not $3 or state <> 'lifted')
          order by name
          limit $4",
        after,
        target,
        holding_only,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

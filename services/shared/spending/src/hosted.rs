//! What a service's own verbs over its parents ask the database of spending. All of it is asked inside
//! the parent's case; the order of locks is case, touched names, delegations, frames.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use platform::{Ctx, Result, Tx, rules_on};

use crate::domain::{Commitment, Disbursement, Grounds, Parent, Reservation};
use crate::rules::RESERVATION;
use crate::store;

/// What a decision over these commitments of a parent is judged by on a day, held against change: those
/// that it asks for, that an amendment names, or the one that is confirmed.
pub async fn grounds(
    tx: &mut Tx,
    ctx: &Ctx,
    parent: &Parent,
    of: &[Commitment],
    on: NaiveDate,
) -> Result<Grounds> {
    let person = ctx.principal.id.clone();
    let names = parent.touched();
    let (touched, delegations) = store::touched::hold_with_authority(tx, &names, &person).await?;
    let is_reserved = parent.commitments.iter().any(Commitment::conditional);
    let reservation = if is_reserved || of.iter().any(|it| it.year > on.year()) {
        let rules = rules_on(tx, on, &[&RESERVATION.definition]).await?;
        Some(Reservation::from(rules.get(&RESERVATION)?))
    } else {
        None
    };
    let keys = of.iter().map(Commitment::frame_key).collect();
    Ok(Grounds {
        person,
        touched,
        delegations,
        reservation,
        frames: store::frames::lock(tx, &keys).await?,
        on,
        today: ctx.today(),
    })
}

/// Holds the names that a parent touches before and after a correction, which takes it out of no freeze.
pub async fn hold_corrected(tx: &mut Tx, before: &Parent, after: &Parent) -> Result<()> {
    let names: BTreeSet<_> = before
        .touched()
        .into_iter()
        .chain(after.touched())
        .collect();
    let names: Vec<_> = names.into_iter().collect();
    let touched = store::touched::hold(tx, &names).await?;
    before.must_not_leave_frozen(after, &touched)?;
    Ok(())
}

/// Every payment of a parent, by name.
pub async fn payments(tx: &mut Tx, parent: &str) -> Result<Vec<Disbursement>> {
    store::disbursements::of_parent(tx, parent).await
}

/// Saves what a parent asks for, what moved of it, and the names that it touches.
pub async fn save(tx: &mut Tx, parent: &Parent) -> Result<()> {
    store::commitments::save(tx, parent).await
}

/// Tells a parent's payments apart by its dimensions as they are now: they were registered wrongly.
pub async fn correct_dimensions(
    tx: &mut Tx,
    parent: &Parent,
    payments: &mut [Disbursement],
) -> Result<()> {
    for it in &mut *payments {
        it.correct_dimensions(&parent.dimensions);
    }
    store::disbursements::save_dimensions(tx, payments).await
}

//! How the host spends: its pledges, as spending asks for them.

use platform::{Error, Fact, Result, Tx, refused};
use spending::{BoxFuture, Disbursement, Parent, Spends, Step};
use sqlx::types::Json;

use proto::reason::ReferenceUnknown;

use crate::measures::SPENT;
use crate::pledge::{Pledge, PledgeName};
use crate::reason::PartRequired;
use crate::store;
use crate::testing::v1 as pb;

/// Pledges commit and are paid.
pub(crate) static SPENDS: Spends = Spends {
    parents: &["pledges/*"],
    parent,
    guard,
    record_parent,
    counts: &SPENT,
};

fn parent<'a>(tx: &'a mut Tx, name: &'a str) -> BoxFuture<'a, Parent> {
    Box::pin(async move { Ok(pledge(tx, name).await?.parent()) })
}

/// A pledge with parts is paid by them, whatever the step; one without as a whole.
fn guard<'a>(
    tx: &'a mut Tx,
    parent: &'a Parent,
    payment: &'a Disbursement,
    step: Step,
) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let (name, part) = (&parent.name, &payment.part);
        let parts = pledge(tx, name).await?.parts;
        match (parts.is_empty(), part.is_empty()) {
            (true, true) => Ok(()),
            (false, true) => Err(refused(PartRequired {
                name,
                step: format!("{step:?}").to_uppercase(),
            })),
            _ if parts.contains(part) => Ok(()),
            _ => Err(refused(ReferenceUnknown {
                field: "disbursement.part",
                name: part,
            })),
        }
    })
}

fn record_parent<'a>(tx: &'a mut Tx, parent: &'a Parent, facts: Vec<Fact>) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let before = pledge(tx, &parent.name).await?;
        let changed = Pledge {
            version: before.version + 1,
            commitments: Json(parent.commitments.clone()),
            ..before
        };
        save(tx, changed, &facts).await?;
        Ok(())
    })
}

/// Spending asks for names of `pledges/*` only.
async fn pledge(tx: &mut Tx, name: &str) -> Result<Pledge> {
    let name = PledgeName::parse(name).map_err(|it| Error::Bug(it.0.english()))?;
    store::get(tx, &name).await
}

/// Saves a pledge with what moved of its money, records it with what it newly counts for, and answers it.
pub(crate) async fn save_promise(
    tx: &mut Tx,
    changed: Pledge,
    before: &[Fact],
) -> Result<pb::Pledge> {
    spending::save(tx, &changed.parent()).await?;
    let facts = Fact::changes(before, &changed.facts());
    save(tx, changed, &facts).await
}

/// Saves a pledge, records it with what it newly counts for, and answers it.
pub(crate) async fn save(tx: &mut Tx, changed: Pledge, facts: &[Fact]) -> Result<pb::Pledge> {
    store::save(tx, &changed).await?;
    tx.record(changed.version, changed.into(), facts).await
}

//! How grants spends: its agreements, as spending asks for them.

use platform::{Error, Fact, Result, Tx, reason, refused};
use spending::{BoxFuture, Disbursement, Parent, Spends, Step};
use sqlx::types::Json;

use crate::domain::{Agreement, AgreementName};
use crate::handlers::agreements;
use crate::measures::SPENT;
use crate::store;

/// Agreements commit and are paid.
pub(crate) static SPENDS: Spends = Spends {
    parents: &["agreements/*"],
    parent,
    guard,
    record_parent,
    counts: &SPENT,
};

fn parent<'a>(tx: &'a mut Tx, name: &'a str) -> BoxFuture<'a, Parent> {
    Box::pin(async move { Ok(agreement(tx, name).await?.parent()) })
}

/// An agreement is paid as a whole: it has no parts yet.
fn guard<'a>(
    _tx: &'a mut Tx,
    _parent: &'a Parent,
    payment: &'a Disbursement,
    _step: Step,
) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        if payment.part.is_empty() {
            return Ok(());
        }
        Err(refused(reason::ReferenceUnknown {
            field: "disbursement.part",
            name: &payment.part,
        }))
    })
}

fn record_parent<'a>(tx: &'a mut Tx, parent: &'a Parent, facts: Vec<Fact>) -> BoxFuture<'a, ()> {
    Box::pin(async move {
        let before = agreement(tx, &parent.name).await?;
        let changed = Agreement {
            version: before.version + 1,
            commitments: Json(parent.commitments.clone()),
            ..before
        };
        agreements::save(tx, changed, &facts).await?;
        Ok(())
    })
}

/// Spending asks for names of `agreements/*` only.
async fn agreement(tx: &mut Tx, name: &str) -> Result<Agreement> {
    let name = AgreementName::parse(name).map_err(|it| Error::Bug(it.0.english()))?;
    store::agreements::get(tx, &name).await
}

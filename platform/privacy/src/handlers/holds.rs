//! Holds: held, ended. Each is its own case; a person is locked by its own case besides, so that a hold comes
//! before an erasure or finds nothing to hold.

use platform::{Answer, Ctx, Fields, must_match, once_in};
use proto::privacy::v1 as pb;

use super::must_be_known;
use crate::app::Privacy;
use crate::hold::{Hold, HoldName};
use crate::runs::roots;
use crate::store;

/// Keeps a person from being erased, HELD.
pub(crate) async fn hold(
    app: Privacy,
    ctx: Ctx,
    request: pb::HoldPersonRequest,
) -> Answer<pb::Hold> {
    let mut fields = Fields::of(&request);
    let asked = Hold::parse(&mut fields, &request);
    fields.check()?;

    let case = [asked.name.as_str()];
    once_in(&app.0, &ctx, &request, &case, async |tx| {
        store::cases::lock(tx, &roots(std::slice::from_ref(&asked.person))).await?;
        must_be_known(tx, "hold.person", &asked.person).await?;
        let added = store::holds::add(tx, &asked).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// HELD → ENDED.
pub(crate) async fn end(app: Privacy, ctx: Ctx, request: pb::EndHoldRequest) -> Answer<pb::Hold> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", HoldName::parse(&request.name));
    fields.check()?;

    once_in(&app.0, &ctx, &request, &[name.as_str()], async |tx| {
        let held = store::holds::get(tx, &name).await?;
        must_match(&request.etag, &name, held.version)?;
        let saved = store::holds::save(tx, &held.end()?).await?;
        tx.record(saved.version, saved.into(), &[]).await
    })
    .await
}

/// Lists holds by name.
pub(crate) async fn list(
    app: Privacy,
    ctx: Ctx,
    request: pb::ListHoldsRequest,
) -> Answer<pb::ListHoldsResponse> {
    let mut fields = Fields::default();
    let person = request.person.clone();
    if !person.is_empty() {
        fields.resource("person", &person);
    }
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::holds::list(db, &person, after, limit).await
    })
    .await
}

//! Delegations: given in writing, ended on a day. They are no case and carry no duty.

use platform::{Answer, Ctx, Effective, Fields, must_match, once};
use proto::spending::v1 as pb;

use crate::app::Spending;
use crate::domain::delegation::MINISTRY;
use crate::domain::{Delegation, DelegationName};
use crate::store;

/// Registers a delegation: the giver's, or by the registrar the ministry's (FR-17).
pub(crate) async fn create(
    app: Spending,
    ctx: Ctx,
    request: pb::CreateDelegationRequest,
) -> Answer<pb::Delegation> {
    let mut fields = Fields::of(&request);
    let delegation = Delegation::parse(&mut fields, &ctx, &request);
    let step = Effective {
        on: delegation.start_on,
        late_reason: fields.late_reason(&request.late_reason),
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        delegation.must_not_be_for(&ctx.principal.id)?;
        if delegation.given_by != MINISTRY {
            let own = store::delegations::of_person(tx, &delegation.given_by).await?;
            delegation.must_be_within(&own, ctx.today())?;
        }
        tx.effective(&step)?;

        let added = store::delegations::add(tx, &delegation).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// Ends a delegation; decisions made under it stand.
pub(crate) async fn end(
    app: Spending,
    ctx: Ctx,
    request: pb::EndDelegationRequest,
) -> Answer<pb::Delegation> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", DelegationName::parse(&request.name));
    let step = Effective {
        on: fields.date("end_date", request.end_date.as_ref()),
        late_reason: fields.late_reason(&request.late_reason),
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let delegation = store::delegations::lock(tx, &name).await?;
        must_match(&request.etag, &delegation.name, delegation.version)?;

        let ended = delegation.end(step.on)?;
        tx.effective(&step)?;

        let saved = store::delegations::save(tx, &ended).await?;
        tx.record(saved.version, saved.into(), &[]).await
    })
    .await
}

/// Lists delegations by name, of one person where one is named.
pub(crate) async fn list(
    app: Spending,
    ctx: Ctx,
    request: pb::ListDelegationsRequest,
) -> Answer<pb::ListDelegationsResponse> {
    let mut fields = Fields::default();
    let person = if request.person.is_empty() {
        String::new()
    } else {
        fields.person("person", &request.person)
    };
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::delegations::list(db, &person, after, limit).await
    })
    .await
}

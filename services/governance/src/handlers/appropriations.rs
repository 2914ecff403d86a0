//! The Storting's decisions: recorded, and reversed when they were registered wrongly.

use platform::{Answer, Ctx, Effective, Fact, Fields, must_match, once};
use proto::governance::v1 as pb;

use crate::domain::AppropriationName;
use crate::{App, store, wire};

/// Records a decision on the day from which it counts.
pub(crate) async fn record(
    app: App,
    ctx: Ctx,
    request: pb::RecordAppropriationRequest,
) -> Answer<pb::Appropriation> {
    let mut fields = Fields::of(&request);
    let appropriation = wire::appropriation::parse(&mut fields, &request);
    let step = Effective {
        on: appropriation.effective_on,
        late_reason: fields.late_reason(&request.late_reason),
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let added = store::appropriations::add(tx, &appropriation).await?;
        let facts = added.facts();
        tx.record(added.version, added.into(), &facts).await
    })
    .await
}

/// RECORDED → REVERSED, with the opposite fact on the same day.
pub(crate) async fn reverse(
    app: App,
    ctx: Ctx,
    request: pb::ReverseAppropriationRequest,
) -> Answer<pb::Appropriation> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AppropriationName::parse(&request.name));
    let reason = fields.reason(&request.reason);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let appropriation = store::appropriations::lock(tx, &name).await?;
        must_match(&request.etag, &appropriation.name, appropriation.version)?;
        let before = appropriation.facts();

        let reversed = appropriation.reverse(reason)?;

        let facts = Fact::changes(&before, &reversed.facts());
        let saved = store::appropriations::save(tx, &reversed).await?;
        tx.record(saved.version, saved.into(), &facts).await
    })
    .await
}

/// Lists decisions by name, of one budget year or of all.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListAppropriationsRequest,
) -> Answer<pb::ListAppropriationsResponse> {
    let mut fields = Fields::default();
    if request.year != 0 {
        fields.year("year", request.year);
    }
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::appropriations::list(db, request.year, after, limit).await
    })
    .await
}

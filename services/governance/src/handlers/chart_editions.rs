//! Chart editions: created, and read.

use platform::{Answer, Ctx, Fields, once};
use proto::governance::v1 as pb;

use crate::{App, store, wire};

/// Creates an edition.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateChartEditionRequest,
) -> Answer<pb::ChartEdition> {
    let mut fields = Fields::of(&request);
    let edition = wire::chart_edition::parse(&mut fields, &request);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let added = store::chart_editions::add(tx, &edition).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// Lists editions by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListChartEditionsRequest,
) -> Answer<pb::ListChartEditionsResponse> {
    let found = store::chart_editions::list;
    platform::list(&app, &ctx, &request, Fields::default(), found).await
}

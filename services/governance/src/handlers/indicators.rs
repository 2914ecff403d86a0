//! Indicators: defined once, never changed.

use platform::{Answer, Ctx, Fields, once};
use proto::governance::v1 as pb;

use crate::domain::formula::{must_hold_apart, terms};
use crate::{App, store, wire};

/// Defines an edition of an indicator.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateIndicatorRequest,
) -> Answer<pb::Indicator> {
    let mut fields = Fields::of(&request);
    let indicator = wire::indicator::parse(&mut fields, &request);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let measures = store::measures::all(tx).await?;

        must_hold_apart(&terms(&indicator.formula.0, &measures)?)?;

        let added = store::indicators::add(tx, &indicator).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// Lists indicators by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListIndicatorsRequest,
) -> Answer<pb::ListIndicatorsResponse> {
    let found = store::indicators::list;
    platform::list(&app, &ctx, &request, Fields::default(), found).await
}

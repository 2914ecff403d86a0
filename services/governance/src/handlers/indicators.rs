//! Indicators: defined once, never changed.

use platform::{Ctx, Fields, PageRequest, Result, once};
use proto::governance::v1 as pb;

use crate::domain::formula::terms;
use crate::{App, store, wire};

/// Defines an edition of an indicator.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateIndicatorRequest,
) -> Result<pb::Indicator> {
    let mut fields = Fields::of(&request);
    let indicator = wire::indicator::parse(&mut fields, &request);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let measures = store::measures::all(tx).await?;

        terms(&indicator.formula.0, &measures)?;

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
) -> Result<pb::ListIndicatorsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::indicators::list(&mut db, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListIndicatorsResponse {
        indicators: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}

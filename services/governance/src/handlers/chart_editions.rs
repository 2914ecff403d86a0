//! Chart editions: created, and read.

use platform::{Ctx, Fields, PageRequest, Result, once};
use proto::governance::v1 as pb;

use crate::{App, store, wire};

/// Creates an edition.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateChartEditionRequest,
) -> Result<pb::ChartEdition> {
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
) -> Result<pb::ListChartEditionsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::chart_editions::list(&mut db, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListChartEditionsResponse {
        chart_editions: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}

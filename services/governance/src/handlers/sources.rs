//! Sources: listed, resumed. [`crate::acts`] registers and stops them.

use platform::{Ctx, Fields, Result, must_match, once};
use proto::governance::v1 as pb;

use crate::domain::source::Resumption;
use crate::{App, store};

/// Lists the sources that are followed.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    _request: pb::ListSourcesRequest,
) -> Result<pb::ListSourcesResponse> {
    let mut db = app.db.read().await?;
    let rows = store::sources::list(&mut db).await?;
    let sources = app.db.view_all(&ctx, rows.into_iter().map(Into::into))?;
    Ok(pb::ListSourcesResponse { sources })
}

/// STOPPED → FOLLOWED.
pub(crate) async fn resume(
    app: App,
    ctx: Ctx,
    request: pb::ResumeSourceRequest,
) -> Result<pb::Source> {
    let mut fields = Fields::of(&request);
    let decision = Resumption {
        reason: fields.text("reason", &request.reason, 500),
        by: ctx.principal.id.clone(),
        at: ctx.now,
    };
    fields.check()?;

    let resumed = once(&app.db, &ctx, &request, async |tx| {
        let source = store::sources::lock(tx, &request.name).await?;
        must_match(&request.etag, &source.name, source.version)?;

        let resumed = source.resume(decision)?;

        let saved = store::sources::save(tx, &resumed).await?;
        tx.record(saved.version, saved.into(), &[]).await
    })
    .await?;
    app.sources.wake();
    Ok(resumed)
}

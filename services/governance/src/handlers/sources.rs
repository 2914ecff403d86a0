//! Sources: listed, resumed. [`crate::acts`] registers and stops them.

use platform::{Ctx, Fields, Result, must_match, once};
use proto::governance::v1 as pb;

use crate::domain::source::Resumption;
use crate::{App, store};

/// Characters of a source's name: `sources/` and a service's.
const SOURCE_NAME_LENGTH_MAX: usize = 63;

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
    let name = fields.text("name", &request.name, SOURCE_NAME_LENGTH_MAX);
    let decision = Resumption {
        reason: fields.reason(&request.reason),
        by: ctx.principal.id.clone(),
        at: ctx.now,
    };
    fields.check()?;

    let resumed = once(&app.db, &ctx, &request, async |tx| {
        let source = store::sources::lock(tx, &name).await?;
        must_match(&request.etag, &source.name, source.version)?;

        let resumed = source.resume(decision)?;

        let saved = store::sources::save(tx, &resumed).await?;
        tx.record(saved.version, saved.into(), &[]).await
    })
    .await?;
    app.sources.wake();
    Ok(resumed)
}

//! Sources: listed, resumed. [`crate::acts`] registers and stops them.

use platform::{Answer, Ctx, Fields, must_match, once};
use proto::governance::v1 as pb;

use crate::domain::SourceName;
use crate::domain::source::Resumption;
use crate::{App, store};

/// Lists the sources that are followed.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListSourcesRequest,
) -> Answer<pb::ListSourcesResponse> {
    let found = store::sources::list;
    platform::list(&app, &ctx, &request, Fields::default(), found).await
}

/// STOPPED → FOLLOWED.
pub(crate) async fn resume(
    app: App,
    ctx: Ctx,
    request: pb::ResumeSourceRequest,
) -> Answer<pb::Source> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", SourceName::parse(&request.name));
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

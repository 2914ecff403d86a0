//! Sources: listed, resumed; registered and stopped by the service itself.

use platform::{Act, Ctx, Fields, Result, act, must_match, once};
use proto::governance::v1 as pb;

use crate::domain::Source;
use crate::feeds::Failure;
use crate::handlers::SELF;
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
    fields.text("reason", &request.reason, 500);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let source = store::sources::lock(tx, &request.name).await?;
        must_match(&request.etag, &source.name, source.version)?;

        let resumed = source.resume()?;

        store::sources::save(tx, &resumed).await?;
        tx.record(resumed.version, resumed.into(), &[]).await
    })
    .await
}

/// The source of this name; its first follower registers it.
pub(crate) async fn registered(app: &App, name: &str) -> Result<Source> {
    if let Some(source) = store::sources::find(&mut *app.db.read().await?, name).await? {
        return Ok(source);
    }
    let source = Source::new(name);
    let method = Act {
        method: "governance.source.register",
        actor: SELF,
        now: app.clock.now(),
    };
    act(&app.db, method, async |tx| {
        if !store::sources::add(tx, &source).await? {
            return Ok(None);
        }
        tx.record::<pb::Source>(source.version, source.clone().into(), &[])
            .await?;
        Ok(Some(()))
    })
    .await?;
    Ok(source)
}

/// Notes why a page was not taken: a failure that passes beside the source, one that stops it in the
/// journal too.
pub(crate) async fn note_failure(app: &App, name: &str, failure: Failure) -> Result<()> {
    let why = match failure {
        Failure::Passing(text) => {
            let text: String = text.chars().take(500).collect();
            return store::sources::note_error(&mut *app.db.read().await?, name, &text).await;
        }
        Failure::Stopping(why) => why,
    };
    let method = Act {
        method: "governance.source.stop",
        actor: SELF,
        now: app.clock.now(),
    };
    act(&app.db, method, async |tx| {
        let source = store::sources::lock(tx, name).await?;
        if source.is_stopped() {
            return Ok(None);
        }
        let stopped = source.stop(&why);
        store::sources::save(tx, &stopped).await?;
        tx.record::<pb::Source>(stopped.version, stopped.into(), &[])
            .await?;
        Ok(Some(()))
    })
    .await?;
    tracing::error!(
        source = name,
        reason = why.reason,
        text = why.text,
        "the follower has stopped"
    );
    Ok(())
}

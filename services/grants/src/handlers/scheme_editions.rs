//! Scheme editions: created, paused, resumed, closed.

use chrono::NaiveDate;
use platform::{Ctx, Fields, PageRequest, Result, must_match, once};
use proto::grants::v1 as pb;
use proto::{Dated, Named};

use crate::domain::{SchemeEdition, SchemeEditionName};
use crate::{App, Refusal, store};

/// Creates an edition, open.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateSchemeEditionRequest,
) -> Result<pb::SchemeEdition> {
    let mut fields = Fields::of(&request);
    let edition = SchemeEdition::parse(&mut fields, &request);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let added = store::scheme_editions::add(tx, &edition).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// Lists editions by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListSchemeEditionsRequest,
) -> Result<pb::ListSchemeEditionsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::scheme_editions::list(&mut db, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListSchemeEditionsResponse {
        scheme_editions: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}

/// OPEN → PAUSED.
pub(crate) async fn pause(
    app: App,
    ctx: Ctx,
    request: pb::PauseSchemeEditionRequest,
) -> Result<pb::SchemeEdition> {
    step(&app, &ctx, &request, SchemeEdition::pause).await
}

/// PAUSED → OPEN.
pub(crate) async fn resume(
    app: App,
    ctx: Ctx,
    request: pb::ResumeSchemeEditionRequest,
) -> Result<pb::SchemeEdition> {
    step(&app, &ctx, &request, SchemeEdition::resume).await
}

/// OPEN, PAUSED → CLOSED.
pub(crate) async fn close(
    app: App,
    ctx: Ctx,
    request: pb::CloseSchemeEditionRequest,
) -> Result<pb::SchemeEdition> {
    step(&app, &ctx, &request, SchemeEdition::close).await
}

/// What the three have in common: all but the verb.
async fn step<W>(
    app: &App,
    ctx: &Ctx,
    request: &W,
    verb: fn(SchemeEdition, NaiveDate) -> Result<SchemeEdition, Refusal>,
) -> Result<pb::SchemeEdition>
where
    W: Named + Dated<Reply = pb::SchemeEdition>,
{
    let mut fields = Fields::of(request);
    let name = fields.take("name", SchemeEditionName::parse(request.name()));
    let step = fields.effective(request, ctx.today());
    fields.check()?;

    once(&app.db, ctx, request, async |tx| {
        tx.effective(&step)?;
        let edition = store::scheme_editions::lock(tx, &name).await?;
        must_match(request.etag(), &edition.name, edition.version)?;

        let changed = verb(edition, step.on)?;

        let saved = store::scheme_editions::save(tx, &changed).await?;
        tx.record(saved.version, saved.into(), &[]).await
    })
    .await
}

//! Scheme editions: created, paused, resumed, closed.

use chrono::NaiveDate;
use platform::{Answer, Ctx, Fields, Refused, field_reason, must_match, once};
use proto::grants::v1 as pb;
use proto::{Dated, Named};

use crate::domain::{SchemeEdition, SchemeEditionName};
use crate::{App, store};

/// Creates an edition, open.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateSchemeEditionRequest,
) -> Answer<pb::SchemeEdition> {
    let mut fields = Fields::of(&request);
    let edition = SchemeEdition::parse(&mut fields, &request);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        if !edition.new_purpose && !store::scheme_editions::is_known(tx, &request.parent).await? {
            let mut fields = Fields::default();
            fields.refuse("scheme_edition.new_purpose", field_reason::FirstEdition);
            fields.check()?;
        }
        edition.must_be_studied()?;

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
) -> Answer<pb::ListSchemeEditionsResponse> {
    let editions = store::scheme_editions::list;
    platform::list(&app, &ctx, &request, Fields::default(), editions).await
}

/// OPEN → PAUSED.
pub(crate) async fn pause(
    app: App,
    ctx: Ctx,
    request: pb::PauseSchemeEditionRequest,
) -> Answer<pb::SchemeEdition> {
    step(&app, &ctx, &request, SchemeEdition::pause).await
}

/// PAUSED → OPEN.
pub(crate) async fn resume(
    app: App,
    ctx: Ctx,
    request: pb::ResumeSchemeEditionRequest,
) -> Answer<pb::SchemeEdition> {
    step(&app, &ctx, &request, SchemeEdition::resume).await
}

/// OPEN, PAUSED → CLOSED.
pub(crate) async fn close(
    app: App,
    ctx: Ctx,
    request: pb::CloseSchemeEditionRequest,
) -> Answer<pb::SchemeEdition> {
    step(&app, &ctx, &request, SchemeEdition::close).await
}

/// What the three have in common: all but the verb.
async fn step<W>(
    app: &App,
    ctx: &Ctx,
    request: &W,
    verb: fn(SchemeEdition, NaiveDate) -> Result<SchemeEdition, Refused>,
) -> Answer<pb::SchemeEdition>
where
    W: Named + Dated<Reply = pb::SchemeEdition>,
{
    let mut fields = Fields::of(request);
    let name = fields.take("name", SchemeEditionName::parse(request.name()));
    let step = fields.effective(request, ctx.today());
    fields.check()?;

    once(&app.db, ctx, request, async |tx| {
        let edition = store::scheme_editions::lock(tx, &name).await?;
        must_match(request.etag(), &edition.name, edition.version)?;

        let changed = verb(edition, step.on)?;
        tx.effective(&step)?;

        let saved = store::scheme_editions::save(tx, &changed).await?;
        tx.record(saved.version, saved.into(), &[]).await
    })
    .await
}

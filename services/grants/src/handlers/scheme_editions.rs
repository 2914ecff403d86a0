//! Scheme editions: created, paused, resumed, closed.

use chrono::{DateTime, NaiveDate};
use platform::{Ctx, DocumentRef, Fields, PageRequest, Result, must_match, once};
use proto::Dated;
use proto::grants::v1 as pb;
use sqlx::types::Json;

use crate::domain::scheme_edition::State;
use crate::domain::{SchemeEdition, SchemeEditionName};
use crate::{App, Refusal, store};

/// Creates an edition, open.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateSchemeEditionRequest,
) -> Result<pb::SchemeEdition> {
    let mut fields = Fields::of(&request);
    let given = fields.required("scheme_edition", request.scheme_edition.as_ref());
    let name = SchemeEditionName::new(&request.parent, &request.scheme_edition_id);
    let open_on = fields.date("scheme_edition.open_date", given.open_date.as_ref());
    let edition = SchemeEdition {
        name: fields.take("scheme_edition_id", name),
        version: 1,
        title: fields.text("scheme_edition.title", &given.title, 200),
        posts: Json(fields.posts("scheme_edition.posts", &given.posts, 10)),
        regulations: Json(DocumentRef::parse(
            &mut fields,
            "scheme_edition.regulations",
            given.regulations.as_ref(),
        )),
        open_on,
        state: State::Open,
        state_on: open_on,
        created_at: DateTime::default(),
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let added = store::scheme_editions::add(tx, &edition).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// Answers an edition as it is or was.
pub(crate) async fn get(
    app: App,
    ctx: Ctx,
    request: pb::GetSchemeEditionRequest,
) -> Result<pb::SchemeEdition> {
    platform::get(&app.db, &ctx, &request.name, request.read_time.as_ref()).await
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
    step(
        &app,
        &ctx,
        &request,
        &request.name,
        &request.etag,
        SchemeEdition::pause,
    )
    .await
}

/// PAUSED → OPEN.
pub(crate) async fn resume(
    app: App,
    ctx: Ctx,
    request: pb::ResumeSchemeEditionRequest,
) -> Result<pb::SchemeEdition> {
    step(
        &app,
        &ctx,
        &request,
        &request.name,
        &request.etag,
        SchemeEdition::resume,
    )
    .await
}

/// OPEN, PAUSED → CLOSED.
pub(crate) async fn close(
    app: App,
    ctx: Ctx,
    request: pb::CloseSchemeEditionRequest,
) -> Result<pb::SchemeEdition> {
    step(
        &app,
        &ctx,
        &request,
        &request.name,
        &request.etag,
        SchemeEdition::close,
    )
    .await
}

/// What the three have in common: all but the verb.
async fn step<W: Dated<Reply = pb::SchemeEdition>>(
    app: &App,
    ctx: &Ctx,
    request: &W,
    name: &str,
    etag: &str,
    verb: fn(SchemeEdition, NaiveDate) -> Result<SchemeEdition, Refusal>,
) -> Result<pb::SchemeEdition> {
    let mut fields = Fields::of(request);
    let name = fields.take("name", SchemeEditionName::parse(name));
    let step = fields.effective(request, ctx.today());
    fields.check()?;

    once(&app.db, ctx, request, async |tx| {
        tx.effective(&step)?;
        let edition = store::scheme_editions::lock(tx, &name).await?;
        must_match(etag, &edition.name, edition.version)?;

        let changed = verb(edition, step.on)?;

        let saved = store::scheme_editions::save(tx, &changed).await?;
        tx.record(saved.version, saved.into(), &[]).await
    })
    .await
}

//! Allocation lines: entered, confirmed, reversed; each step by four eyes in the line's own case.

use std::collections::BTreeSet;

use chrono::DateTime;
use platform::{
    Ctx, DocumentRef, Effective, Fact, Fields, NokSign, PageRequest, Result, Tx, must_match, once,
};
use proto::grants::v1 as pb;
use sqlx::types::Json;

use crate::domain::allocation_line::{Kind, State};
use crate::domain::{AllocationLine, AllocationLineName};
use crate::{App, store};

/// Enters a line; it counts when another person has confirmed it.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateAllocationLineRequest,
) -> Result<pb::AllocationLine> {
    let mut fields = Fields::of(&request);
    let line = parse(&mut fields, &ctx, &request);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.case(line.name.as_str()).await?;

        let added = store::allocation_lines::add(tx, &line).await?;
        record(tx, added, &[]).await
    })
    .await
}

fn parse(
    fields: &mut Fields,
    ctx: &Ctx,
    request: &pb::CreateAllocationLineRequest,
) -> AllocationLine {
    let at = |field: &str| format!("allocation_line.{field}");
    let name = AllocationLineName::new("", &request.allocation_line_id);
    let name = fields.take("allocation_line_id", name);
    let given = fields.required("allocation_line", request.allocation_line.as_ref());
    let kind = fields.take(&at("kind"), Kind::parse(given.kind()));
    let post = fields.post(&at("post"), given.post.as_ref());
    AllocationLine {
        name,
        version: 1,
        kind,
        chapter: post.chapter,
        post: post.post,
        year: fields.year(&at("year"), given.year),
        amount_ore: fields.nok(&at("amount"), given.amount.as_ref(), NokSign::NotZero),
        document: Json(DocumentRef::parse_past(
            fields,
            &at("document"),
            given.document.as_ref(),
            ctx.today(),
        )),
        state: State::Entered,
        reversal_reason: String::new(),
        created_at: DateTime::default(),
    }
}

/// ENTERED → CONFIRMED. The ministry's line always enters; Norec's own set-aside is held by the
/// frame (FR-04).
pub(crate) async fn confirm(
    app: App,
    ctx: Ctx,
    request: pb::ConfirmAllocationLineRequest,
) -> Result<pb::AllocationLine> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AllocationLineName::parse(&request.name));
    let late_reason = fields.late_reason(&request.late_reason);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.case(name.as_str()).await?;
        let line = store::allocation_lines::lock(tx, &name).await?;
        must_match(&request.etag, &line.name, line.version)?;
        let on = line.counts_from();
        tx.effective(&Effective { on, late_reason })?;

        let before = line.facts();
        let confirmed = line.confirm()?;
        must_be_held(tx, &confirmed, confirmed.amount_ore).await?;

        let saved = store::allocation_lines::save(tx, &confirmed).await?;
        record(tx, saved, &before).await
    })
    .await
}

/// ENTERED → DROPPED, CONFIRMED → REVERSAL_ENTERED.
pub(crate) async fn reverse(
    app: App,
    ctx: Ctx,
    request: pb::ReverseAllocationLineRequest,
) -> Result<pb::AllocationLine> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AllocationLineName::parse(&request.name));
    let reason = fields.text("reason", &request.reason, 500);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.case(name.as_str()).await?;
        let line = store::allocation_lines::lock(tx, &name).await?;
        must_match(&request.etag, &line.name, line.version)?;

        let before = line.facts();
        let reversed = line.reverse(reason)?;

        let saved = store::allocation_lines::save(tx, &reversed).await?;
        record(tx, saved, &before).await
    })
    .await
}

/// REVERSAL_ENTERED → REVERSED.
pub(crate) async fn confirm_reversal(
    app: App,
    ctx: Ctx,
    request: pb::ConfirmAllocationLineReversalRequest,
) -> Result<pb::AllocationLine> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AllocationLineName::parse(&request.name));
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.case(name.as_str()).await?;
        let line = store::allocation_lines::lock(tx, &name).await?;
        must_match(&request.etag, &line.name, line.version)?;

        let before = line.facts();
        let reversed = line.confirm_reversal()?;
        must_be_held(tx, &reversed, -reversed.amount_ore).await?;

        let saved = store::allocation_lines::save(tx, &reversed).await?;
        record(tx, saved, &before).await
    })
    .await
}

/// Answers a line as it is or was.
pub(crate) async fn get(
    app: App,
    ctx: Ctx,
    request: pb::GetAllocationLineRequest,
) -> Result<pb::AllocationLine> {
    platform::get(&app.db, &ctx, &request.name, request.read_time.as_ref()).await
}

/// Lists lines by name, of one budget year where one is named.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListAllocationLinesRequest,
) -> Result<pb::ListAllocationLinesResponse> {
    let mut fields = Fields::default();
    if request.year != 0 {
        fields.year("year", request.year);
    }
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows =
        store::allocation_lines::list(&mut db, request.year, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListAllocationLinesResponse {
        allocation_lines: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}

/// A set-aside is an act of Norec's own, so the frame judges it. The ministry's lines are not
/// judged.
async fn must_be_held(tx: &mut Tx, line: &AllocationLine, taken_ore: i64) -> Result<()> {
    if line.kind != Kind::SetAside {
        return Ok(());
    }
    let frames = store::frames::lock(tx, &BTreeSet::from([line.key()])).await?;
    for frame in frames.values() {
        frame.must_let_set_aside(taken_ore)?;
    }
    Ok(())
}

/// Records a line as it was saved, with what changed of its facts.
async fn record(tx: &mut Tx, saved: AllocationLine, before: &[Fact]) -> Result<pb::AllocationLine> {
    let changes = Fact::changes(before, &saved.facts());
    tx.record(saved.version, saved.into(), &changes).await
}

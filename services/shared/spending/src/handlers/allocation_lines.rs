//! Allocation lines: entered, confirmed, reversed; each step by four eyes in the line's own case.

use std::collections::BTreeSet;

use platform::{Answer, Ctx, Effective, Fact, Fields, Result, Tx, must_match, once_in};
use proto::spending::v1 as pb;

use crate::app::Spending;
use crate::domain::allocation_line::Kind;
use crate::domain::{AllocationLine, AllocationLineName};
use crate::store;

/// Enters a line; it counts when another person has confirmed it.
pub(crate) async fn create(
    app: Spending,
    ctx: Ctx,
    request: pb::CreateAllocationLineRequest,
) -> Answer<pb::AllocationLine> {
    let mut fields = Fields::of(&request);
    let line = AllocationLine::parse(&mut fields, &request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[line.name.as_str()], async |tx| {
        let added = store::allocation_lines::add(tx, &line).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// ENTERED → CONFIRMED. The ministry's line always enters; Norec's own set-aside is held by the
/// frame (FR-04).
pub(crate) async fn confirm(
    app: Spending,
    ctx: Ctx,
    request: pb::ConfirmAllocationLineRequest,
) -> Answer<pb::AllocationLine> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AllocationLineName::parse(&request.name));
    let late_reason = fields.late_reason(&request.late_reason);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let line = matching(tx, &name, &request.etag).await?;
        let on = line.counts_from();

        let before = line.facts(app.spends.counts.allocated);
        let confirmed = line.confirm()?;
        must_be_held(tx, &confirmed, confirmed.amount_ore).await?;
        tx.effective(&Effective { on, late_reason })?;

        let saved = store::allocation_lines::save(tx, &confirmed).await?;
        record(tx, &app, saved, &before).await
    })
    .await
}

/// ENTERED → DROPPED, CONFIRMED → REVERSAL_ENTERED.
pub(crate) async fn reverse(
    app: Spending,
    ctx: Ctx,
    request: pb::ReverseAllocationLineRequest,
) -> Answer<pb::AllocationLine> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AllocationLineName::parse(&request.name));
    let reason = fields.reason(&request.reason);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let line = matching(tx, &name, &request.etag).await?;

        let before = line.facts(app.spends.counts.allocated);
        let reversed = line.reverse(reason)?;

        let saved = store::allocation_lines::save(tx, &reversed).await?;
        record(tx, &app, saved, &before).await
    })
    .await
}

/// REVERSAL_ENTERED → REVERSED.
pub(crate) async fn confirm_reversal(
    app: Spending,
    ctx: Ctx,
    request: pb::ConfirmAllocationLineReversalRequest,
) -> Answer<pb::AllocationLine> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AllocationLineName::parse(&request.name));
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let line = matching(tx, &name, &request.etag).await?;

        let before = line.facts(app.spends.counts.allocated);
        let reversed = line.confirm_reversal()?;
        must_be_held(tx, &reversed, -reversed.amount_ore).await?;

        let saved = store::allocation_lines::save(tx, &reversed).await?;
        record(tx, &app, saved, &before).await
    })
    .await
}

/// Lists lines by name, of one budget year where one is named.
pub(crate) async fn list(
    app: Spending,
    ctx: Ctx,
    request: pb::ListAllocationLinesRequest,
) -> Answer<pb::ListAllocationLinesResponse> {
    let mut fields = Fields::default();
    if request.year != 0 {
        fields.year("year", request.year);
    }
    let year = request.year;
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::allocation_lines::list(db, year, after, limit).await
    })
    .await
}

/// Reads the line in its case, as the caller has seen it.
async fn matching(tx: &mut Tx, name: &AllocationLineName, etag: &str) -> Result<AllocationLine> {
    let line = store::allocation_lines::get(tx, name).await?;
    must_match(etag, name, line.version)?;
    Ok(line)
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
async fn record(
    tx: &mut Tx,
    app: &Spending,
    saved: AllocationLine,
    before: &[Fact],
) -> Result<pb::AllocationLine> {
    let changes = Fact::changes(before, &saved.facts(app.spends.counts.allocated));
    tx.record(saved.version, saved.into(), &changes).await
}

//! Frames: read only; lines, commitments and payments make them.

use chrono::NaiveDate;
use platform::{Answer, Ctx, Fields, PageRequest, Seen, date_to_wire, nok};
use proto::spending::v1 as pb;

use crate::app::Spending;
use crate::domain::{AllocationLine, FrameKey, FrameLines};
use crate::store;

/// Answers a frame: allotted as of a day, available by all that is registered now.
pub(crate) async fn get(
    app: Spending,
    ctx: Ctx,
    request: pb::GetFrameRequest,
) -> Answer<pb::Frame> {
    let mut fields = Fields::default();
    let key = FrameKey::parse(&mut fields, request.post.as_ref(), request.year);
    let as_of = fields.optional_date("as_of_date", request.as_of_date.as_ref());
    let as_of = as_of.unwrap_or(ctx.today());
    fields.check()?;

    let mut db = app.db.read().await?;
    let found = store::frames::get(&mut db, key).await?;
    Seen::computed(&app, &ctx, as_of_day(&found, as_of))
}

/// Lists the frames of a year, by chapter and post.
pub(crate) async fn list(
    app: Spending,
    ctx: Ctx,
    request: pb::ListFramesRequest,
) -> Answer<pb::ListFramesResponse> {
    let mut fields = Fields::default();
    let year = fields.year("year", request.year);
    let as_of = fields.optional_date("as_of_date", request.as_of_date.as_ref());
    let as_of = as_of.unwrap_or(ctx.today());
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let found = store::frames::of_year(&mut db, year, &page.after, page.limit).await?;
    let frames = found.iter().map(|it| as_of_day(it, as_of)).collect();
    let page = page.page(frames, |it: &pb::Frame| {
        let post = it.post.clone().unwrap_or_default();
        format!("{}.{}", post.chapter, post.post)
    });
    let listed = pb::ListFramesResponse {
        frames: page.rows,
        next_page_token: page.next_page_token,
    };
    Seen::computed(&app, &ctx, listed)
}

/// A frame with what is as of a day.
fn as_of_day(found: &FrameLines, as_of: NaiveDate) -> pb::Frame {
    let of_wire = |lines: Vec<AllocationLine>| lines.into_iter().map(Into::into).collect();
    pb::Frame {
        as_of_date: Some(date_to_wire(as_of)),
        allocated: Some(nok(found.allocated_ore(as_of))),
        lines: of_wire(found.counting(as_of)),
        waiting: of_wire(found.waiting()),
        ..found.frame.clone().into()
    }
}

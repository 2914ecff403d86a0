//! Frames: read only; lines, commitments and payments make them.

use platform::{Answer, Ctx, Fields, Seen, date_to_wire, nok};
use proto::spending::v1 as pb;

use crate::app::Spending;
use crate::domain::{AllocationLine, FrameKey};
use crate::store;

/// Answers a frame: allotted as of a day, available by all that is registered now.
pub(crate) async fn get(
    app: Spending,
    ctx: Ctx,
    request: pb::GetFrameRequest,
) -> Answer<pb::Frame> {
    let mut fields = Fields::default();
    let key = FrameKey {
        post: fields.post("post", request.post.as_ref()),
        year: fields.year("year", request.year),
    };
    let as_of = fields.optional_date("as_of_date", request.as_of_date.as_ref());
    let as_of = as_of.unwrap_or(ctx.today());
    fields.check()?;

    let mut db = app.db.read().await?;
    let found = store::frames::get(&mut db, key).await?;
    let of_wire = |lines: Vec<AllocationLine>| lines.into_iter().map(Into::into).collect();
    let frame = pb::Frame {
        as_of_date: Some(date_to_wire(as_of)),
        allocated: Some(nok(found.allocated_ore(as_of))),
        lines: of_wire(found.counting(as_of)),
        waiting: of_wire(found.waiting()),
        ..found.frame.into()
    };
    Seen::computed(&app, &ctx, frame)
}

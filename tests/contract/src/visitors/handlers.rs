//! Visitors: registered, updated, admitted, rejected; and interviews about them.

use chrono::NaiveDate;
use platform::{Answer, Ctx, Fields, Result, Tx, must_match, once_in};
use proto::google::r#type::Date;

use super::wire::check_all;
use super::{Interview, InterviewName, Visitor, VisitorName, store};
use crate::app::App;
use crate::testing::v1 as pb;

/// Registers a visitor, ACTIVE.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateVisitorRequest,
) -> Answer<pb::Visitor> {
    let mut fields = Fields::of(&request);
    let given = fields.required("visitor", request.visitor.as_ref());
    let name = VisitorName::create(&mut fields, "", "visitor_id", "");
    let visitor = Visitor::parse(&mut fields, name.clone(), &given);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let added = store::add(tx, &visitor).await?;
        store::call(tx, &name, &given.display_name).await?;
        tx.record(1, added.with(given), &[]).await
    })
    .await
}

/// ACTIVE → ACTIVE, as is known now.
pub(crate) async fn update(
    app: App,
    ctx: Ctx,
    request: pb::UpdateVisitorRequest,
) -> Answer<pb::Visitor> {
    let mut fields = Fields::of(&request);
    let given = fields.required("visitor", request.visitor.as_ref());
    let name = fields.take("visitor.name", VisitorName::parse(&given.name));
    Visitor::parse(&mut fields, name.clone(), &given);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let updated = matching(tx, &name, &request.etag).await?.update(&given)?;
        store::save(tx, &updated).await?;
        store::call(tx, &name, &given.display_name).await?;
        tx.record(updated.version, updated.with(given), &[]).await
    })
    .await
}

/// ACTIVE → ADMITTED.
pub(crate) async fn admit(
    app: App,
    ctx: Ctx,
    request: pb::AdmitVisitorRequest,
) -> Answer<pb::Visitor> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", VisitorName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let known = tx.personal::<pb::Visitor>(name.as_str()).await?;
        let born = known.and_then(|it| it.birth_date).and_then(day);
        let visitor = matching(tx, &name, &request.etag).await?;
        let admitted = visitor.admit(born, step.on)?;
        tx.effective(&step)?;
        store::save(tx, &admitted).await?;
        tx.record(admitted.version, admitted.into(), &[]).await
    })
    .await
}

/// ACTIVE, ADMITTED → REJECTED.
pub(crate) async fn reject(
    app: App,
    ctx: Ctx,
    request: pb::RejectVisitorRequest,
) -> Answer<pb::Visitor> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", VisitorName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    let why = fields.optional_text("reject_reason", &request.reject_reason, 200);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let rejected = matching(tx, &name, &request.etag).await?.reject(step.on)?;
        tx.effective(&step)?;
        store::save(tx, &rejected).await?;
        let mut after = pb::Visitor::from(rejected.clone());
        after.reject_reason = why;
        tx.record(rejected.version, after, &[]).await
    })
    .await
}

/// Lists visitors.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListVisitorsRequest,
) -> Answer<pb::ListVisitorsResponse> {
    let mut fields = Fields::default();
    let called = fields.optional_text("display_name", &request.display_name, 200);
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::list(db, &called, after, limit).await
    })
    .await
}

/// Takes an interview.
pub(crate) async fn create_interview(
    app: App,
    ctx: Ctx,
    request: pb::CreateInterviewRequest,
) -> Answer<pb::Interview> {
    let mut fields = Fields::of(&request);
    let given = fields.required("interview", request.interview.as_ref());
    let visitor = fields.take("parent", VisitorName::parse(&request.parent));
    let name = InterviewName::create(
        &mut fields,
        &request.parent,
        "interview_id",
        &request.interview_id,
    );
    let interview = Interview::parse(&mut fields, name, &given);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[visitor.as_str()], async |tx| {
        store::get(tx, &visitor).await?;
        let added = store::add_interview(tx, &interview).await?;
        tx.record(1, added.with(given.remarks), &[]).await
    })
    .await
}

/// Adds remarks to an interview.
pub(crate) async fn add_remarks(
    app: App,
    ctx: Ctx,
    request: pb::AddRemarksRequest,
) -> Answer<pb::Interview> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", InterviewName::parse(&request.name));
    check_all(&mut fields, "remarks", &request.remarks);
    fields.check()?;

    let visitor = name
        .as_str()
        .split("/interviews/")
        .next()
        .unwrap_or_default();
    once_in(&app.db, &ctx, &request, &[visitor], async |tx| {
        let interview = store::next_interview(tx, &name).await?;
        must_match(&request.etag, &name, interview.version - 1)?;
        tx.record(
            interview.version,
            interview.with(request.remarks.clone()),
            &[],
        )
        .await
    })
    .await
}

/// Reads the visitor in its case, as the caller has seen it.
async fn matching(tx: &mut Tx, name: &VisitorName, etag: &str) -> Result<Visitor> {
    let visitor = store::get(tx, name).await?;
    must_match(etag, name, visitor.version)?;
    Ok(visitor)
}

fn day(it: Date) -> Option<NaiveDate> {
    let part = |it: i32| u32::try_from(it).ok();
    NaiveDate::from_ymd_opt(it.year, part(it.month)?, part(it.day)?)
}

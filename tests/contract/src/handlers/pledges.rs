//! Pledges: drafted, awarded, closed, dropped, cancelled; and one awarded in the place of another.

use chrono::NaiveDate;
use platform::{Answer, Ctx, Effective, Error, Fields, Result, Tx, must_match, once_in, refused};
use proto::reason::Busy;

use crate::app::App;
use crate::pledge::{Pledge, PledgeName};
use crate::spends::{save, save_promise};
use crate::testing::v1 as pb;
use crate::{reason, store};

/// Prepares a pledge, DRAFT.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreatePledgeRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = PledgeName::create(&mut fields, "", "pledge_id", &request.pledge_id);
    let pledge = Pledge::parse(&mut fields, name, request.pledge.as_ref(), ctx.today());
    fields.check()?;

    let case = [pledge.name.as_str()];
    once_in(&app.db, &ctx, &request, &case, async |tx| {
        let added = store::add(tx, &pledge).await?;
        spending::save(tx, &added.parent()).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// DRAFT → DRAFT, as it is drawn up now.
pub(crate) async fn update(
    app: App,
    ctx: Ctx,
    request: pb::UpdatePledgeRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = request.pledge.as_ref().map_or("", |it| &it.name);
    let name = fields.take("pledge.name", PledgeName::parse(name));
    let given = Pledge::parse(
        &mut fields,
        name.clone(),
        request.pledge.as_ref(),
        ctx.today(),
    );
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let redrafted = matching(tx, &name, &request.etag).await?.redraft(given)?;

        save_promise(tx, redrafted, &[]).await
    })
    .await
}

/// DRAFT → DROPPED.
pub(crate) async fn drop_draft(
    app: App,
    ctx: Ctx,
    request: pb::DropPledgeRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let dropped = matching(tx, &name, &request.etag).await?.drop_draft()?;

        save(tx, dropped, &[]).await
    })
    .await
}

/// AWARDED → CANCELLED; all of it is given back.
pub(crate) async fn cancel(
    app: App,
    ctx: Ctx,
    request: pb::CancelPledgeRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let awarded = matching(tx, &name, &request.etag).await?;
        let payments = spending::payments(tx, name.as_str()).await?;
        let before = awarded.facts();

        let cancelled = awarded.cancel(&payments, step.on)?;
        tx.effective(&step)?;

        save_promise(tx, cancelled, &before).await
    })
    .await
}

/// DRAFT → AWARDED, by written authority and frames.
pub(crate) async fn award(
    app: App,
    ctx: Ctx,
    request: pb::AwardPledgeRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let draft = matching(tx, &name, &request.etag).await?;

        promise(tx, &ctx, draft, &step).await
    })
    .await
}

/// DRAFT → AWARDED with what is given back of the pledge that it replaces. Which one that is stands in
/// the draft, so it is read, both cases are entered, and it is read again.
pub(crate) async fn award_replacement(
    app: App,
    ctx: Ctx,
    request: pb::AwardReplacementRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    let replaces = store::get(&mut *app.db.read().await?, &name)
        .await?
        .replaces;
    if replaces.is_empty() {
        return Err(refused(reason::ReplacesNone { name }));
    }

    let cases = [name.as_str(), &replaces];
    once_in(&app.db, &ctx, &request, &cases, async |tx| {
        let draft = store::get(tx, &name).await?;
        if draft.replaces != replaces {
            return Err(refused(Busy));
        }
        must_match(&request.etag, &name, draft.version)?;

        close_replaced(tx, &replaces, step.on).await?;
        promise(tx, &ctx, draft, &step).await
    })
    .await
}

/// AWARDED → CLOSED; what is not paid is given back.
pub(crate) async fn close(
    app: App,
    ctx: Ctx,
    request: pb::ClosePledgeRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let awarded = matching(tx, &name, &request.etag).await?;
        let payments = spending::payments(tx, name.as_str()).await?;
        let before = awarded.facts();

        let closed = awarded.close(&payments, step.on)?;
        tx.effective(&step)?;

        save_promise(tx, closed, &before).await
    })
    .await
}

/// Reads the pledge in its case, as the caller has seen it.
pub(super) async fn matching(tx: &mut Tx, name: &PledgeName, etag: &str) -> Result<Pledge> {
    let pledge = store::get(tx, name).await?;
    must_match(etag, name, pledge.version)?;
    Ok(pledge)
}

/// DRAFT → AWARDED in its case, saved and recorded.
async fn promise(tx: &mut Tx, ctx: &Ctx, draft: Pledge, step: &Effective) -> Result<pb::Pledge> {
    let asked = &draft.commitments;
    let grounds = spending::grounds(tx, ctx, &draft.parent(), asked, step.on).await?;

    let awarded = draft.award(&grounds)?;
    tx.effective(step)?;

    save_promise(tx, awarded, &[]).await
}

/// AWARDED → CLOSED of a pledge that another replaces, whose case is entered.
async fn close_replaced(tx: &mut Tx, name: &str, on: NaiveDate) -> Result<()> {
    let name = PledgeName::parse(name).map_err(|it| Error::Bug(it.0.english()))?;
    let replaced = store::get(tx, &name).await?;
    let payments = spending::payments(tx, name.as_str()).await?;
    let before = replaced.facts();
    save_promise(tx, replaced.close(&payments, on)?, &before).await?;
    Ok(())
}

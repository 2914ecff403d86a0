//! Pledges: drafted, awarded, closed; and one awarded in the place of another.

use chrono::NaiveDate;
use platform::{Answer, Ctx, Error, Fact, Fields, Result, Tx, must_be, must_match, once, refused};
use proto::reason::Busy;

use crate::app::App;
use crate::measures::SPENT;
use crate::pledge::{Pledge, PledgeName, State};
use crate::spends::{SPENDS, save};
use crate::testing::v1 as pb;
use crate::{reason, store};

/// Prepares a pledge, DRAFT.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreatePledgeRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let pledge = Pledge::parse(&mut fields, &request);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.cases(&[pledge.name.as_str()]).await?;

        let added = store::add(tx, &pledge).await?;
        spending::save(tx, &added.parent()).await?;
        tx.record(added.version, added.into(), &[]).await
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

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        tx.cases(&[name.as_str()]).await?;
        let draft = store::get(tx, &name).await?;
        must_match(&request.etag, &name, draft.version)?;

        promise(tx, &ctx, draft, step.on).await
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

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let replaces = store::get(tx, &name).await?.replaces;
        if replaces.is_empty() {
            return Err(refused(reason::ReplacesNone { name }));
        }
        tx.cases(&[name.as_str(), &replaces]).await?;
        let draft = store::get(tx, &name).await?;
        if draft.replaces != replaces {
            return Err(refused(Busy));
        }
        must_match(&request.etag, &name, draft.version)?;

        give_back(tx, &replaces, step.on).await?;
        promise(tx, &ctx, draft, step.on).await
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

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        tx.cases(&[name.as_str()]).await?;
        let awarded = store::get(tx, &name).await?;
        must_match(&request.etag, &name, awarded.version)?;
        let payments = spending::payments(tx, name.as_str()).await?;
        let before = awarded.facts();

        let closed = awarded.close(&payments, step.on)?;

        spending::save(tx, &closed.parent()).await?;
        let facts = Fact::changes(&before, &closed.facts());
        save(tx, closed, &facts).await
    })
    .await
}

/// DRAFT → AWARDED in its case, saved and recorded.
async fn promise(tx: &mut Tx, ctx: &Ctx, draft: Pledge, on: NaiveDate) -> Result<pb::Pledge> {
    let grounds = spending::grounds(tx, ctx, &draft.parent(), on).await?;

    let awarded = draft.award(&grounds)?;

    spending::save(tx, &awarded.parent()).await?;
    let facts = awarded.facts();
    save(tx, awarded, &facts).await
}

/// AWARDED → AWARDED: gives back what is not paid of a pledge whose case is entered, and records it.
async fn give_back(tx: &mut Tx, name: &str, on: NaiveDate) -> Result<()> {
    let name = PledgeName::parse(name).map_err(Error::Bug)?;
    let pledge = store::get(tx, &name).await?;
    must_be(&name, pledge.state, &[State::Awarded])?;
    let payments = spending::payments(tx, name.as_str()).await?;
    let mut parent = pledge.parent();
    parent.commitments = parent.release(&payments, on)?;

    spending::save(tx, &parent).await?;
    let facts = Fact::changes(&pledge.facts(), &SPENT.facts(&parent, &[]));
    (SPENDS.record_parent)(tx, &parent, facts).await
}

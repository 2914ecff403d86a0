//! What changes a pledge after its award: a reservation lifted, an amendment, a correction.

use platform::{Answer, Ctx, DocumentRef, Fact, Fields, once_in};
use spending::{Amendment, FrameKey};

use crate::app::App;
use crate::handlers::pledges::matching;
use crate::measures::SPENT;
use crate::pledge::{PledgeCorrection, PledgeName};
use crate::spends::{save, save_promise};
use crate::testing::v1 as pb;

/// Lifts the reservation of one commitment.
pub(crate) async fn confirm_commitment(
    app: App,
    ctx: Ctx,
    request: pb::ConfirmPledgeCommitmentRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    let key = FrameKey::parse(&mut fields, request.post.as_ref(), request.year);
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let pledge = matching(tx, &name, &request.etag).await?;
        let (before, parent) = (pledge.facts(), pledge.parent());
        let asked = parent.commitment(&key).cloned();
        let grounds = spending::grounds(tx, &ctx, &parent, asked.as_slice(), step.on).await?;

        let confirmed = pledge.confirm(&key, &grounds)?;
        tx.effective(&step)?;

        save_promise(tx, confirmed, &before).await
    })
    .await
}

/// Enters an amendment; nothing that counts changes.
pub(crate) async fn enter(
    app: App,
    ctx: Ctx,
    request: pb::EnterAmendmentRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    let amendment = Amendment::parse(&mut fields, request.amendment.as_ref(), ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let pledge = matching(tx, &name, &request.etag).await?;
        let parent = pledge.parent();

        let entered = pledge.enter(amendment.clone())?;
        amendment.must_fit(&parent, &entered.amendments)?;

        save(tx, entered, &[]).await
    })
    .await
}

/// Drops the amendment that waits.
pub(crate) async fn drop_waiting(
    app: App,
    ctx: Ctx,
    request: pb::DropAmendmentRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let pledge = matching(tx, &name, &request.etag).await?;
        let dropped = pledge.amendments.0.clone().drop_waiting(name.as_str())?;

        save(tx, pledge.amended(dropped), &[]).await
    })
    .await
}

/// Decides the amendment that waits; a partner may join by it.
pub(crate) async fn decide(
    app: App,
    ctx: Ctx,
    request: pb::DecideAmendmentRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    let joins = (!request.partner.is_empty()).then_some(&request.partner);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let mut pledge = matching(tx, &name, &request.etag).await?;
        pledge.partners.extend(joins.cloned());
        let asked = &pledge.amendments.waiting(name.as_str())?.commitments;
        let grounds = spending::grounds(tx, &ctx, &pledge.parent(), asked, step.on).await?;
        let payments = spending::payments(tx, name.as_str()).await?;
        let before = pledge.facts();

        let decided = pledge.decide(&payments, &grounds)?;
        tx.effective(&step)?;

        save_promise(tx, decided, &before).await
    })
    .await
}

/// Both parties have signed a decided amendment.
pub(crate) async fn sign(
    app: App,
    ctx: Ctx,
    request: pb::SignAmendmentRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    let number = Amendment::number(&mut fields, request.number);
    let step = fields.effective(&request, ctx.today());
    let document = request.document.as_ref();
    let document = DocumentRef::parse_past(&mut fields, "document", document, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let pledge = matching(tx, &name, &request.etag).await?;

        let signed = pledge.sign(number, document, step.on)?;
        tx.effective(&step)?;

        save(tx, signed, &[]).await
    })
    .await
}

/// Enters a correction; nothing that counts changes.
pub(crate) async fn correct(
    app: App,
    ctx: Ctx,
    request: pb::CorrectPledgeRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    let correction = PledgeCorrection::parse(&mut fields, request.correction.as_ref());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let pledge = matching(tx, &name, &request.etag).await?;

        save(tx, pledge.enter_correction(correction)?, &[]).await
    })
    .await
}

/// Makes the correction that waits, in the payments too.
pub(crate) async fn confirm_correction(
    app: App,
    ctx: Ctx,
    request: pb::ConfirmPledgeCorrectionRequest,
) -> Answer<pb::Pledge> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", PledgeName::parse(&request.name));
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let pledge = matching(tx, &name, &request.etag).await?;
        let mut payments = spending::payments(tx, name.as_str()).await?;
        let parent_before = pledge.parent();
        let before = SPENT.facts(&parent_before, &payments);

        let corrected = pledge.confirm_correction(&payments)?;

        let parent = corrected.parent();
        spending::hold_corrected(tx, &parent_before, &parent).await?;
        spending::save(tx, &parent).await?;
        spending::correct_dimensions(tx, &parent, &mut payments).await?;
        let facts = Fact::changes(&before, &SPENT.facts(&parent, &payments));
        save(tx, corrected, &facts).await
    })
    .await
}

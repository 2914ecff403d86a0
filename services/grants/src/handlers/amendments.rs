//! What changes an agreement's promise: a reservation lifted, an amendment entered, dropped, decided, signed.
//! Every step belongs to the agreement's case.

use platform::{Answer, Ctx, DocumentRef, Fields, once_in};
use proto::grants::v1 as pb;
use spending::{Amendment, FrameKey};

use crate::domain::AgreementName;
use crate::handlers::agreements::{matching, save, save_promise};
use crate::{App, store};

/// Lifts the reservation of one commitment, by written authority and its frame.
pub(crate) async fn confirm_commitment(
    app: App,
    ctx: Ctx,
    request: pb::ConfirmCommitmentRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let key = FrameKey::parse(&mut fields, request.post.as_ref(), request.year);
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let agreement = matching(tx, &name, &request.etag).await?;
        let before = agreement.facts(&[]);
        let parent = agreement.parent();
        let asked = parent.commitment(&key).cloned();
        let grounds = spending::grounds(tx, &ctx, &parent, asked.as_slice(), step.on).await?;

        let confirmed = agreement.confirm_commitment(&key, &grounds)?;
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
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let amendment = Amendment::parse(&mut fields, request.amendment.as_ref(), ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let agreement = matching(tx, &name, &request.etag).await?;
        let edition = store::scheme_editions::judge(tx, &agreement.scheme_edition).await?;
        let parent = agreement.parent();

        let entered = agreement.enter_amendment(amendment.clone(), &edition)?;
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
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let agreement = matching(tx, &name, &request.etag).await?;

        let dropped = agreement.drop_amendment()?;

        save(tx, dropped, &[]).await
    })
    .await
}

/// Decides the amendment that waits, by written authority and frames.
pub(crate) async fn decide(
    app: App,
    ctx: Ctx,
    request: pb::DecideAmendmentRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let agreement = matching(tx, &name, &request.etag).await?;
        let asked = &agreement.amendments.waiting(name.as_str())?.commitments;
        let grounds = spending::grounds(tx, &ctx, &agreement.parent(), asked, step.on).await?;
        let payments = spending::payments(tx, name.as_str()).await?;
        let before = agreement.facts(&[]);

        let decided = agreement.decide_amendment(&payments, &grounds)?;
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
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let number = Amendment::number(&mut fields, request.number);
    let step = fields.effective(&request, ctx.today());
    let document = request.document.as_ref();
    let document = DocumentRef::parse_past(&mut fields, "document", document, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let agreement = matching(tx, &name, &request.etag).await?;

        let signed = agreement.sign_amendment(number, document, step.on)?;
        tx.effective(&step)?;

        save(tx, signed, &[]).await
    })
    .await
}

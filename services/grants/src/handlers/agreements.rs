//! Agreements: drafted, awarded, signed, closed, corrected; or dropped, or cancelled. Each is its own
//! case.

use platform::{Answer, Ctx, DocumentRef, Fact, Fields, Result, Tx, must_match, once_in};
use proto::grants::v1 as pb;

use crate::domain::{Agreement, AgreementName, Correction};
use crate::wire::agreement::state_filter;
use crate::{App, store};

/// Prepares an agreement, DRAFT.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateAgreementRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = AgreementName::create(&mut fields, "", "agreement_id", &request.agreement_id);
    let agreement = Agreement::parse(&mut fields, name, request.agreement.as_ref(), ctx.today());
    fields.check()?;

    let case = [agreement.name.as_str()];
    once_in(&app.db, &ctx, &request, &case, async |tx| {
        let edition = store::scheme_editions::judge(tx, &agreement.scheme_edition).await?;

        let drafted = agreement.clone().drafted(&edition)?;

        let added = store::agreements::add(tx, &drafted).await?;
        spending::save(tx, &added.parent()).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// DRAFT → DRAFT, as it is drawn up now.
pub(crate) async fn update(
    app: App,
    ctx: Ctx,
    request: pb::UpdateAgreementRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = request.agreement.as_ref().map_or("", |it| &it.name);
    let name = fields.take("agreement.name", AgreementName::parse(name));
    let given = Agreement::parse(
        &mut fields,
        name.clone(),
        request.agreement.as_ref(),
        ctx.today(),
    );
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let draft = matching(tx, &name, &request.etag).await?;
        let edition = store::scheme_editions::judge(tx, &given.scheme_edition).await?;

        let redrafted = draft.redraft(given, &edition)?;

        spending::save(tx, &redrafted.parent()).await?;
        save(tx, redrafted, &[]).await
    })
    .await
}

/// DRAFT → DROPPED.
pub(crate) async fn drop_draft(
    app: App,
    ctx: Ctx,
    request: pb::DropAgreementRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let reason = fields.reason(&request.reason);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let draft = matching(tx, &name, &request.etag).await?;

        let dropped = draft.drop_draft(reason)?;

        save(tx, dropped, &[]).await
    })
    .await
}

/// AWARDED → CANCELLED; all of it is released.
pub(crate) async fn cancel(
    app: App,
    ctx: Ctx,
    request: pb::CancelAwardRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    let reason = fields.reason(&request.reason);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let awarded = matching(tx, &name, &request.etag).await?;
        let payments = spending::payments(tx, name.as_str()).await?;
        let before = awarded.facts(&[]);

        let cancelled = awarded.cancel(&payments, reason, step.on)?;
        tx.effective(&step)?;

        save_promise(tx, cancelled, &before).await
    })
    .await
}

/// DRAFT → AWARDED, by edition, written authority and frames.
pub(crate) async fn award(
    app: App,
    ctx: Ctx,
    request: pb::AwardAgreementRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let draft = matching(tx, &name, &request.etag).await?;
        let edition = store::scheme_editions::judge(tx, &draft.scheme_edition).await?;
        let asked = &draft.commitments;
        let grounds = spending::grounds(tx, &ctx, &draft.parent(), asked, step.on).await?;

        let awarded = draft.award(&edition, &grounds)?;
        tx.effective(&step)?;

        save_promise(tx, awarded, &[]).await
    })
    .await
}

/// AWARDED → SIGNED.
pub(crate) async fn sign(
    app: App,
    ctx: Ctx,
    request: pb::SignAgreementRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    let document = request.document.as_ref();
    let document = DocumentRef::parse_past(&mut fields, "document", document, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let awarded = matching(tx, &name, &request.etag).await?;
        let before = awarded.facts(&[]);

        let signed = awarded.sign(document, step.on)?;
        tx.effective(&step)?;

        let facts = Fact::changes(&before, &signed.facts(&[]));
        save(tx, signed, &facts).await
    })
    .await
}

/// SIGNED → CLOSED; what is not paid is released.
pub(crate) async fn close(
    app: App,
    ctx: Ctx,
    request: pb::CloseAgreementRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let signed = matching(tx, &name, &request.etag).await?;
        let payments = spending::payments(tx, name.as_str()).await?;
        let before = signed.facts(&[]);

        let closed = signed.close(&payments, step.on)?;
        tx.effective(&step)?;

        save_promise(tx, closed, &before).await
    })
    .await
}

/// Enters a correction; nothing that counts changes.
pub(crate) async fn correct(
    app: App,
    ctx: Ctx,
    request: pb::CorrectAgreementRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    let correction = Correction::parse(&mut fields, request.correction.as_ref(), ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let agreement = matching(tx, &name, &request.etag).await?;
        let payments = spending::payments(tx, name.as_str()).await?;

        let entered = agreement.enter_correction(correction, &payments)?;

        save(tx, entered, &[]).await
    })
    .await
}

/// Makes the correction that waits: reverses and records anew what it changes, the payments' facts
/// among it.
pub(crate) async fn confirm_correction(
    app: App,
    ctx: Ctx,
    request: pb::ConfirmAgreementCorrectionRequest,
) -> Answer<pb::Agreement> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AgreementName::parse(&request.name));
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let agreement = matching(tx, &name, &request.etag).await?;
        let mut payments = spending::payments(tx, name.as_str()).await?;
        let (before, parent_before) = (agreement.facts(&payments), agreement.parent());

        let corrected = agreement.confirm_correction(&payments)?;

        let parent = corrected.parent();
        spending::hold_corrected(tx, &parent_before, &parent).await?;
        spending::save(tx, &parent).await?;
        spending::correct_dimensions(tx, &parent, &mut payments).await?;
        let facts = Fact::changes(&before, &corrected.facts(&payments));
        save(tx, corrected, &facts).await
    })
    .await
}

/// Lists agreements by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListAgreementsRequest,
) -> Answer<pb::ListAgreementsResponse> {
    let state = state_filter(request.state());
    let fields = Fields::default();
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::agreements::list(db, state, after, limit).await
    })
    .await
}

/// Reads the agreement in its case, as the caller has seen it.
pub(super) async fn matching(tx: &mut Tx, name: &AgreementName, etag: &str) -> Result<Agreement> {
    let agreement = store::agreements::get(tx, name).await?;
    must_match(etag, name, agreement.version)?;
    Ok(agreement)
}

/// Saves an agreement with what moved of its money, records it with what it newly counts for, and answers
/// it.
pub(super) async fn save_promise(
    tx: &mut Tx,
    changed: Agreement,
    before: &[Fact],
) -> Result<pb::Agreement> {
    spending::save(tx, &changed.parent()).await?;
    let facts = Fact::changes(before, &changed.facts(&[]));
    save(tx, changed, &facts).await
}

/// Saves an agreement, records it with what it newly counts for, and answers it.
pub(crate) async fn save(tx: &mut Tx, changed: Agreement, facts: &[Fact]) -> Result<pb::Agreement> {
    store::agreements::save(tx, &changed).await?;
    tx.record(changed.version, changed.into(), facts).await
}

//! Payments: requested, decided, attested, voided, paid, corrected. Every step belongs to the parent's
//! case.

use std::collections::BTreeSet;

use platform::{Answer, Ctx, Effective, Fact, Fields, Result, Tx, must_match, once};
use proto::spending::v1 as pb;

use crate::app::Spending;
use crate::domain::delegation::must_hold_authority;
use crate::domain::disbursement::{Paid, PaymentCorrection};
use crate::domain::{Disbursement, DisbursementName, parse_parent};
use crate::spends::Step;
use crate::store;

/// Requests a payment of one commitment.
pub(crate) async fn request(
    app: Spending,
    ctx: Ctx,
    request: pb::RequestDisbursementRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let step = fields.effective(&request, ctx.today());
    let asked = Disbursement::parse(&mut fields, app.spends.parents, &request, step.on);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        tx.cases(&[&asked.parent]).await?;
        let parent = (app.spends.parent)(tx, &asked.parent).await?;
        store::touched::hold(tx, &parent.touched()).await?;
        let payments = store::disbursements::of_parent(tx, &asked.parent).await?;

        parent.must_allow_request(&asked, &payments)?;
        (app.spends.guard)(tx, &parent, &asked, Step::Request).await?;

        let added = store::disbursements::add(tx, &asked).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// REQUESTED → DECIDED, ATTESTED → APPROVED, by written authority.
pub(crate) async fn decide(
    app: Spending,
    ctx: Ctx,
    request: pb::DecideDisbursementRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let name = parse(&mut fields, &app, &request.name);
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let payment = in_case(tx, &name, &request.etag).await?;
        let parent = (app.spends.parent)(tx, name.parent()).await?;
        let person = &ctx.principal.id;
        let held = store::touched::hold_with_authority(tx, &parent.touched(), person).await?;

        let decided = payment.decide(person, step.on)?;
        parent.must_be_payable()?;
        (app.spends.guard)(tx, &parent, &decided, Step::Decide).await?;
        let posts = BTreeSet::from([decided.frame_key().post]);
        must_hold_authority(
            &held,
            person,
            &posts,
            decided.amount_ore,
            step.on,
            ctx.today(),
        )?;

        save(tx, &decided, &[]).await
    })
    .await
}

/// REQUESTED → ATTESTED, DECIDED → APPROVED.
pub(crate) async fn attest(
    app: Spending,
    ctx: Ctx,
    request: pb::AttestDisbursementRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let name = parse(&mut fields, &app, &request.name);
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let payment = in_case(tx, &name, &request.etag).await?;
        let parent = (app.spends.parent)(tx, name.parent()).await?;
        store::touched::hold(tx, &parent.touched()).await?;

        let attested = payment.attest(&ctx.principal.id, step.on)?;
        parent.must_be_payable()?;
        (app.spends.guard)(tx, &parent, &attested, Step::Attest).await?;

        save(tx, &attested, &[]).await
    })
    .await
}

/// REQUESTED, DECIDED, ATTESTED, APPROVED → VOIDED.
pub(crate) async fn void(
    app: Spending,
    ctx: Ctx,
    request: pb::VoidDisbursementRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let name = parse(&mut fields, &app, &request.name);
    let step = fields.effective(&request, ctx.today());
    let reason = fields.reason(&request.reason);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let payment = in_case(tx, &name, &request.etag).await?;

        let voided = payment.void(reason, step.on)?;

        save(tx, &voided, &[]).await
    })
    .await
}

/// APPROVED → PAID, as the bank did it.
pub(crate) async fn mark_paid(
    app: Spending,
    ctx: Ctx,
    request: pb::MarkDisbursementPaidRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let name = parse(&mut fields, &app, &request.name);
    let step = Effective {
        on: fields.past_date("paid_date", request.paid_date.as_ref(), ctx.today()),
        late_reason: fields.late_reason(&request.late_reason),
    };
    let paid = Paid::parse(&mut fields, &request, step.on);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let approved = in_case(tx, &name, &request.etag).await?;
        let parent = (app.spends.parent)(tx, name.parent()).await?;

        let paid = approved.pay(paid, &parent.dimensions)?;

        save(tx, &paid, &paid.facts(app.spends.counts.disbursed)).await
    })
    .await
}

/// PAID → PAID, with another day or voucher.
pub(crate) async fn correct(
    app: Spending,
    ctx: Ctx,
    request: pb::CorrectPaymentRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let name = parse(&mut fields, &app, &request.name);
    let correction = PaymentCorrection::parse(&mut fields, &request, ctx.today());
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let payment = in_case(tx, &name, &request.etag).await?;
        let before = payment.facts(app.spends.counts.disbursed);

        let corrected = payment.correct(correction)?;

        let facts = Fact::changes(&before, &corrected.facts(app.spends.counts.disbursed));
        save(tx, &corrected, &facts).await
    })
    .await
}

/// Lists payments by name.
pub(crate) async fn list(
    app: Spending,
    ctx: Ctx,
    request: pb::ListDisbursementsRequest,
) -> Answer<pb::ListDisbursementsResponse> {
    let mut fields = Fields::default();
    let parent = request.parent.clone();
    if !parent.is_empty() {
        fields.take("parent", parse_parent(app.spends.parents, &parent));
    }
    let other_year_only = request.other_year_only;
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::disbursements::list(db, &parent, other_year_only, after, limit).await
    })
    .await
}

fn parse(fields: &mut Fields, app: &Spending, name: &str) -> DisbursementName {
    fields.take("name", DisbursementName::parse(app.spends.parents, name))
}

/// Enters the parent's case and reads the payment.
async fn in_case(tx: &mut Tx, name: &DisbursementName, etag: &str) -> Result<Disbursement> {
    tx.cases(&[name.parent()]).await?;
    let payment = store::disbursements::get(tx, name).await?;
    must_match(etag, name, payment.version)?;
    Ok(payment)
}

/// Saves a payment, records it with what it newly counts for, and answers it.
async fn save(tx: &mut Tx, changed: &Disbursement, facts: &[Fact]) -> Result<pb::Disbursement> {
    let saved = store::disbursements::save(tx, changed).await?;
    tx.record(saved.version, saved.into(), facts).await
}

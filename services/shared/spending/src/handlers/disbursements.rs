//! Payments: requested, decided, attested, voided, paid, returned, corrected. Every step belongs to the parent's
//! case.

use std::collections::BTreeSet;

use platform::{Answer, Ctx, Effective, Fact, Fields, Result, Tx, must_match, once_in};
use proto::spending::v1 as pb;

use crate::app::Spending;
use crate::domain::delegation::must_hold_authority;
use crate::domain::disbursement::{Paid, PaymentCorrection, Returned};
use crate::domain::{Disbursement, DisbursementName, Parent, parse_parent};
use crate::spends::Step;
use crate::store;
use crate::store::disbursements::Wanted;
use crate::wire::state_filter;

/// Requests a payment of one commitment.
pub(crate) async fn request(
    app: Spending,
    ctx: Ctx,
    request: pb::RequestDisbursementRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let step = fields.effective(&request, ctx.today());
    let asked = Disbursement::parse(
        &mut fields,
        app.spends.parents,
        &request,
        step.on,
        ctx.today(),
    );
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[&asked.parent], async |tx| {
        let parent = (app.spends.parent)(tx, &asked.parent).await?;
        let touched = store::touched::hold(tx, &parent.touched()).await?;
        let payments = store::disbursements::of_parent(tx, &asked.parent).await?;

        parent.must_allow_request(&asked, &payments)?;
        parent.must_not_be_frozen(&touched)?;
        (app.spends.guard)(tx, &parent, &asked, Step::Request).await?;
        tx.effective(&step)?;

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

    once_in(&app.db, &ctx, &request, &[name.parent()], async |tx| {
        let payment = matching(tx, &name, &request.etag).await?;
        let parent = (app.spends.parent)(tx, name.parent()).await?;
        let (person, names) = (&ctx.principal.id, parent.touched());
        let (touched, held) = store::touched::hold_with_authority(tx, &names, person).await?;

        let decided = payment.decide(person, step.on)?;
        parent.must_be_payable()?;
        parent.must_not_be_frozen(&touched)?;
        (app.spends.guard)(tx, &parent, &decided, Step::Decide).await?;
        let (posts, ore) = (
            BTreeSet::from([decided.frame_key().post]),
            decided.amount_ore,
        );
        must_hold_authority(&held, person, &posts, ore, step.on, ctx.today())?;
        tx.effective(&step)?;

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

    once_in(&app.db, &ctx, &request, &[name.parent()], async |tx| {
        let payment = matching(tx, &name, &request.etag).await?;
        let parent = (app.spends.parent)(tx, name.parent()).await?;
        let touched = store::touched::hold(tx, &parent.touched()).await?;

        let attested = payment.attest(&ctx.principal.id, step.on)?;
        parent.must_be_payable()?;
        parent.must_not_be_frozen(&touched)?;
        (app.spends.guard)(tx, &parent, &attested, Step::Attest).await?;
        tx.effective(&step)?;

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

    once_in(&app.db, &ctx, &request, &[name.parent()], async |tx| {
        let payment = matching(tx, &name, &request.etag).await?;

        let voided = payment.void(reason, step.on)?;
        tx.effective(&step)?;

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

    once_in(&app.db, &ctx, &request, &[name.parent()], async |tx| {
        let approved = matching(tx, &name, &request.etag).await?;
        let parent = (app.spends.parent)(tx, name.parent()).await?;
        let touched = store::touched::read(tx, &parent.touched()).await?;
        let is_frozen = parent.must_not_be_frozen(&touched).is_err();

        let paid = approved.pay(paid, &parent.dimensions, is_frozen)?;
        tx.effective(&step)?;

        save(tx, &paid, &paid.facts(app.spends.counts.disbursed)).await
    })
    .await
}

/// PAID → PAID, with a part that came back.
pub(crate) async fn give_back(
    app: Spending,
    ctx: Ctx,
    request: pb::ReturnPaymentRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let name = parse(&mut fields, &app, &request.name);
    let step = Effective {
        on: fields.past_date("return_date", request.return_date.as_ref(), ctx.today()),
        late_reason: fields.late_reason(&request.late_reason),
    };
    let part = Returned::parse(&mut fields, &request, step.on);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.parent()], async |tx| {
        let payment = matching(tx, &name, &request.etag).await?;
        let parent = (app.spends.parent)(tx, name.parent()).await?;

        payment.must_be_paid()?;
        fit(|fields| fields.take("amount", payment.may_give_back(part.ore)))?;
        let returned = payment.clone().give_back(part, &parent.dimensions)?;
        tx.effective(&step)?;

        settle(tx, &app, &parent, &payment, &returned).await
    })
    .await
}

/// PAID → PAID, with another day, voucher or sum of it, or of a part that came back.
pub(crate) async fn correct(
    app: Spending,
    ctx: Ctx,
    request: pb::CorrectPaymentRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let name = parse(&mut fields, &app, &request.name);
    let correction = PaymentCorrection::parse(&mut fields, &request, ctx.today());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.parent()], async |tx| {
        let payment = matching(tx, &name, &request.etag).await?;
        let parent = (app.spends.parent)(tx, name.parent()).await?;

        payment.must_be_paid()?;
        fit(|fields| fields.take("return_number", payment.has_part(correction.part)))?;
        fit(|fields| fields.take("amount", payment.may_be_corrected(&correction)))?;
        let corrected = payment.clone().correct(correction)?;

        settle(tx, &app, &parent, &payment, &corrected).await
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
    let wanted = Wanted {
        parent,
        state: state_filter(request.state()),
        other_year_only: request.other_year_only,
        other_sum_only: request.other_sum_only,
        above_commitment_only: request.above_commitment_only,
        frozen_only: request.frozen_only,
    };
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::disbursements::list(db, &wanted, after, limit).await
    })
    .await
}

/// Lists payments that may be paid now, by name.
pub(crate) async fn list_payable(
    app: Spending,
    ctx: Ctx,
    request: pb::ListPayableDisbursementsRequest,
) -> Answer<pb::ListPayableDisbursementsResponse> {
    let mut fields = Fields::default();
    let parent = request.parent.clone();
    if !parent.is_empty() {
        fields.take("parent", parse_parent(app.spends.parents, &parent));
    }
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::disbursements::payable(db, &parent, after, limit).await
    })
    .await
}

fn parse(fields: &mut Fields, app: &Spending, name: &str) -> DisbursementName {
    fields.take("name", DisbursementName::parse(app.spends.parents, name))
}

/// Reads the payment in its case, as the caller has seen it.
async fn matching(tx: &mut Tx, name: &DisbursementName, etag: &str) -> Result<Disbursement> {
    let payment = store::disbursements::get(tx, name).await?;
    must_match(etag, name, payment.version)?;
    Ok(payment)
}

/// Saves a payment, records it with what it newly counts for, and answers it.
async fn save(tx: &mut Tx, changed: &Disbursement, facts: &[Fact]) -> Result<pb::Disbursement> {
    let saved = store::disbursements::save(tx, changed).await?;
    tx.record(saved.version, saved.into(), facts).await
}

/// What is wrong with the request beside the payment as it is.
fn fit(check: impl FnOnce(&mut Fields)) -> Result<()> {
    let mut fields = Fields::default();
    check(&mut fields);
    Ok(fields.check()?)
}

/// Saves a payment as the bank's doings now stand, and before it what its parent gave back with them
/// where that has ended.
async fn settle(
    tx: &mut Tx,
    app: &Spending,
    parent: &Parent,
    before: &Disbursement,
    after: &Disbursement,
) -> Result<pb::Disbursement> {
    let counts = app.spends.counts;
    if parent.ended_on.is_some() {
        let mut payments = store::disbursements::of_parent(tx, &parent.name).await?;
        for it in payments.iter_mut().filter(|it| it.name == after.name) {
            it.clone_from(after);
        }
        let settled = parent.settled(&payments);
        let facts = Fact::changes(&counts.facts(parent, &[]), &counts.facts(&settled, &[]));
        if settled != *parent {
            store::commitments::save(tx, &settled).await?;
            (app.spends.record_parent)(tx, &settled, facts).await?;
        }
    }
    let (before, now) = (
        before.facts(counts.disbursed),
        after.facts(counts.disbursed),
    );
    save(tx, after, &Fact::changes(&before, &now)).await
}

//! Payments: requested, decided, attested, voided, paid, corrected. Every step belongs to the
//! agreement's case.

use std::collections::BTreeSet;

use platform::{Answer, Ctx, Effective, Fact, Fields, Result, Tx, must_match, once};
use proto::grants::v1 as pb;

use crate::domain::delegation::must_hold_authority;
use crate::domain::disbursement::{Paid, PaymentCorrection};
use crate::domain::{AgreementName, Disbursement, DisbursementName};
use crate::{App, store};

/// Requests a payment of one commitment.
pub(crate) async fn request(
    app: App,
    ctx: Ctx,
    request: pb::RequestDisbursementRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let step = fields.effective(&request, ctx.today());
    let asked = Disbursement::parse(&mut fields, &request, step.on);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        tx.cases(&[asked.agreement.as_str()]).await?;
        let agreement = store::agreements::get(tx, &asked.agreement).await?;
        let payments = store::disbursements::of_agreement(tx, &asked.agreement).await?;

        agreement.must_allow_request(&asked, &payments)?;

        let added = store::disbursements::add(tx, &asked).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// REQUESTED → DECIDED, ATTESTED → APPROVED, by written authority.
pub(crate) async fn decide(
    app: App,
    ctx: Ctx,
    request: pb::DecideDisbursementRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let case = Case::parse(&mut fields, &request.name);
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let payment = case.enter(tx, &request.etag).await?;
        let person = &ctx.principal.id;
        let delegations = store::delegations::of_person(tx, person).await?;

        let decided = payment.decide(person, step.on)?;
        let posts = BTreeSet::from([decided.frame_key().post]);
        let ore = decided.amount_ore;
        must_hold_authority(&delegations, person, &posts, ore, step.on, ctx.today())?;

        save(tx, &decided, &[]).await
    })
    .await
}

/// REQUESTED → ATTESTED, DECIDED → APPROVED.
pub(crate) async fn attest(
    app: App,
    ctx: Ctx,
    request: pb::AttestDisbursementRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let case = Case::parse(&mut fields, &request.name);
    let step = fields.effective(&request, ctx.today());
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let payment = case.enter(tx, &request.etag).await?;

        let attested = payment.attest(&ctx.principal.id, step.on)?;

        save(tx, &attested, &[]).await
    })
    .await
}

/// REQUESTED, DECIDED, ATTESTED, APPROVED → VOIDED.
pub(crate) async fn void(
    app: App,
    ctx: Ctx,
    request: pb::VoidDisbursementRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let case = Case::parse(&mut fields, &request.name);
    let step = fields.effective(&request, ctx.today());
    let reason = fields.reason(&request.reason);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let payment = case.enter(tx, &request.etag).await?;

        let voided = payment.void(reason, step.on)?;

        save(tx, &voided, &[]).await
    })
    .await
}

/// APPROVED → PAID, as the bank did it.
pub(crate) async fn mark_paid(
    app: App,
    ctx: Ctx,
    request: pb::MarkDisbursementPaidRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let case = Case::parse(&mut fields, &request.name);
    let step = Effective {
        on: fields.past_date("paid_date", request.paid_date.as_ref(), ctx.today()),
        late_reason: fields.late_reason(&request.late_reason),
    };
    let paid = Paid::parse(&mut fields, &request, step.on);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let approved = case.enter(tx, &request.etag).await?;
        let agreement = store::agreements::get(tx, &case.agreement).await?;

        let paid = approved.pay(paid)?;

        save(tx, &paid, &paid.facts(&agreement.dimensions())).await
    })
    .await
}

/// PAID → PAID, with another day or voucher.
pub(crate) async fn correct(
    app: App,
    ctx: Ctx,
    request: pb::CorrectPaymentRequest,
) -> Answer<pb::Disbursement> {
    let mut fields = Fields::of(&request);
    let case = Case::parse(&mut fields, &request.name);
    let correction = PaymentCorrection::parse(&mut fields, &request, ctx.today());
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let payment = case.enter(tx, &request.etag).await?;
        let agreement = store::agreements::get(tx, &case.agreement).await?;
        let before = payment.facts(&agreement.dimensions());

        let corrected = payment.correct(correction)?;

        let facts = Fact::changes(&before, &corrected.facts(&agreement.dimensions()));
        save(tx, &corrected, &facts).await
    })
    .await
}

/// Lists payments by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListDisbursementsRequest,
) -> Answer<pb::ListDisbursementsResponse> {
    let mut fields = Fields::default();
    let agreement = (!request.parent.is_empty())
        .then(|| fields.take("parent", AgreementName::parse(&request.parent)));
    let agreement = agreement.as_ref();
    let other_year_only = request.other_year_only;
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::disbursements::list(db, agreement, other_year_only, after, limit).await
    })
    .await
}

/// A payment and the agreement that is its case.
struct Case {
    name: DisbursementName,
    agreement: AgreementName,
}

impl Case {
    fn parse(fields: &mut Fields, name: &str) -> Self {
        let name = fields.take("name", DisbursementName::parse(name));
        Self {
            agreement: name.agreement(),
            name,
        }
    }

    /// Enters the agreement's case and reads the payment.
    async fn enter(&self, tx: &mut Tx, etag: &str) -> Result<Disbursement> {
        tx.cases(&[self.agreement.as_str()]).await?;
        let payment = store::disbursements::get(tx, &self.name).await?;
        must_match(etag, &self.name, payment.version)?;
        Ok(payment)
    }
}

/// Saves a payment, records it with what it newly counts for, and answers it.
async fn save(tx: &mut Tx, changed: &Disbursement, facts: &[Fact]) -> Result<pb::Disbursement> {
    let saved = store::disbursements::save(tx, changed).await?;
    tx.record(saved.version, saved.into(), facts).await
}

//! Payments: who requests, decides, attests and pays them.

use proto::access::v1::Role;
use proto::grants::v1 as pb;
use testkit::{Actor, Kit, date, id, kroner, post};

use super::{LATE, head, officer};

/// The attester.
pub(crate) fn attester(kit: &Kit) -> Actor {
    kit.person("tor", &[Role::Attester])
}

/// The accounting and payment system.
pub(crate) fn finance(kit: &Kit) -> Actor {
    kit.machine(&[Role::FinanceSystem])
}

/// A payment of 144.70 to request.
pub(crate) fn new_payment(
    agreement: &str,
    id_of_payment: &str,
    (year, amount): (i32, i64),
    day: &str,
) -> pb::RequestDisbursementRequest {
    pb::RequestDisbursementRequest {
        parent: agreement.into(),
        disbursement_id: id_of_payment.into(),
        disbursement: Some(pb::Disbursement {
            post: Some(post("144.70")),
            year,
            amount: kroner(amount),
            purpose: "Første rate".into(),
            ..Default::default()
        }),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        validate_only: false,
    }
}

/// The decision of a payment.
pub(crate) fn decide(name: &str, day: &str) -> pb::DecideDisbursementRequest {
    pb::DecideDisbursementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The attestation of a payment.
pub(crate) fn attest(name: &str, day: &str) -> pb::AttestDisbursementRequest {
    pb::AttestDisbursementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The voiding of a payment.
pub(crate) fn void(name: &str, day: &str) -> pb::VoidDisbursementRequest {
    pb::VoidDisbursementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        reason: "Feil mottaker".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// What the bank did.
pub(crate) fn paid(name: &str, day: &str, voucher: &str) -> pb::MarkDisbursementPaidRequest {
    pb::MarkDisbursementPaidRequest {
        name: name.into(),
        paid_date: date(day),
        late_reason: LATE.into(),
        voucher: voucher.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A correction of the day that the bank paid on.
pub(crate) fn correct_day(name: &str, day: &str) -> pb::CorrectPaymentRequest {
    pb::CorrectPaymentRequest {
        name: name.into(),
        paid_date: date(day),
        reason: "Feil dato i filen fra banken".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A payment that the case officer requested.
pub(crate) async fn requested(
    kit: &Kit,
    agreement: &str,
    id_of_payment: &str,
    of: (i32, i64),
    day: &str,
) -> String {
    let request = new_payment(agreement, id_of_payment, of, day);
    officer(kit).must(request).await.name
}

/// The same, decided and attested on the same day.
pub(crate) async fn approved(
    kit: &Kit,
    agreement: &str,
    id_of_payment: &str,
    of: (i32, i64),
    day: &str,
) -> String {
    let name = requested(kit, agreement, id_of_payment, of, day).await;
    head(kit).must(decide(&name, day)).await;
    attester(kit).must(attest(&name, day)).await;
    name
}

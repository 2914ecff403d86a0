//! Who works with money, and their usual requests: lines, delegations, payments.

use proto::access::v1::Role;
use proto::feed::v1::Fact;
use proto::google::r#type::Money;
use proto::spending::v1 as pb;
use proto::spending::v1::allocation_line;

use crate::{Actor, Kit, date, id, kroner, letter, post};

/// Why what these stories register is late, where it is.
pub const LATE: &str = "Registrert ved innføringen";

/// The section head who owns the scheme.
pub fn head(kit: &Kit) -> Actor {
    kit.person("solveig", &[Role::SectionHead])
}

/// The controller who enters lines.
pub fn controller(kit: &Kit) -> Actor {
    kit.person("kari", &[Role::Controller])
}

/// The registrar who registers what the ministry sent.
pub fn registrar(kit: &Kit) -> Actor {
    kit.person("reidun", &[Role::Registrar])
}

/// The director.
pub fn director(kit: &Kit) -> Actor {
    kit.person("dag", &[Role::Director])
}

/// A line of the ministry's on a post of 2025, by a letter of a day.
pub fn new_line(
    id_of_line: &str,
    of_post: &str,
    amount: i64,
    day: &str,
) -> pb::CreateAllocationLineRequest {
    pb::CreateAllocationLineRequest {
        allocation_line_id: id_of_line.into(),
        allocation_line: Some(pb::AllocationLine {
            kind: allocation_line::Kind::Allocated.into(),
            post: Some(post(of_post)),
            year: 2025,
            amount: kroner(amount),
            document: letter(day),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

/// What Norec sets aside on a post of 2025.
pub fn new_set_aside(
    id_of_line: &str,
    of_post: &str,
    amount: i64,
    day: &str,
) -> pb::CreateAllocationLineRequest {
    let mut request = new_line(id_of_line, of_post, amount, day);
    let line = request.allocation_line.as_mut().unwrap();
    line.kind = allocation_line::Kind::SetAside.into();
    request
}

/// The confirmation of a line.
pub fn confirm(name: &str) -> pb::ConfirmAllocationLineRequest {
    pb::ConfirmAllocationLineRequest {
        name: name.into(),
        late_reason: "Brevet kom i posten".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The reversal of a line.
pub fn reverse(name: &str) -> pb::ReverseAllocationLineRequest {
    pb::ReverseAllocationLineRequest {
        name: name.into(),
        reason: "Ført på feil post".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The confirmation of a line's reversal.
pub fn confirm_reversal(name: &str) -> pb::ConfirmAllocationLineReversalRequest {
    pb::ConfirmAllocationLineReversalRequest {
        name: name.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A line that the controller enters and the section head confirms.
pub async fn allot(kit: &Kit, request: pb::CreateAllocationLineRequest) -> pb::AllocationLine {
    let entered = controller(kit).must(request).await;
    head(kit).must(confirm(&entered.name)).await
}

/// The frame of a post in 2025.
pub fn frame(of_post: &str, as_of: Option<&str>) -> pb::GetFrameRequest {
    pb::GetFrameRequest {
        post: Some(post(of_post)),
        year: 2025,
        as_of_date: as_of.and_then(date),
    }
}

/// A delegation on 144.70 from a day, up to so many kroner.
pub fn new_delegation(person: &str, limit: i64, start: &str) -> pb::CreateDelegationRequest {
    pb::CreateDelegationRequest {
        delegation_id: String::new(),
        delegation: Some(pb::Delegation {
            person: format!("persons/{person}"),
            posts: vec![post("144.70")],
            limit: kroner(limit),
            start_date: date(start),
            document: letter("2024-12-15"),
            ..Default::default()
        }),
        late_reason: LATE.into(),
        request_id: id(),
        validate_only: false,
    }
}

/// The director's own authority, as the ministry gave it from 1 January 2025.
pub async fn directors_own(kit: &Kit, limit: i64) -> pb::Delegation {
    let request = new_delegation("dag", limit, "2025-01-01");
    registrar(kit).must(request).await
}

/// A line of 2025 on 144.70, and the director's and the section head's authority for all of 2025.
pub async fn may_spend(kit: &Kit, line: i64) {
    allot(kit, new_line("2025-1", "144.70", line, "2025-01-10")).await;
    directors_own(kit, 1_000_000_000).await;
    let given = new_delegation("solveig", 1_000_000_000, "2025-01-01");
    director(kit).must(given).await;
}

/// What may still be committed of 144.70 in a year, in kroner.
pub async fn available(kit: &Kit, year: i32) -> i64 {
    let mut request = frame("144.70", None);
    request.year = year;
    head(kit).must(request).await.available.unwrap().units
}

/// The attester.
pub fn attester(kit: &Kit) -> Actor {
    kit.person("tor", &[Role::Attester])
}

/// The accounting and payment system.
pub fn finance(kit: &Kit) -> Actor {
    kit.machine(&[Role::FinanceSystem])
}

/// A payment of 144.70 to request.
pub fn new_payment(
    parent: &str,
    id_of_payment: &str,
    (year, amount): (i32, i64),
    day: &str,
) -> pb::RequestDisbursementRequest {
    pb::RequestDisbursementRequest {
        parent: parent.into(),
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

/// A payment that this officer requested.
pub async fn requested(
    officer: &Actor,
    parent: &str,
    id_of_payment: &str,
    of: (i32, i64),
    day: &str,
) -> String {
    let request = new_payment(parent, id_of_payment, of, day);
    officer.must(request).await.name
}

/// Decides and attests a payment on a day.
pub async fn approve(kit: &Kit, payment: &str, day: &str) {
    head(kit).must(decide(payment, day)).await;
    attester(kit).must(attest(payment, day)).await;
}

/// The decision of a payment.
pub fn decide(name: &str, day: &str) -> pb::DecideDisbursementRequest {
    pb::DecideDisbursementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The attestation of a payment.
pub fn attest(name: &str, day: &str) -> pb::AttestDisbursementRequest {
    pb::AttestDisbursementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The voiding of a payment.
pub fn void(name: &str, day: &str) -> pb::VoidDisbursementRequest {
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
pub fn paid(name: &str, day: &str, voucher: &str) -> pb::MarkDisbursementPaidRequest {
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
pub fn correct_day(name: &str, day: &str) -> pb::CorrectPaymentRequest {
    pb::CorrectPaymentRequest {
        name: name.into(),
        paid_date: date(day),
        reason: "Feil dato i filen fra banken".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// What came back of a payment, in kroner.
pub fn returned(name: &str, day: &str, amount: i64) -> pb::ReturnPaymentRequest {
    pb::ReturnPaymentRequest {
        name: name.into(),
        return_date: date(day),
        late_reason: LATE.into(),
        amount: kroner(amount),
        voucher: "B-90".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A correction of the sum that the bank debited, in kroner.
pub fn correct_sum(name: &str, amount: i64) -> pb::CorrectPaymentRequest {
    pb::CorrectPaymentRequest {
        name: name.into(),
        amount: kroner(amount),
        other_sum_reason: "Gebyr hos korrespondentbanken".into(),
        reason: "Feil beløp i filen fra banken".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// An amendment of these commitments, to enter.
pub fn amendment(commitments: Vec<pb::Commitment>) -> pb::Amendment {
    pb::Amendment {
        commitments,
        reason: "Flere deltakere enn planlagt".into(),
        ..Default::default()
    }
}

/// A stop of payments to a name.
pub fn new_freeze(id_of_freeze: &str, target: &str, day: &str) -> pb::CreateFreezeRequest {
    pb::CreateFreezeRequest {
        freeze_id: id_of_freeze.into(),
        freeze: Some(pb::Freeze {
            target: target.into(),
            ground: "Mistanke om økonomiske misligheter".into(),
            document: letter(day),
            case: "irregularityCases/2025-1".into(),
            ..Default::default()
        }),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        validate_only: false,
    }
}

/// A request to lift a freeze for one parent, or with an empty text the whole.
pub fn lift(name: &str, parent: &str) -> pb::RequestLiftRequest {
    pb::RequestLiftRequest {
        name: name.into(),
        lift: Some(pb::Lift {
            parent: parent.into(),
            reason: "Saken er avklart".into(),
        }),
        request_id: id(),
        ..Default::default()
    }
}

/// The confirmation of the lift that waits in a freeze as it was read.
pub fn confirm_lift(lifting: &pb::Freeze, day: &str) -> pb::ConfirmLiftRequest {
    pb::ConfirmLiftRequest {
        name: lifting.name.clone(),
        etag: lifting.etag.clone(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A sum of US dollars with the rate that makes it NOK, in NOK × 10⁻⁴.
pub fn dollars(units: i64, rate: i64) -> pb::ForeignAmount {
    pb::ForeignAmount {
        amount: Some(Money {
            currency_code: "USD".into(),
            units,
            nanos: 0,
        }),
        rate,
        per: 1,
        rate_date: date("2025-02-03"),
        rate_document: letter("2025-02-03"),
    }
}

/// Facts of a measure as day, value in the measure's unit, such as øre, and one dimension.
pub fn told(facts: &[Fact], measure: &str, key: &str) -> Vec<(String, i64, String)> {
    let of_measure = facts.iter().filter(|it| it.measure == measure);
    of_measure
        .map(|it| {
            let on = it.effective_date.unwrap();
            let dimension = it.dimensions.iter().find(|it| it.key == key).unwrap();
            let on = format!("{}-{:02}-{:02}", on.year, on.month, on.day);
            (on, it.value, dimension.value.clone())
        })
        .collect()
}

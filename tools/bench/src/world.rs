//! The usual requests, of 2025: an edition, a line, written authority, agreements and payments.

use anyhow::Result;
use platform::Kind;
use proto::access::v1::Role;
use proto::common::v1::{DocumentRef, Post, document_ref};
use proto::google::r#type::{Date, Money};
use proto::grants::v1 as pb;
use proto::spending::v1 as spending;
use proto::spending::v1::allocation_line;

use crate::process::Program;
use crate::suite::Suite;

const LATE: &str = "Registrert ved innføringen";

/// A request's own identity.
pub(crate) fn id() -> String {
    #[expect(clippy::disallowed_methods, reason = "a request's id, not a name")]
    let id = uuid::Uuid::now_v7();
    id.to_string()
}

fn date(month: i32, day: i32) -> Option<Date> {
    Some(Date {
        year: 2025,
        month,
        day,
    })
}

fn kroner(units: i64) -> Option<Money> {
    let currency_code = "NOK".into();
    Some(Money {
        currency_code,
        units,
        nanos: 0,
    })
}

fn post() -> Post {
    Post {
        chapter: "144".into(),
        post: "70".into(),
    }
}

fn letter(on: Option<Date>) -> Option<DocumentRef> {
    Some(DocumentRef {
        archive_case: "2025/7".into(),
        journal_entry: 1,
        direction: document_ref::Direction::Incoming.into(),
        date: on,
        title: "Brev".into(),
        ..Default::default()
    })
}

/// So many signed agreements, `agreements/b-1` and on, with all that they need.
pub(crate) async fn sign_agreements(suite: &Suite, grants: &Program, count: usize) -> Result<()> {
    let at = grants.channel()?;
    let caller = |id: &str, role| suite.caller(&at, Kind::Person, id, role);
    let (officer, head) = (
        caller("ada", Role::CaseOfficer)?,
        caller("solveig", Role::SectionHead)?,
    );
    head.must(edition()).await?;
    let line = caller("kari", Role::Controller)?.must(line()).await?.name;
    let confirm = spending::ConfirmAllocationLineRequest {
        name: line,
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    };
    head.must(confirm).await?;
    caller("reidun", Role::Registrar)?
        .must(delegation("dag"))
        .await?;
    caller("dag", Role::Director)?
        .must(delegation("solveig"))
        .await?;
    for number in 1..=count {
        let name = officer
            .must(new_agreement(&format!("b-{number}")))
            .await?
            .name;
        head.must(award(&name)).await?;
        head.must(sign(&name)).await?;
    }
    Ok(())
}

fn edition() -> pb::CreateSchemeEditionRequest {
    pb::CreateSchemeEditionRequest {
        parent: "schemes/utveksling".into(),
        scheme_edition_id: "2025".into(),
        scheme_edition: Some(pb::SchemeEdition {
            title: "Utveksling".into(),
            posts: vec![post()],
            regulations: letter(date(1, 1)),
            open_date: date(1, 1),
            main_task: 1,
            new_purpose: true,
            six_answers: letter(date(1, 1)),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

fn line() -> spending::CreateAllocationLineRequest {
    spending::CreateAllocationLineRequest {
        allocation_line_id: "2025-1".into(),
        allocation_line: Some(spending::AllocationLine {
            kind: allocation_line::Kind::Allocated.into(),
            post: Some(post()),
            year: 2025,
            amount: kroner(50_000_000_000),
            document: letter(date(1, 10)),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

fn delegation(to: &str) -> spending::CreateDelegationRequest {
    spending::CreateDelegationRequest {
        delegation_id: String::new(),
        delegation: Some(spending::Delegation {
            person: format!("persons/{to}"),
            posts: vec![post()],
            limit: kroner(1_000_000_000),
            start_date: date(1, 1),
            document: letter(date(1, 1)),
            ..Default::default()
        }),
        late_reason: LATE.into(),
        request_id: id(),
        validate_only: false,
    }
}

/// A draft that promises a million; without an id the service names it.
pub(crate) fn new_agreement(id_of_agreement: &str) -> pb::CreateAgreementRequest {
    pb::CreateAgreementRequest {
        agreement_id: id_of_agreement.into(),
        agreement: Some(pb::Agreement {
            title: "Lærere i Malawi og Norge".into(),
            recipient: Some(pb::Recipient {
                display_name: "Foreningen for utveksling".into(),
                organisation_number: "981965132".into(),
                country: "MW".into(),
                sector: "43081".into(),
                r#type: "870".into(),
            }),
            scheme_edition: "schemes/utveksling/editions/2025".into(),
            commitments: vec![spending::Commitment {
                post: Some(post()),
                year: 2025,
                amount: kroner(1_000_000),
                ..Default::default()
            }],
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

fn award(name: &str) -> pb::AwardAgreementRequest {
    pb::AwardAgreementRequest {
        name: name.into(),
        effective_date: date(2, 3),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

fn sign(name: &str) -> pb::SignAgreementRequest {
    pb::SignAgreementRequest {
        name: name.into(),
        effective_date: date(2, 10),
        late_reason: LATE.into(),
        document: letter(date(2, 10)),
        request_id: id(),
        ..Default::default()
    }
}

/// A payment of ten kroner.
pub(crate) fn new_payment(agreement: &str) -> spending::RequestDisbursementRequest {
    spending::RequestDisbursementRequest {
        parent: agreement.into(),
        disbursement_id: String::new(),
        disbursement: Some(spending::Disbursement {
            post: Some(post()),
            year: 2025,
            amount: kroner(10),
            purpose: "Første rate".into(),
            ..Default::default()
        }),
        effective_date: date(2, 12),
        late_reason: LATE.into(),
        request_id: id(),
        validate_only: false,
    }
}

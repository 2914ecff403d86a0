//! Grants' agreements, and what an award of one needs: an edition, a line, written authority.

use proto::access::v1::Role;
use proto::grants::v1 as pb;
use proto::spending::v1::Commitment;

use crate::spending::{self, LATE, head, may_spend};
use crate::{Actor, Kit, date, id, kroner, letter, post};

/// An open edition of the exchange scheme on 144.70, from 1 January 2025.
pub async fn edition(kit: &Kit) -> pb::SchemeEdition {
    head(kit).must(new_edition("2025")).await
}

/// A request for such an edition.
pub fn new_edition(id_of_edition: &str) -> pb::CreateSchemeEditionRequest {
    pb::CreateSchemeEditionRequest {
        parent: "schemes/utveksling".into(),
        scheme_edition_id: id_of_edition.into(),
        scheme_edition: Some(pb::SchemeEdition {
            title: "Utveksling".into(),
            posts: vec![post("144.70")],
            regulations: letter("2024-12-20"),
            open_date: date("2025-01-01"),
            main_task: 1,
            new_purpose: true,
            six_answers: letter("2024-12-01"),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

/// The case officer who prepares.
pub fn officer(kit: &Kit) -> Actor {
    kit.person("ada", &[Role::CaseOfficer])
}

/// An open edition, a line of 2025, and the section head's authority for all of 2025.
pub async fn may_award(kit: &Kit, line: i64) {
    edition(kit).await;
    may_spend(kit, line).await;
}

/// A draft on 144.70 that promises so many kroner of each year.
pub fn new_agreement(id_of_agreement: &str, of: &[(i32, i64)]) -> pb::CreateAgreementRequest {
    let commitments = of.iter().map(|(year, amount)| Commitment {
        post: Some(post("144.70")),
        year: *year,
        amount: kroner(*amount),
        ..Default::default()
    });
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
            commitments: commitments.collect(),
            ..Default::default()
        }),
        request_id: id(),
        validate_only: false,
    }
}

/// The award of an agreement.
pub fn award(name: &str, day: &str) -> pb::AwardAgreementRequest {
    pb::AwardAgreementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// What a draft shall say instead.
pub fn update(name: &str, to: pb::Agreement) -> pb::UpdateAgreementRequest {
    pb::UpdateAgreementRequest {
        agreement: Some(pb::Agreement {
            name: name.into(),
            ..to
        }),
        request_id: id(),
        ..Default::default()
    }
}

/// The dropping of a draft.
pub fn drop_draft(name: &str) -> pb::DropAgreementRequest {
    pb::DropAgreementRequest {
        name: name.into(),
        reason: "Søknaden er trukket".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The cancelling of an award.
pub fn cancel(name: &str, day: &str) -> pb::CancelAwardRequest {
    pb::CancelAwardRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        reason: "Mottakeren takket nei".into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The lifting of a reservation on 144.70.
pub fn confirm_commitment(name: &str, year: i32, day: &str) -> pb::ConfirmCommitmentRequest {
    pb::ConfirmCommitmentRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        post: Some(post("144.70")),
        year,
        request_id: id(),
        ..Default::default()
    }
}

/// An amendment to enter.
pub fn enter_amendment(name: &str, to: Vec<Commitment>) -> pb::EnterAmendmentRequest {
    pb::EnterAmendmentRequest {
        name: name.into(),
        amendment: Some(spending::amendment(to)),
        request_id: id(),
        ..Default::default()
    }
}

/// The dropping of the amendment that waits.
pub fn drop_amendment(name: &str) -> pb::DropAmendmentRequest {
    pb::DropAmendmentRequest {
        name: name.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The decision of the amendment that waits.
pub fn decide_amendment(name: &str, day: &str) -> pb::DecideAmendmentRequest {
    pb::DecideAmendmentRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The signature of a decided amendment.
pub fn sign_amendment(name: &str, number: i32, day: &str) -> pb::SignAmendmentRequest {
    pb::SignAmendmentRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        document: letter(day),
        number,
        request_id: id(),
        ..Default::default()
    }
}

/// The signature of an agreement.
pub fn sign(name: &str, day: &str) -> pb::SignAgreementRequest {
    pb::SignAgreementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        document: letter(day),
        request_id: id(),
        ..Default::default()
    }
}

/// The closing of an agreement.
pub fn close(name: &str, day: &str) -> pb::CloseAgreementRequest {
    pb::CloseAgreementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A correction to enter.
pub fn correct(name: &str, to: pb::Correction) -> pb::CorrectAgreementRequest {
    pb::CorrectAgreementRequest {
        name: name.into(),
        correction: Some(pb::Correction {
            reason: "Skrivefeil i søknaden".into(),
            ..to
        }),
        request_id: id(),
        ..Default::default()
    }
}

/// The confirmation of the correction that waits.
pub fn confirm_correction(name: &str) -> pb::ConfirmAgreementCorrectionRequest {
    pb::ConfirmAgreementCorrectionRequest {
        name: name.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A draft that the case officer made.
pub async fn drafted(kit: &Kit, id_of_agreement: &str, of: &[(i32, i64)]) -> String {
    let request = new_agreement(id_of_agreement, of);
    officer(kit).must(request).await.name
}

/// An agreement that the section head awarded on 3 February 2025.
pub async fn awarded(kit: &Kit, id_of_agreement: &str, of: &[(i32, i64)]) -> String {
    let name = drafted(kit, id_of_agreement, of).await;
    head(kit).must(award(&name, "2025-02-03")).await;
    name
}

/// The same, signed on 10 February 2025.
pub async fn signed(kit: &Kit, id_of_agreement: &str, of: &[(i32, i64)]) -> String {
    let name = awarded(kit, id_of_agreement, of).await;
    head(kit).must(sign(&name, "2025-02-10")).await;
    name
}

/// A payment that the case officer requested.
pub async fn requested(
    kit: &Kit,
    agreement: &str,
    id_of_payment: &str,
    of: (i32, i64),
    day: &str,
) -> String {
    spending::requested(&officer(kit), agreement, id_of_payment, of, day).await
}

/// The same, decided and attested on the same day.
pub async fn approved(
    kit: &Kit,
    agreement: &str,
    id_of_payment: &str,
    of: (i32, i64),
    day: &str,
) -> String {
    let name = requested(kit, agreement, id_of_payment, of, day).await;
    spending::approve(kit, &name, day).await;
    name
}

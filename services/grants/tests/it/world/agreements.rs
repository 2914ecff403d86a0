//! Agreements and what an award needs: an edition, a line, written authority.

use chrono::{DateTime, Utc};
use host::NoKnobs;
use platform::Clock;
use proto::Call;
use proto::access::v1::Role;
use proto::feed::v1 as feed;
use proto::grants::v1 as pb;
use testkit::{Actor, Database, Kit, Refusal, date, id, kroner, letter, post};

use super::{allot, director, directors_own, edition, head, new_delegation, new_line};

/// Why what these stories register is late, where it is.
pub(crate) const LATE: &str = "Registrert ved innføringen";

/// The same database served on another day.
pub(crate) async fn later(kit: &Kit, day: &str) -> Kit {
    let now: DateTime<Utc> = format!("{day}T11:00:00Z").parse().unwrap();
    let (clock, database) = (Clock::Fixed(now), kit.database.clone());
    testkit::serve_from(&grants::SERVICE, NoKnobs {}, clock, database).await
}

/// A service on a day at noon that waits for a lock as long as the test holds it.
pub(crate) async fn patient_on(day: &str) -> Kit {
    let service = &grants::SERVICE;
    let database = Database::of(service.nouns).await;
    let now: DateTime<Utc> = format!("{day}T11:00:00Z").parse().unwrap();
    testkit::serve_from(service, NoKnobs {}, Clock::Fixed(now), database.patient()).await
}

/// The case officer who prepares.
pub(crate) fn officer(kit: &Kit) -> Actor {
    kit.person("ada", &[Role::CaseOfficer])
}

/// Waits out what asks to be sent again, with the same request_id.
pub(crate) async fn settled<R: Call + Clone>(
    actor: Actor,
    request: R,
) -> Result<R::Reply, Refusal> {
    loop {
        match actor.call(request.clone()).await {
            Err(refusal) if ["BUSY", "OVERLOADED"].contains(&refusal.reason.as_str()) => (),
            answered => return answered,
        }
    }
}

/// An open edition, a line of 2025, and the section head's authority for all of 2025.
pub(crate) async fn may_award(kit: &Kit, line: i64) {
    edition(kit).await;
    allot(kit, new_line("2025-1", "144.70", line, "2025-01-10")).await;
    directors_own(kit, 1_000_000_000).await;
    let given = new_delegation("solveig", 1_000_000_000, "2025-01-01");
    director(kit).must(given).await;
}

/// A draft on 144.70 that promises so many kroner of each year.
pub(crate) fn new_agreement(
    id_of_agreement: &str,
    of: &[(i32, i64)],
) -> pb::CreateAgreementRequest {
    let commitments = of.iter().map(|(year, amount)| pb::Commitment {
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
pub(crate) fn award(name: &str, day: &str) -> pb::AwardAgreementRequest {
    pb::AwardAgreementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// The signature of an agreement.
pub(crate) fn sign(name: &str, day: &str) -> pb::SignAgreementRequest {
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
pub(crate) fn close(name: &str, day: &str) -> pb::CloseAgreementRequest {
    pb::CloseAgreementRequest {
        name: name.into(),
        effective_date: date(day),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A correction to enter.
pub(crate) fn correct(name: &str, to: pb::Correction) -> pb::CorrectAgreementRequest {
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
pub(crate) fn confirm_correction(name: &str) -> pb::ConfirmAgreementCorrectionRequest {
    pb::ConfirmAgreementCorrectionRequest {
        name: name.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A draft that the case officer made.
pub(crate) async fn drafted(kit: &Kit, id_of_agreement: &str, of: &[(i32, i64)]) -> String {
    let request = new_agreement(id_of_agreement, of);
    officer(kit).must(request).await.name
}

/// An agreement that the section head awarded on 3 February 2025.
pub(crate) async fn awarded(kit: &Kit, id_of_agreement: &str, of: &[(i32, i64)]) -> String {
    let name = drafted(kit, id_of_agreement, of).await;
    head(kit).must(award(&name, "2025-02-03")).await;
    name
}

/// The same, signed on 10 February 2025.
pub(crate) async fn signed(kit: &Kit, id_of_agreement: &str, of: &[(i32, i64)]) -> String {
    let name = awarded(kit, id_of_agreement, of).await;
    head(kit).must(sign(&name, "2025-02-10")).await;
    name
}

/// What may still be committed of 144.70 in a year, in kroner.
pub(crate) async fn available(kit: &Kit, year: i32) -> i64 {
    let request = pb::GetFrameRequest {
        post: Some(post("144.70")),
        year,
        as_of_date: None,
    };
    let frame = head(kit).must(request).await;
    frame.available.unwrap().units
}

/// Every fact in the feed.
pub(crate) async fn feed(kit: &Kit) -> Vec<feed::Fact> {
    let request = feed::ListFactsRequest {
        after: None,
        page_size: 1000,
    };
    let follower = kit.workload("governance", &[Role::Follower]);
    follower.must(request).await.facts
}

/// Facts of a measure as day, value in kroner (or in persons), and one dimension.
pub(crate) fn told(facts: &[feed::Fact], measure: &str, key: &str) -> Vec<(String, i64, String)> {
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

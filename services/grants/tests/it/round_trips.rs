//! What each call costs in round trips to the database (design § 9): a read one; a write six with
//! begin and commit, seven with a duty, and one more per further statement of its handler.

use chrono::{DateTime, Utc};
use host::NoKnobs;
use platform::Clock;
use proto::Call;
use proto::access::v1::Role;
use proto::grants::v1 as pb;
use testkit::{Actor, Database, Kit, Wire, date, id, post};

use crate::world::{
    attest, attester, award, close, confirm, confirm_correction, controller, correct, correct_day,
    decide, director, directors_own, edition, finance, head, new_agreement, new_delegation,
    new_line, new_payment, officer, paid, sign, void,
};

/// Begin, key, case, save, record, commit.
const WRITE: u64 = 6;
/// The same, and the duties held in the case.
const DUTY: u64 = WRITE + 1;

const DAY: &str = "2025-03-03";

/// A service whose way to the database is counted.
async fn counted() -> (Wire, Kit) {
    let service = &grants::SERVICE;
    let database = Database::of(service.nouns).await;
    let (wire, database) = Wire::before(&database).await;
    let now: DateTime<Utc> = format!("{DAY}T11:00:00Z").parse().unwrap();
    let kit = testkit::serve_from(service, NoKnobs {}, Clock::Fixed(now), database).await;
    (wire, kit)
}

/// Round trips of one call.
async fn trips<R: Call>(wire: &Wire, actor: &Actor, request: R) -> u64 {
    let before = wire.statements();
    actor.must(request).await;
    wire.statements() - before
}

/// Agreements: what further statements there are stands beside each.
#[tokio::test]
async fn a_write_of_an_agreement_keeps_its_budget() {
    let (wire, kit) = counted().await;
    let (ada, solveig) = (officer(&kit), head(&kit));
    crate::world::may_award(&kit, 50_000_000).await;
    let name = "agreements/1";
    let to = pb::Correction {
        recipient_type: "873".into(),
        ..Default::default()
    };

    // The edition.
    let create = new_agreement("1", &[(2025, 1_000)]);
    assert_eq!(trips(&wire, &ada, create).await, DUTY + 1);
    // The agreement, the edition, the delegations, the frames' lock, the frames' sums.
    assert_eq!(trips(&wire, &solveig, award(name, DAY)).await, DUTY + 5);
    // The agreement.
    assert_eq!(trips(&wire, &solveig, sign(name, DAY)).await, DUTY + 1);
    // The agreement, its payments.
    assert_eq!(trips(&wire, &ada, correct(name, to)).await, DUTY + 2);
    let confirm = confirm_correction(name);
    assert_eq!(trips(&wire, &solveig, confirm).await, DUTY + 2);
    assert_eq!(trips(&wire, &solveig, close(name, DAY)).await, DUTY + 2);
    // With a conditional commitment, the reservation's wording.
    let reserved = crate::world::drafted(&kit, "2", &[(2025, 1_000), (2026, 1_000)]).await;
    assert_eq!(
        trips(&wire, &solveig, award(&reserved, DAY)).await,
        DUTY + 6
    );
}

/// Payments: what further statements there are stands beside each.
#[tokio::test]
async fn a_write_of_a_payment_keeps_its_budget() {
    let (wire, kit) = counted().await;
    let (ada, solveig, tor, bank) = (officer(&kit), head(&kit), attester(&kit), finance(&kit));
    crate::world::may_award(&kit, 50_000_000).await;
    let agreement = crate::world::signed(&kit, "1", &[(2025, 1_000)]).await;
    let name = format!("{agreement}/disbursements/1");
    let other = crate::world::requested(&kit, &agreement, "2", (2025, 1), "2025-02-12").await;

    // The agreement, its payments.
    let request = new_payment(&agreement, "1", (2025, 100), "2025-02-12");
    assert_eq!(trips(&wire, &ada, request).await, DUTY + 2);
    // The payment, the delegations.
    assert_eq!(trips(&wire, &solveig, decide(&name, DAY)).await, DUTY + 2);
    // The payment.
    assert_eq!(trips(&wire, &tor, attest(&name, DAY)).await, DUTY + 1);
    assert_eq!(trips(&wire, &solveig, void(&other, DAY)).await, DUTY + 1);
    // The payment, the agreement.
    assert_eq!(
        trips(&wire, &bank, paid(&name, DAY, "B-1")).await,
        WRITE + 2
    );
    let mut voucher = correct_day(&name, DAY);
    voucher.voucher = "B-2".into();
    assert_eq!(trips(&wire, &bank, voucher).await, WRITE + 2);
}

/// What agreements are judged by. A set-aside is judged by the frame, a delegation by its giver's own.
#[tokio::test]
async fn a_write_of_the_budget_keeps_its_budget() {
    let (wire, kit) = counted().await;
    let (kari, solveig) = (controller(&kit), head(&kit));
    let line = "allocationLines/1";

    let enter = new_line("1", "144.70", 1_000, DAY);
    assert_eq!(trips(&wire, &kari, enter).await, DUTY);
    assert!(trips(&wire, &solveig, confirm(line)).await <= DUTY + 3);
    directors_own(&kit, 50_000_000).await;
    let given = new_delegation("solveig", 1_000, "2025-01-01");
    // There is no case; the giver's own stands in its place.
    assert_eq!(trips(&wire, &director(&kit), given).await, WRITE);
    edition(&kit).await;
    let pause = pb::PauseSchemeEditionRequest {
        name: "schemes/utveksling/editions/2025".into(),
        effective_date: date(DAY),
        request_id: id(),
        ..Default::default()
    };
    assert_eq!(trips(&wire, &solveig, pause).await, WRITE);
}

/// A read is one round trip, whatever it reads; a repeated write is the key and its answer.
#[tokio::test]
async fn a_read_is_one_round_trip() {
    let (wire, kit) = counted().await;
    let solveig = head(&kit);
    crate::world::may_award(&kit, 50_000_000).await;
    let agreement = crate::world::signed(&kit, "1", &[(2025, 1_000), (2026, 1_000)]).await;
    let payment = crate::world::requested(&kit, &agreement, "1", (2025, 1), "2025-02-12").await;

    let get = pb::GetAgreementRequest {
        name: agreement.clone(),
        read_time: None,
    };
    assert_eq!(trips(&wire, &solveig, get).await, 1);
    let list = pb::ListAgreementsRequest::default();
    assert_eq!(trips(&wire, &solveig, list).await, 1);
    let get = pb::GetDisbursementRequest {
        name: payment,
        read_time: None,
    };
    assert_eq!(trips(&wire, &solveig, get).await, 1);
    let list = pb::ListDisbursementsRequest {
        parent: agreement,
        ..Default::default()
    };
    assert_eq!(trips(&wire, &solveig, list).await, 1);
    let frame = pb::GetFrameRequest {
        post: Some(post("144.70")),
        year: 2025,
        as_of_date: None,
    };
    assert_eq!(trips(&wire, &solveig, frame).await, 1);
    let entries = proto::audit::v1::ListEntriesRequest::default();
    let auditor = kit.person("revisor", &[Role::Auditor]);
    assert_eq!(trips(&wire, &auditor, entries).await, 1);

    let repeated = new_agreement("2", &[(2025, 1_000)]);
    officer(&kit).must(repeated.clone()).await;
    // Begin, key, answer, rollback.
    assert_eq!(trips(&wire, &officer(&kit), repeated).await, 4);
}

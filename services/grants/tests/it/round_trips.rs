//! What each call costs in round trips to the database (design § 9): a read one; a write five with
//! begin and commit, six with a duty in a case that goes on, and one more per further statement of its
//! handler.

use proto::Call;
use proto::access::v1::Role;
use proto::grants::v1 as pb;
use testkit::grants::{
    award, cancel, close, confirm_commitment, confirm_correction, correct, decide_amendment,
    drafted, drop_draft, edition, enter_amendment, may_award, new_agreement, officer, sign,
    sign_amendment, signed, update,
};
use testkit::spending::{allot, head, new_line};
use testkit::{Actor, Database, Kit, Wire, date, id};

use crate::world::serve;

/// Begin, key and case, save, record, commit.
const WRITE: u64 = 5;
/// The same, and the duties held in the case.
const DUTY: u64 = WRITE + 1;

const DAY: &str = "2025-03-03";

/// A service whose way to the database is counted.
async fn counted() -> (Wire, Kit) {
    let (wire, database) = Wire::before(&Database::of(&grants::NOUNS).await).await;
    (wire, serve(DAY, database).await)
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
    may_award(&kit, 50_000_000).await;
    let name = "agreements/1";
    let to = pb::Correction {
        recipient_type: "873".into(),
        ..Default::default()
    };

    // The edition, what is asked for. Nobody holds a duty yet.
    let create = new_agreement("1", &[(2025, 1_000)]);
    assert_eq!(trips(&wire, &ada, create).await, WRITE + 2);
    // The agreement, the edition, the names that it touches with the delegations, the frames' lock, the
    // frames' sums, what is promised.
    assert_eq!(trips(&wire, &solveig, award(name, DAY)).await, DUTY + 6);
    // The agreement.
    assert_eq!(trips(&wire, &solveig, sign(name, DAY)).await, DUTY + 1);
    // The agreement, its payments.
    assert_eq!(trips(&wire, &ada, correct(name, to)).await, DUTY + 2);
    // The same, the names that it touches, what is promised, what is paid.
    let confirm = confirm_correction(name);
    assert_eq!(trips(&wire, &solveig, confirm).await, DUTY + 5);
    // The agreement, its payments, what is promised.
    assert_eq!(trips(&wire, &solveig, close(name, DAY)).await, DUTY + 3);
    // With a conditional commitment, the reservation's wording.
    let reserved = drafted(&kit, "2", &[(2025, 1_000), (2026, 1_000)]).await;
    assert_eq!(
        trips(&wire, &solveig, award(&reserved, DAY)).await,
        DUTY + 7
    );
}

/// What changes a promise: what further statements there are stands beside each.
#[tokio::test]
async fn a_change_of_a_promise_keeps_its_budget() {
    let (wire, kit) = counted().await;
    let (ada, solveig) = (officer(&kit), head(&kit));
    may_award(&kit, 50_000_000).await;
    let mut next_year = new_line("2026-1", "144.70", 1_000, "2025-01-10");
    let name = drafted(&kit, "1", &[(2025, 500)]).await;

    // The agreement, the edition, what is asked for.
    let to = new_agreement("", &[(2025, 1_000), (2026, 1_000)])
        .agreement
        .unwrap();
    assert_eq!(trips(&wire, &ada, update(&name, to)).await, DUTY + 3);
    solveig.must(award(&name, DAY)).await;
    next_year.allocation_line.as_mut().unwrap().year = 2026;
    allot(&kit, next_year).await;
    // The agreement, the names that it touches with the delegations, the reservation's wording, the frame's
    // lock, its sums, what is promised.
    let confirm = confirm_commitment(&name, 2026, DAY);
    assert_eq!(trips(&wire, &solveig, confirm).await, DUTY + 6);
    // The agreement, the edition.
    let to = new_agreement("", &[(2025, 900)])
        .agreement
        .unwrap()
        .commitments;
    let enter = enter_amendment(&name, to);
    assert_eq!(trips(&wire, &ada, enter).await, DUTY + 2);
    // The agreement, the names with the delegations, the frame's lock, its sums, the payments, what is
    // promised.
    let decide = decide_amendment(&name, DAY);
    assert_eq!(trips(&wire, &solveig, decide).await, DUTY + 6);
    // The agreement.
    let sign = sign_amendment(&name, 1, DAY);
    assert_eq!(trips(&wire, &solveig, sign).await, DUTY + 1);
    // The agreement, its payments, what is promised.
    assert_eq!(trips(&wire, &solveig, cancel(&name, DAY)).await, DUTY + 3);
    let draft = drafted(&kit, "2", &[(2025, 500)]).await;
    assert_eq!(trips(&wire, &ada, drop_draft(&draft)).await, DUTY + 1);
}

/// A scheme edition has no case; its own lock stands in its place.
#[tokio::test]
async fn a_write_of_an_edition_keeps_its_budget() {
    let (wire, kit) = counted().await;
    edition(&kit).await;
    let pause = pb::PauseSchemeEditionRequest {
        name: "schemes/utveksling/editions/2025".into(),
        effective_date: date(DAY),
        request_id: id(),
        ..Default::default()
    };
    assert_eq!(trips(&wire, &head(&kit), pause).await, WRITE + 1);
}

/// A read is one round trip, whatever it reads; a repeated write is the key and its answer.
#[tokio::test]
async fn a_read_is_one_round_trip() {
    let (wire, kit) = counted().await;
    let solveig = head(&kit);
    may_award(&kit, 50_000_000).await;
    let agreement = signed(&kit, "1", &[(2025, 1_000), (2026, 1_000)]).await;

    let get = pb::GetAgreementRequest {
        name: agreement,
        read_time: None,
    };
    assert_eq!(trips(&wire, &solveig, get).await, 1);
    let list = pb::ListAgreementsRequest::default();
    assert_eq!(trips(&wire, &solveig, list).await, 1);
    let entries = proto::audit::v1::ListEntriesRequest::default();
    let auditor = kit.person("revisor", &[Role::Auditor]);
    assert_eq!(trips(&wire, &auditor, entries).await, 1);

    let repeated = new_agreement("2", &[(2025, 1_000)]);
    officer(&kit).must(repeated.clone()).await;
    // Begin, key, answer, rollback.
    assert_eq!(trips(&wire, &officer(&kit), repeated).await, 4);
}

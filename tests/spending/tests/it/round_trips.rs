//! What each call costs in round trips to the database, at every host alike: a read one; a write
//! five with begin and commit, six with a duty in a case that goes on, and one more per further statement
//! of its handler.

use proto::Call;
use proto::spending::v1 as pb;
use testkit::spending::{
    allot, attest, attester, confirm, confirm_lift, controller, correct_day, decide, director,
    directors_own, finance, frame, head, lift, new_delegation, new_freeze, new_line, new_payment,
    new_set_aside, paid, returned, void,
};
use testkit::{Actor, Wire};

use crate::world::Host;

/// Begin, key and case, save, record, commit.
const WRITE: u64 = 5;
/// The same, and the duties held in the case.
const DUTY: u64 = WRITE + 1;

const DAY: &str = "2025-03-03";

/// Round trips of one call.
async fn trips<R: Call>(wire: &Wire, actor: &Actor, request: R) -> u64 {
    let before = wire.statements();
    actor.must(request).await;
    wire.statements() - before
}

/// Payments: what further statements there are stands beside each.
async fn a_write_of_a_payment_keeps_its_budget(host: Host) {
    let (wire, world) = host.counted(DAY).await;
    let (ada, solveig) = (world.officer(), head(&world));
    let (tor, bank) = (attester(&world), finance(&world));
    world.may_award(50_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000)]).await;
    let name = format!("{parent}/disbursements/1");
    let other = world.requested(&parent, "2", (2025, 1), "2025-02-12").await;
    // A guard that reads the parent again costs what it reads.
    let guard = match host {
        Host::Grants => 0,
        Host::Contract => 1,
    };

    // The parent, the names that it touches, its payments.
    let request = new_payment(&parent, "1", (2025, 100), "2025-02-12");
    assert_eq!(trips(&wire, &ada, request).await, DUTY + 3 + guard);
    // The payment, the parent, the names that it touches with the delegations.
    let decision = decide(&name, DAY);
    assert_eq!(trips(&wire, &solveig, decision).await, DUTY + 3 + guard);
    // The payment, the parent, the names that it touches.
    let attestation = attest(&name, DAY);
    assert_eq!(trips(&wire, &tor, attestation).await, DUTY + 3 + guard);
    // The payment.
    assert_eq!(trips(&wire, &solveig, void(&other, DAY)).await, DUTY + 1);
    // The payment, the parent, what stops it.
    let payment = paid(&name, DAY, "B-1");
    assert_eq!(trips(&wire, &bank, payment).await, WRITE + 3);
    // The payment, the parent.
    let mut voucher = correct_day(&name, DAY);
    voucher.voucher = "B-2".into();
    assert_eq!(trips(&wire, &bank, voucher).await, WRITE + 2);
    assert_eq!(
        trips(&wire, &bank, returned(&name, DAY, 10)).await,
        WRITE + 2
    );
    // Names of which a row is missing are made.
    let sql = "delete from spending.touched";
    let mut owner = world.owner().await;
    sqlx::query(sql).execute(&mut owner).await.unwrap();
    let request = new_payment(&parent, "3", (2025, 1), DAY);
    assert_eq!(trips(&wire, &ada, request).await, DUTY + 4 + guard);

    world.close(&parent, DAY).await.unwrap_err();
    let open = format!("{parent}/disbursements/3");
    solveig.must(void(&open, DAY)).await;
    world.close(&parent, DAY).await.unwrap();
    // Of a parent that has ended: the payment, the parent, its payments, what is promised, the parent
    // again to record it (saved and recorded).
    assert_eq!(
        trips(&wire, &bank, returned(&name, DAY, 10)).await,
        WRITE + 7
    );
}

/// A freeze: the name's row is held, the freeze stands on it, what it holds is found.
async fn a_freeze_keeps_its_budget(host: Host) {
    let (wire, world) = host.counted(DAY).await;
    world.may_award(50_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000)]).await;
    let (kari, solveig) = (controller(&world), head(&world));

    // The name, whether it is a parent's, the payments, the freeze on the name.
    let freeze = new_freeze("1", &parent, DAY);
    assert_eq!(trips(&wire, &kari, freeze).await, WRITE + 4);
    // The freeze.
    let whole = lift("freezes/1", "");
    assert_eq!(trips(&wire, &kari, whole.clone()).await, DUTY + 1);
    let lifting = kari.must(whole).await;
    // The freeze, the name, the freeze on the name.
    let confirmed = confirm_lift(&lifting, DAY);
    assert_eq!(trips(&wire, &solveig, confirmed).await, DUTY + 3);
}

/// What promises are judged by. A set-aside is judged by the frame, a delegation by its giver's own.
async fn a_write_of_the_budget_keeps_its_budget(host: Host) {
    let (wire, world) = host.counted(DAY).await;
    let (kari, solveig) = (controller(&world), head(&world));
    let line = "allocationLines/1";

    let enter = new_line("1", "144.70", 1_000, DAY);
    assert_eq!(trips(&wire, &kari, enter).await, WRITE);
    // The line.
    assert_eq!(trips(&wire, &solveig, confirm(line)).await, DUTY + 1);
    allot(&world, new_line("2", "144.70", 1_000, DAY)).await;
    let set_aside = kari.must(new_set_aside("3", "144.70", 1, DAY)).await.name;
    // The line, the frame's lock, the frame's sums.
    assert_eq!(trips(&wire, &solveig, confirm(&set_aside)).await, DUTY + 3);
    directors_own(&world, 50_000_000).await;
    let given = new_delegation("solveig", 1_000, "2025-01-01");
    // There is no case; the giver's own stands in its place.
    assert_eq!(trips(&wire, &director(&world), given).await, WRITE + 1);
}

/// A read is one round trip, whatever it reads.
async fn a_read_is_one_round_trip(host: Host) {
    let (wire, world) = host.counted(DAY).await;
    let solveig = head(&world);
    world.may_award(50_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000), (2026, 1_000)]).await;
    let name = world.requested(&parent, "1", (2025, 1), "2025-02-12").await;

    let get = pb::GetDisbursementRequest {
        name,
        read_time: None,
    };
    assert_eq!(trips(&wire, &solveig, get).await, 1);
    let list = pb::ListDisbursementsRequest {
        parent,
        ..Default::default()
    };
    assert_eq!(trips(&wire, &solveig, list).await, 1);
    assert_eq!(trips(&wire, &solveig, frame("144.70", None)).await, 1);
    let frames = pb::ListFramesRequest {
        year: 2025,
        ..Default::default()
    };
    assert_eq!(trips(&wire, &solveig, frames).await, 1);
    let payable = pb::ListPayableDisbursementsRequest::default();
    assert_eq!(trips(&wire, &solveig, payable).await, 1);
}

stories!(
    a_write_of_a_payment_keeps_its_budget,
    a_freeze_keeps_its_budget,
    a_write_of_the_budget_keeps_its_budget,
    a_read_is_one_round_trip,
);

//! What commits money: how it pays, closes, is told apart by parts, and takes the place of another.

use std::fmt::Debug;

use contract::testing::v1 as testing;
use proto::access::v1::Role;
use proto::spending::v1::disbursement::State;
use sqlx::{Connection, PgConnection};
use testkit::spending::{
    LATE, attest, attester, available, decide, finance, head, new_payment, paid, told, void,
};
use testkit::{Actor, Refusal, date, id, kroner};

use crate::world::{Host, World, asked, new_pledge};

const DAY: &str = "2025-03-03";

/// FR-12: closing is refused while a payment is open; then what is not paid is given back on the
/// closing day, the conditional part too, and what was counted before that day stays as it was.
async fn closing_gives_back_what_is_not_paid_on_the_closing_day(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let of = [(2025, 1_000_000), (2026, 300_000)];
    let name = world.paying("1", &of).await;
    let day = "2025-02-12";
    let first = world.approved(&name, "1", (2025, 800_000), day).await;
    let second = world.requested(&name, "2", (2025, 100_000), day).await;

    let refusal = world
        .close_refused(&name, "2025-03-01", "PAYMENTS_OPEN")
        .await;
    assert_eq!(refusal.metadata("payments"), format!("{first}, {second}"));
    finance(&world)
        .must(paid(&first, "2025-02-14", "B-17"))
        .await;
    head(&world).must(void(&second, "2025-02-15")).await;
    world
        .close_refused(&name, "2025-02-13", "DATE_BEFORE_PREVIOUS_STEP")
        .await;
    let before = world.feed().await;
    let closed = world.close(&name, "2025-03-01").await.unwrap();

    let released: Vec<_> = closed
        .commitments
        .into_iter()
        .map(|it| it.released)
        .collect();
    assert_eq!(released, [kroner(200_000), kroner(300_000)]);
    assert_eq!(available(&world, 2025).await, 5_000_000 - 800_000);
    let after = world.feed().await;
    assert_eq!(after[..before.len()], before);
    let new = told(&after[before.len()..], &world.measure("committed"), "year");
    let on = || "2025-03-01".to_owned();
    let expected = [
        (on(), -20_000_000, "2025".to_owned()),
        (on(), -30_000_000, "2026".to_owned()),
    ];
    assert_eq!(new, expected);
}

/// A payment is decided and attested while its parent pays; what the bank paid is true all the same,
/// and so is a voiding.
async fn a_payment_of_a_parent_that_pays_no_more_goes_no_further(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let name = world.paying("1", &[(2025, 1_000_000)]).await;
    let open = world.requested(&name, "1", (2025, 1_000), DAY).await;
    let approved = world.approved(&name, "2", (2025, 1_000), DAY).await;
    let state = world.stop_paying(&name).await;

    let request = new_payment(&name, "3", (2025, 1_000), DAY);
    let officer = world.officer();
    for refusal in [
        officer.refused(request, "NOT_PAYABLE").await,
        head(&world)
            .refused(decide(&open, DAY), "NOT_PAYABLE")
            .await,
        attester(&world)
            .refused(attest(&open, DAY), "NOT_PAYABLE")
            .await,
    ] {
        let told = ["name", "state"].map(|key| refusal.metadata(key));
        assert_eq!(told, [name.as_str(), state]);
    }
    let without_authority = world.person("nils", &[Role::SectionHead]);
    let decision = decide(&open, DAY);
    without_authority.refused(decision, "NOT_PAYABLE").await;
    let done = finance(&world).must(paid(&approved, DAY, "B-17")).await;
    assert_eq!(done.state(), State::Paid);
    head(&world).must(void(&open, DAY)).await;
}

/// Takes a step while somebody holds a name to stop payments to it: the step waits, and is then taken.
async fn waits_for<T: Debug + Send + 'static>(
    world: &World,
    name: &str,
    step: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) {
    let mut owner = world.owner().await;
    let mut stopping = owner.begin().await.unwrap();
    hold(&mut stopping, name).await;
    let step = tokio::spawn(step);
    world.waiting(1).await;
    stopping.rollback().await.unwrap();
    step.await.unwrap().unwrap();
}

async fn hold(db: &mut PgConnection, name: &str) {
    let held = sqlx::query("select from spending.touched where name = $1 for update");
    let held = held.bind(name).fetch_all(db).await.unwrap();
    assert_eq!(held.len(), 1, "{name} is touched");
}

/// What decides over money waits for who holds one of the parent's names; what the bank did and a
/// voiding do not.
async fn what_decides_waits_for_who_holds_a_name_of_the_parent(host: Host) {
    let world = host.patient_on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let of = (2025, 1_000);
    for (number, name) in world.touched(&parent).iter().enumerate() {
        let id = |step: &str| format!("{number}-{step}");
        let open = world.requested(&parent, &id("open"), of, DAY).await;
        let approved = world.approved(&parent, &id("approved"), of, DAY).await;
        let voided = world.requested(&parent, &id("voided"), of, DAY).await;

        let request = new_payment(&parent, &id("asked"), of, DAY);
        let asking = Box::pin(world.officer().settled(request));
        waits_for(&world, name, asking).await;
        waits_for(&world, name, head(&world).settled(decide(&open, DAY))).await;
        let attesting = attester(&world).settled(attest(&open, DAY));
        waits_for(&world, name, attesting).await;

        let mut owner = world.owner().await;
        let mut stopping = owner.begin().await.unwrap();
        hold(&mut stopping, name).await;
        finance(&world).must(paid(&approved, DAY, "B-17")).await;
        head(&world).must(void(&voided, DAY)).await;
    }
    let draft = world.drafted("2", &[(2025, 1_000)]).await;
    for (number, name) in world.touched(&draft).iter().enumerate() {
        let other = world
            .drafted(&format!("other-{number}"), &[(2025, 1_000)])
            .await;
        let awarded = if *name == draft { &draft } else { &other };
        let award = world.award(head(&world), awarded, DAY);
        waits_for(&world, name, award).await;
    }
}

/// A name whose row is missing is made on the way, and held.
async fn a_name_that_is_missing_is_made(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let sql = "delete from spending.touched";
    let mut owner = world.owner().await;
    sqlx::query(sql).execute(&mut owner).await.unwrap();

    let payment = world.requested(&parent, "1", (2025, 1_000), DAY).await;

    head(&world).must(decide(&payment, DAY)).await;
    for name in world.touched(&parent) {
        hold(&mut owner, &name).await;
    }
}

/// The last line of defence: a commitment is promised once and first, and what follows gives back.
async fn no_move_promises_twice(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    world.awarded("1", &[(2025, 1_000)]).await;
    for (kind, ordinal, ore) in [
        ("awarded", 2, 1),
        ("released", 2, 1),
        ("awarded", 1, -1),
        ("released", 1, -1),
    ] {
        let mut owner = world.owner().await;
        let refused = sqlx::query(
            "insert into spending.commitment_moves
             select parent, chapter, post, year, $2, on_day, $1, $3, conditional, dimensions
               from spending.commitment_moves",
        )
        .bind(kind)
        .bind(ordinal)
        .bind(ore)
        .execute(&mut owner)
        .await
        .unwrap_err();
        let error = refused.as_database_error().unwrap();
        assert!(
            error.is_check_violation(),
            "{kind} {ordinal} {ore}: {error}"
        );
    }
}

/// A role that a host does not know is nobody there, though a rule of the package names it.
async fn a_role_of_another_host_is_nobody(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let name = world.paying("1", &[(2025, 1_000_000)]).await;
    let stranger = match host {
        Host::Grants => Role::RecruitmentAdviser,
        Host::Contract => Role::CaseOfficer,
    };

    let stranger = world.person("stine", &[stranger]);

    let request = new_payment(&name, "1", (2025, 1_000), DAY);
    stranger.refused(request, "ROLE_MISSING").await;
}

/// A part is the host's own matter: neither an agreement nor this pledge has any.
async fn a_part_that_the_host_does_not_know_is_refused(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let name = world.paying("1", &[(2025, 1_000_000)]).await;
    let mut request = new_payment(&name, "1", (2025, 1_000), DAY);
    request.disbursement.as_mut().unwrap().part = "fly".into();

    let refusal = world.officer().refused(request, "REFERENCE_UNKNOWN").await;

    let told = ["field", "name"].map(|key| refusal.metadata(key));
    assert_eq!(told, ["disbursement.part", "fly"]);
}

stories!(
    closing_gives_back_what_is_not_paid_on_the_closing_day,
    a_payment_of_a_parent_that_pays_no_more_goes_no_further,
    what_decides_waits_for_who_holds_a_name_of_the_parent,
    a_name_that_is_missing_is_made,
    no_move_promises_twice,
    a_role_of_another_host_is_nobody,
    a_part_that_the_host_does_not_know_is_refused,
);

/// The host's guard is asked at each step of a payment but the bank's and the voiding.
#[tokio::test]
async fn a_host_guards_each_step_of_a_payment() {
    let world = Host::Contract.on(DAY).await;
    world.may_award(5_000_000).await;
    let name = world.paying("1", &[(2025, 1_000_000)]).await;
    let of = (2025, 1_000);
    let open = world.requested(&name, "1", of, DAY).await;
    let approved = world.approved(&name, "2", of, DAY).await;
    let sql = "update pledges set parts = '{fly}'";
    let mut owner = world.owner().await;
    sqlx::query(sql).execute(&mut owner).await.unwrap();

    let reason = "PART_REQUIRED";
    let officer = world.officer();
    let mut request = new_payment(&name, "3", of, DAY);
    let asked = officer.refused(request.clone(), reason).await;
    assert_eq!(asked.metadata("step"), "REQUEST");
    let decided = head(&world).refused(decide(&open, DAY), reason).await;
    assert_eq!(decided.metadata("step"), "DECIDE");
    let attested = attester(&world).refused(attest(&open, DAY), reason).await;
    assert_eq!(attested.metadata("step"), "ATTEST");

    request.disbursement.as_mut().unwrap().part = "fly".into();
    assert_eq!(officer.must(request).await.part, "fly");
    finance(&world).must(paid(&approved, DAY, "B-17")).await;
    head(&world).must(void(&open, DAY)).await;
}

/// A pledge that takes the place of an awarded one; the line holds one of them.
async fn replacement(world: &World) -> (String, String) {
    world.may_award(1_000_000).await;
    let old = world.paying("old", &[(2025, 1_000_000)]).await;
    let mut request = new_pledge("new", vec![asked("144.70", 2025, 900_000)]);
    request.pledge.as_mut().unwrap().replaces.clone_from(&old);
    let new = world.officer().must(request).await.name;
    (old, new)
}

fn replace(name: &str) -> testing::AwardReplacementRequest {
    testing::AwardReplacementRequest {
        name: name.into(),
        effective_date: date(DAY),
        late_reason: LATE.into(),
        request_id: id(),
        ..Default::default()
    }
}

/// A write that enters two cases: what one pledge gives back is what the other takes, each in an entry
/// of its own case; and both or neither is done.
#[tokio::test]
async fn a_write_enters_two_cases_and_moves_money_in_both() {
    let world = Host::Contract.on(DAY).await;
    let (old, new) = replacement(&world).await;
    let open = world.requested(&old, "1", (2025, 200_000), DAY).await;
    let before = world.feed().await;

    let refusal = head(&world).refused(replace(&new), "PAYMENTS_OPEN").await;
    assert_eq!(refusal.metadata("name"), old);
    head(&world).must(void(&open, DAY)).await;
    world
        .award_refused(head(&world), &new, DAY, "FRAME_EXCEEDED")
        .await;
    let awarded = head(&world).must(replace(&new)).await;

    assert_eq!(awarded.state(), testing::pledge::State::Awarded);
    let after = world.feed().await;
    let moved: Vec<_> = after[before.len()..]
        .iter()
        .map(|it| (it.subject.as_str(), it.value))
        .collect();
    assert_eq!(moved, [(old.as_str(), -100_000_000), (&new, 90_000_000)]);
    assert_eq!(available(&world, 2025).await, 100_000);
    for name in [&old, &new] {
        let entries = proto::audit::v1::ListEntriesRequest {
            case: name.clone(),
            ..Default::default()
        };
        let auditor = world.person("revisor", &[Role::Auditor]);
        let entry = auditor.must(entries).await.entries.pop().unwrap();
        assert!(entry.method.ends_with("/AwardReplacement"), "{name}");
        assert_eq!(entry.subject, *name);
    }
    let first = new_pledge("first", vec![asked("144.70", 2025, 1)]);
    let first = world.officer().must(first).await.name;
    head(&world).refused(replace(&first), "REPLACES_NONE").await;
    let mut too_large = new_pledge("large", vec![asked("144.70", 2025, 1_000_001)]);
    too_large.pledge.as_mut().unwrap().replaces.clone_from(&new);
    let too_large = world.officer().must(too_large).await.name;
    let replacing = replace(&too_large);
    head(&world).refused(replacing, "FRAME_EXCEEDED").await;
    assert_eq!(available(&world, 2025).await, 100_000, "neither is done");
    head(&world).refused(replace(&new), "WRONG_STATE").await;
    let again = world.award_refused(head(&world), &new, DAY, "WRONG_STATE");
    assert_eq!(again.await.metadata("state"), "AWARDED");
    let unawarded = world.close_refused(&first, DAY, "WRONG_STATE");
    assert_eq!(unawarded.await.metadata("state"), "DRAFT");
}

/// EY-05 over two cases: a duty held in either is held.
#[tokio::test]
async fn a_duty_held_in_either_case_is_held() {
    let world = Host::Contract.on(DAY).await;
    let (old, new) = replacement(&world).await;
    let payment = world.requested(&old, "1", (2025, 1_000), DAY).await;
    let tor = |role| world.person("tor", &[role]);
    tor(Role::Attester).must(attest(&payment, DAY)).await;

    let refusal = tor(Role::SectionHead)
        .refused(replace(&new), "SEPARATION_OF_DUTIES")
        .await;

    let told = ["case", "duty", "held"].map(|key| refusal.metadata(key));
    assert_eq!(told, [old.as_str(), "DECIDE", "ATTEST"]);
}

/// Which cases a write enters may change until they are entered: then it is to be sent again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_that_changed_before_its_cases_were_entered_is_followed_anew() {
    let world = Host::Contract.patient_on(DAY).await;
    let (_, new) = replacement(&world).await;
    let other = world.drafted("other", &[(2025, 1)]).await;
    let mut held = world.owner().await;
    let mut case = held.begin().await.unwrap();
    sqlx::query("select from platform.cases where name = $1 for update")
        .bind(&new)
        .execute(&mut *case)
        .await
        .unwrap();

    let asking: Actor = head(&world);
    let request = replace(&new);
    let replacing = tokio::spawn(async move { asking.call(request).await });
    world.waiting(1).await;
    sqlx::query("update pledges set replaces = $2 where name = $1")
        .bind(&new)
        .bind(&other)
        .execute(&mut *case)
        .await
        .unwrap();
    case.commit().await.unwrap();

    let refusal = replacing.await.unwrap().unwrap_err();
    assert_eq!(refusal.reason, "BUSY", "{}", refusal.status);
    let refusal = head(&world).refused(replace(&new), "WRONG_STATE").await;
    assert_eq!(refusal.metadata("name"), other, "it is followed anew");
}

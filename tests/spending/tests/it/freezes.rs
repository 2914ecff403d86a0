//! Freezes: what decides over money comes before one or is refused; what the bank did is true.

use contract::testing::v1 as testing;
use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use proto::spending::v1 as pb;
use testkit::spending::{
    attest, attester, confirm_lift, controller, decide, director, finance, head, lift, new_freeze,
    new_payment, paid, told, void,
};
use testkit::{Actor, date, id};

use crate::changes::decide_amendment;
use crate::world::{Host, World, asked, new_pledge};

const DAY: &str = "2025-10-06";

/// Names of the payments that may be paid now.
async fn payable(world: &World) -> Vec<String> {
    let request = pb::ListPayableDisbursementsRequest::default();
    let found = finance(world).must(request).await.disbursements;
    found.into_iter().map(|it| it.name).collect()
}

async fn freeze(world: &World, id_of_freeze: &str, target: &str) -> pb::Freeze {
    let request = new_freeze(id_of_freeze, target, DAY);
    controller(world).must(request).await
}

/// A freeze of a parent stops what decides over its money, lists what it holds and what had left, counts
/// from its day, and is lifted by two.
async fn a_freeze_stops_what_decides_and_is_lifted_by_two(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let of = (2025, 1_000);
    let left = world.approved(&parent, "1", of, DAY).await;
    finance(&world).must(paid(&left, DAY, "B-17")).await;
    let ready = world.approved(&parent, "2", of, DAY).await;
    let open = world.requested(&parent, "3", of, DAY).await;
    world.enter(&parent, &[(2025, 2_000_000)]).await.unwrap();
    assert_eq!(payable(&world).await, [ready.as_str()]);

    let frozen = freeze(&world, "1", &parent).await;

    assert_eq!(
        (frozen.held, frozen.held_count),
        (vec![ready.clone(), open.clone()], 2)
    );
    assert_eq!((frozen.left, frozen.left_count), (vec![left], 1));
    assert_eq!(payable(&world).await, [""; 0]);
    let reason = "PAYMENTS_FROZEN";
    let asked_for = new_payment(&parent, "4", of, DAY);
    let refusal = world.officer().refused(asked_for, reason).await;
    let told_of = ["name", "frozen", "freeze"].map(|key| refusal.metadata(key));
    assert_eq!(told_of, [parent.as_str(), &parent, "freezes/1"]);
    head(&world).refused(decide(&open, DAY), reason).await;
    attester(&world).refused(attest(&open, DAY), reason).await;
    let amended = world.decide_amendment(head(&world), &parent, DAY).await;
    assert_eq!(amended.unwrap_err().reason, reason);
    head(&world).must(void(&open, DAY)).await;

    let lifting = controller(&world).must(lift("freezes/1", "")).await;
    assert_eq!(lifting.state(), pb::freeze::State::Lifting);
    assert_eq!(payable(&world).await, [""; 0], "asking lifts nothing");
    let both = world.person("kari", &[Role::SectionHead]);
    both.refused(confirm_lift(&lifting, DAY), "SEPARATION_OF_DUTIES")
        .await;
    head(&world)
        .refused(
            confirm_lift(&lifting, "2025-10-05"),
            "DATE_BEFORE_PREVIOUS_STEP",
        )
        .await;
    let mut unread = confirm_lift(&lifting, DAY);
    unread.etag.clear();
    let refusal = head(&world).refused(unread, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["etag"]);
    let lifted = head(&world).must(confirm_lift(&lifting, DAY)).await;
    assert_eq!(lifted.lift_reason, "Saken er avklart");
    assert_eq!(
        (lifted.state(), lifted.lift_date),
        (pb::freeze::State::Lifted, date(DAY))
    );
    assert_eq!(payable(&world).await, [ready.as_str()]);
    head(&world)
        .refused(confirm_lift(&lifted, DAY), "WRONG_STATE")
        .await;
    controller(&world)
        .refused(lift("freezes/1", ""), "WRONG_STATE")
        .await;
    let counted = told(&world.feed().await, &world.measure("freezes"), "case");
    let on = |value| (DAY.to_owned(), value, "irregularityCases/2025-1".to_owned());
    assert_eq!(counted, [on(1), on(-1)]);
}

/// IR-03: what the bank paid of a frozen payment is true: in with a reason, and listed.
async fn what_the_bank_paid_of_a_frozen_payment_is_true(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let ready = world.approved(&parent, "1", (2025, 1_000), DAY).await;
    freeze(&world, "1", &parent).await;

    let refusal = finance(&world)
        .refused(paid(&ready, DAY, "B-17"), "REASON_REQUIRED")
        .await;
    assert_eq!(refusal.metadata("field"), "frozen_reason");
    let mut request = paid(&ready, DAY, "B-17");
    request.frozen_reason = "Ordren var sendt før stansen".into();
    finance(&world).must(request).await;

    let only = pb::ListDisbursementsRequest {
        frozen_only: true,
        ..Default::default()
    };
    let found = controller(&world).must(only).await.disbursements;
    let told: Vec<_> = found
        .iter()
        .map(|it| (it.name.as_str(), it.frozen_reason.as_str()))
        .collect();
    assert_eq!(told, [(ready.as_str(), "Ordren var sendt før stansen")]);
}

/// A freeze names what it stops, and why; a parent that there is not cannot be stopped, nor one lifted that
/// is not held.
async fn a_freeze_names_what_it_stops(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000)]).await;
    let kari = controller(&world);
    let unknown = new_freeze("1", &world.parent("nobody"), DAY);
    let refusal = kari.refused(unknown, "REFERENCE_UNKNOWN").await;
    assert_eq!(refusal.metadata("field"), "freeze.target");
    let mut bad = new_freeze("1", "Partners/x", DAY);
    let given = bad.freeze.as_mut().unwrap();
    (given.ground, given.case) = (String::new(), "x".into());
    let refusal = kari.refused(bad, "INVALID_FIELDS").await;
    assert_eq!(
        refusal.fields(),
        ["freeze.target", "freeze.case", "freeze.ground"]
    );

    freeze(&world, "1", "organisations/unknown").await;
    let refusal = kari
        .refused(lift("freezes/1", &parent), "REFERENCE_UNKNOWN")
        .await;
    assert_eq!(refusal.metadata("field"), "lift.parent");
    freeze(&world, "2", &parent).await;
    let list = |target: &str, holding_only| pb::ListFreezesRequest {
        target: target.into(),
        holding_only,
        ..Default::default()
    };
    let names = async |request: pb::ListFreezesRequest| -> Vec<String> {
        let found = kari.must(request).await.freezes;
        found.into_iter().map(|it| it.name).collect()
    };
    assert_eq!(names(list("", true)).await, ["freezes/1", "freezes/2"]);
    assert_eq!(names(list(&parent, false)).await, ["freezes/2"]);
    let lifting = kari.must(lift("freezes/2", &parent)).await;
    let lifted = head(&world).must(confirm_lift(&lifting, DAY)).await;
    assert_eq!(
        lifted.state(),
        pb::freeze::State::Lifted,
        "it was of that parent alone"
    );
    assert_eq!(names(list("", true)).await, ["freezes/1"]);
    assert_eq!(names(list("", false)).await, ["freezes/1", "freezes/2"]);
}

/// IR-02, of a name that parents touch at every host: a freeze that waits for a decision is behind it; a
/// decision that waits for a freeze sees it.
async fn one_freeze_beside_many_requests_slips_by_none(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(50_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let requests = (0..100).map(|number| {
        let request = new_payment(&parent, &format!("p-{number}"), (2025, 1), DAY);
        tokio::spawn(world.officer().settled(request))
    });
    let requests: Vec<_> = requests.collect();
    let stopping = tokio::spawn(controller(&world).settled(new_freeze("1", &parent, DAY)));

    let frozen = stopping.await.unwrap().unwrap();

    let mut taken = Vec::new();
    for request in requests {
        match request.await.unwrap() {
            Ok(payment) => taken.push(payment.name),
            Err(refusal) => assert_eq!(refusal.reason, "PAYMENTS_FROZEN", "{}", refusal.status),
        }
    }
    taken.sort();
    assert_eq!(
        frozen.held, taken,
        "what was let through is what the freeze found"
    );
}

/// IR-02: nothing is awarded to a name that is frozen.
async fn what_is_frozen_is_not_awarded(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let draft = world.drafted("1", &[(2025, 1_000)]).await;
    freeze(&world, "1", &draft).await;

    let refusal = world
        .award_refused(head(&world), &draft, DAY, "PAYMENTS_FROZEN")
        .await;

    let told_of = ["name", "frozen", "freeze"].map(|key| refusal.metadata(key));
    assert_eq!(told_of, [draft.as_str(), &draft, "freezes/1"]);
}

stories!(
    a_freeze_stops_what_decides_and_is_lifted_by_two,
    what_is_frozen_is_not_awarded,
    what_the_bank_paid_of_a_frozen_payment_is_true,
    a_freeze_names_what_it_stops,
    one_freeze_beside_many_requests_slips_by_none,
);

/// A pledge with this partner, which pays, of a million.
async fn with_partner(world: &World, id_of_pledge: &str, partner: &str) -> String {
    let mut request = new_pledge(id_of_pledge, vec![asked("144.70", 2025, 1_000_000)]);
    request.pledge.as_mut().unwrap().partners = vec![partner.into()];
    let name = world.officer().must(request).await.name;
    world.award(head(world), &name, "2025-02-03").await.unwrap();
    name
}

fn settled<R: proto::Call + Clone + Send + 'static>(
    actor: Actor,
    request: R,
) -> tokio::task::JoinHandle<String>
where
    R::Reply: Send,
{
    tokio::spawn(async move {
        actor
            .settled(request)
            .await
            .map_or_else(|it| it.reason, |_| String::new())
    })
}

/// IR-02: requests, decisions, attestations, an award, and an amendment by which X joins, beside a freeze
/// of X: each is before it or refused, and none is let through after its answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_freeze_of_a_partner_stops_every_kind_of_decision() {
    let world = Host::Contract.on(DAY).await;
    world.may_award(500_000_000).await;
    let parent = with_partner(&world, "1", "partners/x").await;
    let joined = world.paying("2", &[(2025, 1_000)]).await;
    world.enter(&joined, &[(2025, 2_000)]).await.unwrap();
    let mut draft = new_pledge("3", vec![asked("144.70", 2025, 1_000)]);
    draft.pledge.as_mut().unwrap().partners = vec!["partners/x".into()];
    let draft = world.officer().must(draft).await.name;
    let mut open = Vec::new();
    for number in 0..20 {
        open.push(
            world
                .requested(&parent, &format!("o-{number}"), (2025, 1), DAY)
                .await,
        );
    }

    let mut steps = Vec::new();
    for (number, payment) in open.iter().enumerate() {
        let request = new_payment(&parent, &format!("p-{number}"), (2025, 1), DAY);
        steps.push(settled(world.officer(), request));
        steps.push(settled(head(&world), decide(payment, DAY)));
        steps.push(settled(attester(&world), attest(payment, DAY)));
    }
    let stopping = tokio::spawn(controller(&world).settled(new_freeze("1", "partners/x", DAY)));
    steps.push(settled(
        head(&world),
        testing::AwardPledgeRequest {
            name: draft.clone(),
            effective_date: date(DAY),
            request_id: id(),
            ..Default::default()
        },
    ));
    let mut joining = decide_amendment(&joined, DAY);
    joining.partner = "partners/x".into();
    steps.push(settled(director(&world), joining.clone()));

    stopping.await.unwrap().unwrap();
    for step in steps {
        let reason = step.await.unwrap();
        assert!(
            ["", "PAYMENTS_FROZEN"].contains(&reason.as_str()),
            "{reason}"
        );
    }
    // Whoever decides holds the name until the entry is there: none of them stands behind the freeze's.
    let auditor = world.person("revisor", &[Role::Auditor]);
    let all = ListEntriesRequest {
        page_size: 1000,
        ..Default::default()
    };
    let entries = auditor.must(all).await.entries;
    let froze = entries.iter().position(|it| it.subject == "freezes/1");
    let behind: Vec<_> = entries[froze.unwrap() + 1..]
        .iter()
        .map(|it| &it.method)
        .collect();
    assert!(behind.is_empty(), "{behind:?}");
    let late = new_payment(&parent, "late", (2025, 1), DAY);
    world.officer().refused(late, "PAYMENTS_FROZEN").await;
}

/// IR-03: whoever is paid, the parent that touches X is held; one of two freezes is enough; lifted for one
/// parent it holds the others.
#[tokio::test]
async fn a_name_is_frozen_while_any_freeze_of_it_holds() {
    let world = Host::Contract.on(DAY).await;
    world.may_award(500_000_000).await;
    let (one, other) = (
        with_partner(&world, "1", "partners/x").await,
        with_partner(&world, "2", "partners/x").await,
    );
    let payments = [
        world.approved(&one, "1", (2025, 1), DAY).await,
        world.approved(&other, "1", (2025, 1), DAY).await,
    ];
    freeze(&world, "1", "partners/x").await;
    freeze(&world, "2", "partners/x").await;
    let lift_by_two = async |freeze: &str, parent: &str| {
        let lifting = controller(&world).must(lift(freeze, parent)).await;
        head(&world).must(confirm_lift(&lifting, DAY)).await
    };

    let active = lift_by_two("freezes/1", &one).await;
    assert_eq!(
        (active.state(), active.except),
        (pb::freeze::State::Active, vec![one.clone()])
    );
    assert_eq!(payable(&world).await, [""; 0], "the second freeze holds it");
    controller(&world)
        .refused(lift("freezes/1", &one), "REFERENCE_UNKNOWN")
        .await;
    lift_by_two("freezes/2", "").await;
    assert_eq!(payable(&world).await, [payments[0].as_str()]);
    let asked_for = new_payment(&other, "2", (2025, 1), DAY);
    world.officer().refused(asked_for, "PAYMENTS_FROZEN").await;
    let asked_for = new_payment(&one, "2", (2025, 1), DAY);
    world.officer().must(asked_for).await;
    lift_by_two("freezes/1", "").await;
    assert_eq!(payable(&world).await, payments);
}

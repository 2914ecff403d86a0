//! Amendments: what a parent promises is changed after the award, and counts from the decision.

use proto::access::v1::Role;
use testkit::spending::{
    available, director, finance, head, new_delegation, new_payment, paid, told, void,
};
use testkit::{Refusal, date, kroner};

use crate::told::Told;
use crate::world::{Host, World, asked};

const DAY: &str = "2025-05-05";

/// A parent that pays, of a million in 2025 and with reservation 300,000 in 2026; the line holds 5 million.
async fn promised(host: Host) -> (World, String) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world
        .paying("1", &[(2025, 1_000_000), (2026, 300_000)])
        .await;
    (world, parent)
}

/// Entered it changes nothing; decided it counts the difference on that day, and no earlier day changes;
/// signed it says by which document.
async fn an_amendment_counts_the_difference_from_its_decision(host: Host) {
    let (world, parent) = promised(host).await;
    let before = world.feed().await;

    let entered = world.enter(&parent, &[(2025, 1_300_000)]).await.unwrap();
    assert_eq!(entered.amendments[0].state().as_str_name(), "STATE_ENTERED");
    assert_eq!(entered.commitments[0].amount, kroner(1_000_000));
    assert_eq!(world.feed().await, before);
    assert_eq!(available(&world, 2025).await, 4_000_000);
    let decided = world.decide_amendment(head(&world), &parent, DAY).await;

    let decided = decided.unwrap();
    assert_eq!(decided.commitments[0].amount, kroner(1_300_000));
    let after = world.feed().await;
    assert_eq!(after[..before.len()], before);
    let moved = told(&after[before.len()..], &world.measure("committed"), "year");
    assert_eq!(moved, [(DAY.to_owned(), 30_000_000, "2025".to_owned())]);
    assert_eq!(available(&world, 2025).await, 3_700_000);
    let signed = world.sign_amendment(&parent, 1, DAY).await.unwrap();
    let amendment = &signed.amendments[0];
    assert_eq!(
        (amendment.state().as_str_name(), amendment.number),
        ("STATE_SIGNED", 1)
    );
    assert_eq!(
        (amendment.decide_date, amendment.sign_date),
        (date(DAY), date(DAY))
    );
    assert!(amendment.document.is_some());

    let less = world
        .amend(&parent, &[(2025, 900_000), (2026, 0)], DAY)
        .await;
    let amounts: Vec<_> = less
        .unwrap()
        .commitments
        .into_iter()
        .map(|it| it.amount)
        .collect();
    assert_eq!(amounts, [kroner(900_000), kroner(0)]);
    assert_eq!(available(&world, 2025).await, 4_100_000);
    let closed = world.close(&parent, DAY).await.unwrap();
    assert_eq!(closed.commitments[0].released, kroner(900_000));
}

/// FR-14, FR-05: authority is judged on the whole sum as it then is, the frame on what is more.
async fn an_amendment_is_judged_as_an_award_is(host: Host) {
    let (world, parent) = promised(host).await;
    let refused =
        async |to: &[(i32, i64)], reason| world.amend_refused(&parent, to, DAY, reason).await;

    let exceeded = refused(&[(2025, 5_000_001)], "FRAME_EXCEEDED").await;
    let told = ["year", "available", "asked"].map(|key| exceeded.metadata(key));
    assert_eq!(told, ["2025", "4000000.00", "4000001.00"]);
    refused(&[(2024, 1)], "COMMITMENT_IN_PAST_YEAR").await;
    world.enter(&parent, &[(2025, 1_000_001)]).await.unwrap();
    let early = world
        .decide_amendment(head(&world), &parent, "2025-02-02")
        .await;
    assert_eq!(early.unwrap_err().reason, "DATE_BEFORE_PREVIOUS_STEP");
    let small = new_delegation("sigrid", 1_300_000, "2025-01-01");
    director(&world).must(small).await;
    let sigrid = || world.person("sigrid", &[Role::SectionHead]);
    let limited = world
        .decide_amendment(sigrid(), &parent, DAY)
        .await
        .unwrap_err();
    assert_eq!(limited.reason, "BUDGET_AUTHORITY_LIMIT");
    let told = ["limit", "asked"].map(|key| limited.metadata(key));
    assert_eq!(told, ["1300000.00", "1300001.00"]);
    let nobody = world.person("nils", &[Role::SectionHead]);
    let unauthorised = world
        .decide_amendment(nobody, &parent, DAY)
        .await
        .unwrap_err();
    assert_eq!(unauthorised.reason, "NO_BUDGET_AUTHORITY");
    world
        .decide_amendment(head(&world), &parent, DAY)
        .await
        .unwrap();
    assert_eq!(available(&world, 2025).await, 3_999_999);
}

/// FR-20: what is requested or paid stands in the way; what is open is named, and voiding it frees.
async fn an_amendment_leaves_what_payments_take(host: Host) {
    let (world, parent) = promised(host).await;
    let payment = world.requested(&parent, "1", (2025, 700_000), DAY).await;

    let open = world
        .amend_refused(&parent, &[(2025, 600_000)], DAY, "PAYMENTS_OPEN")
        .await;
    assert_eq!(open.metadata("payments"), payment);
    head(&world).must(void(&payment, DAY)).await;
    world.amend(&parent, &[(2025, 600_000)], DAY).await.unwrap();

    let payment = world.approved(&parent, "2", (2025, 500_000), DAY).await;
    finance(&world).must(paid(&payment, DAY, "B-17")).await;
    let spent = world
        .amend_refused(&parent, &[(2025, 400_000)], DAY, "COMMITMENT_SPENT")
        .await;
    let told = ["taken", "asked"].map(|key| spent.metadata(key));
    assert_eq!(told, ["500000.00", "400000.00"]);
    world.amend(&parent, &[(2025, 500_000)], DAY).await.unwrap();
    assert_eq!(available(&world, 2025).await, 4_500_000);
}

/// FR-20, at once: of a payment of 700,000 and an amendment to 600,000 of a million one is let through,
/// twenty times of twenty.
async fn an_amendment_beside_a_payment_is_before_it_or_behind_it(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(50_000_000).await;
    for round in 0..20 {
        let parent = world
            .paying(&format!("p-{round}"), &[(2025, 1_000_000)])
            .await;
        world.enter(&parent, &[(2025, 600_000)]).await.unwrap();
        let request = new_payment(&parent, "1", (2025, 700_000), DAY);
        let officer = world.officer();

        let amending = world.decide_amendment(head(&world), &parent, DAY);
        let asking = officer.settled(request);
        let (amended, asked) = tokio::join!(tokio::spawn(amending), asking);

        let reasons = [
            amended
                .unwrap()
                .map_or_else(|it| it.reason, |_| String::new()),
            asked.map_or_else(|it| it.reason, |_| String::new()),
        ];
        assert!(
            reasons == ["PAYMENTS_OPEN", ""] || reasons == ["", "COMMITMENT_EXCEEDED"],
            "round {round}: {reasons:?}"
        );
    }
}

/// One amendment waits at a time, for somebody else; each step is taken in its own state.
async fn an_amendment_waits_for_another_person(host: Host) {
    let (world, parent) = promised(host).await;
    let draft = world.drafted("2", &[(2025, 1_000)]).await;
    let reason = |told: Result<Told, Refusal>| told.map(drop).unwrap_err().reason;

    assert_eq!(
        reason(world.enter(&draft, &[(2025, 1)]).await),
        "WRONG_STATE"
    );
    assert_eq!(
        reason(world.drop_amendment(&parent).await),
        "NO_AMENDMENT_WAITING"
    );
    let none = world.decide_amendment(head(&world), &parent, DAY).await;
    assert_eq!(reason(none), "NO_AMENDMENT_WAITING");
    assert_eq!(
        reason(world.sign_amendment(&parent, 1, DAY).await),
        "NO_AMENDMENT_WAITING"
    );
    let same = world
        .enter(&parent, &[(2025, 1_000_000)])
        .await
        .unwrap_err();
    assert_eq!(same.fields(), ["amendment.commitments"]);
    let twice = vec![asked("144.70", 2025, -1), asked("144.70", 2025, 2)];
    let bad = world.enter_of(&parent, twice).await.unwrap_err();
    assert_eq!(
        bad.fields(),
        ["amendment.commitments[0].amount", "amendment.commitments"]
    );

    world.enter(&parent, &[(2025, 1_100_000)]).await.unwrap();
    assert_eq!(
        reason(world.enter(&parent, &[(2025, 2)]).await),
        "AMENDMENT_WAITING"
    );
    let ada = world.person("ada", &[world.preparer(), Role::SectionHead]);
    let own = world.decide_amendment(ada, &parent, DAY).await;
    assert_eq!(reason(own), "SEPARATION_OF_DUTIES");
    let dropped = world.drop_amendment(&parent).await.unwrap();
    assert_eq!(dropped.amendments[0].state().as_str_name(), "STATE_DROPPED");

    world.enter(&parent, &[(2025, 1_100_000)]).await.unwrap();
    world.close(&parent, DAY).await.unwrap();
    let ended = world.decide_amendment(head(&world), &parent, DAY).await;
    assert_eq!(reason(ended), "WRONG_STATE");
    let signed = world.sign_amendment(&parent, 2, DAY).await;
    assert_eq!(reason(signed), "WRONG_STATE");
}

/// What is decided is signed no earlier than it was decided.
async fn an_amendment_is_signed_after_its_decision(host: Host) {
    let (world, parent) = promised(host).await;
    world
        .amend(&parent, &[(2025, 1_100_000)], DAY)
        .await
        .unwrap();

    let early = world
        .sign_amendment(&parent, 1, "2025-05-04")
        .await
        .unwrap_err();

    assert_eq!(early.reason, "DATE_BEFORE_PREVIOUS_STEP");
    world.requested(&parent, "1", (2025, 1_100_000), DAY).await;
}

stories!(
    an_amendment_counts_the_difference_from_its_decision,
    an_amendment_is_judged_as_an_award_is,
    an_amendment_leaves_what_payments_take,
    an_amendment_beside_a_payment_is_before_it_or_behind_it,
    an_amendment_waits_for_another_person,
    an_amendment_is_signed_after_its_decision,
);

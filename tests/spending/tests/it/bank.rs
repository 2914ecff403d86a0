//! What the bank did, which is true: another sum than was ordered, what came back, one voucher over several
//! payments.

use proto::access::v1::Role;
use proto::spending::v1 as pb;
use testkit::spending::{
    available, controller, correct_day, correct_sum, finance, new_payment, paid, returned, told,
};
use testkit::{date, kroner};

use crate::world::{Host, World};

const DAY: &str = "2025-04-10";

/// A parent of 250,000, all of it approved to be paid.
async fn approved(host: Host) -> (World, String, String) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 250_000)]).await;
    let payment = world.approved(&parent, "1", (2025, 250_000), DAY).await;
    (world, parent, payment)
}

/// A payment of which the bank debited so many kroner and øre.
fn debited(payment: &str, units: i64, ore: i32) -> pb::MarkDisbursementPaidRequest {
    let mut request = paid(payment, DAY, "B-17");
    request.debited = kroner(units);
    request.debited.as_mut().unwrap().nanos = ore * 10_000_000;
    request
}

/// Names of payments that a list finds.
async fn listed(world: &World, request: pb::ListDisbursementsRequest) -> Vec<String> {
    let found = controller(world).must(request).await.disbursements;
    found.into_iter().map(|it| it.name).collect()
}

/// PY-02: the sum that the bank debited counts, above the commitment too; it needs a reason and is listed.
async fn another_sum_than_was_ordered_counts_with_a_reason(host: Host) {
    let (world, parent, payment) = approved(host).await;
    let request = debited(&payment, 250_012, 50);

    let refusal = finance(&world)
        .refused(request.clone(), "REASON_REQUIRED")
        .await;
    assert_eq!(refusal.metadata("field"), "other_sum_reason");
    let mut request = debited(&payment, 250_012, 50);
    request.other_sum_reason = "Gebyr hos korrespondentbanken".into();
    let done = finance(&world).must(request).await;

    assert_eq!(
        (done.amount.unwrap().units, done.debited.unwrap().nanos),
        (250_000, 500_000_000)
    );
    let facts = told(&world.feed().await, &world.measure("disbursed"), "voucher");
    assert_eq!(facts, [(DAY.to_owned(), 25_001_250, "B-17".to_owned())]);
    let only = |other_sum_only, above_commitment_only| pb::ListDisbursementsRequest {
        other_sum_only,
        above_commitment_only,
        ..Default::default()
    };
    for request in [only(true, false), only(false, true), only(true, true)] {
        assert_eq!(listed(&world, request).await, [payment.as_str()]);
    }
    world.amend(&parent, &[(2025, 250_013)], DAY).await.unwrap();
    assert_eq!(listed(&world, only(false, true)).await, [""; 0]);
    assert_eq!(listed(&world, only(true, false)).await, [payment.as_str()]);
    assert_eq!(done.other_sum_reason, "", "a machine is not shown why");
}

/// PY-02: one voucher over three payments: three facts of one voucher.
async fn one_voucher_covers_several_payments(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 600)]).await;
    for number in ["1", "2", "3"] {
        let payment = world.approved(&parent, number, (2025, 200), DAY).await;
        finance(&world).must(paid(&payment, DAY, "B-17")).await;
    }

    let facts = told(&world.feed().await, &world.measure("disbursed"), "voucher");

    let one = (DAY.to_owned(), 20_000, "B-17".to_owned());
    assert_eq!(facts, [one.clone(), one.clone(), one]);
}

/// CO-07: the bank debited another sum than was registered: reversed and recorded anew on the paid day;
/// what is left of the commitment follows, also below zero, and then it is listed.
async fn a_wrong_sum_moves_its_fact_and_what_is_left(host: Host) {
    let (world, parent, payment) = approved(host).await;
    let bank = finance(&world);
    let unpaid = correct_sum(&payment, 240_000);
    bank.refused(unpaid, "WRONG_STATE").await;
    bank.must(paid(&payment, DAY, "B-17")).await;
    let before = world.feed().await;

    let mut unexplained = correct_sum(&payment, 240_000);
    unexplained.other_sum_reason.clear();
    bank.refused(unexplained, "REASON_REQUIRED").await;
    bank.must(correct_sum(&payment, 240_000)).await;

    let after = world.feed().await;
    let moved = told(&after[before.len()..], &world.measure("disbursed"), "year");
    let on = |ore| (DAY.to_owned(), ore, "2025".to_owned());
    assert_eq!(moved, [on(-25_000_000), on(24_000_000)]);
    let rest = new_payment(&parent, "2", (2025, 10_001), DAY);
    let refusal = world.officer().refused(rest, "COMMITMENT_EXCEEDED").await;
    assert_eq!(refusal.metadata("left"), "10000.00");
    bank.must(correct_sum(&payment, 260_000)).await;
    let above = pb::ListDisbursementsRequest {
        above_commitment_only: true,
        ..Default::default()
    };
    assert_eq!(listed(&world, above).await, [payment.as_str()]);
    bank.refused(correct_sum(&payment, 260_000), "NOTHING_TO_CORRECT")
        .await;
}

/// CO-02: what came back in May lowers May; March stays as it was. The commitment is free again.
async fn what_comes_back_counts_on_its_own_day(host: Host) {
    let world = host.on("2025-05-12").await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 600_000)]).await;
    let payment = world
        .approved(&parent, "1", (2025, 600_000), "2025-03-03")
        .await;
    let bank = finance(&world);
    bank.refused(returned(&payment, "2025-05-10", 1), "WRONG_STATE")
        .await;
    bank.must(paid(&payment, "2025-03-03", "B-17")).await;
    let before = world.feed().await;

    bank.refused(
        returned(&payment, "2025-03-02", 1),
        "DATE_BEFORE_PREVIOUS_STEP",
    )
    .await;
    let done = bank.must(returned(&payment, "2025-05-10", 40_000)).await;

    let part = &done.returns[0];
    assert_eq!((part.number, part.amount.clone()), (1, kroner(40_000)));
    assert_eq!(
        (part.return_date, part.voucher.as_str()),
        (date("2025-05-10"), "B-90")
    );
    let after = world.feed().await;
    assert_eq!(after[..before.len()], before);
    let moved = told(
        &after[before.len()..],
        &world.measure("disbursed"),
        "voucher",
    );
    assert_eq!(
        moved,
        [("2025-05-10".to_owned(), -4_000_000, "B-90".to_owned())]
    );
    assert_eq!(available(&world, 2025).await, 4_400_000);
    let too_much = returned(&payment, "2025-05-11", 560_001);
    let refusal = bank.refused(too_much, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["amount"]);
    let said = "høyst 560\u{202f}000,00, som ikke er kommet tilbake";
    assert_eq!(refusal.said_of_fields(), [said]);
    world
        .requested(&parent, "2", (2025, 40_000), "2025-05-12")
        .await;
}

/// PY-03: what comes back after the end, in a later year, is given back too; that year's frame is
/// unchanged. Corrected, both move.
async fn what_comes_back_after_the_end_is_given_back(host: Host) {
    let world = host.on("2025-12-15").await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 600_000)]).await;
    let payment = world
        .approved(&parent, "1", (2025, 600_000), "2025-12-10")
        .await;
    finance(&world)
        .must(paid(&payment, "2025-12-10", "B-17"))
        .await;
    let closed = world.close(&parent, "2025-12-15").await.unwrap();
    assert_eq!(closed.commitments[0].released, kroner(0));
    let march = world.later("2026-03-10").await;
    let bank = finance(&march);
    let before = march.feed().await;
    let since = async |start: usize| {
        let facts = march.feed().await.split_off(start);
        let of = |what: &str| -> Vec<_> {
            let told = told(&facts, &march.measure(what), "year");
            told.into_iter()
                .map(|(on, ore, year)| format!("{on} {ore} {year}"))
                .collect()
        };
        (of("disbursed"), of("committed"))
    };

    bank.must(returned(&payment, "2026-03-03", 40_000)).await;

    let moved = vec!["2026-03-03 -4000000 2025".to_owned()];
    assert_eq!(since(before.len()).await, (moved.clone(), moved));
    assert_eq!(available(&march, 2025).await, 4_440_000);
    assert_eq!(available(&march, 2026).await, 0);
    let ended = march.read(&parent).await;
    assert_eq!(ended.commitments[0].released, kroner(40_000));
    let too_much = returned(&payment, "2026-03-10", 560_001);
    let refusal = bank.refused(too_much, "INVALID_FIELDS").await;
    assert_eq!(refusal.field_reasons(), ["MORE_THAN_IS_OUT"]);
    for (part, amount, reason) in [
        (0, 39_999, "LESS_THAN_CAME_BACK"),
        (1, 600_001, "MORE_THAN_WAS_PAID"),
    ] {
        let mut wrong = correct_day(&payment, "2026-03-04");
        (wrong.return_number, wrong.amount) = (part, kroner(amount));
        let refusal = bank.refused(wrong, "INVALID_FIELDS").await;
        assert_eq!(refusal.field_reasons(), [reason]);
    }

    let length = march.feed().await.len();
    let mut wrong = correct_day(&payment, "2026-03-04");
    (wrong.return_number, wrong.amount) = (1, kroner(30_000));
    bank.must(wrong).await;
    let moved = vec![
        "2026-03-03 4000000 2025".to_owned(),
        "2026-03-04 -3000000 2025".to_owned(),
    ];
    assert_eq!(since(length).await, (moved.clone(), moved));
    assert_eq!(available(&march, 2025).await, 4_430_000);
    assert_eq!(
        march.read(&parent).await.commitments[0].released,
        kroner(30_000)
    );
    let mut unknown = correct_day(&payment, "2026-03-04");
    unknown.return_number = 2;
    let refusal = bank.refused(unknown, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["return_number"]);
}

/// What waits for me: payments by state, and the frames of a year.
async fn payments_are_listed_by_state_and_frames_by_year(host: Host) {
    let (world, _, payment) = approved(host).await;
    let of_state = |state: pb::disbursement::State| pb::ListDisbursementsRequest {
        state: state.into(),
        ..Default::default()
    };
    use pb::disbursement::State::{Approved, Attested, Decided, Paid, Requested, Voided};
    for (state, found) in [
        (Requested, vec![]),
        (Decided, vec![]),
        (Attested, vec![]),
        (Approved, vec![payment.clone()]),
        (Paid, vec![]),
        (Voided, vec![]),
    ] {
        assert_eq!(listed(&world, of_state(state)).await, found, "{state:?}");
    }
    let frames = |page_size, page_token: &str| pb::ListFramesRequest {
        year: 2025,
        page_size,
        page_token: page_token.into(),
        as_of_date: None,
    };
    testkit::spending::allot(
        &world,
        testkit::spending::new_line("2025-2", "170.70", 1_000, "2025-01-10"),
    )
    .await;
    let first = controller(&world).must(frames(1, "")).await;
    let rest = controller(&world)
        .must(frames(1, &first.next_page_token))
        .await;
    assert_eq!(rest.next_page_token, "");
    let told: Vec<_> = first
        .frames
        .iter()
        .chain(&rest.frames)
        .map(|it| (it.post.clone().unwrap().chapter, it.available.clone()))
        .collect();
    assert_eq!(
        told,
        [
            ("144".into(), kroner(4_750_000)),
            ("170".into(), kroner(1_000))
        ]
    );
    let nobody = world.person("nils", &[Role::Follower]);
    nobody.refused(frames(1, ""), "ROLE_MISSING").await;
}

stories!(
    another_sum_than_was_ordered_counts_with_a_reason,
    one_voucher_covers_several_payments,
    a_wrong_sum_moves_its_fact_and_what_is_left,
    what_comes_back_counts_on_its_own_day,
    what_comes_back_after_the_end_is_given_back,
    payments_are_listed_by_state_and_frames_by_year,
);

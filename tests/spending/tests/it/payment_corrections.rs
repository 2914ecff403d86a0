//! Corrections of payments: the day or the voucher was registered wrongly.

use std::collections::BTreeMap;

use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use proto::spending::v1 as pb;
use proto::spending::v1::disbursement::State;
use testkit::spending::{correct_day, finance, paid, told};
use testkit::{date, id};

use crate::world::{Host, World};

/// A parent of a million, 400,000 of which the bank paid on 3 March 2025.
async fn with_payment(world: &World) -> (String, String) {
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let payment = world
        .approved(&parent, "1", (2025, 400_000), "2025-02-12")
        .await;
    finance(world)
        .must(paid(&payment, "2025-03-03", "B-17"))
        .await;
    (parent, payment)
}

/// CO-01, CO-06: a payment's day was wrong: March −x, April +x. The same request again has no
/// further effect; the same correction under another request_id finds nothing left.
async fn a_wrong_day_of_payment_moves_its_fact(host: Host) {
    let world = host.on("2025-04-10").await;
    let (_, payment) = with_payment(&world).await;
    let before = world.feed().await;
    let request = correct_day(&payment, "2025-04-03");

    let corrected = finance(&world).must(request.clone()).await;

    assert_eq!(
        (corrected.state(), corrected.paid_date),
        (State::Paid, date("2025-04-03"))
    );
    assert_eq!(finance(&world).must(request).await, corrected);
    finance(&world)
        .refused(correct_day(&payment, "2025-04-03"), "NOTHING_TO_CORRECT")
        .await;
    let after = world.feed().await;
    assert_eq!(after[..before.len()], before);
    let moved = told(&after[before.len()..], &world.measure("disbursed"), "year");
    let expected = [
        ("2025-03-03".to_owned(), -40_000_000, "2025".to_owned()),
        ("2025-04-03".to_owned(), 40_000_000, "2025".to_owned()),
    ];
    assert_eq!(moved, expected);
    let read = pb::GetDisbursementRequest {
        name: payment.clone(),
        read_time: None,
    };
    let seen = world.officer().must(read).await;
    assert_eq!(seen.correction_reason, "Feil dato i filen fra banken");
    finance(&world)
        .refused(
            correct_day(&payment, "2025-02-11"),
            "DATE_BEFORE_PREVIOUS_STEP",
        )
        .await;
}

/// CO-04: a correction of a correction: the sum of all facts is the last truth, and each step is in the
/// journal.
async fn the_sum_of_all_facts_is_the_last_truth(host: Host) {
    let world = host.on("2025-04-10").await;
    let (_, payment) = with_payment(&world).await;

    for day in ["2025-04-03", "2025-03-04"] {
        finance(&world).must(correct_day(&payment, day)).await;
    }

    let mut sums = BTreeMap::<String, i64>::new();
    for (on, ore, _) in told(&world.feed().await, &world.measure("disbursed"), "year") {
        *sums.entry(on).or_default() += ore;
    }
    let standing: Vec<_> = sums.into_iter().filter(|(_, ore)| *ore != 0).collect();
    assert_eq!(standing, [("2025-03-04".to_owned(), 40_000_000)]);
    let auditor = world.person("revisor", &[Role::Auditor]);
    let entries = ListEntriesRequest {
        subject: payment,
        ..Default::default()
    };
    let versions: Vec<_> = auditor
        .must(entries)
        .await
        .entries
        .iter()
        .map(|it| it.version)
        .collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
}

/// A wrong voucher is reversed and recorded anew; only what is paid can be corrected so.
async fn a_wrong_voucher_moves_its_fact(host: Host) {
    let world = host.on("2025-04-10").await;
    let (parent, payment) = with_payment(&world).await;
    let before = world.feed().await;
    let voucher = |name: &str| pb::CorrectPaymentRequest {
        name: name.into(),
        voucher: "B-18".into(),
        reason: "Feil bilag".into(),
        request_id: id(),
        ..Default::default()
    };

    let corrected = finance(&world).must(voucher(&payment)).await;

    assert_eq!(corrected.voucher, "B-18");
    let after = world.feed().await;
    let moved = told(
        &after[before.len()..],
        &world.measure("disbursed"),
        "voucher",
    );
    let on = |ore, voucher: &str| ("2025-03-03".to_owned(), ore, voucher.to_owned());
    assert_eq!(moved, [on(-40_000_000, "B-17"), on(40_000_000, "B-18")]);
    let unpaid = world
        .approved(&parent, "2", (2025, 1_000), "2025-02-12")
        .await;
    finance(&world)
        .refused(voucher(&unpaid), "WRONG_STATE")
        .await;
    let mut reasonless = voucher(&payment);
    reasonless.reason.clear();
    let refusal = finance(&world).refused(reasonless, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["reason"]);
}

stories!(
    a_wrong_day_of_payment_moves_its_fact,
    the_sum_of_all_facts_is_the_last_truth,
    a_wrong_voucher_moves_its_fact,
);

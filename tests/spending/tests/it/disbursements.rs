//! Payments: requested, decided, attested, paid; what is left of a commitment; the cash principle.

use crate::world::Host;
use prost::Message;
use proto::access::v1::Role;
use proto::spending::v1 as pb;
use proto::spending::v1::disbursement::State;
use testkit::spending::{
    LATE, attest, attester, available, correct_day, decide, director, finance, head,
    new_delegation, new_payment, paid, told, void,
};
use testkit::{date, id, kroner};

/// A payment is requested, decided, attested and paid; its fact is of the day the bank paid.
async fn a_payment_is_requested_decided_attested_and_paid(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let of = (2025, 700_000);

    let asked = world
        .officer()
        .must(new_payment(&parent, "1", of, "2025-02-12"))
        .await;
    let name = asked.name.as_str();
    assert_eq!(name, format!("{parent}/disbursements/1"));
    assert_eq!(
        (asked.state(), asked.request_date),
        (State::Requested, date("2025-02-12"))
    );
    let decided = head(&world).must(decide(name, "2025-02-13")).await;
    assert_eq!(
        (decided.state(), decided.decided_by.as_str()),
        (State::Decided, "persons/solveig")
    );
    let early = finance(&world)
        .refused(paid(name, "2025-02-14", "B-17"), "WRONG_STATE")
        .await;
    let told_states = (early.metadata("state"), early.metadata("needed"));
    assert_eq!(told_states, ("DECIDED".into(), "APPROVED".into()));
    let attested = attester(&world).must(attest(name, "2025-02-14")).await;
    assert_eq!(
        (attested.state(), attested.attested_by.as_str()),
        (State::Approved, "persons/tor")
    );
    assert_eq!(
        told(&world.feed().await, &world.measure("disbursed"), "post"),
        []
    );
    finance(&world)
        .refused(
            paid(name, "2025-02-13", "B-17"),
            "DATE_BEFORE_PREVIOUS_STEP",
        )
        .await;
    let done = finance(&world).must(paid(name, "2025-02-20", "B-17")).await;
    assert_eq!(
        (done.state(), done.paid_date),
        (State::Paid, date("2025-02-20"))
    );
    assert_eq!(done.voucher, "B-17");

    let read = pb::GetDisbursementRequest {
        name: name.into(),
        read_time: None,
    };
    assert_eq!(world.officer().must(read).await, done);
    let facts = told(&world.feed().await, &world.measure("disbursed"), "year");
    assert_eq!(
        facts,
        [("2025-02-20".to_owned(), 70_000_000, "2025".to_owned())]
    );
    let again = head(&world)
        .refused(void(name, "2025-03-03"), "WRONG_STATE")
        .await;
    assert_eq!(again.metadata("state"), "PAID");
}

/// Each step is taken once, and not before the request.
async fn a_step_of_a_payment_is_taken_once_and_in_order(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let name = world
        .requested(&parent, "1", (2025, 1_000), "2025-02-12")
        .await;
    let (head, attester) = (head(&world), attester(&world));
    let (early, day) = ("2025-02-11", "2025-02-13");

    let too_early = "DATE_BEFORE_PREVIOUS_STEP";
    let refusal = head.refused(decide(&name, early), too_early).await;
    assert_eq!(refusal.metadata("previous_date"), "2025-02-12");
    attester.refused(attest(&name, early), too_early).await;
    head.refused(void(&name, early), too_early).await;

    let none = format!("{parent}/disbursements/none");
    let refusal = head.refused(decide(&none, day), "NOT_FOUND").await;
    assert_eq!(refusal.metadata("name"), none);
    head.must(decide(&name, day)).await;
    let refusal = head.refused(decide(&name, day), "WRONG_STATE").await;
    assert_eq!(refusal.metadata("state"), "DECIDED");
    attester.must(attest(&name, day)).await;
    let refusal = attester.refused(attest(&name, day), "WRONG_STATE").await;
    assert_eq!(refusal.metadata("state"), "APPROVED");
}

/// B-T12: what the state forbids is said first, and only of a step that it allows why it comes late.
async fn a_late_step_is_judged_by_its_state_first(host: Host) {
    let world = host.on("2025-03-20").await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let payment = world
        .requested(&parent, "1", (2025, 1_000), "2025-03-03")
        .await;
    let unexplained = || {
        let mut decision = decide(&payment, "2025-03-03");
        decision.late_reason.clear();
        decision
    };

    let reason = "LATE_REASON_REQUIRED";
    head(&world).refused(unexplained(), reason).await;
    head(&world).must(decide(&payment, "2025-03-03")).await;
    head(&world).refused(unexplained(), "WRONG_STATE").await;
}

/// FR-09: nothing is paid of a conditional commitment, nor of one that the parent does not have,
/// nor of a parent that does not pay, nor before it did.
async fn a_payment_is_of_an_unconditional_commitment_of_a_parent_that_pays(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(5_000_000).await;
    let ada = world.officer();
    let (unpaid, state) = world.not_paying("1", &[(2025, 1_000)]).await;
    let parent = world
        .paying("2", &[(2025, 1_000_000), (2026, 1_000_000)])
        .await;
    let asked = |parent: &str, year| new_payment(parent, "1", (year, 1_000), "2025-02-12");

    let refusal = ada
        .refused(asked(&parent, 2026), "COMMITMENT_CONDITIONAL")
        .await;
    assert_eq!(refusal.metadata("post"), "144.70");
    let refusal = ada
        .refused(asked(&parent, 2027), "COMMITMENT_UNKNOWN")
        .await;
    assert_eq!(refusal.metadata("year"), "2027");
    let refusal = ada.refused(asked(&unpaid, 2025), "NOT_PAYABLE").await;
    assert_eq!(refusal.metadata("state"), state);
    ada.refused(asked(&world.parent("none"), 2025), "NOT_FOUND")
        .await;
    let first: chrono::NaiveDate = world.pays_from().parse().unwrap();
    let day_before = first.pred_opt().unwrap().to_string();
    let before_it_pays = new_payment(&parent, "1", (2025, 1_000), &day_before);
    let refusal = ada
        .refused(before_it_pays, "DATE_BEFORE_PREVIOUS_STEP")
        .await;
    assert_eq!(refusal.metadata("previous_date"), world.pays_from());
}

/// FR-10: what is requested takes from the commitment as what is paid does; voiding frees it.
async fn what_is_left_of_a_commitment_is_what_nothing_takes(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let first = world
        .approved(&parent, "1", (2025, 200_000), "2025-02-12")
        .await;
    finance(&world)
        .must(paid(&first, "2025-02-14", "B-17"))
        .await;
    let second = world
        .requested(&parent, "2", (2025, 700_000), "2025-02-12")
        .await;
    let ada = world.officer();
    let third =
        |id_of_payment: &str| new_payment(&parent, id_of_payment, (2025, 200_000), "2025-02-15");

    let refusal = ada.refused(third("3"), "COMMITMENT_EXCEEDED").await;
    let told = ["left", "asked"].map(|key| refusal.metadata(key));
    assert_eq!(told, ["100000.00", "200000.00"]);
    let voided = head(&world).must(void(&second, "2025-02-16")).await;
    assert_eq!(
        (voided.state(), voided.void_date),
        (State::Voided, date("2025-02-16"))
    );
    assert_eq!(voided.void_reason, "Feil mottaker");
    ada.must(third("3")).await;
    ada.refused(third("3"), "ALREADY_EXISTS").await;
}

/// FR-10, at once: of twenty requests of 100,000 on a commitment of a million, ten are taken.
async fn requests_at_once_take_no_more_than_is_promised(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    world.connected(16).await;
    let requests: Vec<_> = (0..20)
        .map(|number: i32| {
            let of = (2025, 100_000);
            let request = new_payment(&parent, &number.to_string(), of, "2025-02-12");
            tokio::spawn(world.officer().settled(request))
        })
        .collect();
    let mut taken = 0;
    for request in requests {
        match request.await.unwrap() {
            Ok(_) => taken += 1,
            Err(refusal) => assert_eq!(refusal.reason, "COMMITMENT_EXCEEDED"),
        }
    }
    assert_eq!(taken, 10);
}

/// FR-11: money of 2025 is requested, decided and attested in 2025. What the bank paid in 2026 is
/// true: accepted with a reason, disbursed in 2026, taken from the frame of 2026 below zero, listed.
async fn what_the_bank_paid_in_another_year_is_entered_with_a_reason(host: Host) {
    let world = host.on("2025-12-15").await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let late = world
        .approved(&parent, "1", (2025, 400_000), "2025-12-15")
        .await;
    let open = world
        .requested(&parent, "2", (2025, 100_000), "2025-12-15")
        .await;
    let in_time = world
        .approved(&parent, "3", (2025, 100_000), "2025-12-15")
        .await;
    let january = world.later("2026-01-05").await;

    let asked = new_payment(&parent, "4", (2025, 1_000), "2026-01-05");
    january
        .officer()
        .refused(asked, "PAYMENT_OUTSIDE_YEAR")
        .await;
    let refusal = head(&january)
        .refused(decide(&open, "2026-01-05"), "PAYMENT_OUTSIDE_YEAR")
        .await;
    let metadata = ["year", "effective_date"].map(|key| refusal.metadata(key));
    assert_eq!(metadata, ["2025", "2026-01-05"]);
    attester(&january)
        .refused(attest(&open, "2026-01-05"), "PAYMENT_OUTSIDE_YEAR")
        .await;
    head(&january).must(decide(&open, "2025-12-31")).await;

    let mut bank = paid(&late, "2026-01-02", "B-1");
    let refusal = finance(&january)
        .refused(bank.clone(), "OTHER_YEAR_REASON_REQUIRED")
        .await;
    assert_eq!(refusal.metadata("paid_date"), "2026-01-02");
    bank.request_id = id();
    bank.other_year_reason = "Banken holdt stengt".into();
    finance(&january).must(bank).await;
    finance(&january)
        .must(paid(&in_time, "2025-12-30", "B-2"))
        .await;
    finance(&january)
        .refused(
            correct_day(&in_time, "2026-01-02"),
            "OTHER_YEAR_REASON_REQUIRED",
        )
        .await;

    assert_eq!(available(&january, 2026).await, -400_000);
    assert_eq!(available(&january, 2025).await, 4_000_000);
    let facts = told(&january.feed().await, &world.measure("disbursed"), "year");
    let expected = [
        ("2026-01-02".to_owned(), 40_000_000, "2025".to_owned()),
        ("2025-12-30".to_owned(), 10_000_000, "2025".to_owned()),
    ];
    assert_eq!(facts, expected);
    let listed = january
        .officer()
        .must(pb::ListDisbursementsRequest {
            other_year_only: true,
            ..Default::default()
        })
        .await
        .disbursements;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (&listed[0].name, listed[0].other_year_reason.as_str()),
        (&late, "Banken holdt stengt")
    );
}

/// A decision needs authority for the payment's own sum.
async fn a_payment_is_decided_by_authority_for_its_own_sum(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let small = world
        .requested(&parent, "1", (2025, 50_000), "2025-02-12")
        .await;
    let large = world
        .requested(&parent, "2", (2025, 50_001), "2025-02-12")
        .await;
    let nils = world.person("nils", &[Role::SectionHead]);

    nils.refused(decide(&small, "2025-02-13"), "NO_BUDGET_AUTHORITY")
        .await;
    let given = new_delegation("nils", 50_000, "2025-01-01");
    director(&world).must(given).await;
    nils.must(decide(&small, "2025-02-13")).await;
    let refusal = nils
        .refused(decide(&large, "2025-02-13"), "BUDGET_AUTHORITY_LIMIT")
        .await;
    assert_eq!(refusal.metadata("asked"), "50001.00");
}

/// A machine does not see why something was voided or paid in another year; a person does. Lists
/// are of one parent where one is named, page by page.
async fn payments_are_listed_by_parent_and_a_machine_sees_no_reasons(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(5_000_000).await;
    let one = world.paying("1", &[(2025, 1_000_000)]).await;
    let other = world.paying("2", &[(2025, 1_000_000)]).await;
    let voided = world
        .requested(&one, "1", (2025, 1_000), "2025-02-12")
        .await;
    head(&world).must(void(&voided, "2025-02-13")).await;
    world
        .requested(&one, "2", (2025, 1_000), "2025-02-12")
        .await;
    world
        .requested(&other, "1", (2025, 1_000), "2025-02-12")
        .await;

    let mut request = pb::ListDisbursementsRequest {
        parent: one.clone(),
        page_size: 1,
        ..Default::default()
    };
    let first = world.officer().must(request.clone()).await;
    assert_eq!(first.disbursements[0].void_reason, "Feil mottaker");
    request.page_token = first.next_page_token;
    let second = world.officer().must(request).await;
    assert_eq!(
        second.disbursements[0].name,
        format!("{one}/disbursements/2")
    );
    assert_eq!(second.next_page_token, "");
    let all = finance(&world)
        .must(pb::ListDisbursementsRequest::default())
        .await;
    assert_eq!(all.disbursements.len(), 3);
    assert!(all.disbursements.iter().all(|it| it.void_reason.is_empty()));
    let entries = proto::audit::v1::ListEntriesRequest {
        subject: voided.clone(),
        late_only: true,
        ..Default::default()
    };
    let machine = world.machine(&[Role::Auditor]);
    for (auditor, late_reason, void_reason) in [
        (machine, "", ""),
        (
            world.person("revisor", &[Role::Auditor]),
            LATE,
            "Feil mottaker",
        ),
    ] {
        let entry = auditor.must(entries.clone()).await.entries.pop().unwrap();
        assert_eq!(entry.late_reason, late_reason);
        let after = pb::Disbursement::decode(entry.after.unwrap().value.as_slice());
        assert_eq!(after.unwrap().void_reason, void_reason);
    }
    let read = pb::GetDisbursementRequest {
        name: voided,
        read_time: None,
    };
    assert_eq!(finance(&world).must(read.clone()).await.void_reason, "");
    assert_eq!(
        world.officer().must(read).await.void_reason,
        "Feil mottaker"
    );
    assert_eq!(all.disbursements[0].amount, kroner(1_000));
}

stories!(
    a_payment_is_requested_decided_attested_and_paid,
    a_step_of_a_payment_is_taken_once_and_in_order,
    a_late_step_is_judged_by_its_state_first,
    a_payment_is_of_an_unconditional_commitment_of_a_parent_that_pays,
    what_is_left_of_a_commitment_is_what_nothing_takes,
    requests_at_once_take_no_more_than_is_promised,
    what_the_bank_paid_in_another_year_is_entered_with_a_reason,
    a_payment_is_decided_by_authority_for_its_own_sum,
    payments_are_listed_by_parent_and_a_machine_sees_no_reasons
);

//! What a promise is judged by: frames and written authority; in turn and in parallel.

use proto::access::v1::Role;
use testkit::spending::{
    allot, available, director, directors_own, frame, head, new_delegation, new_line, registrar,
    told,
};
use testkit::{date, kroner, letter, post};

use crate::world::{Host, World, asked};

/// FR-04, FR-05: what the ministry decides is entered, also below zero; there an award of one øre is
/// refused with what is available and what was asked, and giving back is accepted.
async fn below_zero_nothing_is_promised_and_giving_back_is_accepted(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(153_500_000).await;
    let name = world.paying("1", &[(2025, 150_000_000)]).await;
    let reducing = new_line("2025-2", "144.70", -10_000_000, "2025-03-01");
    allot(&world, reducing).await;
    assert_eq!(available(&world, 2025).await, -6_500_000);

    let mut smallest = asked("144.70", 2025, 0);
    smallest.amount.as_mut().unwrap().nanos = 10_000_000;
    let smallest = world.drafted_of("2", vec![smallest]).await;
    let refusal = world
        .award_refused(head(&world), &smallest, "2025-03-03", "FRAME_EXCEEDED")
        .await;

    let told = ["post", "year", "available", "asked"].map(|key| refusal.metadata(key));
    assert_eq!(told, ["144.70", "2025", "-6500000.00", "0.01"]);
    world.close(&name, "2025-03-03").await.unwrap();
    assert_eq!(available(&world, 2025).await, 143_500_000);
    let awarded = world.award(head(&world), &smallest, "2025-03-03").await;
    awarded.unwrap();
}

/// FR-13: an award on 170.70, which Norec spends by authorisation, is judged on 170.70 alone.
async fn an_award_is_judged_on_its_own_post_alone(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(5_000_000).await;
    allot(&world, new_line("2025-2", "170.70", 1_000, "2025-01-10")).await;
    let mut authority = new_delegation("dag", 5_000_000, "2025-01-01");
    authority.delegation.as_mut().unwrap().posts = vec![post("170.70")];
    registrar(&world).must(authority).await;
    let too_much = world.drafted_of("1", vec![asked("170.70", 2025, 1_001)]);
    let too_much = too_much.await;
    let enough = world.drafted_of("2", vec![asked("170.70", 2025, 1_000)]);
    let enough = enough.await;

    let refusal = world
        .award_refused(director(&world), &too_much, "2025-03-03", "FRAME_EXCEEDED")
        .await;
    assert_eq!(refusal.metadata("post"), "170.70");
    let awarded = world.award(director(&world), &enough, "2025-03-03").await;
    awarded.unwrap();
    assert_eq!(available(&world, 2025).await, 5_000_000);
}

/// FR-07: without a line of 2026 the commitment of 2026 is conditional: in no frame, shown apart,
/// and under the reservation's wording from a dated rule.
async fn a_later_year_without_a_line_is_conditional(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(5_000_000).await;
    let draft = world
        .drafted("1", &[(2026, 1_000_000), (2025, 1_000_000)])
        .await;

    let awarded = world.award(head(&world), &draft, "2025-02-03").await;

    let awarded = awarded.unwrap();
    let conditional: Vec<_> = awarded
        .commitments
        .iter()
        .map(|it| (it.year, it.conditional))
        .collect();
    assert_eq!(conditional, [(2025, false), (2026, true)]);
    assert_eq!(
        awarded.reservation,
        "Tilsagnet for 2026 gis med forbehold om at Stortinget bevilger midler til formålet på \
         statsbudsjettet for 2026."
    );
    assert_eq!(
        awarded.reservation_nn,
        "Tilsegna for 2026 blir gitt med atterhald om at Stortinget løyver midlar til formålet på \
         statsbudsjettet for 2026."
    );
    assert_eq!(
        awarded.reservation_rule,
        "rules/commitment-reservation/editions/1990-01-01"
    );
    assert_eq!(available(&world, 2025).await, 4_000_000);
    let mut next_year = frame("144.70", None);
    next_year.year = 2026;
    let frame = head(&world).must(next_year).await;
    assert_eq!(
        (frame.conditional, frame.committed),
        (kroner(1_000_000), kroner(0))
    );
    let facts = told(
        &world.feed().await,
        &world.measure("committed"),
        "commitment",
    );
    let on = || "2025-02-03".to_owned();
    let expected = [
        (on(), 100_000_000, "unconditional".to_owned()),
        (on(), 100_000_000, "conditional".to_owned()),
    ];
    assert_eq!(facts, expected);

    let past = world.drafted("2", &[(2024, 1_000)]).await;
    let refusal = world
        .award_refused(head(&world), &past, "2025-02-03", "COMMITMENT_IN_PAST_YEAR")
        .await;
    assert_eq!(refusal.metadata("year"), "2024");
}

/// A later year that has a line is judged by it, and not made conditional when it is too small.
async fn a_later_year_with_a_line_is_judged_by_it(host: Host) {
    let world = host.on("2025-11-03").await;
    world.may_award(5_000_000).await;
    let mut next_year = new_line("2026-1", "144.70", 500_000, "2025-10-20");
    next_year.allocation_line.as_mut().unwrap().year = 2026;
    allot(&world, next_year).await;
    let too_much = world.drafted("1", &[(2025, 1), (2026, 500_001)]).await;
    let enough = world.drafted("2", &[(2025, 1), (2026, 500_000)]).await;

    let refusal = world
        .award_refused(head(&world), &too_much, "2025-11-03", "FRAME_EXCEEDED")
        .await;
    assert_eq!(refusal.metadata("year"), "2026");
    let awarded = world.award(head(&world), &enough, "2025-11-03").await;
    let awarded = awarded.unwrap();
    assert!(awarded.commitments.iter().all(|it| !it.conditional));
    assert_eq!(awarded.reservation, "");
}

/// An award of December may be registered in January: it is judged by the year of its decision.
async fn an_award_is_judged_by_the_year_of_its_decision(host: Host) {
    let world = host.on("2025-12-01").await;
    world.may_award(5_000_000).await;
    let name = world.drafted("1", &[(2025, 1_000)]).await;
    let january = world.later("2026-01-05").await;

    let awarded = january.award(head(&january), &name, "2025-12-30").await;

    let awarded = awarded.unwrap();
    assert!(awarded.commitments.iter().all(|it| !it.conditional));
    let facts = told(&january.feed().await, &world.measure("committed"), "year");
    let expected = ("2025-12-30".to_owned(), 100_000, "2025".to_owned());
    assert_eq!(facts, [expected]);
}

/// FR-06: a frame of 60 M and 100 awards of 1 M at once: 60 are made, 40 refused, nothing is left.
async fn a_hundred_awards_at_once_take_exactly_what_there_is(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(60_000_000).await;
    let mut names = Vec::new();
    for number in 0..100 {
        let id_of_parent = number.to_string();
        names.push(world.drafted(&id_of_parent, &[(2025, 1_000_000)]).await);
    }
    world.connected(16).await;

    let awards = names
        .iter()
        .map(|name| tokio::spawn(world.award(head(&world), name, "2025-03-03")));
    let mut made = 0;
    let mut refused = 0;
    for outcome in awards.collect::<Vec<_>>() {
        match outcome.await.unwrap() {
            Ok(_) => made += 1,
            Err(refusal) => {
                assert_eq!(refusal.reason, "FRAME_EXCEEDED", "{}", refusal.status);
                assert_eq!(refusal.metadata("available"), "0.00");
                refused += 1;
            }
        }
    }

    assert_eq!((made, refused), (60, 40));
    assert_eq!(available(&world, 2025).await, 0);
}

/// Parents of the same two frames, named in opposite order: frames are locked in one order, so all are
/// awarded and none waits for another in a ring.
async fn awards_of_the_same_frames_do_not_lock_one_another_out(host: Host) {
    let world = host.on("2025-03-03").await;
    world.may_award(60_000_000).await;
    let mut names = Vec::new();
    for number in 0..20 {
        let of = match number % 2 {
            0 => [(2025, 1_000), (2026, 1_000)],
            _ => [(2026, 1_000), (2025, 1_000)],
        };
        names.push(world.drafted(&number.to_string(), &of).await);
    }
    world.connected(16).await;

    let awards = names
        .iter()
        .map(|name| tokio::spawn(world.award(head(&world), name, "2025-03-03")));
    for outcome in awards.collect::<Vec<_>>() {
        outcome.await.unwrap().unwrap();
    }
    assert_eq!(available(&world, 2025).await, 60_000_000 - 20 * 1_000);
}

/// The people of FR-14 and FR-15: solveig holds 144.70 up to 2 M, from 1 January to 30 June.
async fn half_a_year(host: Host, day: &str) -> World {
    let world = host.on(day).await;
    world.may_decide().await;
    for (line, of_post) in [("2025-1", "144.70"), ("2025-2", "144.71")] {
        allot(&world, new_line(line, of_post, 50_000_000, "2025-01-10")).await;
    }
    directors_own(&world, 50_000_000).await;
    let mut given = new_delegation("solveig", 2_000_000, "2025-01-01");
    given.delegation.as_mut().unwrap().end_date = date("2025-06-30");
    director(&world).must(given).await;
    world
}

/// FR-14: the whole sum is judged, the conditional year's part too.
async fn authority_is_judged_on_the_whole_sum(host: Host) {
    let world = half_a_year(host, "2025-03-03").await;
    let name = world
        .drafted("1", &[(2025, 1_500_000), (2026, 1_000_000)])
        .await;

    let refusal = world
        .award_refused(head(&world), &name, "2025-03-03", "BUDGET_AUTHORITY_LIMIT")
        .await;

    let told = ["post", "limit", "asked"].map(|key| refusal.metadata(key));
    assert_eq!(told, ["144.70", "2000000.00", "2500000.00"]);
    let within = world
        .drafted("2", &[(2025, 1_000_000), (2026, 1_000_000)])
        .await;
    let awarded = world.award(head(&world), &within, "2025-03-03").await;
    awarded.unwrap();
}

/// FR-15: authority to 30 June holds on 30 June, not on 1 July, not for 144.71, and not on 5 July
/// for a decision of 30 June.
async fn authority_holds_for_its_posts_on_its_days_and_on_the_day_of_registration(host: Host) {
    let world = half_a_year(host, "2025-06-30").await;
    let name = world.drafted("1", &[(2025, 1_000)]).await;
    let awarded = world.award(head(&world), &name, "2025-06-30").await;
    awarded.unwrap();

    let other_post = vec![asked("144.71", 2025, 1_000)];
    let other_post = world.drafted_of("2", other_post).await;
    let without = "NO_BUDGET_AUTHORITY";
    let refusal = world
        .award_refused(head(&world), &other_post, "2025-06-30", without)
        .await;
    let told = ["post", "effective_date", "person"].map(|key| refusal.metadata(key));
    assert_eq!(told, ["144.71", "2025-06-30", "persons/solveig"]);

    let name = world.drafted("3", &[(2025, 1_000)]).await;
    for (registered, decided) in [("2025-07-01", "2025-07-01"), ("2025-07-05", "2025-06-30")] {
        let july = world.later(registered).await;
        july.award_refused(head(&july), &name, decided, without)
            .await;
    }
    let in_time = world.later("2025-06-30").await;
    let awarded = in_time.award(head(&in_time), &name, "2025-06-30").await;
    awarded.unwrap();
}

/// FR-16: authority registered in May "from March" holds for a decision of March when its document
/// is of February, not when it is of May; what is late is listed as late.
async fn authority_reaches_back_no_further_than_its_document(host: Host) {
    for (document, accepted) in [("2025-05-02", false), ("2025-02-20", true)] {
        let world = host.on("2025-05-05").await;
        world.may_decide().await;
        allot(
            &world,
            new_line("2025-1", "144.70", 5_000_000, "2025-01-10"),
        )
        .await;
        directors_own(&world, 50_000_000).await;
        let name = world.drafted("1", &[(2025, 1_000)]).await;
        let mut given = new_delegation("solveig", 2_000_000, "2025-03-01");
        given.delegation.as_mut().unwrap().document = letter(document);
        let given = director(&world).must(given).await;

        let outcome = world.award(head(&world), &name, "2025-03-10").await;

        let reason = outcome.as_ref().err().map(|it| it.reason.as_str());
        let expected = (!accepted).then_some("NO_BUDGET_AUTHORITY");
        assert_eq!(reason, expected, "document of {document}");
        let late = proto::audit::v1::ListEntriesRequest {
            late_only: true,
            ..Default::default()
        };
        let auditor = world.person("revisor", &[Role::Auditor]);
        let entries = auditor.must(late).await.entries;
        let listed = |subject: &str| entries.iter().any(|it| it.subject == subject);
        assert!(listed(&given.name));
        assert_eq!(listed(&name), accepted);
    }
}

stories!(
    below_zero_nothing_is_promised_and_giving_back_is_accepted,
    an_award_is_judged_on_its_own_post_alone,
    a_later_year_without_a_line_is_conditional,
    a_later_year_with_a_line_is_judged_by_it,
    an_award_is_judged_by_the_year_of_its_decision,
    a_hundred_awards_at_once_take_exactly_what_there_is,
    awards_of_the_same_frames_do_not_lock_one_another_out,
    authority_is_judged_on_the_whole_sum,
    authority_holds_for_its_posts_on_its_days_and_on_the_day_of_registration,
    authority_reaches_back_no_further_than_its_document,
);

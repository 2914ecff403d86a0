//! Frames: what lines make of a chapter, post and year.

use crate::world::Host;
use proto::spending::v1 as pb;
use proto::spending::v1::allocation_line::{Kind, State};
use testkit::spending::{allot, confirm, controller, frame, head, new_line, new_set_aside};
use testkit::{Actor, kroner, post};

/// FR-01: a line that is entered and not confirmed does not count, and is listed as waiting.
async fn a_line_that_waits_is_listed_and_does_not_count(host: Host) {
    let world = host.on("2025-03-03").await;
    let kari = controller(&world);
    let entered = kari
        .must(new_line("1", "144.70", 153_500_000, "2025-01-10"))
        .await;

    let seen = kari.must(frame("144.70", None)).await;
    assert_eq!(seen.waiting, std::slice::from_ref(&entered));
    assert_eq!(
        (seen.allocated, seen.available, seen.lines),
        (kroner(0), kroner(0), vec![])
    );

    let confirmed = head(&world).must(confirm(&entered.name)).await;
    let seen = kari.must(frame("144.70", None)).await;
    assert_eq!(seen.lines, [confirmed]);
    assert_eq!(
        (seen.allocated, seen.available, seen.waiting),
        (kroner(153_500_000), kroner(153_500_000), vec![])
    );
}

/// FR-03: 153.5 M before the supplement and 143.5 M after it, each with its documents.
async fn a_frame_as_of_a_day_is_its_lines_until_then(host: Host) {
    let world = host.on("2025-07-01").await;
    let letter = allot(&world, new_line("1", "144.70", 153_500_000, "2025-01-10")).await;
    let mut reducing = new_line("2", "144.70", -10_000_000, "2025-06-20");
    let line = reducing.allocation_line.as_mut().unwrap();
    line.document.as_mut().unwrap().title = "Supplerende tildelingsbrev".into();
    let supplement = allot(&world, reducing).await;

    let reader = controller(&world);
    for (as_of, allocated, lines) in [
        (Some("2025-01-09"), 0, vec![]),
        (Some("2025-06-19"), 153_500_000, vec![letter.clone()]),
        (
            Some("2025-06-20"),
            143_500_000,
            vec![letter.clone(), supplement.clone()],
        ),
        (None, 143_500_000, vec![letter, supplement]),
    ] {
        let seen = reader.must(frame("144.70", as_of)).await;
        assert_eq!(seen.allocated, kroner(allocated), "{as_of:?}");
        assert_eq!(seen.lines, lines, "{as_of:?}");
        assert_eq!(
            seen.available,
            kroner(143_500_000),
            "available is judged on all that is registered"
        );
    }
}

/// FR-04: the ministry's supplement is entered also when it leaves available below zero. What Norec
/// then asks for is refused, what it frees is accepted (FR-05).
async fn a_supplement_enters_below_zero_and_nothing_deepens_it(host: Host) {
    let world = host.on("2025-07-01").await;
    let (kari, solveig) = (controller(&world), head(&world));
    allot(&world, new_line("1", "144.70", 153_500_000, "2025-01-10")).await;
    allot(
        &world,
        new_set_aside("2", "144.70", 150_000_000, "2025-02-01"),
    )
    .await;

    let reducing = new_line("3", "144.70", -10_000_000, "2025-06-30");
    let supplement = allot(&world, reducing).await;

    assert_eq!(supplement.state(), State::Confirmed);
    assert_eq!(available(&kari).await, kroner(-6_500_000));
    let mut smallest = new_set_aside("4", "144.70", 0, "2025-07-01");
    let amount = smallest.allocation_line.as_mut().unwrap().amount.as_mut();
    amount.unwrap().nanos = 10_000_000;
    let asked = kari.must(smallest).await;
    let refusal = solveig
        .refused(confirm(&asked.name), "FRAME_EXCEEDED")
        .await;
    let [post, year, available_then, asked_for] =
        ["post", "year", "available", "asked"].map(|key| refusal.metadata(key));
    assert_eq!(
        [post, year, available_then, asked_for],
        ["144.70", "2025", "-6500000.00", "0.01"]
    );
    allot(
        &world,
        new_set_aside("5", "144.70", -2_000_000, "2025-07-01"),
    )
    .await;
    assert_eq!(available(&kari).await, kroner(-4_500_000));
}

async fn available(reader: &Actor) -> Option<proto::google::r#type::Money> {
    reader.must(frame("144.70", None)).await.available
}

/// FR-13: a line on 170.70, which Norec spends by authorisation, makes a frame of its own.
async fn each_chapter_post_and_year_is_a_frame_of_its_own(host: Host) {
    let world = host.on("2025-03-03").await;
    allot(&world, new_line("1", "144.70", 100, "2025-01-10")).await;
    let mut carried_over = new_line("2", "170.70", 30, "2025-01-10");
    let line = carried_over.allocation_line.as_mut().unwrap();
    line.kind = Kind::CarriedOver.into();
    allot(&world, carried_over).await;
    let mut next_year = new_line("3", "144.70", 7, "2025-01-10");
    next_year.allocation_line.as_mut().unwrap().year = 2026;
    allot(&world, next_year).await;

    for (of_post, year, expected) in [
        ("144.70", 2025, 100),
        ("170.70", 2025, 30),
        ("144.71", 2025, 0),
        ("144.70", 2026, 7),
        ("170.70", 2026, 0),
    ] {
        let request = pb::GetFrameRequest {
            post: Some(post(of_post)),
            year,
            as_of_date: None,
        };
        let seen = controller(&world).must(request).await;
        assert_eq!(
            (seen.allocated, seen.available),
            (kroner(expected), kroner(expected)),
            "{of_post} {year}"
        );
    }
}

/// Ten set-asides of 10 of a frame of 60 are confirmed at once: six are, four are refused, and
/// nothing is left.
async fn set_asides_in_parallel_take_what_the_frame_holds_and_no_more(host: Host) {
    let world = host.on("2025-03-03").await;
    let (kari, solveig) = (controller(&world), head(&world));
    allot(&world, new_line("frame", "144.70", 60, "2025-01-10")).await;
    let mut attempts = Vec::new();
    for number in 0..10 {
        let request = new_set_aside(&number.to_string(), "144.70", 10, "2025-03-01");
        let entered = kari.must(request).await;
        let solveig = solveig.clone();
        attempts.push(async move { settled(&solveig, confirm(&entered.name)).await });
    }

    world.connected(10).await;
    let running: Vec<_> = attempts.into_iter().map(tokio::spawn).collect();
    let mut reasons = Vec::new();
    for attempt in running {
        reasons.push(attempt.await.unwrap());
    }

    reasons.sort();
    let expected = [&[""; 6][..], &["FRAME_EXCEEDED"; 4]].concat();
    assert_eq!(reasons, expected);
    assert_eq!(available(&kari).await, kroner(0));
}

/// Why a confirmation is refused in the end, or nothing; sent again while others are at work.
async fn settled(actor: &Actor, request: pb::ConfirmAllocationLineRequest) -> String {
    for _ in 0..1000 {
        match actor.call(request.clone()).await {
            Ok(_) => return String::new(),
            Err(refusal) if ["BUSY", "OVERLOADED"].contains(&refusal.reason.as_str()) => (),
            Err(refusal) => return refusal.reason,
        }
    }
    panic!("{request:?} was never judged")
}

stories!(
    a_line_that_waits_is_listed_and_does_not_count,
    a_frame_as_of_a_day_is_its_lines_until_then,
    a_supplement_enters_below_zero_and_nothing_deepens_it,
    each_chapter_post_and_year_is_a_frame_of_its_own,
    set_asides_in_parallel_take_what_the_frame_holds_and_no_more
);

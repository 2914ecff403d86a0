//! Allocation lines: entered by one, confirmed by another, reversed and entered anew.

use crate::world::{Host, World};
use proto::access::v1::Role;
use proto::spending::v1 as pb;
use proto::spending::v1::allocation_line::{Kind, State};
use testkit::spending::{
    allot, confirm, confirm_reversal, controller, frame, head, new_line, new_set_aside, reverse,
};
use testkit::{Actor, kroner};
use tonic::Code;

fn get(name: &str) -> pb::GetAllocationLineRequest {
    pb::GetAllocationLineRequest {
        name: name.into(),
        read_time: None,
    }
}

/// FR-02: A entered the line, so A does not confirm it; B does.
async fn a_line_is_confirmed_by_another_person(host: Host) {
    let world = host.on("2025-03-03").await;
    let kari = controller(&world);
    let entered = kari
        .must(new_line("1", "144.70", 153_500_000, "2025-01-10"))
        .await;
    assert_eq!(entered.state(), State::Entered);
    assert_eq!(entered.kind(), Kind::Allocated);

    let refusal = kari
        .refused(confirm(&entered.name), "SEPARATION_OF_DUTIES")
        .await;
    assert_eq!(refusal.code, Code::PermissionDenied);
    assert_eq!(refusal.metadata("held"), "PREPARE");
    assert_eq!(world.facts().await, []);
    let machine = world.machine(&[Role::Controller]);
    machine
        .refused(confirm(&entered.name), "NEEDS_A_PERSON")
        .await;

    let confirmed = head(&world).must(confirm(&entered.name)).await;
    assert_eq!(confirmed.state(), State::Confirmed);
    assert_eq!(kari.must(get(&entered.name)).await, confirmed);
    let measure = world.measure("allocated");
    let fact = (measure, "2025-01-10".to_owned(), 15_350_000_000);
    assert_eq!(world.facts().await, [fact]);
    assert_eq!(
        world.journal().await,
        ["CreateAllocationLine", "ConfirmAllocationLine"]
    );
    let refusal = head(&world)
        .refused(confirm(&entered.name), "WRONG_STATE")
        .await;
    assert_eq!(
        (refusal.metadata("state"), refusal.metadata("needed")),
        ("CONFIRMED".into(), "ENTERED".into())
    );
}

/// The sum of a line's facts, as a report of the day would have it.
async fn sum_of_facts(world: &World) -> i64 {
    world.facts().await.iter().map(|(_, _, value)| value).sum()
}

/// CO-04: a correction of a correction: the sum of all facts is the last truth, on the letter's
/// day, and each step is in the journal. Reversing what should have stood is undone by entering the
/// line anew.
async fn a_line_is_reversed_and_entered_anew_and_the_facts_are_the_last_truth(host: Host) {
    let world = host.on("2025-03-03").await;
    let (kari, solveig) = (controller(&world), head(&world));
    for (line, amount) in [("1", 100), ("2", 90)] {
        let wrong = allot(&world, new_line(line, "144.70", amount, "2025-01-10")).await;
        let entered = kari.must(reverse(&wrong.name)).await;
        assert_eq!(entered.state(), State::ReversalEntered);
        assert_eq!(entered.reversal_reason, "Ført på feil post");
        assert_eq!(
            sum_of_facts(&world).await,
            amount * 100,
            "it counts until confirmed"
        );
        kari.refused(confirm_reversal(&wrong.name), "SEPARATION_OF_DUTIES")
            .await;
        let reversed = solveig.must(confirm_reversal(&wrong.name)).await;
        assert_eq!(reversed.state(), State::Reversed);
    }
    allot(&world, new_line("3", "144.70", 95, "2025-01-10")).await;

    let facts = world.facts().await;
    let expected = [10_000, -10_000, 9_000, -9_000, 9_500]
        .map(|value| (world.measure("allocated"), "2025-01-10".to_owned(), value));
    assert_eq!(facts, expected);
    let steps = [
        "CreateAllocationLine",
        "ConfirmAllocationLine",
        "ReverseAllocationLine",
        "ConfirmAllocationLineReversal",
    ];
    let journal = [&steps[..], &steps[..], &steps[..2]].concat();
    assert_eq!(world.journal().await, journal);
    let seen = solveig.must(frame("144.70", None)).await;
    assert_eq!(seen.available, kroner(95));
}

/// CO-06: one correction sent twice with one request_id has one effect; with two, nothing is left to
/// correct.
async fn a_second_reversal_is_refused(host: Host) {
    let world = host.on("2025-03-03").await;
    let (kari, solveig) = (controller(&world), head(&world));
    let line = allot(&world, new_line("1", "144.70", 100, "2025-03-01")).await;

    let request = reverse(&line.name);
    let first = kari.must(request.clone()).await;
    assert_eq!(kari.must(request).await, first);
    let again = kari.refused(reverse(&line.name), "WRONG_STATE").await;
    assert_eq!(again.metadata("state"), "REVERSAL_ENTERED");

    let request = confirm_reversal(&line.name);
    let reversed = solveig.must(request.clone()).await;
    assert_eq!(solveig.must(request).await, reversed);
    solveig
        .refused(confirm_reversal(&line.name), "WRONG_STATE")
        .await;
    let again = kari.refused(reverse(&line.name), "WRONG_STATE").await;
    assert_eq!(
        (again.metadata("state"), again.metadata("needed")),
        ("REVERSED".into(), "ENTERED, CONFIRMED".into())
    );
    assert_eq!(sum_of_facts(&world).await, 0);
}

/// A line that was never confirmed is dropped at once, and counts nowhere.
async fn an_entered_line_is_dropped(host: Host) {
    let world = host.on("2025-03-03").await;
    let kari = controller(&world);
    let entered = kari.must(new_line("1", "144.70", 100, "2025-03-01")).await;

    let dropped = kari.must(reverse(&entered.name)).await;

    assert_eq!(dropped.state(), State::Dropped);
    assert_eq!(world.facts().await, []);
    let seen = kari.must(frame("144.70", None)).await;
    assert_eq!((seen.waiting, seen.lines), (vec![], vec![]));
    head(&world)
        .refused(confirm(&entered.name), "WRONG_STATE")
        .await;
    kari.refused(new_line("1", "144.70", 100, "2025-03-01"), "ALREADY_EXISTS")
        .await;
    kari.refused(reverse("allocationLines/2"), "NOT_FOUND")
        .await;
}

/// The same confirmation eight at a time, and later: one effect, equal answers. Validated first, it
/// left nothing behind, not even a duty (EY-11).
async fn a_confirmation_happens_once_and_validating_it_changes_nothing(host: Host) {
    let world = host.on("2025-03-03").await;
    let (kari, solveig) = (controller(&world), head(&world));
    let entered = kari.must(new_line("1", "144.70", 100, "2025-03-01")).await;
    let request = confirm(&entered.name);

    let rehearsal = pb::ConfirmAllocationLineRequest {
        validate_only: true,
        ..request.clone()
    };
    let foreseen = solveig.must(rehearsal).await;
    assert_eq!(foreseen.state(), State::Confirmed);
    assert_eq!(kari.must(get(&entered.name)).await, entered);
    assert_eq!(world.facts().await, []);
    assert_eq!(world.journal().await, ["CreateAllocationLine"]);

    let twins: Vec<_> = (0..8)
        .map(|_| {
            let (solveig, request) = (solveig.clone(), request.clone());
            tokio::spawn(async move { solveig.must(request).await })
        })
        .collect();
    for twin in twins {
        assert_eq!(twin.await.unwrap(), foreseen);
    }
    assert_eq!(solveig.must(request.clone()).await, foreseen);
    assert_eq!(world.facts().await.len(), 1);
    let other = pb::ConfirmAllocationLineRequest {
        late_reason: String::new(),
        ..request
    };
    solveig.refused(other, "REQUEST_ID_REUSED").await;
}

/// A letter registered more than seven days late needs a reason, and is listed; one of tomorrow is
/// no letter yet. A stale etag is refused.
async fn a_line_confirmed_late_needs_a_reason(host: Host) {
    let world = host.on("2025-03-20").await;
    let (kari, solveig) = (controller(&world), head(&world));
    let future = kari
        .refused(new_line("1", "144.70", 100, "2025-03-21"), "INVALID_FIELDS")
        .await;
    assert_eq!(future.fields(), ["allocation_line.document.date"]);

    let entered = kari.must(new_line("1", "144.70", 100, "2025-03-12")).await;
    let mut request = confirm(&entered.name);
    request.late_reason = String::new();
    let refusal = solveig
        .refused(request.clone(), "LATE_REASON_REQUIRED")
        .await;
    assert_eq!(refusal.metadata("effective_date"), "2025-03-12");
    request.late_reason = "Brevet lå i skuffen".into();
    request.etag = "\"2\"".into();
    solveig.refused(request.clone(), "STALE_ETAG").await;
    request.etag = entered.etag;
    solveig.must(request).await;

    let auditor = world.person("revisor", &[Role::Auditor]);
    let late = proto::audit::v1::ListEntriesRequest {
        late_only: true,
        ..Default::default()
    };
    let entries = auditor.must(late).await.entries;
    let reasons: Vec<_> = entries.iter().map(|it| it.late_reason.as_str()).collect();
    assert_eq!(reasons, ["Brevet lå i skuffen"]);
}

/// A line is answered as it was at an instant, once that answer is final.
async fn a_line_is_read_as_it_was(host: Host) {
    let world = host.on("2025-03-03").await;
    let kari = controller(&world);
    let entered = kari.must(new_line("1", "144.70", 100, "2025-03-01")).await;
    let confirmed = head(&world).must(confirm(&entered.name)).await;
    date_entries(&world, &["2025-03-03T10:00:00Z", "2025-03-03T10:30:00Z"]).await;

    for (instant, expected) in [
        ("2025-03-03T10:00:00Z", &entered),
        ("2025-03-03T10:29:59Z", &entered),
        ("2025-03-03T10:30:00Z", &confirmed),
        ("2025-03-03T10:59:30Z", &confirmed),
    ] {
        assert_eq!(kari.must(at(&entered.name, instant)).await, *expected);
    }
    kari.refused(at(&entered.name, "2025-03-03T09:59:59Z"), "NOT_FOUND")
        .await;
    let refusal = kari
        .refused(
            at(&entered.name, "2025-03-03T10:59:31Z"),
            "READ_TIME_TOO_RECENT",
        )
        .await;
    assert_eq!(refusal.metadata("seconds"), "30");
}

fn at(name: &str, instant: &str) -> pb::GetAllocationLineRequest {
    let instant: chrono::DateTime<chrono::Utc> = instant.parse().unwrap();
    pb::GetAllocationLineRequest {
        name: name.into(),
        read_time: Some(platform::time_to_wire(instant)),
    }
}

/// Gives the entries of the only line, by version, the instants of the story. Entries carry the
/// database's clock, which a test does not set; the owner, who may lift the trigger, dates them
/// afterwards.
async fn date_entries(world: &World, instants: &[&str]) {
    let mut owner = world.owner().await;
    sqlx::query("alter table platform.journal disable trigger entries_are_numbered_once")
        .execute(&mut owner)
        .await
        .unwrap();
    for (version, instant) in (1_i64..).zip(instants) {
        sqlx::query("update platform.journal set recorded_at = $2::timestamptz where version = $1")
            .bind(version)
            .bind(instant)
            .execute(&mut owner)
            .await
            .unwrap();
    }
    sqlx::query("alter table platform.journal enable trigger entries_are_numbered_once")
        .execute(&mut owner)
        .await
        .unwrap();
}

/// Lists go page by page, of one year; a token fits its own year only.
async fn lines_are_listed_by_year_and_page(host: Host) {
    let world = host.on("2025-03-03").await;
    let kari = controller(&world);
    for (line, year) in [("a", 2025), ("b", 2026), ("c", 2025), ("d", 2025)] {
        let mut request = new_line(line, "144.70", 100, "2025-03-01");
        request.allocation_line.as_mut().unwrap().year = year;
        kari.must(request).await;
    }
    assert_eq!(list(&kari, 0).await, ["a", "b", "c", "d"]);
    assert_eq!(list(&kari, 2025).await, ["a", "c", "d"]);
    assert_eq!(list(&kari, 2027).await, [""; 0]);

    let mut request = pb::ListAllocationLinesRequest {
        page_size: 2,
        year: 2025,
        ..Default::default()
    };
    request.page_token = kari.must(request.clone()).await.next_page_token;
    request.year = 2026;
    let refusal = kari.refused(request, "INVALID_FIELDS").await;
    assert_eq!(refusal.fields(), ["page_token"]);
}

/// Ids of the lines of a year, read two at a time.
async fn list(reader: &Actor, year: i32) -> Vec<String> {
    let mut request = pb::ListAllocationLinesRequest {
        page_size: 2,
        year,
        ..Default::default()
    };
    let mut ids = Vec::new();
    loop {
        let page = reader.must(request.clone()).await;
        let names = page.allocation_lines.into_iter().map(|it| it.name);
        ids.extend(names.map(|it| it.trim_start_matches("allocationLines/").to_owned()));
        if page.next_page_token.is_empty() {
            return ids;
        }
        request.page_token = page.next_page_token;
    }
}

/// What Norec sets aside is its own act: the frame holds it, also when a freeing is reversed; and
/// nothing is freed that is not set aside, by a line or by the reversal of one.
async fn a_set_aside_is_held_by_the_frame(host: Host) {
    let world = host.on("2025-03-03").await;
    let (kari, solveig) = (controller(&world), head(&world));
    allot(&world, new_line("1", "144.70", 100, "2025-03-01")).await;
    allot(&world, new_set_aside("2", "144.70", 60, "2025-03-01")).await;
    let freed = allot(&world, new_set_aside("3", "144.70", -20, "2025-03-01")).await;
    allot(&world, new_set_aside("4", "144.70", 55, "2025-03-01")).await;

    let more = kari
        .must(new_set_aside("5", "144.70", 6, "2025-03-01"))
        .await;
    let refusal = solveig.refused(confirm(&more.name), "FRAME_EXCEEDED").await;
    assert_eq!(
        (refusal.metadata("available"), refusal.metadata("asked")),
        ("5.00".into(), "6.00".into())
    );
    kari.must(reverse(&freed.name)).await;
    solveig
        .refused(confirm_reversal(&freed.name), "FRAME_EXCEEDED")
        .await;
    let too_much = kari
        .must(new_set_aside("6", "144.70", -96, "2025-03-01"))
        .await;
    let refusal = solveig
        .refused(confirm(&too_much.name), "SET_ASIDE_EXCEEDED")
        .await;
    assert_eq!(
        (refusal.metadata("set_aside"), refusal.metadata("asked")),
        ("95.00".into(), "96.00".into())
    );
    let seen = solveig.must(frame("144.70", None)).await;
    assert_eq!(
        (seen.allocated, seen.set_aside, seen.available),
        (kroner(100), kroner(95), kroner(5))
    );

    allot(&world, new_set_aside("7", "144.70", -90, "2025-03-01")).await;
    kari.must(reverse("allocationLines/4")).await;
    let refusal = solveig
        .refused(confirm_reversal("allocationLines/4"), "SET_ASIDE_EXCEEDED")
        .await;
    assert_eq!(
        (refusal.metadata("set_aside"), refusal.metadata("asked")),
        ("5.00".into(), "55.00".into())
    );
}

stories!(
    a_line_is_confirmed_by_another_person,
    a_line_is_reversed_and_entered_anew_and_the_facts_are_the_last_truth,
    a_second_reversal_is_refused,
    an_entered_line_is_dropped,
    a_confirmation_happens_once_and_validating_it_changes_nothing,
    a_line_confirmed_late_needs_a_reason,
    a_line_is_read_as_it_was,
    lines_are_listed_by_year_and_page,
    a_set_aside_is_held_by_the_frame
);

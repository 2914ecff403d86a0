//! What an award is judged by: the frame, written authority, the edition; in turn and in parallel.

use proto::access::v1::Role;
use proto::grants::v1 as pb;
use sqlx::Connection;
use testkit::{Kit, date, id, letter, post};

use crate::world::{
    allot, available, award, awarded, close, connected, director, directors_own, drafted, edition,
    head, later, may_award, new_agreement, new_delegation, new_edition, new_line, officer, on,
    patient_on, registrar, settled, sign,
};

/// FR-04, FR-05: what the ministry decides is entered, also below zero; there an award of one øre is
/// refused with what is available and what was asked, and giving back is accepted.
#[tokio::test]
async fn below_zero_nothing_is_awarded_and_giving_back_is_accepted() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 153_500_000).await;
    let name = awarded(&kit, "1", &[(2025, 150_000_000)]).await;
    allot(
        &kit,
        new_line("2025-2", "144.70", -10_000_000, "2025-03-01"),
    )
    .await;
    assert_eq!(available(&kit, 2025).await, -6_500_000);

    let mut smallest = new_agreement("2", &[(2025, 0)]);
    let agreement = smallest.agreement.as_mut().unwrap();
    agreement.commitments[0].amount.as_mut().unwrap().nanos = 10_000_000;
    let smallest = officer(&kit).must(smallest).await.name;
    let refusal = head(&kit)
        .refused(award(&smallest, "2025-03-03"), "FRAME_EXCEEDED")
        .await;

    let told = ["post", "year", "available", "asked"].map(|key| refusal.metadata(key));
    assert_eq!(told, ["144.70", "2025", "-6500000.00", "0.01"]);
    head(&kit).must(sign(&name, "2025-03-02")).await;
    head(&kit).must(close(&name, "2025-03-03")).await;
    assert_eq!(available(&kit, 2025).await, 143_500_000);
    head(&kit).must(award(&smallest, "2025-03-03")).await;
}

/// FR-13: an award on 170.70, which Norec spends by authorisation, is judged on 170.70 alone.
#[tokio::test]
async fn an_award_is_judged_on_its_own_post_alone() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 5_000_000).await;
    let mut edition = new_edition("fn");
    edition.scheme_edition.as_mut().unwrap().posts = vec![post("170.70")];
    let edition = head(&kit).must(edition).await.name;
    allot(&kit, new_line("2025-2", "170.70", 1_000, "2025-01-10")).await;
    let mut authority = new_delegation("dag", 5_000_000, "2025-01-01");
    authority.delegation.as_mut().unwrap().posts = vec![post("170.70")];
    registrar(&kit).must(authority).await;
    let mut names = Vec::new();
    for (id_of_agreement, amount) in [("1", 1_001), ("2", 1_000)] {
        let mut request = new_agreement(id_of_agreement, &[(2025, amount)]);
        let agreement = request.agreement.as_mut().unwrap();
        agreement.scheme_edition = edition.clone();
        agreement.commitments[0].post = Some(post("170.70"));
        names.push(officer(&kit).must(request).await.name);
    }

    let refusal = director(&kit)
        .refused(award(&names[0], "2025-03-03"), "FRAME_EXCEEDED")
        .await;
    assert_eq!(refusal.metadata("post"), "170.70");
    director(&kit).must(award(&names[1], "2025-03-03")).await;
    assert_eq!(available(&kit, 2025).await, 5_000_000);
}

/// A later year that has a line is judged by it, and not made conditional when it is too small.
#[tokio::test]
async fn a_later_year_with_a_line_is_judged_by_it() {
    let kit = on("2025-11-03").await;
    may_award(&kit, 5_000_000).await;
    let mut next_year = new_line("2026-1", "144.70", 500_000, "2025-10-20");
    next_year.allocation_line.as_mut().unwrap().year = 2026;
    allot(&kit, next_year).await;
    let too_much = drafted(&kit, "1", &[(2025, 1), (2026, 500_001)]).await;
    let enough = drafted(&kit, "2", &[(2025, 1), (2026, 500_000)]).await;

    let refusal = head(&kit)
        .refused(award(&too_much, "2025-11-03"), "FRAME_EXCEEDED")
        .await;
    assert_eq!(refusal.metadata("year"), "2026");
    let awarded = head(&kit).must(award(&enough, "2025-11-03")).await;
    assert!(awarded.commitments.iter().all(|it| !it.conditional));
    assert_eq!(awarded.reservation, "");
}

/// FR-06: a frame of 60 M and 100 awards of 1 M at once: 60 are made, 40 refused, nothing is left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_awards_at_once_take_exactly_what_there_is() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 60_000_000).await;
    let mut names = Vec::new();
    for number in 0..100 {
        names.push(drafted(&kit, &number.to_string(), &[(2025, 1_000_000)]).await);
    }
    connected(&kit, 16).await;

    let awards = names
        .iter()
        .map(|name| tokio::spawn(settled(head(&kit), award(name, "2025-03-03"))));
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
    assert_eq!(available(&kit, 2025).await, 0);
}

/// Two agreements of the same two frames, named in opposite order: frames are locked in one order,
/// so all are awarded and none waits for another in a ring.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn awards_of_the_same_frames_do_not_lock_one_another_out() {
    let kit = on("2025-03-03").await;
    may_award(&kit, 60_000_000).await;
    let mut names = Vec::new();
    for number in 0..20 {
        let of = match number % 2 {
            0 => [(2025, 1_000), (2026, 1_000)],
            _ => [(2026, 1_000), (2025, 1_000)],
        };
        names.push(drafted(&kit, &number.to_string(), &of).await);
    }
    connected(&kit, 16).await;

    let awards = names
        .iter()
        .map(|name| tokio::spawn(settled(head(&kit), award(name, "2025-03-03"))));
    for outcome in awards.collect::<Vec<_>>() {
        outcome.await.unwrap().unwrap();
    }
    assert_eq!(available(&kit, 2025).await, 60_000_000 - 20 * 1_000);
}

/// The people of FR-14 and FR-15: solveig holds 144.70 up to 2 M, from 1 January to 30 June.
async fn half_a_year(day: &str) -> Kit {
    let kit = on(day).await;
    let mut both_posts = new_edition("2025");
    let posts = &mut both_posts.scheme_edition.as_mut().unwrap().posts;
    posts.push(post("144.71"));
    head(&kit).must(both_posts).await;
    allot(&kit, new_line("2025-1", "144.70", 50_000_000, "2025-01-10")).await;
    allot(&kit, new_line("2025-2", "144.71", 50_000_000, "2025-01-10")).await;
    directors_own(&kit, 50_000_000).await;
    let mut given = new_delegation("solveig", 2_000_000, "2025-01-01");
    given.delegation.as_mut().unwrap().end_date = date("2025-06-30");
    director(&kit).must(given).await;
    kit
}

/// FR-14: the whole sum is judged, the conditional year's part too.
#[tokio::test]
async fn authority_is_judged_on_the_whole_sum() {
    let kit = half_a_year("2025-03-03").await;
    let name = drafted(&kit, "1", &[(2025, 1_500_000), (2026, 1_000_000)]).await;

    let refusal = head(&kit)
        .refused(award(&name, "2025-03-03"), "BUDGET_AUTHORITY_LIMIT")
        .await;

    let told = ["post", "limit", "asked"].map(|key| refusal.metadata(key));
    assert_eq!(told, ["144.70", "2000000.00", "2500000.00"]);
    let within = drafted(&kit, "2", &[(2025, 1_000_000), (2026, 1_000_000)]).await;
    head(&kit).must(award(&within, "2025-03-03")).await;
}

/// FR-15: authority to 30 June holds on 30 June, not on 1 July, not for 144.71, and not on 5 July
/// for a decision of 30 June.
#[tokio::test]
async fn authority_holds_for_its_posts_on_its_days_and_on_the_day_of_registration() {
    let kit = half_a_year("2025-06-30").await;
    let name = drafted(&kit, "1", &[(2025, 1_000)]).await;
    head(&kit).must(award(&name, "2025-06-30")).await;

    let mut other_post = new_agreement("2", &[(2025, 1_000)]);
    other_post.agreement.as_mut().unwrap().commitments[0].post = Some(post("144.71"));
    let other_post = officer(&kit).must(other_post).await.name;
    let refusal = head(&kit)
        .refused(award(&other_post, "2025-06-30"), "NO_BUDGET_AUTHORITY")
        .await;
    let told = ["post", "effective_date", "person"].map(|key| refusal.metadata(key));
    assert_eq!(told, ["144.71", "2025-06-30", "persons/solveig"]);

    let name = drafted(&kit, "3", &[(2025, 1_000)]).await;
    let first_of_july = later(&kit, "2025-07-01").await;
    head(&first_of_july)
        .refused(award(&name, "2025-07-01"), "NO_BUDGET_AUTHORITY")
        .await;
    let fifth_of_july = later(&kit, "2025-07-05").await;
    head(&fifth_of_july)
        .refused(award(&name, "2025-06-30"), "NO_BUDGET_AUTHORITY")
        .await;
    head(&later(&kit, "2025-06-30").await)
        .must(award(&name, "2025-06-30"))
        .await;
}

/// FR-16: authority registered in May "from March" holds for a decision of March when its document
/// is of February, not when it is of May; what is late is listed as late.
#[tokio::test]
async fn authority_reaches_back_no_further_than_its_document() {
    for (document, accepted) in [("2025-05-02", false), ("2025-02-20", true)] {
        let kit = on("2025-05-05").await;
        edition(&kit).await;
        allot(&kit, new_line("2025-1", "144.70", 5_000_000, "2025-01-10")).await;
        directors_own(&kit, 50_000_000).await;
        let name = drafted(&kit, "1", &[(2025, 1_000)]).await;
        let mut given = new_delegation("solveig", 2_000_000, "2025-03-01");
        given.delegation.as_mut().unwrap().document = letter(document);
        let given = director(&kit).call(given).await;

        let outcome = head(&kit).call(award(&name, "2025-03-10")).await;

        let reason = outcome.as_ref().err().map(|it| it.reason.as_str());
        let expected = (!accepted).then_some("NO_BUDGET_AUTHORITY");
        assert_eq!(reason, expected, "document of {document}");
        let late = proto::audit::v1::ListEntriesRequest {
            late_only: true,
            ..Default::default()
        };
        let entries = kit
            .person("revisor", &[Role::Auditor])
            .must(late)
            .await
            .entries;
        let listed = |subject: &str| entries.iter().any(|it| it.subject == subject);
        assert!(listed(&given.unwrap().name));
        assert_eq!(
            entries
                .iter()
                .any(|it| it.method.ends_with("AwardAgreement")),
            accepted
        );
    }
}

/// FR-19: an award that is judged first is in before the closing of its edition, which waits for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_closing_waits_for_the_award_that_was_judged_before_it() {
    let kit = patient_on("2025-03-03").await;
    may_award(&kit, 60_000_000).await;
    let name = drafted(&kit, "1", &[(2025, 1_000)]).await;
    connected(&kit, 3).await;
    let mut held = kit.owner().await;
    let mut frame = held.begin().await.unwrap();
    sqlx::query("insert into frames (chapter, post, year) values ('144', '70', 2025)")
        .execute(&mut *frame)
        .await
        .unwrap();

    let awarding = tokio::spawn(settled(head(&kit), award(&name, "2025-03-03")));
    kit.waiting(1).await;
    let closing = tokio::spawn(settled(head(&kit), close_edition("2025")));
    kit.waiting(2).await;
    frame.commit().await.unwrap();

    awarding.await.unwrap().unwrap();
    closing.await.unwrap().unwrap();
    assert_in_before_closing(&kit, "schemes/utveksling/editions/2025", &[name]).await;
}

/// FR-19: an award that comes while its edition is being closed waits, and is then refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_award_waits_for_the_closing_that_came_before_it() {
    let kit = patient_on("2025-03-03").await;
    may_award(&kit, 60_000_000).await;
    let name = drafted(&kit, "1", &[(2025, 1_000)]).await;
    connected(&kit, 3).await;
    let mut held = kit.owner().await;
    let mut journal = held.begin().await.unwrap();
    sqlx::query("lock table platform.journal in share mode")
        .execute(&mut *journal)
        .await
        .unwrap();

    let closing = tokio::spawn(settled(head(&kit), close_edition("2025")));
    kit.waiting(1).await;
    let awarding = tokio::spawn(settled(head(&kit), award(&name, "2025-03-03")));
    kit.waiting(2).await;
    journal.commit().await.unwrap();

    closing.await.unwrap().unwrap();
    let refusal = awarding.await.unwrap().unwrap_err();
    assert_eq!(refusal.reason, "SCHEME_NOT_OPEN", "{}", refusal.status);
    assert_eq!(refusal.metadata("state"), "CLOSED");
}

/// FR-19: many awards in parallel with the closing of their edition: each is in before the closing,
/// or refused; never between.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn awards_are_in_before_the_closing_of_their_edition_or_refused() {
    const ROUNDS: usize = 10;
    const AWARDS: usize = 6;
    let kit = on("2025-03-03").await;
    may_award(&kit, 60_000_000).await;
    connected(&kit, 16).await;
    for round in 0..ROUNDS {
        let edition = new_edition(&format!("r{round}"));
        let edition = head(&kit).must(edition).await.name;
        let mut names = Vec::new();
        for number in 0..AWARDS {
            let mut request = new_agreement(&format!("{round}-{number}"), &[(2025, 1_000)]);
            request.agreement.as_mut().unwrap().scheme_edition = edition.clone();
            names.push(officer(&kit).must(request).await.name);
        }
        let closing = settled(head(&kit), close_edition(&format!("r{round}")));
        let awards: Vec<_> = names
            .iter()
            .map(|name| tokio::spawn(settled(head(&kit), award(name, "2025-03-03"))))
            .collect();
        tokio::spawn(closing).await.unwrap().unwrap();
        for award in awards {
            if let Err(refusal) = award.await.unwrap() {
                assert_eq!(refusal.reason, "SCHEME_NOT_OPEN", "{}", refusal.status);
            }
        }
        assert_in_before_closing(&kit, &edition, &names).await;
    }
}

fn close_edition(edition: &str) -> pb::CloseSchemeEditionRequest {
    pb::CloseSchemeEditionRequest {
        name: format!("schemes/utveksling/editions/{edition}"),
        effective_date: date("2025-03-03"),
        request_id: id(),
        ..Default::default()
    }
}

/// In the order of the journal, every award of these agreements stands before the closing.
async fn assert_in_before_closing(kit: &Kit, edition: &str, names: &[String]) {
    let request = proto::audit::v1::ListEntriesRequest {
        page_size: 1000,
        ..Default::default()
    };
    let auditor = kit.person("revisor", &[Role::Auditor]);
    let listed = auditor.must(request).await.entries;
    let closing = listed
        .iter()
        .position(|it| it.subject == edition && it.method.ends_with("CloseSchemeEdition"))
        .unwrap();
    let behind = listed[closing..]
        .iter()
        .filter(|it| it.method.ends_with("AwardAgreement") && names.contains(&it.subject))
        .count();
    assert_eq!(behind, 0, "an award slipped behind the closing");
}

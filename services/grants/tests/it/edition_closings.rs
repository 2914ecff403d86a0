//! Awards and the closing of their edition: each is in before it, or refused.

use proto::access::v1::Role;
use proto::grants::v1 as pb;
use sqlx::Connection;
use testkit::grants::{award, drafted, may_award, new_agreement, new_edition, officer};
use testkit::spending::head;
use testkit::{Kit, date, id};

use crate::world::{on, patient_on};

/// FR-19: an award that is judged first is in before the closing of its edition, which waits for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_closing_waits_for_the_award_that_was_judged_before_it() {
    let kit = patient_on("2025-03-03").await;
    may_award(&kit, 60_000_000).await;
    let name = drafted(&kit, "1", &[(2025, 1_000)]).await;
    kit.connected(3).await;
    let mut held = kit.owner().await;
    let mut frame = held.begin().await.unwrap();
    sqlx::query("insert into spending.frames (chapter, post, year) values ('144', '70', 2025)")
        .execute(&mut *frame)
        .await
        .unwrap();

    let awarding = tokio::spawn(head(&kit).settled(award(&name, "2025-03-03")));
    kit.waiting(1).await;
    let closing = tokio::spawn(head(&kit).settled(close_edition("2025")));
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
    kit.connected(3).await;
    let mut held = kit.owner().await;
    let mut journal = held.begin().await.unwrap();
    sqlx::query("lock table platform.journal in share mode")
        .execute(&mut *journal)
        .await
        .unwrap();

    let closing = tokio::spawn(head(&kit).settled(close_edition("2025")));
    kit.waiting(1).await;
    let awarding = tokio::spawn(head(&kit).settled(award(&name, "2025-03-03")));
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
    kit.connected(16).await;
    for round in 0..ROUNDS {
        let edition = new_edition(&format!("r{round}"));
        let edition = head(&kit).must(edition).await.name;
        let mut names = Vec::new();
        for number in 0..AWARDS {
            let mut request = new_agreement(&format!("{round}-{number}"), &[(2025, 1_000)]);
            request.agreement.as_mut().unwrap().scheme_edition = edition.clone();
            names.push(officer(&kit).must(request).await.name);
        }
        let closing = head(&kit).settled(close_edition(&format!("r{round}")));
        let awards: Vec<_> = names
            .iter()
            .map(|name| tokio::spawn(head(&kit).settled(award(name, "2025-03-03"))))
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

//! Followers: how far they are, what stops them, and that what they take is taken once.

use proto::audit::v1 as audit;
use proto::governance::v1 as pb;
use proto::governance::v1::recompute_figure_response::Verdict;
use proto::governance::v1::source::State;
use sqlx::{Connection, Executor};
use testkit::id;

use crate::pair::Pair;

/// Grants' facts behind the first are gone, as in a backup taken before them.
const LOSE_FACTS: &str = "
    begin;
    alter table platform.facts disable trigger user;
    delete from platform.facts where number > 1;
    alter table platform.facts enable trigger user;
    update platform.feed
       set number = 1, digest = (select digest from platform.facts where number = 1);
    commit";

/// CU-12: a source that was restored from a backup, and lost facts with it, stops its follower; what
/// was closed on the lost facts is computed again equal.
#[tokio::test]
async fn a_source_that_lost_facts_stops_its_follower() {
    let pair = three_facts().await;
    let closed = pair.close_march().await;

    pair.grants.owner().await.execute(LOSE_FACTS).await.unwrap();

    let stopped = pair.until_source(State::Stopped).await;
    let source = pair.replace_grants("restored").await;
    let told = format!(
        "FACTS_DIVERGED: The source {source} does not hold the facts at number 3 that the position names."
    );
    assert_eq!(stopped.error, told);
    assert_eq!((stopped.number, stopped.lag), (3, 0));
    let again = pair.recompute(&closed, "allocated").await;
    assert_eq!(again.verdict(), Verdict::Equal, "{again:?}");
    assert_eq!(again.stored.unwrap().amount, 600);
}

/// CU-12: the same with the new identity that a restored source is given.
#[tokio::test]
async fn a_restored_source_with_a_new_identity_stops_its_follower() {
    let pair = three_facts().await;
    let closed = pair.close_march().await;

    pair.replace_grants("restored").await;
    pair.grants.owner().await.execute(LOSE_FACTS).await.unwrap();

    let stopped = pair.until_source(State::Stopped).await;
    assert_eq!(
        stopped.error,
        "SOURCE_CHANGED: The position is of another source. This one is restored."
    );
    // What it goes on to record is not taken, and seen.
    for day in ["2025-03-08", "2025-03-09", "2025-03-10"] {
        pair.allocate(1, day).await;
    }
    let behind = pair.until(|it| it.lag == 1).await;
    assert_eq!((behind.state(), behind.number), (State::Stopped, 3));
    assert_eq!(
        pair.recompute(&closed, "allocated").await.verdict(),
        Verdict::Equal
    );
}

async fn three_facts() -> Pair {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    for (kroner, day) in [(1, "2025-03-05"), (2, "2025-03-06"), (3, "2025-03-07")] {
        pair.allocate(kroner, day).await;
    }
    pair
}

/// A page that does not end where the source says it ends stops the follower, which says at what.
#[tokio::test]
async fn a_page_that_does_not_chain_stops_its_follower() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.until_number(1).await;
    let was = pair.replace_grants("elsewhere").await;
    pair.until_source(State::Stopped).await;
    pair.allocate(7, "2025-03-06").await;
    pair.until(|it| it.lag == 1).await;
    pair.grants
        .owner()
        .await
        .execute(
            "alter table platform.facts disable trigger user;
             update platform.facts set value = value + 1 where number = 2",
        )
        .await
        .unwrap();
    pair.replace_grants(&was).await;

    pair.resume_grants().await;

    let stopped = pair.until_source(State::Stopped).await;
    let told = format!(
        "FACTS_DIVERGED: The source {was} does not hold the facts at number 2 that the position names."
    );
    assert_eq!((stopped.error, stopped.number), (told, 1));
}

/// CU-03: a stopped follower says why, and how much it lags behind; who resumes it says what was
/// repaired, which the journal keeps.
#[tokio::test]
async fn a_stopped_follower_lags_until_it_is_resumed() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    let followed = pair.until_number(1).await;
    assert_eq!(followed.lag, 0);
    assert!(followed.read_time.is_some());

    let was = pair.replace_grants("elsewhere").await;
    let stopped = pair.until_source(State::Stopped).await;
    assert_eq!(
        stopped.error,
        "SOURCE_CHANGED: The position is of another source. This one is elsewhere."
    );
    for day in ["2025-03-06", "2025-03-07", "2025-03-08"] {
        pair.allocate(7, day).await;
    }
    pair.until(|it| it.lag == 3).await;

    pair.replace_grants(&was).await;
    let resumed = pair.resume_grants().await;
    assert_eq!(
        (resumed.state(), resumed.error.as_str()),
        (State::Followed, "")
    );
    let current = pair.until(|it| it.lag == 0).await;
    assert_eq!(current.number, 4);
    let again = pb::ResumeSourceRequest {
        name: "sources/grants".into(),
        reason: "Kilden er tilbake".into(),
        request_id: id(),
        ..Default::default()
    };
    pair.kaia.refused(again, "WRONG_STATE").await;

    let request = audit::ListEntriesRequest {
        subject: "sources/grants".into(),
        ..Default::default()
    };
    let entries = pair.kaia.must(request).await.entries;
    let last = entries.last().unwrap();
    let kept: pb::Source = prost::Message::decode(&*last.after.as_ref().unwrap().value).unwrap();
    assert_eq!(last.actor, "persons/kaia");
    assert_eq!(
        (kept.resume_reason.as_str(), kept.resumed_by.as_str()),
        ("Kilden er tilbake", "persons/kaia")
    );
    assert!(kept.resume_time.is_some() && kept == resumed);
}

/// An idle source is asked again and again, which its time of reading shows, though no fact comes.
#[tokio::test]
async fn an_idle_source_shows_that_it_is_read() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    let first = pair.until_number(1).await;
    let later = pair.until(|it| it.read_time != first.read_time).await;
    assert_eq!((later.number, later.lag), (1, 0));
}

/// Two replicas of governance read the same page; it is taken once, and the other is none the worse.
#[tokio::test]
async fn a_page_that_two_followers_read_is_taken_once() {
    let mut pair = Pair::start().await;
    pair.define_allocated().await;
    pair.governance.quiet().await;
    for (kroner, day) in [(1, "2025-03-05"), (2, "2025-03-06"), (3, "2025-03-07")] {
        pair.allocate(kroner, day).await;
    }
    let mut owner = pair.governance.owner().await;
    let mut held = owner.begin().await.unwrap();
    held.execute("lock table facts in share mode")
        .await
        .unwrap();
    let patient = pair.governance.database.patient();
    let replicas = [
        pair.replica(patient.clone()).await,
        pair.replica(patient).await,
    ];
    pair.governance.waiting(2).await;
    for it in &replicas {
        it.host.stop.cancel();
    }
    held.commit().await.unwrap();
    for it in &replicas {
        it.quiet().await;
    }

    let (taken, error): (Vec<i64>, String) = sqlx::query_as(
        "select array(select number from facts where source = s.name order by number), error
           from sources s where name = 'sources/grants'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!((taken, error.as_str()), (vec![1, 2, 3], ""));
    pair.restart_governance().await;
    let closed = pair.close_march().await;
    let amount = pair.amount(&closed, "allocated").await;
    assert_eq!(amount, 600);
}

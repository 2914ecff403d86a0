//! The fact feed: numbered at the source, so that none is lost beside transactions that commit late.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proto::access::v1::Role;
use proto::feed::v1 as pb;
use sqlx::{Connection, Executor};
use testkit::Actor;

use crate::pair::Pair;
use crate::served;

/// All facts behind a position, page by page.
async fn drain(follower: &Actor, after: &mut Option<pb::Position>) -> Vec<pb::Fact> {
    let mut facts = Vec::new();
    loop {
        let request = pb::ListFactsRequest {
            after: after.clone(),
            page_size: 7,
        };
        let page = follower.must(request).await;
        *after = page.next;
        if page.facts.is_empty() {
            return facts;
        }
        facts.extend(page.facts);
    }
}

/// Eight writers, beside a transaction that stays open with an entry of its own: a reader who pages
/// meanwhile gets every fact once, densely numbered; the late entry comes when it has committed. (A
/// reader who goes by journal position instead loses it: what the last assertion shows.)
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_beside_late_commits_loses_nothing() {
    let pair = Arc::new(Pair::start().await);
    let follower = pair.grants.workload("leser", &[Role::Follower]);
    pair.allocate(1, "2025-03-01").await;

    let mut late_connection = pair.grants.owner().await;
    let mut late = late_connection.begin().await.unwrap();
    let late_entry: i64 = sqlx::query_scalar(
        "insert into platform.journal
             (recorded_at, method, subject, kind, version, actor, issuer, trace_id, after)
         select clock_timestamp(), 'late', 'late/1', kind, 1, actor, issuer, trace_id, after
           from platform.journal limit 1
         returning seq",
    )
    .fetch_one(&mut *late)
    .await
    .unwrap();
    sqlx::query(
        "insert into platform.facts (entry, ordinal, measure, effective_on, value, dimensions, subject)
         select $1, 0, measure, effective_on, 42, dimensions, 'late/1' from platform.facts limit 1",
    )
    .bind(late_entry)
    .execute(&mut *late)
    .await
    .unwrap();

    let writers: Vec<_> = (0..8)
        .map(|_| {
            let pair = Arc::clone(&pair);
            tokio::spawn(async move {
                for _ in 0..5 {
                    pair.allocate(1, "2025-03-02").await;
                }
            })
        })
        .collect();
    let (mut place, mut seen) = (None, Vec::new());
    let mut by_entry = 0;
    for writer in writers {
        seen.extend(drain(&follower, &mut place).await);
        writer.await.unwrap();
    }
    seen.extend(drain(&follower, &mut place).await);
    for fact in &seen {
        by_entry = by_entry.max(entry(fact));
    }
    assert!(
        late_entry < by_entry,
        "the open transaction is behind facts that were read"
    );
    late.commit().await.unwrap();
    seen.extend(drain(&follower, &mut place).await);

    assert_eq!(seen.len(), 1 + 8 * 5 + 1);
    let numbers: Vec<_> = seen.iter().map(|it| it.number).collect();
    assert_eq!(numbers, (1..=42).collect::<Vec<_>>(), "dense, and in order");
    let subjects: BTreeSet<_> = seen.iter().map(|it| it.subject.as_str()).collect();
    assert_eq!(subjects.len(), 42, "each once");
    let last = seen.last().unwrap();
    assert_eq!((last.subject.as_str(), last.value), ("late/1", 42));
    let lost = seen.iter().filter(|it| entry(it) > by_entry).count();
    assert_eq!(
        lost, 0,
        "a reader behind entry {by_entry} would have lost {late_entry}"
    );
}

/// A backlog that is longer than what is numbered at once gets its numbers so many at a time, each
/// time for good; the order is the journal's, and none is missing.
#[tokio::test]
async fn a_long_backlog_is_numbered_in_parts() {
    let pair = Pair::start().await;
    pair.governance.quiet().await;
    pair.allocate(1, "2025-03-01").await;
    let at_once = i64::try_from(platform::NUMBERED_AT_ONCE).unwrap();
    let backlog = 2 * at_once + 100;
    let mut owner = pair.grants.owner().await;
    sqlx::query(
        "insert into platform.facts (entry, ordinal, measure, effective_on, value, dimensions, subject)
         select entry, place, measure, effective_on, 1, dimensions, 'backlog/' || place
           from platform.facts, generate_series(1, $1) place",
    )
    .bind(backlog - 1)
    .execute(&mut owner)
    .await
    .unwrap();

    let follower = pair.grants.workload("leser", &[Role::Follower]);
    let head = follower.must(pb::GetHeadRequest {}).await;

    assert_eq!(head.number, backlog);
    // PostgreSQL notes with each row the transaction that wrote it last.
    let parts: Vec<(i64, i64, i64)> = sqlx::query_as(
        "select count(*), min(number), max(number) from platform.facts group by xmin order by 2",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let expected = [
        (at_once, 1, at_once),
        (at_once, at_once + 1, 2 * at_once),
        (100, 2 * at_once + 1, backlog),
    ];
    assert_eq!(parts, expected);
    let unordered: i64 = sqlx::query_scalar(
        "select count(*) from platform.facts where number <> ordinal + 1 or digest is null",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(unordered, 0);
}

fn entry(fact: &pb::Fact) -> i64 {
    fact.entry.trim_start_matches("entries/").parse().unwrap()
}

/// A token of another source, or of facts that this source does not hold, is refused.
#[tokio::test]
async fn a_token_of_other_facts_is_refused() {
    let pair = Pair::start().await;
    pair.allocate(1, "2025-03-01").await;
    let follower = pair.grants.workload("leser", &[Role::Follower]);
    let head = follower.must(pb::GetHeadRequest {}).await;
    assert_eq!((head.number, head.digest.len()), (1, 32));
    let list = |after: pb::Position| pb::ListFactsRequest {
        after: Some(after),
        page_size: 0,
    };

    let elsewhere = pb::Position {
        source: "elsewhere".into(),
        ..head.clone()
    };
    follower.refused(list(elsewhere), "SOURCE_CHANGED").await;
    let other = pb::Position {
        digest: vec![7; 32],
        ..head.clone()
    };
    follower.refused(list(other), "FACTS_DIVERGED").await;
    let beyond = pb::Position {
        number: 9,
        ..head.clone()
    };
    follower.refused(list(beyond), "FACTS_DIVERGED").await;
    assert_eq!(follower.must(list(head)).await.facts, []);
}

/// A fact is numbered once and never edited, the journal is never changed, and a case that was entered
/// stays so: not by the app role, and not by the owner while the triggers stand.
#[tokio::test]
async fn facts_and_journal_are_append_only() {
    let pair = Pair::start().await;
    pair.allocate(1, "2025-03-01").await;
    let follower = pair.grants.workload("leser", &[Role::Follower]);
    follower.must(pb::GetHeadRequest {}).await;
    let mut app = pair.grants.host.db.read().await.unwrap();
    let mut owner = pair.grants.owner().await;
    for sql in [
        "update platform.journal set actor = 'x'",
        "delete from platform.journal",
        "update platform.facts set value = value + 1",
        "update platform.facts set number = number + 1, digest = 'x'",
        "update platform.journal set number = number + 1, digest = 'x'",
        "delete from platform.facts",
        "truncate platform.requests",
        "delete from platform.cases",
        "update platform.cases set writes = 0",
        "insert into platform.journal (recorded_at, method, subject, kind, version, actor, issuer,
                                       trace_id, after, number, digest)
         select recorded_at, method, 'x', kind, 1, actor, issuer, trace_id, after, 9, 'x'
           from platform.journal",
        "insert into platform.facts (entry, ordinal, measure, effective_on, value, dimensions,
                                     subject, number, digest)
         select entry, 9, measure, effective_on, value, dimensions, subject, 9, 'x' from platform.facts",
    ] {
        assert!(app.execute(sql).await.is_err(), "the app role may {sql}");
    }
    for sql in [
        "update platform.journal set actor = 'x'",
        "update platform.facts set value = value + 1",
        "update platform.facts set number = number + 1, digest = 'x'",
        "update platform.facts set number = null, digest = null",
        "delete from platform.facts",
        "truncate platform.facts",
        "update platform.journal set number = number + 1, digest = 'x'",
        "update platform.journal set number = null, digest = null",
        "delete from platform.journal",
        "truncate platform.journal cascade",
        "update platform.cases set name = 'x'",
        "update platform.cases set writes = 0",
        "delete from platform.cases",
        "truncate platform.cases",
    ] {
        assert!(
            owner.execute(sql).await.is_err(),
            "the owner may {sql} past the triggers"
        );
    }
}

/// What a source measures stands in its feed, in three languages, with the clause it answers.
#[tokio::test]
async fn measures_are_defined_in_the_feed() {
    let pair = Pair::start().await;
    let mut clauses = BTreeMap::new();
    let host = served::alone(&contract::NOUNS).await;
    for kit in [&pair.grants, &pair.governance, &host] {
        let controller = kit.person("kaia", &[Role::Controller]);
        for it in controller.must(pb::ListMeasuresRequest {}).await.measures {
            for text in [&it.definition_nb, &it.definition_nn, &it.definition_en] {
                assert!(!text.is_empty(), "{}", it.id);
            }
            assert!(it.dimensions.is_sorted(), "{}", it.id);
            clauses.insert(it.id, it.source_clause);
        }
    }
    assert!(clauses.values().all(|it| it.contains('§')), "{clauses:?}");
    assert!(
        clauses.contains_key("grants.disbursed") && clauses.contains_key("governance.accounts")
    );
}

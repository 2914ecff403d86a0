//! Cut-offs, figures and restatements (cases § 4), on grants' own facts over the wire.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use proto::access::v1::Role;
use proto::governance::v1 as pb;
use proto::governance::v1::cutoff::State;
use proto::governance::v1::value::Status;
use sqlx::Executor;
use testkit::id;

use crate::pair::Pair;
use crate::served;

/// CU-01: a fact whose caller had an answer before CloseCutoff was called is in the cut-off, always.
#[tokio::test(flavor = "multi_thread")]
async fn a_fact_answered_before_the_close_is_in_the_cutoff() {
    const CUTOFFS: usize = 200;
    const WRITERS: usize = 8;
    let pair = Arc::new(Pair::start().await);
    pair.define_allocated().await;
    let answered = Arc::new(AtomicI64::new(0));
    let asked = Arc::new(AtomicI64::new(0));
    let stop = tokio_util::sync::CancellationToken::new();
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (pair, stop) = (Arc::clone(&pair), stop.clone());
            let (answered, asked) = (Arc::clone(&answered), Arc::clone(&asked));
            tokio::spawn(async move {
                while !stop.is_cancelled() {
                    asked.fetch_add(100, Ordering::SeqCst);
                    pair.allocate(1, "2025-03-05").await;
                    answered.fetch_add(100, Ordering::SeqCst);
                }
            })
        })
        .collect();

    for _ in 0..CUTOFFS {
        let before = answered.load(Ordering::SeqCst);
        let cutoff = pair.close_march().await;
        let after = asked.load(Ordering::SeqCst);
        let counted = pair
            .figure(&cutoff, "allocated")
            .await
            .value
            .unwrap()
            .amount;
        assert!(
            (before..=after).contains(&counted),
            "{before} ≤ {counted} ≤ {after}"
        );
    }
    stop.cancel();
    for writer in writers {
        writer.await.unwrap();
    }
}

/// CU-02: a source out of reach is named; closing without it is a person's decision with a reason,
/// and every figure shows it.
#[tokio::test]
async fn a_missing_source_is_named_and_closing_without_it_is_decided() {
    let kit = served::governance_alone().await;
    let kaia = kit.person("kaia", &[Role::Controller]);
    let request = crate::pair::indicator("kontroll", "governance.accounts_control", &["post"]);
    crate::pair::define(&kaia, request).await;
    let close = |sources: &[&str], reason: &str| pb::CloseCutoffRequest {
        period: Some(crate::pair::march()),
        incomplete_sources: sources.iter().map(|it| (*it).to_owned()).collect(),
        incomplete_reason: reason.into(),
        request_id: id(),
        validate_only: false,
    };
    let refusal = kaia.refused(close(&[], ""), "SOURCE_UNAVAILABLE").await;
    assert!(
        refusal.metadata("sources").contains("sources/grants"),
        "{refusal:?}"
    );
    kaia.refused(close(&["sources/grants"], ""), "INVALID_FIELDS")
        .await;
    let machine = kit.machine(&[Role::Controller]);
    machine
        .refused(close(&["sources/grants"], "nede"), "NEEDS_A_PERSON")
        .await;

    let begun = kaia
        .must(close(&["sources/grants"], "grants er nede"))
        .await;
    let closed = crate::pair::until_closed(&kaia, &begun.name).await;

    assert_eq!(closed.incomplete_by, "persons/kaia");
    let figure = format!("{}/figures/kontroll-1", closed.name);
    let figure = kaia.must(pb::GetFigureRequest { name: figure }).await;
    assert_eq!(figure.incomplete_sources, ["sources/grants"]);
    assert_eq!(figure.value.unwrap().status(), Status::NotPublished);
}

/// CU-03 and CU-12: a follower that has stopped says why; old cut-offs recompute equal; a closing one
/// closes by itself once the source is repaired and resumed.
#[tokio::test]
async fn a_stopped_follower_says_why_and_goes_on_when_resumed() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    let first = pair.close_march().await;
    let mut grants = pair.grants.owner().await;
    let was: String = sqlx::query_scalar("select source from platform.feed")
        .fetch_one(&mut grants)
        .await
        .unwrap();

    grants
        .execute("update platform.feed set source = 'restored'")
        .await
        .unwrap();
    let stopped = pair.until_source(pb::source::State::Stopped).await;
    assert!(
        stopped.error.starts_with("SOURCE_CHANGED"),
        "{}",
        stopped.error
    );
    assert!(pair.recompute(&first, "allocated").await.equal);

    // A fact that the stopped follower has not read, so that the cut-off has something to wait for.
    pair.allocate(7, "2025-03-06").await;
    let begun = pair.begin_march().await;
    assert_eq!(begun.state(), State::Closing);
    pair.kaia
        .refused(pair.close_request(), "CUTOFF_CLOSING")
        .await;
    sqlx::query("update platform.feed set source = $1")
        .bind(&was)
        .execute(&mut grants)
        .await
        .unwrap();
    let resume = pb::ResumeSourceRequest {
        name: "sources/grants".into(),
        reason: "Kilden er tilbake".into(),
        request_id: id(),
        ..Default::default()
    };
    pair.kaia.must(resume.clone()).await;
    let again = pb::ResumeSourceRequest {
        request_id: id(),
        ..resume
    };
    pair.kaia.refused(again, "SOURCE_NOT_STOPPED").await;
    let closed = crate::pair::until_closed(&pair.kaia, &begun.name).await;
    assert_eq!(closed.state(), State::Closed);
}

/// CU-12: a source that lost facts diverges, and the follower stops before it takes anything.
#[tokio::test]
async fn a_source_that_lost_facts_stops_its_follower() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.close_march().await;
    let mut grants = pair.grants.owner().await;
    for sql in [
        "alter table platform.facts disable trigger user",
        "update platform.facts set digest = '\\x00'",
        "update platform.feed set digest = '\\x00'",
    ] {
        grants.execute(sql).await.unwrap();
    }
    let stopped = pair.until_source(pb::source::State::Stopped).await;
    assert!(
        stopped.error.starts_with("FACTS_DIVERGED"),
        "{}",
        stopped.error
    );
}

/// CU-04 and CU-05: 10,000 late facts change nothing that is closed; the next edition restates each
/// figure that differs, and before + the facts named = after.
#[tokio::test]
async fn late_facts_change_no_closed_figure_and_restate_the_next_edition() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    let first = pair.close_march().await;
    let before = pair.figure(&first, "allocated").await;

    let mut grants = pair.grants.owner().await;
    grants
        .execute(
            "insert into platform.facts (entry, ordinal, measure, effective_on, value, dimensions, subject)
             select entry, ordinal + n, measure, effective_on, n, dimensions, subject
               from platform.facts, generate_series(1, 10000) n",
        )
        .await
        .unwrap();
    pair.until_number(10_001).await;
    let again = pair.recompute(&first, "allocated").await;
    assert!(again.equal, "{again:?}");
    assert_eq!(pair.figure(&first, "allocated").await, before);

    let second = pair.close_march().await;
    let restated = pair.restatements(&second).await;
    let names: Vec<_> = restated
        .iter()
        .map(|it| it.before_figure.as_str())
        .collect();
    assert_eq!(
        names,
        [
            format!("{first}/figures/allocated-1"),
            format!("{first}/figures/by-kind-1")
        ]
    );
    let counted = pair.facts(&second, "allocated").await;
    let sum: i64 = counted.iter().map(|it| it.value).sum();
    assert_eq!(
        sum,
        restated[0].after.clone().unwrap().amount,
        "the facts are the figure"
    );
    assert_eq!(sum, 500 + (1..=10_000).sum::<i64>());
}

/// CU-05 with few facts: before + named facts = after, for each restatement.
#[tokio::test]
async fn before_and_the_facts_between_make_after() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.close_march().await;
    pair.allocate(7, "2025-03-06").await;
    pair.allocate(9, "2025-04-06").await;
    let second = pair.close_march().await;
    let restated = pair.restatements(&second).await;
    assert_eq!(restated.len(), 2);
    for it in restated {
        let between: i64 = it.facts.iter().map(|it| it.value).sum();
        let (before, after) = (it.before.unwrap().amount, it.after.unwrap().amount);
        assert_eq!((before, between, after), (500, 700, 1200), "{}", it.name);
    }
}

/// CU-06: facts that cancel each other inside a figure restate nothing; a group that changed does.
#[tokio::test]
async fn facts_that_cancel_restate_only_the_groups_that_changed() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.close_march().await;
    let line = pair.allocate(3, "2025-03-07").await;
    pair.reverse(&line).await;
    let second = pair.close_march().await;
    assert_eq!(pair.restatements(&second).await, []);

    pair.allocate(5, "2025-03-08").await;
    pair.allocate_of(pb_kind_carried_over(), -5, "2025-03-09")
        .await;
    let third = pair.close_march().await;
    let restated = pair.restatements(&third).await;
    let names: Vec<_> = restated
        .iter()
        .map(|it| it.name.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(names, ["by-kind-1"]);
    assert_eq!(restated[0].groups.len(), 2, "{:?}", restated[0].groups);
}

fn pb_kind_carried_over() -> proto::grants::v1::allocation_line::Kind {
    proto::grants::v1::allocation_line::Kind::CarriedOver
}

/// A cut-off that cannot close is cancelled, and the next edition closes; a period that lasts is not
/// closed.
#[tokio::test]
async fn a_stuck_cutoff_is_cancelled() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.grants
        .owner()
        .await
        .execute("update platform.feed set source = 'elsewhere'")
        .await
        .unwrap();
    pair.until_source(pb::source::State::Stopped).await;
    pair.allocate(7, "2025-03-06").await;
    let begun = pair.begin_march().await;
    let cancel = |name: &str| pb::CancelCutoffRequest {
        name: name.into(),
        reason: "Kilden er borte".into(),
        request_id: id(),
        ..Default::default()
    };
    let cancelled = pair.kaia.must(cancel(&begun.name)).await;
    assert_eq!(cancelled.state(), State::Cancelled);
    pair.kaia
        .refused(cancel(&begun.name), "CUTOFF_WRONG_STATE")
        .await;
    let mut later = pair.close_request();
    later.period = Some(pb::Period {
        year: 2199,
        part: None,
    });
    pair.kaia.refused(later, "PERIOD_NOT_OVER").await;
    let listed = pair
        .kaia
        .must(pb::ListCutoffsRequest::default())
        .await
        .cutoffs;
    assert_eq!(listed.len(), 1);
}

/// A figure opens down to its facts, whose sums are equal at each level.
#[tokio::test]
async fn a_figure_opens_to_facts_whose_sums_are_equal() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.allocate(7, "2025-03-06").await;
    pair.allocate(9, "2025-04-06").await;
    let cutoff = pair.close_march().await;
    let figure = pair.figure(&cutoff, "by-kind").await;
    let groups: i64 = figure
        .groups
        .iter()
        .map(|it| it.value.clone().unwrap().amount)
        .sum();
    let facts = pair.facts(&cutoff, "by-kind").await;
    let sum: i64 = facts.iter().map(|it| it.value).sum();
    assert_eq!(
        (figure.value.unwrap().amount, groups, sum),
        (1200, 1200, 1200)
    );
    assert!(
        facts
            .iter()
            .all(|it| it.subject.starts_with("allocationLines/"))
    );
    let mut by_key: BTreeMap<_, i64> = BTreeMap::new();
    for it in &facts {
        *by_key.entry(it.key.clone()).or_default() += it.value;
    }
    for group in &figure.groups {
        assert_eq!(by_key[&group.key], group.value.clone().unwrap().amount);
    }
}

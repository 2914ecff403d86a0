//! Figures and restatements (cases § 4), on grants' own facts over the wire.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use proto::governance::v1 as pb;
use proto::governance::v1::recompute_figure_response::Verdict;
use sqlx::{Connection, Executor};

use crate::pair::{Pair, define, indicator, until_closed};

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
        let counted = pair.amount(&cutoff, "allocated").await;
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
    assert_eq!(again.verdict(), Verdict::Equal, "{again:?}");
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
    let late: i64 = (1..=10_000).sum();
    for it in restated {
        let facts = pair.facts_between(&it.name).await;
        let between: i64 = facts.iter().map(|it| it.value).sum();
        assert_eq!((facts.len(), it.fact_count), (10_000, 10_000));
        assert!(facts.iter().map(|it| it.number).eq(2..=10_001));
        assert_eq!((between, it.first_sum, it.second_sum), (late, late, 0));
        let (before, after) = (it.before.unwrap().amount, it.after.unwrap().amount);
        assert_eq!((before, before + between), (500, after), "{}", it.name);
    }
    let counted = pair.facts(&second, "allocated").await;
    let sum: i64 = counted.iter().map(|it| it.value).sum();
    assert_eq!(sum, 500 + late, "the facts are the figure");
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
        let facts = pair.facts_between(&it.name).await;
        let values: Vec<_> = facts.iter().map(|it| it.value).collect();
        assert_eq!((values, it.first_sum), (vec![700], 700));
        let (before, after) = (it.before.unwrap().amount, it.after.unwrap().amount);
        assert_eq!((before, after), (500, 1200), "{}", it.name);
    }
    let unknown = pb::ListRestatementFactsRequest {
        parent: format!("{second}/restatements/missing-1"),
        ..Default::default()
    };
    pair.kaia.refused(unknown, "NOT_FOUND").await;
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

fn pb_kind_carried_over() -> proto::spending::v1::allocation_line::Kind {
    proto::spending::v1::allocation_line::Kind::CarriedOver
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

/// What a cut-off was computed by is what it closes with: an indicator that is defined meanwhile has a
/// figure too.
#[tokio::test]
async fn a_cutoff_whose_grounds_change_is_computed_again() {
    let mut pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    pair.until_number(1).await;
    pair.governance.quiet().await;
    let begun = pair.begin_march().await;
    let mut owner = pair.governance.owner().await;
    let mut held = owner.begin().await.unwrap();
    let year = "select from account_years where year = 2025 for update";
    held.execute(year).await.unwrap();

    pair.restart_governance().await;
    pair.governance.waiting(1).await;
    define(&pair.kaia, indicator("late", "grants.allocated", &[])).await;
    held.rollback().await.unwrap();

    until_closed(&pair.kaia, &begun.name).await;
    for name in ["allocated", "late"] {
        assert_eq!(pair.amount(&begun.name, name).await, 500, "{name}");
    }
}

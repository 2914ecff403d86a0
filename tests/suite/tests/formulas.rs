//! What was stored is found changed, and what cannot be computed is said so (cases § 4).

use proto::governance::v1 as pb;
use proto::governance::v1::recompute_figure_response::Verdict;
use proto::governance::v1::value::Status;
use sqlx::Executor;

use crate::pair::Pair;

/// CU-07: one stored fact changed by 1 øre is found and named.
#[tokio::test]
async fn a_fact_changed_by_one_ore_is_named() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    for day in ["2025-03-05", "2025-03-06", "2025-03-07"] {
        pair.allocate(5, day).await;
    }
    let cutoff = pair.close_march().await;
    assert_eq!(
        pair.recompute(&cutoff, "allocated").await.verdict(),
        Verdict::Equal
    );
    let mut owner = pair.governance.owner().await;
    owner
        .execute("alter table facts disable trigger user")
        .await
        .unwrap();
    owner
        .execute(
            "update facts set value = value + 1 where source = 'sources/grants' and number = 2",
        )
        .await
        .unwrap();

    let verdict = pair.recompute(&cutoff, "allocated").await;
    assert_eq!(verdict.verdict(), Verdict::Different);
    assert_eq!(verdict.diverging, "sources/grants/facts/2");
    let (stored, again) = (
        verdict.stored.unwrap().amount,
        verdict.recomputed.unwrap().amount,
    );
    assert_eq!(again, stored + 1);
}

/// A stored fact that is gone is found, and named.
#[tokio::test]
async fn a_fact_that_is_gone_is_named() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    for day in ["2025-03-05", "2025-03-06", "2025-03-07"] {
        pair.allocate(5, day).await;
    }
    let cutoff = pair.close_march().await;
    let mut owner = pair.governance.owner().await;
    for sql in [
        "alter table facts disable trigger user",
        "delete from facts where source = 'sources/grants' and number = 2",
    ] {
        owner.execute(sql).await.unwrap();
    }

    let verdict = pair.recompute(&cutoff, "allocated").await;
    assert_eq!(verdict.verdict(), Verdict::Different);
    assert_eq!(verdict.diverging, "sources/grants/facts/2");
    assert_eq!(verdict.facts_read, 2);
    let (stored, again) = (verdict.stored.unwrap(), verdict.recomputed.unwrap());
    assert_eq!((stored.amount, again.amount), (1_500, 1_000));
}

/// CU-08: a stored figure that was changed is named.
#[tokio::test]
async fn a_changed_figure_is_named() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    pair.allocate(5, "2025-03-05").await;
    let cutoff = pair.close_march().await;
    let mut owner = pair.governance.owner().await;
    owner
        .execute("alter table figures disable trigger user")
        .await
        .unwrap();
    owner
        .execute("update figures set amount = amount + 1")
        .await
        .unwrap();
    let verdict = pair.recompute(&cutoff, "allocated").await;
    assert_eq!(verdict.verdict(), Verdict::Different);
    assert_eq!(verdict.diverging, format!("{cutoff}/figures/allocated-1"));
}

/// CU-09: a share with denominator 0 cannot be computed; it is neither 0 nor an error.
#[tokio::test]
async fn a_share_of_nothing_cannot_be_computed() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    let sum = |measure: &str| pb::Sum {
        measures: vec![measure.into()],
        filters: vec![],
    };
    let mut share = crate::pair::indicator("andel", "grants.disbursed", &[]);
    share.indicator.as_mut().unwrap().formula = Some(pb::Formula {
        kind: Some(pb::formula::Kind::Share(pb::Share {
            numerator: Some(sum("grants.disbursed")),
            denominator: Some(sum("grants.committed")),
        })),
        group_by: vec![],
    });
    pair.kaia.must(share).await;
    let cutoff = pair.close_march().await;
    let value = pair.figure(&cutoff, "andel").await.value.unwrap();
    assert_eq!(value.status(), Status::NotComputable);
}

/// What a formula cannot be made of is refused with a reason.
#[tokio::test]
async fn a_formula_that_cannot_be_computed_is_refused() {
    let pair = Pair::start().await;
    pair.define_allocated().await;
    let kaia = &pair.kaia;
    kaia.refused(
        crate::pair::indicator("a", "grants.nothing", &[]),
        "MEASURE_UNKNOWN",
    )
    .await;
    kaia.refused(
        crate::pair::indicator("b", "grants.allocated", &["sector"]),
        "DIMENSION_UNKNOWN",
    )
    .await;
    let mut mixed = crate::pair::indicator("c", "grants.allocated", &[]);
    let formula = mixed.indicator.as_mut().unwrap().formula.as_mut().unwrap();
    if let Some(pb::formula::Kind::Sum(sum)) = &mut formula.kind {
        sum.measures.push("grants.active_agreements".into());
    }
    kaia.refused(mixed, "UNITS_DIFFER").await;
    let mut shapeless = crate::pair::indicator("d", "grants.allocated", &[]);
    shapeless.indicator.as_mut().unwrap().formula = Some(pb::Formula::default());
    kaia.refused(shapeless, "INVALID_FIELDS").await;
}

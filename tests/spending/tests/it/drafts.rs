//! Drafts that are drawn up anew or that nobody wants, and awards that come to nothing.

use proto::access::v1::Role;
use proto::audit::v1::ListEntriesRequest;
use testkit::kroner;
use testkit::spending::{available, told};

use crate::world::{Host, asked};

const DAY: &str = "2025-05-05";

/// CO-09: a draft is drawn up anew, and its former version stays in the journal; a dropped one is no fact
/// and keeps its id; an award is neither changed nor dropped.
async fn a_draft_is_drawn_up_anew_or_dropped(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let draft = world
        .drafted("1", &[(2025, 1_000_000), (2026, 300_000)])
        .await;

    let redrafted = world.redraft(&draft, &[(2025, 800_000)]).await.unwrap();

    let amounts: Vec<_> = redrafted
        .commitments
        .iter()
        .map(|it| it.amount.clone())
        .collect();
    assert_eq!(amounts, [kroner(800_000)]);
    assert_eq!(world.read(&draft).await.commitments, redrafted.commitments);
    let auditor = world.person("revisor", &[Role::Auditor]);
    let entries = ListEntriesRequest {
        subject: draft.clone(),
        ..Default::default()
    };
    let versions: Vec<_> = auditor
        .must(entries)
        .await
        .entries
        .iter()
        .map(|it| it.version)
        .collect();
    assert_eq!(versions, [1, 2]);
    let before = world.feed().await;
    let dropped = world.drop_draft(&draft).await.unwrap();
    assert_eq!(
        (dropped.state.as_str(), world.feed().await),
        ("DROPPED", before)
    );
    let again = world
        .draft(&world.officer(), "1", vec![asked("144.70", 2025, 1)])
        .await;
    assert_eq!(again.unwrap_err().reason, "ALREADY_EXISTS");

    let awarded = world.awarded("2", &[(2025, 1_000)]).await;
    for name in [&draft, &awarded] {
        let updated = world.redraft(name, &[(2025, 1)]).await.unwrap_err();
        let dropped = world.drop_draft(name).await.unwrap_err();
        assert_eq!(
            [updated.reason, dropped.reason],
            ["WRONG_STATE", "WRONG_STATE"]
        );
    }
}

/// PY-02: an award that is never signed is cancelled: the whole of it is given back on that day.
async fn an_award_that_comes_to_nothing_gives_back_the_whole(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let awarded = world
        .awarded("1", &[(2025, 700_000), (2026, 300_000)])
        .await;
    let before = world.feed().await;

    let early = world.cancel(&awarded, "2025-02-02").await.unwrap_err();
    assert_eq!(early.reason, "DATE_BEFORE_PREVIOUS_STEP");
    let cancelled = world.cancel(&awarded, DAY).await.unwrap();

    assert_eq!(cancelled.state, "CANCELLED");
    let released: Vec<_> = cancelled
        .commitments
        .iter()
        .map(|it| it.released.clone())
        .collect();
    assert_eq!(released, [kroner(700_000), kroner(300_000)]);
    assert_eq!(available(&world, 2025).await, 5_000_000);
    let after = world.feed().await;
    let moved = told(&after[before.len()..], &world.measure("committed"), "year");
    let on = || DAY.to_owned();
    let expected = [
        (on(), -70_000_000, "2025".to_owned()),
        (on(), -30_000_000, "2026".to_owned()),
    ];
    assert_eq!(moved, expected);
    let again = world.cancel(&awarded, DAY).await.unwrap_err();
    assert_eq!(again.reason, "WRONG_STATE");
}

/// PY-02: what pays with its signature is cancelled no more; what pays with its award is not while payments
/// are open.
async fn an_award_that_pays_is_not_cancelled_over_its_payments(host: Host) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 700_000)]).await;
    world.requested(&parent, "1", (2025, 1_000), DAY).await;

    let refusal = world.cancel(&parent, DAY).await.unwrap_err();

    let expected = match host {
        Host::Grants => "WRONG_STATE",
        Host::Contract => "PAYMENTS_OPEN",
    };
    assert_eq!(refusal.reason, expected, "{}", refusal.status);
}

stories!(
    a_draft_is_drawn_up_anew_or_dropped,
    an_award_that_comes_to_nothing_gives_back_the_whole,
    an_award_that_pays_is_not_cancelled_over_its_payments,
);

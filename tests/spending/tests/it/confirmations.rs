//! Confirmations: a later year's reservation is lifted by that year's line.

use proto::access::v1::Role;
use testkit::spending::{allot, available, director, head, new_delegation, new_line, told};

use crate::world::{Host, World};

const DAY: &str = "2025-11-03";

/// A parent of a million in 2025, and with reservation of a million in 2026.
async fn reserved(host: Host) -> (World, String) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world
        .paying("1", &[(2025, 1_000_000), (2026, 1_000_000)])
        .await;
    (world, parent)
}

async fn allot_next_year(world: &World, amount: i64) {
    let mut line = new_line("2026-1", "144.70", amount, "2025-10-20");
    line.allocation_line.as_mut().unwrap().year = 2026;
    allot(world, line).await;
}

/// FR-08: a line that is too small leaves the reservation; amended to what the line holds, it is lifted:
/// conditional −, unconditional +, on the decision's day.
async fn a_reservation_is_lifted_when_the_line_holds_what_is_promised(host: Host) {
    let (world, parent) = reserved(host).await;
    allot_next_year(&world, 500_000).await;

    let refusal = world
        .confirm(head(&world), &parent, 2026, DAY)
        .await
        .unwrap_err();
    assert_eq!(refusal.reason, "FRAME_EXCEEDED", "{}", refusal.status);
    let told_amounts = ["year", "available", "asked"].map(|key| refusal.metadata(key));
    assert_eq!(told_amounts, ["2026", "500000.00", "1000000.00"]);
    let still = world.amend(&parent, &[(2026, 500_000)], DAY).await.unwrap();
    assert!(still.commitments[1].conditional);
    assert!(still.reservation.contains("2026"));
    assert_eq!(available(&world, 2026).await, 500_000);
    let before = world.feed().await;

    let confirmed = world
        .confirm(head(&world), &parent, 2026, DAY)
        .await
        .unwrap();

    assert!(!confirmed.commitments[1].conditional);
    assert!(confirmed.commitments[1].confirm_date.is_some());
    assert_eq!(
        (
            confirmed.reservation.as_str(),
            confirmed.reservation_rule.as_str()
        ),
        ("", "")
    );
    assert_eq!(available(&world, 2026).await, 0);
    let after = world.feed().await;
    let moved = told(
        &after[before.len()..],
        &world.measure("committed"),
        "commitment",
    );
    let on = || DAY.to_owned();
    let expected = [
        (on(), -50_000_000, "conditional".to_owned()),
        (on(), 50_000_000, "unconditional".to_owned()),
    ];
    assert_eq!(moved, expected);
    let january = world.later("2026-01-12").await;
    january.may_decide_next_year().await;
    january
        .requested(&parent, "1", (2026, 500_000), "2026-01-12")
        .await;
}

/// It is for a commitment that carries one, by authority for the whole sum, and for no year that is over.
async fn a_reservation_is_lifted_by_authority_for_the_whole_sum(host: Host) {
    let (world, parent) = reserved(host).await;
    allot_next_year(&world, 1_000_000).await;
    let draft = world.drafted("2", &[(2026, 1_000)]).await;
    let refused = async |actor, name: &str, year, day: &str| {
        let told = world.confirm(actor, name, year, day).await;
        told.unwrap_err().reason
    };
    let head = || head(&world);

    let small = new_delegation("sigrid", 1_999_999, "2025-01-01");
    director(&world).must(small).await;
    let sigrid = world.person("sigrid", &[Role::SectionHead]);
    assert_eq!(
        refused(sigrid, &parent, 2026, DAY).await,
        "BUDGET_AUTHORITY_LIMIT"
    );
    let nils = world.person("nils", &[Role::SectionHead]);
    assert_eq!(
        refused(nils, &parent, 2026, DAY).await,
        "NO_BUDGET_AUTHORITY"
    );
    assert_eq!(
        refused(head(), &parent, 2027, DAY).await,
        "COMMITMENT_UNKNOWN"
    );
    assert_eq!(
        refused(head(), &parent, 2025, DAY).await,
        "COMMITMENT_UNCONDITIONAL"
    );
    assert_eq!(refused(head(), &draft, 2026, DAY).await, "WRONG_STATE");
    let early = refused(head(), &parent, 2026, "2025-02-02").await;
    assert_eq!(early, "DATE_BEFORE_PREVIOUS_STEP");
    let later = world.later("2027-01-12").await;
    later.may_decide_next_year().await;
    let late = later
        .confirm(testkit::spending::head(&later), &parent, 2026, "2027-01-12")
        .await;
    assert_eq!(late.unwrap_err().reason, "COMMITMENT_IN_PAST_YEAR");
}

stories!(
    a_reservation_is_lifted_when_the_line_holds_what_is_promised,
    a_reservation_is_lifted_by_authority_for_the_whole_sum,
);

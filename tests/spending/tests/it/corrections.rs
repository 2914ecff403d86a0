//! Corrections of a parent: what it was recorded as was wrong, in its payments too.

use proto::access::v1::Role;
use testkit::spending::{confirm_lift, controller, finance, head, lift, new_freeze, paid, told};

use crate::world::{Host, World};

const DAY: &str = "2025-04-10";

/// A parent of a million, 400,000 of which the bank paid on 3 March 2025.
async fn with_payment(host: Host) -> (World, String) {
    let world = host.on(DAY).await;
    world.may_award(5_000_000).await;
    let parent = world.paying("1", &[(2025, 1_000_000)]).await;
    let payment = world
        .approved(&parent, "1", (2025, 400_000), "2025-02-12")
        .await;
    finance(&world)
        .must(paid(&payment, "2025-03-03", "B-17"))
        .await;
    (world, parent)
}

/// Nothing changes until another person confirms; then every fact of the case and of its payment moves on
/// its own day, and totals stay.
async fn what_money_was_told_apart_by_is_corrected_on_its_days(host: Host) {
    let (world, parent) = with_payment(host).await;
    let draft = world.drafted("2", &[(2025, 1_000)]).await;
    let (key, was) = world.told_apart();
    let before = world.feed().await;

    let of_draft = world.correct(&draft, "873").await.unwrap_err();
    assert_eq!(of_draft.reason, "WRONG_STATE");
    let none = world.confirm_correction(head(&world), &parent).await;
    assert_eq!(none.unwrap_err().reason, "NO_CORRECTION_WAITING");
    world.correct(&parent, "873").await.unwrap();
    assert_eq!(world.feed().await, before);
    let second = world.correct(&parent, "872").await.unwrap_err();
    assert_eq!(second.reason, "CORRECTION_WAITING");
    let both = world.person("ada", &[world.preparer(), Role::SectionHead]);
    let own = world.confirm_correction(both, &parent).await;
    assert_eq!(own.unwrap_err().reason, "SEPARATION_OF_DUTIES");
    world
        .confirm_correction(head(&world), &parent)
        .await
        .unwrap();
    let again = world.correct(&parent, "873").await.unwrap_err();
    assert_eq!(again.reason, "NOTHING_TO_CORRECT");

    let after = world.feed().await;
    assert_eq!(after[..before.len()], before);
    for (measure, day, ore) in [
        ("committed", "2025-02-03", 100_000_000),
        ("disbursed", "2025-03-03", 40_000_000),
    ] {
        let moved = told(&after[before.len()..], &world.measure(measure), key);
        let on = |ore, value: &str| (day.to_owned(), ore, value.to_owned());
        assert_eq!(moved, [on(-ore, was), on(ore, "873")], "{measure}");
    }
}

/// IR-02: a correction that leaves a frozen name is refused until the freeze is lifted for the parent.
async fn a_correction_leaves_no_frozen_name(host: Host) {
    let (world, parent) = with_payment(host).await;
    let [first, second] = world.partners();
    world.correct_partner(&parent, first).await.unwrap();
    world
        .confirm_correction(head(&world), &parent)
        .await
        .unwrap();
    controller(&world).must(new_freeze("1", first, DAY)).await;

    world.correct_partner(&parent, second).await.unwrap();
    let frozen = world.confirm_correction(head(&world), &parent).await;

    let frozen = frozen.unwrap_err();
    assert_eq!(frozen.reason, "PAYMENTS_FROZEN", "{}", frozen.status);
    assert_eq!(frozen.metadata("frozen"), first);
    let lifting = controller(&world).must(lift("freezes/1", &parent)).await;
    head(&world).must(confirm_lift(&lifting, DAY)).await;
    world
        .confirm_correction(head(&world), &parent)
        .await
        .unwrap();
}

stories!(
    what_money_was_told_apart_by_is_corrected_on_its_days,
    a_correction_leaves_no_frozen_name,
);

//! What spending counts, as the host's feed has it: the whole truth, and nothing else.

use std::collections::BTreeMap;

use proto::feed::v1 as feed;
use testkit::kroner;
use testkit::spending::{
    allot, controller, correct_day, finance, frame, head, new_line, new_set_aside, paid, void,
};

use crate::world::{Host, World};

/// A year's money: two lines, a set-aside that counts apart, two parents of which one is closed, a
/// payment that was voided, one of another year, and one whose day was corrected.
async fn a_year(host: Host) -> World {
    let world = host.on("2025-12-15").await;
    world.may_award(5_000_000).await;
    allot(&world, new_line("2025-2", "144.70", -500_000, "2025-06-20")).await;
    allot(
        &world,
        new_set_aside("2025-3", "144.70", 40_000, "2025-06-20"),
    )
    .await;
    let day = "2025-12-15";
    let one = world
        .paying("1", &[(2025, 1_000_000), (2026, 300_000)])
        .await;
    let other = world.paying("2", &[(2025, 600_000)]).await;
    let first = world.approved(&one, "1", (2025, 400_000), day).await;
    let second = world.approved(&one, "2", (2025, 100_000), day).await;
    let voided = world.requested(&other, "1", (2025, 100_000), day).await;
    head(&world).must(void(&voided, day)).await;
    world.close(&other, day).await.unwrap();

    let january = world.later("2026-01-20").await;
    let bank = finance(&january);
    bank.must(paid(&first, "2025-12-16", "B-1")).await;
    bank.must(correct_day(&first, "2025-12-17")).await;
    let mut late = paid(&second, "2026-01-02", "B-2");
    late.other_year_reason = "Banken holdt stengt".into();
    bank.must(late).await;
    january
}

/// What the facts of a measure sum to, in øre, by the values of these dimensions.
fn sums(facts: &[feed::Fact], measure: &str, keys: &[&str]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for fact in facts.iter().filter(|it| it.measure == measure) {
        let value = |key: &&str| {
            let found = fact.dimensions.iter().find(|it| it.key == **key);
            found.unwrap().value.clone()
        };
        let told = keys.iter().map(value).collect::<Vec<_>>().join(" ");
        *sums.entry(told).or_default() += fact.value;
    }
    sums
}

/// The sums of all facts are what the frame says, to the øre; every fact has the dimensions that its
/// measure names, and its number is the next.
async fn the_sums_of_the_feed_are_what_the_frame_says(host: Host) {
    let world = a_year(host).await;
    let facts = world.feed().await;

    let seen = head(&world).must(frame("144.70", None)).await;
    let ore = |kr: i64| kr * 100;
    let of = |what: &str, keys: &[&str]| sums(&facts, &world.measure(what), keys);
    let expected = |rows: &[(&str, i64)]| -> BTreeMap<String, i64> {
        rows.iter()
            .map(|(told, kr)| ((*told).to_owned(), ore(*kr)))
            .collect()
    };
    assert_eq!(
        (
            seen.allocated,
            seen.set_aside,
            seen.committed,
            seen.conditional
        ),
        (
            kroner(4_500_000),
            kroner(40_000),
            kroner(1_000_000),
            kroner(0)
        )
    );
    let allocated = [("allocated 2025", 4_500_000), ("set_aside 2025", 40_000)];
    assert_eq!(of("allocated", &["kind", "year"]), expected(&allocated));
    let committed = [
        ("conditional 2026", 300_000),
        ("unconditional 2025", 1_000_000),
    ];
    assert_eq!(
        of("committed", &["commitment", "year"]),
        expected(&committed)
    );
    let disbursed = [("144 70 2025", 500_000)];
    assert_eq!(
        of("disbursed", &["chapter", "post", "year"]),
        expected(&disbursed)
    );

    let numbers: Vec<_> = facts.iter().map(|it| it.number).collect();
    assert_eq!(numbers, (1..).take(facts.len()).collect::<Vec<_>>());
    let measures = controller(&world)
        .must(feed::ListMeasuresRequest {})
        .await
        .measures;
    for fact in &facts {
        let measure = measures.iter().find(|it| it.id == fact.measure).unwrap();
        let keys: Vec<_> = fact.dimensions.iter().map(|it| &it.key).collect();
        assert_eq!(
            keys,
            measure.dimensions.iter().collect::<Vec<_>>(),
            "{fact:?}"
        );
    }
}

stories!(the_sums_of_the_feed_are_what_the_frame_says);

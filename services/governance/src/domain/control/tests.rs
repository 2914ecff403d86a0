//! What rounding explains, what a person accepts, and what neither does.

use super::*;

/// A tenth of a million kroner, øre.
const TENTH: i64 = 10_000_000;

fn post(text: &str) -> PostKey {
    PostKey {
        chapter: "144".into(),
        post: text.into(),
    }
}

/// What a mismatch says, as machines read it.
fn said(it: Mismatch) -> String {
    it.into_value().to_string()
}

fn named(
    published: &[(&str, i64)],
    parts: &[(&str, i64)],
    rounded_to_ore: i64,
) -> Result<Vec<(i64, i64)>, Vec<String>> {
    let published = published.iter().map(|(it, amount)| {
        let amount_ore = *amount;
        let accepted = None;
        (
            post(it),
            Published {
                amount_ore,
                accepted,
            },
        )
    });
    let parts = parts.iter().map(|(it, amount)| (post(it), *amount));
    reconcile(&published.collect(), parts, rounded_to_ore)
        .map(|it| {
            it.iter()
                .map(|it| (it.row_sum_ore, it.rounding_difference_ore()))
                .collect()
        })
        .map_err(|it| it.into_iter().map(said).collect())
}

/// AC-01: posts 70 and 71 of 2025. What is published is the parts and the rounding.
#[test]
fn a_rounded_source_may_be_off_by_its_rounding_which_is_named() {
    let parts = [
        ("70", 947),
        ("70", 482),
        ("70", 72),
        ("70", 22),
        ("70", 5),
        ("70", -2),
        ("71", 743),
    ]
    .map(|(post, tenths)| (post, tenths * TENTH));
    let published = [("70", 1525 * TENTH), ("71", 744 * TENTH)];
    assert_eq!(
        named(&published, &parts, TENTH),
        Ok(vec![(1526 * TENTH, -TENTH), (743 * TENTH, TENTH)])
    );
}

/// AC-02: of few parts (parts + 1) × half the precision is allowed, and nothing more.
#[test]
fn a_post_may_be_off_by_half_the_precision_for_each_amount_and_no_further() {
    let two = [("70", 1000), ("70", 1000)];
    for (published, rounded_to_ore, allowed) in [
        (2000, EXACT_ORE, true),
        (2001, EXACT_ORE, false),
        (1999, EXACT_ORE, false),
        (2150, 100, true),
        (1850, 100, true),
        (2151, 100, false),
        (1849, 100, false),
        // Half of an odd precision: one and a half times five is seven and a half.
        (2007, 5, true),
        (2008, 5, false),
    ] {
        let verdict = named(&[("70", published)], &two, rounded_to_ore);
        assert_eq!(verdict.is_ok(), allowed, "{published} by {rounded_to_ore}");
    }
}

/// AC-02, B-T01: the smaller of both bounds, by the definition of each; a row left out of 46 is no
/// rounding.
#[test]
fn rounding_explains_three_standard_deviations_at_the_most() {
    for parts in 1..=2_000_u128 {
        let least = (1..).find(|k: &u128| 4 * k * k >= 3 * (parts + 1)).unwrap();
        let (steps, at_most) = (i128::try_from(2 * least).unwrap(), parts + 1);
        let at_most = i128::try_from(at_most).unwrap();
        let bounds = Bounds::of(parts, 10);
        assert_eq!(
            bounds.rounding_twice_ore,
            10 * steps.min(at_most),
            "{parts}"
        );
        assert_eq!(bounds.acceptable_twice_ore, 10 * at_most, "{parts}");
    }
    let of = |parts| Bounds::of(parts, TENTH).rounding_twice_ore / 2;
    let tenths = [1, 2, 6, 46, 62].map(|it| of(it) / i128::from(TENTH));
    assert_eq!(tenths, [1, 1, 3, 6, 7]);
    assert_eq!(Bounds::of(46, EXACT_ORE), Bounds::default());
    assert_eq!(Bounds::of(0, TENTH), Bounds::default());
}

/// AC-02, B-U5: a part that was rounded to 0 was rounded too.
#[test]
fn rows_of_nothing_are_parts_of_a_rounded_source() {
    let of = |zeros: usize| {
        let mut parts = vec![("70", 0); zeros];
        parts.push(("70", 10 * TENTH));
        named(&[("70", 13 * TENTH)], &parts, TENTH)
    };
    assert!(of(3).is_err());
    assert_eq!(of(4), Ok(vec![(10 * TENTH, 3 * TENTH)]));
    assert_eq!(named(&[], &[("70", 0)], TENTH), Ok(vec![]));
}

/// AC-02, B-T01: beyond what rounding explains a person accepts exactly the difference, up to what
/// the source can be off by at the very most.
#[test]
fn a_person_accepts_a_difference_within_the_old_bound() {
    let accept = |published: i64, difference: Option<i64>, rounded_to_ore: i64| {
        let acceptance = Acceptance {
            reason: "Mangler én rad".into(),
            by: "persons/kari".into(),
        };
        let published = Published {
            amount_ore: published * TENTH,
            accepted: difference.map(|it| (it * TENTH, acceptance)),
        };
        let parts = vec![(post("70"), 10 * TENTH); 46];
        let published = BTreeMap::from([(post("70"), published)]);
        reconcile(&published, parts, rounded_to_ore)
            .map(|it| it[0].accepted.is_some())
            .map_err(|it| said(it[0].clone()))
    };
    assert_eq!(accept(466, None, TENTH), Ok(false));
    let refused = |published: &str, given: &str| {
        Err(format!(
            "144.70: sum 46000000.00, control total {published}, allowed 600000.00, \
             accepted_difference at most 2350000.00{given}"
        ))
    };
    assert_eq!(accept(476, None, TENTH), refused("47600000.00", ""));
    assert_eq!(accept(476, Some(16), TENTH), Ok(true));
    assert_eq!(accept(444, Some(-16), TENTH), Ok(true));
    for given in [15, -16] {
        let said = format!(", given {}", kroner(given * TENTH));
        assert_eq!(
            accept(476, Some(given), TENTH),
            refused("47600000.00", &said)
        );
    }
    assert_eq!(
        accept(484, Some(24), TENTH),
        refused("48400000.00", ", given 2400000.00")
    );
    assert_eq!(
        accept(461, Some(1), EXACT_ORE).unwrap_err(),
        "144.70: sum 46000000.00, control total 46100000.00, allowed 0.00, given 100000.00"
    );
}

#[test]
fn every_post_that_is_off_is_named_with_its_amounts() {
    let published = [
        ("01", 0),
        ("21", 500),
        ("70", 15_000_000_000),
        ("71", -7_400),
    ];
    let parts = [
        ("70", 15_260_000_000),
        ("71", -7_501),
        ("72", 99),
        ("72", -100),
    ];
    assert_eq!(
        named(&published, &parts, 100),
        Err(vec![
            "144.21: no rows, control total 5.00".into(),
            "144.70: sum 152600000.00, control total 150000000.00, allowed 1.00".into(),
            "144.71: sum -75.01, control total -74.00, allowed 1.00".into(),
            "144.72: sum -0.01, no control total".into(),
        ])
    );
}

#[test]
fn a_post_without_rows_sums_to_nothing_also_where_the_source_is_rounded() {
    for (published, allowed) in [(0, true), (1, false), (-TENTH, false)] {
        let verdict = named(&[("70", published)], &[], TENTH);
        assert_eq!(verdict.is_ok(), allowed, "{published}");
    }
}

#[test]
fn the_largest_amounts_do_not_overflow_their_sum() {
    let largest = 1_000_000_000_000_000;
    let parts = vec![("70", largest); 10_000];
    assert_eq!(
        named(&[("70", largest)], &parts, EXACT_ORE),
        Err(vec![
            "144.70: sum 100000000000000000.00, control total 10000000000000.00, allowed 0.00"
                .into()
        ])
    );
}

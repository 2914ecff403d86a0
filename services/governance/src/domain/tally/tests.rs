//! The decisions as tables.

use proto::feed::v1::measure::{Absence, Kind, Unit};

use super::*;
use crate::domain::measure::measure_of;

fn term(part: i32, measure: &str, filters: &[(&str, &[&str])]) -> Term {
    let numbers = (Unit::NokOre as i32, Kind::Flow as i32, Absence::Zero as i32);
    // What ends with a star is a prefix.
    let owned = |values: &[&str]| {
        let mut filter = Filter::default();
        for it in values {
            match it.strip_suffix('*') {
                Some(prefix) => filter.prefixes.insert(prefix.to_owned()),
                None => filter.values.insert((*it).to_owned()),
            };
        }
        filter
    };
    let filters = filters
        .iter()
        .map(|(name, values)| ((*name).to_owned(), owned(values)));
    Term {
        part,
        measure: measure_of(measure.to_owned(), numbers, Vec::new()),
        filters: filters.collect(),
    }
}

fn facts(measure: &str, values: &[Option<&str>], sum: i128) -> FactSum {
    FactSum {
        measure: measure.to_owned(),
        values: values.iter().map(|it| it.map(str::to_owned)).collect(),
        sum,
        count: 2,
        standing: 1,
    }
}

/// What the terms come to by these groups, of facts by country and post.
fn tallied(terms: &[Term], group_by: &[&str], of: &[FactSum]) -> Vec<(i32, Vec<String>, i64)> {
    let group_by: Vec<_> = group_by.iter().map(|it| (*it).to_owned()).collect();
    let mut tally = Tally::new(terms, &group_by, &BTreeSet::from(["country", "post"]));
    of.iter().for_each(|it| tally.add(it));
    let cells = tally.cells().unwrap().into_iter();
    let mut cells: Vec<_> = cells.map(|it| (it.part, it.key, it.sum)).collect();
    cells.sort();
    cells
}

#[test]
fn facts_are_counted_by_their_measure_and_their_values() {
    let of = [
        facts("paid", &[Some("MW"), Some("70")], 1),
        facts("paid", &[Some("MW"), Some("71")], 10),
        facts("paid", &[Some("NO"), Some("70")], 100),
        facts("paid", &[None, Some("70")], 1_000),
        facts("voted", &[Some("MW"), None], 10_000),
    ];
    let key = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let cell = |part, texts: &[&str], sum| (part, key(texts), sum);
    let paid = || term(1, "paid", &[]);
    let in_malawi = || term(1, "paid", &[("country", &["MW", "MZ"])]);
    for (terms, group_by, expected) in [
        (vec![paid()], &[][..], vec![cell(1, &[], 1_111)]),
        (
            vec![paid()],
            &["country"],
            vec![
                cell(1, &[""], 1_000),
                cell(1, &["MW"], 11),
                cell(1, &["NO"], 100),
            ],
        ),
        (
            vec![paid()],
            &["post", "country"],
            vec![
                cell(1, &["70", ""], 1_000),
                cell(1, &["70", "MW"], 1),
                cell(1, &["70", "NO"], 100),
                cell(1, &["71", "MW"], 10),
            ],
        ),
        // Facts without the dimension pass no filter of it.
        (vec![in_malawi()], &[], vec![cell(1, &[], 11)]),
        (
            vec![term(1, "paid", &[("country", &["MW"]), ("post", &["70"])])],
            &["post"],
            vec![cell(1, &["70"], 1)],
        ),
        // A prefix counts what begins so, beside values.
        (
            vec![term(1, "paid", &[("country", &["M*"]), ("post", &["7*"])])],
            &["country"],
            vec![cell(1, &["MW"], 11)],
        ),
        (
            vec![term(1, "paid", &[("country", &["NO", "MW*"])])],
            &[],
            vec![cell(1, &[], 111)],
        ),
        (vec![term(1, "paid", &[("country", &["W*"])])], &[], vec![]),
        (
            vec![in_malawi(), term(2, "voted", &[])],
            &["country"],
            vec![cell(1, &["MW"], 11), cell(2, &["MW"], 10_000)],
        ),
        // One measure in both parts.
        (
            vec![in_malawi(), term(2, "paid", &[])],
            &[],
            vec![cell(1, &[], 11), cell(2, &[], 1_111)],
        ),
        // One that nobody asked for has no value.
        (vec![paid()], &["sector"], vec![cell(1, &[""], 1_111)]),
        (vec![term(1, "paid", &[("sector", &["1"])])], &[], vec![]),
        (vec![term(1, "else", &[])], &[], vec![]),
    ] {
        assert_eq!(
            tallied(&terms, group_by, &of),
            expected,
            "{terms:?} {group_by:?}"
        );
    }
}

/// Sums of parts may be larger than what they come to; what no figure can hold is said, not cut.
#[test]
fn a_sum_that_no_figure_can_hold_is_said() {
    let large = i128::from(i64::MAX);
    for (sums, expected) in [
        ([large, 1 - large], Some(1)),
        ([large, 0], Some(i64::MAX)),
        ([large, 1], None),
    ] {
        let terms = [term(1, "paid", &[])];
        let mut tally = Tally::new(&terms, &[], &BTreeSet::new());
        for sum in sums {
            tally.add(&facts("paid", &[], sum));
        }
        let cells = tally.cells().ok();
        let sum = cells.and_then(|it| Some(it.first()?.sum));
        assert_eq!(sum, expected, "{sums:?}");
    }
}

#[test]
fn what_facts_are_and_whether_they_stand_is_counted_with_their_sum() {
    let terms = [term(1, "paid", &[])];
    let mut tally = Tally::new(&terms, &[], &BTreeSet::from(["post"]));
    tally.add(&facts("paid", &[Some("70")], 5));
    tally.add(&facts("paid", &[Some("71")], 6));
    let cells = tally.cells().unwrap();
    assert_eq!((cells[0].count, cells[0].standing), (4, 2));
}

#[test]
fn formulas_are_asked_together_while_their_dimensions_have_room() {
    const NAMES: [&str; 14] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n",
    ];
    let names = |of: &[usize]| -> BTreeSet<&str> { of.iter().map(|at| NAMES[*at]).collect() };
    let many: Vec<_> = (0..12).collect();
    for (named, expected) in [
        (vec![], vec![]),
        (vec![names(&[])], vec![(1, names(&[]))]),
        (
            vec![names(&[0]), names(&[1]), names(&[0])],
            vec![(3, names(&[0, 1]))],
        ),
        (vec![names(&many), names(&[3])], vec![(2, names(&many))]),
        (
            vec![names(&many), names(&[12]), names(&[12, 13]), names(&many)],
            vec![(1, names(&many)), (2, names(&[12, 13])), (1, names(&many))],
        ),
    ] {
        assert_eq!(batches(&named), expected, "{named:?}");
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Every day of every window is in one slice of its measure, and none else is.
#[test]
fn slices_cover_each_window_once() {
    let year = (day("2025-01-01"), day("2025-12-31"));
    let since = (day("1900-01-01"), year.1);
    let tertial = (day("2025-05-01"), day("2025-08-31"));
    let of_tertial = |from: &str| (day(from), tertial.1);
    let many = FACTS_AT_ONCE + 1;
    for (windows, first, facts, count) in [
        (vec![], "2020-02-03", 1, 0),
        (vec![("paid", year)], "2020-02-03", 1, 1),
        (vec![("paid", year)], "2025-12-31", 1, 1),
        (vec![("paid", year)], "2026-01-01", 1, 0),
        (vec![("paid", year), ("active", since)], "2020-02-03", 1, 2),
        (vec![("paid", year), ("active", since)], "2025-02-03", 1, 1),
        (vec![("paid", year)], "2020-02-03", FACTS_AT_ONCE, 1),
        (vec![("paid", year)], "2020-02-03", many, 12),
        (vec![("paid", year)], "2025-03-04", many, 10),
        (
            vec![("paid", year), ("active", since)],
            "2020-02-03",
            many,
            5 + 12,
        ),
        (
            vec![
                ("paid", tertial),
                ("active", of_tertial("1900-01-01")),
                ("first", of_tertial("2025-01-01")),
            ],
            "2024-06-07",
            many,
            1 + 8,
        ),
        (
            vec![
                ("paid", tertial),
                ("active", of_tertial("1900-01-01")),
                ("first", of_tertial("2025-01-01")),
            ],
            "2024-06-07",
            1,
            3,
        ),
    ] {
        let windows: BTreeMap<&str, Window> = windows.into_iter().collect();
        let slices = slices(&windows, Some(day(first)), facts);
        assert_eq!(slices.len(), count, "{windows:?} {first} {facts}");
        for (measure, (from, to)) in &windows {
            for at in day("2019-12-25")
                .iter_days()
                .take_while(|it| *it < day("2026-02-01"))
            {
                let covering = slices.iter().filter(|it| {
                    it.measures.iter().any(|it| it == measure) && (it.from..=it.to).contains(&at)
                });
                let is_counted = (*from.max(&day(first))..=*to).contains(&at);
                assert_eq!(covering.count(), usize::from(is_counted), "{measure} {at}");
            }
        }
    }
}

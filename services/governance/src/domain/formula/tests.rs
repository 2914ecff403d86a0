//! The decisions as tables.

use proto::feed::v1::measure::Unit;

use super::*;
use crate::domain::measure::measure_of;

fn measure(id: &str, kind: Kind, absence: Absence) -> Measure {
    let numbers = (Unit::NokOre as i32, kind as i32, absence as i32);
    measure_of(id.to_owned(), numbers, vec!["post".to_owned()])
}

fn known() -> BTreeMap<String, Measure> {
    let persons = measure_of("persons".into(), (2, 3, 1), vec!["post".to_owned()]);
    [
        measure("paid", Kind::Flow, Absence::Zero),
        measure("voted", Kind::Flow, Absence::Unknown),
        measure("carried", Kind::Flow, Absence::Unknown),
        measure("active", Kind::Stock, Absence::Zero),
        persons,
    ]
    .into_iter()
    .map(|it| (it.id.clone(), it))
    .collect()
}

fn sum(measures: &[&str]) -> pb::Sum {
    let measures = measures.iter().map(|it| (*it).to_owned()).collect();
    pb::Sum {
        measures,
        filters: vec![],
    }
}

fn formula(kind: pb::formula::Kind) -> pb::Formula {
    pb::Formula {
        kind: Some(kind),
        group_by: vec!["post".to_owned()],
    }
}

fn difference(one: &[&str], other: &[&str]) -> pb::Formula {
    formula(pb::formula::Kind::Difference(pb::Difference {
        minuend: Some(sum(one)),
        subtrahend: Some(sum(other)),
    }))
}

fn share(one: &[&str], other: &[&str]) -> pb::Formula {
    formula(pb::formula::Kind::Share(pb::Share {
        numerator: Some(sum(one)),
        denominator: Some(sum(other)),
    }))
}

fn cell(part: i32, measure: &str, post: &str, sum: i64) -> Cell {
    Cell {
        part,
        measure: measure.to_owned(),
        key: vec![post.to_owned()],
        sum,
        count: 1,
        standing: 1,
    }
}

/// A fact and the one that takes it back, together.
fn taken_back(measure: &str, post: &str) -> Cell {
    Cell {
        count: 2,
        standing: 0,
        ..cell(1, measure, post, 0)
    }
}

fn total(formula: &pb::Formula, cells: &[Cell]) -> Value {
    let terms = terms(formula, &known()).unwrap();
    evaluate(formula, &terms, Period::Year(2025), cells).value
}

/// CU-09 and AC-07: a denominator of 0 and a term that nobody published, or that was taken back, are
/// not 0; what was published as 0 is.
#[test]
fn what_is_not_known_is_not_zero() {
    let paid = formula(pb::formula::Kind::Sum(sum(&["paid"])));
    let voted = formula(pb::formula::Kind::Sum(sum(&["voted"])));
    let both = formula(pb::formula::Kind::Sum(sum(&["voted", "carried"])));
    for (formula, cells, expected) in [
        (&paid, vec![], Value::Amount(0)),
        (
            &paid,
            vec![cell(1, "paid", "70", 5), cell(1, "paid", "71", 2)],
            Value::Amount(7),
        ),
        (&voted, vec![], Value::NotPublished("voted".into())),
        (
            &voted,
            vec![taken_back("voted", "70")],
            Value::NotPublished("voted".into()),
        ),
        (&voted, vec![cell(1, "voted", "70", 0)], Value::Amount(0)),
        (
            &voted,
            vec![taken_back("voted", "70"), cell(1, "voted", "71", 0)],
            Value::Amount(0),
        ),
        (&paid, vec![taken_back("paid", "70")], Value::Amount(0)),
        (
            &both,
            vec![cell(1, "voted", "70", 5), taken_back("carried", "70")],
            Value::NotComputable("carried".into()),
        ),
        (
            &both,
            vec![cell(1, "voted", "70", 5), cell(1, "carried", "70", 0)],
            Value::Amount(5),
        ),
        (
            &both,
            vec![cell(1, "voted", "70", 5)],
            Value::NotComputable("carried".into()),
        ),
        (
            &both,
            vec![cell(1, "voted", "70", 5), cell(1, "carried", "70", 1)],
            Value::Amount(6),
        ),
        (
            &difference(&["voted"], &["paid"]),
            vec![cell(1, "voted", "70", 5), cell(2, "paid", "70", 7)],
            Value::Amount(-2),
        ),
        (
            &difference(&["carried"], &["paid"]),
            vec![],
            Value::NotComputable("carried".into()),
        ),
        (
            &share(&["paid"], &["active"]),
            vec![cell(1, "paid", "70", 5)],
            Value::NotComputable(String::new()),
        ),
        (
            &share(&["paid"], &["active"]),
            vec![cell(1, "paid", "70", 5), cell(2, "active", "70", 2)],
            Value::Share(5, 2),
        ),
    ] {
        assert_eq!(total(formula, &cells), expected, "{cells:?}");
    }
}

#[test]
fn groups_are_those_that_any_term_has_facts_in() {
    let formula = difference(&["voted"], &["paid"]);
    let terms = terms(&formula, &known()).unwrap();
    let cells = [
        cell(1, "voted", "70", 5),
        cell(2, "paid", "70", 2),
        cell(2, "paid", "71", 1),
    ];
    let outcome = evaluate(&formula, &terms, Period::Year(2025), &cells);
    let groups: Vec<_> = outcome
        .groups
        .iter()
        .map(|it| (it.key[0].as_str(), it.value.clone()))
        .collect();
    assert_eq!(
        groups,
        [
            ("70", Value::Amount(3)),
            ("71", Value::NotComputable("voted".into()))
        ]
    );
    assert_eq!((outcome.value, outcome.count), (Value::Amount(2), 3));
}

/// CU-13: how many had their first in the year can be said of the year, and of the year so far.
#[test]
fn the_window_follows_from_the_kind_of_measure() {
    let term = |kind| Term {
        part: 1,
        measure: measure("m", kind, Absence::Zero),
        filters: BTreeMap::new(),
    };
    let days = |window: Option<Window>| window.map(|(a, b)| format!("{a}/{b}"));
    let march = Period::Month(2025, 3);
    let august = Period::YearTo(2025, 8);
    for (kind, period, expected) in [
        (Kind::Flow, march, Some("2025-03-01/2025-03-31")),
        (Kind::Stock, march, Some("1900-01-01/2025-03-31")),
        (
            Kind::First,
            Period::Year(2025),
            Some("2025-01-01/2025-12-31"),
        ),
        (Kind::Flow, august, Some("2025-01-01/2025-08-31")),
        (Kind::Stock, august, Some("1900-01-01/2025-08-31")),
        (Kind::First, august, Some("2025-01-01/2025-08-31")),
        (Kind::Unspecified, august, None),
        (Kind::First, march, None),
        (Kind::First, Period::Tertial(2025, 1), None),
    ] {
        assert_eq!(
            days(term(kind).window(period)).as_deref(),
            expected,
            "{kind:?} {period:?}"
        );
    }
}

#[test]
fn a_formula_that_cannot_be_computed_is_refused() {
    let filtered = pb::Formula {
        kind: Some(pb::formula::Kind::Sum(pb::Sum {
            measures: vec!["paid".into()],
            filters: vec![pb::Filter {
                dimension: "sector".into(),
                values: vec!["x".into()],
                prefixes: vec![],
            }],
        })),
        group_by: vec![],
    };
    for (formula, expected) in [
        (
            formula(pb::formula::Kind::Sum(sum(&["paid", "nothing"]))),
            Refused::from(reason::MeasureUnknown {
                measures: "nothing",
            }),
        ),
        (
            filtered,
            reason::DimensionUnknown {
                measure: "paid",
                dimension: "sector",
            }
            .into(),
        ),
        (
            difference(&["paid"], &["persons"]),
            reason::UnitsDiffer {
                measures: "paid, persons",
            }
            .into(),
        ),
    ] {
        assert_eq!(terms(&formula, &known()), Err(expected));
    }
    assert!(terms(&share(&["paid"], &["persons"]), &known()).is_ok());
}

/// CU-13: whatever else the formula counts, a month has no figure of firsts, and the year so far has.
#[test]
fn a_figure_of_firsts_is_of_the_year_or_of_the_year_so_far() {
    let persons = formula(pb::formula::Kind::Sum(sum(&["persons"])));
    let per_person = share(&["paid"], &["persons"]);
    let cells = [cell(1, "paid", "70", 5), cell(1, "persons", "70", 2)];
    let divided = [cell(1, "paid", "70", 5), cell(2, "persons", "70", 2)];
    let refused = Value::NotOfPeriod("persons".into());
    for period in [Period::Month(2025, 1), Period::Tertial(2025, 1)] {
        for (formula, cells) in [(&persons, &cells), (&per_person, &divided)] {
            let terms = terms(formula, &known()).unwrap();
            let outcome = evaluate(formula, &terms, period, cells);
            assert_eq!(outcome.value, refused, "{period:?}");
        }
    }
    for period in [
        Period::YearTo(2025, 1),
        Period::YearTo(2025, 8),
        Period::Year(2025),
    ] {
        let count = |formula, cells: &[Cell]| {
            let terms = terms(formula, &known()).unwrap();
            evaluate(formula, &terms, period, cells).value
        };
        assert_eq!(count(&persons, &cells[1..]), Value::Amount(2), "{period:?}");
        assert_eq!(
            count(&per_person, &divided),
            Value::Share(5, 2),
            "{period:?}"
        );
    }
}

/// A prefix counts whatever begins so, beside values.
#[test]
fn a_filter_counts_values_and_what_begins_in_some_ways() {
    let of = |values: &[&str], prefixes: &[&str]| Filter {
        values: values.iter().map(|it| (*it).to_owned()).collect(),
        prefixes: prefixes.iter().map(|it| (*it).to_owned()).collect(),
    };
    for (filter, counted, not) in [
        (of(&["70"], &[]), &["70"][..], &["7", "701", "", "71"][..]),
        (of(&[], &["7"]), &["7", "70", "701"], &["", "07", "8"]),
        (
            of(&["8"], &["70", "øk"]),
            &["8", "70", "økonomi"],
            &["80", "7", "o"],
        ),
        (of(&[], &[]), &[], &["", "70"]),
    ] {
        for value in counted {
            assert!(filter.counts(value), "{filter:?} {value}");
        }
        for value in not {
            assert!(!filter.counts(value), "{filter:?} {value}");
        }
    }
}

/// Facts that a dimension keeps apart are never summed over it: each part of the formula holds it
/// to the same one value, and grouping by it does not do.
#[test]
fn what_is_kept_apart_is_held_to_one_value() {
    let apart = |id: &str| Measure {
        apart: vec!["series".to_owned()],
        ..measure_of(
            id.to_owned(),
            (2, 1, 2),
            vec!["post".into(), "series".into()],
        )
    };
    let mut known = known();
    known.extend(["own", "un"].map(|id| (id.to_owned(), apart(id))));
    let held = |measures: &[&str], values: &[&str], prefixes: &[&str]| pb::Sum {
        filters: vec![pb::Filter {
            dimension: "series".into(),
            values: values.iter().map(|it| (*it).to_owned()).collect(),
            prefixes: prefixes.iter().map(|it| (*it).to_owned()).collect(),
        }],
        ..sum(measures)
    };
    let of = |one: pb::Sum| pb::formula::Kind::Sum(one);
    let less = |one: pb::Sum, other: pb::Sum| {
        pb::formula::Kind::Difference(pb::Difference {
            minuend: Some(one),
            subtrahend: Some(other),
        })
    };
    for (kind, refused) in [
        (of(held(&["own"], &["norec"], &[])), None),
        (of(held(&["own", "un"], &["norec"], &[])), None),
        (of(sum(&["own"])), Some("own")),
        (of(held(&["own"], &["norec", "un"], &[])), Some("own")),
        (of(held(&["own"], &[], &["norec"])), Some("own")),
        (of(held(&["own"], &["norec"], &["norec"])), Some("own")),
        (
            less(held(&["own"], &["a"], &[]), held(&["un"], &["a"], &[])),
            None,
        ),
        (
            less(held(&["own"], &["a"], &[]), held(&["un"], &["b"], &[])),
            Some("un"),
        ),
        (less(held(&["own"], &["a"], &[]), sum(&["un"])), Some("un")),
        (
            less(held(&["own"], &["a"], &[]), sum(&["own"])),
            Some("own"),
        ),
        (of(sum(&["paid"])), None),
    ] {
        for group_by in [vec![], vec!["post".to_owned()]] {
            let formula = pb::Formula {
                kind: Some(kind.clone()),
                group_by,
            };
            let terms = terms(&formula, &known).unwrap();
            let expected = refused.map(|measure| {
                let dimension = "series";
                Refused::from(reason::DimensionApart { measure, dimension })
            });
            assert_eq!(must_hold_apart(&terms).err(), expected, "{formula:?}");
            let value = evaluate(&formula, &terms, Period::Year(2025), &[]).value;
            let is_refused = value == Value::NotComputable(refused.unwrap_or_default().to_owned());
            assert_eq!(is_refused, refused.is_some(), "{formula:?} {value:?}");
        }
    }
}

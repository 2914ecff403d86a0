//! The decisions as tables.

use super::*;
use crate::domain::source::measure_of;

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

/// CU-13: how many had their first in the year can be said of the year alone.
#[test]
fn the_window_follows_from_the_kind_of_measure() {
    let term = |kind| Term {
        part: 1,
        measure: measure("m", kind, Absence::Zero),
        filters: BTreeMap::new(),
    };
    let days = |window: Option<Window>| window.map(|(a, b)| format!("{a}/{b}"));
    let march = Period::Month(2025, 3);
    for (kind, period, expected) in [
        (Kind::Flow, march, Some("2025-03-01/2025-03-31")),
        (Kind::Stock, march, Some("1900-01-01/2025-03-31")),
        (
            Kind::First,
            Period::Year(2025),
            Some("2025-01-01/2025-12-31"),
        ),
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

//! Formulas: which facts a figure counts in a period, and what their sums come to.
//!
//! The database sums facts into [`Cell`]s when a cut-off closes; recomputing sums them here, fact by
//! fact. What the cells come to is decided once, in [`evaluate`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use proto::feed::v1::measure::{Absence, Kind, Unit};
use proto::governance::v1 as pb;

use crate::Refusal;
use crate::domain::Period;

/// What a source measures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Such as `grants.disbursed`.
    pub id: String,
    /// What a value counts.
    pub unit: Unit,
    /// Which facts belong to a period.
    pub kind: Kind,
    /// What the absence of facts means.
    pub absence: Absence,
    /// Keys of its facts.
    pub dimensions: Vec<String>,
    /// What it is, in bokmål.
    pub definition_nb: String,
    /// What it is, in nynorsk.
    pub definition_nn: String,
}

/// One measure counted in one part of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// 1 for the sum, minuend or numerator; 2 for subtrahend or denominator.
    pub part: i32,
    /// The measure.
    pub measure: Measure,
    /// Dimension and the values that are counted.
    pub filters: BTreeMap<String, BTreeSet<String>>,
}

/// First and last effective day of the facts that are counted.
pub type Window = (NaiveDate, NaiveDate);

impl Term {
    /// The days whose facts belong to a period; none when the measure has no figure for it: how many
    /// persons had their first in the year can be said of a year, not of a month (CU-13).
    pub fn window(&self, period: Period) -> Option<Window> {
        let (start, end) = (period.start(), period.end());
        match (self.measure.kind, period) {
            (Kind::Stock, _) => Some((NaiveDate::from_ymd_opt(1900, 1, 1)?, end)),
            (Kind::First, Period::Year(_)) => {
                Some((NaiveDate::from_ymd_opt(end.year(), 1, 1)?, end))
            }
            (Kind::First, _) | (Kind::Unspecified, _) => None,
            (Kind::Flow, _) => Some((start, end)),
        }
    }

    /// Whether a fact is counted, by its measure, day and dimensions.
    pub fn counts(&self, fact: &Counted<'_>, period: Period) -> bool {
        let Some((from, to)) = self.window(period) else {
            return false;
        };
        fact.measure == self.measure.id
            && (from..=to).contains(&fact.effective_on)
            && self.filters.iter().all(|(dimension, values)| {
                fact.dimensions
                    .get(dimension)
                    .is_some_and(|it| values.contains(it))
            })
    }
}

/// What a fact is counted by.
#[derive(Debug)]
pub struct Counted<'a> {
    /// Its measure.
    pub measure: &'a str,
    /// Its day.
    pub effective_on: NaiveDate,
    /// Its dimensions.
    pub dimensions: &'a BTreeMap<String, String>,
}

/// The terms of a formula, in its order. Refuses one that cannot be computed of these measures.
pub fn terms(
    formula: &pb::Formula,
    measures: &BTreeMap<String, Measure>,
) -> Result<Vec<Term>, Refusal> {
    let mut terms = Vec::new();
    let mut unknown = Vec::new();
    for (part, sum) in (1..).zip(sums(formula)) {
        let filters: BTreeMap<_, _> = sum
            .filters
            .iter()
            .map(|it| (it.dimension.clone(), it.values.iter().cloned().collect()))
            .collect();
        for id in &sum.measures {
            match measures.get(id) {
                None => unknown.push(id.clone()),
                Some(measure) => {
                    terms.push(Term {
                        part,
                        measure: measure.clone(),
                        filters: filters.clone(),
                    });
                }
            }
        }
    }
    if !unknown.is_empty() {
        return Err(Refusal::MeasureUnknown { measures: unknown });
    }
    for term in &terms {
        let used = formula.group_by.iter().chain(term.filters.keys());
        if let Some(dimension) = used
            .into_iter()
            .find(|it| !term.measure.dimensions.contains(it))
        {
            return Err(Refusal::DimensionUnknown {
                measure: term.measure.id.clone(),
                dimension: dimension.clone(),
            });
        }
    }
    let summed_with = |term: &Term| {
        (
            if is_share(formula) { term.part } else { 0 },
            term.measure.unit,
        )
    };
    let units: BTreeSet<_> = terms
        .iter()
        .map(summed_with)
        .map(|(p, u)| (p, u as i32))
        .collect();
    let parts: BTreeSet<_> = units.iter().map(|(part, _)| part).collect();
    if units.len() > parts.len() {
        let measures = terms.into_iter().map(|it| it.measure.id).collect();
        return Err(Refusal::UnitsDiffer { measures });
    }
    Ok(terms)
}

/// The sums of a formula, in its order.
pub fn sums(formula: &pb::Formula) -> Vec<&pb::Sum> {
    use pb::formula::Kind as F;
    match &formula.kind {
        Some(F::Sum(sum)) => vec![sum],
        Some(F::Difference(it)) => it.minuend.iter().chain(&it.subtrahend).collect(),
        Some(F::Share(it)) => it.numerator.iter().chain(&it.denominator).collect(),
        None => Vec::new(),
    }
}

fn is_share(formula: &pb::Formula) -> bool {
    matches!(formula.kind, Some(pb::formula::Kind::Share(_)))
}

/// The sum of the facts of one term in one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The part of the formula.
    pub part: i32,
    /// The measure.
    pub measure: String,
    /// The group.
    pub key: Vec<String>,
    /// Their sum.
    pub sum: i64,
    /// How many they are.
    pub count: i64,
}

/// What a figure or a group comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An amount in the measures' unit.
    Amount(i64),
    /// Two integers; the denominator is not 0.
    Share(i64, i64),
    /// No source has published the measure.
    NotPublished(String),
    /// A term is not published, the denominator is 0, or the period has no figure.
    NotComputable(String),
}

/// A figure's total and its groups, with how many facts each counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Of all facts.
    pub value: Value,
    /// How many facts.
    pub count: i64,
    /// By group, sorted by key.
    pub groups: Vec<Group>,
}

/// What one group comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Values of the formula's dimensions, in their order.
    pub key: Vec<String>,
    /// Of the group's facts.
    pub value: Value,
    /// How many facts.
    pub count: i64,
}

/// What the cells of a formula come to, in all and by group.
pub fn evaluate(formula: &pb::Formula, terms: &[Term], period: Period, cells: &[Cell]) -> Outcome {
    let of = |key: Option<&[String]>| {
        let chosen: Vec<_> = cells
            .iter()
            .filter(|it| key.is_none_or(|key| it.key == key))
            .collect();
        let sum = |part: i32, measure: &str| {
            let sums: Vec<_> = chosen
                .iter()
                .filter(|it| it.part == part && it.measure == measure)
                .map(|it| it.sum)
                .collect();
            (!sums.is_empty()).then(|| sums.iter().sum())
        };
        let count = chosen.iter().map(|it| it.count).sum();
        (value(formula, terms, period, &sum), count)
    };
    let keys: BTreeSet<_> = cells.iter().map(|it| it.key.as_slice()).collect();
    let groups = keys
        .into_iter()
        .filter(|_| !formula.group_by.is_empty())
        .map(|key| {
            let (value, count) = of(Some(key));
            Group {
                key: key.to_vec(),
                value,
                count,
            }
        });
    let groups = groups.collect();
    let (value, count) = of(None);
    Outcome {
        value,
        count,
        groups,
    }
}

/// `sum` answers a term's sum, or none when it has no facts.
fn value(
    formula: &pb::Formula,
    terms: &[Term],
    period: Period,
    sum: &dyn Fn(i32, &str) -> Option<i64>,
) -> Value {
    let mut parts = [0_i64; 2];
    for term in terms {
        let id = &term.measure.id;
        if term.window(period).is_none() {
            return Value::NotComputable(id.clone());
        }
        match (sum(term.part, id), term.measure.absence) {
            (None, Absence::Unknown | Absence::Unspecified) if terms.len() == 1 => {
                return Value::NotPublished(id.clone());
            }
            (None, Absence::Unknown | Absence::Unspecified) => {
                return Value::NotComputable(id.clone());
            }
            (found, _) => {
                parts[usize::from(term.part == 2)] += found.unwrap_or_default();
            }
        }
    }
    match &formula.kind {
        Some(pb::formula::Kind::Share(_)) if parts[1] == 0 => Value::NotComputable(String::new()),
        Some(pb::formula::Kind::Share(_)) => Value::Share(parts[0], parts[1]),
        Some(pb::formula::Kind::Difference(_)) => Value::Amount(parts[0] - parts[1]),
        _ => Value::Amount(parts[0]),
    }
}

#[cfg(test)]
mod tests {
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
        }
    }

    fn total(formula: &pb::Formula, cells: &[Cell]) -> Value {
        let terms = terms(formula, &known()).unwrap();
        evaluate(formula, &terms, Period::Year(2025), cells).value
    }

    /// CU-09 and AC-07: a denominator of 0 and a term that nobody published are not 0.
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
                Refusal::MeasureUnknown {
                    measures: vec!["nothing".into()],
                },
            ),
            (
                filtered,
                Refusal::DimensionUnknown {
                    measure: "paid".into(),
                    dimension: "sector".into(),
                },
            ),
            (
                difference(&["paid"], &["persons"]),
                Refusal::UnitsDiffer {
                    measures: vec!["paid".into(), "persons".into()],
                },
            ),
        ] {
            assert_eq!(terms(&formula, &known()), Err(expected));
        }
        assert!(terms(&share(&["paid"], &["persons"]), &known()).is_ok());
    }
}

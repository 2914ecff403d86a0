//! Formulas: which facts a figure counts in a period, and what their sums come to.
//!
//! When a cut-off closes, sums of facts are tallied into [`Cell`]s ([`super::tally`]); recomputing sums
//! facts one by one. What the cells come to is decided once, in [`evaluate`].

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use platform::{List, Refused, reason};
use proto::feed::v1::measure::{Absence, Kind};
use proto::governance::v1 as pb;

use crate::domain::Period;
use crate::domain::measure::Measure;

/// One measure counted in one part of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// 1 for the sum, minuend or numerator; 2 for subtrahend or denominator.
    pub part: i32,
    /// The measure.
    pub measure: Measure,
    /// What is counted, by dimension.
    pub filters: BTreeMap<String, Filter>,
}

/// What is counted of a dimension: some values, and those that begin in some ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The values.
    pub values: BTreeSet<String>,
    /// What others may begin with.
    pub prefixes: BTreeSet<String>,
}

impl Filter {
    /// Whether a value is counted.
    pub fn counts(&self, value: &str) -> bool {
        let begins = |it: &String| value.starts_with(it.as_str());
        self.values.contains(value) || self.prefixes.iter().any(begins)
    }

    /// The value that it counts where it counts one alone.
    fn one_value(&self) -> Option<&String> {
        let is_one = self.values.len() == 1 && self.prefixes.is_empty();
        self.values.first().filter(|_| is_one)
    }
}

/// First and last effective day of the facts that are counted.
pub type Window = (NaiveDate, NaiveDate);

impl Term {
    /// The days whose facts belong to a period; none when the measure has no figure for it: how many
    /// had their first of the year can be said of a year, or of a year to the end of a month, and not of
    /// a month or a tertial (CU-13).
    pub fn window(&self, period: Period) -> Option<Window> {
        let (start, end) = (period.start(), period.end());
        match (self.measure.kind, period) {
            (Kind::Stock, _) => Some((NaiveDate::from_ymd_opt(1900, 1, 1)?, end)),
            (Kind::Flow, _) | (Kind::First, Period::Year(_) | Period::YearTo(..)) => {
                Some((start, end))
            }
            (Kind::First, Period::Month(..) | Period::Tertial(..)) | (Kind::Unspecified, _) => None,
        }
    }

    /// Whether a fact is counted, by its measure, day and dimensions.
    pub fn counts(&self, fact: &Counted<'_>, period: Period) -> bool {
        let Some((from, to)) = self.window(period) else {
            return false;
        };
        fact.measure == self.measure.id
            && (from..=to).contains(&fact.effective_on)
            && self.filters.iter().all(|(dimension, filter)| {
                fact.dimensions
                    .get(dimension)
                    .is_some_and(|it| filter.counts(it))
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
) -> Result<Vec<Term>, Refused> {
    let mut terms = Vec::new();
    let mut unknown = Vec::new();
    for (part, sum) in (1..).zip(sums(formula)) {
        let filters: BTreeMap<_, _> = sum
            .filters
            .iter()
            .map(|it| {
                let filter = Filter {
                    values: it.values.iter().cloned().collect(),
                    prefixes: it.prefixes.iter().cloned().collect(),
                };
                (it.dimension.clone(), filter)
            })
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
        return Err(reason::MeasureUnknown {
            measures: List::new(&unknown, ", "),
        }
        .into());
    }
    for term in &terms {
        let used = formula.group_by.iter().chain(term.filters.keys());
        if let Some(dimension) = used
            .into_iter()
            .find(|it| !term.measure.dimensions.contains(it))
        {
            return Err(reason::DimensionUnknown {
                measure: &term.measure.id,
                dimension,
            }
            .into());
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
        let measures: Vec<_> = terms.into_iter().map(|it| it.measure.id).collect();
        return Err(reason::UnitsDiffer {
            measures: List::new(&measures, ", "),
        }
        .into());
    }
    Ok(terms)
}

/// The first measure whose facts these terms would sum over a dimension that keeps them apart, and the
/// dimension: each such dimension is held to one value, the same in the whole formula.
pub fn summed_over(terms: &[Term]) -> Option<(&Measure, &String)> {
    let mut held: BTreeMap<&String, &String> = BTreeMap::new();
    let apart = terms
        .iter()
        .flat_map(|term| term.measure.apart.iter().map(move |it| (term, it)));
    for (term, dimension) in apart {
        let one = term.filters.get(dimension).and_then(Filter::one_value);
        if one.is_none_or(|one| *held.entry(dimension).or_insert(one) != one) {
            return Some((&term.measure, dimension));
        }
    }
    None
}

/// Refuses a formula that sums facts over what keeps them apart. One that was defined before a source said that
/// it does is not computable from then on.
pub fn must_hold_apart(terms: &[Term]) -> Result<(), Refused> {
    match summed_over(terms) {
        None => Ok(()),
        Some((measure, dimension)) => Err(reason::DimensionApart {
            measure: &measure.id,
            dimension,
        }
        .into()),
    }
}

/// The sums of a formula, in its order.
fn sums(formula: &pb::Formula) -> Vec<&pb::Sum> {
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
    /// How many of them stand: those that take one back count against it.
    pub standing: i64,
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
    /// A term is not published or would be summed over what keeps it apart, or the denominator is 0.
    NotComputable(String),
    /// A measure of firsts has no figure of a month or a tertial.
    NotOfPeriod(String),
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
    let of = |chosen: &[&Cell]| {
        let sum = |part: i32, measure: &str| {
            let of_term = chosen
                .iter()
                .filter(|it| it.part == part && it.measure == measure);
            of_term.fold((0, 0), |(sum, standing), it| {
                (sum + it.sum, standing + it.standing)
            })
        };
        let count = chosen.iter().map(|it| it.count).sum();
        (value(formula, terms, period, &sum), count)
    };
    let mut sorted: Vec<_> = cells.iter().collect();
    let (value, count) = of(&sorted);
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    if formula.group_by.is_empty() {
        sorted.clear();
    }
    let groups = sorted.chunk_by(|a, b| a.key == b.key).map(|chosen| {
        let (value, count) = of(chosen);
        Group {
            key: chosen[0].key.clone(),
            value,
            count,
        }
    });
    let groups = groups.collect();
    Outcome {
        value,
        count,
        groups,
    }
}

/// `sum` answers the sum of a term's facts, and how many of them stand.
fn value(
    formula: &pb::Formula,
    terms: &[Term],
    period: Period,
    sum: &dyn Fn(i32, &str) -> (i64, i64),
) -> Value {
    let has_none = |it: &&Term| it.window(period).is_none();
    if let Some(Term { measure, .. }) = terms.iter().find(has_none) {
        return match measure.kind {
            Kind::First => Value::NotOfPeriod(measure.id.clone()),
            _ => Value::NotComputable(measure.id.clone()),
        };
    }
    if let Some((measure, _)) = summed_over(terms) {
        return Value::NotComputable(measure.id.clone());
    }
    let mut parts = [0_i64; 2];
    for term in terms {
        let id = &term.measure.id;
        let (found, standing) = sum(term.part, id);
        let is_known = standing > 0 || term.measure.absence == Absence::Zero;
        if !is_known && terms.len() == 1 {
            return Value::NotPublished(id.clone());
        }
        if !is_known {
            return Value::NotComputable(id.clone());
        }
        parts[usize::from(term.part == 2)] += found;
    }
    match &formula.kind {
        Some(pb::formula::Kind::Share(_)) if parts[1] == 0 => Value::NotComputable(String::new()),
        Some(pb::formula::Kind::Share(_)) => Value::Share(parts[0], parts[1]),
        Some(pb::formula::Kind::Difference(_)) => Value::Amount(parts[0] - parts[1]),
        _ => Value::Amount(parts[0]),
    }
}

#[cfg(test)]
mod tests;

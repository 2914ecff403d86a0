//! Tallies: what sums of facts come to in the terms of a formula, while they are read. The database sums
//! facts once for all formulas, by the values of every dimension that any of them names; which formula
//! counts them, and in which of its groups, is decided here.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::TryFromIntError;

use chrono::{Datelike, Days, NaiveDate};

use crate::domain::formula::{Cell, Filter, Term, Window};

/// The dimensions that one statement sums by. A formula names fewer: four to group by, and four in the
/// filters of each of its two sums.
pub const DIMENSIONS_MAX: usize = 12;
/// So many facts are summed by one statement; of more, each month has its own, so that none comes near
/// the limit that statements have.
const FACTS_AT_ONCE: i64 = 2_000_000;

/// Facts of one measure with the same values, summed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactSum {
    /// Their measure.
    pub measure: String,
    /// Their values of the dimensions that were asked for, in that order; none where they have no such
    /// dimension.
    pub values: Vec<Option<String>>,
    /// Their sum.
    pub sum: i128,
    /// How many they are.
    pub count: i64,
    /// How many of them stand: those that take one back count against it.
    pub standing: i64,
}

/// What a formula's terms have come to so far.
#[derive(Debug)]
pub struct Tally<'a> {
    terms: Vec<TermTally<'a>>,
    /// Where the dimensions of its groups stand among those asked for.
    group_at: Vec<usize>,
}

#[derive(Debug)]
struct TermTally<'a> {
    term: &'a Term,
    /// Where each filtered dimension stands, and what is counted of it.
    filters: Vec<(usize, &'a Filter)>,
    /// By group: its values, joined by the one character that no text in PostgreSQL has.
    sums: HashMap<String, Sums>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    sum: i128,
    count: i64,
    standing: i64,
}

/// Between the values of a group.
const JOINT: char = '\0';

impl<'a> Tally<'a> {
    /// Nothing, of a formula's terms. `dimensions` are those that will be asked for, this formula's among
    /// them.
    pub fn new(terms: &'a [Term], group_by: &[String], dimensions: &BTreeSet<&str>) -> Self {
        // One that is not asked for stands behind all others, where facts have no value.
        let at = |name: &String| {
            let place = dimensions.iter().position(|it| it == name);
            place.unwrap_or(dimensions.len())
        };
        let terms = terms.iter().map(|term| TermTally {
            term,
            filters: term
                .filters
                .iter()
                .map(|(name, filter)| (at(name), filter))
                .collect(),
            sums: HashMap::new(),
        });
        Self {
            terms: terms.collect(),
            group_at: group_by.iter().map(at).collect(),
        }
    }

    /// Adds facts to the terms that count them. Facts without a dimension are counted by no filter of it,
    /// and its value is empty in their group.
    pub fn add(&mut self, facts: &FactSum) {
        let value = |at: usize| facts.values.get(at).and_then(Option::as_deref);
        let counting = self.terms.iter_mut().filter(|it| {
            let mut filters = it.filters.iter();
            it.term.measure.id == facts.measure
                && filters.all(|(at, filter)| value(*at).is_some_and(|it| filter.counts(it)))
        });
        let mut key = None;
        for it in counting {
            let key = key.get_or_insert_with(|| {
                let mut key = String::new();
                for at in &self.group_at {
                    key.push_str(value(*at).unwrap_or_default());
                    key.push(JOINT);
                }
                key
            });
            if !it.sums.contains_key(key.as_str()) {
                it.sums.insert(key.clone(), Sums::default());
            }
            if let Some(sums) = it.sums.get_mut(key.as_str()) {
                sums.sum += facts.sum;
                sums.count += facts.count;
                sums.standing += facts.standing;
            }
        }
    }

    /// What it has come to, by term and group.
    ///
    /// # Errors
    /// A sum that no figure can hold.
    pub fn cells(self) -> Result<Vec<Cell>, TryFromIntError> {
        let count = self.terms.iter().map(|it| it.sums.len()).sum();
        let mut cells = Vec::with_capacity(count);
        for TermTally { term, sums, .. } in self.terms {
            for (key, sums) in sums {
                cells.push(Cell {
                    part: term.part,
                    measure: term.measure.id.clone(),
                    key: key.split_terminator(JOINT).map(str::to_owned).collect(),
                    sum: sums.sum.try_into()?,
                    count: sums.count,
                    standing: sums.standing,
                });
            }
        }
        Ok(cells)
    }
}

/// Sums how formulas are asked for together: each with no more dimensions than one statement sums by.
/// `named` are the dimensions that each names; answers how many of them, in their order, are asked for at
/// once, and the dimensions of these.
pub fn batches<'a>(named: &[BTreeSet<&'a str>]) -> Vec<(usize, BTreeSet<&'a str>)> {
    let mut batches: Vec<(usize, BTreeSet<&str>)> = Vec::new();
    for names in named {
        match batches.last_mut() {
            Some((count, of)) if of.union(names).count() <= DIMENSIONS_MAX => {
                *count += 1;
                of.extend(names);
            }
            _ => batches.push((1, names.clone())),
        }
    }
    batches
}

/// Days whose facts are summed by one statement, and the measures that count facts of all these days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// The measures, each once.
    pub measures: Vec<String>,
}

/// The windows of measures, all with the same last day, in slices that no window begins within. Days
/// before `first` have no facts, and where it is unset none do. Where `facts` are many, there is a slice
/// for every month of the last year, and for every year before.
pub fn slices(
    windows: &BTreeMap<&str, Window>,
    first: Option<NaiveDate>,
    facts: i64,
) -> Vec<Slice> {
    let last = windows.values().map(|(_, to)| *to).max();
    let Some((first, last)) = first.zip(last) else {
        return Vec::new();
    };
    let begins = |window: &Window| window.0.max(first);
    let mut cuts: BTreeSet<_> = windows.values().map(begins).collect();
    if facts > FACTS_AT_ONCE {
        let months = (1..=12).map(|month| (last.year(), month));
        let years = (first.year()..last.year()).map(|year| (year, 1));
        let earliest = cuts.first().copied().unwrap_or(last);
        let begun = years.chain(months);
        let begun = begun.filter_map(|(year, month)| NaiveDate::from_ymd_opt(year, month, 1));
        cuts.extend(begun.filter(|it| *it > earliest));
    }
    let ends = cuts.iter().skip(1).map(|next| *next - Days::new(1));
    let ends = ends.chain([last]);
    let slices = cuts.iter().zip(ends).map(|(from, end)| Slice {
        from: *from,
        to: end.min(last),
        measures: windows
            .iter()
            .filter(|(_, window)| begins(window) <= *from)
            .map(|(measure, _)| (*measure).to_owned())
            .collect(),
    });
    slices.filter(|it| it.from <= it.to).collect()
}

#[cfg(test)]
mod tests;

//! Computing a figure again: every fact up to the cut-off's marks is read once more in its order, its
//! running digest computed anew, and what the formula counts is summed here. Nothing is shared with
//! the statements that first computed it.

use std::collections::BTreeMap;

use platform::next_digest;
use proto::governance::v1 as pb;

use crate::domain::cutoff::Mark;
use crate::domain::formula::{Cell, Counted, Term, Value, evaluate};
use crate::domain::source::TakenFact;
use crate::domain::{Figure, Period};

/// A figure that is being computed again.
#[derive(Debug)]
pub struct Recomputation<'a> {
    formula: &'a pb::Formula,
    terms: &'a [Term],
    period: Period,
    sums: BTreeMap<(i32, String, Vec<String>), Sums>,
    source: String,
    chain: Vec<u8>,
    number: i64,
    facts_read: i64,
    diverging: Option<String>,
}

/// What the facts of a term in a group come to.
#[derive(Debug, Default)]
struct Sums {
    value: i64,
    count: i64,
    standing: i64,
}

/// What computing again came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The value by the facts as they are now.
    pub recomputed: Value,
    /// The first row that is not as it was, or the figure itself.
    pub diverging: Option<String>,
    /// Facts that were read.
    pub facts_read: i64,
}

impl<'a> Recomputation<'a> {
    /// Begins with nothing counted.
    pub fn new(formula: &'a pb::Formula, terms: &'a [Term], period: Period) -> Self {
        Self {
            formula,
            terms,
            period,
            sums: BTreeMap::new(),
            source: String::new(),
            chain: Vec::new(),
            number: 0,
            facts_read: 0,
            diverging: None,
        }
    }

    /// Goes on to the first fact of a source.
    pub fn begin(&mut self, source: &str) {
        source.clone_into(&mut self.source);
        self.chain.clear();
        self.number = 0;
    }

    /// Reads a fact: is it the next, is it as it was, what does it count?
    pub fn add(&mut self, fact: &TakenFact) {
        self.facts_read += 1;
        self.chain = next_digest(&self.chain, &fact.to_wire());
        if fact.number != self.number + 1 || self.chain != fact.digest {
            self.diverge(fact.number.min(self.number + 1));
        }
        self.number = fact.number;
        let counted = Counted {
            measure: &fact.measure,
            effective_on: fact.effective_on,
            dimensions: &fact.dimensions,
        };
        let key = || -> Vec<String> {
            let value = |name: &String| fact.dimensions.get(name).cloned().unwrap_or_default();
            self.formula.group_by.iter().map(value).collect()
        };
        for term in self
            .terms
            .iter()
            .filter(|it| it.counts(&counted, self.period))
        {
            let cell = self
                .sums
                .entry((term.part, fact.measure.clone(), key()))
                .or_default();
            cell.value = cell.value.saturating_add(fact.value);
            cell.count += 1;
            cell.standing += if fact.reversal { -1 } else { 1 };
        }
    }

    /// Ends a source at its mark.
    pub fn end(&mut self, mark: &Mark) {
        if self.number < mark.number {
            self.diverge(self.number + 1);
        } else if self.chain != mark.digest {
            self.diverge(mark.number);
        }
    }

    fn diverge(&mut self, number: i64) {
        self.diverging
            .get_or_insert_with(|| format!("{}/facts/{number}", self.source));
    }

    /// Compares with the figure as it was stored.
    pub fn compare(self, stored: &Figure) -> Verdict {
        let cells: Vec<_> = self
            .sums
            .into_iter()
            .map(|((part, measure, key), sums)| Cell {
                part,
                measure,
                key,
                sum: sums.value,
                count: sums.count,
                standing: sums.standing,
            })
            .collect();
        let outcome = evaluate(self.formula, self.terms, self.period, &cells);
        let is_equal = outcome == stored.outcome;
        let diverging = self
            .diverging
            .or_else(|| (!is_equal).then(|| stored.name.to_string()));
        Verdict {
            recomputed: outcome.value,
            diverging,
            facts_read: self.facts_read,
        }
    }
}

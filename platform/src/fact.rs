//! What a service counts, and what it has counted.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proto::feed::v1::measure;

/// What a service counts. Its definition is part of the product: it stands in the feed.
#[derive(Debug)]
pub struct Measure {
    /// Such as `grants.disbursed`.
    pub id: &'static str,
    /// What a value counts.
    pub unit: measure::Unit,
    /// Which facts belong to a period.
    pub kind: measure::Kind,
    /// What it means that no fact stands.
    pub absence: measure::Absence,
    /// Keys of its facts' dimensions, sorted.
    pub dimensions: &'static [&'static str],
    /// Definition in bokmål, nynorsk and English.
    pub definition: [&'static str; 3],
    /// Clause that it answers.
    pub source_clause: &'static str,
}

/// What a fact is told apart by.
pub type Dimensions = BTreeMap<String, String>;

/// One thing counted, on the day it is counted for. Never edited: a correction is a reversal and a
/// new fact. Holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Id of a measure of this service.
    pub measure: &'static str,
    /// The day it counts for.
    pub effective_on: NaiveDate,
    /// In the measure's unit. 0 is a fact too: that there is nothing is known.
    pub value: i64,
    /// Exactly the measure's dimensions.
    pub dimensions: Dimensions,
    /// Resource name of what is counted.
    pub subject: String,
    /// It takes an earlier fact back; made by [`Fact::reversed`].
    pub reversal: bool,
}

impl Fact {
    /// The fact that undoes this one, on the same day.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            value: -self.value,
            reversal: !self.reversal,
            ..self.clone()
        }
    }

    /// What to record when the facts of something change from `before` to `after`: reversals of
    /// those that no longer hold, then those that newly hold. What stays is left alone.
    pub fn changes(before: &[Self], after: &[Self]) -> Vec<Self> {
        let mut gone: Vec<&Self> = before.iter().collect();
        let mut new: Vec<&Self> = Vec::new();
        for fact in after {
            match gone.iter().position(|it| *it == fact) {
                Some(index) => drop(gone.remove(index)),
                None => new.push(fact),
            }
        }
        gone.into_iter()
            .map(Self::reversed)
            .chain(new.into_iter().cloned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(day: u32, value: i64) -> Fact {
        Fact {
            measure: "m",
            effective_on: NaiveDate::from_ymd_opt(2025, 3, day).unwrap(),
            value,
            dimensions: Dimensions::new(),
            subject: "s".to_owned(),
            reversal: value < 0,
        }
    }

    #[test]
    fn a_change_of_facts_is_reversals_and_then_new_ones() {
        for (before, after, expected) in [
            (vec![], vec![fact(1, 5)], vec![fact(1, 5)]),
            (vec![fact(1, 5)], vec![fact(1, 5)], vec![]),
            (
                vec![fact(1, 5)],
                vec![fact(2, 5)],
                vec![fact(1, -5), fact(2, 5)],
            ),
            (
                vec![fact(1, 5), fact(1, 5)],
                vec![fact(1, 5)],
                vec![fact(1, -5)],
            ),
            (
                vec![fact(1, 5), fact(2, 6)],
                vec![fact(2, 6), fact(3, 7)],
                vec![fact(1, -5), fact(3, 7)],
            ),
        ] {
            assert_eq!(
                Fact::changes(&before, &after),
                expected,
                "{before:?} → {after:?}"
            );
        }
    }
}

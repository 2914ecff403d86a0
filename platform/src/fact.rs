//! What a service counts, and what it has counted.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
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
    /// Those of them that a formula holds to one value, for nothing is summed over them; sorted.
    pub apart: &'static [&'static str],
    /// Whether its subjects are persons, whatever its unit.
    pub counts_persons: bool,
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
    /// The day it counts for. It may be to come: what will hold from a day on is recorded when that becomes known,
    /// and changed by [`Fact::changes`] when it does.
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

    /// What counts of a measure of kind *first*: of everything that its subjects have, in whatever order, each
    /// subject's earliest in each year; of several on one day, the one that sorts first. When one comes
    /// or goes, what all of the subject's came to before and come to now are [`Fact::changes`].
    pub fn firsts(mut all: Vec<Self>) -> Vec<Self> {
        all.sort();
        let of_year = |it: &Self| (it.measure, it.subject.clone(), it.effective_on.year());
        let mut firsts = BTreeMap::new();
        for fact in all {
            firsts.entry(of_year(&fact)).or_insert(fact);
        }
        firsts.into_values().collect()
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

    /// The first of the year moves to the next when it goes, with that one's dimensions, and back
    /// when an earlier one is registered later. Each year and each subject has its own.
    #[test]
    fn the_first_of_a_year_follows_what_there_is() {
        let of = |subject: &str, day: &str, country: &str| Fact {
            effective_on: day.parse().unwrap(),
            dimensions: Dimensions::from([("country".to_owned(), country.to_owned())]),
            subject: subject.to_owned(),
            ..fact(1, 1)
        };
        let [march, may] = [of("a", "2025-03-03", "MW"), of("a", "2025-05-05", "UG")];
        let [next_year, other] = [of("a", "2026-01-01", "MW"), of("b", "2025-04-04", "NO")];
        for (all, firsts) in [
            (vec![], vec![]),
            (vec![&may, &march], vec![&march]),
            (vec![&may], vec![&may]),
            (
                vec![&next_year, &other, &may, &march],
                vec![&march, &next_year, &other],
            ),
        ] {
            let owned = |it: Vec<&Fact>| it.into_iter().cloned().collect::<Vec<_>>();
            assert_eq!(Fact::firsts(owned(all)), owned(firsts));
        }
        let same_day = [of("a", "2025-03-03", "MW"), of("a", "2025-03-03", "UG")];
        for given in [[0, 1], [1, 0]] {
            let given = given.map(|at: usize| same_day[at].clone());
            assert_eq!(Fact::firsts(given.to_vec()), same_day[..1]);
        }
        let both = || Fact::firsts(vec![march.clone(), may.clone()]);
        let left = || Fact::firsts(vec![may.clone()]);
        assert_eq!(
            Fact::changes(&both(), &left()),
            [march.reversed(), may.clone()]
        );
        assert_eq!(
            Fact::changes(&left(), &both()),
            [may.reversed(), march.clone()]
        );
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

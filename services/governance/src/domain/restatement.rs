//! Restatement: what a later edition of a cut-off says otherwise of a figure than the edition before,
//! and what the facts between the two come to.

use std::collections::BTreeMap;

use crate::domain::formula::{Cell, Outcome, Value};
use crate::domain::{Figure, FigureName, RestatementName};

/// A figure whose later edition differs; it never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restatement {
    /// Its name, after the later figure's.
    pub name: RestatementName,
    /// The figure of the earlier edition.
    pub before_figure: FigureName,
    /// The figure of the later edition.
    pub after_figure: FigureName,
    /// What the earlier one says.
    pub before: Outcome,
    /// What the later one says.
    pub after: Outcome,
    /// The facts between their cut-offs' marks that the later one counts.
    pub between: Between,
}

/// What the facts between two editions come to: before and these make after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Between {
    /// How many they are.
    pub fact_count: i64,
    /// Sum of those that the sum, minuend or numerator counts.
    pub first_sum: i64,
    /// Sum of those that the subtrahend or denominator counts.
    pub second_sum: i64,
}

impl Between {
    /// Adds the cells of the facts up.
    pub fn of(cells: &[Cell]) -> Self {
        let sum = |part| {
            let of_part = cells.iter().filter(|it| it.part == part);
            of_part.map(|it| it.sum).sum()
        };
        Self {
            fact_count: cells.iter().map(|it| it.count).sum(),
            first_sum: sum(1),
            second_sum: sum(2),
        }
    }
}

impl Restatement {
    /// Of two figures of one indicator that differ.
    pub fn of(before: &Figure, after: &Figure, between: Between) -> Self {
        let name = after.name.as_str().replace("/figures/", "/restatements/");
        Self {
            name: RestatementName(name),
            before_figure: before.name.clone(),
            after_figure: after.name.clone(),
            before: before.outcome.clone(),
            after: after.outcome.clone(),
            between,
        }
    }

    /// The groups that differ, by key.
    pub fn groups(&self) -> Vec<RestatedGroup> {
        restated_groups(&self.before, &self.after)
    }
}

/// A group whose value differs between two editions; none where an edition has no such group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestatedGroup {
    /// The group.
    pub key: Vec<String>,
    /// In the earlier edition.
    pub before: Option<Value>,
    /// In the later edition.
    pub after: Option<Value>,
}

fn restated_groups(before: &Outcome, after: &Outcome) -> Vec<RestatedGroup> {
    let mut groups: BTreeMap<&[String], [Option<&Value>; 2]> = BTreeMap::new();
    for (edition, outcome) in [before, after].into_iter().enumerate() {
        for it in &outcome.groups {
            groups.entry(&it.key).or_default()[edition] = Some(&it.value);
        }
    }
    let differing = groups
        .into_iter()
        .filter(|(_, [before, after])| before != after);
    let restated = differing.map(|(key, [before, after])| RestatedGroup {
        key: key.to_vec(),
        before: before.cloned(),
        after: after.cloned(),
    });
    restated.collect()
}

/// Whether a later edition says something else than the earlier (CU-05, CU-06). Facts that cancel
/// each other change nothing that a reader sees.
pub fn is_restated(before: &Outcome, after: &Outcome) -> bool {
    before.value != after.value || !restated_groups(before, after).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::formula::Group;

    fn outcome(total: Value, groups: &[(&str, i64)]) -> Outcome {
        let groups = groups.iter().map(|(key, amount)| Group {
            key: vec![(*key).to_owned()],
            value: Value::Amount(*amount),
            count: 1,
        });
        Outcome {
            value: total,
            count: 1,
            groups: groups.collect(),
        }
    }

    /// CU-06: facts that cancel each other inside a figure restate nothing; a group that changed does,
    /// and so does an amount that becomes known, be it 0.
    #[test]
    fn a_figure_is_restated_when_its_value_or_a_group_differs() {
        use Value::{Amount, NotPublished};
        let before = outcome(Amount(10), &[("70", 6), ("71", 4)]);
        for (after, expected) in [
            (outcome(Amount(10), &[("70", 6), ("71", 4)]), vec![]),
            (
                outcome(Amount(10), &[("70", 5), ("71", 5)]),
                vec!["70", "71"],
            ),
            (outcome(Amount(11), &[("70", 6), ("71", 5)]), vec!["71"]),
            (
                outcome(Amount(10), &[("70", 6), ("71", 4), ("72", 0)]),
                vec!["72"],
            ),
        ] {
            let groups = restated_groups(&before, &after);
            let keys: Vec<_> = groups.iter().map(|it| it.key[0].as_str()).collect();
            assert_eq!(keys, expected);
            assert_eq!(is_restated(&before, &after), !expected.is_empty());
        }
        let unknown = outcome(NotPublished("m".into()), &[]);
        assert!(is_restated(&unknown, &outcome(Amount(0), &[])));
    }

    #[test]
    fn the_facts_between_are_summed_by_the_part_that_counts_them() {
        let cell = |part, sum, count| Cell {
            part,
            measure: "m".into(),
            key: vec![],
            sum,
            count,
            standing: 0,
        };
        for (cells, expected) in [
            (vec![], (0, 0, 0)),
            (vec![cell(1, 5, 2), cell(1, -2, 1)], (3, 3, 0)),
            (vec![cell(1, 5, 2), cell(2, 7, 1)], (3, 5, 7)),
        ] {
            let it = Between::of(&cells);
            assert_eq!((it.fact_count, it.first_sum, it.second_sum), expected);
        }
    }
}

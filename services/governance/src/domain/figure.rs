//! Figure: an indicator's value at a cut-off, and how two editions of it differ.

use proto::feed::v1::measure::Unit;
use sha2::{Digest, Sha256};

use crate::domain::formula::{Outcome, Value};
use crate::domain::{CutoffName, FigureName, IndicatorName};

/// An indicator's value at a cut-off; it never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its name.
    pub name: FigureName,
    /// Its cut-off.
    pub cutoff: CutoffName,
    /// What it is a figure of.
    pub indicator: IndicatorName,
    /// Its value, its groups and how many facts they count.
    pub outcome: Outcome,
    /// Over the facts it counts; see [`FactsDigest`].
    pub digest: Vec<u8>,
    /// What amounts are in; of a share its numerator.
    pub unit: Unit,
}

/// The digest of a figure: over source, number and running digest of the facts that it counts, each
/// once, by source and number.
#[derive(Debug, Default)]
pub struct FactsDigest {
    hash: Sha256,
    last: (String, i64),
}

impl FactsDigest {
    /// Adds a fact; one that two terms count is added once.
    pub fn add(&mut self, source: &str, number: i64, digest: &[u8]) {
        if (self.last.0.as_str(), self.last.1) == (source, number) {
            return;
        }
        self.last = (source.to_owned(), number);
        self.hash.update((source.len() as u64).to_be_bytes());
        self.hash.update(source.as_bytes());
        self.hash.update(number.to_be_bytes());
        self.hash.update(digest);
    }

    /// The digest.
    pub fn finish(self) -> Vec<u8> {
        self.hash.finalize().to_vec()
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

/// The groups that differ between two outcomes of one formula, by key.
pub fn restated_groups(before: &Outcome, after: &Outcome) -> Vec<RestatedGroup> {
    let find = |outcome: &Outcome, key: &[String]| {
        outcome
            .groups
            .iter()
            .find(|it| it.key == key)
            .map(|it| it.value.clone())
    };
    let mut keys: Vec<_> = before
        .groups
        .iter()
        .chain(&after.groups)
        .map(|it| &it.key)
        .collect();
    keys.sort();
    keys.dedup();
    keys.into_iter()
        .map(|key| RestatedGroup {
            key: key.clone(),
            before: find(before, key),
            after: find(after, key),
        })
        .filter(|it| it.before != it.after)
        .collect()
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

    fn outcome(total: i64, groups: &[(&str, i64)]) -> Outcome {
        let groups = groups.iter().map(|(key, amount)| Group {
            key: vec![(*key).to_owned()],
            value: Value::Amount(*amount),
            count: 1,
        });
        Outcome {
            value: Value::Amount(total),
            count: 1,
            groups: groups.collect(),
        }
    }

    /// CU-06: facts that cancel each other inside a figure restate nothing; a group that changed does.
    #[test]
    fn a_figure_is_restated_when_its_value_or_a_group_differs() {
        let before = outcome(10, &[("70", 6), ("71", 4)]);
        for (after, expected) in [
            (outcome(10, &[("70", 6), ("71", 4)]), vec![]),
            (outcome(10, &[("70", 5), ("71", 5)]), vec!["70", "71"]),
            (outcome(11, &[("70", 6), ("71", 5)]), vec!["71"]),
            (outcome(10, &[("70", 6), ("71", 4), ("72", 0)]), vec!["72"]),
        ] {
            let groups = restated_groups(&before, &after);
            let keys: Vec<_> = groups.iter().map(|it| it.key[0].as_str()).collect();
            assert_eq!(keys, expected);
            assert_eq!(is_restated(&before, &after), !expected.is_empty());
        }
    }

    #[test]
    fn a_fact_is_digested_once_and_in_its_place() {
        let digest = |facts: &[(&str, i64, &[u8])]| {
            let mut digest = FactsDigest::default();
            for (source, number, bytes) in facts {
                digest.add(source, *number, bytes);
            }
            digest.finish()
        };
        let one = digest(&[("a", 1, b"x"), ("a", 2, b"y")]);
        assert_eq!(
            one,
            digest(&[("a", 1, b"x"), ("a", 1, b"x"), ("a", 2, b"y")])
        );
        assert_ne!(one, digest(&[("a", 1, b"x"), ("a", 2, b"z")]));
        assert_ne!(one, digest(&[("a", 1, b"x"), ("b", 2, b"y")]));
    }
}

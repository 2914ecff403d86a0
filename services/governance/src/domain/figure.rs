//! Figure: an indicator's value at a cut-off.

use proto::feed::v1::measure::Unit;
use sha2::{Digest, Sha256};

use crate::domain::formula::Outcome;
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

#[cfg(test)]
mod tests {
    use super::*;

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

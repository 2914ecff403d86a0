//! Reading another service's feed: the follower computes the running digest itself and takes a page
//! only when it ends where the source says it ends.

use proto::feed::v1 as pb;
use proto::{Refused, reason};

use crate::digest::next_digest;
use crate::numbering::Position;

/// A fact of a source, with the running digest behind it as the follower computed it.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// The fact.
    pub fact: pb::Fact,
    /// The digest behind it.
    pub digest: Vec<u8>,
}

/// Chains a page to the position it was asked for, and answers the position behind it. A page that
/// skips a number, or whose digest is not the source's, is refused. The place among the entries is taken
/// at the source's word, and never goes back.
pub fn chain(
    after: &Position,
    page: pb::ListFactsResponse,
) -> Result<(Vec<Numbered>, Position), Refused> {
    let claimed = Position::from(page.next.unwrap_or_default());
    let source = if after.source.is_empty() {
        claimed.source.clone()
    } else {
        after.source.clone()
    };
    let mut at = Position {
        source,
        ..after.clone()
    };
    let diverged = |at: &Position| -> Refused {
        reason::FactsDiverged {
            source: &at.source,
            number: at.number,
        }
        .into()
    };
    let mut numbered = Vec::with_capacity(page.facts.len());
    for fact in page.facts {
        if fact.number != at.number + 1 {
            return Err(diverged(&at));
        }
        at.number = fact.number;
        at.digest = next_digest(&at.digest, &fact);
        numbered.push(Numbered {
            fact,
            digest: at.digest.clone(),
        });
    }
    if (&at.source, at.number, &at.digest) != (&claimed.source, claimed.number, &claimed.digest) {
        return Err(diverged(&at));
    }
    if claimed.entries_number > at.entries_number {
        at.entries_number = claimed.entries_number;
        at.entries_digest = claimed.entries_digest;
    }
    Ok((numbered, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(after: &Position, values: &[i64]) -> pb::ListFactsResponse {
        let mut at = Position {
            source: "s".into(),
            ..after.clone()
        };
        let facts = values.iter().map(|value| {
            at.number += 1;
            let fact = pb::Fact {
                number: at.number,
                value: *value,
                ..Default::default()
            };
            at.digest = next_digest(&at.digest, &fact);
            fact
        });
        let facts = facts.collect();
        pb::ListFactsResponse {
            facts,
            head_number: at.number,
            next: Some(at.into()),
        }
    }

    #[test]
    fn pages_chain_to_one_another() {
        let (facts, first) =
            chain(&Position::default(), page(&Position::default(), &[1, 2])).unwrap();
        assert_eq!((facts.len(), first.number), (2, 2));
        let (facts, second) = chain(&first, page(&first, &[3])).unwrap();
        assert_eq!((facts.len(), second.number), (1, 3));
        let (facts, same) = chain(&second, page(&second, &[])).unwrap();
        assert_eq!((facts.len(), same), (0, second));
    }

    /// Each page is behind the entries that were numbered when it was read: a place among them goes on and
    /// never back.
    #[test]
    fn a_place_among_the_entries_never_goes_back() {
        let at = |entries_number, digest: &[u8]| Position {
            entries_number,
            entries_digest: digest.to_vec(),
            ..Position::default()
        };
        for (after, said, expected) in [(7, 9, 9), (7, 7, 7), (9, 7, 9)] {
            let after = at(after, b"after");
            let mut page = page(&after, &[1]);
            let next = page.next.as_mut().unwrap();
            next.entries_number = said;
            next.entries_digest = b"said".to_vec();
            let (_, behind) = chain(&after, page).unwrap();
            assert_eq!(behind.entries_number, expected);
            let digest = if said > after.entries_number {
                b"said".as_slice()
            } else {
                b"after"
            };
            assert_eq!(behind.entries_digest, digest);
        }
    }

    #[test]
    fn a_page_that_was_changed_skips_or_belongs_elsewhere_is_refused() {
        let start = Position::default();
        let good = page(&start, &[1, 2, 3]);

        let mut changed = good.clone();
        changed.facts[1].value += 1;
        let mut skipping = good.clone();
        skipping.facts.remove(1);
        let mut short = good.clone();
        short.facts.pop();
        let elsewhere = Position {
            source: "other".into(),
            ..Position::default()
        };

        assert!(chain(&start, changed).is_err());
        assert!(chain(&start, skipping).is_err());
        assert!(chain(&start, short).is_err());
        assert!(chain(&elsewhere, good).is_err());
    }
}

//! Marks: how far each source goes in a cut-off, and how far its follower has come.

use std::collections::BTreeMap;

use platform::{Position, Refused, reason};

use crate::domain::{Source, SourceName};

/// How far a source goes in a cut-off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Whose facts.
    pub source: SourceName,
    /// Number of the last fact.
    pub number: i64,
    /// Running digest there.
    pub digest: Vec<u8>,
    /// Identity of the source's database.
    pub source_id: String,
    /// Number of the last entry of its journal.
    pub entries_number: i64,
    /// The entries' running digest there.
    pub entries_digest: Vec<u8>,
    /// The source was out of reach: the mark is the follower's own place.
    pub incomplete: bool,
    /// Whether its follower had come this far when it was last judged.
    pub progress: Progress,
}

/// Whether a follower has come as far as a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Progress {
    /// Not yet.
    Waiting,
    /// With the same facts.
    Reached,
    /// With other facts.
    Mismatch,
}

/// A mark beside what its follower has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The mark, with the progress that was last judged.
    pub mark: Mark,
    /// Number of the follower's last fact.
    pub number: i64,
    /// The follower's digest at the mark's number, if it has come so far.
    pub digest_there: Option<Vec<u8>>,
}

impl Standing {
    /// Judges the mark anew.
    #[must_use]
    pub fn judged(self) -> Mark {
        let progress = match &self.digest_there {
            _ if self.mark.number == 0 => Progress::Reached,
            Some(digest) if *digest == self.mark.digest => Progress::Reached,
            Some(_) => Progress::Mismatch,
            None if self.number >= self.mark.number => Progress::Mismatch,
            None => Progress::Waiting,
        };
        Mark {
            progress,
            ..self.mark
        }
    }
}

/// What is next for a closing cut-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing: no follower has come to a mark since it was last judged.
    Wait,
    /// To note how far the followers have come.
    Note,
    /// To compute its figures.
    Close,
}

/// What is next when followers stand so.
pub fn next(standing: &[Standing]) -> Next {
    let judged = standing.iter().map(|it| it.clone().judged().progress);
    if judged.clone().all(|it| it == Progress::Reached) {
        Next::Close
    } else if judged.eq(standing.iter().map(|it| it.mark.progress)) {
        Next::Wait
    } else {
        Next::Note
    }
}

/// How far every source goes: as it says itself; or, of one that does not say and may be missing, as
/// far as its follower has come. Refuses with all others that do not say, or are not followed yet.
pub fn marks(
    heads: &BTreeMap<SourceName, Option<Position>>,
    followed: &[Source],
    may_be_missing: &[String],
) -> Result<Vec<Mark>, Refused> {
    let mut marks = Vec::new();
    let mut missing = Vec::new();
    for (name, head) in heads {
        let follower = followed.iter().find(|it| it.name == *name);
        let is_decided = may_be_missing.iter().any(|it| it == name.as_str());
        let (place, incomplete) = match (follower, head) {
            (Some(_), Some(head)) => (head.clone(), false),
            (Some(follower), None) if is_decided => (follower.position(), true),
            _ => {
                missing.push(name.as_str());
                continue;
            }
        };
        marks.push(Mark {
            source: name.clone(),
            number: place.number,
            digest: place.digest,
            source_id: place.source,
            entries_number: place.entries_number,
            entries_digest: place.entries_digest,
            incomplete,
            progress: Progress::Waiting,
        });
    }
    if missing.is_empty() {
        Ok(marks)
    } else {
        Err(reason::SourceUnavailable {
            sources: missing.join(", "),
        }
        .into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants() -> SourceName {
        SourceName::parse("sources/grants").unwrap()
    }

    fn mark(number: i64, digest: &[u8]) -> Mark {
        Mark {
            source: grants(),
            number,
            digest: digest.to_vec(),
            source_id: "a".into(),
            entries_number: 10 * number,
            entries_digest: digest.to_vec(),
            incomplete: false,
            progress: Progress::Waiting,
        }
    }

    fn standing(mark: Mark, number: i64, there: Option<&[u8]>) -> Standing {
        Standing {
            mark,
            number,
            digest_there: there.map(<[u8]>::to_vec),
        }
    }

    #[test]
    fn a_mark_is_reached_with_the_same_facts_only() {
        for (mark, number, there, expected) in [
            (mark(0, b""), 0, None, Progress::Reached),
            (mark(3, b"abc"), 2, None, Progress::Waiting),
            (mark(3, b"abc"), 3, Some(&b"abc"[..]), Progress::Reached),
            (mark(3, b"abc"), 9, Some(&b"abc"[..]), Progress::Reached),
            (mark(3, b"abc"), 3, Some(&b"xyz"[..]), Progress::Mismatch),
            (mark(3, b"abc"), 9, None, Progress::Mismatch),
        ] {
            let standing = standing(mark, number, there);
            assert_eq!(standing.clone().judged().progress, expected, "{standing:?}");
        }
    }

    #[test]
    fn a_cutoff_closes_when_all_marks_are_reached_and_notes_what_is_new_before() {
        use Progress::{Mismatch, Reached, Waiting};
        // What is noted of two marks, what is so, and what is next.
        for (noted, is, expected) in [
            ([Waiting, Waiting], [Waiting, Waiting], Next::Wait),
            ([Waiting, Waiting], [Reached, Waiting], Next::Note),
            ([Reached, Waiting], [Reached, Waiting], Next::Wait),
            ([Reached, Waiting], [Reached, Mismatch], Next::Note),
            ([Reached, Mismatch], [Reached, Mismatch], Next::Wait),
            ([Reached, Mismatch], [Reached, Waiting], Next::Note),
            ([Waiting, Waiting], [Reached, Reached], Next::Close),
            ([Reached, Reached], [Reached, Reached], Next::Close),
        ] {
            let standing = [0, 1].map(|it| {
                let mark = Mark {
                    progress: noted[it],
                    ..mark(3, b"abc")
                };
                match is[it] {
                    Waiting => standing(mark, 2, None),
                    Reached => standing(mark, 3, Some(b"abc")),
                    Mismatch => standing(mark, 3, Some(b"xyz")),
                }
            });
            assert_eq!(next(&standing), expected, "{noted:?} → {is:?}");
        }
    }

    #[test]
    fn a_source_that_does_not_say_is_named_unless_that_was_decided() {
        let says = Some(Position {
            source: "a".into(),
            number: 7,
            digest: b"seven".to_vec(),
            entries_number: 70,
            entries_digest: b"seven".to_vec(),
        });
        let follower = Source {
            number: 4,
            digest: b"four".to_vec(),
            source_id: "a".into(),
            entries_number: 40,
            entries_digest: b"four".to_vec(),
            ..Source::new(&grants())
        };
        let missing = Err(Refused::from(reason::SourceUnavailable {
            sources: grants(),
        }));
        let marked = |number, digest: &[u8], incomplete| {
            Ok(vec![Mark {
                incomplete,
                ..mark(number, digest)
            }])
        };
        let followed = std::slice::from_ref(&follower);
        let decided = &[grants().to_string()];
        for (head, followed, may_be_missing, expected) in [
            (&says, followed, &[][..], marked(7, b"seven", false)),
            (&says, followed, decided, marked(7, b"seven", false)),
            (&None, followed, &[], missing.clone()),
            (&None, followed, decided, marked(4, b"four", true)),
            (&says, &[], &[], missing.clone()),
            (&None, &[], decided, missing),
        ] {
            let heads = BTreeMap::from([(grants(), head.clone())]);
            assert_eq!(
                marks(&heads, followed, may_be_missing),
                expected,
                "{head:?}"
            );
        }
    }
}

//! The journal of a service, walked by number: every link and digest computed anew, every resource against
//! its digest, every subject's versions.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use platform::{Nouns, entry_link, next_entry_digest};
use prost::{Message, Name};
use proto::audit::v1::Entry;
use proto::feed::v1::{Position, Renewal};
use sha2::{Digest, Sha256};

use super::anchors::{Anchors, Place, Sequence};
use super::findings::Findings;
use super::reader::Reader;
use super::sort::Sorter;
use crate::linked::Linked;

/// Subjects whose versions are told; each is looked for in a second walk.
const SUBJECTS_TOLD_MAX: usize = 20;

/// What a walk through a journal has come to.
#[derive(Debug)]
pub(super) struct Walked {
    /// Entries that were read.
    pub(super) count: i64,
    /// What restores the journal tells of.
    pub(super) renewals: Vec<Renewal>,
    /// Place in the journal and number of every entry.
    pub(super) places: Sorter,
}

/// One walk.
struct Walk<'a> {
    service: &'static str,
    nouns: &'static Nouns,
    at: Place,
    from: i64,
    anchors: &'a mut Anchors,
    findings: &'a mut Findings,
    walked: Walked,
    /// A subject, by its hash, and its versions.
    versions: Sorter,
}

/// Walks from a place to the head.
pub(super) async fn walk(
    reader: &mut Reader,
    of: &'static Linked,
    from: Place,
    head: &Position,
    anchors: &mut Anchors,
    findings: &mut Findings,
) -> Result<Walked> {
    findings.begin(
        format!("{} entries", of.name),
        head.entries_number - from.number,
    );
    let mut walk = Walk {
        service: of.name,
        nouns: of.nouns,
        from: from.number,
        at: from,
        anchors,
        findings,
        walked: Walked {
            count: 0,
            renewals: Vec::new(),
            places: Sorter::new(),
        },
        versions: Sorter::new(),
    };
    walk.begin(reader, of).await?;
    while walk.at.number < head.entries_number {
        let page = reader.entries(of, walk.at.number).await?;
        let mut page: Vec<_> = page
            .into_iter()
            .filter(|it| it.number <= head.entries_number)
            .collect();
        walk.findings.read(page.len());
        if page.is_empty() {
            let first = walk.at.number + 1;
            let what = missing(["entry", "entries"], first, head.entries_number);
            walk.findings.differs(of.name, what)?;
            break;
        }
        for entry in page.drain(..) {
            walk.take(&entry)?;
        }
    }
    if walk.at.number == head.entries_number && walk.at.digest != head.entries_digest {
        let what = "the head has another digest than the last entry";
        walk.findings.differs(of.name, what)?;
    }
    let Walk {
        versions,
        walked,
        from,
        ..
    } = walk;
    let gaps = gaps(versions, from > 0)?;
    tell_gaps(reader, of, &gaps, head, findings).await?;
    Ok(walked)
}

impl Walk<'_> {
    /// The entry that ends what is not walked is as whoever kept the place says.
    async fn begin(&mut self, reader: &mut Reader, of: &'static Linked) -> Result<()> {
        if self.at.number == 0 {
            return Ok(());
        }
        let before = reader.entries(of, self.at.number - 1).await?;
        let last = before.first().filter(|it| it.number == self.at.number);
        if last.is_none_or(|it| it.digest != self.at.digest) {
            let what = format!("entry {} is not as it was kept", self.at.number);
            self.findings.differs(self.service, what)?;
        }
        Ok(())
    }

    fn take(&mut self, entry: &Entry) -> Result<()> {
        let number = entry.number;
        // Of a resource that the caller may not know of: number, link and digest alone.
        let is_hidden = entry.name.is_empty();
        let link = if is_hidden {
            entry.link.clone()
        } else {
            entry_link(entry)
        };
        let digest = next_entry_digest(&self.at.digest, number, &link);
        if number != self.at.number + 1 {
            let what = missing(["entry", "entries"], self.at.number + 1, number - 1);
            self.findings.differs(self.service, what)?;
        } else if digest != entry.digest || link != entry.link {
            self.differs(entry, "is not what was recorded")?;
        }
        if !is_hidden && !self.shows_what_it_holds(entry) {
            self.differs(entry, "shows another resource than it holds")?;
        }
        self.anchors.pass(Sequence::Entries, number, &entry.digest);
        self.at = Place {
            number,
            digest: entry.digest.clone(),
        };
        self.walked.count += 1;
        if !is_hidden {
            self.keep(entry)?;
        }
        Ok(())
    }

    /// What is personal in a resource stands outside the journal: the digest is over the rest.
    fn shows_what_it_holds(&self, entry: &Entry) -> bool {
        let personal = self.nouns.personal().find(|it| it.kind == entry.kind);
        let shown = entry.after.as_ref().map(|it| it.value.clone());
        let recorded = shown.and_then(|shown| match personal {
            Some(it) => (it.without)(&shown).ok(),
            None => Some(shown),
        });
        recorded.is_some_and(|it| *Sha256::digest(it) == *entry.after_digest)
    }

    fn differs(&mut self, entry: &Entry, what: &str) -> Result<()> {
        let Entry {
            number,
            name,
            subject,
            version,
            ..
        } = entry;
        let what = format!("entry {number} ({name}: {subject}, version {version}) {what}");
        Ok(self.findings.differs(self.service, what)?)
    }

    fn keep(&mut self, entry: &Entry) -> Result<()> {
        let version = u64::try_from(entry.version).unwrap_or_default();
        self.versions.push((hash_of(&entry.subject), version))?;
        let number = u64::try_from(entry.number).unwrap_or_default();
        self.walked.places.push((place_of(&entry.name), number))?;
        if entry.kind == Renewal::full_name() {
            let after = entry.after.as_ref().map(|it| it.value.as_slice());
            let renewal = Renewal::decode(after.unwrap_or_default());
            self.walked.renewals.push(renewal.context("a renewal")?);
        }
        Ok(())
    }
}

/// That these numbers are not there, of what is called so when it is one and when they are several.
pub(super) fn missing([one, several]: [&str; 2], first: i64, last: i64) -> String {
    match first == last {
        true => format!("{one} {first} is missing"),
        false => format!("{several} {first} to {last} are missing"),
    }
}

/// The number in an entry's name, which is its place in the journal.
pub(super) fn place_of(name: &str) -> u64 {
    let place = name.strip_prefix("entries/").map(str::parse);
    place.and_then(Result::ok).unwrap_or_default()
}

fn hash_of(subject: &str) -> u64 {
    let digest = Sha256::digest(subject);
    u64::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

/// The subjects, by hash, whose versions are not each one more than the one before, from 1; or from
/// anywhere, where the walk did not begin at the first entry.
fn gaps(versions: Sorter, from_anywhere: bool) -> Result<BTreeSet<u64>> {
    let mut versions = versions.sorted()?;
    let mut gaps = BTreeSet::new();
    let mut last: Option<(u64, u64)> = None;
    while let Some((subject, version)) = versions.next()? {
        let is_next = match last {
            Some((same, before)) if same == subject => version == before + 1,
            _ => from_anywhere || version == 1,
        };
        if !is_next && gaps.len() < SUBJECTS_TOLD_MAX {
            gaps.insert(subject);
        }
        last = Some((subject, version));
    }
    Ok(gaps)
}

/// Names the subjects and which versions they have.
async fn tell_gaps(
    reader: &mut Reader,
    of: &'static Linked,
    gaps: &BTreeSet<u64>,
    head: &Position,
    findings: &mut Findings,
) -> Result<()> {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut at = 0;
    while !gaps.is_empty() && at < head.entries_number {
        let page = reader.entries(of, at).await?;
        let Some(last) = page.last() else { break };
        at = last.number;
        for it in page
            .into_iter()
            .filter(|it| gaps.contains(&hash_of(&it.subject)))
        {
            let versions = named.entry(it.subject).or_default();
            versions.push(it.version.to_string());
        }
    }
    for (subject, versions) in named {
        let what = format!("{subject} has the versions {}", versions.join(", "));
        findings.differs(of.name, what)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_dense_from_the_first() {
        let found = |pairs: &[(u64, u64)], from_anywhere| {
            let mut versions = Sorter::new();
            for pair in pairs {
                versions.push(*pair).unwrap();
            }
            gaps(versions, from_anywhere)
                .unwrap()
                .into_iter()
                .collect::<Vec<_>>()
        };
        for (pairs, from_anywhere, expected) in [
            (
                &[(7, 1), (9, 1), (7, 2), (9, 2), (7, 3)][..],
                false,
                &[][..],
            ),
            (&[(7, 1), (7, 3), (7, 4)], false, &[7]),
            (&[(7, 2), (7, 3), (9, 1)], false, &[7]),
            (&[(7, 2), (7, 3), (9, 1)], true, &[]),
            (&[(7, 2), (7, 4), (9, 1), (9, 1)], true, &[7, 9]),
            (&[], false, &[]),
        ] {
            assert_eq!(found(pairs, from_anywhere), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_place_is_read_from_an_entrys_name() {
        for (name, place) in [("entries/4711", 4711), ("entries/x", 0), ("", 0)] {
            assert_eq!(place_of(name), place, "{name}");
        }
    }
}

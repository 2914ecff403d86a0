//! The facts of a service, walked by number: every running digest computed anew, and every fact's entry
//! looked for in the journal.

use anyhow::Result;
use platform::next_digest;
use proto::audit::v1::GetEntryRequest;
use proto::feed::v1::{Fact, ListFactsRequest, ListFactsResponse, Position};

use super::anchors::{Anchors, Place, Sequence};
use super::entries::{Walked, missing, place_of};
use super::findings::Findings;
use super::reader::Reader;
use super::sort::{Sorted, Sorter};
use crate::linked::Linked;

/// Facts asked for at a time.
const FACTS_MAX: i32 = 1000;

/// One walk.
struct Walk<'a> {
    service: &'static str,
    at: Position,
    anchors: &'a mut Anchors,
    findings: &'a mut Findings,
    /// Place in the journal of each fact's entry, and the fact's number.
    entries: Sorter,
    count: i64,
}

/// Walks from a place to the head; answers how many facts were read, and where in the journal their
/// entries should be.
pub(super) async fn walk(
    reader: &mut Reader,
    of: &'static Linked,
    from: Place,
    head: &Position,
    anchors: &mut Anchors,
    findings: &mut Findings,
) -> Result<(i64, Sorter)> {
    findings.begin(format!("{} facts", of.name), head.number - from.number);
    let mut walk = Walk {
        service: of.name,
        at: Position {
            source: head.source.clone(),
            number: from.number,
            digest: from.digest,
            ..Position::default()
        },
        anchors,
        findings,
        entries: Sorter::new(),
        count: 0,
    };
    while walk.at.number < head.number {
        let Some(page) = walk.page(reader, of, FACTS_MAX).await? else {
            break;
        };
        walk.findings.read(page.facts.len());
        if page.facts.is_empty() {
            let what = missing(["fact", "facts"], walk.at.number + 1, head.number);
            walk.findings.differs(of.name, what)?;
            break;
        }
        match walk.is_chained(&page) {
            true => page.facts.iter().try_for_each(|it| walk.take(it, None))?,
            false => walk.take_singly(reader, of, page.facts.len()).await?,
        }
    }
    if walk.at.number == head.number && walk.at.digest != head.digest {
        let what = "the head has another digest than the last fact";
        walk.findings.differs(of.name, what)?;
    }
    Ok((walk.count, walk.entries))
}

impl Walk<'_> {
    /// The facts behind the place come to; none when the source says that it is no place of its.
    async fn page(
        &mut self,
        reader: &mut Reader,
        of: &'static Linked,
        page_size: i32,
    ) -> Result<Option<ListFactsResponse>> {
        let request = ListFactsRequest {
            after: Some(self.at.clone()),
            page_size,
        };
        match reader.ask_if(of, &request).await? {
            Ok(page) => Ok(Some(page)),
            Err(refusal) if refusal.reason.as_deref() == Some("FACTS_DIVERGED") => {
                let what = format!("fact {} is not as it was kept", self.at.number);
                self.findings.differs(self.service, what)?;
                Ok(None)
            }
            Err(refusal) => Err(anyhow::anyhow!(refusal).context(of.name)),
        }
    }

    /// Whether a page has every number, and ends with the digest that the source says.
    fn is_chained(&self, page: &ListFactsResponse) -> bool {
        let mut at = (self.at.number, self.at.digest.clone());
        for fact in &page.facts {
            if fact.number != at.0 + 1 {
                return false;
            }
            at = (fact.number, next_digest(&at.1, fact));
        }
        let next = page.next.as_ref();
        next.is_some_and(|it| (it.number, &it.digest) == (at.0, &at.1))
    }

    /// Reads so many facts one by one, each with the digest that is stored of it: which one is it?
    async fn take_singly(
        &mut self,
        reader: &mut Reader,
        of: &'static Linked,
        count: usize,
    ) -> Result<()> {
        for _ in 0..count {
            let Some(page) = self.page(reader, of, 1).await? else {
                return Ok(());
            };
            let Some(fact) = page.facts.first() else {
                return Ok(());
            };
            self.take(fact, page.next.map(|it| it.digest))?;
        }
        Ok(())
    }

    /// Takes a fact; `stored` is the digest that the source has of it, where that was asked for.
    fn take(&mut self, fact: &Fact, stored: Option<Vec<u8>>) -> Result<()> {
        let digest = next_digest(&self.at.digest, fact);
        let stored = stored.unwrap_or_else(|| digest.clone());
        if fact.number != self.at.number + 1 {
            let what = missing(["fact", "facts"], self.at.number + 1, fact.number - 1);
            self.findings.differs(self.service, what)?;
        } else if digest != stored {
            let Fact {
                number,
                subject,
                entry,
                ..
            } = fact;
            let what = format!("fact {number} ({subject}, {entry}) is not what was recorded");
            self.findings.differs(self.service, what)?;
        }
        self.anchors.pass(Sequence::Facts, fact.number, &stored);
        self.at.number = fact.number;
        self.at.digest = stored;
        self.count += 1;
        let number = u64::try_from(fact.number).unwrap_or_default();
        Ok(self.entries.push((place_of(&fact.entry), number))?)
    }
}

/// Looks for the entry of every fact: it is there, and not behind what was kept of the entries together
/// with the facts. Where the walk did not begin at the first entry, one that was not walked is asked for.
pub(super) async fn pair(
    reader: &mut Reader,
    of: &'static Linked,
    facts: Sorter,
    entries: Walked,
    anchors: &Anchors,
    since: i64,
    findings: &mut Findings,
) -> Result<()> {
    let bounds = Bounds::of(&anchors.entries_up_to());
    let (mut facts, mut entries) = (facts.sorted()?, entries.places.sorted()?);
    let mut entry = entries.next()?;
    while let Some((place, fact)) = facts.next()? {
        entry = skip(&mut entries, entry, place)?;
        let number = match entry {
            Some((same, number)) if same == place => Some(i64::try_from(number)?),
            _ if since > 0 => before(reader, of, place, since).await?,
            _ => None,
        };
        let fact = i64::try_from(fact)?;
        let what = match number {
            None => format!("fact {fact} has no entry: entries/{place} is missing"),
            Some(number) => match bounds.broken_by(fact, number) {
                None => continue,
                Some(kept_by) => {
                    format!("{kept_by} keeps fact {fact}, but not its entry, {number}")
                }
            },
        };
        findings.differs(of.name, what)?;
    }
    Ok(())
}

/// Goes on to the first entry at a place of the journal or behind it.
fn skip(
    entries: &mut Sorted,
    mut entry: Option<(u64, u64)>,
    place: u64,
) -> Result<Option<(u64, u64)>> {
    while entry.is_some_and(|(at, _)| at < place) {
        entry = entries.next()?;
    }
    Ok(entry)
}

/// The number of an entry that is not behind where the walk began.
async fn before(
    reader: &mut Reader,
    of: &'static Linked,
    place: u64,
    since: i64,
) -> Result<Option<i64>> {
    let name = format!("entries/{place}");
    match reader.ask_if(of, &GetEntryRequest { name }).await? {
        Ok(entry) => Ok(Some(entry.number).filter(|it| (1..=since).contains(it))),
        Err(refusal) if refusal.reason.as_deref() == Some("NOT_FOUND") => Ok(None),
        Err(refusal) => Err(anyhow::anyhow!(refusal).context(of.name)),
    }
}

/// How far the entries of facts may go: by the number of a fact up to which it was kept, the lowest number
/// of entries kept with it or with one behind it.
struct Bounds(Vec<(i64, i64, String)>);

impl Bounds {
    fn of(kept: &[(i64, i64, &str)]) -> Self {
        let mut bounds = Vec::new();
        let mut lowest = (i64::MAX, "");
        for (facts, entries, kept_by) in kept.iter().rev() {
            if *entries < lowest.0 {
                lowest = (*entries, kept_by);
            }
            bounds.push((*facts, lowest.0, lowest.1.to_owned()));
        }
        bounds.reverse();
        Self(bounds)
    }

    /// Who keeps a fact, but not the entry of this number.
    fn broken_by(&self, fact: i64, entry: i64) -> Option<&str> {
        let at = self.0.partition_point(|(facts, ..)| *facts < fact);
        let (_, entries, kept_by) = self.0.get(at)?;
        (entry > *entries).then_some(kept_by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fact up to a place has its entry up to that place.
    #[test]
    fn a_place_that_keeps_a_fact_keeps_its_entry() {
        let bounds = Bounds::of(&[(3, 5, "a"), (7, 12, "b"), (9, 11, "c")]);
        for (fact, entry, broken_by) in [
            (1, 5, None),
            (3, 6, Some("a")),
            (4, 11, None),
            (4, 12, Some("c")),
            (8, 11, None),
            (9, 12, Some("c")),
            (10, 99, None),
        ] {
            assert_eq!(bounds.broken_by(fact, entry), broken_by, "{fact} {entry}");
        }
        assert_eq!(Bounds::of(&[]).broken_by(1, 1), None);
    }
}

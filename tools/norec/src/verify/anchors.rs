//! Places that somebody else has kept of a source: the marks of cut-offs, and its follower's own place. A
//! source that was rewritten whole still differs from them.

use std::collections::BTreeMap;

use anyhow::Result;
use proto::feed::v1::{Position, Renewal};
use proto::governance::v1 as pb;

use super::reader::{Reader, service_of};
use crate::linked::{Linked, named};

/// One of the two sequences that a source numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sequence {
    Facts,
    Entries,
}

/// A place in one sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) number: i64,
    pub(super) digest: Vec<u8>,
}

/// A place in both, as somebody kept it.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    /// Who keeps it, such as `cutoffs/2025-03-e1`.
    pub(super) kept_by: String,
    /// Identity of the source then; empty where it was not kept.
    pub(super) source_id: String,
    pub(super) facts: Place,
    /// Number 0 where entries were not kept.
    pub(super) entries: Place,
    /// Whether what was walked has the same digest there, as far as it was walked.
    seen: [Option<bool>; 2],
}

/// The anchors of one source.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    all: Vec<Anchor>,
    by_number: [BTreeMap<i64, Vec<usize>>; 2],
}

impl Anchors {
    fn add(&mut self, anchor: Anchor) {
        let index = self.all.len();
        for (sequence, place) in [(0, &anchor.facts), (1, &anchor.entries)] {
            let same = self.by_number[sequence].entry(place.number).or_default();
            same.push(index);
        }
        self.all.push(anchor);
    }

    /// The walk has come to a number.
    pub(super) fn pass(&mut self, sequence: Sequence, number: i64, digest: &[u8]) {
        let at = sequence as usize;
        for index in self.by_number[at].get(&number).into_iter().flatten() {
            let anchor = &mut self.all[*index];
            let place = [&anchor.facts, &anchor.entries][at];
            anchor.seen[at] = Some(place.digest == digest);
        }
    }

    /// The highest number kept of a sequence, and by whom.
    pub(super) fn last(&self, sequence: Sequence) -> Option<(i64, &str)> {
        let (number, of) = self.by_number[sequence as usize].last_key_value()?;
        Some((*number, self.all[*of.first()?].kept_by.as_str()))
    }

    /// Of facts up to a number, the number that their entries may have at the most.
    pub(super) fn entries_up_to(&self) -> Vec<(i64, i64, &str)> {
        let kept = self.all.iter().filter(|it| it.entries.number > 0);
        let mut bounds: Vec<_> = kept
            .map(|it| (it.facts.number, it.entries.number, it.kept_by.as_str()))
            .collect();
        bounds.sort_unstable();
        bounds
    }

    /// What is not as it was kept, and what was lost by a restore; `from` are the places at which the
    /// walk began.
    pub(super) fn judged(
        &self,
        head: &Position,
        from: [i64; 2],
        renewals: &[Renewal],
    ) -> Vec<Told> {
        let mut told = Vec::new();
        for anchor in &self.all {
            let ended = renewals.iter().filter_map(|it| it.former.as_ref());
            let ended = ended.into_iter().find(|it| it.source == anchor.source_id);
            let is_present = anchor.source_id.is_empty() || anchor.source_id == head.source;
            for (at, place) in [(0, &anchor.facts), (1, &anchor.entries)] {
                let what = ["fact", "entry"][at];
                let kept_by = &anchor.kept_by;
                let ends = match ended {
                    Some(it) => [it.number, it.entries_number][at],
                    None => [head.number, head.entries_number][at],
                };
                if place.number <= from[at] {
                    continue;
                }
                if place.number > ends {
                    told.push(Told {
                        lost_by: ended.map(|it| it.source.clone()),
                        what: format!(
                            "{kept_by} keeps {what} {}, which lies beyond the last, {ends}",
                            place.number
                        ),
                    });
                } else if ended.is_none() && !is_present {
                    told.push(Told {
                        lost_by: None,
                        what: format!("{kept_by} is of another source, {}", anchor.source_id),
                    });
                    break;
                } else if anchor.seen[at] == Some(false) {
                    told.push(Told {
                        lost_by: None,
                        what: format!(
                            "{kept_by} keeps another digest of {what} {} than there is now",
                            place.number
                        ),
                    });
                }
            }
        }
        told
    }
}

/// Something about a place that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// The source that ended at a restore before that place.
    pub(super) lost_by: Option<String>,
    pub(super) what: String,
}

/// The anchors of every source, by its service, and the cut-offs that keep them.
pub(super) async fn gather(
    reader: &mut Reader,
) -> Result<(BTreeMap<&'static str, Anchors>, Vec<pb::Cutoff>)> {
    let governance = governance()?;
    let mut anchors: BTreeMap<&'static str, Anchors> = BTreeMap::new();
    let mut cutoffs = Vec::new();
    let request = |page_token| pb::ListCutoffsRequest {
        page_token,
        ..Default::default()
    };
    reader
        .list(
            governance,
            request,
            |rows| cutoffs.extend(rows),
            |it| (it.cutoffs, it.next_page_token),
        )
        .await?;
    for cutoff in &cutoffs {
        for mark in &cutoff.marks {
            let of = anchors.entry(service_of(&mark.source)?.name).or_default();
            of.add(Anchor {
                kept_by: cutoff.name.clone(),
                source_id: mark.source_id.clone(),
                facts: place(mark.number, &mark.digest),
                entries: place(mark.entries_number, &mark.entries_digest),
                seen: [None; 2],
            });
        }
    }
    let sources = pb::ListSourcesRequest {
        page_size: 1000,
        ..Default::default()
    };
    for source in reader.ask(governance, &sources).await?.sources {
        let of = anchors.entry(service_of(&source.name)?.name).or_default();
        of.add(Anchor {
            kept_by: format!("the follower of {}", source.name),
            source_id: source.source_id,
            facts: place(source.number, &source.digest),
            entries: place(source.entries_number, &source.entries_digest),
            seen: [None; 2],
        });
    }
    Ok((anchors, cutoffs))
}

fn place(number: i64, digest: &[u8]) -> Place {
    Place {
        number,
        digest: digest.to_vec(),
    }
}

/// The service that keeps cut-offs.
pub(super) fn governance() -> Result<&'static Linked> {
    named("governance").map_err(|it| anyhow::anyhow!(it))
}

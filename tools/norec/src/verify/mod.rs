//! `norec verify`: walks everything that the services have recorded, by the API alone, and names what is
//! not as it was recorded. It trusts no database: every digest is computed anew, and each database is
//! compared with what another one, or a document, has kept of it.
//!
//! In reading order: [`anchors`] are the places that somebody has kept; [`entries`] and [`facts`] walk the
//! two sequences of a service; [`lists`] compares tables with the journal; [`closed`] what cut-offs closed
//! with; [`document`] a rendered file.

mod anchors;
mod closed;
mod document;
mod entries;
mod facts;
mod findings;
mod lists;
mod reader;
mod sort;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use platform::Kind;
use proto::feed::v1::{GetHeadRequest, Position, Renewal};
use proto::governance::v1::Cutoff;

use crate::caller::{Caller, CallerArgs};
use crate::console::{answer, say};
use crate::installation::Installation;
use crate::linked::{LINKED, Linked};
use anchors::{Anchors, Place, Sequence};
use findings::Findings;
use reader::Reader;

/// Nothing is known: a service does not answer, or the caller may not ask.
const EX_UNKNOWN: u8 = 2;

/// Compute every digest anew, and name what is not as it was recorded
///
/// Exits with 0 when all is equal, 1 when something differs, and 2 when that cannot be said: a service is
/// down, or the caller may not read it. The caller is a person with the role auditor.
#[derive(Args, Debug)]
pub(crate) struct VerifyArgs {
    /// Begin at the marks of this cut-off, such as cutoffs/2025-03-e1, instead of at the first entry
    #[arg(long, value_name = "CUTOFF")]
    since: Option<String>,

    /// A source that ended at a restore which is known, by its id; may be repeated
    #[arg(long, value_name = "SOURCE")]
    restored: Vec<String>,

    /// A rendered PDF, CSV or JSON file to compare with what was recorded; may be repeated
    #[arg(long = "document", value_name = "FILE")]
    documents: Vec<PathBuf>,

    #[command(flatten)]
    caller: CallerArgs,
}

pub(crate) async fn run(installation: &Installation, args: VerifyArgs) -> Result<ExitCode> {
    match verify(installation, args).await {
        Ok(0) => {
            answer("equal: nothing differs")?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(count) => {
            answer(format_args!("differences: {count}"))?;
            Ok(ExitCode::FAILURE)
        }
        Err(error) if error.is::<std::io::Error>() => Err(error),
        Err(error) => {
            say(format_args!("norec: nothing is known: {error:#}"));
            Ok(ExitCode::from(EX_UNKNOWN))
        }
    }
}

/// Answers how many differences there are.
async fn verify(installation: &Installation, args: VerifyArgs) -> Result<u64> {
    let caller = Caller::from(args.caller);
    ensure!(
        caller.kind == Kind::Person,
        "verify needs a person (--person): a machine is not shown all that is recorded"
    );
    let mut reader = Reader::new(installation, caller)?;
    // Whoever is down, or refuses, does so before anything is walked.
    for of in LINKED {
        reader.ask(of, &GetHeadRequest {}).await?;
    }
    let mut findings = Findings::new()?;
    let (mut anchors, cutoffs) = anchors::gather(&mut reader).await?;
    let since = match &args.since {
        Some(name) => since(name, &cutoffs)?,
        None => BTreeMap::new(),
    };
    for of in LINKED {
        let mut walk = Walk {
            of,
            from: since.get(of.name).cloned().unwrap_or_default(),
            anchors: anchors.remove(of.name).unwrap_or_default(),
            restored: &args.restored,
        };
        let walked = walk.walk(&mut reader, &mut findings).await;
        findings.or_unreadable(of.name, walked)?;
    }
    let place = |it: &Cutoff| it.marks.iter().map(|it| it.number).sum::<i64>();
    let first = args
        .since
        .as_ref()
        .and_then(|since| cutoffs.iter().find(|it| it.name == *since));
    let first = first.map_or(0, place);
    let cutoffs: Vec<_> = cutoffs
        .into_iter()
        .filter(|it| place(it) >= first)
        .collect();
    let compared = closed::compare(&mut reader, &cutoffs, &mut findings).await;
    let counts = findings.or_unreadable("governance", compared)?;
    findings.say(format_args!(
        "governance: {} closed cut-offs with {} figures and {} restatements, {} imports with {} rows were \
         compared with their digests; {} are from before there were any",
        counts.cutoffs,
        counts.figures,
        counts.restatements,
        counts.imports,
        counts.rows,
        counts.without
    ))?;
    for file in &args.documents {
        let compared = document::compare(&mut reader, file, &mut findings).await;
        findings.or_unreadable("governance", compared)?;
        findings.say(format_args!(
            "{} was compared with what was recorded",
            file.display()
        ))?;
    }
    Ok(findings.end()?)
}

/// The places of a cut-off's marks, by service: of facts, and of entries.
fn since(name: &str, cutoffs: &[Cutoff]) -> Result<BTreeMap<&'static str, [Place; 2]>> {
    let cutoff = cutoffs.iter().find(|it| it.name == name);
    let cutoff = cutoff.with_context(|| format!("there is no cut-off {name}"))?;
    let mut places = BTreeMap::new();
    for mark in &cutoff.marks {
        let facts = Place {
            number: mark.number,
            digest: mark.digest.clone(),
        };
        let entries = Place {
            number: mark.entries_number,
            digest: mark.entries_digest.clone(),
        };
        places.insert(reader::service_of(&mark.source)?.name, [facts, entries]);
    }
    Ok(places)
}

/// The walk through one service.
struct Walk<'a> {
    of: &'static Linked,
    from: [Place; 2],
    anchors: Anchors,
    restored: &'a [String],
}

impl Walk<'_> {
    async fn walk(&mut self, reader: &mut Reader, findings: &mut Findings) -> Result<()> {
        let of = self.of;
        let head = reader.ask(of, &GetHeadRequest {}).await?;
        let [from_fact, from_entry] = self.from.clone();
        let anchors = &mut self.anchors;
        let since = from_entry.number;
        let walked = entries::walk(reader, of, from_entry, &head, anchors, findings).await?;
        let (count, facts) = facts::walk(reader, of, from_fact, &head, anchors, findings).await?;
        let (renewals, entries) = (walked.renewals.clone(), walked.count);
        facts::pair(reader, of, facts, walked, &self.anchors, since, findings).await?;
        self.tell(&head, &renewals, findings)?;
        let listed = lists::compare(reader, of, findings).await?;
        let behind = |sequence, last: i64| {
            let kept = self.anchors.last(sequence);
            let (number, kept_by) = kept.unwrap_or((0, "nobody's place"));
            (last.saturating_sub(number).max(0), kept_by.to_owned())
        };
        let (entries_behind, mut kept_by) = behind(Sequence::Entries, head.entries_number);
        let (facts_behind, _) = behind(Sequence::Facts, head.number);
        if of.name == anchors::governance()?.name {
            kept_by += ", in this database itself: only documents keep it elsewhere";
        }
        findings.say(format_args!(
            "{}: {entries} entries and {count} facts were read; {entries_behind} and {facts_behind} lie \
             behind the last place that somebody keeps ({kept_by}); {listed} resources are listed",
            of.name
        ))?;
        Ok(())
    }

    /// Tells what is not as it was kept, and every restore.
    fn tell(&self, head: &Position, renewals: &[Renewal], findings: &mut Findings) -> Result<()> {
        let is_known = |source: &str| self.restored.iter().any(|it| it == source);
        for renewal in renewals {
            let former = renewal.former.clone().unwrap_or_default();
            let what = format!(
                "the source {} ended at a restore, at fact {} and entry {}",
                former.source, former.number, former.entries_number
            );
            match is_known(&former.source) {
                true => findings.say(format_args!("{}: {what}, as is known", self.of.name))?,
                false => findings.differs(self.of.name, what)?,
            }
        }
        let from = [self.from[0].number, self.from[1].number];
        for told in self.anchors.judged(head, from, renewals) {
            match told.lost_by.is_some_and(|it| is_known(&it)) {
                true => findings.say(format_args!("{}: {}", self.of.name, told.what))?,
                false => findings.differs(self.of.name, told.what)?,
            }
        }
        Ok(())
    }
}

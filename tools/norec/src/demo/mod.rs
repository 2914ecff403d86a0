//! `norec demo`: the main job, on installations of their own: each show's input is played, its report
//! rendered, and its figures opened and printed. Run again, it changes nothing, and says so.

mod show;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use proto::feed::v1::measure::Unit;
use proto::governance::v1 as pb;
use tonic::Code;

use crate::ask::ask;
use crate::caller::Caller;
use crate::client::{Client, Refusal};
use crate::console::{answer, keep_back, say, tell_again};
use crate::explain::{explain, value};
use crate::installation::Installation;
use crate::ledger::Import;
use crate::up::quoted;
use crate::verify::{Wanted, verify};
use crate::{down, play, up};

use show::{Show, Step};

/// The shows, in their order; each has a folder of input and an installation of its own.
const SHOWS: [&str; 3] = ["offentlige-tall-2025", "eksempel", "year"];

/// Run the main job: public figures for 2025, a constructed example, and a constructed year
///
/// Each has an installation of its own; nothing is mixed. The documents land in the output folder.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Which shows [default: all]
    #[arg(value_name = "SHOW", value_parser = SHOWS)]
    shows: Vec<String>,

    /// Where the shows' input is
    #[arg(long, value_name = "DIR", default_value = "examples")]
    examples: PathBuf,

    /// Where the documents are put
    #[arg(long, value_name = "DIR", default_value = "build/demo")]
    output: PathBuf,

    /// Send every write once more and tell of it, and open the figures, also where nothing has changed
    #[arg(long)]
    verbose: bool,
}

/// A show as it is presented.
struct Stage<'a> {
    installation: &'a Installation,
    folder: PathBuf,
    show: &'a Show,
    output: PathBuf,
    verbose: bool,
}

/// What a show has recorded: its report, and how many facts of each source are followed.
type Recorded = (pb::Report, Vec<(String, i64)>);

pub(crate) async fn run(installation: &Installation, args: DemoArgs) -> Result<ExitCode> {
    let wanted = |it: &&str| args.shows.is_empty() || args.shows.iter().any(|show| show == it);
    for name in SHOWS.into_iter().filter(wanted) {
        let root = installation.root().to_path_buf();
        let file_name = root.file_name().context("the state directory has a name")?;
        let own = format!("{}-{name}", file_name.to_string_lossy());
        let installation = Installation::at(Some(root.with_file_name(own)))?;
        let folder = args.examples.join(name);
        let show = Show::read(&folder)?;
        answer(format_args!("\n=== {} ===", show.title))?;
        up::in_background(&installation).await?;
        let stage = Stage {
            installation: &installation,
            folder,
            show: &show,
            output: args.output.join(name),
            verbose: args.verbose,
        };
        let shown = stage.present().await;
        let ended = tokio::task::spawn_blocking(move || down::run(&installation)).await?;
        shown?;
        ended?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Stage<'_> {
    /// Plays the show. One that was played before is told of only where that has changed something.
    async fn present(&self) -> Result<()> {
        let mut client = Client::of(self.installation)?;
        let reader = play::actor(&self.folder, &self.show.reader)?;
        let before = match self.verbose {
            true => None,
            false => self.recorded(&mut client, &reader).await?,
        };
        if before.is_some() {
            keep_back();
        }
        let played = self.play(&mut client).await;
        if before.is_some() {
            tell_again(played.is_err());
        }
        played?;
        let documents = render(&mut client, &reader, &self.show.report, &self.output).await?;
        let after = self.recorded(&mut client, &reader).await?;
        let is_unchanged = before.is_some() && before == after && !documents.iter().any(|it| it.1);
        if !is_unchanged {
            let findings = after.map(|(report, _)| report.findings).unwrap_or_default();
            self.tell(&mut client, &reader, findings).await?;
        }
        answer("")?;
        for cutoff in &self.show.cutoffs {
            print_figures(&mut client, &reader, cutoff).await?;
        }
        if is_unchanged {
            keep_back();
        }
        let verified = self.verify(&documents).await;
        if is_unchanged {
            tell_again(verified.is_err());
        }
        verified?;
        if is_unchanged {
            let (count, output) = (documents.len(), self.output.display());
            answer(format_args!(
                "Unchanged, as are the {count} documents in {output}; nothing differs from what was recorded."
            ))?;
        } else {
            answer("\nDocuments:")?;
            for (document, _) in documents {
                answer(format_args!("  {}", document.display()))?;
            }
            answer("\nTo look around in what they were made of:")?;
        }
        answer(format_args!(
            "  NOREC_INSTALLATION={} {} up",
            quoted(self.installation.root()),
            quoted(&std::env::current_exe()?)
        ))?;
        Ok(())
    }

    /// Computes anew every digest of what was recorded, and of the document that was rendered first.
    async fn verify(&self, documents: &[(PathBuf, bool)]) -> Result<()> {
        answer("\nVerified:")?;
        let auditor = play::actor(&self.folder, &self.show.auditor)?;
        let (first, _) = documents.first().context("a document was rendered")?;
        let wanted = Wanted::with_document(first.clone());
        let is_equal = verify(self.installation, auditor, wanted).await?;
        ensure!(is_equal, "what was recorded differs");
        Ok(())
    }

    async fn play(&self, client: &mut Client) -> Result<()> {
        for step in &self.show.steps {
            match step {
                Step::Play(file) => {
                    let path = self.folder.join(file);
                    let code = play::play_file(self.installation, &path, self.verbose).await?;
                    let root = quoted(self.installation.root());
                    ensure!(
                        code == ExitCode::SUCCESS,
                        "{file} could not be played to its end. If it was another when this installation \
                         was played, begin anew: rm -r {root}"
                    );
                }
                Step::Import {
                    actor,
                    file,
                    map,
                    request,
                } => {
                    let caller = play::actor(&self.folder, actor)?;
                    let paths = [file, map, request].map(|it| self.folder.join(it));
                    let import = Import::read((&paths[0], &paths[1], &paths[2]))?;
                    let code = import.send(client, &caller).await?;
                    ensure!(code == ExitCode::SUCCESS, "{file} could not be imported");
                }
            }
        }
        Ok(())
    }

    /// What the show has recorded; none before it has a report.
    async fn recorded(&self, client: &mut Client, reader: &Caller) -> Result<Option<Recorded>> {
        let get = pb::GetReportRequest {
            name: self.show.report.clone(),
            read_time: None,
        };
        let report = match ask(client, reader, &get).await {
            Ok(report) => report,
            Err(error) => {
                let refusal = error.downcast_ref::<Refusal>();
                let is_missing = refusal.is_some_and(|it| it.code == Code::NotFound);
                return if is_missing { Ok(None) } else { Err(error) };
            }
        };
        let listed = ask(client, reader, &pb::ListSourcesRequest::default()).await?;
        let followed = listed.sources.into_iter().map(|it| (it.name, it.number));
        Ok(Some((report, followed.collect())))
    }

    /// Tells what the report's check found, and opens figures.
    async fn tell(
        &self,
        client: &mut Client,
        reader: &Caller,
        findings: Vec<pb::Finding>,
    ) -> Result<()> {
        for it in findings {
            let text = it.text.unwrap_or_default().nb;
            let place = [it.table, it.row, it.column].join(" ");
            answer(format_args!("  {}: {text}", place.trim()))?;
        }
        for opening in &self.show.explain {
            answer("")?;
            let (figure, group) = (&opening.figure, &opening.group);
            let differing = explain(client, reader, figure, group, 5).await?;
            ensure!(differing == 0, "{figure} differs from its rows");
        }
        Ok(())
    }
}

/// Renders a report in both written forms, and each of its tables, into the output folder. Answers the
/// files, and which of them are others than before.
async fn render(
    client: &mut Client,
    reader: &Caller,
    report: &str,
    output: &Path,
) -> Result<Vec<(PathBuf, bool)>> {
    use pb::render_report_request::{Format, Language};
    say(format_args!("norec: rendering {report}"));
    fs::create_dir_all(output).with_context(|| output.display().to_string())?;
    let get = pb::GetReportRequest {
        name: report.to_owned(),
        read_time: None,
    };
    let found = ask(client, reader, &get).await?;
    let tables = found.blocks.iter().filter_map(|it| match &it.kind {
        Some(pb::block::Kind::Table(table)) => Some(table.id.clone()),
        _ => None,
    });
    let mut wanted = vec![
        (Language::Nb, Format::Pdf, String::new()),
        (Language::Nn, Format::Pdf, String::new()),
    ];
    for table in tables {
        wanted.push((Language::Nb, Format::Csv, table.clone()));
        wanted.push((Language::Nb, Format::Json, table));
    }
    let mut documents = Vec::new();
    for (language, format, table) in wanted {
        let request = pb::RenderReportRequest {
            name: report.to_owned(),
            language: language.into(),
            format: format.into(),
            table,
            draft: false,
        };
        let rendered = ask(client, reader, &request).await?;
        let file = output.join(&rendered.file_name);
        let is_new = fs::read(&file).ok().as_deref() != Some(&rendered.content);
        fs::write(&file, &rendered.content).with_context(|| file.display().to_string())?;
        documents.push((file, is_new));
    }
    Ok(documents)
}

/// The figures of a cut-off: figure, value, rows behind it.
async fn print_figures(client: &mut Client, reader: &Caller, cutoff: &str) -> Result<()> {
    let request = pb::ListFiguresRequest {
        parent: cutoff.to_owned(),
        ..Default::default()
    };
    let listed = ask(client, reader, &request).await?;
    if !listed.next_page_token.is_empty() {
        bail!("{cutoff} has more figures than a page");
    }
    let mut units = BTreeMap::new();
    for figure in listed.figures {
        units.insert(figure.name.clone(), figure.unit());
        let shown = value(figure.value.as_ref(), figure.unit());
        let rows = if figure.fact_count == 1 {
            "rad"
        } else {
            "rader"
        };
        answer(format_args!(
            "{:<48} {shown:>28} {:>6} {rows}",
            figure.name, figure.fact_count
        ))?;
    }
    let request = pb::ListRestatementsRequest {
        parent: cutoff.to_owned(),
        ..Default::default()
    };
    let listed = ask(client, reader, &request).await?;
    if !listed.next_page_token.is_empty() {
        bail!("{cutoff} restates more figures than a page has");
    }
    for it in listed.restatements {
        let unit = units.get(&it.after_figure).copied().unwrap_or_default();
        answer(format_args!("  omarbeidet: {}", restated(&it, unit)))?;
    }
    Ok(())
}

/// What a restatement changed: the value, or only how it is distributed over the groups.
fn restated(it: &pb::Restatement, unit: Unit) -> String {
    let [before, after] = [&it.before, &it.after].map(|it| value(it.as_ref(), unit));
    let facts = match it.fact_count {
        1 => "1 faktum".to_owned(),
        many => format!("{many} fakta"),
    };
    let figure = &it.before_figure;
    if before == after {
        format!("{figure} {after} som før, men fordelingen er endret ({facts} mellom utgavene)")
    } else {
        format!("{figure} {before} → {after} ({facts} mellom utgavene)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-T17: a restatement of a distribution does not look like one of nothing.
    #[test]
    fn a_restatement_says_what_changed() {
        let of = |amount| {
            Some(pb::Value {
                status: pb::value::Status::Computed.into(),
                amount,
                ..Default::default()
            })
        };
        let restatement = |after, fact_count| pb::Restatement {
            before_figure: "f".into(),
            before: of(5),
            after: of(after),
            fact_count,
            ..Default::default()
        };
        for (it, told) in [
            (restatement(4, 1), "f 5 → 4 (1 faktum mellom utgavene)"),
            (
                restatement(5, 2),
                "f 5 som før, men fordelingen er endret (2 fakta mellom utgavene)",
            ),
        ] {
            assert_eq!(restated(&it, Unit::Count), told);
        }
    }
}

//! `norec demo`: the main job, on installations of their own: each show's input is played, its report
//! rendered, and its figures opened and printed. Run again, it changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use proto::governance::v1 as pb;
use serde::Deserialize;

use crate::ask::ask;
use crate::caller::Caller;
use crate::client::Client;
use crate::console::{answer, say};
use crate::explain::{explain, value};
use crate::installation::Installation;
use crate::ledger::Import;
use crate::up::quoted;
use crate::{down, json, play, up};

/// The shows, in their order; each has a folder of input and an installation of its own.
const SHOWS: [&str; 2] = ["offentlige-tall-2025", "eksempel"];

/// Run the main job: public figures for 2025, and a constructed example
///
/// Each has an installation of its own; nothing is mixed. The documents land in the output folder.
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Where the shows' input is
    #[arg(long, value_name = "DIR", default_value = "examples")]
    examples: PathBuf,

    /// Where the documents are put
    #[arg(long, value_name = "DIR", default_value = "build/demo")]
    output: PathBuf,
}

/// What a show does: `show.json` in its folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Show {
    title: String,
    steps: Vec<Step>,
    report: String,
    /// Whose figures are listed.
    cutoffs: Vec<String>,
    /// Figures that are opened, and as whom everything is read.
    explain: Vec<Opening>,
    reader: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Step {
    /// A file of requests.
    Play(String),
    /// A file of the accounts.
    Import {
        actor: String,
        file: String,
        map: String,
        request: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    figure: String,
    #[serde(default)]
    group: Vec<String>,
}

pub(crate) async fn run(installation: &Installation, args: DemoArgs) -> Result<ExitCode> {
    for name in SHOWS {
        let root = installation.root().to_path_buf();
        let file_name = root.file_name().context("the state directory has a name")?;
        let own = format!("{}-{name}", file_name.to_string_lossy());
        let installation = Installation::at(Some(root.with_file_name(own)))?;
        let folder = args.examples.join(name);
        let text = fs::read_to_string(folder.join("show.json"))
            .with_context(|| folder.join("show.json").display().to_string())?;
        let show: Show = json::of(text.as_bytes())
            .map_err(|problem| anyhow!("{}: {problem}", folder.join("show.json").display()))?;
        answer(format_args!("\n=== {} ===", show.title))?;
        up::in_background(&installation).await?;
        let shown = present(&installation, &folder, &show, &args.output.join(name)).await;
        let ended = tokio::task::spawn_blocking(move || down::run(&installation)).await?;
        shown?;
        ended?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn present(
    installation: &Installation,
    folder: &Path,
    show: &Show,
    output: &Path,
) -> Result<()> {
    let mut client = Client::of(installation)?;
    for step in &show.steps {
        match step {
            Step::Play(file) => {
                let code = play::play_file(installation, &folder.join(file)).await?;
                ensure!(
                    code == ExitCode::SUCCESS,
                    "{file} could not be played to its end"
                );
            }
            Step::Import {
                actor,
                file,
                map,
                request,
            } => {
                let caller = play::actor(folder, actor)?;
                let paths = [file, map, request].map(|it| folder.join(it));
                let import = Import::read((&paths[0], &paths[1], &paths[2]))?;
                let code = import.send(&mut client, &caller).await?;
                ensure!(code == ExitCode::SUCCESS, "{file} could not be imported");
            }
        }
    }
    let reader = play::actor(folder, &show.reader)?;
    let documents = render(&mut client, &reader, &show.report, output).await?;
    for opening in &show.explain {
        answer("")?;
        explain(&mut client, &reader, &opening.figure, &opening.group, 5).await?;
    }
    answer("")?;
    for cutoff in &show.cutoffs {
        print_figures(&mut client, &reader, cutoff).await?;
    }
    answer("\nDocuments:")?;
    for document in documents {
        answer(format_args!("  {}", document.display()))?;
    }
    answer("\nTo look around in what they were made of:")?;
    answer(format_args!(
        "  NOREC_INSTALLATION={} {} up",
        quoted(installation.root()),
        quoted(&std::env::current_exe()?)
    ))?;
    Ok(())
}

/// Renders a report in both written forms, and each of its tables, into the output folder.
async fn render(
    client: &mut Client,
    reader: &Caller,
    report: &str,
    output: &Path,
) -> Result<Vec<PathBuf>> {
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
        };
        let rendered = ask(client, reader, &request).await?;
        let file = output.join(&rendered.file_name);
        fs::write(&file, &rendered.content).with_context(|| file.display().to_string())?;
        documents.push(file);
    }
    for finding in found.findings {
        let text = finding.text.unwrap_or_default().nb;
        answer(format_args!(
            "  {} {} {}: {text}",
            finding.table, finding.row, finding.column
        ))?;
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
        answer(format_args!(
            "{:<48} {shown:>28} {:>6} rader",
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
        answer(format_args!(
            "  omarbeidet: {} {} → {} ({} fakta mellom utgavene)",
            it.before_figure,
            value(it.before.as_ref(), unit),
            value(it.after.as_ref(), unit),
            it.fact_count
        ))?;
    }
    Ok(())
}

//! `norec render`: a report as a file.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use proto::governance::v1 as pb;
use proto::governance::v1::render_report_request as wire;

use crate::ask::ask;
use crate::caller::{Caller, CallerArgs};
use crate::client::Client;
use crate::console::answer;
use crate::installation::Installation;

/// Render a report, or one of its tables, into a file
///
/// A report in which an error stands is rendered as a draft only.
#[derive(Args, Debug)]
pub(crate) struct RenderArgs {
    /// Name of the report, such as reports/offentlige-tall-2025
    report: String,

    /// Written form
    #[arg(long, value_enum, default_value_t = Language::Nb)]
    language: Language,

    /// What the file is; csv and json are of one table
    #[arg(long, value_enum, default_value_t = Format::Pdf)]
    format: Format,

    /// Id of the table
    #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
    table: String,

    /// Marked as a draft, whatever state the report is in
    #[arg(long)]
    draft: bool,

    /// The file [default: as the report names it, in the working directory]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    caller: CallerArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    /// Bokmål
    Nb,
    /// Nynorsk
    Nn,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Pdf,
    Csv,
    Json,
}

pub(crate) async fn run(installation: &Installation, args: RenderArgs) -> Result<ExitCode> {
    let language = match args.language {
        Language::Nb => wire::Language::Nb,
        Language::Nn => wire::Language::Nn,
    };
    let format = match args.format {
        Format::Pdf => wire::Format::Pdf,
        Format::Csv => wire::Format::Csv,
        Format::Json => wire::Format::Json,
    };
    let request = pb::RenderReportRequest {
        name: args.report,
        language: language.into(),
        format: format.into(),
        table: args.table,
        draft: args.draft,
    };
    let caller: Caller = args.caller.into();
    let rendered = ask(&mut Client::of(installation)?, &caller, &request).await?;
    let file = args
        .output
        .unwrap_or_else(|| PathBuf::from(&rendered.file_name));
    fs::write(&file, &rendered.content).with_context(|| file.display().to_string())?;
    answer(format_args!(
        "{}: {} bytes, SHA-256 {}",
        file.display(),
        rendered.content.len(),
        hex::encode(&rendered.digest)
    ))?;
    Ok(ExitCode::SUCCESS)
}

//! The suite's own benchmark: how fast it is, as ratios to yardsticks that are measured in the same run, on
//! the same machine, block by block in turn.
//!
//! A ratio says what the suite adds to what the work takes anyway; a time says what the machine is. Each
//! part stands in a file of its own, which says what it measures against what: `docs/benchmarks.md` says
//! how to read the table.

mod bare;
mod caller;
mod console;
mod load;
mod parts;
mod process;
mod stats;
mod suite;
mod table;
mod wait;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::{Parser, Subcommand, ValueEnum};

use crate::console::{answer, say};
use crate::parts::{close, close_large, follow, overload, read, throughput, write};
use crate::suite::{Run, Side};
use crate::table::{Row, markdown};

/// Measures the suite against yardsticks in the same run and answers a table of Markdown.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    own: Option<Own>,
    /// Parts to run; all but close-large unless some are named.
    parts: Vec<Part>,
    /// Folder of the programs grants and governance.
    #[arg(long, default_value = "target/release")]
    programs: PathBuf,
    /// Folder of a former commit's programs, measured beside ours.
    #[arg(long)]
    before: Option<PathBuf>,
    /// Rounds of every measure, instead of its own number: fewer to try a part, more to be surer.
    #[arg(long)]
    rounds: Option<usize>,
}

/// What this program starts of itself.
#[derive(Subcommand)]
enum Own {
    /// Bare tonic.
    #[command(hide = true)]
    Bare {
        #[arg(long)]
        stored: PathBuf,
        #[arg(long)]
        address_file: PathBuf,
    },
    /// Another program, which ends when this one does.
    #[command(hide = true)]
    Run {
        program: PathBuf,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// GetAgreement by one caller.
    Read,
    /// GetAgreement by 32 callers.
    Throughput,
    /// Writes by one caller.
    Write,
    /// Twice the peak, and what a refusal costs.
    Overload,
    /// Facts followed and drained.
    #[value(alias = "drain")]
    Follow,
    /// Cut-offs over 10⁶ facts, closed and restated.
    #[value(alias = "restate")]
    Close,
    /// Cut-offs over 10⁷ facts; by name only.
    CloseLarge,
}

impl Part {
    async fn run(self, asked: &Run) -> Result<Vec<Row>> {
        match self {
            Self::Read => Box::pin(read::run(asked)).await,
            Self::Throughput => Box::pin(throughput::run(asked)).await,
            Self::Write => Box::pin(write::run(asked)).await,
            Self::Overload => Box::pin(overload::run(asked)).await,
            Self::Follow => Box::pin(follow::run(asked)).await,
            Self::Close => Box::pin(close::run(asked)).await,
            Self::CloseLarge => Box::pin(close_large::run(asked)).await,
        }
    }
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    if let Some(Own::Run { program, arguments }) = &cli.own {
        return process::replace(program, arguments);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match &cli.own {
            Some(Own::Bare {
                stored,
                address_file,
            }) => bare::serve(stored, address_file).await,
            _ => measure(cli).await,
        }
    })
}

async fn measure(cli: &Cli) -> Result<()> {
    let mut sides = Vec::new();
    let before = cli.before.as_deref().map(|it| ("before", it));
    for (name, folder) in before.into_iter().chain([("ours", cli.programs.as_path())]) {
        sides.push(side(name, folder)?);
    }
    let rounds = cli.rounds;
    let asked = Run { sides, rounds };
    let is_asked = |it: &Part| match cli.parts.is_empty() {
        true => *it != Part::CloseLarge,
        false => cli.parts.contains(it),
    };
    let mut rows = Vec::new();
    for part in Part::value_variants().iter().filter(|it| is_asked(it)) {
        let begun = Instant::now();
        // What was measured is told, whatever becomes of another part.
        match part.run(&asked).await {
            Ok(found) => rows.extend(found),
            Err(error) => {
                answer(markdown(&rows))?;
                return Err(error.context(format!("{part:?} fails")));
            }
        }
        say(format!(
            "{part:?} took {:.0} s",
            begun.elapsed().as_secs_f64()
        ));
    }
    Ok(answer(markdown(&rows))?)
}

fn side(name: &'static str, folder: &Path) -> Result<Side> {
    for program in ["grants", "governance"] {
        let file = folder.join(program);
        ensure!(
            file.is_file(),
            "{} is missing: is it built?",
            file.display()
        );
    }
    let programs = folder.canonicalize()?;
    Ok(Side { name, programs })
}

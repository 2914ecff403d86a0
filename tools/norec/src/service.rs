//! `norec service`: one service of the suite as a process. It is what `norec up` starts, and what
//! a machine with its own supervisor can start.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use rustix::process::{Signal, getpid, kill_process};

use crate::installation::PidFile;
use crate::linked;

/// Run one service: `norec service grants serve …`
///
/// `norec service grants --help` is the service's own manual.
#[derive(Args, Debug)]
pub(crate) struct ServiceArgs {
    /// End, as by SIGTERM, when standard input ends. Whoever started the service holds the other
    /// end, so it ends with him, whatever ended him.
    #[arg(long, hide = true)]
    tied_to_stdin: bool,

    /// File to hold locked, with the process number in it.
    #[arg(long, hide = true)]
    pid_file: Option<PathBuf>,

    #[command(subcommand)]
    service: Service,
}

#[derive(Debug, Subcommand)]
enum Service {
    /// The name of the service, and its arguments
    #[command(external_subcommand)]
    Named(Vec<OsString>),
}

pub(crate) fn run(args: ServiceArgs) -> Result<ExitCode> {
    let Service::Named(arguments) = args.service;
    let name = arguments
        .first()
        .map(|it| it.to_string_lossy())
        .unwrap_or_default();
    let service = linked::named(&name).map_err(|problem| anyhow!(problem))?;
    if args.tied_to_stdin {
        thread::spawn(end_with_stdin);
    }
    if let Some(path) = args.pid_file {
        let held = PidFile::new(path.clone()).hold()?;
        let held = held.with_context(|| format!("{} is held by another", path.display()))?;
        held.until_the_end();
    }
    Ok((service.run)(arguments))
}

/// Reads standard input to its end and then asks this process to end. A broken input is an end too.
fn end_with_stdin() {
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
    let _ = kill_process(getpid(), Signal::TERM);
}

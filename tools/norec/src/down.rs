//! `norec down`: ends what runs in an installation, also what a killed `norec up` left behind.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use cluster::Cluster;

use crate::console::say;
use crate::installation::Installation;
use crate::linked::LINKED;
use crate::up::DRAIN_MAX;

/// How long everything together may take to end: the services, then PostgreSQL.
const END_MAX: Duration = Duration::from_secs(120);

/// End the suite of this installation, and wait until it has ended
#[derive(Args, Debug)]
pub(crate) struct DownArgs {}

pub(crate) fn run(installation: &Installation) -> Result<ExitCode> {
    let keeper = installation.pid_file();
    if let Some(process) = keeper.terminate_holder()? {
        say(format_args!("norec: ending process {process}"));
        let ended = keeper.wait_until_free(END_MAX)?;
        ensure!(
            ended,
            "process {process} still runs after {} s",
            END_MAX.as_secs()
        );
        return Ok(ExitCode::SUCCESS);
    }
    if !installation.root().exists() {
        say("norec: nothing runs here");
        return Ok(ExitCode::SUCCESS);
    }
    // Held meanwhile, so that nobody starts what is being ended.
    let held = keeper
        .hold()?
        .context("norec up is just starting: try again")?;
    let ended = end_what_was_left(installation)?;
    drop(held);
    say(if ended {
        "norec: ended what was left of a killed norec up"
    } else {
        "norec: nothing runs here"
    });
    Ok(ExitCode::SUCCESS)
}

/// The services end by themselves with whoever started them; PostgreSQL does not.
fn end_what_was_left(installation: &Installation) -> Result<bool> {
    let mut found = false;
    for service in LINKED {
        let process = installation.pid_file_of(service.name);
        found |= process.holder()?.is_some();
        let ended = process.wait_until_free(DRAIN_MAX)?;
        ensure!(
            ended,
            "{} still runs after {} s",
            service.name,
            DRAIN_MAX.as_secs()
        );
    }
    let cluster = installation.cluster();
    if cluster.join("data/postmaster.pid").exists() {
        Cluster::start(&cluster)?.stop()?;
        found = true;
    }
    Ok(found)
}

//! `norec status`: what runs in an installation, from outside.

use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::console::answer;
use crate::health::{Health, State, WHOLE};
use crate::installation::Installation;
use crate::linked::{LINKED, Linked};

/// Show which services run, where, and what they say of themselves; and PostgreSQL
///
/// Exits with 0 only if all of them are SERVING.
#[derive(Args, Debug)]
pub(crate) struct StatusArgs {}

/// One service as it is seen.
#[derive(Debug)]
pub(crate) struct Sight {
    service: &'static Linked,
    /// Its process; `None` when it does not run.
    process: Option<u32>,
    address: Option<SocketAddr>,
    state: State,
    /// Lines of its log that could not be written since it began, where it says so.
    log_lines_lost: Option<u64>,
    /// What it says of each gRPC service.
    names: Vec<(&'static str, State)>,
}

impl Sight {
    pub(crate) fn is_serving(&self) -> bool {
        self.process.is_some()
            && self.state == State::Serving
            && self.names.iter().all(|(_, state)| *state == State::Serving)
    }
}

pub(crate) async fn run(installation: &Installation) -> Result<ExitCode> {
    let keeper = match installation.pid_file().holder()? {
        Some(process) => format!("norec up is process {process}"),
        None => "norec up does not run".to_owned(),
    };
    answer(format_args!("{}: {keeper}", installation.root().display()))?;
    answer(database(installation)?)?;
    let sights = observe(installation).await?;
    for sight in &sights {
        print(sight)?;
    }
    let serving = sights.iter().all(Sight::is_serving);
    Ok(if serving {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The installation's own PostgreSQL in one line.
fn database(installation: &Installation) -> Result<String> {
    let directory = installation.cluster();
    let seen = match cluster::look(&directory)? {
        Some(it) if it.ready => format!("takes connections, process {}", it.pid),
        Some(it) => format!("starts, or ends, process {}", it.pid),
        None if directory.exists() => "does not run".to_owned(),
        None => "none of this installation's own".to_owned(),
    };
    Ok(format!("PostgreSQL: {seen}, {}", directory.display()))
}

/// Looks at every service of the installation.
pub(crate) async fn observe(installation: &Installation) -> Result<Vec<Sight>> {
    let mut sights = Vec::with_capacity(LINKED.len());
    for service in LINKED {
        sights.push(look(installation, service).await?);
    }
    Ok(sights)
}

async fn look(installation: &Installation, service: &'static Linked) -> Result<Sight> {
    let process = installation.pid_file_of(service.name).holder()?;
    let address = installation.address(service.name);
    let mut sight = Sight {
        service,
        process,
        address,
        state: State::Unreachable,
        log_lines_lost: None,
        names: Vec::new(),
    };
    // The port of a service that does not run may be somebody else's by now.
    if let (Some(_), Some(address)) = (process, address) {
        let mut health = Health::of(address)?;
        let whole = health.said(WHOLE).await;
        (sight.state, sight.log_lines_lost) = (whole.state, whole.log_lines_lost);
        for name in service.nouns.grpc_services() {
            sight.names.push((name, health.state(name).await));
        }
    }
    Ok(sight)
}

fn print(sight: &Sight) -> Result<()> {
    let name = sight.service.name;
    let (Some(process), Some(address)) = (sight.process, sight.address) else {
        return Ok(answer(format_args!("{name}: does not run"))?);
    };
    answer(format_args!(
        "{name}: {}, {address}, process {process}",
        sight.state.as_str()
    ))?;
    if let Some(lost) = sight.log_lines_lost {
        answer(format_args!("    log: {lost} lines could not be written"))?;
    }
    for (name, state) in &sight.names {
        answer(format_args!("    {name}: {}", state.as_str()))?;
    }
    Ok(())
}

//! A service's process: how it is started, tied to this one, and ended.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::databases::DatabaseUrl;
use crate::installation::{Installation, PidFile, open_log};
use crate::linked::Linked;

/// How long a service may take to end: its own limits on drain, and some more.
pub(crate) const DRAIN_MAX: Duration = Duration::from_secs(35);
/// How much of a log an error shows.
const TAIL_LINES: usize = 8;

/// Starts processes of this program.
#[derive(Clone, Debug)]
pub(crate) struct Starter {
    /// This program, found once: a later build may take its place.
    program: PathBuf,
    installation: Installation,
}

impl Starter {
    pub(crate) fn new(installation: Installation) -> Result<Self> {
        let program = std::env::current_exe().context("this program's own path")?;
        Ok(Self {
            program,
            installation,
        })
    }

    /// Starts `serve` of a service with these arguments.
    pub(crate) fn serve(
        &self,
        service: &Linked,
        database: &DatabaseUrl,
        arguments: Vec<OsString>,
    ) -> Result<Process> {
        let pid_file = self.installation.pid_file_of(service.name);
        let mut command = self.command(service, Some(&pid_file), "serve", database)?;
        command.args(arguments);
        Process::spawn(command)
    }

    /// Brings the database of a service to the schema of this release.
    pub(crate) async fn migrate(&self, service: &Linked, owner: &DatabaseUrl) -> Result<()> {
        let log = self.installation.log(service.name);
        let written_before = fs::metadata(&log).map_or(0, |it| it.len());
        let mut process = Process::spawn(self.command(service, None, "migrate", owner)?)?;
        let status = process.ended().await?;
        if !status.success() {
            let (name, tail) = (service.name, tail(&log, written_before)?);
            bail!(
                "{name} migrate failed ({status}); {} ends with:\n{tail}",
                log.display()
            );
        }
        Ok(())
    }

    fn command(
        &self,
        service: &Linked,
        pid_file: Option<&PidFile>,
        subcommand: &str,
        database: &DatabaseUrl,
    ) -> Result<Command> {
        let path = self.installation.log(service.name);
        let log = open_log(&path).with_context(|| path.display().to_string())?;
        let mut command = Command::new(&self.program);
        command.args(["service", "--tied-to-stdin"]);
        if let Some(pid_file) = pid_file {
            command.arg("--pid-file").arg(pid_file.path());
        }
        command.args([service.name, subcommand]);
        database.pass_to(&mut command);
        command
            // Held by this process alone, so the service sees its end when this process ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::from(log.try_clone()?))
            .stderr(Stdio::from(log))
            // Ctrl-C at the terminal is for `norec up`, which ends its services in order.
            .process_group(0)
            .kill_on_drop(true);
        Ok(command)
    }
}

/// A running process.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// The end that ties it to this process. Kept out of `child`, which closes it before it waits.
    tie: Option<ChildStdin>,
}

impl Process {
    fn spawn(mut command: Command) -> Result<Self> {
        let mut child = command.spawn().context("a process of this program")?;
        let tie = child.stdin.take();
        Ok(Self { child, tie })
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Ends it as SIGTERM does and waits, then by force: when its time to drain is over, or at
    /// once when `impatient` is cancelled.
    pub(crate) async fn end(mut self, impatient: &CancellationToken) -> Result<()> {
        drop(self.tie.take());
        tokio::select! {
            ended = timeout(DRAIN_MAX, self.child.wait()) => if ended.is_ok() { return Ok(()) },
            () = impatient.cancelled() => (),
        }
        self.child
            .kill()
            .await
            .context("a service that does not end")
    }
}

/// The last lines of what was written to a log after its first `start` bytes.
pub(crate) fn tail(log: &Path, start: u64) -> Result<String> {
    let bytes = fs::read(log).with_context(|| log.display().to_string())?;
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let text = String::from_utf8_lossy(bytes.get(start..).unwrap_or_default());
    let lines: Vec<_> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n"))
}

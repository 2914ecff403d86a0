//! `norec up` in the background: started, and waited for until everything serves.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;
use tokio::time::Instant;

use super::process::tail;
use super::runs_already;
use crate::installation::{HOLD_PATIENCE, Installation, open_log, rotate_log};
use crate::pause::pause;
use crate::status::{Sight, observe};

/// From nothing to everything: a cluster is made or recovers, schemas are migrated, services start.
const START_MAX: Duration = Duration::from_secs(180);
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

pub(crate) async fn in_background(installation: &Installation) -> Result<()> {
    installation.prepare()?;
    let keeper = installation.pid_file();
    if !keeper.wait_until_free(HOLD_PATIENCE)? {
        bail!(runs_already(&keeper)?);
    }
    let path = installation.log("norec");
    rotate_log(&path)?;
    let log = open_log(&path).with_context(|| path.display().to_string())?;
    let written_before = fs::metadata(&path)?.len();
    let mut child = Command::new(std::env::current_exe()?)
        .arg("--installation")
        .arg(installation.root())
        .args(["up", "--in-background"])
        .stdin(Stdio::null())
        .stdout(Stdio::from(log.try_clone()?))
        .stderr(Stdio::from(log))
        .spawn()
        .context("a process of this program")?;

    let deadline = Instant::now() + START_MAX;
    loop {
        if let Some(status) = child.try_wait()? {
            bail!(
                "norec up ended ({status}):\n{}",
                tail(&path, written_before)?
            );
        }
        let sights = observe(installation).await?;
        if keeper.holder()? == child.id() && sights.iter().all(Sight::is_serving) {
            return Ok(());
        }
        ensure!(
            Instant::now() < deadline,
            "not everything serves after {} s: norec status, {}",
            START_MAX.as_secs(),
            path.display()
        );
        pause(LOOK_INTERVAL).await;
    }
}

//! Removes a temporary cluster when the process that made it ends, even by `kill -9`.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::error::{Error, Result};

/// Reads its standard input to the end, which comes when the owner is gone. Then the server gets
/// the signal of an immediate shutdown and the directory is removed, again and again for up to a
/// minute, because a server or an initdb that is still at work makes files meanwhile.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
while read -r _; do :; done
tries=0
while [ -e "$1" ] && [ "$tries" -lt 3000 ]; do
    if read -r pid <"$1/data/postmaster.pid"; then kill -QUIT "$pid"; fi
    rm -rf "$1"
    sleep 0.02
    tries=$((tries + 1))
done
"#;

/// The process that waits for its owner's end.
pub(crate) struct Watchdog {
    process: Child,
}

impl Watchdog {
    /// Watches over a cluster's directory, which may not exist yet.
    pub(crate) fn watch(directory: &Path) -> Result<Watchdog> {
        let process = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "norec-watchdog"])
            .arg(directory)
            .current_dir("/")
            // No other process holds the writing end: it closes when the owner ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What ends the owner's whole group must leave the watchdog alive.
            .process_group(0)
            .spawn()
            .map_err(Error::at("/bin/sh"))?;
        Ok(Watchdog { process })
    }
}

impl Drop for Watchdog {
    /// Returns when the cluster is removed.
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

//! The server's processes: made, started, waited for, stopped.
//!
//! Whether the server runs is asked of the kernel, not of `postmaster.pid`: the server gets the
//! locked file `lock` as its standard input, and every process of it inherits the lock. While one
//! of them lives the lock is held, after the last has died it is free, whatever killed it. So a
//! `postmaster.pid` beside a free lock is stale, even when another process has its number by now.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::account::Account;
use crate::error::{Error, Result, output_of, present};
use crate::installation::Installation;
use crate::layout::{Layout, PORT, make_private, open_private};

/// The role that administers the cluster. Only this crate's own work uses it.
pub(crate) const SUPERUSER: &str = "postgres";

/// How long a start or stop may take; recovery after a crash is part of a start.
const CHANGE_SECONDS_MAX: u64 = 60;

const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// How much of the log an error shows.
const LOG_TAIL_LINES: usize = 8;

/// The first locale that the system has: byte order for sorting, UTF-8 for upper and lower case.
const LOCALES: [&str; 2] = ["C.UTF-8", "C"];

/// Every connection comes over the socket and shows its password.
const HOST_BASED_ACCESS: &str = "local all all scram-sha-256\n";

/// Whether committed work must outlive the machine's power.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Durability {
    Lasting,
    Temporary,
}

impl Durability {
    /// Settings of the server beyond those that every cluster has.
    fn settings(self) -> &'static [&'static str] {
        match self {
            Durability::Lasting => &[],
            Durability::Temporary => &[
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "max_connections=200",
            ],
        }
    }
}

/// How a server is told to stop; the signal's name.
#[derive(Clone, Copy)]
pub(crate) enum Shutdown {
    Fast,
    Immediate,
}

impl Shutdown {
    fn signal(self) -> &'static str {
        match self {
            Shutdown::Fast => "INT",
            Shutdown::Immediate => "QUIT",
        }
    }
}

/// One server, running or not.
pub(crate) struct Server {
    pub(crate) account: Account,
    pub(crate) layout: Layout,
    pub(crate) installation: Installation,
    pub(crate) durability: Durability,
}

impl Server {
    /// Starts the server, or waits until the one that another process starts answers.
    pub(crate) fn launch(&self, password: &str, answers: impl Fn() -> bool) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(CHANGE_SECONDS_MAX);
        loop {
            if let Some(lock) = self.layout.try_lock()? {
                return self.boot(&lock, password, deadline);
            }
            if postmaster(&self.layout)?.is_some_and(|postmaster| postmaster.ready) && answers() {
                return Ok(());
            }
            self.pause_until(deadline)?;
        }
    }

    /// Stops the server and returns when its last process is gone.
    pub(crate) fn stop(&self, shutdown: Shutdown) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(CHANGE_SECONDS_MAX);
        let mut signalled = None;
        while self.layout.try_lock()?.is_none() {
            let pid = postmaster(&self.layout)?.map(|postmaster| postmaster.pid);
            if let Some(pid) = pid.filter(|_| pid != signalled) {
                let mut kill = self.account.command(self.installation.program("pg_ctl"));
                // It fails when the server has just died by itself, which the lock then shows.
                let _ = output_of(kill.args(["kill", shutdown.signal(), &pid.to_string()]));
                signalled = Some(pid);
            }
            if Instant::now() >= deadline {
                let log = self.layout.log();
                return Err(Error::NotStopped {
                    log,
                    seconds: CHANGE_SECONDS_MAX,
                });
            }
            thread::sleep(POLL_INTERVAL);
        }
        Ok(())
    }

    /// Starts the server as the holder of `lock`, and waits until it takes connections.
    fn boot(&self, lock: &File, password: &str, deadline: Instant) -> Result<()> {
        let data = self.layout.data();
        if !data.exists() {
            self.initialise(lock, password)?;
        }
        let stale = data.join("postmaster.pid");
        present(fs::remove_file(&stale)).map_err(Error::at(&stale))?;

        let log = self.layout.log();
        let written_before = fs::metadata(&log).map_or(0, |metadata| metadata.len());
        let mut child = self.command(lock)?.spawn().map_err(Error::at(&log))?;
        let pid = child.id();
        // Waited for elsewhere, so that a server that dies leaves no zombie.
        let end = thread::spawn(move || child.wait());
        loop {
            let postmaster = postmaster(&self.layout)?;
            if postmaster.is_some_and(|postmaster| postmaster.ready && postmaster.pid == pid) {
                return Ok(());
            }
            if end.is_finished() {
                return Err(Error::NotStarted {
                    tail: tail(&log, written_before)?,
                    log,
                });
            }
            self.pause_until(deadline)?;
        }
    }

    /// The server's command line. Settings stand here rather than in a file, so that the next
    /// start of an old cluster has those of the new release.
    fn command(&self, lock: &File) -> Result<Command> {
        let log = open_private(&self.layout.log())?;
        let inherited = |file: &File| file.try_clone().map_err(Error::at(self.layout.root()));
        let mut command = self.account.command(self.installation.program("postgres"));
        command
            .arg("-D")
            .arg(self.layout.data())
            .args([
                "-c",
                &format!("unix_socket_directories={}", quoted(&self.layout.sockets())),
            ])
            .args(["-c", &format!("port={PORT}")])
            .args(["-c", "listen_addresses="])
            .args(["-c", "timezone=UTC"])
            .args(["-c", "log_timezone=UTC"])
            .args(
                self.durability
                    .settings()
                    .iter()
                    .flat_map(|setting| ["-c", setting]),
            )
            .stdin(Stdio::from(inherited(lock)?))
            .stdout(Stdio::from(inherited(&log)?))
            .stderr(Stdio::from(log))
            // A Ctrl-C at the caller's terminal must not stop it under services that still drain.
            .process_group(0);
        Ok(command)
    }

    /// Makes the data directory, whole or not at all: it gets its name when it is complete.
    fn initialise(&self, lock: &File, password: &str) -> Result<()> {
        let draft = self.layout.root().join("data.draft");
        let password_file = self.layout.root().join("data.password");
        // The server's user reads the password once, and the caller's secrets stay closed to him.
        present(fs::remove_file(&password_file)).map_err(Error::at(&password_file))?;
        let written = open_private(&password_file)?.write_all(password.as_bytes());
        written.map_err(Error::at(&password_file))?;
        self.account.own(&password_file)?;
        let made = self.make_data(&draft, &password_file, lock);
        fs::remove_file(&password_file).map_err(Error::at(&password_file))?;
        made?;

        let access = draft.join("pg_hba.conf");
        fs::write(&access, HOST_BASED_ACCESS).map_err(Error::at(&access))?;
        fs::rename(&draft, self.layout.data()).map_err(Error::at(self.layout.data()))
    }

    fn make_data(&self, draft: &Path, password_file: &Path, lock: &File) -> Result<()> {
        let mut made = Ok(());
        for locale in LOCALES {
            present(fs::remove_dir_all(draft)).map_err(Error::at(draft))?;
            make_private(draft)?;
            self.account.own(draft)?;
            let mut initdb = self.account.command(self.installation.program("initdb"));
            initdb
                .arg("-D")
                .arg(draft)
                .arg("--pwfile")
                .arg(password_file)
                .args(["--username", SUPERUSER, "--auth", "scram-sha-256"])
                .args(["--encoding", "UTF8", "--locale", locale])
                .args(["--data-checksums", "--no-instructions"])
                .stdin(Stdio::from(
                    lock.try_clone().map_err(Error::at(self.layout.root()))?,
                ));
            if self.durability == Durability::Temporary {
                initdb.arg("--no-sync");
            }
            made = output_of(&mut initdb).map(|_| ());
            if made.is_ok() {
                break;
            }
        }
        made
    }

    fn pause_until(&self, deadline: Instant) -> Result<()> {
        if Instant::now() >= deadline {
            return Err(Error::NotReady {
                log: self.layout.log(),
                seconds: CHANGE_SECONDS_MAX,
            });
        }
        thread::sleep(POLL_INTERVAL);
        Ok(())
    }
}

/// The two lines of `postmaster.pid` that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Postmaster {
    /// Its process.
    pub pid: u32,
    /// It takes connections.
    pub ready: bool,
}

/// The server of the cluster in this directory, if it runs. Nothing is started, made or waited for.
///
/// # Errors
///
/// [`crate::Error::Io`] when the directory is somebody else's.
pub fn look(directory: &Path) -> Result<Option<Postmaster>> {
    let layout = Layout::of(directory)?;
    let path = layout.lock();
    let Some(lock) = present(File::open(&path)).map_err(Error::at(&path))? else {
        return Ok(None);
    };
    match lock.try_lock_shared() {
        Err(TryLockError::WouldBlock) => postmaster(&layout),
        Err(TryLockError::Error(error)) => Err(Error::at(&path)(error)),
        Ok(()) => Ok(None),
    }
}

/// What the server says of itself; `None` when it has not said anything yet.
fn postmaster(layout: &Layout) -> Result<Option<Postmaster>> {
    let path = layout.data().join("postmaster.pid");
    let text = present(fs::read_to_string(&path)).map_err(Error::at(&path))?;
    Ok(text.as_deref().and_then(Postmaster::parse))
}

impl Postmaster {
    /// Reads the file, which the server writes line by line; the eighth is its state.
    fn parse(text: &str) -> Option<Postmaster> {
        let pid = text.lines().next()?.trim().parse().ok()?;
        let ready = text
            .lines()
            .nth(7)
            .is_some_and(|state| state.trim() == "ready");
        Some(Postmaster { pid, ready })
    }
}

/// A directory as an element of the server's list of socket directories.
fn quoted(directory: &Path) -> String {
    format!(
        "\"{}\"",
        directory.display().to_string().replace('"', "\"\"")
    )
}

/// The last lines of what was written to the log after its first `start` bytes.
fn tail(log: &Path, start: u64) -> Result<String> {
    let bytes = fs::read(log).map_err(Error::at(log))?;
    let written = bytes
        .get(usize::try_from(start).unwrap_or(0)..)
        .unwrap_or_default();
    let text = String::from_utf8_lossy(written);
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postmaster_is_ready_when_its_eighth_line_says_so() {
        let head =
            "8338\n/srv/norec/data\n1795460820\n5432\n/srv/norec/run\n\n  9986078         8\n";
        let table = [
            (String::new(), None),
            ("8338".to_owned(), Some((8338, false))),
            (head.to_owned(), Some((8338, false))),
            (format!("{head}starting\n"), Some((8338, false))),
            (format!("{head}ready   \n"), Some((8338, true))),
            (format!("{head}stopping\n"), Some((8338, false))),
            ("not a number\n".to_owned(), None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|(pid, ready)| Postmaster { pid, ready });
            assert_eq!(Postmaster::parse(&text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_directory_is_quoted_for_the_server_s_list() {
        assert_eq!(quoted(Path::new("/a, b")), "\"/a, b\"");
        assert_eq!(quoted(Path::new("/a\"b")), "\"/a\"\"b\"");
    }
}

//! What can go wrong with a cluster. Every message says what to do, because the reader is a
//! developer whose `make test` or `norec up` did not start.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a cluster, a role or a database could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No PostgreSQL server of a sufficient version is installed.
    #[error("no PostgreSQL server of version {oldest} or newer is installed: `make setup`")]
    NotInstalled {
        /// The oldest version that will do.
        oldest: u32,
    },

    /// The data was made by a version that is not installed; no other can read it.
    #[error(
        "{} was made by PostgreSQL {major}, which is not installed: install it \
         (Debian: postgresql-{major}) or move the directory away",
        data.display()
    )]
    VersionNotInstalled {
        /// The data directory.
        data: PathBuf,
        /// The major version that made it.
        major: u32,
    },

    /// Root called, and no user is there to run the server as.
    #[error(
        "PostgreSQL refuses to run as root, and this system has no user {}: `make setup` makes one",
        users.join(" or ")
    )]
    NoServerUser {
        /// Whom it is run as, whoever of them exists.
        users: &'static [&'static str],
    },

    /// The server's user may not pass a directory on the way to the state directory.
    #[error(
        "the user {user}, who runs PostgreSQL, cannot enter {}, which {} lies in: choose a \
         directory that it can reach, or `chmod o+x {}`",
        closed.display(), directory.display(), closed.display()
    )]
    NotEnterable {
        /// The state directory asked for.
        directory: PathBuf,
        /// The topmost directory on the way that is closed.
        closed: PathBuf,
        /// The user who runs the server.
        user: String,
    },

    /// The operating system takes no socket path of this length.
    #[error(
        "the socket {} has a path of {} bytes and may have {bytes_max}: choose a shorter directory",
        socket.display(), socket.as_os_str().len()
    )]
    SocketPathTooLong {
        /// The socket's path.
        socket: PathBuf,
        /// What the operating system takes.
        bytes_max: usize,
    },

    /// The name cannot be that of a role or database here.
    #[error(
        "{name:?} is no name for a service or database: a letter, then letters, digits and \
         underscores, all lower case, {bytes_max} bytes at most, and no service `norec`"
    )]
    InvalidName {
        /// The name given.
        name: String,
        /// Its limit: PostgreSQL's 63 bytes, less the suffix of a role.
        bytes_max: usize,
    },

    /// The server ended while it started.
    #[error("PostgreSQL did not start; {} ends with:\n{tail}", log.display())]
    NotStarted {
        /// The server's log.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },

    /// The server runs but takes no connections.
    #[error("PostgreSQL is not ready after {seconds} s; see {}", log.display())]
    NotReady {
        /// The server's log.
        log: PathBuf,
        /// How long was waited.
        seconds: u64,
    },

    /// The server was told to stop and still runs.
    #[error("PostgreSQL still runs after {seconds} s; see {}", log.display())]
    NotStopped {
        /// The server's log.
        log: PathBuf,
        /// How long was waited.
        seconds: u64,
    },

    /// A program of PostgreSQL or of the system failed.
    #[error("{program} failed: {message}")]
    Command {
        /// The program's path.
        program: String,
        /// What it wrote to standard error.
        message: String,
    },

    /// A file, directory or program could not be used.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was to be used.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

impl Error {
    /// For `map_err`: the operating system's reason, with the path that it leaves out.
    pub(crate) fn at(path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Error {
        let path = path.as_ref().to_owned();
        move |source| Error::Io { path, source }
    }
}

/// Runs a command to its end and returns what it printed; standard error becomes the error.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let output = command.output().map_err(Error::at(command.get_program()))?;
    succeeded(command, output)
}

/// The printed text of a command that succeeded, without the last line's end.
pub(crate) fn succeeded(command: &Command, output: Output) -> Result<String> {
    if !output.status.success() {
        return Err(Error::Command {
            program: command.get_program().to_string_lossy().into_owned(),
            message: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end_matches('\n')
        .to_owned())
}

/// Turns an absent file into `None`, for files that another process may remove first.
pub(crate) fn present<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

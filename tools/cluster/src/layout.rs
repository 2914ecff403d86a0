//! The state directory: what lies where, who may enter, and how long a path may be.
//!
//! ```text
//! data/      the server's own, mode 0700
//! run/       the socket; the server's own, mode 0700
//! secrets/   one file per role with its password; the caller's own, mode 0700
//! log        what the server writes
//! lock       held by every process of the server as long as it lives
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::error::{Error, Result};

/// Part of the socket's name; nothing listens on a TCP port of this number.
pub(crate) const PORT: u16 = 5432;

/// What Linux takes as the path of a socket: 108 bytes, of which the last is a zero.
pub(crate) const SOCKET_PATH_BYTES_MAX: usize = 107;

/// The paths of one state directory.
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    /// Makes the state directory and those below it, except the data, and checks that the server
    /// can use them.
    pub(crate) fn prepare(root: &Path, account: &Account) -> Result<Layout> {
        let layout = Layout::of(root)?;
        layout.must_have_a_short_socket()?;
        account.must_enter(&layout.root)?;
        make_passable(&layout.root)?;
        make_private(&layout.secrets())?;
        make_private(&layout.sockets())?;
        account.own(&layout.sockets())?;
        Ok(layout)
    }

    /// The state directory as it is, or is not.
    pub(crate) fn of(root: &Path) -> Result<Layout> {
        let root = std::path::absolute(root).map_err(Error::at(root))?;
        Ok(Layout { root })
    }

    fn must_have_a_short_socket(&self) -> Result<()> {
        let socket = self.sockets().join(format!(".s.PGSQL.{PORT}"));
        if socket.as_os_str().len() > SOCKET_PATH_BYTES_MAX {
            return Err(Error::SocketPathTooLong {
                socket,
                bytes_max: SOCKET_PATH_BYTES_MAX,
            });
        }
        Ok(())
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    pub(crate) fn sockets(&self) -> PathBuf {
        self.root.join("run")
    }

    pub(crate) fn secrets(&self) -> PathBuf {
        self.root.join("secrets")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// Takes the lock; `None` while a process of the server, or one that starts it, holds it.
    pub(crate) fn try_lock(&self) -> Result<Option<File>> {
        let path = self.lock();
        let file = open_private(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Error::at(&path)(error)),
        }
    }
}

/// Makes a directory and those above it that are missing. Others, such as the server's user, may
/// pass through but not see what is there, whatever the caller's umask is.
fn make_passable(directory: &Path) -> Result<()> {
    let missing: Vec<&Path> = directory
        .ancestors()
        .take_while(|path| !path.exists())
        .collect();
    for path in missing.into_iter().rev() {
        let made = fs::create_dir(path)
            .and_then(|()| fs::set_permissions(path, Permissions::from_mode(0o711)));
        tolerate_existing(made).map_err(Error::at(path))?;
    }
    Ok(())
}

/// Makes a directory that only its owner can enter; one that is there already stays.
pub(crate) fn make_private(directory: &Path) -> Result<()> {
    let made = DirBuilder::new().mode(0o700).create(directory);
    tolerate_existing(made).map_err(Error::at(directory))
}

/// Another process that starts the same cluster may make its directories first.
fn tolerate_existing(made: io::Result<()>) -> io::Result<()> {
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

/// Opens a file to append to, made when missing, that only its owner can read.
pub(crate) fn open_private(path: &Path) -> Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(Error::at(path))
}

/// A path as the host of a URL: everything but letters, digits, `-`, `.` and `_` as `%XX`.
pub(crate) fn percent_encoded(path: &Path) -> String {
    let mut encoded = String::new();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'-' | b'.' | b'_' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_encoded_as_a_host() {
        let table = [
            ("/tmp/norec-1a/run", "%2Ftmp%2Fnorec-1a%2Frun"),
            ("/srv/a b/%2F", "%2Fsrv%2Fa%20b%2F%252F"),
            ("/hjem/bjørn", "%2Fhjem%2Fbj%C3%B8rn"),
            ("/x@y:z?q#f", "%2Fx%40y%3Az%3Fq%23f"),
        ];
        for (path, host) in table {
            assert_eq!(percent_encoded(Path::new(path)), host);
        }
    }

    #[test]
    fn a_socket_path_may_have_107_bytes_and_no_more() {
        let socket = "/run/.s.PGSQL.5432".len();
        let of_bytes = |bytes: usize| Layout {
            root: format!("/{:x<1$}", "", bytes - 1).into(),
        };
        assert!(of_bytes(107 - socket).must_have_a_short_socket().is_ok());
        assert!(of_bytes(108 - socket).must_have_a_short_socket().is_err());
    }
}

//! The operating system's user whom the server runs as.
//!
//! PostgreSQL refuses to run as root. A caller who is not root runs the server as himself; root
//! (containers, build machines) runs it as the user that the distribution's package makes.

use std::ffi::OsStr;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result, output_of};

/// Whom root runs the server as: the first of these who exists.
pub(crate) const SERVER_USERS: [&str; 2] = ["postgres", "nobody"];

/// Prints the first of its arguments that is there and that the caller cannot enter.
const FIRST_CLOSED: &str = r#"
for directory; do
    if [ -e "$directory" ] && ! [ -x "$directory" ]; then printf %s "$directory"; exit; fi
done
"#;

/// A user of the operating system.
pub(crate) struct Account {
    name: String,
    /// Whom to become; `None` when the caller already is this user.
    become_ids: Option<(u32, u32)>,
}

impl Account {
    /// The user to run the server as.
    pub(crate) fn for_server() -> Result<Account> {
        if id(&["-u"])? != "0" {
            return Ok(Account {
                name: id(&["-un"])?,
                become_ids: None,
            });
        }
        SERVER_USERS
            .iter()
            .find_map(|name| Account::named(name))
            .ok_or(Error::NoServerUser {
                users: &SERVER_USERS,
            })
    }

    fn named(name: &str) -> Option<Account> {
        let number = |option| id(&[option, name]).ok()?.parse().ok();
        Some(Account {
            name: name.to_owned(),
            become_ids: Some((number("-u")?, number("-g")?)),
        })
    }

    /// A command to be run as this user, from a directory that everybody can enter.
    ///
    /// Of the caller's environment it keeps where programs and libraries lie: the `PG…` variables
    /// would change what the server does, and secrets in others are none of its business.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").current_dir("/");
        for kept in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        if let Some((user, group)) = self.become_ids {
            command.uid(user).gid(group);
        }
        command
    }

    /// Gives a file or directory to this user.
    pub(crate) fn own(&self, path: &Path) -> Result<()> {
        match self.become_ids {
            Some((user, group)) => chown(path, Some(user), Some(group)).map_err(Error::at(path)),
            None => Ok(()),
        }
    }

    /// Fails unless this user can enter `directory` and every directory above it, as far as they
    /// are there already.
    ///
    /// The user's own shell is asked, because permission bits alone do not know of access lists.
    pub(crate) fn must_enter(&self, directory: &Path) -> Result<()> {
        let mut ancestors: Vec<&Path> = directory.ancestors().collect();
        ancestors.reverse();
        let mut shell = self.command("/bin/sh");
        let closed = output_of(shell.args(["-c", FIRST_CLOSED, "sh"]).args(ancestors))?;
        if closed.is_empty() {
            return Ok(());
        }
        Err(Error::NotEnterable {
            directory: directory.to_owned(),
            closed: PathBuf::from(closed),
            user: self.name.clone(),
        })
    }
}

fn id(arguments: &[&str]) -> Result<String> {
    output_of(Command::new("id").args(arguments))
}

//! Which of the installed PostgreSQL servers is used: the newest, or for existing data the one
//! that made it, because a data directory belongs to one major version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result, output_of, present};

/// The oldest version the suite runs on (design: "PostgreSQL ≥ 15 is the only server").
pub(crate) const OLDEST_MAJOR: u32 = 15;

/// Where Debian's packages lie, one directory per major version and none of them on the PATH.
const DEBIAN_VERSIONS: &str = "/usr/lib/postgresql";

/// The programs of one PostgreSQL version.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Installation {
    major: u32,
    programs: PathBuf,
}

impl Installation {
    /// The server to use for the data directory `data`, which may not exist yet.
    pub(crate) fn find(data: &Path) -> Result<Installation> {
        let made_by = made_by(data)?;
        let installed: Vec<_> = candidates()
            .into_iter()
            .filter_map(Installation::at)
            .collect();
        choose(&installed, made_by).ok_or_else(|| match made_by {
            Some(major) => Error::VersionNotInstalled {
                data: data.to_owned(),
                major,
            },
            None => Error::NotInstalled {
                oldest: OLDEST_MAJOR,
            },
        })
    }

    /// The installation in a directory of programs, if a whole server is there.
    fn at(programs: PathBuf) -> Option<Installation> {
        let complete = ["initdb", "pg_ctl", "psql"]
            .iter()
            .all(|p| programs.join(p).is_file());
        let version = output_of(Command::new(programs.join("postgres")).arg("--version"));
        let major = major_of(&version.ok()?)?;
        complete.then_some(Installation { major, programs })
    }

    /// The path of one of its programs.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }
}

/// Directories that may hold a server; some may not exist, and one may be named twice.
fn candidates() -> Vec<PathBuf> {
    let mut directories = Vec::new();
    if let Ok(printed) = output_of(Command::new("pg_config").arg("--bindir")) {
        directories.push(PathBuf::from(printed));
    }
    if let Ok(versions) = fs::read_dir(DEBIAN_VERSIONS) {
        directories.extend(versions.flatten().map(|version| version.path().join("bin")));
    }
    if let Some(path) = std::env::var_os("PATH") {
        directories.extend(std::env::split_paths(&path));
    }
    directories.retain(|directory| directory.join("postgres").is_file());
    directories
}

/// The major version that made `data`; `None` when there is no data yet.
fn made_by(data: &Path) -> Result<Option<u32>> {
    let file = data.join("PG_VERSION");
    let version = present(fs::read_to_string(&file)).map_err(Error::at(&file))?;
    Ok(version.and_then(|version| version.trim().parse().ok()))
}

/// The one that made the data; without data, the newest that is new enough.
fn choose(installed: &[Installation], made_by: Option<u32>) -> Option<Installation> {
    let fits = |one: &&Installation| match made_by {
        Some(major) => one.major == major,
        None => one.major >= OLDEST_MAJOR,
    };
    installed
        .iter()
        .filter(fits)
        .max_by_key(|one| one.major)
        .cloned()
}

/// The major version in what `postgres --version` prints.
fn major_of(printed: &str) -> Option<u32> {
    let version = printed.strip_prefix("postgres (PostgreSQL) ")?;
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_releases_betas_and_packages() {
        let printed = [
            (
                "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
                Some(15),
            ),
            ("postgres (PostgreSQL) 17.2", Some(17)),
            ("postgres (PostgreSQL) 19beta1", Some(19)),
            ("postgres (PostgreSQL) 20devel", Some(20)),
            ("postgres (PostgreSQL) 9.6.24", Some(9)),
            ("postgres (EnterpriseDB) 15.1", None),
            ("postgres (PostgreSQL) ", None),
            ("", None),
        ];
        for (text, major) in printed {
            assert_eq!(major_of(text), major, "{text:?}");
        }
    }

    #[test]
    fn new_data_gets_the_newest_server_and_old_data_the_one_that_made_it() {
        let server = |major| Installation {
            major,
            programs: format!("/pg/{major}").into(),
        };
        let table: [(&[u32], Option<u32>, Option<u32>); 8] = [
            (&[15, 17, 16], None, Some(17)),
            (&[9, 15], None, Some(15)),
            (&[14], None, None),
            (&[], None, None),
            (&[15, 17], Some(15), Some(15)),
            (&[17], Some(15), None),
            (&[], Some(15), None),
            (&[17, 17], None, Some(17)),
        ];
        for (installed, made_by, chosen) in table {
            let installed: Vec<_> = installed.iter().copied().map(server).collect();
            assert_eq!(
                choose(&installed, made_by),
                chosen.map(server),
                "{installed:?} {made_by:?}"
            );
        }
    }
}

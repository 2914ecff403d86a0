//! The state directory of one installation: what lies where, and who may read it.
//!
//! ```text
//! norec.pid               locked by `norec up` as long as it runs
//! postgres/               the private cluster
//! issuer/                 the local issuer: its key, its public keys, the issuers that services trust
//! tokens/<service>.jwt    what a service calls others with
//! services/<name>.pid     locked by the service's process as long as it lives
//! services/<name>.address where it listens, and will listen again
//! played/<file>-<…>.jsonl what of a file of requests was played, by its name and place
//! logs/<name>.log         what it writes; <name>.log.1 is what it wrote before
//! ```
//!
//! Other users may pass through the directory, as PostgreSQL's must, and see nothing else of it.

mod pid_file;

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

pub(crate) use pid_file::{HOLD_PATIENCE, PidFile};

/// Where installations of root lie: its home is closed to PostgreSQL's user.
const ROOTS_STATE: &str = "/var/lib/norec";
/// A log that is larger than this when its writer starts begins anew; the one before is kept.
const LOG_MAX_BYTES: u64 = 16 * 1024 * 1024;
/// How many characters of a path's digest tell it from another: of a working directory, whose installation
/// it names, and of a file that is played.
const DIGEST_CHARACTERS: usize = 8;
/// Directories that their owner alone may enter.
const PRIVATE: [&str; 5] = ["issuer", "tokens", "services", "played", "logs"];

/// One installation; nothing needs to exist yet.
#[derive(Clone, Debug)]
pub(crate) struct Installation {
    root: PathBuf,
}

impl Installation {
    /// The installation in this directory, or in the default one of the working directory.
    pub(crate) fn at(chosen: Option<PathBuf>) -> Result<Self> {
        let root = match chosen {
            Some(chosen) => std::path::absolute(chosen)?,
            None => default_root(
                rustix::process::geteuid().is_root(),
                &std::env::current_dir().context("the working directory")?,
                std::env::var_os("XDG_STATE_HOME"),
                std::env::var_os("HOME"),
            )
            .context("neither HOME nor XDG_STATE_HOME is set: give --installation")?,
        };
        Ok(Self { root })
    }

    /// Makes the directories that are missing.
    pub(crate) fn prepare(&self) -> Result<()> {
        let missing: Vec<_> = self
            .root
            .ancestors()
            .take_while(|it| !it.exists())
            .collect();
        for directory in missing.into_iter().rev() {
            make(directory, 0o711)?;
        }
        PRIVATE
            .iter()
            .try_for_each(|name| make(&self.root.join(name), 0o700))
    }

    /// The state directory itself, absolute.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The state directory of the private cluster.
    pub(crate) fn cluster(&self) -> PathBuf {
        self.root.join("postgres")
    }

    /// A file of the local issuer.
    pub(crate) fn issuer(&self, file: &str) -> PathBuf {
        self.root.join("issuer").join(file)
    }

    /// The token that a service calls others with.
    pub(crate) fn token(&self, service: &str) -> PathBuf {
        self.root.join("tokens").join(format!("{service}.jwt"))
    }

    /// What `norec up` holds.
    pub(crate) fn pid_file(&self) -> PidFile {
        PidFile::new(self.root.join("norec.pid"))
    }

    /// What the process of a service holds.
    pub(crate) fn pid_file_of(&self, service: &str) -> PidFile {
        PidFile::new(self.root.join("services").join(format!("{service}.pid")))
    }

    /// The file with the address that a service listens on.
    pub(crate) fn address_file(&self, service: &str) -> PathBuf {
        self.root
            .join("services")
            .join(format!("{service}.address"))
    }

    /// The address that a service listens on, or listened on when it last ran.
    pub(crate) fn address(&self, service: &str) -> Option<SocketAddr> {
        fs::read_to_string(self.address_file(service))
            .ok()?
            .trim()
            .parse()
            .ok()
    }

    /// What of the file of requests at this place was played.
    pub(crate) fn played(&self, file: &Path) -> PathBuf {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let digest = hex::encode(Sha256::digest(file.as_os_str().as_bytes()));
        let digest = &digest[..DIGEST_CHARACTERS];
        self.root
            .join("played")
            .join(format!("{name}-{digest}.jsonl"))
    }

    /// The log of a service, or of `norec` itself when it runs in the background.
    pub(crate) fn log(&self, name: &str) -> PathBuf {
        self.root.join("logs").join(format!("{name}.log"))
    }
}

/// Opens a log to append to.
pub(crate) fn open_log(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}

/// Puts a log that has become large aside, in the place of the one that was put aside before. To be
/// called when its writer starts; one that still writes goes on in the file put aside.
pub(crate) fn rotate_log(path: &Path) -> Result<()> {
    if fs::metadata(path).is_ok_and(|it| it.len() > LOG_MAX_BYTES) {
        let aside = path.with_extension("log.1");
        fs::rename(path, &aside).with_context(|| aside.display().to_string())?;
    }
    Ok(())
}

/// Writes a file that its owner alone can read: all of it or nothing.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let unfinished = path.with_extension("unfinished");
    let write = || {
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    };
    write().with_context(|| path.display().to_string())
}

/// Makes a directory with these rights, whatever the umask; one that is there stays as it is.
fn make(directory: &Path, mode: u32) -> Result<()> {
    let made = DirBuilder::new()
        .mode(mode)
        .create(directory)
        .and_then(|()| fs::set_permissions(directory, Permissions::from_mode(mode)));
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made.with_context(|| directory.display().to_string()),
    }
}

/// Where the installation of a working directory lies; `None` when the user has no home.
fn default_root(
    is_root: bool,
    working_directory: &Path,
    state_home: Option<OsString>,
    home: Option<OsString>,
) -> Option<PathBuf> {
    let digest = hex::encode(Sha256::digest(working_directory.as_os_str().as_bytes()));
    let digest = &digest[..DIGEST_CHARACTERS];
    if is_root {
        return Some(Path::new(ROOTS_STATE).join(format!("root-{digest}")));
    }
    // A relative one is to be ignored (XDG Base Directory Specification).
    let state_home = state_home.map(PathBuf::from).filter(|it| it.is_absolute());
    let state = state_home.or_else(|| {
        let home = PathBuf::from(home?);
        home.is_absolute().then(|| home.join(".local/state"))
    })?;
    Some(state.join("norec").join(digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_lies_where_its_user_may_keep_state() {
        let digest = "6c57997b";
        let table = [
            (
                true,
                Some("/s"),
                Some("/root"),
                Some(format!("/var/lib/norec/root-{digest}")),
            ),
            (
                false,
                Some("/s"),
                Some("/home/a"),
                Some(format!("/s/norec/{digest}")),
            ),
            (
                false,
                Some("s"),
                Some("/home/a"),
                Some(format!("/home/a/.local/state/norec/{digest}")),
            ),
            (
                false,
                None,
                Some("/home/a"),
                Some(format!("/home/a/.local/state/norec/{digest}")),
            ),
            (false, None, Some(""), None),
            (false, None, None, None),
        ];
        for (is_root, state_home, home, expected) in table {
            let os = |it: Option<&str>| it.map(OsString::from);
            let root = default_root(is_root, Path::new("/srv/norec"), os(state_home), os(home));
            assert_eq!(
                root,
                expected.map(PathBuf::from),
                "{is_root} {state_home:?} {home:?}"
            );
        }
    }

    /// B-T16: the operator's page says where an installation lies, as the program has it.
    #[test]
    fn the_operators_page_says_where_an_installation_lies() {
        let page = include_str!("../../../../docs/operating.md");
        let os = |it: Option<&str>| it.map(OsString::from);
        for (is_root, state_home, home, begins, written) in [
            (
                true,
                None,
                None,
                "/var/lib/norec/root-",
                "/var/lib/norec/root-…",
            ),
            (
                false,
                Some("/s"),
                None,
                "/s/norec/",
                "$XDG_STATE_HOME/norec/…",
            ),
            (
                false,
                None,
                Some("/h"),
                "/h/.local/state/norec/",
                "~/.local/state/norec/…",
            ),
        ] {
            let root = default_root(is_root, Path::new("/srv"), os(state_home), os(home)).unwrap();
            assert!(root.to_str().unwrap().starts_with(begins), "{root:?}");
            assert!(page.contains(&format!("`{written}`")), "{written}");
        }
    }

    #[test]
    fn a_log_that_has_become_large_is_put_aside_and_the_one_before_is_forgotten() {
        let folder = std::env::temp_dir().join(format!("norec-logs-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let log = folder.join("grants.log");
        let seen = || {
            let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(Result::unwrap).collect();
            files.sort_by_key(fs::DirEntry::file_name);
            let of = |it: &fs::DirEntry| (it.file_name(), it.metadata().unwrap().len());
            files.iter().map(of).collect::<Vec<_>>()
        };
        rotate_log(&log).unwrap();
        assert_eq!(seen(), []);

        for bytes in [LOG_MAX_BYTES, LOG_MAX_BYTES + 1, LOG_MAX_BYTES + 2] {
            open_log(&log).unwrap().set_len(bytes).unwrap();
            rotate_log(&log).unwrap();
            let name = if bytes > LOG_MAX_BYTES {
                "grants.log.1"
            } else {
                "grants.log"
            };
            assert_eq!(seen(), [(name.into(), bytes)]);
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn two_working_directories_have_two_installations() {
        let of = |directory: &str| default_root(true, Path::new(directory), None, None);
        assert_ne!(of("/srv/one"), of("/srv/two"));
    }
}

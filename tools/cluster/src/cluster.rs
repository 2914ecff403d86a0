//! One PostgreSQL server and its state directory: started, attached to, stopped, asked.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::error::Result;
use crate::installation::Installation;
use crate::layout::{self, Layout};
use crate::password;
use crate::psql::Psql;
use crate::server::{Durability, SUPERUSER, Server, Shutdown};
use crate::watchdog::Watchdog;

/// The database that initdb makes for administration.
pub(crate) const ADMIN_DATABASE: &str = "postgres";

/// Parent of temporary clusters: short, because a socket's whole path has 107 bytes.
const TEMPORARY_PARENT: &str = "/tmp";

/// One PostgreSQL server and its state directory.
///
/// Methods take `&self` and may be called from several threads at a time. Dropping a cluster of
/// [`Cluster::start`] leaves the server running; dropping a temporary one removes it.
pub struct Cluster {
    pub(crate) server: Server,
    superuser_password: String,
    watchdog: Option<Watchdog>,
}

impl Cluster {
    /// Starts the cluster in `directory`, or attaches to it when it already runs.
    ///
    /// The directory and the data are made when missing, with data checksums, UTF-8 and byte
    /// order as collation. A server that was killed is started again and recovers by its log. Of
    /// several processes that start the same directory at a time, one starts the server and the
    /// others attach.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotInstalled`] and [`crate::Error::VersionNotInstalled`] when there is no fitting server;
    /// [`crate::Error::NoServerUser`] and [`crate::Error::NotEnterable`] when root calls and the server's user
    /// is missing or cannot reach the directory; [`crate::Error::SocketPathTooLong`];
    /// [`crate::Error::NotStarted`] and [`crate::Error::NotReady`] when the server itself fails.
    pub fn start(directory: &Path) -> Result<Cluster> {
        let account = Account::for_server()?;
        let layout = Layout::prepare(directory, &account)?;
        Cluster::launch(account, layout, Durability::Lasting, None)
    }

    /// Starts a fresh cluster for tests, which ends with this process.
    ///
    /// It gives up durability for speed (`fsync = off`), takes 200 connections and lies in its own
    /// directory, so that test processes do not meet. A watchdog outside this process removes
    /// server and directory when the process ends, however it ends.
    ///
    /// # Errors
    ///
    /// As [`Cluster::start`].
    pub fn temporary() -> Result<Cluster> {
        Cluster::watched(Durability::Temporary)
    }

    /// The same as durable as a lasting one, with its settings: to measure on.
    ///
    /// # Errors
    ///
    /// As [`Cluster::start`].
    pub fn temporary_but_durable() -> Result<Cluster> {
        Cluster::watched(Durability::Lasting)
    }

    fn watched(durability: Durability) -> Result<Cluster> {
        let account = Account::for_server()?;
        let name = format!("norec-{}", &password::random()?[..12]);
        let directory = Path::new(TEMPORARY_PARENT).join(name);
        // Watched before anything exists: whatever is made from here on is removed again.
        let watchdog = Watchdog::watch(&directory)?;
        let layout = Layout::prepare(&directory, &account)?;
        Cluster::launch(account, layout, durability, Some(watchdog))
    }

    fn launch(
        account: Account,
        layout: Layout,
        durability: Durability,
        watchdog: Option<Watchdog>,
    ) -> Result<Cluster> {
        let installation = Installation::find(&layout.data())?;
        let superuser_password = password::of_role(&layout.secrets(), SUPERUSER)?;
        let server = Server {
            account,
            layout,
            installation,
            durability,
        };
        let cluster = Cluster {
            server,
            superuser_password,
            watchdog,
        };
        cluster.start_again()?;
        Ok(cluster)
    }

    /// Starts the server again after [`Cluster::stop`] or [`Cluster::stop_immediate`], and waits
    /// until it takes connections. Does nothing when it runs.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotStarted`] with the end of the server's log, [`crate::Error::NotReady`] after 60 s.
    pub fn start_again(&self) -> Result<()> {
        let answers = || self.psql(ADMIN_DATABASE, "select 1").is_ok();
        self.server.launch(&self.superuser_password, answers)
    }

    /// Stops the server in order (fast mode): open transactions are rolled back, everything
    /// committed is written to the data files. Returns when its last process is gone; does nothing
    /// when it does not run.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotStopped`] after 60 s.
    pub fn stop(&self) -> Result<()> {
        self.server.stop(Shutdown::Fast)
    }

    /// Stops the server at once, as a crash would: the next start recovers from the log.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NotStopped`] after 60 s.
    pub fn stop_immediate(&self) -> Result<()> {
        self.server.stop(Shutdown::Immediate)
    }

    /// The state directory, absolute.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.server.layout.root()
    }

    /// URL of a database for the superuser: for administration and tests, never for a service.
    #[must_use]
    pub fn superuser_url(&self, database: &str) -> String {
        self.url(SUPERUSER, &self.superuser_password, database)
    }

    /// Runs SQL as the superuser and returns what it prints: rows on lines, columns divided by
    /// `|`, no headings. Stops at the first statement that fails; each statement is its own
    /// transaction unless `sql` says otherwise.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Command`] with psql's message.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String> {
        self.client(SUPERUSER, &self.superuser_password)
            .run(database, sql)
    }

    /// A program of the server's installation, such as `pgbench`.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.server.installation.program(name)
    }

    pub(crate) fn client<'a>(&'a self, role: &'a str, password: &'a str) -> Psql<'a> {
        Psql {
            program: self.server.installation.program("psql"),
            sockets: self.server.layout.sockets(),
            role,
            password,
        }
    }

    /// The form that both sqlx 0.9 and libpq read: the socket's directory as percent-encoded host.
    /// Roles, passwords and databases of this crate need no encoding. The port is written out
    /// because both would otherwise take it from `PGPORT`.
    pub(crate) fn url(&self, role: &str, password: &str, database: &str) -> String {
        let sockets = layout::percent_encoded(&self.server.layout.sockets());
        format!(
            "postgres://{role}:{password}@{sockets}:{}/{database}",
            layout::PORT
        )
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("directory", &self.directory())
            .field("temporary", &self.watchdog.is_some())
            .finish_non_exhaustive()
    }
}

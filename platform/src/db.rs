//! The only sessions (`platform/sessions`) and the only `begin` of a service's database, and how long its
//! work may take there.
//!
//! A connection is not pinged before it is lent: a read is one round trip. One that broke meanwhile
//! answers its caller DATABASE_UNAVAILABLE once and is not lent again. So does a session in which the
//! database takes no writes any more, because its server was demoted: it would go on answering reads.

use std::sync::Arc;
use std::time::Duration;

use error::{Error, Result, STATEMENT_MAX, refused};
use proto::reason;
use sessions::{Lent, Plans, Sessions, Transaction};
use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;

use crate::limits::{IDLE_IN_TRANSACTION_MAX, LISTENER_CHECKED_EVERY, LOCK_MAX};
use crate::service::Nouns;
use crate::tx::{Stamp, Tx};

/// Connections of one service.
pub const CONNECTIONS_MAX: u32 = 16;
/// How long a call waits for a connection before it is told that there is none. Those that wait are few
/// (`room.rs`), so a database that answers lends one long before.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A service's database.
#[derive(Clone, Debug)]
pub struct Db {
    sessions: Arc<Sessions>,
    pub(crate) nouns: &'static Nouns,
}

impl AsRef<Self> for Db {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Db {
    /// A pool that connects when it is first used, as the app role. PostgreSQL bounds what its
    /// connections do, whatever the role or the server allow.
    pub fn new(options: PgConnectOptions, nouns: &'static Nouns) -> Self {
        let options = bounded(options).application_name(nouns.service);
        let sessions = Sessions::new(options, CONNECTIONS_MAX, ACQUIRE_TIMEOUT);
        Self {
            sessions: Arc::new(sessions),
            nouns,
        }
    }

    /// What the platform knows of the service.
    pub fn nouns(&self) -> &'static Nouns {
        self.nouns
    }

    /// A connection for one read.
    pub async fn read(&self) -> Result<Lent> {
        self.lend().await
    }

    /// Lends a connection for statements that write what is no resource, such as how far a feed is
    /// followed: they leave no entry, and no transaction that could be dropped.
    pub async fn write<T>(
        &self,
        statements: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        let mut session = self.lend().await?;
        let done = statements(&mut session).await;
        if done.as_ref().is_err_and(Error::is_read_only) {
            session.end_on_drop();
        }
        done
    }

    /// A session, as soon as there is one.
    pub(crate) async fn lend(&self) -> Result<Lent> {
        let lent = self.sessions.lend().await;
        lent.map_err(|error| self.lending_failed(error))
    }

    /// Takes back the session of a read that has come to its end, and lends it to the next one as it is.
    pub fn give_back(&self, lent: Lent) {
        self.sessions.give_back(lent);
    }

    /// Begins a transaction in a session that was lent. Runs in the task of [`crate::rpc`] or of an act,
    /// never in a caller's future: what was begun ends.
    pub(crate) async fn begin(&self, session: Lent, plans: Plans, stamp: Stamp) -> Result<Tx> {
        let inner = Transaction::begin(session, plans).await?;
        Ok(Tx {
            inner,
            nouns: self.nouns,
            stamp,
            late_rule: None,
            cases: Vec::new(),
            registered: None,
            recorded: None,
        })
    }

    /// Whether the database answers and takes writes: a demoted primary still answers reads. The
    /// session that says so is ended.
    pub async fn can_write(&self) -> bool {
        let Ok(mut session) = self.lend().await else {
            return false;
        };
        let asked = sqlx::query_scalar!(
            r#"select current_setting('transaction_read_only') = 'off' as "writes!""#
        );
        let answer = asked.fetch_one(&mut *session).await;
        if let Ok(false) = answer {
            session.end_on_drop();
        }
        answer.unwrap_or(false)
    }

    /// Ends every connection; calls in flight end first.
    pub async fn close(&self) {
        self.sessions.close().await;
    }

    /// A pool with room that lends nothing in time has no database behind it.
    fn lending_failed(&self, error: sqlx::Error) -> Error {
        match error {
            sqlx::Error::PoolTimedOut if self.sessions.count() < CONNECTIONS_MAX => {
                refused(reason::DatabaseUnavailable)
            }
            other => Error::Database(other),
        }
    }
}

/// The same options with our limits, but for those that the URL itself sets (`?options=-c …`).
fn bounded(options: PgConnectOptions) -> PgConnectOptions {
    let given = options.get_options().unwrap_or_default().to_owned();
    let limits = [
        ("lock_timeout", LOCK_MAX),
        ("statement_timeout", STATEMENT_MAX),
        (
            "idle_in_transaction_session_timeout",
            IDLE_IN_TRANSACTION_MAX,
        ),
        ("client_connection_check_interval", LISTENER_CHECKED_EVERY),
    ];
    let ours = limits
        .into_iter()
        .filter(|(name, _)| !given.contains(name))
        .map(|(name, limit)| (name, limit.as_millis()));
    options.options(ours)
}

/// Reads a message's bytes back.
pub(crate) fn decode<R: prost::Message + prost::Name + Default>(bytes: &[u8]) -> Result<R> {
    R::decode(bytes).map_err(|error| {
        Error::Bug(format!(
            "the journal holds an unreadable {}: {error}",
            R::full_name()
        ))
    })
}

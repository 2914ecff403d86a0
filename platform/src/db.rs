//! The only pool and the only `begin` of a service's database, and how long its work may take there.
//!
//! A connection is not pinged before it is lent: a read is one round trip. One that broke meanwhile
//! answers its caller DATABASE_UNAVAILABLE once and is not lent again.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use proto::common::v1::ErrorReason;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use crate::error::{Error, Result, refused};
use crate::once::Stamp;
use crate::record::{Measure, Recorded};
use crate::{Ctx, Principal};

/// Connections of one service.
pub const CONNECTIONS_MAX: u32 = 16;
/// How long a call waits for a connection before it is told that there is none.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a statement waits for a lock, before its caller is told BUSY.
const LOCK_MAX: Duration = Duration::from_secs(2);
/// How long a statement may take, before its caller is told DEADLINE_PASSED.
pub(crate) const STATEMENT_MAX: Duration = Duration::from_secs(15);
/// How long a transaction may lie idle, before PostgreSQL ends its connection. It is less than the
/// age of a past instant that may be read.
const IDLE_IN_TRANSACTION_MAX: Duration = Duration::from_secs(25);

/// Of whom, of which message, of which bytes: the bytes as they may be seen.
pub type View = fn(&Principal, &str, Vec<u8>) -> Result<Vec<u8>, prost::DecodeError>;

/// What the platform knows of a service's nouns.
#[derive(Debug)]
pub struct Nouns {
    /// Service name, such as `grants`.
    pub service: &'static str,
    /// What a principal sees of a resource, given its message name and its bytes as the journal
    /// holds them. Every answer is made by it: first, repeated, Get, read_time and audit.
    pub view: View,
    /// What the service counts.
    pub measures: &'static [Measure],
    /// What the service does by itself, as the journal names it, such as `governance.cutoff.close`.
    pub acts: &'static [&'static str],
}

impl Nouns {
    /// The workload that acts when nobody asked, as the journal names it.
    pub fn workload(&self) -> String {
        format!("workloads/{}", self.service)
    }
}

/// A service's database.
#[derive(Clone, Debug)]
pub struct Db {
    pool: PgPool,
    pub(crate) nouns: &'static Nouns,
}

impl Db {
    /// A pool that connects when it is first used, as the app role. PostgreSQL bounds what its
    /// connections do, whatever the role or the server allow.
    pub fn new(options: PgConnectOptions, nouns: &'static Nouns) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_lazy_with(bounded(options).application_name(nouns.service));
        Self { pool, nouns }
    }

    /// A connection for one read.
    pub async fn read(&self) -> Result<PoolConnection<Postgres>> {
        self.lend().await
    }

    /// A connection for one statement that writes what is no resource, such as how far a feed is
    /// followed: it leaves no entry, and no transaction that could be dropped.
    pub async fn write(&self) -> Result<PoolConnection<Postgres>> {
        self.lend().await
    }

    async fn lend(&self) -> Result<PoolConnection<Postgres>> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that lends connections"
        )]
        self.pool
            .acquire()
            .await
            .map_err(|error| self.lending_failed(error))
    }

    /// Begins a transaction. Runs in the task of [`crate::rpc`] or of an act, never in a caller's
    /// future: a dropped `begin` leaves an open transaction in the pool.
    pub(crate) async fn begin(&self, stamp: Stamp) -> Result<Tx> {
        #[expect(clippy::disallowed_methods, reason = "the one place that begins")]
        let inner = self
            .pool
            .begin()
            .await
            .map_err(|error| self.lending_failed(error))?;
        Ok(Tx {
            inner,
            nouns: self.nouns,
            stamp,
            late_rule: None,
            case: None,
            registered: None,
            recorded: None,
        })
    }

    /// What the caller sees of a resource.
    pub(crate) fn view<R: proto::Resource>(&self, principal: &Principal, after: &R) -> Result<R> {
        self.view_bytes(principal, &R::full_name(), after.encode_to_vec())
            .and_then(|it| decode(&it))
    }

    pub(crate) fn view_bytes(
        &self,
        principal: &Principal,
        kind: &str,
        after: Vec<u8>,
    ) -> Result<Vec<u8>> {
        (self.nouns.view)(principal, kind, after)
            .map_err(|error| Error::Bug(format!("the journal holds an unreadable {kind}: {error}")))
    }

    /// What the callers of a list see of its rows.
    pub fn view_all<R: proto::Resource>(
        &self,
        ctx: &Ctx,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Vec<R>> {
        rows.into_iter()
            .map(|row| self.view(&ctx.principal, &row))
            .collect()
    }

    /// Whether the database answers and takes writes: a demoted primary still answers reads.
    pub async fn can_write(&self) -> bool {
        let Ok(mut connection) = self.read().await else {
            return false;
        };
        let answer = sqlx::query_scalar!(
            r#"select current_setting('transaction_read_only') = 'off' as "writes!""#
        );
        matches!(answer.fetch_one(&mut *connection).await, Ok(true))
    }

    /// Ends every connection; calls in flight end first.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A pool with room that lends nothing in time has no database behind it.
    fn lending_failed(&self, error: sqlx::Error) -> Error {
        match error {
            sqlx::Error::PoolTimedOut if self.pool.size() < CONNECTIONS_MAX => {
                refused(ErrorReason::DatabaseUnavailable).into()
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
    ];
    let ours = limits
        .into_iter()
        .filter(|(name, _)| !given.contains(name))
        .map(|(name, limit)| (name, limit.as_millis()));
    options.options(ours)
}

/// Reads a resource's bytes back.
pub(crate) fn decode<R: proto::Resource>(bytes: &[u8]) -> Result<R> {
    R::decode(bytes).map_err(|error| {
        Error::Bug(format!(
            "the journal holds an unreadable {}: {error}",
            R::full_name()
        ))
    })
}

/// The transaction of one write. Store functions take it as a `&mut PgConnection`.
#[derive(Debug)]
pub struct Tx {
    pub(crate) inner: Transaction<'static, Postgres>,
    pub(crate) nouns: &'static Nouns,
    pub(crate) stamp: Stamp,
    pub(crate) late_rule: Option<LateRule>,
    pub(crate) case: Option<String>,
    pub(crate) registered: Option<Registered>,
    pub(crate) recorded: Option<Recorded>,
}

/// How many days a registration may lag, by the rule in force.
#[derive(Clone, Debug)]
pub(crate) struct LateRule {
    pub(crate) days: i64,
    pub(crate) edition: String,
}

/// The day that a step counts for, judged by the rule.
#[derive(Clone, Debug)]
pub(crate) struct Registered {
    pub(crate) on: chrono::NaiveDate,
    /// Reason and rule, when it was registered late.
    pub(crate) late: Option<(String, String)>,
}

impl Deref for Tx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

//! The transaction of one write: what it is in, and what it has come to.

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, NaiveDate, Utc};
use proto::access::v1::Duty;
use sessions::Transaction;
use sqlx::PgConnection;
use tokio::time::Instant;

use crate::service::Nouns;

/// The transaction of one write. Store functions take it as a `&mut PgConnection`.
#[derive(Debug)]
pub struct Tx {
    pub(crate) inner: Transaction,
    pub(crate) nouns: &'static Nouns,
    pub(crate) stamp: Stamp,
    pub(crate) late_rule: Option<LateRule>,
    pub(crate) cases: Vec<String>,
    pub(crate) registered: Option<Registered>,
    pub(crate) recorded: Option<Trace>,
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
    pub(crate) on: NaiveDate,
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

/// Who does a write, and how the journal names it.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    pub(crate) method: String,
    pub(crate) duty: Duty,
    pub(crate) actor: String,
    pub(crate) issuer: String,
    pub(crate) acting_for: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) trace_id: String,
    /// The instant that the write is judged at.
    pub(crate) now: DateTime<Utc>,
    /// The resource whose personal part the request replaces; others are laid over.
    pub(crate) whole: Option<String>,
}

/// What `once` checks before it commits.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) subject: String,
    pub(crate) at: Instant,
}

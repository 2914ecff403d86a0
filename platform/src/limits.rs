//! How long work in the database may take, and what these limits owe one another.

use std::time::Duration;

/// How long a statement waits for a lock, before its caller is told BUSY.
pub(crate) const LOCK_MAX: Duration = Duration::from_secs(2);
/// How long a transaction may lie idle, before PostgreSQL ends its connection.
pub(crate) const IDLE_IN_TRANSACTION_MAX: Duration = Duration::from_secs(25);
/// How often PostgreSQL looks whether somebody still waits for a statement, and ends it where nobody does.
pub(crate) const LISTENER_CHECKED_EVERY: Duration = Duration::from_secs(1);
/// Between the record statement, whose time stamp the entry has, and COMMIT.
pub(crate) const RECORD_TO_COMMIT_MAX: Duration = Duration::from_secs(20);
/// A COMMIT that takes longer is logged as an alarm: an answer at a past instant may have missed it.
pub(crate) const COMMIT_ALARM_AFTER: Duration = Duration::from_secs(8);
/// How far back a read at a past instant must lie: a write recorded before it has committed by then.
pub const READ_TIME_AGE_SECONDS_MIN: i64 = 30;

const _: () = assert!(
    RECORD_TO_COMMIT_MAX.as_secs() + COMMIT_ALARM_AFTER.as_secs()
        < READ_TIME_AGE_SECONDS_MIN as u64,
    "a read at a past instant is final"
);
const _: () = assert!(
    IDLE_IN_TRANSACTION_MAX.as_secs() < READ_TIME_AGE_SECONDS_MIN as u64,
    "a transaction that lies idle is gone before its instant may be read"
);

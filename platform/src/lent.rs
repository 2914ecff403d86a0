//! A session of the pool that is lent for a read, which may be dropped at any point.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres};
use tokio::time::timeout;

use crate::limits::LEFTOVER_MAX;

/// A session for a read. A read that is stopped half-way leaves a statement in it, whose rest is waited for
/// before the session is lent again: sqlx asks for an answer behind it. One that takes long ends with its
/// session, and PostgreSQL sees that nobody waits for it any more.
#[derive(Debug)]
pub struct Lent(PoolConnection<Postgres>);

impl Lent {
    pub(crate) fn new(session: PoolConnection<Postgres>) -> Self {
        Self(session)
    }

    /// Gives it back, and returns once it may be lent again.
    pub async fn returned(mut self) {
        self.0.return_to_pool().await;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let returned = timeout(LEFTOVER_MAX, self.0.return_to_pool());
        #[expect(
            clippy::disallowed_methods,
            reason = "as sqlx does; the end of the pool waits for it"
        )]
        tokio::spawn(returned);
    }
}

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

//! A transaction that ends its session with it where it cannot be ended in order.

use std::ops::{Deref, DerefMut};

use sqlx::{Executor, PgConnection};

use crate::Lent;

/// A transaction in a session of the pool. One that is dropped, or cannot be ended, ends its session
/// with it; sqlx would lend that again, with what it left.
#[derive(Debug)]
pub struct Transaction {
    session: Lent,
    is_open: bool,
}

/// How PostgreSQL plans the statements of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plans {
    /// Each for what it asks, as often as PostgreSQL finds that worth its time.
    AsAsked,
    /// Once per session, whatever they ask: for those that find few rows by their names, and take less time
    /// than their plans do.
    Kept,
}

impl Transaction {
    /// Begins one in this session.
    pub async fn begin(session: Lent, plans: Plans) -> sqlx::Result<Self> {
        let is_open = true;
        let mut transaction = Self { session, is_open };
        let begin = match plans {
            Plans::AsAsked => "BEGIN",
            Plans::Kept => "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan",
        };
        transaction.session.execute(begin).await?;
        Ok(transaction)
    }

    /// Ends it with what it did.
    pub async fn commit(mut self) -> sqlx::Result<()> {
        self.session.execute("COMMIT").await?;
        self.is_open = false;
        Ok(())
    }

    /// Ends it with nothing done.
    pub async fn roll_back(mut self) -> sqlx::Result<()> {
        self.session.execute("ROLLBACK").await?;
        self.is_open = false;
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if self.is_open {
            self.session.end_on_drop();
        }
    }
}

impl Deref for Transaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.session
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.session
    }
}

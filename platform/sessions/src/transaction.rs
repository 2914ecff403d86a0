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

impl Transaction {
    /// Begins one in this session.
    pub async fn begin(session: Lent) -> sqlx::Result<Self> {
        let is_open = true;
        let mut transaction = Self { session, is_open };
        transaction.session.execute("BEGIN").await?;
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

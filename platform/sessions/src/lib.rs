//! The sessions of a database and how they are lent. sqlx's pool opens and ends them, and asks PostgreSQL
//! for an answer behind each use. A read that has come to its end needs no such question, which costs as
//! much as the read: it leaves its session to the next one as it is, and sqlx sees it once in a while.

mod transaction;

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool, Postgres};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

pub use transaction::{Plans, Transaction};

/// How long the rest of a statement is waited for that nobody wants the answer of, before its session is
/// ended. Most end sooner, and a new session costs PostgreSQL more than they do.
const LEFTOVER_MAX: Duration = Duration::from_secs(1);
/// How long a session is lent again before sqlx looks at it, and at how old it is.
const SEEN_EVERY: Duration = Duration::from_secs(60);

/// The sessions, so many at a time.
#[derive(Debug)]
pub struct Sessions {
    pool: PgPool,
    wait_max: Duration,
    /// A turn for each session of the pool, so that whoever has one is lent a session at once.
    turns: Arc<Semaphore>,
    /// Those that were given back at rest, the last one first.
    at_rest: Mutex<Vec<Lent>>,
}

/// A session that is lent. One that is dropped goes by way of sqlx, which waits for what a read that was
/// stopped half-way has left in it. What takes long ends with its session, and PostgreSQL sees that nobody
/// waits for it any more.
#[derive(Debug)]
pub struct Lent {
    session: PoolConnection<Postgres>,
    taken: Instant,
    turn: Option<OwnedSemaphorePermit>,
    is_useless: bool,
}

impl Sessions {
    /// So many at the most, which connect when they are first used. Who waits for one longer than
    /// `wait_max` is told so.
    pub fn new(options: PgConnectOptions, count: u32, wait_max: Duration) -> Self {
        let pool = PgPoolOptions::new()
            .max_connections(count)
            .acquire_timeout(wait_max)
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Self {
            pool,
            wait_max,
            turns: Arc::new(Semaphore::new(count as usize)),
            at_rest: Mutex::default(),
        }
    }

    /// Lends one, as soon as there is one.
    pub async fn lend(&self) -> sqlx::Result<Lent> {
        let lent = timeout(self.wait_max, self.next()).await;
        lent.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    async fn next(&self) -> sqlx::Result<Lent> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = Some(turn.map_err(|_| sqlx::Error::PoolClosed)?);
        let rested = self.at_rest().pop();
        if let Some(mut lent) = rested.filter(|it| it.taken.elapsed() < SEEN_EVERY) {
            lent.turn = turn;
            return Ok(lent);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that lends connections"
        )]
        let opened = self.pool.acquire();
        // Seldom needed, and large: who reads has not to carry it.
        let session = Box::pin(opened).await?;
        Ok(Lent {
            session,
            taken: Instant::now(),
            turn,
            is_useless: false,
        })
    }

    /// Takes one back in which nothing is under way: every answer has been read to its end.
    pub fn give_back(&self, mut lent: Lent) {
        let turn = lent.turn.take();
        let mut at_rest = self.at_rest();
        if !self.pool.is_closed() {
            at_rest.push(lent);
        }
        drop(at_rest);
        drop(turn);
    }

    /// Ends all of them; those that are lent end first.
    pub async fn close(&self) {
        // From here on nothing is put to rest.
        let closed = self.pool.close();
        self.at_rest().clear();
        closed.await;
    }

    /// How many there are at present, whoever has them.
    pub fn count(&self) -> u32 {
        self.pool.size()
    }

    fn at_rest(&self) -> std::sync::MutexGuard<'_, Vec<Lent>> {
        self.at_rest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    /// It ends when it is dropped, and is not lent again.
    pub fn end_on_drop(&mut self) {
        self.is_useless = true;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if self.is_useless {
            self.session.close_on_drop();
            return;
        }
        let returned = timeout(LEFTOVER_MAX, self.session.return_to_pool());
        let turn = self.turn.take();
        #[expect(
            clippy::disallowed_methods,
            reason = "as sqlx does; the end of the pool waits for it"
        )]
        tokio::spawn(async move {
            let _ = returned.await;
            drop(turn);
        });
    }
}

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.session
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.session
    }
}

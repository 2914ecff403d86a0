//! A service's look at its database: whether this release can serve it, which is found out once, and
//! whether it answers, which health says.

use std::time::Duration;

use platform::{Db, in_one_line, misfit};
use tokio::time::{interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::Health;

/// How often the database is asked whether it answers, and how long it may take.
const INTERVAL: Duration = Duration::from_secs(2);

/// Looks at the database of one service.
#[derive(Debug)]
pub struct Watch {
    db: Db,
    /// The schema was seen, and this release can serve it.
    fits: bool,
}

impl Watch {
    /// Of this database.
    pub fn new(db: Db) -> Self {
        Self { db, fits: false }
    }

    /// Whether the database answers and takes writes; or why this release cannot serve it.
    pub(crate) async fn look(&mut self) -> Result<bool, String> {
        timeout(INTERVAL, self.ask()).await.unwrap_or(Ok(false))
    }

    async fn ask(&mut self) -> Result<bool, String> {
        if !self.fits {
            match misfit(&self.db).await {
                Ok(None) => self.fits = true,
                Ok(Some(why)) => return Err(why),
                Err(error) => {
                    tracing::warn!(error = in_one_line(&error), "the schema was not seen yet");
                    return Ok(false);
                }
            }
        }
        Ok(self.db.can_write().await)
    }

    /// Tells health what it sees, and the log when it changes, until `stop`. A database that came late
    /// and cannot be served stops the service.
    pub async fn tell(mut self, health: Health, stop: CancellationToken) -> Result<(), String> {
        let mut ticks = interval(INTERVAL);
        let mut answered = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = ticks.tick() => (),
            }
            let answers = self.look().await.inspect_err(|_| stop.cancel())?;
            if !stop.is_cancelled() {
                if answered.replace(answers) != Some(answers) {
                    note(answers);
                }
                health.set_database(answers);
            }
        }
    }
}

/// How the database is, when that has changed.
fn note(answers: bool) {
    match answers {
        true => tracing::info!("the database answers and takes writes"),
        false => tracing::error!("the database does not answer, or takes no writes"),
    }
}

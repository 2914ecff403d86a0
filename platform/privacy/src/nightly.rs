//! The run of each night, which the service does by itself.

use chrono::{DateTime, Utc};
use platform::{Act, Clock, Db, Error, Result, act, in_one_line};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::retention::{RunName, night, rest};
use crate::{runs, store};

/// The run's name in the journal.
const RUN: &str = "platform.retention.run";

/// Does the run of each night, until the process shall end; one that was missed at the next start.
pub async fn keep_nightly(db: Db, clock: Clock, stop: CancellationToken) {
    loop {
        if let Err(error) = run_of_night(&db, clock.now()).await {
            let error = in_one_line(&error);
            tracing::warn!(
                error,
                "the night's run of retention failed, and is tried again"
            );
        }
        let has_ended = timeout(rest(clock.now()), stop.cancelled()).await.is_ok();
        if has_ended {
            return;
        }
    }
}

/// Does the run of the last night, unless it was done or the installation is too young.
async fn run_of_night(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let mut connection = db.read().await?;
    let since = store::runs::since(&mut connection).await?;
    let Some(night) = since.and_then(|it| night(now, it)) else {
        return Ok(());
    };
    let name = RunName::new("", &night.to_string())
        .map_err(|wrong| Error::Bug(format!("{night} names no run: {wrong:?}")))?;
    let is_done = store::runs::is_there(&mut connection, &name).await?;
    db.give_back(connection);
    if is_done {
        return Ok(());
    }
    let method = Act { method: RUN, now };
    act(db, method, async |tx| {
        runs::run(tx, db.nouns(), &name, night).await
    })
    .await?;
    Ok(())
}

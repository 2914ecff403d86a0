//! What closes a cut-off: when every follower stands at its mark with the same facts, the figures of
//! all indicators are computed, and those of the edition before compared; one transaction writes them. Until
//! then, and when that fails, what is new is noted on the cut-off, which everyone can read; one that
//! cannot close keeps no other from it.

use std::time::Duration;

use platform::{Error, Result, Tx, act};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::acts::computing::{Grounds, compute};
use crate::acts::listed::{CLOSE, NOTE, by_itself};
use crate::domain::Cutoff;
use crate::domain::cutoff::{Mark, Next, Progress, Standing, State, next};
use crate::domain::source::Stop;
use crate::{App, store, wire};

/// How often closing cut-offs are judged when nobody says that something has changed.
const JUDGE_INTERVAL: Duration = Duration::from_secs(1);

/// Judges closing cut-offs whenever followers have read something, until the process shall end.
pub(super) async fn keep_closing(app: App, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(JUDGE_INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = app.sources.progressed() => (),
            _ = ticks.tick() => (),
        }
        if let Err(error) = judge_all(&app).await {
            tracing::warn!(?error, "cut-offs cannot be judged now");
        }
    }
}

async fn judge_all(app: &App) -> Result<()> {
    let closing = store::cutoffs::closing(&mut *app.db.read().await?).await?;
    for cutoff in closing {
        let failed = match judge(app, &cutoff).await {
            Err(error) if !error.is_passing() => note(app, &cutoff, Some(&error)).await,
            other => other,
        };
        if let Err(error) = failed {
            tracing::warn!(cutoff = %cutoff.name, ?error, "a cut-off cannot be judged now");
        }
    }
    Ok(())
}

async fn judge(app: &App, cutoff: &Cutoff) -> Result<()> {
    let standing = store::cutoffs::standing(&mut *app.db.read().await?, &cutoff.name).await?;
    match next(&standing) {
        Next::Wait => Ok(()),
        Next::Note => note(app, cutoff, None).await,
        Next::Close => close(app, cutoff).await,
    }
}

/// Notes how far followers have come and what failed, when either is new, and logs it then.
async fn note(app: &App, cutoff: &Cutoff, failure: Option<&Error>) -> Result<()> {
    let error = failure.map(describe).unwrap_or_default();
    let method = by_itself(app, NOTE);
    let noted = act(&app.db, method, async |tx| {
        let Some((cutoff, standing)) = enter(tx, cutoff).await? else {
            return Ok(None);
        };
        if next(&standing) != Next::Note && cutoff.error == error {
            return Ok(None);
        }
        let marks: Vec<_> = standing.into_iter().map(Standing::judged).collect();
        let noted = store::cutoffs::save(tx, &cutoff.go_on(error)?).await?;
        store::cutoffs::save_progress(tx, &noted.name, &marks).await?;
        record(tx, noted, marks).await
    })
    .await?;
    let Some(marks) = noted else { return Ok(()) };
    for it in marks.iter().filter(|it| it.progress == Progress::Mismatch) {
        tracing::error!(cutoff = %cutoff.name, source = %it.source, number = it.number,
            "the follower has other facts than the source said");
    }
    if let Some(error) = failure {
        tracing::error!(cutoff = %cutoff.name, ?error, "the cut-off cannot close");
    }
    Ok(())
}

/// What readers of the cut-off are told of a failure: the cause of one that is no refusal is for the
/// log.
fn describe(error: &Error) -> String {
    match error {
        Error::Refused(it) => Stop::from(it).to_string(),
        other => other.to_string(),
    }
}

/// CLOSING → CLOSED, with its figures. One whose grounds were changed while it was computed is judged
/// again.
async fn close(app: &App, cutoff: &Cutoff) -> Result<()> {
    let computed = compute(app, cutoff).await?;
    let method = by_itself(app, CLOSE);
    act(&app.db, method, async |tx| {
        let Some((cutoff, standing)) = enter(tx, cutoff).await? else {
            return Ok(None);
        };
        let grounds = Grounds::read(tx, &cutoff).await?;
        if next(&standing) != Next::Close || grounds != computed.grounds {
            return Ok(None);
        }
        let name = &cutoff.name;
        store::measures::bind(tx, name, &grounds.editions).await?;
        store::figures::add(tx, &computed.figures).await?;
        store::restatements::add(tx, name, &computed.restatements).await?;
        let marks: Vec<_> = standing.into_iter().map(Standing::judged).collect();
        let closed = store::cutoffs::save(tx, &cutoff.close(computed.evidence)?).await?;
        store::cutoffs::save_progress(tx, &closed.name, &marks).await?;
        record(tx, closed, marks).await
    })
    .await?;
    Ok(())
}

/// Holds the accounts of a cut-off's year and locks the cut-off; none when it has ended meanwhile.
async fn enter(tx: &mut Tx, unlocked: &Cutoff) -> Result<Option<(Cutoff, Vec<Standing>)>> {
    store::account_years::hold(tx, unlocked.year()).await?;
    let cutoff = store::cutoffs::lock(tx, &unlocked.name).await?;
    if cutoff.state != State::Closing {
        return Ok(None);
    }
    let standing = store::cutoffs::standing(tx, &cutoff.name).await?;
    Ok(Some((cutoff, standing)))
}

async fn record(tx: &mut Tx, cutoff: Cutoff, marks: Vec<Mark>) -> Result<Option<Vec<Mark>>> {
    let resource = wire::cutoff::to_wire(cutoff.clone(), marks.clone());
    tx.record(cutoff.version, resource, &[]).await?;
    Ok(Some(marks))
}

//! Sources as their followers write them: registered, and stopped at what cannot be taken.

use platform::{Result, act};
use proto::governance::v1 as pb;

use crate::acts::listed::{REGISTER, STOP, by_itself};
use crate::domain::source::Stop;
use crate::domain::{Source, SourceName};
use crate::feeds::Failure;
use crate::{App, store};

/// Characters of a passing failure that are kept.
const ERROR_LENGTH_MAX: usize = 500;

/// The source of this name; its first follower registers it.
pub(super) async fn registered(app: &App, name: &SourceName) -> Result<Source> {
    if let Some(source) = store::sources::find(&mut *app.db.read().await?, name).await? {
        return Ok(source);
    }
    let source = Source::new(name);
    let method = by_itself(app, REGISTER);
    act(&app.db, method, async |tx| {
        if !store::sources::add(tx, &source).await? {
            return Ok(None);
        }
        tx.record::<pb::Source>(source.version, source.clone().into(), &[])
            .await?;
        Ok(Some(()))
    })
    .await?;
    Ok(source)
}

/// Notes why a page was not taken: a failure that passes beside the source, one that stops it in the
/// journal too. It is logged when it is new.
pub(super) async fn note_failure(app: &App, name: &SourceName, failure: Failure) -> Result<()> {
    match failure {
        Failure::Passing { text, cause } => {
            let text: String = text.chars().take(ERROR_LENGTH_MAX).collect();
            let note = async |db: &mut _| store::sources::note_error(db, name, &text).await;
            if app.db.write(note).await? {
                tracing::warn!(
                    source = %name,
                    text,
                    cause,
                    "the source cannot be followed now"
                );
            }
            Ok(())
        }
        Failure::Stopping(why) => stop(app, name, &why).await,
    }
}

async fn stop(app: &App, name: &SourceName, why: &Stop) -> Result<()> {
    let method = by_itself(app, STOP);
    let stopped = act(&app.db, method, async |tx| {
        let source = store::sources::lock(tx, name).await?;
        if source.is_stopped() {
            return Ok(None);
        }
        let stopped = store::sources::save(tx, &source.stop(why)).await?;
        tx.record::<pb::Source>(stopped.version, stopped.into(), &[])
            .await?;
        Ok(Some(()))
    })
    .await?;
    if stopped.is_some() {
        tracing::error!(source = %name, why = %why, "the follower has stopped");
    }
    Ok(())
}

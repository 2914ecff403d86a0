//! What closes a cut-off: when every follower stands at its mark with the same facts, the figures of
//! all indicators are computed, and those of the edition before compared. One transaction, which any
//! of the followers may run.

use platform::{Act, Result, Tx, act};

use crate::domain::cutoff::{Mark, Progress, State};
use crate::domain::figure::is_restated;
use crate::domain::formula::{Measure, evaluate, terms};
use crate::domain::{Cutoff, CutoffName, Figure, Indicator};
use crate::handlers::SELF;
use crate::store::figures::{Question, Restatement};
use crate::{App, store, wire};

/// Closes every closing cut-off whose marks are reached.
pub(crate) async fn close_reached(app: &App) -> Result<()> {
    let closing = store::cutoffs::closing(&mut *app.db.read().await?).await?;
    for name in closing {
        let method = Act {
            method: "governance.cutoff.close",
            actor: SELF,
            now: app.clock.now(),
        };
        act(&app.db, method, async |tx| {
            close_if_reached(tx, &name).await
        })
        .await?;
    }
    Ok(())
}

async fn close_if_reached(tx: &mut Tx, name: &CutoffName) -> Result<Option<()>> {
    let cutoff = store::cutoffs::lock(tx, name).await?;
    if cutoff.state != State::Closing {
        return Ok(None);
    }
    let progress = progress(tx, name).await?;
    if !progress.iter().all(|(_, it)| *it == Progress::Reached) {
        return Ok(None);
    }
    let closed = cutoff.close()?;
    compute(tx, &closed).await?;
    store::cutoffs::save(tx, &closed).await?;
    tx.record(closed.version, wire::cutoff::to_wire(closed, progress), &[])
        .await?;
    Ok(Some(()))
}

/// How far each follower has come.
async fn progress(tx: &mut Tx, name: &CutoffName) -> Result<Vec<(Mark, Progress)>> {
    let mut judged = Vec::new();
    for mark in store::cutoffs::marks(tx, name).await? {
        let there = store::facts::digest_at(tx, &mark.source, mark.number).await?;
        let source = store::sources::find(tx, &mark.source).await?;
        let number = source.map_or(0, |it| it.number);
        let progress = mark.progress(number, there.as_deref());
        if progress == Progress::Mismatch {
            tracing::error!(cutoff = %name, source = mark.source, number = mark.number,
                "the follower has other facts than the source said");
        }
        judged.push((mark, progress));
    }
    Ok(judged)
}

/// Computes the figure of every indicator, and what differs from the edition before.
async fn compute(tx: &mut Tx, cutoff: &Cutoff) -> Result<()> {
    let measures = store::measures::all(tx).await?;
    let before = match store::cutoffs::closed_before(tx, cutoff).await? {
        Some(name) => store::figures::list(tx, name.as_str(), "", i64::MAX).await?,
        None => Vec::new(),
    };
    for indicator in store::indicators::all(tx).await? {
        let figure = figure(tx, cutoff, &indicator, &measures).await?;
        store::figures::add(tx, &figure).await?;
        let earlier = before.iter().find(|it| it.indicator == figure.indicator);
        if let Some(earlier) = earlier.filter(|it| is_restated(&it.outcome, &figure.outcome)) {
            let restatement = Restatement {
                name: figure.name.as_str().replace("/figures/", "/restatements/"),
                before_figure: earlier.name.to_string(),
                after_figure: figure.name.to_string(),
            };
            store::figures::add_restatement(tx, &cutoff.name, &restatement).await?;
        }
    }
    Ok(())
}

async fn figure(
    tx: &mut Tx,
    cutoff: &Cutoff,
    indicator: &Indicator,
    measures: &std::collections::BTreeMap<String, Measure>,
) -> Result<Figure> {
    let formula = indicator.formula();
    let terms = terms(&formula, measures)?;
    let period = cutoff.period().unwrap_or(crate::domain::Period::Year(0));
    let question = Question::new(&cutoff.name, period, &terms, &formula.group_by);
    let cells = store::figures::cells(tx, &question).await?;
    Ok(Figure {
        name: indicator.figure_at(&cutoff.name),
        cutoff: cutoff.name.clone(),
        indicator: indicator.name.clone(),
        unit: terms.first().map(|it| it.measure.unit).unwrap_or_default(),
        outcome: evaluate(&formula, &terms, period, &cells),
        digest: store::figures::digest(tx, &question).await?,
    })
}

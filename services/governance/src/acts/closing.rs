//! What closes a cut-off: when every follower stands at its mark with the same facts, the figures of
//! all indicators are computed, and those of the edition before compared, in one transaction. Until
//! then, and when that fails, what is new is noted on the cut-off, which everyone can read; one that
//! cannot close keeps no other from it.

use std::collections::BTreeMap;
use std::time::Duration;

use platform::{Error, Result, Tx, act};
use proto::governance::v1 as pb;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::acts::listed::{CLOSE, NOTE, by_itself};
use crate::domain::cutoff::{
    Mark, Next, Progress, Standing, State, cutoff_digest, figure_digest, next, restatement_digest,
};
use crate::domain::formula::{Measure, evaluate, terms};
use crate::domain::restatement::{Between, is_restated};
use crate::domain::source::Stop;
use crate::domain::{Cutoff, Figure, Indicator, Restatement};
use crate::store::counted_facts::{self, Question};
use crate::store::figures::Shown;
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

/// CLOSING → CLOSED, with its figures.
async fn close(app: &App, cutoff: &Cutoff) -> Result<()> {
    let method = by_itself(app, CLOSE);
    act(&app.db, method, async |tx| {
        let Some((cutoff, standing)) = enter(tx, cutoff).await? else {
            return Ok(None);
        };
        if next(&standing) != Next::Close {
            return Ok(None);
        }
        let marks: Vec<_> = standing.into_iter().map(Standing::judged).collect();
        let evidence = compute(tx, &cutoff, &marks).await?;
        let closed = store::cutoffs::save(tx, &cutoff.close(evidence)?).await?;
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

/// Computes the figure of every indicator, and what differs from the edition before; answers digests of
/// all of it.
async fn compute(tx: &mut Tx, cutoff: &Cutoff, marks: &[Mark]) -> Result<pb::CutoffEvidence> {
    let marks: Vec<_> = marks.iter().cloned().map(Into::into).collect();
    let mut closing = Closing {
        cutoff,
        evidence: pb::CutoffEvidence {
            measures: store::measures::bind(tx, &cutoff.name).await?,
            ..Default::default()
        },
        marks: &marks,
        measures: store::measures::of_cutoff(tx, &cutoff.name).await?,
    };
    let before = match store::cutoffs::closed_before(tx, cutoff).await? {
        Some(name) => store::figures::list(tx, name.as_str(), "", i64::MAX).await?,
        None => Vec::new(),
    };
    for indicator in store::indicators::all(tx).await? {
        let mut earlier = before.iter().map(|it| &it.figure);
        let earlier = earlier.find(|it| it.indicator == indicator.name);
        closing
            .compute_one(tx, &indicator, earlier)
            .await
            .inspect_err(|error| {
                tracing::error!(cutoff = %cutoff.name, indicator = %indicator.name, ?error,
                    "a figure cannot be computed");
            })?;
    }
    Ok(closing.evidence())
}

/// A cut-off whose figures are being computed.
struct Closing<'a> {
    cutoff: &'a Cutoff,
    marks: &'a [pb::SourceMark],
    measures: BTreeMap<String, Measure>,
    evidence: pb::CutoffEvidence,
}

impl Closing<'_> {
    /// Computes one figure, and what it restates of the edition before.
    async fn compute_one(
        &mut self,
        tx: &mut Tx,
        indicator: &Indicator,
        earlier: Option<&Figure>,
    ) -> Result<()> {
        let name = &self.cutoff.name;
        let formula = &indicator.formula.0;
        let terms = terms(formula, &self.measures)?;
        let period = self.cutoff.period();
        let question = Question::new(name, period, &terms, &formula.group_by);
        let cells = counted_facts::cells(tx, &question).await?;
        let figure = Figure {
            name: indicator.figure_at(name),
            cutoff: name.clone(),
            indicator: indicator.name.clone(),
            unit: terms.first().map(|it| it.measure.unit).unwrap_or_default(),
            outcome: evaluate(formula, &terms, period, &cells),
            digest: counted_facts::digest(tx, &question).await?,
        };
        store::figures::add(tx, &figure).await?;
        let restated = earlier.filter(|it| is_restated(&it.outcome, &figure.outcome));
        if let Some(earlier) = restated {
            let between = counted_facts::cells(tx, &question.since(&earlier.cutoff)).await?;
            let restatement = Restatement::of(earlier, &figure, Between::of(&between));
            store::restatements::add(tx, name, &restatement).await?;
            self.keep_restatement(restatement.into());
        }
        self.keep_figure(formula, figure);
        Ok(())
    }

    fn keep_figure(&mut self, formula: &pb::Formula, figure: Figure) {
        let missing = self.marks.iter().filter(|it| it.incomplete);
        let shown = Shown {
            figure,
            incomplete_sources: missing.map(|it| it.source.clone()).collect(),
        };
        let figure = shown.into();
        let digest = figure_digest(self.marks, formula, &self.evidence.measures, &figure);
        let name = figure.name;
        self.evidence.figures.push(pb::NamedDigest { name, digest });
    }

    fn keep_restatement(&mut self, it: pb::Restatement) {
        let digest = restatement_digest(&it);
        let name = it.name;
        self.evidence
            .restatements
            .push(pb::NamedDigest { name, digest });
    }

    fn evidence(mut self) -> pb::CutoffEvidence {
        self.evidence.figures.sort_by(|a, b| a.name.cmp(&b.name));
        self.evidence
            .restatements
            .sort_by(|a, b| a.name.cmp(&b.name));
        let digest = cutoff_digest(self.cutoff.name.as_str(), self.marks, &self.evidence);
        pb::CutoffEvidence {
            digest,
            ..self.evidence
        }
    }
}

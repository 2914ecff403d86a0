//! Computing a cut-off whose marks are reached. Facts up to them never change, so its figures, and what
//! they restate of the edition before, are computed before the transaction that closes it; that one finds
//! the grounds as they were here, or does not close.

use std::collections::{BTreeMap, BTreeSet};

use platform::{Error, Result};
use proto::governance::v1 as pb;
use sqlx::PgConnection;

use crate::domain::cutoff::{Mark, cutoff_digest, figure_digest, restatement_digest};
use crate::domain::formula::{Cell, Term, Window, evaluate, terms};
use crate::domain::measure::Measure;
use crate::domain::restatement::{Between, is_restated};
use crate::domain::tally::{FactSum, Tally, batches, slices};
use crate::domain::{Cutoff, CutoffName, Figure, Indicator, Restatement};
use crate::store::facts::Summed;
use crate::store::figures::Shown;
use crate::{App, store};

/// What figures are computed by, beside facts.
#[derive(Debug, PartialEq)]
pub(super) struct Grounds {
    /// Every indicator, by name.
    indicators: Vec<Indicator>,
    /// The present editions of the measures.
    pub(super) editions: Vec<pb::MeasureEdition>,
    measures: BTreeMap<String, Measure>,
    /// The last closed edition before.
    before: Option<CutoffName>,
}

impl Grounds {
    pub(super) async fn read(db: &mut PgConnection, cutoff: &Cutoff) -> Result<Self> {
        let (editions, measures) = store::measures::present(db).await?;
        Ok(Self {
            indicators: store::indicators::all(db).await?,
            editions,
            measures,
            before: store::cutoffs::closed_before(db, cutoff).await?,
        })
    }
}

/// What a cut-off closes with.
#[derive(Debug)]
pub(super) struct Computed {
    pub(super) grounds: Grounds,
    /// Of every indicator.
    pub(super) figures: Vec<Figure>,
    /// Of those that the edition before has otherwise.
    pub(super) restatements: Vec<Restatement>,
    /// Digests of all of it.
    pub(super) evidence: pb::CutoffEvidence,
}

/// An indicator, read for a cut-off.
struct Asked<'a> {
    indicator: &'a Indicator,
    terms: Vec<Term>,
}

impl Asked<'_> {
    fn dimensions(&self) -> BTreeSet<&str> {
        let filtered = self.terms.iter().flat_map(|it| it.filters.keys());
        let named = self.indicator.formula.0.group_by.iter().chain(filtered);
        named.map(String::as_str).collect()
    }

    fn cells(&self, tally: Tally<'_>) -> Result<Vec<Cell>> {
        let sum_of = &self.indicator.name;
        let cells = tally.cells();
        cells.map_err(|error| Error::Bug(format!("a sum of {sum_of}: {error}")))
    }
}

/// Computes every figure of a cut-off whose marks are reached.
pub(super) async fn compute(app: &App, cutoff: &Cutoff) -> Result<Computed> {
    let mut db = app.db.read().await?;
    let grounds = Grounds::read(&mut db, cutoff).await?;
    let marks = store::cutoffs::marks(&mut db, &cutoff.name).await?;
    let asked = grounds.indicators.iter().map(|indicator| {
        let terms = terms(&indicator.formula.0, &grounds.measures);
        let terms = terms.inspect_err(|refusal| {
            tracing::error!(cutoff = %cutoff.name, indicator = %indicator.name, ?refusal,
                "a figure cannot be computed");
        })?;
        Ok(Asked { indicator, terms })
    });
    let asked: Vec<_> = asked.collect::<Result<_>>()?;
    let tallies = tally(&mut db, cutoff, &[], &marks, &asked).await?;
    let figures = asked.iter().zip(tallies);
    let figures = figures.map(|(it, tally)| Ok(figure(cutoff, it, &it.cells(tally)?)));
    let figures: Vec<_> = figures.collect::<Result<_>>()?;
    let restatements = match &grounds.before {
        Some(before) => restate(&mut db, cutoff, (before, &marks), &asked, &figures).await?,
        None => Vec::new(),
    };
    Ok(Computed {
        evidence: evidence(cutoff, &marks, &grounds, &figures, &restatements),
        figures,
        restatements,
        grounds,
    })
}

fn figure(cutoff: &Cutoff, asked: &Asked<'_>, cells: &[Cell]) -> Figure {
    let formula = &asked.indicator.formula.0;
    Figure {
        name: asked.indicator.figure_at(&cutoff.name),
        cutoff: cutoff.name.clone(),
        indicator: asked.indicator.name.clone(),
        unit: asked
            .terms
            .first()
            .map(|it| it.measure.unit)
            .unwrap_or_default(),
        outcome: evaluate(formula, &asked.terms, cutoff.period(), cells),
        digest: Vec::new(),
    }
}

/// What figures say otherwise than those of the edition before, and what the facts since its marks come
/// to.
async fn restate(
    db: &mut PgConnection,
    cutoff: &Cutoff,
    (before, marks): (&CutoffName, &[Mark]),
    asked: &[Asked<'_>],
    figures: &[Figure],
) -> Result<Vec<Restatement>> {
    let earlier = store::figures::list(db, before.as_str(), "", i64::MAX).await?;
    let earlier: BTreeMap<_, _> = earlier
        .into_iter()
        .map(|it| (it.figure.indicator.clone(), it.figure))
        .collect();
    let restated = |after: &Figure| {
        let before = earlier.get(&after.indicator);
        before.is_some_and(|it| is_restated(&it.outcome, &after.outcome))
    };
    if !figures.iter().any(restated) {
        return Ok(Vec::new());
    }
    let since = store::cutoffs::marks(db, before).await?;
    let tallies = tally(db, cutoff, &since, marks, asked).await?;
    let mut restatements = Vec::new();
    for ((after, it), tally) in figures.iter().zip(asked).zip(tallies) {
        if let Some(before) = earlier.get(&after.indicator).filter(|_| restated(after)) {
            let between = Between::of(&it.cells(tally)?);
            restatements.push(Restatement::of(before, after, between));
        }
    }
    Ok(restatements)
}

/// What every indicator counts of the facts behind earlier marks and up to these.
async fn tally<'a>(
    db: &mut PgConnection,
    cutoff: &Cutoff,
    since: &[Mark],
    marks: &[Mark],
    asked: &'a [Asked<'_>],
) -> Result<Vec<Tally<'a>>> {
    let dimensions: Vec<_> = asked.iter().map(Asked::dimensions).collect();
    let mut all = Vec::new();
    let mut rest = asked;
    for (count, dimensions) in batches(&dimensions) {
        let (batch, others) = rest.split_at(count);
        rest = others;
        let mut tallies: Vec<_> = batch
            .iter()
            .map(|it| Tally::new(&it.terms, &it.indicator.formula.0.group_by, &dimensions))
            .collect();
        let mut add = |facts: &FactSum| tallies.iter_mut().for_each(|it| it.add(facts));
        let windows = windows(cutoff, batch);
        let measures: Vec<_> = windows.keys().map(|it| (*it).to_owned()).collect();
        let first = store::facts::first_day(db, &measures).await?;
        for (mark, after) in grown(marks, since) {
            let source = &mark.source;
            for slice in slices(&windows, first, mark.number - after) {
                let summed = Summed {
                    source,
                    after,
                    up_to: mark.number,
                    slice: &slice,
                    dimensions: &dimensions,
                };
                store::facts::sums(db, &summed, &mut add).await?;
            }
        }
        all.extend(tallies);
    }
    Ok(all)
}

/// The marks that have facts behind earlier ones, and the number that these stand at.
fn grown<'a>(marks: &'a [Mark], since: &'a [Mark]) -> impl Iterator<Item = (&'a Mark, i64)> {
    let marks = marks.iter().map(|mark| {
        let earlier = since.iter().find(|it| it.source == mark.source);
        (mark, earlier.map_or(0, |it| it.number))
    });
    marks.filter(|(mark, after)| mark.number > *after)
}

/// The days whose facts are counted, by measure.
fn windows<'a>(cutoff: &Cutoff, batch: &'a [Asked<'_>]) -> BTreeMap<&'a str, Window> {
    let terms = batch.iter().flat_map(|it| &it.terms);
    let windows = terms.filter_map(|it| {
        let window = it.window(cutoff.period())?;
        Some((it.measure.id.as_str(), window))
    });
    windows.collect()
}

/// Digests of all that a cut-off closes with.
fn evidence(
    cutoff: &Cutoff,
    marks: &[Mark],
    grounds: &Grounds,
    figures: &[Figure],
    restatements: &[Restatement],
) -> pb::CutoffEvidence {
    let missing = marks.iter().filter(|it| it.incomplete);
    let incomplete_sources: Vec<_> = missing.map(|it| it.source.to_string()).collect();
    let marks: Vec<_> = marks.iter().cloned().map(Into::into).collect();
    let figures = grounds
        .indicators
        .iter()
        .zip(figures)
        .map(|(indicator, it)| {
            let shown = Shown {
                figure: it.clone(),
                incomplete_sources: incomplete_sources.clone(),
            };
            let formula = &indicator.formula.0;
            figure_digest(&marks, formula, &grounds.editions, shown.into())
        });
    let restatements = restatements.iter().map(|it| pb::NamedDigest {
        name: it.name.to_string(),
        digest: restatement_digest(&it.clone().into()),
    });
    let mut evidence = pb::CutoffEvidence {
        measures: grounds.editions.clone(),
        figures: figures.collect(),
        restatements: restatements.collect(),
        ..Default::default()
    };
    evidence.figures.sort_by(|a, b| a.name.cmp(&b.name));
    evidence.restatements.sort_by(|a, b| a.name.cmp(&b.name));
    evidence.digest = cutoff_digest(cutoff.name.as_str(), &marks, &evidence);
    evidence
}

//! Figures: read, opened, computed again.

use platform::{Ctx, Error, Fields, PageRequest, Result};
use proto::governance::v1 as pb;
use sqlx::PgConnection;

use crate::domain::formula::{Term, terms};
use crate::domain::recompute::Recomputation;
use crate::domain::{Cutoff, Figure, Indicator, Period};
use crate::store::figures::Question;
use crate::{App, store, wire};

/// Facts read at a time when a figure is computed again.
const READ_AGAIN_FACTS: i64 = 5_000;

/// Answers a figure.
pub(crate) async fn get(app: App, _ctx: Ctx, request: pb::GetFigureRequest) -> Result<pb::Figure> {
    let mut db = app.db.read().await?;
    let opened = Opened::read(&mut db, &request.name).await?;
    Ok(opened.to_wire())
}

/// Lists the figures of a cut-off.
pub(crate) async fn list(
    app: App,
    _ctx: Ctx,
    request: pb::ListFiguresRequest,
) -> Result<pb::ListFiguresResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    let cutoff = fields.take("parent", crate::domain::CutoffName::parse(&request.parent));
    fields.check()?;

    let mut db = app.db.read().await?;
    let marks = store::cutoffs::marks(&mut db, &cutoff).await?;
    let rows = store::figures::list(&mut db, cutoff.as_str(), &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListFiguresResponse {
        figures: page
            .rows
            .into_iter()
            .map(|it| wire::figure::to_wire(it, &marks))
            .collect(),
        next_page_token: page.next_page_token,
    })
}

/// Opens a figure: formula, groups, and a page of its facts.
pub(crate) async fn explain(
    app: App,
    _ctx: Ctx,
    request: pb::ExplainFigureRequest,
) -> Result<pb::ExplainFigureResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    let after = fields.take("page_token", wire::figure::parse_place(&page.after));
    fields.check()?;

    let mut db = app.db.read().await?;
    let opened = Opened::read(&mut db, &request.name).await?;
    let formula = opened.indicator.formula();
    let question = Question::new(
        &opened.figure.cutoff,
        opened.period,
        &opened.terms,
        &formula.group_by,
    );
    let after = (after.0.as_str(), after.1, after.2);
    let rows =
        store::figures::counted(&mut db, &question, after, &request.group, page.limit).await?;
    let page = page.page(rows, wire::figure::place);
    Ok(pb::ExplainFigureResponse {
        figure: Some(opened.to_wire()),
        indicator: Some(opened.indicator.into()),
        facts: page.rows.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
    })
}

/// Computes a figure again, from the facts as they were read, one by one in their order.
pub(crate) async fn recompute(
    app: App,
    _ctx: Ctx,
    request: pb::RecomputeFigureRequest,
) -> Result<pb::RecomputeFigureResponse> {
    let mut db = app.db.read().await?;
    let opened = Opened::read(&mut db, &request.name).await?;
    let formula = opened.indicator.formula();
    let mut again = Recomputation::new(&formula, &opened.terms, opened.period);
    for mark in &opened.marks {
        let mut at = 0;
        again.begin(&mark.source);
        loop {
            let facts =
                store::facts::read_again(&mut db, &mark.source, at, mark.number, READ_AGAIN_FACTS)
                    .await?;
            let Some(last) = facts.last() else { break };
            at = last.number;
            facts.iter().for_each(|fact| again.add(fact));
        }
        again.end(mark);
    }
    let verdict = again.compare(&opened.figure);
    Ok(pb::RecomputeFigureResponse {
        equal: verdict.diverging.is_none(),
        stored: Some(opened.figure.outcome.value.clone().into()),
        recomputed: Some(verdict.recomputed.into()),
        diverging: verdict.diverging.unwrap_or_default(),
        facts_read: verdict.facts_read,
    })
}

/// A figure with what it was computed of.
pub(crate) struct Opened {
    pub(crate) figure: Figure,
    pub(crate) indicator: Indicator,
    pub(crate) period: Period,
    pub(crate) terms: Vec<Term>,
    pub(crate) marks: Vec<crate::domain::cutoff::Mark>,
}

impl Opened {
    pub(crate) async fn read(db: &mut PgConnection, name: &str) -> Result<Self> {
        let figure = store::figures::get(db, name).await?;
        let cutoff: Cutoff = store::cutoffs::get(db, &figure.cutoff).await?;
        let indicator = store::indicators::get(db, figure.indicator.as_str()).await?;
        let measures = store::measures::of_cutoff(db, &figure.cutoff).await?;
        let marks = store::cutoffs::marks(db, &figure.cutoff).await?;
        let period = cutoff
            .period()
            .ok_or_else(|| Error::Bug(format!("{} is of no period", cutoff.name)))?;
        let terms = terms(&indicator.formula(), &measures)?;
        Ok(Self {
            figure,
            indicator,
            period,
            terms,
            marks,
        })
    }

    fn to_wire(&self) -> pb::Figure {
        wire::figure::to_wire(self.figure.clone(), &self.marks)
    }
}

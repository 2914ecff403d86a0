//! Figures: read, opened, computed again.

use platform::{Answer, Ctx, Fields, PageRequest, Result, Seen, recorded};
use proto::governance::v1 as pb;
use sqlx::PgConnection;

use crate::domain::cutoff::{Mark, departure, figure_digest};
use crate::domain::formula::terms;
use crate::domain::recompute::Recomputation;
use crate::domain::{CutoffName, FigureName};
use crate::store::counted_facts::Question;
use crate::store::figures::Opened;
use crate::{App, store, wire};

/// Characters of one part of a group's key: more than any dimension's value has.
const GROUP_PART_LENGTH_MAX: usize = 200;
/// Facts read at a time when a figure is computed again.
const READ_AGAIN_FACTS: i64 = 5_000;

/// Answers a figure.
pub(crate) async fn get(app: App, ctx: Ctx, request: pb::GetFigureRequest) -> Answer<pb::Figure> {
    let mut fields = Fields::default();
    let name = fields.take("name", FigureName::parse(&request.name));
    fields.check()?;

    let mut db = app.db.read().await?;
    let opened = store::figures::open(&mut db, name.as_str()).await?;
    Seen::computed(&app, &ctx, opened.shown.into())
}

/// Lists the figures of a cut-off.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListFiguresRequest,
) -> Answer<pb::ListFiguresResponse> {
    let mut fields = Fields::default();
    let cutoff = fields.take("parent", CutoffName::parse(&request.parent));
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::figures::list(db, cutoff.as_str(), after, limit).await
    })
    .await
}

/// Opens a figure: formula, groups, and a page of its facts.
pub(crate) async fn explain(
    app: App,
    ctx: Ctx,
    request: pb::ExplainFigureRequest,
) -> Answer<pb::ExplainFigureResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    let after = fields.take("page_token", wire::figure::parse_place(&page.after));
    let name = fields.take("name", FigureName::parse(&request.name));
    let group = parse_group(&mut fields, &request.group);
    fields.check()?;

    let mut db = app.db.read().await?;
    let opened = store::figures::open(&mut db, name.as_str()).await?;
    let cutoff = &opened.shown.figure.cutoff;
    let measures = store::measures::of_cutoff(&mut db, cutoff).await?;
    let terms = terms(&opened.indicator.formula.0, &measures)?;
    let question = Question::of(&opened, &terms);
    let rows = store::counted_facts::page(&mut db, &question, &after, &group, page.limit).await?;
    let accepted = store::counted_facts::accepted(&mut db, &question, &group).await?;
    let rows = rows.into_iter().map(Into::into).collect();
    let page = page.page(rows, wire::figure::place);
    let reply = pb::ExplainFigureResponse {
        figure: Some(opened.shown.into()),
        indicator: Some(opened.indicator.into()),
        facts: page.rows,
        next_page_token: page.next_page_token,
        accepted_differences: accepted.into_iter().map(Into::into).collect(),
    };
    Seen::computed(&app, &ctx, reply)
}

fn parse_group(fields: &mut Fields, key: &[String]) -> Vec<String> {
    let parts = key.iter().enumerate();
    let parts = parts.map(|(place, part)| {
        fields.optional_identity(&format!("group[{place}]"), part, GROUP_PART_LENGTH_MAX)
    });
    parts.collect()
}

/// Computes a figure again, from the facts as they were read, one by one in their order.
pub(crate) async fn recompute(
    app: App,
    ctx: Ctx,
    request: pb::RecomputeFigureRequest,
) -> Answer<pb::RecomputeFigureResponse> {
    let mut fields = Fields::default();
    let name = fields.take("name", FigureName::parse(&request.name));
    fields.check()?;

    let mut db = app.db.read().await?;
    let opened = store::figures::open(&mut db, name.as_str()).await?;
    let figure = &opened.shown.figure;
    let measures = store::measures::of_cutoff(&mut db, &figure.cutoff).await?;
    let terms = terms(&opened.indicator.formula.0, &measures)?;
    let mut again = Recomputation::new(&opened.indicator.formula.0, &terms, opened.period);
    let marks = store::cutoffs::marks(&mut db, &figure.cutoff).await?;
    for mark in &marks {
        again.begin(mark.source.as_str());
        read_again(&mut db, mark, &mut again).await?;
        again.end(mark);
    }
    let verdict = again.compare(figure);
    let departure = departs(&mut db, &opened, marks).await?;
    Seen::computed(&app, &ctx, verdict.into_wire(figure, departure))
}

/// What is not as the entry that closed the figure's cut-off says.
async fn departs(
    db: &mut PgConnection,
    opened: &Opened,
    marks: Vec<Mark>,
) -> Result<Option<String>> {
    let cutoff = &opened.shown.figure.cutoff;
    let (closed, _) = recorded(db, cutoff.as_str()).await?;
    let editions = store::measures::editions(db, cutoff).await?;
    let marks: Vec<_> = marks.into_iter().map(Into::into).collect();
    let figure = opened.shown.clone().into();
    let formula = &opened.indicator.formula.0;
    let sealed = figure_digest(&marks, formula, &editions, figure);
    Ok(departure(&closed, &marks, &sealed))
}

/// Reads every fact of a source up to its mark, in order and some thousands at a time.
async fn read_again(
    db: &mut PgConnection,
    mark: &Mark,
    again: &mut Recomputation<'_>,
) -> Result<()> {
    let mut at = 0;
    loop {
        let facts =
            store::facts::read_again(db, &mark.source, at, mark.number, READ_AGAIN_FACTS).await?;
        let Some(last) = facts.last() else {
            return Ok(());
        };
        at = last.number;
        facts.iter().for_each(|fact| again.add(fact));
    }
}

//! Reports: drafted, edited, checked, read. [`super::rendering`] prints them.

use std::collections::{BTreeMap, BTreeSet};

use platform::{Ctx, Error, Fields, PageRequest, Result, must_match, once};
use proto::governance::v1 as pb;
use sqlx::PgConnection;

use crate::domain::cutoff;
use crate::domain::formula::{Measure, terms};
use crate::domain::report::State;
use crate::domain::table::{Basis, UsedFigure, must_agree, tables};
use crate::domain::{ChartEditionName, CutoffName, Report, ReportName};
use crate::{App, Refusal, domain, store, wire};

/// Drafts a report.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateReportRequest,
) -> Result<pb::Report> {
    let mut fields = Fields::of(&request);
    let given = fields.required("report", request.report.as_ref());
    let name = fields.take("report_id", ReportName::new("", &request.report_id));
    let (cutoff, content) = wire::report::parse(&mut fields, &given);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.case(name.as_str()).await?;
        let basis = read_basis(tx, &cutoff, &content).await?;

        must_agree(&content, &basis)?;

        let drafted = Report::draft(name.clone(), cutoff.clone(), &content);
        let added = store::reports::add(tx, &drafted).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// DRAFTED, CHECKED → DRAFTED, with other content.
pub(crate) async fn update(
    app: App,
    ctx: Ctx,
    request: pb::UpdateReportRequest,
) -> Result<pb::Report> {
    let mut fields = Fields::of(&request);
    let given = fields.required("report", request.report.as_ref());
    let name = fields.take("report.name", ReportName::parse(&given.name));
    let (cutoff, content) = wire::report::parse(&mut fields, &given);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.case(name.as_str()).await?;
        let report = store::reports::lock(tx, &name).await?;
        must_match(&request.etag, &report.name, report.version)?;
        let basis = read_basis(tx, &cutoff, &content).await?;

        must_agree(&content, &basis)?;
        let edited = report.edit(cutoff.clone(), &content);

        store::reports::save(tx, &edited).await?;
        tx.record(edited.version, edited.into(), &[]).await
    })
    .await
}

/// DRAFTED → CHECKED.
pub(crate) async fn check(
    app: App,
    ctx: Ctx,
    request: pb::CheckReportRequest,
) -> Result<pb::Report> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", ReportName::parse(&request.name));
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.case(name.as_str()).await?;
        let report = store::reports::lock(tx, &name).await?;
        must_match(&request.etag, &report.name, report.version)?;
        report.must_be(State::Drafted)?;
        let content = report.content();
        let basis = read_basis(tx, &report.cutoff, &content).await?;

        let checked = report.check(domain::check::check(&content, &basis))?;

        store::reports::save(tx, &checked).await?;
        tx.record(checked.version, checked.into(), &[]).await
    })
    .await
}

/// Lists reports by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListReportsRequest,
) -> Result<pb::ListReportsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::reports::list(&mut db, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListReportsResponse {
        reports: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}

/// Reads what a report's tables are made of. None of it ever changes, but for what later editions
/// restate; so nothing is locked.
pub(crate) async fn read_basis(
    db: &mut PgConnection,
    cutoff: &CutoffName,
    content: &pb::Report,
) -> Result<Basis> {
    let columns = tables(content).flat_map(|it| &it.columns);
    let names: BTreeSet<&str> = columns.map(|it| it.figure.as_str()).collect();
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let of_figures = names.iter().filter_map(|it| it.split("/figures/").next());
    let cutoffs: BTreeSet<&str> = of_figures.chain([cutoff.as_str()]).collect();
    let cutoffs: Vec<String> = cutoffs.into_iter().map(str::to_owned).collect();
    let periods = read_periods(db, cutoff, &cutoffs).await?;
    let incomplete = store::cutoffs::incomplete_sources(db, &cutoffs).await?;
    let measures = store::measures::of_cutoffs(db, &cutoffs).await?;
    let mut restated = store::figures::restated_in(db, &names).await?;
    let formulas = read_formulas(db, &names, &measures).await?;

    let mut figures = BTreeMap::new();
    for (figure, formula, terms) in formulas {
        let period = periods
            .get(figure.cutoff.as_str())
            .ok_or_else(|| Error::Bug(format!("{} is of no period", figure.cutoff)))?;
        let own = incomplete
            .iter()
            .filter(|(it, _)| it == figure.cutoff.as_str());
        let name = figure.name.to_string();
        let used = UsedFigure {
            period: *period,
            formula,
            terms,
            incomplete_sources: own.map(|(_, source)| source.clone()).collect(),
            restated_in: restated.remove(&name),
            cutoff: figure.cutoff,
            outcome: figure.outcome,
        };
        figures.insert(name, used);
    }
    let charts = read_charts(db, content).await?;
    Ok(Basis { figures, charts })
}

/// The periods of closed cut-offs, by name. Refuses when the report's own is not among them.
async fn read_periods(
    db: &mut PgConnection,
    own: &CutoffName,
    names: &[String],
) -> Result<BTreeMap<String, domain::Period>> {
    let cutoffs = store::cutoffs::with_names(db, names).await?;
    let closed = cutoffs
        .into_iter()
        .filter(|it| it.state == cutoff::State::Closed);
    let periods: BTreeMap<_, _> = closed
        .filter_map(|it| Some((it.name.to_string(), it.period()?)))
        .collect();
    if periods.contains_key(own.as_str()) {
        return Ok(periods);
    }
    Err(Refusal::CutoffNotClosed { name: own.clone() }.into())
}

/// The figures with their formulas and terms, by the definitions that they were computed with. Refuses
/// with all that do not exist.
async fn read_formulas(
    db: &mut PgConnection,
    names: &[String],
    measures: &BTreeMap<String, BTreeMap<String, Measure>>,
) -> Result<Vec<(domain::Figure, pb::Formula, Vec<domain::formula::Term>)>> {
    let figures = store::figures::with_names(db, names).await?;
    let found: BTreeSet<_> = figures.iter().map(|it| it.name.as_str()).collect();
    let unknown = names.iter().filter(|it| !found.contains(it.as_str()));
    let unknown: Vec<_> = unknown.cloned().collect();
    if !unknown.is_empty() {
        return Err(Refusal::FigureUnknown { figures: unknown }.into());
    }
    let indicators: Vec<_> = figures.iter().map(|it| it.indicator.to_string()).collect();
    let indicators = store::indicators::with_names(db, &indicators).await?;
    let mut opened = Vec::with_capacity(figures.len());
    for figure in figures {
        let indicator = indicators
            .iter()
            .find(|it| it.name == figure.indicator)
            .ok_or_else(|| Error::Bug(format!("{} is of no indicator", figure.name)))?;
        let formula = indicator.formula();
        let measures = measures
            .get(figure.cutoff.as_str())
            .ok_or_else(|| Error::Bug(format!("{} was computed of nothing", figure.cutoff)))?;
        let terms = terms(&formula, measures)?;
        opened.push((figure, formula, terms));
    }
    Ok(opened)
}

/// Names of accounts by chart edition and code. Refuses an edition that does not exist.
async fn read_charts(
    db: &mut PgConnection,
    content: &pb::Report,
) -> Result<BTreeMap<String, BTreeMap<String, (String, String)>>> {
    let named = tables(content).map(|it| it.chart_edition.as_str());
    let editions: BTreeSet<&str> = named.filter(|it| !it.is_empty()).collect();
    let mut charts = BTreeMap::new();
    for edition in editions {
        let name = ChartEditionName::parse(edition).unwrap_or_default();
        let chart = store::chart_editions::find(db, &name)
            .await?
            .ok_or(Refusal::ChartUnknown { name })?;
        charts.insert(edition.to_owned(), chart.names());
    }
    Ok(charts)
}

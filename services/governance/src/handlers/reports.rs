//! Reports: drafted, edited, checked, read. [`super::rendering`] prints them.

use std::collections::{BTreeMap, BTreeSet};

use platform::{Answer, Ctx, Error, Fields, List, Result, must_match, once_in, reason, refused};
use proto::governance::v1 as pb;
use sqlx::PgConnection;

use crate::domain::cutoff;
use crate::domain::formula::terms;
use crate::domain::report::State;
use crate::domain::table::{Basis, UsedFigure, must_agree, tables};
use crate::domain::{ChartEditionName, CutoffName, Report, ReportName};
use crate::store::figures::Opened;
use crate::{App, domain, store, wire};

/// Drafts a report.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateReportRequest,
) -> Answer<pb::Report> {
    let mut fields = Fields::of(&request);
    let given = fields.required("report", request.report.as_ref());
    let name = ReportName::create(&mut fields, "", "report_id", &request.report_id);
    let (cutoff, content) = wire::report::parse(&mut fields, &given);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let basis = read_basis(tx, &cutoff, &content).await?;

        must_agree(&content, &basis)?;

        let drafted = Report::draft(name.clone(), cutoff.clone(), content.clone());
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
) -> Answer<pb::Report> {
    let mut fields = Fields::of(&request);
    let given = fields.required("report", request.report.as_ref());
    let name = fields.take("report.name", ReportName::parse(&given.name));
    let (cutoff, content) = wire::report::parse(&mut fields, &given);
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let report = store::reports::lock(tx, &name).await?;
        must_match(&request.etag, &report.name, report.version)?;
        let basis = read_basis(tx, &cutoff, &content).await?;

        must_agree(&content, &basis)?;
        let edited = report.edit(cutoff.clone(), content.clone());

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
) -> Answer<pb::Report> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", ReportName::parse(&request.name));
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let report = store::reports::lock(tx, &name).await?;
        must_match(&request.etag, &report.name, report.version)?;
        report.must_be(State::Drafted)?;
        let basis = read_basis(tx, &report.cutoff, &report.content.0).await?;

        let findings = domain::check::check(&report.content.0, &basis);
        let checked = report.check(findings)?;

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
) -> Answer<pb::ListReportsResponse> {
    let found = store::reports::list;
    platform::list(&app, &ctx, &request, Fields::default(), found).await
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
    must_be_closed(db, cutoff).await?;
    let opened = read_figures(db, &names).await?;
    let cutoffs: BTreeSet<_> = opened
        .iter()
        .map(|it| it.shown.figure.cutoff.to_string())
        .collect();
    let cutoffs: Vec<_> = cutoffs.into_iter().collect();
    let measures = store::measures::of_cutoffs(db, &cutoffs).await?;
    let mut restated = store::restatements::latest(db, &names).await?;
    let mut figures = Vec::new();
    for it in &opened {
        let cutoff = &it.shown.figure.cutoff;
        let measures = measures
            .get(cutoff.as_str())
            .ok_or_else(|| Error::Bug(format!("{cutoff} was computed of nothing")))?;
        figures.push((it, terms(&it.indicator.formula.0, measures)?));
    }
    let asked: Vec<_> = figures
        .iter()
        .map(|(it, terms)| (*it, terms.as_slice()))
        .collect();
    let mut imports = store::counted_facts::imports(db, &asked).await?;
    let figures = figures.into_iter().map(|(it, terms)| {
        let figure = it.shown.figure.clone();
        let name = figure.name.to_string();
        let used = UsedFigure {
            period: it.period,
            terms,
            imports: imports.remove(&name).unwrap_or_default(),
            formula: it.indicator.formula.0.clone(),
            incomplete_sources: it.shown.incomplete_sources.clone(),
            restated_in: restated.remove(&name),
            cutoff: figure.cutoff,
            outcome: figure.outcome,
        };
        (name, used)
    });
    let figures = figures.collect();
    let charts = read_charts(db, content).await?;
    Ok(Basis { figures, charts })
}

/// Refuses when the report's own cut-off does not exist or is not closed.
async fn must_be_closed(db: &mut PgConnection, own: &CutoffName) -> Result<()> {
    match store::cutoffs::find(db, own).await? {
        Some(it) if it.state == cutoff::State::Closed => Ok(()),
        _ => Err(refused(reason::CutoffNotClosed { name: own })),
    }
}

/// The figures with what they were computed of. Refuses with all that do not exist.
async fn read_figures(db: &mut PgConnection, names: &[String]) -> Result<Vec<Opened>> {
    let figures = store::figures::opened(db, names).await?;
    let found = figures.iter().map(|it| it.shown.figure.name.as_str());
    let found: BTreeSet<_> = found.collect();
    let unknown = names.iter().filter(|it| !found.contains(it.as_str()));
    let unknown: Vec<_> = unknown.cloned().collect();
    if unknown.is_empty() {
        return Ok(figures);
    }
    Err(refused(reason::ReferenceUnknown {
        field: "figure",
        name: List::new(&unknown, ", "),
    }))
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
        let name = ChartEditionName::parse(edition).map_err(|it| Error::Bug(it.0.english()))?;
        let Some(chart) = store::chart_editions::find(db, &name).await? else {
            let field = "chart_edition";
            return Err(refused(reason::ReferenceUnknown { field, name }));
        };
        charts.insert(edition.to_owned(), chart.names());
    }
    Ok(charts)
}

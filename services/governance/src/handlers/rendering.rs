//! Rendering: a checked report as a PDF, or one of its tables as CSV or JSON; or either as a draft.
//! Laying out is pure computing, so it runs on a thread of its own, one document at a time.

use std::collections::BTreeMap;

use platform::{
    Answer, Ctx, Error, Fields, List, Refused, Result, Seen, field_reason, reason, recorded,
    refused,
};
use press::{Document, RenderError};
use proto::governance::v1 as pb;
use proto::governance::v1::render_report_request::{Format, Language};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout_at;

use crate::domain::cutoff::{departure, figure_digest};
use crate::domain::table::tables;
use crate::domain::{Report, ReportName};
use crate::handlers::reports::read_basis;
use crate::{App, report, store, wire};

/// What was asked for.
struct Wanted {
    format: Format,
    language: press::Language,
    /// Id of a table; empty for the whole report.
    table: String,
    /// Marked as a draft, whatever state the report is in.
    draft: bool,
}

/// Renders a report, or one of its tables.
pub(crate) async fn render(
    app: App,
    ctx: Ctx,
    request: pb::RenderReportRequest,
) -> Answer<pb::RenderReportResponse> {
    let mut fields = Fields::default();
    let name = fields.take("name", ReportName::parse(&request.name));
    let wanted = Wanted::parse(&mut fields, &request);
    fields.check()?;

    // First of all, so that only one document is in memory, and none that nobody waits for any more.
    let leave = timeout_at(ctx.patience.until, app.rendering.clone().acquire_owned()).await;
    let leave = leave.map_err(|_| refused(ctx.patience.ended()))?;
    let leave = leave.map_err(|error| Error::Bug(error.to_string()))?;
    let (report, document) = read(&app, &name, &wanted).await?;
    wanted.must_be_in(&document, &report.name)?;
    let file_name = wanted.file_name(&report.name);
    let media_type = wanted.media_type().to_owned();
    let content = lay_out(leave, wanted, document).await?;
    let reply = pb::RenderReportResponse {
        digest: Sha256::digest(&content).to_vec(),
        content,
        media_type,
        file_name,
    };
    Seen::computed(&app, &ctx, reply)
}

/// Lays the document out on a thread of its own, which gives the leave back: it goes on when nobody
/// waits for it any more.
async fn lay_out(
    leave: OwnedSemaphorePermit,
    wanted: Wanted,
    document: Document,
) -> Result<Vec<u8>> {
    let rendered = tokio::task::spawn_blocking(move || {
        let rendered = wanted.bytes(&document);
        drop(leave);
        rendered
    });
    // What a document could be refused for, its check has found, or its writing.
    rendered
        .await
        .map_err(|error| Error::Bug(error.to_string()))?
        .map_err(|error| Error::Bug(error.to_string()))
}

/// Reads a report that may be rendered, as it was recorded, with everything that it prints; the connection
/// is given back before anything is laid out.
async fn read(app: &App, name: &ReportName, wanted: &Wanted) -> Result<(Report, Document)> {
    let mut db = app.db.read().await?;
    let (report, digest) = recorded(&mut db, name.as_str()).await?;
    let report = wire::report::as_recorded(report)?;
    report.must_render(wanted.draft)?;
    let closed = closed(&mut db, &report).await?;
    let basis = read_basis(&mut db, &report.cutoff, &report.content.0).await?;
    let recorded = report::Recorded { digest, closed };
    let document = report::build(&report, &recorded, &basis, wanted.language, wanted.draft);
    Ok((report, document))
}

/// The cut-offs whose figures a report prints, as the entries that closed them say, by name. Figures that
/// are not what these say are refused: no document prints one that was changed behind the service.
async fn closed(db: &mut PgConnection, report: &Report) -> Result<BTreeMap<String, pb::Cutoff>> {
    let (own, _) = recorded::<pb::Cutoff>(db, report.cutoff.as_str()).await?;
    let mut closed = BTreeMap::from([(own.name.clone(), own)]);
    let columns = tables(&report.content.0).flat_map(|it| &it.columns);
    let figures: Vec<_> = columns.map(|it| it.figure.clone()).collect();
    let mut changed = Vec::new();
    for it in store::figures::opened(db, &figures).await? {
        let name = it.shown.figure.cutoff.to_string();
        if !closed.contains_key(&name) {
            let (of, _) = recorded(db, &name).await?;
            closed.insert(name.clone(), of);
        }
        let of = &closed[&name];
        let editions = of.evidence.as_ref().map(|it| it.measures.as_slice());
        let figure = it.shown.into();
        let formula = &it.indicator.formula.0;
        let sealed = figure_digest(&of.marks, formula, editions.unwrap_or_default(), figure);
        changed.extend(departure(of, &of.marks, &sealed));
    }
    if changed.is_empty() {
        return Ok(closed);
    }
    Err(refused(reason::FigureChanged {
        figures: List::new(&changed, ", "),
    }))
}

impl Wanted {
    fn parse(fields: &mut Fields, request: &pb::RenderReportRequest) -> Self {
        let language = match request.language() {
            Language::Nn => press::Language::Nn,
            Language::Nb => press::Language::Nb,
            Language::Unspecified => {
                let values = "LANGUAGE_NB, LANGUAGE_NN";
                fields.refuse("language", field_reason::NotOneOf { values });
                press::Language::Nb
            }
        };
        let format = request.format();
        match format {
            Format::Unspecified => {
                let values = "FORMAT_PDF, FORMAT_CSV, FORMAT_JSON";
                fields.refuse("format", field_reason::NotOneOf { values });
            }
            Format::Pdf if !request.table.is_empty() => {
                fields.refuse("table", field_reason::TableOfPdf);
            }
            Format::Csv | Format::Json if request.table.is_empty() => {
                fields.refuse("table", field_reason::Table);
            }
            Format::Pdf | Format::Csv | Format::Json => (),
        }
        Self {
            format,
            language,
            table: request.table.clone(),
            draft: request.draft,
        }
    }

    /// A table that is asked for stands in the report.
    fn must_be_in(&self, document: &Document, name: &ReportName) -> Result<(), Refused> {
        if self.table.is_empty() || document.tables().any(|it| it.id == self.table) {
            return Ok(());
        }
        Err(reason::TableUnknown {
            name,
            table: &self.table,
        }
        .into())
    }

    fn bytes(&self, document: &Document) -> Result<Vec<u8>, RenderError> {
        let table = document.tables().find(|it| it.id == self.table);
        match (self.format, table) {
            (Format::Csv, Some(table)) => press::csv(document, table).map(String::into_bytes),
            (Format::Json, Some(table)) => press::json(document, table).map(String::into_bytes),
            _ => press::pdf(document),
        }
    }

    fn media_type(&self) -> &'static str {
        match self.format {
            Format::Csv => "text/csv; charset=utf-8",
            Format::Json => "application/json",
            Format::Pdf | Format::Unspecified => "application/pdf",
        }
    }

    /// Such as `2025-nb.pdf`, `2025-by-post-nn.csv` or `2025-utkast-nb.pdf`.
    fn file_name(&self, name: &ReportName) -> String {
        let draft = if self.draft { "-utkast" } else { "" };
        let id = format!("{}{draft}", name.as_str().trim_start_matches("reports/"));
        let language = self.language.code();
        match self.format {
            Format::Csv => format!("{id}-{}-{language}.csv", self.table),
            Format::Json => format!("{id}-{}-{language}.json", self.table),
            Format::Pdf | Format::Unspecified => format!("{id}-{language}.pdf"),
        }
    }
}

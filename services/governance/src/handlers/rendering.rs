//! Rendering: a checked report as a PDF, or one of its tables as CSV or JSON. Laying out is pure
//! computing, so it runs on a thread of its own, one document at a time.

use std::collections::{BTreeMap, BTreeSet};

use platform::{
    Answer, Ctx, Error, Fields, Refused, Result, Seen, enumerated, reason, recorded, refused,
};
use press::{Document, RenderError};
use proto::governance::v1 as pb;
use proto::governance::v1::render_report_request::{Format, Language};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout_at;

use crate::domain::cutoff::{departure, figure_digest};
use crate::domain::report::State;
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
    let leave = timeout_at(ctx.deadline, app.rendering.clone().acquire_owned()).await;
    let leave = leave.map_err(|_| ctx.deadline_passed())?;
    let leave = leave.map_err(|error| Error::Bug(error.to_string()))?;
    let (report, document) = read(&app, &name, wanted.language).await?;
    wanted.must_be_in(&document, &report.name)?;
    let file_name = wanted.file_name(&report.name);
    let media_type = wanted.media_type().to_owned();
    let content = lay_out(leave, wanted, document, &report.name).await?;
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
    name: &ReportName,
) -> Result<Vec<u8>> {
    let rendered = tokio::task::spawn_blocking(move || {
        let rendered = wanted.bytes(&document);
        drop(leave);
        rendered
    });
    rendered
        .await
        .map_err(|error| Error::Bug(error.to_string()))?
        .map_err(|error| refuse(name, error))
}

/// Reads a checked report, as it was recorded, with everything that it prints; the connection is given
/// back before anything is laid out.
async fn read(
    app: &App,
    name: &ReportName,
    language: press::Language,
) -> Result<(Report, Document)> {
    let mut db = app.db.read().await?;
    let (report, digest) = recorded(&mut db, name.as_str()).await?;
    let report = wire::report::as_recorded(report)?;
    report.must_be(State::Checked)?;
    let cutoff = store::cutoffs::get(&mut db, &report.cutoff).await?;
    let (closed, _) = recorded(&mut db, report.cutoff.as_str()).await?;
    let basis = read_basis(&mut db, &report.cutoff, &report.content.0).await?;
    let evidence = evidence(&report, &digest, &closed);
    must_be_as_closed(&mut db, &evidence.figures, closed).await?;
    let document = report::build(&report, &cutoff, &basis, language);
    let document = Document {
        evidence: Some(evidence),
        ..document
    };
    Ok((report, document))
}

/// What the document is of, so that it can be compared with what was recorded.
fn evidence(report: &Report, content_digest: &[u8], closed: &pb::Cutoff) -> press::Evidence {
    let columns = tables(&report.content.0).flat_map(|it| &it.columns);
    let figures: BTreeSet<_> = columns.map(|it| it.figure.clone()).collect();
    let digest = closed.evidence.as_ref().map(|it| press::hex(&it.digest));
    press::Evidence {
        report: report.name.to_string(),
        version: report.version,
        content_digest: press::hex(content_digest),
        cutoff: closed.name.clone(),
        cutoff_digest: digest.unwrap_or_default(),
        figures: figures.into_iter().collect(),
    }
}

/// Refuses figures that are not what the entries that closed their cut-offs say: no document prints one
/// that was changed behind the service. `own` is the report's cut-off.
async fn must_be_as_closed(
    db: &mut PgConnection,
    figures: &[String],
    own: pb::Cutoff,
) -> Result<()> {
    let mut closed = BTreeMap::from([(own.name.clone(), own)]);
    let mut changed = Vec::new();
    for it in store::figures::opened(db, figures).await? {
        let name = it.shown.figure.cutoff.to_string();
        if !closed.contains_key(&name) {
            let (of, _) = recorded(db, &name).await?;
            closed.insert(name.clone(), of);
        }
        let of = &closed[&name];
        let editions = of.evidence.as_ref().map(|it| it.measures.as_slice());
        let figure = it.shown.into();
        let formula = &it.indicator.formula.0;
        let digest = figure_digest(&of.marks, formula, editions.unwrap_or_default(), &figure);
        let name = figure.name;
        changed.extend(departure(of, &of.marks, &pb::NamedDigest { name, digest }));
    }
    if changed.is_empty() {
        return Ok(());
    }
    Err(refused(reason::FigureChanged {
        figures: enumerated(&changed, ", "),
    }))
}

/// What the renderer refuses is in what the report says, but for a fault of ours.
fn refuse(name: &ReportName, error: RenderError) -> Error {
    match error {
        RenderError::Malformed { .. } | RenderError::Layout(_) | RenderError::Standard(_) => {
            refused(reason::ReportNotRendered { name, fault: error })
        }
        RenderError::Data(fault) => Error::Bug(fault.to_string()),
    }
}

impl Wanted {
    fn parse(fields: &mut Fields, request: &pb::RenderReportRequest) -> Self {
        let language = match request.language() {
            Language::Nn => press::Language::Nn,
            Language::Nb => press::Language::Nb,
            Language::Unspecified => {
                fields.refuse("language", "LANGUAGE_NB or LANGUAGE_NN");
                press::Language::Nb
            }
        };
        let format = request.format();
        match format {
            Format::Unspecified => {
                fields.refuse("format", "FORMAT_PDF, FORMAT_CSV or FORMAT_JSON");
            }
            Format::Pdf if !request.table.is_empty() => {
                fields.refuse("table", "empty: a PDF is of the whole report");
            }
            Format::Csv | Format::Json if request.table.is_empty() => {
                fields.refuse("table", "the id of a table");
            }
            Format::Pdf | Format::Csv | Format::Json => (),
        }
        Self {
            format,
            language,
            table: request.table.clone(),
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

    /// Such as `2025-nb.pdf` or `2025-by-post-nn.csv`.
    fn file_name(&self, name: &ReportName) -> String {
        let (id, language) = (
            name.as_str().trim_start_matches("reports/"),
            self.language.code(),
        );
        match self.format {
            Format::Csv => format!("{id}-{}-{language}.csv", self.table),
            Format::Json => format!("{id}-{}-{language}.json", self.table),
            Format::Pdf | Format::Unspecified => format!("{id}-{language}.pdf"),
        }
    }
}

//! Reports on the wire: what a caller may say of one, and what it is answered.

use std::collections::BTreeSet;

use chrono::DateTime;
use platform::{
    Error, Fields, Result, Wrong, date_to_wire, etag, field_reason, parse_name, time_to_wire,
};
use proto::governance::v1 as pb;
use sqlx::types::Json;

use crate::domain::report::{Finding, Kind, State};
use crate::domain::table::{places, tables};
use crate::domain::{ChartEditionName, CutoffName, Encoded, FigureName, Report, ReportName};

const TITLE_LENGTH_MAX: usize = 200;
const AUTHOR_LENGTH_MAX: usize = 100;
const COLUMN_TITLE_LENGTH_MAX: usize = 100;
const SOURCE_LENGTH_MAX: usize = 300;
const STAMP_LENGTH_MAX: usize = 20;
const TEXT_LENGTH_MAX: usize = 2000;
const PARAGRAPHS_MAX: usize = 10;
const BLOCKS_MAX: usize = 50;
const COLUMNS_MAX: usize = 8;
const LABELS_MAX: usize = 2000;

/// Reads the content of a report and its cut-off, noting every bad field. What is output only is
/// left out.
pub(crate) fn parse(fields: &mut Fields, given: &pb::Report) -> (CutoffName, pb::Report) {
    let cutoff = fields.take("report.cutoff", CutoffName::parse(&given.cutoff));
    let content = pb::Report {
        title: text(
            fields,
            "report.title",
            given.title.as_ref(),
            TITLE_LENGTH_MAX,
        ),
        subtitle: optional(
            fields,
            "report.subtitle",
            given.subtitle.as_ref(),
            TITLE_LENGTH_MAX,
        ),
        cutoff: cutoff.to_string(),
        stamp: stamp(fields, &given.stamp),
        lead: texts(fields, "report.lead", &given.lead),
        blocks: blocks(fields, given),
        date: Some(date_to_wire(
            fields.date("report.date", given.date.as_ref()),
        )),
        author: optional(
            fields,
            "report.author",
            given.author.as_ref(),
            AUTHOR_LENGTH_MAX,
        ),
        ..Default::default()
    };
    (cutoff, content)
}

fn stamp(fields: &mut Fields, given: &str) -> String {
    match given.trim() {
        "" => String::new(),
        _ => printable(fields, "report.stamp", given, STAMP_LENGTH_MAX),
    }
}

/// Text that must be given, in both forms.
fn text(fields: &mut Fields, path: &str, given: Option<&pb::Text>, max: usize) -> Option<pb::Text> {
    if given.is_none() {
        fields.refuse(path, field_reason::Required);
    }
    optional(fields, path, given, max)
}

/// Text that may be left out, and is in both forms when it is not.
fn optional(
    fields: &mut Fields,
    path: &str,
    given: Option<&pb::Text>,
    max: usize,
) -> Option<pb::Text> {
    given.map(|it| pb::Text {
        nb: printable(fields, &format!("{path}.nb"), &it.nb, max),
        nn: printable(fields, &format!("{path}.nn"), &it.nn, max),
    })
}

/// Text that documents print: every character is in one of their fonts.
pub(super) fn printable(fields: &mut Fields, path: &str, given: &str, max: usize) -> String {
    let text = fields.text(path, given, max);
    let characters: BTreeSet<_> = text.chars().collect();
    let Some(lacking) = characters.into_iter().find(|it| !press::has_glyph(*it)) else {
        return text;
    };
    let (character, code_point) = (lacking.to_string(), format!("U+{:04X}", u32::from(lacking)));
    fields.refuse(
        path,
        field_reason::Glyph {
            character,
            code_point,
        },
    );
    String::new()
}

/// Paragraphs or notes, so many at most.
fn texts(fields: &mut Fields, path: &str, given: &[pb::Text]) -> Vec<pb::Text> {
    if given.len() > PARAGRAPHS_MAX {
        let max = PARAGRAPHS_MAX;
        fields.refuse(path, field_reason::TooMany { max });
    }
    let each = given.iter().take(PARAGRAPHS_MAX).enumerate();
    each.filter_map(|(at, it)| text(fields, &format!("{path}[{at}]"), Some(it), TEXT_LENGTH_MAX))
        .collect()
}

fn blocks(fields: &mut Fields, given: &pb::Report) -> Vec<pb::Block> {
    use pb::block::Kind as Block;
    let blocks = &given.blocks;
    if !(1..=BLOCKS_MAX).contains(&blocks.len()) {
        let (min, max) = (1, BLOCKS_MAX);
        fields.refuse("report.blocks", field_reason::Count { min, max });
    }
    if blocks
        .first()
        .is_some_and(|it| !matches!(it.kind, Some(Block::Heading(_))))
    {
        fields.refuse("report.blocks[0]", field_reason::HeadingFirst);
    }
    let mut ids = BTreeSet::new();
    let mut parsed = Vec::new();
    for (at, block) in blocks.iter().take(BLOCKS_MAX).enumerate() {
        let path = format!("report.blocks[{at}]");
        let kind = match &block.kind {
            Some(Block::Heading(it)) => {
                let path = format!("{path}.heading");
                text(fields, &path, Some(it), TITLE_LENGTH_MAX).map(Block::Heading)
            }
            Some(Block::Paragraph(it)) => {
                let path = format!("{path}.paragraph");
                text(fields, &path, Some(it), TEXT_LENGTH_MAX).map(Block::Paragraph)
            }
            Some(Block::Table(it)) => {
                let path = format!("{path}.table");
                check_id(fields, &path, &it.id, &mut ids);
                Some(Block::Table(table(fields, &path, it)))
            }
            Some(Block::Chart(it)) => {
                let path = format!("{path}.chart");
                check_id(fields, &path, &it.id, &mut ids);
                let of = tables(given).find(|table| table.id == it.table);
                Some(Block::Chart(chart(fields, &path, it, of)))
            }
            None => {
                fields.refuse(path, field_reason::Block);
                None
            }
        };
        parsed.push(pb::Block { kind });
    }
    parsed
}

fn check_id<'a>(fields: &mut Fields, path: &str, id: &'a str, ids: &mut BTreeSet<&'a str>) {
    if let Err(wrong) = parse_name("*", id) {
        fields.refuse(format!("{path}.id"), wrong);
    } else if !ids.insert(id) {
        fields.refuse(format!("{path}.id"), field_reason::Repeated);
    }
}

fn table(fields: &mut Fields, path: &str, given: &pb::Table) -> pb::Table {
    let at = |name: &str| format!("{path}.{name}");
    if !given.chart_edition.is_empty() {
        fields.take(
            &at("chart_edition"),
            ChartEditionName::parse(&given.chart_edition),
        );
    }
    let source_date = fields.date(&at("source_date"), given.source_date.as_ref());
    pb::Table {
        id: given.id.clone(),
        title: text(fields, &at("title"), given.title.as_ref(), TITLE_LENGTH_MAX),
        columns: columns(fields, &at("columns"), &given.columns),
        labels: labels(fields, &at("labels"), &given.labels),
        chart_edition: given.chart_edition.clone(),
        subtotals: given.subtotals,
        in_kroner: given.in_kroner,
        source: text(
            fields,
            &at("source"),
            given.source.as_ref(),
            SOURCE_LENGTH_MAX,
        ),
        source_date: Some(date_to_wire(source_date)),
        notes: texts(fields, &at("notes"), &given.notes),
    }
}

fn columns(fields: &mut Fields, path: &str, given: &[pb::Column]) -> Vec<pb::Column> {
    if !(1..=COLUMNS_MAX).contains(&given.len()) {
        let (min, max) = (1, COLUMNS_MAX);
        fields.refuse(path, field_reason::Count { min, max });
    }
    let mut figures = BTreeSet::new();
    let mut parsed = Vec::new();
    for (at, column) in given.iter().take(COLUMNS_MAX).enumerate() {
        let path = format!("{path}[{at}]");
        let title = text(
            fields,
            &format!("{path}.title"),
            column.title.as_ref(),
            COLUMN_TITLE_LENGTH_MAX,
        );
        let figure = fields.take(&format!("{path}.figure"), FigureName::parse(&column.figure));
        if !figures.insert(&column.figure) {
            fields.refuse(format!("{path}.figure"), field_reason::Repeated);
        }
        parsed.push(pb::Column {
            title,
            figure: figure.to_string(),
        });
    }
    parsed
}

fn labels(fields: &mut Fields, path: &str, given: &[pb::Label]) -> Vec<pb::Label> {
    if given.len() > LABELS_MAX {
        let max = LABELS_MAX;
        fields.refuse(path, field_reason::TooMany { max });
    }
    let mut keys = BTreeSet::new();
    let mut parsed = Vec::new();
    for (at, label) in given.iter().take(LABELS_MAX).enumerate() {
        let path = format!("{path}[{at}]");
        let key = fields.optional_identity(&format!("{path}.key"), &label.key, TITLE_LENGTH_MAX);
        if !keys.insert(key.clone()) {
            fields.refuse(format!("{path}.key"), field_reason::Repeated);
        }
        parsed.push(pb::Label {
            key,
            text: text(
                fields,
                &format!("{path}.text"),
                label.text.as_ref(),
                TITLE_LENGTH_MAX,
            ),
        });
    }
    parsed
}

fn chart(fields: &mut Fields, path: &str, given: &pb::Chart, of: Option<&pb::Table>) -> pb::Chart {
    let at = |name: &str| format!("{path}.{name}");
    if of.is_none() {
        fields.refuse(at("table"), field_reason::Table);
    }
    let known = of.map_or(0, |it| it.columns.len());
    let places: Vec<_> = places(given).collect();
    let different: BTreeSet<_> = places.iter().collect();
    let good = (1..=3).contains(&given.columns.len())
        && different.len() == given.columns.len()
        && (of.is_none() || places.iter().all(|it| *it < known));
    if !good {
        fields.refuse(at("columns"), field_reason::ChartColumns);
    }
    pb::Chart {
        id: given.id.clone(),
        title: text(fields, &at("title"), given.title.as_ref(), TITLE_LENGTH_MAX),
        alternative: text(
            fields,
            &at("alternative"),
            given.alternative.as_ref(),
            TEXT_LENGTH_MAX,
        ),
        table: given.table.clone(),
        columns: given.columns.clone(),
    }
}

impl From<Report> for pb::Report {
    fn from(it: Report) -> Self {
        use pb::report::State as Wire;
        let state = match it.state {
            State::Drafted => Wire::Drafted,
            State::Checked => Wire::Checked,
        };
        Self {
            name: it.name.to_string(),
            state: state.into(),
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
            findings: it.findings.iter().cloned().map(Into::into).collect(),
            ..it.content.0
        }
    }
}

/// A report as the journal has it, read back.
pub(crate) fn as_recorded(it: pb::Report) -> Result<Report> {
    let bug = |what: String| Error::Bug(format!("the journal's {}: {what}", it.name));
    let misnamed = |wrong: Wrong| bug(wrong.0.english());
    let state = match it.state() {
        pb::report::State::Checked => State::Checked,
        pb::report::State::Drafted | pb::report::State::Unspecified => State::Drafted,
    };
    let version = it.etag.trim_matches('"').parse();
    let created_at = it.create_time.unwrap_or_default();
    let findings = it.findings.iter().map(finding).collect::<Option<_>>();
    Ok(Report {
        name: ReportName::parse(&it.name).map_err(misnamed)?,
        version: version.map_err(|_| bug(format!("etag {}", it.etag)))?,
        cutoff: CutoffName::parse(&it.cutoff).map_err(misnamed)?,
        state,
        findings: Json(findings.ok_or_else(|| bug("a finding of no kind".to_owned()))?),
        created_at: DateTime::from_timestamp(created_at.seconds, 0).unwrap_or_default(),
        content: Encoded(pb::Report {
            name: String::new(),
            state: 0,
            etag: String::new(),
            create_time: None,
            findings: Vec::new(),
            ..it
        }),
    })
}

fn finding(it: &pb::Finding) -> Option<Finding> {
    use pb::finding::Kind as Wire;
    let kind = match it.kind() {
        Wire::Unspecified => return None,
        Wire::ValueNotPublished => Kind::ValueNotPublished,
        Wire::ValueNotComputable => Kind::ValueNotComputable,
        Wire::SourceMissing => Kind::SourceMissing,
        Wire::Restated => Kind::Restated,
        Wire::LabelMissing => Kind::LabelMissing,
        Wire::GlyphMissing => Kind::GlyphMissing,
        Wire::ControlTotalDiffers => Kind::ControlTotalDiffers,
        Wire::DifferenceAccepted => Kind::DifferenceAccepted,
    };
    let text = it.text.clone().unwrap_or_default();
    Some(Finding {
        kind,
        table: it.table.clone(),
        block: it.block,
        row: it.row.clone(),
        column: it.column.clone(),
        nb: text.nb,
        nn: text.nn,
    })
}

impl From<Finding> for pb::Finding {
    fn from(it: Finding) -> Self {
        use pb::finding::Severity;
        let severity = if it.kind.is_error() {
            Severity::Error
        } else {
            Severity::Note
        };
        Self {
            severity: severity.into(),
            kind: pb::finding::Kind::from(it.kind).into(),
            table: it.table,
            block: it.block,
            row: it.row,
            column: it.column,
            text: Some(pb::Text {
                nb: it.nb,
                nn: it.nn,
            }),
        }
    }
}

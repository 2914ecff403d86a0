//! A table as data: CSV for those who open it in a spreadsheet, JSON for those who program. Both
//! hold the exact integers and, beside each, the text that the PDF prints, so that a printed
//! figure can be found again; both bear stamp, cut-off, source and date.
//!
//! Names of fields are those of the contract and the same in both languages; only printed texts
//! differ between a bokmål and a nynorsk file.

use std::fmt::Write;
use std::iter;

use serde::Serialize;
use serde_json::{Map, Value};

use super::document::{
    Cell, Column, ColumnKind, Dimension, Document, Figure, Language, Row, RowRole, Scale, Table,
};
use super::error::RenderError;
use super::evidence::Evidence;
use super::figures;

/// A table of the document as CSV: UTF-8 with a byte-order mark, semicolons and CRLF, which is
/// what a spreadsheet set to Norwegian opens without being asked. The first line names the
/// columns. Each dimension has a column, empty where a row is a sum over it, and `row` says which
/// rows are sums. An amount is two columns, `<id>_ore` (exact) and `<id>_printed`; a count likewise; a
/// share has numerator and denominator. Whatever holds for the whole table, the stamp first of
/// all, stands in every row, so that it stays with rows that are sorted, filtered or copied.
///
/// Text that a spreadsheet would run as a formula gets an apostrophe in front; the JSON has it
/// unchanged.
///
/// # Errors
/// [`RenderError::Malformed`], as [`Document::check`] has it for the table.
pub fn csv(document: &Document, table: &Table) -> Result<String, RenderError> {
    table.check()?;
    let mut text = String::from("\u{feff}");
    write_line(&mut text, &header(table));
    let whole = whole(document, table);
    for row in &table.rows {
        let mut fields = record(document, table, row);
        fields.extend(whole.iter().map(|it| inert(it)));
        write_line(&mut text, &fields);
    }
    Ok(text)
}

/// A table of the document as JSON, indented, with its keys always in the same order.
///
/// # Errors
/// [`RenderError::Malformed`], as [`Document::check`] has it for the table.
pub fn json(document: &Document, table: &Table) -> Result<String, RenderError> {
    table.check()?;
    let rows = table
        .rows
        .iter()
        .map(|row| RowData::of(table, row, document.language));
    let stamp = document.stamped();
    let data = TableData {
        stamp: stamp.as_deref(),
        document: &document.title,
        language: document.language.code(),
        dated: document.dated.to_string(),
        cutoff: &document.cutoff,
        table: &table.id,
        title: &table.title,
        unit: &table.unit,
        scale: table.scale,
        dimensions: &table.dimensions,
        columns: &table.columns,
        rows: rows.collect(),
        source: &table.source,
        source_date: table.source_date.to_string(),
        rounding: &table.rounding,
        notes: &table.notes,
        evidence: &document.evidence,
        evidence_line: document.evidence.to_string(),
    };
    let mut text = serde_json::to_string_pretty(&data)?;
    text.push('\n');
    Ok(text)
}

/// The names of the columns of a CSV file.
pub(super) fn header(table: &Table) -> Vec<String> {
    let mut names = vec!["stamp".to_owned()];
    names.extend(table.dimensions.iter().map(|it| it.id.clone()));
    names.extend(["label", "row"].map(String::from));
    for Column { id, kind, .. } in &table.columns {
        match kind {
            ColumnKind::Text => names.push(id.clone()),
            ColumnKind::Amount => names.extend([format!("{id}_ore"), format!("{id}_printed")]),
            ColumnKind::Count => names.extend([id.clone(), format!("{id}_printed")]),
            ColumnKind::Share => names.extend([
                format!("{id}_numerator"),
                format!("{id}_denominator"),
                format!("{id}_printed"),
            ]),
        }
    }
    names.push("reason".to_owned());
    names.extend(WHOLE.map(String::from));
    names
}

/// What holds for the whole table, in the order of [`whole`].
const WHOLE: [&str; 15] = [
    "document",
    "title",
    "unit",
    "rounding",
    "notes",
    "source",
    "source_date",
    "cutoff",
    "dated",
    "report",
    "version",
    "content_digest",
    "cutoffs",
    "figures",
    "evidence",
];

fn whole(document: &Document, table: &Table) -> [String; 15] {
    let evidence = &document.evidence;
    let cutoffs = evidence.cutoffs.iter().map(|it| match &it.digest {
        Some(digest) => format!("{} {digest}", it.name),
        None => it.name.clone(),
    });
    let figures = table.columns.iter().filter_map(|it| {
        let Figure { name, digest } = it.figure.as_ref()?;
        Some(format!("{}: {name} {digest}", it.id))
    });
    [
        document.title.clone(),
        table.title.clone(),
        table.unit.clone(),
        table.rounding.clone(),
        table.notes.join(" "),
        table.source.clone(),
        table.source_date.to_string(),
        document.cutoff.clone(),
        document.dated.to_string(),
        evidence.report.clone(),
        evidence.version.to_string(),
        evidence.content_digest.clone(),
        cutoffs.collect::<Vec<_>>().join(", "),
        figures.collect::<Vec<_>>().join(", "),
        evidence.to_string(),
    ]
}

fn record(document: &Document, table: &Table, row: &Row) -> Vec<String> {
    let language = document.language;
    let role = match row.role {
        RowRole::Body => "row",
        RowRole::Subtotal => "subtotal",
        RowRole::Total => "total",
    };
    let mut fields = vec![inert(&document.stamped().unwrap_or_default())];
    let values = row.key.iter().map(String::as_str).chain(iter::repeat(""));
    fields.extend(values.take(table.dimensions.len()).map(inert));
    fields.extend([inert(&row.label), role.to_owned()]);
    let mut reasons = String::new();
    for (cell, column) in row.cells.iter().zip(&table.columns) {
        match (cell, column.kind) {
            (Cell::Amount { ore }, _) => fields.push(ore.to_string()),
            (Cell::Count(number), _) => fields.push(number.to_string()),
            (
                Cell::Share {
                    numerator,
                    denominator,
                },
                _,
            ) => {
                fields.extend([numerator.to_string(), denominator.to_string()]);
            }
            (_, ColumnKind::Text) => {}
            (_, ColumnKind::Amount | ColumnKind::Count) => fields.push(String::new()),
            (_, ColumnKind::Share) => fields.extend([String::new(), String::new()]),
        }
        fields.push(inert(&figures::cell(cell, table.scale, language)));
        if let Some(reason) = figures::reason(cell, language) {
            let space = if reasons.is_empty() { "" } else { " " };
            let _ = write!(reasons, "{space}{}: {reason}", column.id);
        }
    }
    fields.push(inert(&reasons));
    fields
}

/// Text that a spreadsheet shows and never runs.
fn inert(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if runs {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// One record of RFC 4180, with semicolons.
fn write_line(text: &mut String, fields: &[String]) {
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            text.push(';');
        }
        if field.contains([';', '"', '\n', '\r']) {
            let _ = write!(text, "\"{}\"", field.replace('"', "\"\""));
        } else {
            text.push_str(field);
        }
    }
    text.push_str("\r\n");
}

#[derive(Serialize)]
struct TableData<'a> {
    stamp: Option<&'a str>,
    document: &'a str,
    language: &'a str,
    dated: String,
    cutoff: &'a str,
    table: &'a str,
    title: &'a str,
    unit: &'a str,
    scale: Scale,
    dimensions: &'a [Dimension],
    columns: &'a [Column],
    rows: Vec<RowData<'a>>,
    source: &'a str,
    source_date: String,
    rounding: &'a str,
    notes: &'a [String],
    evidence: &'a Evidence,
    evidence_line: String,
}

#[derive(Serialize)]
struct RowData<'a> {
    /// Whether it is a row, a subtotal or the total.
    row: RowRole,
    /// By dimension; null where the row is a sum over it.
    key: Map<String, Value>,
    code: Option<&'a str>,
    label: &'a str,
    cells: Vec<CellData<'a>>,
}

/// A cell with its exact value and the text that is printed for it.
#[derive(Serialize)]
struct CellData<'a> {
    #[serde(flatten)]
    value: &'a Cell,
    printed: String,
}

impl<'a> RowData<'a> {
    fn of(table: &Table, row: &'a Row, language: Language) -> Self {
        let cells = row.cells.iter().map(|value| CellData {
            value,
            printed: figures::cell(value, table.scale, language),
        });
        let values = row.key.iter().map(|it| Value::from(it.as_str()));
        let names = table.dimensions.iter().map(|it| it.id.clone());
        Self {
            row: row.role,
            key: names.zip(values.chain(iter::repeat(Value::Null))).collect(),
            code: row.code.as_deref(),
            label: &row.label,
            cells: cells.collect(),
        }
    }
}

#[cfg(test)]
mod tests;

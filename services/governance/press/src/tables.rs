//! A table as data: CSV for those who open it in a spreadsheet, JSON for those who program. Both
//! hold the exact integers and, beside each, the text that the PDF prints, so that a printed
//! figure can be found again; both bear stamp, cut-off, source and date.
//!
//! Names of fields are those of the contract and the same in both languages; only printed texts
//! differ between a bokmål and a nynorsk file.

use std::fmt::Write;

use serde::Serialize;

use super::document::{Cell, Column, ColumnKind, Document, Language, Row, RowRole, Scale, Table};
use super::error::RenderError;
use super::figures;

/// A table of the document as CSV: UTF-8 with a byte-order mark, semicolons and CRLF, which is
/// what a spreadsheet set to Norwegian opens without being asked. The first line names the
/// columns. An amount is two columns, `<id>_ore` (exact) and `<id>_printed`; a count likewise; a
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
    for row in &table.rows {
        write_line(&mut text, &record(document, table, row));
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
    let data = TableData {
        stamp: document.stamp.as_deref(),
        document: &document.title,
        language: document.language.code(),
        dated: document.dated.to_string(),
        cutoff: &document.cutoff,
        table: &table.id,
        title: &table.title,
        unit: &table.unit,
        scale: table.scale,
        columns: &table.columns,
        rows: rows.collect(),
        source: &table.source,
        source_date: table.source_date.to_string(),
        rounding: &table.rounding,
        notes: &table.notes,
        evidence: evidence(document),
    };
    let mut text = serde_json::to_string_pretty(&data)?;
    text.push('\n');
    Ok(text)
}

fn header(table: &Table) -> Vec<String> {
    let mut names: Vec<String> = ["stamp", "code", "label", "role"].map(String::from).into();
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
    names.extend(
        [
            "reason",
            "unit",
            "rounding",
            "source",
            "source_date",
            "cutoff",
            "dated",
            "evidence",
        ]
        .map(String::from),
    );
    names
}

fn record(document: &Document, table: &Table, row: &Row) -> Vec<String> {
    let language = document.language;
    let role = match row.role {
        RowRole::Body => "body",
        RowRole::Subtotal => "subtotal",
        RowRole::Total => "total",
    };
    let mut fields = vec![
        inert(document.stamp.as_deref().unwrap_or_default()),
        inert(row.code.as_deref().unwrap_or_default()),
        inert(&row.label),
        role.to_owned(),
    ];
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
    fields.extend([
        reasons,
        inert(&table.unit),
        inert(&table.rounding),
        inert(&table.source),
        table.source_date.to_string(),
        inert(&document.cutoff),
        document.dated.to_string(),
        evidence(document),
    ]);
    fields
}

/// What the document is of, as [`Evidence`](crate::Evidence) writes it; empty where it is of nothing.
fn evidence(document: &Document) -> String {
    let written = document.evidence.as_ref().map(ToString::to_string);
    written.unwrap_or_default()
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
    columns: &'a [Column],
    rows: Vec<RowData<'a>>,
    source: &'a str,
    source_date: String,
    rounding: &'a str,
    notes: &'a [String],
    evidence: String,
}

#[derive(Serialize)]
struct RowData<'a> {
    code: Option<&'a str>,
    label: &'a str,
    role: RowRole,
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
        Self {
            code: row.code.as_deref(),
            label: &row.label,
            role: row.role,
            cells: cells.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn kinds() -> Table {
        let mut table = sample::document(Language::Nb, None)
            .tables()
            .next()
            .unwrap()
            .clone();
        let column = |id: &str, kind| Column {
            id: id.into(),
            label: id.into(),
            kind,
        };
        table.columns = vec![
            column("belop", ColumnKind::Amount),
            column("personer", ColumnKind::Count),
            column("andel", ColumnKind::Share),
            column("land", ColumnKind::Text),
        ];
        let reason = "Ukjent; \"helt\".".to_owned();
        let known = vec![
            Cell::Amount { ore: -123_456_789 },
            Cell::Count(1234),
            Cell::Share {
                numerator: 1,
                denominator: 3,
            },
            Cell::Text("=HYPERLINK(1)".into()),
        ];
        let unknown = vec![
            Cell::NotComputable { reason },
            Cell::NotPublished,
            Cell::Share {
                numerator: 1,
                denominator: 0,
            },
            Cell::Absent,
        ];
        table.scale = Scale::Kroner;
        table.rows = vec![
            sample::row(Some("01"), "Drift;\nlønn", known, RowRole::Body),
            sample::row(None, "Sum", unknown, RowRole::Total),
        ];
        table
    }

    #[test]
    fn csv_holds_exact_and_printed_values_and_what_holds_for_the_table_in_every_row() {
        let document = sample::document(Language::Nb, Some("EKSEMPEL"));
        let table = Table {
            rounding: String::new(),
            ..kinds()
        };
        let ending = "Millioner kroner, én desimal;;DFØ, Statsregnskapet (NLOD);2026-06-01;\
                      Året 2025, første utgave;2026-06-15;\r\n";
        assert_eq!(
            csv(&document, &table).unwrap(),
            format!(
                "\u{feff}stamp;code;label;role;belop_ore;belop_printed;personer;personer_printed;\
                 andel_numerator;andel_denominator;andel_printed;land;\
                 reason;unit;rounding;source;source_date;cutoff;dated;evidence\r\n\
                 EKSEMPEL;01;\"Drift;\nlønn\";body;-123456789;−1\u{202f}234\u{202f}568;\
                 1234;1\u{202f}234;1;3;33,3\u{a0}%;'=HYPERLINK(1);;{ending}\
                 EKSEMPEL;;Sum;total;;kan ikke beregnes;;ikke offentliggjort;\
                 1;0;kan ikke beregnes;–;\
                 \"belop: Ukjent; \"\"helt\"\". andel: Nevneren er null.\";{ending}"
            )
        );
    }

    #[test]
    fn json_keeps_its_keys_in_order_and_text_unchanged() {
        let document = sample::document(Language::Nn, Some("DØME"));
        let table = kinds();
        let text = json(&document, &table).unwrap();
        assert!(text.starts_with(
            r#"{
  "stamp": "DØME",
  "document": "Løyving og rekneskap for kapittel 144",
  "language": "nn",
  "dated": "2026-06-15",
  "cutoff": "Året 2025, første utgåve",
  "table": "kapittel-144-post-2025",
  "title": "Kapittel 144 etter post, 2025",
  "unit": "Millioner kroner, én desimal",
  "scale": "kroner",
  "columns": ["#
        ));
        let data: serde_json::Value = serde_json::from_str(&text).unwrap();
        let cells = [&data["rows"][0]["cells"], &data["rows"][1]["cells"]].map(ToString::to_string);
        assert_eq!(
            cells[0],
            "[{\"kind\":\"amount\",\"value\":{\"ore\":-123456789},\
             \"printed\":\"−1\u{202f}234\u{202f}568\"},\
             {\"kind\":\"count\",\"value\":1234,\"printed\":\"1\u{202f}234\"},\
             {\"kind\":\"share\",\"value\":{\"numerator\":1,\"denominator\":3},\
             \"printed\":\"33,3\u{a0}%\"},\
             {\"kind\":\"text\",\"value\":\"=HYPERLINK(1)\",\"printed\":\"=HYPERLINK(1)\"}]"
        );
        assert!(cells[1].contains("{\"kind\":\"not_published\",\"printed\":"));
        assert_eq!(data["source_date"], "2026-06-01");
        assert_eq!(data["notes"], serde_json::json!([]));
    }

    #[test]
    fn the_stamp_stands_in_every_row_and_every_file_of_a_stamped_document() {
        let document = sample::document(Language::Nb, Some("EKSEMPEL"));
        for table in document.tables() {
            let rows = csv(&document, table).unwrap();
            let stamped = rows
                .lines()
                .skip(1)
                .filter(|line| line.starts_with("EKSEMPEL;"));
            assert_eq!(stamped.count(), table.rows.len(), "{}", table.id);
            assert!(
                json(&document, table)
                    .unwrap()
                    .contains("\"stamp\": \"EKSEMPEL\"")
            );
        }
        assert_eq!(document.tables().count(), 3);
    }

    #[test]
    fn both_written_forms_hold_the_same_figures() {
        let figures = |language| {
            let document = sample::document(language, None);
            let cells = document.tables().flat_map(|table| {
                let rows = table.rows.iter();
                rows.flat_map(|row| RowData::of(table, row, language).cells)
                    .map(|cell| match cell.value {
                        Cell::Amount { .. } | Cell::Count(_) | Cell::Share { .. } => cell.printed,
                        missing => serde_json::to_value(missing).unwrap()["kind"].to_string(),
                    })
                    .collect::<Vec<_>>()
            });
            cells.collect::<Vec<_>>()
        };
        assert_eq!(figures(Language::Nb), figures(Language::Nn));
        assert_eq!(figures(Language::Nb).len(), 5 * 7 + 4 * 3 + 69 * 2);
    }

    #[test]
    fn a_table_that_contradicts_itself_gives_no_file() {
        let document = sample::document(Language::Nb, None);
        let mut table = kinds();
        table.rows[0].cells.pop();
        assert!(matches!(
            csv(&document, &table),
            Err(RenderError::Malformed { .. })
        ));
        assert!(matches!(
            json(&document, &table),
            Err(RenderError::Malformed { .. })
        ));
    }
}

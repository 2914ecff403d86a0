//! What the house template is given: the document with every figure, date and note already in
//! print. The template computes nothing and this module decides no look.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::chart::{self, Strip};
use super::document::{Block, Cell, Chart, ColumnKind, Document, Finding, Row, RowRole, Table};
use super::evidence::Evidence;
use super::face::{has_glyph, softened};
use super::figures::{self, Reasons};

/// Stands in a draft for a character that no font has.
const REPLACEMENT: char = '\u{fffd}';
/// A table of more rows may be parted by the end of a page.
const WHOLE_ROWS_MAX: usize = 30;
/// In such a table a missing figure is said again after so many rows.
const SAID_AGAIN_AFTER: usize = 12;

/// What may stand around a word in a sentence; the template knows words without it.
const AROUND_WORDS: [char; 5] = ['.', ':', ',', '(', ')'];

/// What the template is given: every figure and date already in print.
pub(super) fn of(document: &Document) -> Value {
    let mut view = printed(document);
    if document.draft {
        replace_lacking(&mut view);
    }
    let mut soft = BTreeMap::new();
    soften(&view, &mut soft);
    // With what may stand around it; no word of the document is longer, in bytes.
    let longest = soft.keys().map(String::len).max().unwrap_or(0) + 2;
    view["longest"] = json!(longest);
    view["soft"] = json!(soft);
    view
}

/// Each long word of the document with the places where it may be divided.
fn soften(view: &Value, soft: &mut BTreeMap<String, String>) {
    match view {
        Value::String(text) => {
            let words = text.split(' ').map(|it| it.trim_matches(AROUND_WORDS));
            soft.extend(words.filter_map(|it| Some((it.to_owned(), softened(it)?))));
        }
        Value::Array(items) => items.iter().for_each(|it| soften(it, soft)),
        Value::Object(fields) => {
            // Pictures are no text, and a digest always has room on a line.
            let apart = ["svg", "alt", "content_digest", "digest"];
            let said = fields
                .iter()
                .filter(|(key, _)| !apart.contains(&key.as_str()));
            said.for_each(|(_, it)| soften(it, soft));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn replace_lacking(view: &mut Value) {
    match view {
        Value::String(text) if !text.chars().all(has_glyph) => {
            let seen = text
                .chars()
                .map(|it| if has_glyph(it) { it } else { REPLACEMENT });
            *text = seen.collect();
        }
        Value::Array(items) => items.iter_mut().for_each(replace_lacking),
        Value::Object(fields) => fields.values_mut().for_each(replace_lacking),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn printed(document: &Document) -> Value {
    let sections = document.sections.iter().map(|section| {
        let blocks = section.blocks.iter().map(|block| match block {
            Block::Paragraph(text) => json!({ "kind": "paragraph", "text": text }),
            Block::Table(table) => table_view(table, document),
            Block::Chart(chart) => chart_view(chart, document),
            Block::Findings(findings) => findings_view(findings, document),
        });
        json!({ "heading": section.heading, "blocks": blocks.collect::<Vec<_>>() })
    });
    json!({
        "language": document.language.code(),
        "title": document.title,
        "subtitle": document.subtitle,
        "stamp": document.stamped(),
        "agency": document.agency,
        "author": document.author,
        "lead": document.lead,
        "day": document.dated.to_string(),
        "dated": wording::day(document.dated),
        "cutoff": document.cutoff,
        "sections": sections.collect::<Vec<_>>(),
        "evidence": evidence_view(&document.evidence),
        "evidence_line": document.evidence.to_string(),
    })
}

fn evidence_view(evidence: &Evidence) -> Value {
    let cutoffs = evidence.cutoffs.iter().map(|it| {
        let digest = it.digest.as_deref().unwrap_or_default();
        json!({ "name": it.name, "words": it.words, "digest": digest })
    });
    json!({
        "report": evidence.report,
        "version": evidence.version.to_string(),
        "content_digest": evidence.content_digest,
        "cutoffs": cutoffs.collect::<Vec<_>>(),
        "figures": evidence.figures,
    })
}

fn table_view(table: &Table, document: &Document) -> Value {
    let mut reasons = Reasons::default();
    let mut cells: Vec<Vec<Printed>> = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mark = |cell| Printed::of(cell, &mut reasons, table, document);
        cells.push(row.cells.iter().map(mark).collect());
    }
    say_once(&mut cells);
    let rows = table
        .rows
        .iter()
        .zip(&cells)
        .map(|(row, cells)| row_view(row, cells));
    let rows: Vec<_> = rows.collect();
    let columns = table
        .columns
        .iter()
        .map(|column| json!({ "label": column.label, "words": column.kind == ColumnKind::Text }));
    let mut notes = reasons.notes();
    notes.extend(table.notes.iter().cloned());
    json!({
        "kind": "table",
        "id": table.id,
        "title": table.title,
        "unit": table.unit,
        "code_heading": table.code_heading,
        "label_heading": table.label_heading,
        "columns": columns.collect::<Vec<_>>(),
        "rows": rows,
        "source": table.source,
        "source_date": wording::day(table.source_date),
        "rounding": table.rounding,
        "notes": notes,
    })
}

/// A cell in print.
struct Printed {
    text: String,
    /// A missing figure is set in its own way, so that no one reads it as a number.
    missing: bool,
    /// How many rows it stands for; 0 where the one above it does.
    rows: usize,
}

impl Printed {
    fn of<'a>(
        cell: &'a Cell,
        reasons: &mut Reasons<'a>,
        table: &Table,
        document: &Document,
    ) -> Self {
        Self {
            text: reasons.marked(cell, table.scale, document.language),
            missing: matches!(cell, Cell::NotPublished | Cell::NotComputable { .. }),
            rows: 1,
        }
    }
}

/// Lets one missing figure stand for those below it that say the same.
fn say_once(cells: &mut [Vec<Printed>]) {
    let most = if cells.len() > WHOLE_ROWS_MAX {
        SAID_AGAIN_AFTER
    } else {
        WHOLE_ROWS_MAX
    };
    for column in 0..cells.first().map_or(0, Vec::len) {
        let mut first = 0;
        for at in 1..cells.len() {
            let (above, below) = (&cells[first][column], &cells[at][column]);
            if below.missing && above.text == below.text && above.rows < most {
                cells[first][column].rows += 1;
                cells[at][column].rows = 0;
            } else {
                first = at;
            }
        }
    }
}

fn row_view(row: &Row, cells: &[Printed]) -> Value {
    let role = match row.role {
        RowRole::Body => "body",
        RowRole::Subtotal => "subtotal",
        RowRole::Total => "total",
    };
    let cells = cells
        .iter()
        .map(|it| json!({ "text": it.text, "missing": it.missing, "rows": it.rows }));
    json!({
        "code": row.code,
        "label": row.label,
        "cells": cells.collect::<Vec<_>>(),
        "role": role,
    })
}

fn chart_view(chart: &Chart, document: &Document) -> Value {
    let drawing = chart::draw(chart, document.language);
    json!({
        "kind": "chart",
        "id": chart.id,
        "title": chart.title,
        "unit": chart.unit,
        "legend": drawing.legend.as_ref().map(strip_view),
        "strips": drawing.strips.iter().map(strip_view).collect::<Vec<_>>(),
        "source": chart.source,
        "source_date": wording::day(chart.source_date),
        "rounding": "",
        "notes": drawing.notes,
    })
}

fn strip_view(strip: &Strip) -> Value {
    json!({ "svg": strip.svg, "alt": strip.alt })
}

fn findings_view(findings: &[Finding], document: &Document) -> Value {
    let items = findings.iter().map(|finding| {
        json!({
            "subject": finding.subject,
            "status": figures::missing(finding.status, document.language),
            "reason": finding.reason,
        })
    });
    json!({ "kind": "findings", "items": items.collect::<Vec<_>>() })
}

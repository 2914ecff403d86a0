//! What the house template is given: the document with every figure, date and note already in
//! print. The template computes nothing and this module decides no look.

use serde_json::{Value, json};

use super::chart;
use super::document::{Block, Cell, Chart, ColumnKind, Document, Finding, Row, RowRole, Table};
use super::figures::{self, Reasons};

/// What the template is given: every figure and date already in print.
pub(super) fn of(document: &Document) -> Value {
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
        "stamp": document.stamp,
        "agency": document.agency,
        "author": document.author,
        "lead": document.lead,
        "day": document.dated.to_string(),
        "dated": figures::date(document.dated),
        "cutoff": document.cutoff,
        "evidence": document.evidence.as_ref().map(ToString::to_string),
        "sections": sections.collect::<Vec<_>>(),
    })
}

fn table_view(table: &Table, document: &Document) -> Value {
    let mut reasons = Reasons::default();
    let mut rows = Vec::with_capacity(table.rows.len());
    for Row {
        code,
        label,
        cells,
        role,
    } in &table.rows
    {
        let mut printed = Vec::with_capacity(cells.len());
        for cell in cells {
            // A missing figure is set in its own way, so that no one reads it as a number.
            let missing = matches!(cell, Cell::NotPublished | Cell::NotComputable { .. });
            let text = reasons.marked(cell, table.scale, document.language);
            printed.push(json!({ "text": text, "missing": missing }));
        }
        let role = match role {
            RowRole::Body => "body",
            RowRole::Subtotal => "subtotal",
            RowRole::Total => "total",
        };
        rows.push(json!({ "code": code, "label": label, "cells": printed, "role": role }));
    }
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
        "source_date": figures::date(table.source_date),
        "rounding": table.rounding,
        "notes": notes,
    })
}

fn chart_view(chart: &Chart, document: &Document) -> Value {
    let drawing = chart::draw(chart, document.language);
    json!({
        "kind": "chart",
        "id": chart.id,
        "title": chart.title,
        "unit": chart.unit,
        "svg": drawing.svg,
        "alt": drawing.alt,
        "source": chart.source,
        "source_date": figures::date(chart.source_date),
        "rounding": "",
        "notes": drawing.notes,
    })
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

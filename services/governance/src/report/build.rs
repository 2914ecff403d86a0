//! From a checked report to the document that is printed. It decides no figure: rows come from
//! [`crate::domain::table`], and why a value is missing is what the check found, word for word.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use proto::google::r#type::Date;
use proto::governance::v1 as pb;

use super::document::{self, Cell, ColumnKind, Document, Language, Missing, RowRole, Scale};
use super::words::{AGENCY, AUTHOR, Say};
use crate::domain::formula::Value;
use crate::domain::report::{Finding, Kind};
use crate::domain::table::{Basis, Quantity, Role, Row, places, rows, tables};
use crate::domain::{Cutoff, Period, Report};

/// What a document is made of.
struct Builder<'a> {
    say: Say,
    basis: &'a Basis,
    findings: &'a [Finding],
    content: &'a pb::Report,
}

/// A table with the rows that it prints.
struct Built {
    table: document::Table,
    rows: Vec<Row>,
}

/// The document of a report in one written form.
pub(crate) fn build(
    report: &Report,
    cutoff: &Cutoff,
    basis: &Basis,
    language: Language,
) -> Document {
    let content = report.content();
    let builder = Builder {
        say: Say(language),
        basis,
        findings: &report.findings,
        content: &content,
    };
    let of = |text: &Option<pb::Text>| builder.text(text.as_ref());
    let (agency, author) = match &content.author {
        Some(_) => (of(&content.author), of(&content.author)),
        None => (AGENCY.to_owned(), AUTHOR.to_owned()),
    };
    let period = cutoff
        .period()
        .unwrap_or(Period::Year(cutoff.end_on.year()));
    Document {
        language,
        title: of(&content.title),
        subtitle: of(&content.subtitle),
        stamp: Some(content.stamp.clone()).filter(|it| !it.is_empty()),
        agency,
        author,
        lead: content
            .lead
            .iter()
            .map(|it| builder.text(Some(it)))
            .collect(),
        dated: day(content.date.as_ref()),
        cutoff: builder.say.cutoff(period, cutoff.edition),
        sections: builder.sections(),
    }
}

impl Builder<'_> {
    fn text(&self, text: Option<&pb::Text>) -> String {
        text.map_or("", |it| self.say.so(&it.nb, &it.nn)).to_owned()
    }

    fn sections(&self) -> Vec<document::Section> {
        use pb::block::Kind as Block;
        let built: BTreeMap<_, _> = tables(self.content)
            .map(|it| (it.id.as_str(), self.table(it)))
            .collect();
        let mut sections: Vec<document::Section> = Vec::new();
        for block in &self.content.blocks {
            let block = match &block.kind {
                Some(Block::Heading(it)) => {
                    sections.push(document::Section {
                        heading: self.text(Some(it)),
                        blocks: Vec::new(),
                    });
                    continue;
                }
                Some(Block::Paragraph(it)) => Some(document::Block::Paragraph(self.text(Some(it)))),
                Some(Block::Table(it)) => built
                    .get(it.id.as_str())
                    .map(|it| document::Block::Table(it.table.clone())),
                Some(Block::Chart(it)) => built
                    .get(it.table.as_str())
                    .map(|of| document::Block::Chart(self.chart(it, of))),
                None => None,
            };
            if let Some(section) = sections.last_mut() {
                section.blocks.extend(block);
            }
        }
        sections.extend(self.missing(&built));
        sections
    }

    fn table(&self, table: &pb::Table) -> Built {
        let rows = rows(table, self.basis);
        let columns: Vec<_> = table.columns.iter().map(|it| self.column(it)).collect();
        let kinds: BTreeSet<_> = columns.iter().map(|it| it.kind).collect();
        let scale = if table.in_kroner {
            Scale::Kroner
        } else {
            Scale::MillionKroner
        };
        let first = table.columns.first();
        let figure = first.and_then(|it| self.basis.figures.get(&it.figure));
        let dimensions = figure.map_or(&[][..], |it| &it.formula.group_by);
        let printed = document::Table {
            id: table.id.clone(),
            title: self.text(table.title.as_ref()),
            unit: self.say.unit(&kinds, scale),
            scale,
            code_heading: (!dimensions.is_empty()).then(|| self.say.codes(dimensions)),
            label_heading: self.say.so("Navn", "Namn").to_owned(),
            rows: rows.iter().map(|it| self.row(table, it)).collect(),
            columns,
            source: self.text(table.source.as_ref()),
            source_date: day(table.source_date.as_ref()),
            rounding: self.say.rounding(&kinds, scale),
            notes: self.notes(table, &rows),
        };
        Built {
            table: printed,
            rows,
        }
    }

    fn column(&self, column: &pb::Column) -> document::Column {
        document::Column {
            id: column_id(&self.content.cutoff, &column.figure),
            label: self.text(column.title.as_ref()),
            kind: match self.quantity(column) {
                Quantity::Money => ColumnKind::Amount,
                Quantity::Number => ColumnKind::Count,
                Quantity::Share => ColumnKind::Share,
            },
        }
    }

    fn quantity(&self, column: &pb::Column) -> Quantity {
        let figure = self.basis.figures.get(&column.figure);
        figure.map_or(Quantity::Number, |it| it.quantity())
    }

    fn row(&self, table: &pb::Table, row: &Row) -> document::Row {
        let is_below_a_sum = table.subtotals && row.key.len() > 1;
        let code = match row.role {
            Role::Total => None,
            Role::Body if is_below_a_sum => Some(row.key[1..].join(".")),
            Role::Body | Role::Subtotal => Some(row.key.join(".")),
        };
        let label = match (&row.label, &code) {
            (Some(label), _) => self.text(Some(label)),
            (None, Some(code)) => code.clone(),
            (None, None) => "I alt".to_owned(),
        };
        let pairs = table.columns.iter().zip(&row.cells);
        document::Row {
            cells: pairs
                .map(|(column, value)| self.cell(table, row, column, value.as_ref()))
                .collect(),
            role: match row.role {
                Role::Body => RowRole::Body,
                Role::Subtotal => RowRole::Subtotal,
                Role::Total => RowRole::Total,
            },
            code,
            label,
        }
    }

    fn cell(
        &self,
        table: &pb::Table,
        row: &Row,
        column: &pb::Column,
        value: Option<&Value>,
    ) -> Cell {
        match value {
            None => Cell::Absent,
            Some(Value::Amount(ore)) if self.quantity(column) == Quantity::Money => {
                Cell::Amount { ore: *ore }
            }
            Some(Value::Amount(number)) => Cell::Count(*number),
            Some(Value::Share(numerator, denominator)) => Cell::Share {
                numerator: *numerator,
                denominator: *denominator,
            },
            Some(Value::NotPublished(_)) => Cell::NotPublished,
            Some(Value::NotComputable(_)) => Cell::NotComputable {
                reason: self.reason(table, row, column),
            },
        }
    }

    /// Why the check found that a value is missing.
    fn reason(&self, table: &pb::Table, row: &Row, column: &pb::Column) -> String {
        let found = self.findings.iter().find(|it| {
            it.kind == Kind::ValueNotComputable
                && it.table == table.id
                && it.column == column.figure
                && (it.row.is_empty() || it.row == row.name())
        });
        found
            .map_or("", |it| self.say.so(&it.nb, &it.nn))
            .to_owned()
    }

    /// The author's notes, what a dash means, and what the check found of the whole table.
    fn notes(&self, table: &pb::Table, rows: &[Row]) -> Vec<String> {
        let own = table.notes.iter().map(|it| self.text(Some(it)));
        let has_dash = rows.iter().flat_map(|it| &it.cells).any(Option::is_none);
        let dash = has_dash.then(|| {
            let said = self
                .say
                .so("– Ingen slik rad i kilden.", "– Inga slik rad i kjelda.");
            said.to_owned()
        });
        let found = self.findings.iter().filter(|it| {
            it.table == table.id && matches!(it.kind, Kind::SourceMissing | Kind::Restated)
        });
        let found = found.map(|it| self.say.so(&it.nb, &it.nn).to_owned());
        own.chain(dash).chain(found).collect()
    }

    fn chart(&self, chart: &pb::Chart, of: &Built) -> document::Chart {
        let has = |role| of.table.rows.iter().any(|it| it.role == role);
        let roles = [RowRole::Subtotal, RowRole::Body, RowRole::Total];
        let drawn = roles
            .into_iter()
            .find(|it| has(*it))
            .unwrap_or(RowRole::Total);
        let groups = of
            .table
            .rows
            .iter()
            .filter(|it| it.role == drawn)
            .map(|row| {
                let code = row.code.as_deref().filter(|it| *it != row.label);
                document::BarGroup {
                    label: code
                        .map_or_else(|| row.label.clone(), |it| format!("{it} {}", row.label)),
                    values: places(chart)
                        .filter_map(|at| row.cells.get(at).cloned())
                        .collect(),
                }
            });
        let columns: Vec<_> = places(chart)
            .filter_map(|at| of.table.columns.get(at))
            .collect();
        let kinds: BTreeSet<_> = columns.iter().map(|it| it.kind).collect();
        document::Chart {
            id: chart.id.clone(),
            title: self.text(chart.title.as_ref()),
            alternative: self.text(chart.alternative.as_ref()),
            unit: self.say.unit(&kinds, of.table.scale),
            scale: of.table.scale,
            kind: kinds.first().copied().unwrap_or(ColumnKind::Count),
            series: columns.iter().map(|it| it.label.clone()).collect(),
            groups: groups.collect(),
            source: of.table.source.clone(),
            source_date: of.table.source_date,
        }
    }

    /// The section of what a reader will look for and not find, if there is any: values that are
    /// missing for one reason in one column are one item.
    fn missing(&self, built: &BTreeMap<&str, Built>) -> Option<document::Section> {
        let mut items: Vec<(&Finding, Missing, Vec<&str>)> = Vec::new();
        for finding in self.findings {
            let status = match finding.kind {
                Kind::ValueNotPublished => Missing::NotPublished,
                Kind::ValueNotComputable => Missing::NotComputable,
                Kind::SourceMissing | Kind::Restated | Kind::LabelMissing => continue,
            };
            let same = |(it, ..): &&mut (&Finding, Missing, Vec<&str>)| {
                let place = |it: &Finding| (it.table.clone(), it.column.clone());
                place(it) == place(finding) && it.nb == finding.nb && it.kind == finding.kind
            };
            match items.iter_mut().find(same) {
                Some((.., rows)) => rows.push(&finding.row),
                None => items.push((finding, status, vec![&finding.row])),
            }
        }
        let findings = items.into_iter().filter_map(|(finding, status, rows)| {
            Some(document::Finding {
                subject: self.subject(built.get(finding.table.as_str())?, finding, &rows),
                status,
                reason: self.say.so(&finding.nb, &finding.nn).to_owned(),
            })
        });
        let findings: Vec<_> = findings.collect();
        let heading = self.say.so(
            "Ikke offentliggjort eller kan ikke beregnes",
            "Ikkje offentleggjort eller kan ikkje bereknast",
        );
        (!findings.is_empty()).then(|| document::Section {
            heading: heading.to_owned(),
            blocks: vec![document::Block::Findings(findings)],
        })
    }

    /// What is missing: the table, the column, and the rows where it is not all of them.
    fn subject(&self, built: &Built, finding: &Finding, rows: &[&str]) -> String {
        let columns = tables(self.content).flat_map(|it| &it.columns);
        let column = columns.into_iter().find(|it| it.figure == finding.column);
        let column = self.text(column.and_then(|it| it.title.as_ref()));
        let whole = format!("{}: {column}", built.table.title);
        if finding.row.is_empty() {
            return whole;
        }
        let names = built.rows.iter().zip(&built.table.rows);
        let names = names.filter(|(row, _)| rows.contains(&row.name().as_str()));
        let names = names.map(|(row, printed)| match row.role {
            Role::Total => printed.label.clone(),
            Role::Body | Role::Subtotal => row.key.join("."),
        });
        format!("{whole} ({})", names.collect::<Vec<_>>().join(", "))
    }
}

/// The name of a column in files: the figure's id, behind its cut-off's where that is not the
/// report's own.
fn column_id(own: &str, figure: &str) -> String {
    let ids: Vec<_> = figure.split('/').skip(1).step_by(2).collect();
    let is_own = figure
        .strip_prefix(own)
        .is_some_and(|it| it.starts_with('/'));
    let shown = if is_own {
        &ids[ids.len().min(1)..]
    } else {
        &ids[..]
    };
    shown.join("_").replace('-', "_")
}

/// A date that was checked when the report was drafted.
fn day(date: Option<&Date>) -> NaiveDate {
    let part = |number: i32| u32::try_from(number).unwrap_or_default();
    date.and_then(|it| NaiveDate::from_ymd_opt(it.year, part(it.month), part(it.day)))
        .unwrap_or_default()
}

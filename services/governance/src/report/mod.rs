//! From a checked report to the document that the press prints. It decides no figure: rows come from
//! [`crate::domain::table`], and why a value is missing is what the check found, word for word.

mod missing;
mod table;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use press::{ColumnKind, Document, Language, RowRole};
use proto::google::r#type::Date;
use proto::governance::v1 as pb;

use words::{AGENCY, AUTHOR, Say};

use crate::domain::report::Finding;
use crate::domain::table::{Basis, Row, places, tables};
use crate::domain::{CutoffName, Report};

/// What a document is made of.
struct Builder<'a> {
    say: Say,
    basis: &'a Basis,
    findings: &'a [Finding],
    recorded: &'a Recorded,
    content: &'a pb::Report,
}

/// A table with the rows that it prints.
struct Built {
    table: press::Table,
    rows: Vec<Row>,
}

/// What was recorded of a report, and of the cut-offs whose figures it prints.
pub(crate) struct Recorded {
    /// SHA-256 of the version as it was recorded.
    pub(crate) digest: Vec<u8>,
    /// The cut-offs as they closed, by name.
    pub(crate) closed: BTreeMap<String, pb::Cutoff>,
}

impl Recorded {
    /// Digests of what a cut-off closed with; none of one that closed before there were any.
    fn evidence(&self, cutoff: &CutoffName) -> Option<&pb::CutoffEvidence> {
        self.closed.get(cutoff.as_str())?.evidence.as_ref()
    }

    /// The digest of a figure in its cut-off's evidence.
    fn digest_of(&self, name: &str, cutoff: &CutoffName) -> Option<&[u8]> {
        let mut figures = self.evidence(cutoff)?.figures.iter();
        figures
            .find(|it| it.name == name)
            .map(|it| it.digest.as_slice())
    }
}

/// The document of a report in one written form. `recorded` are the bytes of the version that it
/// prints, as the journal has them.
pub(crate) fn build(
    report: &Report,
    recorded: &Recorded,
    basis: &Basis,
    language: Language,
    draft: bool,
) -> Document {
    let content = &report.content.0;
    let builder = Builder {
        say: Say(language),
        basis,
        findings: &report.findings,
        recorded,
        content,
    };
    let of = |text: &Option<pb::Text>| builder.text(text.as_ref());
    let (agency, author) = match &content.author {
        Some(_) => (of(&content.author), of(&content.author)),
        None => (AGENCY.to_owned(), AUTHOR.to_owned()),
    };
    Document {
        language,
        title: of(&content.title),
        subtitle: of(&content.subtitle),
        stamp: Some(content.stamp.clone()).filter(|it| !it.is_empty()),
        draft,
        agency,
        author,
        lead: content
            .lead
            .iter()
            .map(|it| builder.text(Some(it)))
            .collect(),
        dated: day(content.date.as_ref()),
        cutoff: of(&Some(report.cutoff.words())),
        sections: builder.sections(),
        evidence: builder.evidence(report),
    }
}

impl Builder<'_> {
    fn text(&self, text: Option<&pb::Text>) -> String {
        text.map_or("", |it| self.say.so(&it.nb, &it.nn)).to_owned()
    }

    fn sections(&self) -> Vec<press::Section> {
        use pb::block::Kind as Block;
        let built: BTreeMap<_, _> = tables(self.content)
            .map(|it| (it.id.as_str(), self.table(it)))
            .collect();
        let mut sections: Vec<press::Section> = Vec::new();
        for block in &self.content.blocks {
            let block = match &block.kind {
                Some(Block::Heading(it)) => {
                    sections.push(press::Section {
                        heading: self.text(Some(it)),
                        blocks: Vec::new(),
                    });
                    continue;
                }
                Some(Block::Paragraph(it)) => Some(press::Block::Paragraph(self.text(Some(it)))),
                Some(Block::Table(it)) => built
                    .get(it.id.as_str())
                    .map(|it| press::Block::Table(it.table.clone())),
                Some(Block::Chart(it)) => built
                    .get(it.table.as_str())
                    .map(|of| press::Block::Chart(self.chart(it, of))),
                None => None,
            };
            if let Some(section) = sections.last_mut() {
                section.blocks.extend(block);
            }
        }
        sections.extend(self.missing(&built));
        sections
    }

    /// By what a reader finds again what is printed: the figures of the tables, and their cut-offs.
    fn evidence(&self, report: &Report) -> press::Evidence {
        let mut cutoffs = vec![&report.cutoff];
        let mut figures: Vec<String> = Vec::new();
        for column in tables(self.content).flat_map(|it| &it.columns) {
            let used = self.basis.figures.get(&column.figure).map(|it| &it.cutoff);
            cutoffs.extend(used.filter(|it| !cutoffs.contains(it)));
            if !figures.contains(&column.figure) {
                figures.push(column.figure.clone());
            }
        }
        cutoffs[1..].sort_unstable();
        let cutoffs = cutoffs.into_iter().map(|it| {
            let evidence = self.recorded.evidence(it);
            press::Basis {
                name: it.to_string(),
                words: self.text(Some(&it.words())),
                digest: evidence.map(|it| hex::encode(&it.digest)),
            }
        });
        press::Evidence {
            report: report.name.to_string(),
            version: report.version,
            content_digest: hex::encode(&self.recorded.digest),
            cutoffs: cutoffs.collect(),
            figures,
        }
    }

    fn chart(&self, chart: &pb::Chart, of: &Built) -> press::Chart {
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
                press::BarGroup {
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
        press::Chart {
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
}

/// A date that was checked when the report was drafted.
fn day(date: Option<&Date>) -> NaiveDate {
    let part = |number: i32| u32::try_from(number).unwrap_or_default();
    date.and_then(|it| NaiveDate::from_ymd_opt(it.year, part(it.month), part(it.day)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;

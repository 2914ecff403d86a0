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
use crate::domain::{Cutoff, Report};

/// What a document is made of.
struct Builder<'a> {
    say: Say,
    basis: &'a Basis,
    findings: &'a [Finding],
    content: &'a pb::Report,
}

/// A table with the rows that it prints.
struct Built {
    table: press::Table,
    rows: Vec<Row>,
}

/// The document of a report in one written form.
pub(crate) fn build(
    report: &Report,
    cutoff: &Cutoff,
    basis: &Basis,
    language: Language,
) -> Document {
    let content = &report.content.0;
    let builder = Builder {
        say: Say(language),
        basis,
        findings: &report.findings,
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
        agency,
        author,
        lead: content
            .lead
            .iter()
            .map(|it| builder.text(Some(it)))
            .collect(),
        dated: day(content.date.as_ref()),
        cutoff: builder.say.cutoff(cutoff.period(), cutoff.edition),
        sections: builder.sections(),
        evidence: None,
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
mod tests {
    use super::*;
    use crate::domain::check::check;
    use crate::domain::cutoff::State;
    use crate::domain::formula::Value::{Amount, NotComputable};
    use crate::domain::table::tests::{figure, table_of};
    use crate::domain::{CutoffName, Period, ReportName};

    fn both(text: &str) -> Option<pb::Text> {
        Some(pb::Text {
            nb: format!("{text} nb"),
            nn: format!("{text} nn"),
        })
    }

    fn cutoff() -> Cutoff {
        let today = NaiveDate::from_ymd_opt(2026, 2, 2).unwrap();
        let begun = Cutoff::begin(Period::Year(2025), None, today).unwrap();
        Cutoff {
            state: State::Closed,
            ..begun
        }
    }

    /// A checked report with one table, whose second column cannot be computed, and a chart of the
    /// first.
    fn report(author: Option<pb::Text>) -> (Report, Basis) {
        let by = &["post", "account"];
        let known = [
            (&["01", "500"][..], Amount(700)),
            (&["70", "870"], Amount(500)),
        ];
        let unknown = [(&["01", "500"][..], NotComputable("m".into()))];
        let known = figure(by, Amount(1200), &known);
        let unknown = figure(by, NotComputable("m".into()), &unknown);
        let (mut table, mut basis) = table_of(vec![known, unknown]);
        basis.figures.values_mut().for_each(|it| {
            it.terms[0].measure.unit = proto::feed::v1::measure::Unit::Persons;
            it.incomplete_sources = vec!["sources/grants".into()];
        });
        table.title = both("tabell");
        table.subtotals = true;
        let chart = pb::Chart {
            id: "c".into(),
            alternative: both("se"),
            table: "t".into(),
            columns: vec![1],
            ..Default::default()
        };
        use pb::block::Kind as Block;
        let heading = |text| Block::Heading(both(text).unwrap());
        let kinds = [
            heading("A"),
            Block::Table(table),
            heading("B"),
            Block::Chart(chart),
        ];
        let content = pb::Report {
            title: both("tittel"),
            cutoff: "cutoffs/2025-e1".into(),
            stamp: "EKSEMPEL".into(),
            lead: both("først").into_iter().collect(),
            blocks: kinds.map(|it| pb::Block { kind: Some(it) }).into(),
            author,
            ..Default::default()
        };
        let findings = check(&content, &basis);
        let name = ReportName::parse("reports/x").unwrap();
        let cutoff = CutoffName::parse("cutoffs/2025-e1").unwrap();
        let report = Report::draft(name, cutoff, content.clone())
            .check(findings)
            .unwrap();
        (report, basis)
    }

    #[test]
    fn a_document_says_what_its_report_says_in_one_form() {
        let (report, basis) = report(None);
        let nb = build(&report, &cutoff(), &basis, Language::Nb);
        assert_eq!(
            (nb.title.as_str(), nb.stamp.as_deref()),
            ("tittel nb", Some("EKSEMPEL"))
        );
        assert_eq!((nb.agency.as_str(), nb.author.as_str()), (AGENCY, AUTHOR));
        assert_eq!(
            (nb.lead, nb.cutoff),
            (vec!["først nb".into()], "Året 2025, 1. utgave".into())
        );
        let headings: Vec<_> = nb.sections.iter().map(|it| it.heading.as_str()).collect();
        assert_eq!(
            headings,
            [
                "A nb",
                "B nb",
                "Ikke offentliggjort eller kan ikke beregnes"
            ]
        );

        let (report, basis) = self::report(both("Noen"));
        let nn = build(&report, &cutoff(), &basis, Language::Nn);
        assert_eq!((nn.agency, nn.author), ("Noen nn".into(), "Noen nn".into()));
        assert_eq!((nn.title.as_str(), nn.subtitle.as_str()), ("tittel nn", ""));
    }

    #[test]
    fn a_table_has_rows_codes_reasons_and_notes() {
        let (report, basis) = report(None);
        let nb = build(&report, &cutoff(), &basis, Language::Nb);
        let table = nb.tables().next().unwrap();
        assert_eq!(
            (table.unit.as_str(), table.code_heading.as_deref()),
            ("Antall", Some("Post/konto"))
        );
        let rows: Vec<_> = table
            .rows
            .iter()
            .map(|it| {
                (
                    it.code.as_deref().unwrap_or(""),
                    it.label.as_str(),
                    &it.cells[0],
                )
            })
            .collect();
        let count = |number| press::Cell::Count(number);
        assert_eq!(
            rows,
            [
                ("01", "01", &count(700)),
                ("500", "500", &count(700)),
                ("70", "70", &count(500)),
                ("870", "870", &count(500)),
                ("", "I alt", &count(1200)),
            ]
        );
        let reason = "Avhenger av noe som ikke er offentliggjort: «Mål».".to_owned();
        let second: Vec<_> = table.rows.iter().map(|it| it.cells[1].clone()).collect();
        let unknown = press::Cell::NotComputable { reason };
        let absent = press::Cell::Absent;
        assert_eq!(
            second,
            [&unknown, &unknown, &absent, &absent, &unknown].map(Clone::clone)
        );
        assert_eq!(
            table.notes,
            [
                "– Ingen slik rad i kilden.",
                "Tallgrunnlaget (cutoffs/2025-e1) ble lukket uten kilden sources/grants.",
            ]
        );
    }

    #[test]
    fn a_chart_draws_the_sums_and_what_is_missing_has_its_section() {
        let (report, basis) = report(None);
        let nn = build(&report, &cutoff(), &basis, Language::Nn);
        let press::Block::Chart(chart) = &nn.sections[1].blocks[0] else {
            panic!("a chart")
        };
        assert_eq!(
            (chart.alternative.as_str(), chart.series.as_slice()),
            ("se nn", &["f1 nn".to_owned()][..])
        );
        let groups: Vec<_> = chart.groups.iter().map(|it| it.label.as_str()).collect();
        assert_eq!(groups, ["01", "70"]);
        let press::Block::Findings(findings) = &nn.sections[2].blocks[0] else {
            panic!("findings")
        };
        let found: Vec<_> = findings
            .iter()
            .map(|it| (it.subject.as_str(), it.status))
            .collect();
        assert_eq!(found, [("tabell nn: f2 nn", press::Missing::NotComputable)]);
        assert_eq!(
            findings[0].reason,
            "Avheng av noko som ikkje er offentleggjort: «Mælt»."
        );
    }

    /// What is built is printed, in both forms.
    #[test]
    fn a_built_document_is_printed() {
        let (report, basis) = report(None);
        for language in [Language::Nb, Language::Nn] {
            let document = build(&report, &cutoff(), &basis, language);
            assert!(press::pdf(&document).is_ok(), "{language:?}");
            for table in document.tables() {
                let said = press::csv(&document, table).unwrap();
                assert!(said.contains("EKSEMPEL"), "{said}");
            }
        }
    }
}

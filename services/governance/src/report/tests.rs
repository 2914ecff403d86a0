//! What is built of a checked report.

use super::*;
use crate::domain::check::check;
use crate::domain::formula::Value::{Amount, NotComputable};
use crate::domain::table::CountedImport;
use crate::domain::table::tests::{figure, table_of};
use crate::domain::{AccountsImportName, CutoffName, ReportName};

fn both(text: &str) -> Option<pb::Text> {
    Some(pb::Text {
        nb: format!("{text} nb"),
        nn: format!("{text} nn"),
    })
}

/// The report's document.
fn build(report: &Report, basis: &Basis, language: Language) -> Document {
    let recorded = Recorded {
        digest: b"recorded".to_vec(),
        closed: BTreeMap::from([("cutoffs/2025-e1".to_owned(), closed())]),
    };
    super::build(report, &recorded, basis, language, false)
}

/// A cut-off as it closed.
fn closed() -> pb::Cutoff {
    pb::Cutoff {
        evidence: Some(pb::CutoffEvidence {
            digest: vec![0xc0; 32],
            figures: vec![pb::NamedDigest {
                name: "cutoffs/2025-e1/figures/f1".into(),
                digest: vec![0xf1; 32],
            }],
            ..Default::default()
        }),
        ..Default::default()
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
    let nb = build(&report, &basis, Language::Nb);
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
            "Tall som ikke er offentliggjort eller ikke kan beregnes"
        ]
    );

    let (report, basis) = self::report(both("Noen"));
    let nn = build(&report, &basis, Language::Nn);
    assert_eq!((nn.agency, nn.author), ("Noen nn".into(), "Noen nn".into()));
    assert_eq!((nn.title.as_str(), nn.subtitle.as_str()), ("tittel nn", ""));
}

#[test]
fn a_table_has_rows_codes_reasons_and_notes() {
    let (report, basis) = report(None);
    let nb = build(&report, &basis, Language::Nb);
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
    let reason = "Grunnlaget «Mål» er ikke offentliggjort.".to_owned();
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
            "–: Kilden har ingen slik rad.",
            "Tallgrunnlaget (året 2025, 1. utgave) ble avsluttet uten kilden «tilskudd».",
        ]
    );
}

#[test]
fn a_chart_draws_the_sums_and_what_is_missing_has_its_section() {
    let (report, basis) = report(None);
    let nn = build(&report, &basis, Language::Nn);
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
    assert_eq!(
        found,
        [(
            "«f2 nn» i tabellen «tabell nn»",
            press::Missing::NotComputable
        )]
    );
    assert_eq!(
        findings[0].reason,
        "Grunnlaget «Mælt» er ikkje offentleggjort."
    );
}

/// What is built is printed, in both forms.
#[test]
fn a_built_document_is_printed() {
    let (report, basis) = report(None);
    for language in [Language::Nb, Language::Nn] {
        let document = build(&report, &basis, language);
        assert!(press::pdf(&document).is_ok(), "{language:?}");
        for table in document.tables() {
            let said = press::csv(&document, table).unwrap();
            assert!(said.contains("EKSEMPEL"), "{said}");
        }
    }
}

/// B-T08, B-T21: a document says what it is of by names and digests.
#[test]
fn a_document_names_its_version_its_cut_offs_and_its_figures() {
    let (mut report, basis) = report(None);
    report.cutoff = CutoffName::parse("cutoffs/2025-t1-e2").unwrap();
    let nn = build(&report, &basis, Language::Nn);
    let evidence = &nn.evidence;
    assert_eq!(
        (evidence.report.as_str(), evidence.version),
        ("reports/x", 2)
    );
    assert_eq!(evidence.content_digest, hex::encode(b"recorded"));
    let digests = evidence.cutoffs.iter().map(|it| it.digest.clone());
    assert_eq!(digests.collect::<Vec<_>>(), [None, Some("c0".repeat(32))]);
    let cutoffs = evidence
        .cutoffs
        .iter()
        .map(|it| (it.name.as_str(), it.words.as_str()));
    assert_eq!(
        cutoffs.collect::<Vec<_>>(),
        [
            ("cutoffs/2025-t1-e2", "1. tertial 2025, 2. utgåve"),
            ("cutoffs/2025-e1", "Året 2025, 1. utgåve"),
        ]
    );
    assert_eq!(nn.cutoff, "1. tertial 2025, 2. utgåve");
    let names = ["f1", "f2"].map(|it| format!("cutoffs/2025-e1/figures/{it}"));
    assert_eq!(evidence.figures, names);
    let table = nn.tables().next().unwrap();
    let figure = table.columns[0].figure.as_ref().unwrap();
    assert_eq!(
        (&figure.name, &figure.digest),
        (&names[0], &"f1".repeat(32))
    );
    let dimensions = table
        .dimensions
        .iter()
        .map(|it| (it.id.as_str(), it.label.as_str()));
    assert_eq!(
        dimensions.collect::<Vec<_>>(),
        [("post", "Post"), ("account", "Konto")]
    );
    assert_eq!(table.rows[1].key, ["01", "500"]);
}

/// B-T07: in kroner over a source of tenths of a million, the source's rounding is said, and no other.
#[test]
fn the_precision_of_the_accounts_goes_with_their_figures() {
    let (report, mut basis) = report(None);
    for (at, figure) in basis.figures.values_mut().enumerate() {
        figure.terms[0].measure.unit = proto::feed::v1::measure::Unit::NokOre;
        figure
            .outcome
            .groups
            .iter_mut()
            .for_each(|it| it.value = Amount(10_000_000));
        figure.outcome.value = Amount(20_000_000);
        let of = |rounded_to_ore| CountedImport {
            name: AccountsImportName::parse("accountsImports/2025").unwrap(),
            year: 2025,
            rounded_to_ore,
            control_totals: Vec::new(),
        };
        figure.imports = match at {
            0 => vec![of(1), of(10_000_000), of(100)],
            _ => vec![of(1)],
        };
    }
    let table = build(&report, &basis, Language::Nb)
        .tables()
        .next()
        .unwrap()
        .clone();
    let precisions: Vec<_> = table.columns.iter().map(|it| it.precision_ore).collect();
    assert_eq!(precisions, [Some(10_000_000), None]);
    assert_eq!(
        table.rounding,
        "Noen av beløpene er i kilden avrundet til nærmeste 0,1 million kroner; \
         summer kan derfor avvike."
    );
}

//! What stands on which page, and where.

use typst::layout::Abs;
use typst::model::Document as _;

use super::*;
use crate::document::{Block, Cell, Language, Missing, RowRole, Scale};
use crate::figures;
use crate::reading::{Piece, read, solid};
use crate::sample;

fn pages(document: &Document, turned: bool) -> Vec<Vec<Piece>> {
    read(&lay_out(document).unwrap(), turned)
}

fn all_text(document: &Document) -> String {
    let pages = pages(document, false);
    solid(
        &pages
            .iter()
            .flatten()
            .map(|piece| piece.text.as_str())
            .collect::<String>(),
    )
}

#[test]
fn the_properties_are_those_of_the_document() {
    let document = sample::document(Language::Nb, Some("EKSEMPEL"));
    let laid_out = lay_out(&document).unwrap();
    let info = laid_out.info();
    let title = info.title.as_deref();
    assert_eq!(
        title,
        Some("EKSEMPEL – Bevilgning og regnskap for kapittel 144")
    );
    assert_eq!(info.author, ["Norec"]);
    let day = Datetime::from_ymd(2026, 6, 15);
    assert_eq!(info.date.custom().flatten(), day);
}

#[test]
fn whatever_a_text_holds_is_printed_as_it_stands() {
    let hostile = "#panic() $x$ @ref *b* `c` <l> [d] // e \\ \"f\" 'g' = h #import \"i\"";
    let text = || hostile.to_owned();
    let mut document = sample::document(Language::Nb, Some("#stamp[x]"));
    document.title = text();
    document.subtitle = text();
    document.agency = text();
    document.author = text();
    document.cutoff = text();
    document.lead = vec![text()];
    let blocks = &mut document.sections[0].blocks;
    blocks[0] = Block::Paragraph(text());
    if let Block::Table(table) = &mut blocks[1] {
        table.title = text();
        table.unit = text();
        table.source = text();
        table.rounding = text();
        table.notes = vec![text()];
        table.label_heading = text();
        table.rows[0].label = text();
        table.rows[0].cells[0] = Cell::NotComputable { reason: text() };
    }
    if let Block::Chart(chart) = &mut blocks[2] {
        chart.title = text();
        chart.series[0] = text();
        chart.groups[0].label = text();
    }
    document.sections[2].heading = text();
    if let Block::Findings(findings) = &mut document.sections[2].blocks[0] {
        findings[0].subject = text();
        findings[0].reason = text();
    }

    let printed = all_text(&document);
    // Front block and lead, paragraph, table, chart, heading, finding; on every page the
    // cut-off, on every page but the first the title. The author is a property, and the
    // words inside the chart are a picture.
    let pages = pages(&document, false).len();
    let places = 5 + 1 + 8 + 1 + 1 + 2 + pages + pages - 1;
    assert_eq!(printed.matches(&solid(hostile)).count(), places);
    assert!(printed.contains("#stamp[x]"));
}

/// B-T21: by what everything can be found again stands at the end, in both forms.
#[test]
fn the_document_ends_with_its_names_and_digests() {
    for language in [Language::Nb, Language::Nn] {
        let mut document = sample::document(language, None);
        let said = |document: &Document| {
            let printed = all_text(document);
            let start = printed.rfind("Grunnlagforetterprøving").unwrap();
            printed[start..].to_owned()
        };
        let ending = said(&document);
        let evidence = &document.evidence;
        let report = format!("{}, versjon {}", evidence.report, evidence.version);
        let content = evidence.content_digest.clone();
        let basis = &evidence.cutoffs[0];
        let cutoff = format!("{} ({})", basis.words, basis.name);
        let digest = basis.digest.clone().unwrap();
        let names = evidence.figures.iter().cloned();
        for text in [report, content, cutoff, digest.clone()]
            .into_iter()
            .chain(names)
        {
            assert!(ending.contains(&solid(&text)), "{text} in {ending}");
        }
        document.evidence.cutoffs[0].digest = None;
        assert!(!said(&document).contains(&digest));
    }
}

/// B-T21: the stamp is said once on each page, and lies behind its text.
#[test]
fn every_page_bears_the_stamp_across_it_and_in_its_head() {
    let document = sample::document(Language::Nb, Some("EKSEMPEL"));
    let stamps = |turned| {
        let pages = pages(&document, turned);
        let count = |page: &Vec<Piece>| page.iter().filter(|it| it.text == "EKSEMPEL").count();
        pages.iter().map(count).collect::<Vec<_>>()
    };
    // The first page has it over the title, where a screen reader finds it; the others in their
    // heads.
    assert_eq!(stamps(false), [1, 1, 1]);
    assert_eq!(stamps(true), [2, 2, 2]);
    let plain = sample::document(Language::Nb, None);
    assert!(!all_text(&plain).contains("EKSEMPEL"));
}

#[test]
fn every_page_says_which_of_how_many_it_is() {
    for language in [Language::Nb, Language::Nn] {
        let pages = pages(&sample::document(language, None), false);
        assert_eq!(pages.len(), 3);
        for (at, page) in pages.iter().enumerate() {
            let text: String = page.iter().map(|piece| piece.text.as_str()).collect();
            assert!(text.contains(&format!("Side {} av 3", at + 1)), "{text}");
        }
    }
}

/// B-T21: a missing figure is said once for all rows of its column that lack it.
#[test]
fn every_row_is_printed_in_its_place_with_all_its_cells() {
    for language in [Language::Nb, Language::Nn] {
        let document = sample::document(language, None);
        let printed = all_text(&document);
        let mut rest = printed.as_str();
        for table in document.tables() {
            for row in &table.rows {
                let mut line = solid(&format!(
                    "{}{}",
                    row.code.as_deref().unwrap_or(""),
                    row.label
                ));
                let missing =
                    |it: &&Cell| matches!(it, Cell::NotComputable { .. } | Cell::NotPublished);
                for cell in row.cells.iter().filter(|it| !missing(it)) {
                    line.push_str(&solid(&figures::cell(cell, table.scale, language)));
                }
                let at = rest
                    .find(&line)
                    .unwrap_or_else(|| panic!("{line} is not printed"));
                rest = &rest[at + line.len()..];
            }
        }
        let words = [Missing::NotComputable, Missing::NotPublished];
        let [unknown, unpublished] = words.map(|it| solid(figures::missing(it, language)));
        // Two columns of one table, one of the other and its note; each again in the last section.
        let count = |it: &String| printed.matches(it.as_str()).count();
        assert_eq!([count(&unknown), count(&unpublished)], [3, 3]);
    }
}

#[test]
fn both_written_forms_print_the_same_figures() {
    let figures = |language| {
        let pages = pages(&sample::document(language, None), false);
        let texts = pages.into_iter().flatten().map(|piece| piece.text);
        let figure = |text: &String| {
            text.contains(',')
                && text
                    .chars()
                    .all(|it| it.is_ascii_digit() || "−,".contains(it))
        };
        texts.filter(figure).collect::<Vec<_>>()
    };
    assert_eq!(figures(Language::Nb), figures(Language::Nn));
    assert!(figures(Language::Nb).len() > 130);
}

/// The sample with so many columns of amounts in its first table.
fn wide(columns: usize, scale: Scale) -> Document {
    let mut document = sample::document(Language::Nb, Some("EKSEMPEL"));
    let Block::Table(table) = &mut document.sections[0].blocks[1] else {
        panic!("a table")
    };
    let label = "Avrundingsdifferanse mot saldert budsjett";
    let column = |at| sample::amounts(&format!("k{at}"), label.to_owned());
    let cells = |ore| vec![Cell::Amount { ore }; columns];
    table.scale = scale;
    table.columns = (0..columns).map(column).collect();
    table.rows = vec![
        sample::row(
            Some("70"),
            "Utvekslingsordninger",
            cells(15_350_000_000),
            RowRole::Body,
        ),
        sample::row(None, "Sum", cells(-31_290_000_000), RowRole::Total),
    ];
    document
}

#[test]
fn a_table_stands_upright_while_its_figures_fit_and_then_lies() {
    for (columns, scale, lying) in [
        (7, Scale::MillionKroner, 0),
        (5, Scale::Kroner, 0),
        (7, Scale::Kroner, 1),
        (10, Scale::Kroner, 1),
    ] {
        let laid_out = lay_out(&wide(columns, scale)).unwrap();
        let pages = laid_out.pages().iter();
        let lies = pages.filter(|page| page.frame.width() > page.frame.height());
        assert_eq!(lies.count(), lying, "{columns} columns, {scale:?}");
    }
    let refused = lay_out(&wide(16, Scale::Kroner)).unwrap_err();
    assert!(matches!(&refused, RenderError::Layout(why) if why.contains("too wide")));
}

/// B-T21: what goes on behind the end of a page says so there, and nothing else does.
#[test]
fn what_goes_on_on_the_next_page_says_so() {
    let mut document = sample::document(Language::Nb, None);
    if let Block::Chart(chart) = &mut document.sections[0].blocks[2] {
        chart.groups = vec![chart.groups[0].clone(); 30];
    }
    let pages = pages(&document, false);
    let continued = |page: &Vec<Piece>| {
        let found = page.iter().filter(|it| it.text.contains("(forts.)"));
        found
            .map(|it| it.text.clone())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let told: Vec<_> = pages.iter().map(continued).collect();
    assert_eq!(told[0], "");
    assert!(told[1].starts_with("Figur 1 (forts.)"), "{told:?}");
    assert!(
        told.iter().any(|it| it.ends_with("Tabell 3 (forts.)")),
        "{told:?}"
    );
    let continued = ["", "Figur 1 (forts.)", "Tabell 3 (forts.)"];
    let known = |it: &String| it.split(", ").all(|it| continued.contains(&it));
    assert!(told.iter().all(known), "{told:?}");
}

/// B-F17: words of any length stay in their place, wherever a text may stand.
#[test]
fn a_word_wider_than_its_place_is_divided() {
    let word = || "Menneskerettighetsorganisasjonssamarbeidsavtaleutvalg".to_owned();
    let solid = || "W".repeat(200);
    let mut document = wide(7, Scale::Kroner);
    document.title = word() + &word();
    document.subtitle = solid();
    document.agency = solid();
    document.cutoff = solid();
    document.lead = vec![solid(), word()];
    document.evidence.figures = vec![solid(); 3];
    document.sections[0].heading = solid();
    document.sections[1].heading = word();
    let blocks = &mut document.sections[0].blocks;
    blocks[0] = Block::Paragraph(word() + &solid());
    if let Block::Table(table) = &mut blocks[1] {
        table.title = solid();
        table.source = solid();
        table.notes = vec![solid()];
        table.code_heading = Some(word());
        table.label_heading = solid();
        table.columns[0].label = word();
        table.columns[1].label = solid();
        table.rows[0].label = solid();
        table.rows[0].code = Some(solid());
        table.rows[1].label = word();
        let reason = solid();
        table.rows[1].cells[3] = Cell::NotComputable { reason };
    }
    if let Block::Findings(findings) = &mut document.sections[2].blocks[0] {
        findings[0].subject = solid();
        findings[0].reason = word() + &solid();
    }
    assert_within_margins(&document);
    assert!(crate::pdf(&document).is_ok());
}

/// B-F17: eight columns of the largest amounts there are have room on a page.
#[test]
fn the_widest_figures_have_room() {
    let mut document = wide(8, Scale::Kroner);
    let Block::Table(table) = &mut document.sections[0].blocks[1] else {
        panic!("a table")
    };
    table.rows[0].cells = vec![Cell::Amount { ore: i64::MIN }; 8];
    table.rows[1].cells = vec![Cell::Amount { ore: i64::MAX }; 8];
    table.rows[0].code = Some("9".repeat(200));
    assert_within_margins(&document);
}

fn assert_within_margins(document: &Document) {
    let margin = Abs::mm(25.0) - Abs::pt(0.5);
    let laid_out = lay_out(document).unwrap();
    let widths = laid_out.pages().iter().map(|page| page.frame.width());
    for (pieces, width) in read(&laid_out, false).into_iter().zip(widths) {
        for (
            at,
            Piece {
                text,
                left,
                right,
                line,
            },
        ) in pieces.iter().enumerate()
        {
            let inside = *left >= margin && *right <= width - margin;
            assert!(inside, "{text:?}: {left:?} to {right:?} at {line:?}");
            // Nothing is printed over what stands on the same line.
            for other in pieces[..at].iter().filter(|it| it.line == *line) {
                let apart =
                    other.right <= *left + Abs::pt(0.5) || *right <= other.left + Abs::pt(0.5);
                assert!(apart, "{text} over {}", other.text);
            }
        }
    }
}

#[test]
fn no_text_leaves_the_margins() {
    let sample = sample::document(Language::Nb, Some("EKSEMPEL"));
    for document in [
        sample,
        wide(7, Scale::MillionKroner),
        wide(10, Scale::Kroner),
    ] {
        assert_within_margins(&document);
    }
}

//! The document on pages: all that typst can see of the world (one template, one data file, the
//! embedded fonts, no clock), and the layout.
//!
//! Texts reach the template as strings of a JSON file. A string is never parsed as markup, so
//! whatever a title holds is printed as it stands.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;

use super::document::Document;
use super::error::RenderError;
use super::view;

/// The name under which the template reads its data.
const DATA: &str = "document.json";

/// Sets a document that [`Document::check`] has accepted on pages.
pub(super) fn lay_out(document: &Document) -> Result<PagedDocument, RenderError> {
    let world = House {
        data: Bytes::from_string(view::of(document).to_string()),
    };
    let Warned { output, warnings } = typst::compile::<PagedDocument>(&world);
    let pages = output.map_err(|faults| RenderError::Layout(spelled_out(&faults)))?;
    // A warning (pages that do not settle, an unknown font) means a document that is not what
    // the template says.
    if warnings.is_empty() {
        Ok(pages)
    } else {
        Err(RenderError::Layout(spelled_out(&warnings)))
    }
}

/// Typst's findings as one line.
pub(super) fn spelled_out(faults: &[SourceDiagnostic]) -> String {
    let spelled = faults.iter().map(|fault| {
        let hints = fault.hints.iter().map(|hint| format!(" ({})", hint.v));
        format!("{}{}", fault.message, hints.collect::<String>())
    });
    spelled.collect::<Vec<_>>().join("; ")
}

/// All that typst can see while it renders one document.
struct House {
    data: Bytes,
}

static TEMPLATE: LazyLock<Source> = LazyLock::new(|| Source::detached(include_str!("house.typ")));

// The extra is `pdf.header-cell`, which makes the label of a row a header for screen readers.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

/// The embedded fonts: Libertinus Serif for all text, DejaVu Sans Mono for what it lacks.
static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts()
        .flat_map(|bytes| Font::iter(Bytes::new(bytes)))
        .filter(|font| !font.info().family.starts_with("New Computer Modern"))
        .collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

impl World for House {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.0
    }

    fn main(&self) -> FileId {
        TEMPLATE.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == TEMPLATE.id() {
            Ok(TEMPLATE.clone())
        } else {
            Err(absent(id))
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id.get().vpath().get_without_slash() == DATA {
            Ok(self.data.clone())
        } else {
            Err(absent(id))
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.1.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

#[cfg(test)]
mod tests {
    use typst::layout::Abs;
    use typst::model::Document as _;

    use super::*;
    use crate::document::{Block, Cell, Language, RowRole, Scale};
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

    #[test]
    fn every_page_bears_the_stamp_across_it_and_in_its_head() {
        let document = sample::document(Language::Nb, Some("EKSEMPEL"));
        let stamps = |turned| {
            let pages = pages(&document, turned);
            let count = |page: &Vec<Piece>| page.iter().filter(|it| it.text == "EKSEMPEL").count();
            pages.iter().map(count).collect::<Vec<_>>()
        };
        // The first page also has it over the title, where a screen reader finds it.
        assert_eq!(stamps(false), [2, 1, 1, 1]);
        assert_eq!(stamps(true), [3, 2, 2, 2]);
        let plain = sample::document(Language::Nb, None);
        assert!(!all_text(&plain).contains("EKSEMPEL"));
    }

    #[test]
    fn every_page_says_which_of_how_many_it_is() {
        for language in [Language::Nb, Language::Nn] {
            let pages = pages(&sample::document(language, None), false);
            assert_eq!(pages.len(), 4);
            for (at, page) in pages.iter().enumerate() {
                let text: String = page.iter().map(|piece| piece.text.as_str()).collect();
                assert!(text.contains(&format!("Side {} av 4", at + 1)), "{text}");
            }
        }
    }

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
                    for cell in &row.cells {
                        let missing = matches!(cell, Cell::NotComputable { .. });
                        let text = figures::cell(cell, table.scale, language);
                        line.push_str(&solid(&text));
                        line.push_str(if missing { "¹" } else { "" });
                    }
                    let at = rest
                        .find(&line)
                        .unwrap_or_else(|| panic!("{line} is not printed"));
                    rest = &rest[at + line.len()..];
                }
            }
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

    #[test]
    fn a_chart_taller_than_a_page_is_refused() {
        let mut document = sample::document(Language::Nb, None);
        if let Block::Chart(chart) = &mut document.sections[0].blocks[2] {
            chart.groups = vec![chart.groups[0].clone(); 20];
        }
        let refused = lay_out(&document).unwrap_err();
        assert!(matches!(&refused, RenderError::Layout(why) if why.contains("too tall")));
    }

    #[test]
    fn no_text_leaves_the_margins() {
        let margin = Abs::mm(25.0) - Abs::pt(0.5);
        let sample = sample::document(Language::Nb, Some("EKSEMPEL"));
        for document in [
            sample,
            wide(7, Scale::MillionKroner),
            wide(10, Scale::Kroner),
        ] {
            let laid_out = lay_out(&document).unwrap();
            let widths = laid_out.pages().iter().map(|page| page.frame.width());
            for (pieces, width) in read(&laid_out, false).into_iter().zip(widths) {
                for Piece { text, left, right } in pieces {
                    let inside = left >= margin && right <= width - margin;
                    assert!(inside, "{text}: {left:?} to {right:?}");
                }
            }
        }
    }
}

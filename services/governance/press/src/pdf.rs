//! The file: a laid-out document exported to PDF/A-2a + PDF/UA-1.

use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::document::Document;
use super::error::RenderError;
use super::layout::{lay_out, spelled_out};

/// Renders a document as a tagged, archivable PDF (PDF/A-2a and PDF/UA-1). The same document
/// always gives the same bytes.
///
/// Works for tenths of a second and up, on the calling thread and typst's pool: never call it on
/// an async worker.
///
/// # Errors
/// [`RenderError`]; a document that passes [`Document::check`] fails only by what it holds, such
/// as a character that none of the embedded fonts has.
pub fn pdf(document: &Document) -> Result<Vec<u8>, RenderError> {
    document.check()?;
    let rendered = lay_out(document).and_then(|pages| export(&pages));
    // Typst keeps every intermediate result for a next edit of the same text; none will come.
    typst::comemo::evict(0);
    rendered
}

fn export(pages: &PagedDocument) -> Result<Vec<u8>, RenderError> {
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|fault| RenderError::Standard(fault.message().to_string()))?;
    let options = PdfOptions {
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(pages, &options).map_err(|faults| RenderError::Standard(spelled_out(&faults)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Language;
    use crate::sample;

    #[test]
    fn the_same_document_gives_the_same_bytes() {
        let document = sample::document(Language::Nn, Some("EKSEMPEL"));
        let first = pdf(&document).unwrap();
        assert!(first.starts_with(b"%PDF-1.7"));
        assert!(first == pdf(&document).unwrap());

        let later = Document {
            cutoff: "Året 2025, andre utgåve".into(),
            ..document
        };
        assert!(first != pdf(&later).unwrap());
    }

    #[test]
    fn the_file_says_that_it_is_archivable_accessible_and_in_which_language() {
        let bytes = pdf(&sample::document(Language::Nn, None)).unwrap();
        let holds = |text: &str| bytes.windows(text.len()).any(|it| it == text.as_bytes());
        for text in [
            "<pdfaid:part>2</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
            "<rdf:li>nn-NO</rdf:li>",
            "/MarkInfo<</Marked true",
        ] {
            assert!(holds(text), "{text}");
        }
    }

    /// B-T21: the title is the one heading above all others.
    #[test]
    fn the_title_is_a_heading_and_sections_stand_below_it() {
        let bytes = pdf(&sample::document(Language::Nb, None)).unwrap();
        let count = |tag: &str| {
            let ends = |it: &&[u8]| !it[tag.len()].is_ascii_alphanumeric();
            let places = bytes.windows(tag.len() + 1).filter(ends);
            places.filter(|it| it.starts_with(tag.as_bytes())).count()
        };
        let tags = ["/S/H1", "/S/H2", "/S/Title", "/S/Table"].map(count);
        // Three sections and what can be found again; three tables.
        assert_eq!(tags, [1, 4, 0, 3]);
    }

    /// B-F16: a draft is printed whatever it holds.
    #[test]
    fn a_draft_shows_what_no_font_has_as_a_replacement() {
        let mut document = sample::document(Language::Nb, None);
        document.title = "Kileskrift \u{12000}".into();
        assert!(pdf(&document).is_err());
        document.draft = true;
        assert!(pdf(&document).is_ok());
    }

    #[test]
    fn a_character_no_embedded_font_has_is_refused_by_name() {
        let mut document = sample::document(Language::Nb, None);
        document.lead.push("Kileskrift: \u{12000}".into());
        let refused = pdf(&document).unwrap_err();
        let named = "could not be displayed";
        assert!(
            matches!(&refused, RenderError::Standard(why) if why.contains(named)),
            "{refused}"
        );
    }
}

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
use super::face;
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

static TEMPLATE: LazyLock<Source> =
    LazyLock::new(|| Source::detached(include_str!("../house.typ")));

// The extra is `pdf.header-cell`, which makes the label of a row a header for screen readers.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

impl World for House {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &face::FONTS.0
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
        face::FONTS.1.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

#[cfg(test)]
mod tests;

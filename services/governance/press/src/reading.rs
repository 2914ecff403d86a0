//! Reads a laid-out document back as text, for the tests: what stands on which page, and where.

use typst::layout::{Abs, Frame, FrameItem, Point};
use typst_layout::PagedDocument;

/// A piece of text on a page, with its edges and its base line.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) left: Abs,
    pub(super) right: Abs,
    /// The base line, from the top of the page.
    pub(super) line: Abs,
}

/// The text of each page in reading order; with `turned` also what is not level.
pub(super) fn read(document: &PagedDocument, turned: bool) -> Vec<Vec<Piece>> {
    let pages = document.pages().iter().map(|page| {
        let mut found = Vec::new();
        collect(&page.frame, Point::zero(), turned, &mut found);
        found
    });
    pages.collect()
}

/// Text without spaces and hyphens, which depend on where a line ends.
pub(super) fn solid(text: &str) -> String {
    text.chars()
        .filter(|it| !it.is_whitespace() && !"-\u{ad}".contains(*it))
        .collect()
}

fn collect(frame: &Frame, at: Point, turned: bool, found: &mut Vec<Piece>) {
    for (offset, item) in frame.items() {
        let at = at + *offset;
        match item {
            FrameItem::Group(group) if turned || group.transform.is_identity() => {
                collect(&group.frame, at, turned, found);
            }
            FrameItem::Text(text) => found.push(Piece {
                text: text.text.to_string(),
                left: at.x,
                right: at.x + text.width(),
                line: at.y,
            }),
            _ => {}
        }
    }
}

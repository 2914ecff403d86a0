//! Quotes of a CSV file (RFC 4180), judged before it is read: one that is not closed swallows the rows
//! behind it, and they would be missed only in the sums.

use super::map::Delimiter;

/// Why a quote does not enclose a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteFault {
    /// The file ends inside it.
    NotClosed,
    /// Behind the closing quote stands something else than the cell's end.
    ClosedInside,
}

/// Where the reader stands.
#[derive(Clone, Copy)]
enum Place {
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote that closes the cell, unless another one follows.
    Closing,
}

/// The first quote that does not enclose a cell, and where it opened: the line, from 1 at the text's
/// beginning.
pub(super) fn first_broken(text: &str, delimiter: Delimiter) -> Option<(u64, QuoteFault)> {
    let (mut line, mut opened) = (1, 1);
    let mut place = Place::CellStart;
    for byte in text.bytes() {
        let ends_cell = byte == delimiter.byte() || matches!(byte, b'\n' | b'\r');
        place = match (place, byte) {
            (Place::CellStart, b'"') => {
                opened = line;
                Place::Quoted
            }
            (Place::Quoted, b'"') => Place::Closing,
            (Place::Closing, b'"') | (Place::Quoted, _) => Place::Quoted,
            (_, _) if ends_cell => Place::CellStart,
            (Place::Closing, _) => return Some((opened, QuoteFault::ClosedInside)),
            (Place::CellStart | Place::Plain, _) => Place::Plain,
        };
        line += u64::from(byte == b'\n');
    }
    matches!(place, Place::Quoted).then_some((opened, QuoteFault::NotClosed))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-F03: a quote that swallows what stands behind it is named by the line where it opened.
    #[test]
    fn a_quote_that_encloses_no_cell_is_named_by_its_line() {
        use QuoteFault::{ClosedInside, NotClosed};
        for (text, broken) in [
            ("a;b\n1;2\n", None),
            ("a;\"b;c\"\n\"1\n2\";3\r\n", None),
            ("a;\"he said \"\"no\"\"\"\n", None),
            ("a;12\" skjerm;5\"\n", None),
            ("\"\"", None),
            ("\"a\"", None),
            ("a;b\n1;\"2\n3;4\n", Some((2, NotClosed))),
            ("a\n\"", Some((2, NotClosed))),
            ("a;\"b\"\"\n", Some((1, NotClosed))),
            // The next quoted cell closes it.
            ("a;b\n1;\"2\n3;\"4\"\n", Some((2, ClosedInside))),
            ("a;\"b\"c\n", Some((1, ClosedInside))),
        ] {
            assert_eq!(first_broken(text, Delimiter::Semicolon), broken, "{text:?}");
        }
    }
}

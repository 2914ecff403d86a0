//! What a document is of, as one line of text in each of its files: a PDF's keywords (which its XMP holds
//! uncompressed), a column of a CSV, a field of a JSON file. Written and found again by one form, so that
//! a file can be compared with what was recorded, years later and without what made it.

use std::fmt::{self, Write};

use serde::{Deserialize, Serialize};

/// What the line begins with; a form of another release has another number.
const MARK: &str = "norec-evidence/1";

/// What a document is of.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Evidence {
    /// Resource name of what was rendered.
    pub report: String,
    /// Its version.
    pub version: i64,
    /// SHA-256, in hexadecimal, of that version as it was recorded.
    pub content_digest: String,
    /// Resource name of the cut-off whose figures are printed.
    pub cutoff: String,
    /// The cut-off's digest over its marks and figures, in hexadecimal; empty where it has none.
    pub cutoff_digest: String,
    /// Resource names of the figures that are printed, sorted.
    pub figures: Vec<String>,
}

/// One line of words between spaces: letters, digits and `/ - . =` alone, so that no file has to escape
/// anything.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{MARK} report={} version={} content={} cutoff={} digest={}",
            self.report, self.version, self.content_digest, self.cutoff, self.cutoff_digest
        )?;
        self.figures
            .iter()
            .try_for_each(|it| write!(f, " figure={it}"))
    }
}

impl Evidence {
    /// Finds what a file is of, whichever of the three it is; none where it does not say, or not in this
    /// form.
    pub fn find(file: &[u8]) -> Option<Self> {
        let start = file
            .windows(MARK.len())
            .position(|it| it == MARK.as_bytes())?;
        let is_word = |it: &&u8| it.is_ascii_alphanumeric() || b" /-.=_".contains(it);
        let line: Vec<u8> = file[start..].iter().take_while(is_word).copied().collect();
        let line = String::from_utf8(line).ok()?;
        let of = |key: &str| -> Vec<String> {
            let values = line.split(' ').filter_map(|it| it.split_once('='));
            let of_key = values.filter(|(it, _)| *it == key);
            of_key.map(|(_, value)| value.to_owned()).collect()
        };
        let one = |key: &str| of(key).into_iter().next();
        Some(Self {
            report: one("report")?,
            version: one("version")?.parse().ok()?,
            content_digest: one("content")?,
            cutoff: one("cutoff")?,
            cutoff_digest: one("digest")?,
            figures: of("figure"),
        })
    }
}

/// A digest in hexadecimal.
pub fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Language};
    use crate::sample;
    use crate::{csv, json, pdf};

    fn evidence() -> Evidence {
        Evidence {
            report: "reports/2025".into(),
            version: 4,
            content_digest: hex(&[0, 10, 255]),
            cutoff: "cutoffs/2025-e1".into(),
            cutoff_digest: hex(&[7; 32]),
            figures: vec![
                "cutoffs/2025-e1/figures/a-1".into(),
                "cutoffs/2025-e1/figures/b-1".into(),
            ],
        }
    }

    /// A file of every kind says what it is of; one of a document that is of nothing does not.
    #[test]
    fn a_file_says_what_it_is_of() {
        let files = |document: &Document| {
            let table = document.tables().next().unwrap();
            [
                pdf(document).unwrap(),
                csv(document, table).unwrap().into_bytes(),
                json(document, table).unwrap().into_bytes(),
            ]
        };
        let plain = sample::document(Language::Nb, Some("EKSEMPEL"));
        for file in files(&plain) {
            assert_eq!(Evidence::find(&file), None);
        }
        let of = Document {
            evidence: Some(evidence()),
            ..plain
        };
        for file in files(&of) {
            assert_eq!(Evidence::find(&file), Some(evidence()));
        }
    }

    #[test]
    fn a_line_of_another_form_says_nothing() {
        let line = evidence().to_string();
        for other in [
            line.replace("evidence/1", "evidence/2"),
            line.replace(" version=4", ""),
            line.replace("version=4", "version=x"),
            String::new(),
        ] {
            assert_eq!(Evidence::find(other.as_bytes()), None, "{other}");
        }
        let none = Evidence {
            cutoff_digest: String::new(),
            figures: vec![],
            ..evidence()
        };
        assert_eq!(Evidence::find(none.to_string().as_bytes()), Some(none));
    }
}

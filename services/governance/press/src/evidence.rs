//! What a document is of, as one line of text in each of its files: a PDF's keywords (which its XMP holds
//! uncompressed), a column of a CSV, a field of a JSON file. Written and found again by one form, so that
//! a file can be compared with what was recorded, years later and without what made it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the line begins with; a form of another release has another number.
const MARK: &str = "norec-evidence/1";

/// What is printed, by names and digests: a small list at the end of the document, and in its data.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Evidence {
    /// The name of what is printed, such as `reports/2025`.
    pub report: String,
    /// Its version.
    pub version: i64,
    /// SHA-256 of that version as it was recorded, in lower-case hexadecimal.
    pub content_digest: String,
    /// What the figures are of, each once.
    pub cutoffs: Vec<Basis>,
    /// The names by which the figures can be opened, each once, in reading order.
    pub figures: Vec<String>,
}

/// A cut-off whose figures are printed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Basis {
    /// Its name, such as `cutoffs/2025-e1`.
    pub name: String,
    /// What it is in words, such as "Året 2025, 1. utgave"; empty where a file was read.
    pub words: String,
    /// Its digest over its marks and figures, in lower-case hexadecimal, where it has one.
    pub digest: Option<String>,
}

/// One line of words between spaces: letters, digits and `/ - . =` alone, so that no file has to escape
/// anything.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{MARK} report={} version={} content={}",
            self.report, self.version, self.content_digest
        )?;
        for it in &self.cutoffs {
            let digest = it.digest.as_deref().unwrap_or_default();
            write!(f, " cutoff={} digest={digest}", it.name)?;
        }
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
        let cutoffs = of("cutoff").into_iter().zip(of("digest"));
        let cutoffs = cutoffs.map(|(name, digest)| Basis {
            name,
            words: String::new(),
            digest: Some(digest).filter(|it| !it.is_empty()),
        });
        Some(Self {
            report: one("report")?,
            version: one("version")?.parse().ok()?,
            content_digest: one("content")?,
            cutoffs: cutoffs.collect(),
            figures: of("figure"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Language};
    use crate::sample;
    use crate::{csv, json, pdf};

    fn evidence() -> Evidence {
        let of = |name: &str, digest: Option<&str>| Basis {
            name: name.to_owned(),
            words: String::new(),
            digest: digest.map(|it| it.repeat(32)),
        };
        Evidence {
            report: "reports/2025".into(),
            version: 4,
            content_digest: "0aff".into(),
            cutoffs: vec![
                of("cutoffs/2025-e1", Some("07")),
                of("cutoffs/2024-e1", None),
            ],
            figures: vec![
                "cutoffs/2025-e1/figures/a-1".into(),
                "cutoffs/2024-e1/figures/b-1".into(),
            ],
        }
    }

    /// A file of every kind says what it is of.
    #[test]
    fn a_file_says_what_it_is_of() {
        let of = Document {
            evidence: evidence(),
            ..sample::document(Language::Nb, Some("EKSEMPEL"))
        };
        let table = of.tables().next().unwrap();
        for file in [
            pdf(&of).unwrap(),
            csv(&of, table).unwrap().into_bytes(),
            json(&of, table).unwrap().into_bytes(),
        ] {
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
            figures: vec![],
            ..evidence()
        };
        assert_eq!(Evidence::find(none.to_string().as_bytes()), Some(none));
    }
}

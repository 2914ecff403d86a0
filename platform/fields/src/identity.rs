//! Identities: texts that rows are known and compared by, such as a voucher's number or an archive
//! case. Two that a reader cannot tell apart are one: they have one normal form, hold nothing that is
//! not seen, and all blanks are alike. Text that is no identity keeps its characters.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

use proto::{Wrong, field_reason};

use crate::fields::Fields;

/// The one form of an identity of 1 to `max` characters: Unicode's NFC, with one blank (U+0020)
/// wherever there are some, and none at its ends.
///
/// # Errors
/// What an identity is like: this one is empty, too long, or holds a control character or one that
/// Unicode lets programs leave out when they show it (Default_Ignorable_Code_Point).
pub fn identity(text: &str, max: usize) -> Result<String, Wrong> {
    match optional_identity(text, max)? {
        it if it.is_empty() => Err(field_reason::Length { max }.into()),
        it => Ok(it),
    }
}

/// The same of one that may be empty.
///
/// # Errors
/// As [`identity`].
pub fn optional_identity(text: &str, max: usize) -> Result<String, Wrong> {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let is_unseen = |it: &char| it.is_control() || ignorable.contains(*it);
    if let Some(unseen) = text.chars().find(is_unseen) {
        let number = u32::from(unseen);
        let character = format!("U+{number:04X}");
        return Err(field_reason::UnseenCharacter { character }.into());
    }
    let words: Vec<_> = text.split_whitespace().collect();
    let words = words.join(" ");
    let identity = ComposingNormalizerBorrowed::new_nfc().normalize(&words);
    if identity.chars().count() > max {
        return Err(field_reason::TooLong { max }.into());
    }
    Ok(identity.into_owned())
}

impl Fields {
    /// An [`identity`] of 1 to `max` characters.
    pub fn identity(&mut self, field: &str, value: &str, max: usize) -> String {
        self.take(field, identity(value, max))
    }

    /// An [`identity`] of at most `max` characters; may be empty.
    pub fn optional_identity(&mut self, field: &str, value: &str, max: usize) -> String {
        self.take(field, optional_identity(value, max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-F07: what looks alike is one identity.
    #[test]
    fn what_looks_alike_is_one() {
        for (text, one) in [
            ("\u{c5}1", "Å1"),
            ("A\u{30a}1", "Å1"),
            ("\u{212b}1", "Å1"),
            ("F 1", "F 1"),
            ("F\u{a0}1", "F 1"),
            ("F \u{202f}\u{2003}1", "F 1"),
            (" 30001\u{3000}", "30001"),
            ("2025/142-1", "2025/142-1"),
            ("ﬁ", "ﬁ"),
        ] {
            assert_eq!(identity(text, 40).as_deref(), Ok(one), "{text:?}");
        }
    }

    /// B-F07: an identity holds nothing that is not seen.
    #[test]
    fn what_is_not_seen_is_refused_by_its_number() {
        for (text, number) in [
            ("D\u{ad}1", "U+00AD"),
            ("E\u{2060}1", "U+2060"),
            ("L\u{61c}1", "U+061C"),
            ("a\u{200b}b", "U+200B"),
            ("a\u{feff}", "U+FEFF"),
            ("a\u{fe0f}", "U+FE0F"),
            ("a\u{115f}", "U+115F"),
            ("a\u{e0041}", "U+E0041"),
            ("a\nb", "U+000A"),
            ("a\tb", "U+0009"),
            ("a\u{85}b", "U+0085"),
        ] {
            let problem = identity(text, 40).unwrap_err();
            assert_eq!(problem.0.metadata["character"], number, "{text:?}");
        }
    }

    #[test]
    fn its_length_is_that_of_its_one_form() {
        assert_eq!(identity("A\u{30a}  B", 3).as_deref(), Ok("Å B"));
        assert_eq!(
            identity("ABCD", 3),
            Err(field_reason::TooLong { max: 3 }.into())
        );
        for empty in ["", " ", "\u{a0}"] {
            assert_eq!(
                identity(empty, 3),
                Err(field_reason::Length { max: 3 }.into())
            );
            assert_eq!(optional_identity(empty, 3).as_deref(), Ok(""));
        }
    }
}

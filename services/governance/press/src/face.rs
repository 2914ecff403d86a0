//! The embedded fonts, Libertinus Serif for all text and DejaVu Sans Mono for what it lacks: which
//! characters they have, how wide a text is, and where a word may be divided.

use std::sync::LazyLock;

use hypher::Lang;
use typst::foundations::Bytes;
use typst::layout::Abs;
use typst::text::{Font, FontBook, FontInstance, FontVariant, FontVariations};
use typst::utils::LazyHash;

/// The soft hyphen: seen where a line ends at it, and nowhere else.
pub(super) const SOFT_HYPHEN: char = '\u{ad}';
/// A syllable of more letters may be divided anywhere: the narrowest column holds so many.
const SYLLABLE_MAX: usize = 5;
/// A word of fewer letters is never divided.
const WORD_MIN: usize = 7;

/// All that text is set in.
pub(super) static FONTS: LazyLock<(LazyHash<FontBook>, Vec<Font>)> = LazyLock::new(|| {
    let fonts: Vec<Font> = typst_assets::fonts()
        .flat_map(|bytes| Font::iter(Bytes::new(bytes)))
        .filter(|font| !font.info().family.starts_with("New Computer Modern"))
        .collect();
    (LazyHash::new(FontBook::from_fonts(&fonts)), fonts)
});

/// The same, as they are measured.
static FACES: LazyLock<Vec<FontInstance>> = LazyLock::new(|| {
    let size = Abs::pt(9.0);
    let measured = |font: &Font| {
        font.clone()
            .instantiate(FontVariant::default(), size, &FontVariations::default())
    };
    FONTS.1.iter().map(measured).collect()
});

/// Whether a document can show the character: an embedded font has it, or it is one that is not seen.
pub fn has_glyph(character: char) -> bool {
    let is_unseen = character.is_whitespace()
        || matches!(
            character,
            SOFT_HYPHEN | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
        );
    is_unseen || character.is_ascii_graphic() || glyph(character).is_some()
}

/// How far the character takes a line in the first font that has it, and that font's em.
fn glyph(character: char) -> Option<(i64, i64)> {
    FACES.iter().find_map(|font| {
        let face = font.ttf();
        let advance = face.glyph_hor_advance(face.glyph_index(character)?)?;
        Some((advance.into(), face.units_per_em().into()))
    })
}

/// How wide a text is that is set upright, in tenths of a point, each character by itself. A
/// character that no font has counts as a whole em.
pub(super) fn width(text: &str, size_tenths: i64) -> i64 {
    let hundredths = text.chars().map(|character| {
        let (advance, em) = glyph(character).unwrap_or((1, 1));
        (advance * size_tenths * 100 + em - 1) / em
    });
    (hundredths.sum::<i64>() + 99) / 100
}

/// The word with a soft hyphen wherever it may be divided: between syllables, and inside those
/// that are too long for any place. None where it is short.
pub(super) fn softened(word: &str) -> Option<String> {
    if word.chars().count() < WORD_MIN {
        return None;
    }
    let mut soft = String::with_capacity(word.len() * 2);
    let mut letters = String::new();
    for character in word.chars() {
        if character.is_alphabetic() {
            letters.push(character);
        } else {
            push_divided(&mut soft, &letters);
            letters.clear();
            let whole = soft.chars().rev().take_while(|it| *it != SOFT_HYPHEN);
            if whole.count() >= SYLLABLE_MAX {
                soft.push(SOFT_HYPHEN);
            }
            soft.push(character);
        }
    }
    push_divided(&mut soft, &letters);
    Some(soft)
}

fn push_divided(soft: &mut String, letters: &str) {
    for (at, syllable) in hypher::hyphenate(letters, Lang::Norwegian).enumerate() {
        for (place, letter) in syllable.chars().enumerate() {
            if (place == 0 && at > 0) || (place > 0 && place.is_multiple_of(SYLLABLE_MAX)) {
                soft.push(SOFT_HYPHEN);
            }
            soft.push(letter);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-F18: what the fonts have and lack, letter by letter.
    #[test]
    fn a_character_is_in_a_font_or_is_not_seen() {
        for known in "aÅøß½€–«»−¹₂ŠšŋΩжა\u{202f}\u{a0}\u{ad}\n".chars() {
            assert!(has_glyph(known), "{known:?}");
        }
        for lacking in ['ሀ', '\u{12000}', '漢', '😀'] {
            assert!(!has_glyph(lacking), "{lacking:?}");
        }
    }

    #[test]
    fn a_text_is_as_wide_as_its_letters() {
        // Digits are of one width, so that columns of them stand below each other.
        assert_eq!(width("1111", 90), width("2938", 90));
        assert_eq!(width("\u{12000}", 90), 90);
        assert_eq!(width("", 90), 0);
        assert!(width("mm", 90) > 3 * width("ii", 90) / 2);
        assert!((2 * width("abc", 90) - width("abcabc", 90)).abs() <= 2);
    }

    /// B-F17: a word of any length has places to divide it at, close enough for the narrowest column.
    #[test]
    fn a_long_word_may_be_divided_and_a_short_one_may_not() {
        let seen = |word: &str| softened(word).map(|it| it.replace(SOFT_HYPHEN, "|"));
        assert_eq!(seen("Post"), None);
        assert_eq!(
            seen("Avrundingsdifferanse").as_deref(),
            Some("Av|run|dings|dif|fe|ran|se")
        );
        assert_eq!(seen("artskonto/post").as_deref(), Some("arts|kon|to/post"));
        for word in [
            "x".repeat(49),
            "7".repeat(30),
            "-".repeat(20),
            "å1".repeat(40),
        ] {
            let soft = softened(&word).unwrap();
            let longest = soft.split(SOFT_HYPHEN).map(|it| it.chars().count()).max();
            assert!(longest <= Some(SYLLABLE_MAX + 1), "{soft:?}");
            assert_eq!(soft.replace(SOFT_HYPHEN, ""), word);
        }
    }
}

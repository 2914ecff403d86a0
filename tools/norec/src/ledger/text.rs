//! Bytes of a file to text, by the encoding that the map names.

use encoding_rs::WINDOWS_1252;
use oem_cp::code_table::DECODING_TABLE_CP865;

use super::map::Encoding;
use super::problem::ReadProblems;

/// What some programs write in front of UTF-8, and some in front of anything.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// What stands in front of UTF-16, whose lower or higher byte comes first.
const UTF_16LE_MARK: &[u8] = b"\xff\xfe";
const UTF_16BE_MARK: &[u8] = b"\xfe\xff";

/// Bytes that are no character of Windows-1252.
const NOT_OF_1252: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
/// å, æ and ø of CP865, which are daggers and quotes in Windows-1252.
const LETTERS_OF_865: [u8; 3] = [0x86, 0x91, 0x9b];

/// The text without its byte order mark, or the line on which it is not in this encoding.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Result<String, ReadProblems> {
    let is_marked = |mark| bytes.starts_with(mark);
    match encoding {
        Encoding::Utf16Le => return utf_16(bytes, UTF_16LE_MARK, u16::from_le_bytes),
        Encoding::Utf16Be => return utf_16(bytes, UTF_16BE_MARK, u16::from_be_bytes),
        Encoding::Auto if is_marked(UTF_16LE_MARK) => {
            return utf_16(bytes, UTF_16LE_MARK, u16::from_le_bytes);
        }
        Encoding::Auto if is_marked(UTF_16BE_MARK) => {
            return utf_16(bytes, UTF_16BE_MARK, u16::from_be_bytes);
        }
        Encoding::Auto | Encoding::Utf8 | Encoding::Windows1252 | Encoding::Cp865 => (),
    }
    if is_marked(UTF_16LE_MARK) || is_marked(UTF_16BE_MARK) {
        return Err(problem(bytes, 0, "begins with the mark of UTF-16"));
    }
    if let Some(zero) = bytes.iter().position(|it| *it == 0) {
        let what = "holds a zero byte, as UTF-16 does: say encoding utf-16le or utf-16be";
        return Err(problem(bytes, zero, what));
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    match (encoding, std::str::from_utf8(bytes)) {
        // Letters of Latin-1 beyond ASCII hardly ever make a text that is UTF-8 by accident.
        (Encoding::Auto | Encoding::Utf8, Ok(text)) => Ok(text.to_owned()),
        (Encoding::Utf8, Err(error)) => Err(problem(bytes, error.valid_up_to(), "is not in UTF-8")),
        (Encoding::Cp865, _) => Ok(cp865(bytes)),
        (Encoding::Auto, Err(_)) => match likelier_865(bytes) {
            Some(place) => Err(ask(bytes, place)),
            None => Ok(windows_1252(bytes)),
        },
        (_, _) => match bytes.iter().position(|it| NOT_OF_1252.contains(it)) {
            Some(place) => Err(problem(bytes, place, "is not in Windows-1252")),
            None => Ok(windows_1252(bytes)),
        },
    }
}

fn cp865(bytes: &[u8]) -> String {
    oem_cp::decode_string_complete_table(bytes, &DECODING_TABLE_CP865)
}

fn windows_1252(bytes: &[u8]) -> String {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    text.into_owned()
}

/// The first byte that speaks for CP865, where more of them do than for Windows-1252: what the latter
/// does not have, and letters of the former behind a letter; against them letters of the latter there.
fn likelier_865(bytes: &[u8]) -> Option<usize> {
    let is_behind_a_letter =
        |place: usize| place > 0 && bytes.get(place - 1).is_some_and(u8::is_ascii_alphabetic);
    let speaks_for_865 = |(place, byte): &(usize, &u8)| {
        NOT_OF_1252.contains(byte) || (LETTERS_OF_865.contains(byte) && is_behind_a_letter(*place))
    };
    let speaks_for_1252 =
        |(place, byte): &(usize, &u8)| **byte >= 0xc0 && is_behind_a_letter(*place);
    let count = |speaks: &dyn Fn(&(usize, &u8)) -> bool| {
        bytes.iter().enumerate().filter(|it| speaks(it)).count()
    };
    let first = bytes.iter().enumerate().find(speaks_for_865)?.0;
    (count(&speaks_for_865) > count(&speaks_for_1252)).then_some(first)
}

/// Asks which encoding it is, with the line as each would read it.
fn ask(bytes: &[u8], place: usize) -> ReadProblems {
    let start = bytes[..place].iter().rposition(|it| *it == b'\n');
    let line = &bytes[start.map_or(0, |it| it + 1)..];
    let line = line.split(|it| *it == b'\n').next().unwrap_or_default();
    let shown = |text: String| text.chars().take(80).collect::<String>();
    let what = format!(
        "reads {:?} in CP865 and {:?} in Windows-1252: say encoding cp865 or windows-1252",
        shown(cp865(line)),
        shown(windows_1252(line)),
    );
    problem(bytes, place, &what)
}

fn utf_16(bytes: &[u8], mark: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ReadProblems> {
    let bytes = bytes.strip_prefix(mark).unwrap_or(bytes);
    let pairs = bytes.chunks_exact(2);
    let is_cut = !pairs.remainder().is_empty();
    let units = pairs.map(|it| unit([it[0], it[1]]));
    let (mut text, mut line) = (String::new(), 1);
    for read in char::decode_utf16(units).chain(is_cut.then_some(Ok('\0'))) {
        match read {
            Ok(letter) if letter != '\0' => {
                line += u64::from(letter == '\n');
                text.push(letter);
            }
            _ => {
                let what = "is not in UTF-16".to_owned();
                return Err(ReadProblems::Encoding { line, what });
            }
        }
    }
    Ok(text)
}

/// What is wrong at a byte, by its line.
fn problem(bytes: &[u8], place: usize, what: &str) -> ReadProblems {
    let ends = bytes.iter().take(place).filter(|it| **it == b'\n').count();
    ReadProblems::Encoding {
        line: u64::try_from(ends).unwrap_or(u64::MAX).saturating_add(1),
        what: what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], encoding: Encoding) -> Result<String, String> {
        decode(bytes, encoding).map_err(|it| it.to_string())
    }

    #[test]
    fn a_text_is_read_in_its_encoding_with_or_without_a_mark() {
        let table: [(&[u8], Encoding, &str); 12] = [
            ("Beløp".as_bytes(), Encoding::Auto, "Beløp"),
            (b"\xef\xbb\xbfBel\xc3\xb8p", Encoding::Auto, "Beløp"),
            (b"\xef\xbb\xbfBel\xc3\xb8p", Encoding::Utf8, "Beløp"),
            (b"Bel\xf8p", Encoding::Auto, "Beløp"),
            (b"\xef\xbb\xbfBel\xf8p", Encoding::Windows1252, "Beløp"),
            (b"\xef\xbb\xbfBel\xf8p", Encoding::Auto, "Beløp"),
            (b"1\xa0234 \x96 \x80", Encoding::Auto, "1\u{a0}234 – €"),
            (b"", Encoding::Utf8, ""),
            (b"Bel\x9bp \x86r", Encoding::Cp865, "Beløp år"),
            (b"\x91sterd\x9bl", Encoding::Cp865, "æsterdøl"),
            // Quotes of Windows-1252 are no letters of CP865, and few are outweighed.
            (
                b"C\xf4te d\x92Ivoire \x91s\xe5\x92",
                Encoding::Auto,
                "Côte d’Ivoire ‘så’",
            ),
            (b"\x86 Bel\xf8p", Encoding::Auto, "† Beløp"),
        ];
        for (bytes, encoding, expected) in table {
            let decoded = read(bytes, encoding);
            assert_eq!(decoded.as_deref(), Ok(expected), "{bytes:?} {encoding:?}");
        }
    }

    #[test]
    fn what_is_in_another_encoding_is_named_by_its_line() {
        let table: [(&[u8], Encoding, &str); 6] = [
            (b"a\nb\nBel\xf8p", Encoding::Utf8, "line 3 is not in UTF-8"),
            (
                b"a\nBel\x8fp",
                Encoding::Windows1252,
                "line 2 is not in Windows-1252",
            ),
            (
                b"\xff\xfea\0",
                Encoding::Utf8,
                "line 1 begins with the mark of UTF-16",
            ),
            (b"a\0b\0", Encoding::Auto, "line 1 holds a zero byte"),
            (b"a\0\n\0b", Encoding::Utf16Le, "line 2 is not in UTF-16"),
            (b"\x00\xd8a\0", Encoding::Utf16Le, "line 1 is not in UTF-16"),
        ];
        for (bytes, encoding, said) in table {
            let problem = read(bytes, encoding).unwrap_err();
            assert!(
                problem.starts_with(said),
                "{encoding:?} {bytes:?}: {problem}"
            );
        }
    }

    /// B-F19: UTF-16 is read by its mark, or where the map names it.
    #[test]
    fn utf_16_is_read() {
        let text = "Beløp\n𝄞";
        let units = || text.encode_utf16();
        let (le, be): (Vec<u8>, Vec<u8>) = (
            units().flat_map(u16::to_le_bytes).collect(),
            units().flat_map(u16::to_be_bytes).collect(),
        );
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for (bytes, encoding) in [
            (marked(UTF_16LE_MARK, &le), Encoding::Auto),
            (marked(UTF_16BE_MARK, &be), Encoding::Auto),
            (marked(UTF_16LE_MARK, &le), Encoding::Utf16Le),
            (le, Encoding::Utf16Le),
            (be, Encoding::Utf16Be),
        ] {
            assert_eq!(read(&bytes, encoding).as_deref(), Ok(text), "{encoding:?}");
        }
    }

    /// B-U3: where bytes speak for CP865, it is asked, with both readings of the line.
    #[test]
    fn a_guess_that_the_bytes_speak_against_is_asked_about() {
        let said = "line 2 reads \"Beløp år\" in CP865 and \"Bel›p †r\" in Windows-1252: \
                    say encoding cp865 or windows-1252";
        let problem = read(b"a\nBel\x9bp \x86r\nb", Encoding::Auto).unwrap_err();
        assert_eq!(problem, said);
        for bytes in [&b"\x8fr"[..], b"S\x9dR", b"p\x86 \x91r \x92 \x93"] {
            assert!(read(bytes, Encoding::Auto).is_err(), "{bytes:?}");
        }
    }
}

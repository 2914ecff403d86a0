//! Bytes of a file to text, by the encoding that the map names.

use encoding_rs::WINDOWS_1252;

use super::map::Encoding;

/// What some programs write in front of UTF-8, and some in front of anything.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text without its byte order mark, or the line on which it is not in this encoding.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Result<String, u64> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let utf_8 = std::str::from_utf8(bytes);
    match (encoding, utf_8) {
        (Encoding::Auto | Encoding::Utf8, Ok(text)) => Ok(text.to_owned()),
        (Encoding::Utf8, Err(error)) => Err(line_of(bytes, error.valid_up_to())),
        // Letters of Latin-1 beyond ASCII hardly ever make a text that is UTF-8 by accident. Every
        // byte is a character of Windows-1252, which is Latin-1 where that has letters.
        (Encoding::Windows1252, _) | (Encoding::Auto, Err(_)) => Ok(WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned()),
    }
}

/// The line that a byte stands on, from 1.
fn line_of(bytes: &[u8], place: usize) -> u64 {
    bytes
        .iter()
        .take(place)
        .fold(1, |line, byte| line + u64::from(*byte == b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_its_encoding_with_or_without_a_mark() {
        let table: [(&[u8], Encoding, Result<&str, u64>); 9] = [
            ("Beløp".as_bytes(), Encoding::Auto, Ok("Beløp")),
            (b"\xef\xbb\xbfBel\xc3\xb8p", Encoding::Auto, Ok("Beløp")),
            (b"\xef\xbb\xbfBel\xc3\xb8p", Encoding::Utf8, Ok("Beløp")),
            (b"Bel\xf8p", Encoding::Auto, Ok("Beløp")),
            (b"\xef\xbb\xbfBel\xf8p", Encoding::Windows1252, Ok("Beløp")),
            (b"\xef\xbb\xbfBel\xf8p", Encoding::Auto, Ok("Beløp")),
            (b"1\xa0234 \x96 \x80", Encoding::Auto, Ok("1\u{a0}234 – €")),
            (b"a\nb\nBel\xf8p", Encoding::Utf8, Err(3)),
            (b"", Encoding::Utf8, Ok("")),
        ];
        for (bytes, encoding, expected) in table {
            let decoded = decode(bytes, encoding);
            assert_eq!(
                decoded.as_deref().map_err(|it| *it),
                expected,
                "{bytes:?} {encoding:?}"
            );
        }
    }
}

//! Pages of a list (AIP-158): keyset only. A token is opaque, bound to the query it continues, and
//! holds the last key of the page before. A page ends at the size that is asked for, or before its
//! answer would be too large for a client.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use error::{Error, Result};
use fields::{Fields, Violation};
use prost::Message;
use proto::{Paged, field_reason};
use sha2::{Digest, Sha256};

const PAGE_SIZE_DEFAULT: i64 = 50;
/// Rows of a page.
pub(crate) const PAGE_ROWS_MAX: i64 = 1000;
/// Bytes of the rows of a page. Clients take answers of 4 MiB when nobody says otherwise.
const PAGE_BYTES_MAX: usize = 3 * 1024 * 1024;
/// What a row adds to its own bytes: its field's number and its length.
const ROW_EXTRA: usize = 10;
const QUERY_BYTES: usize = 8;

/// Which page a caller wants.
#[derive(Debug)]
pub struct PageRequest {
    /// Rows in the answer, at the most.
    pub size: i64,
    /// Rows to ask the database for: one more, to know whether a page follows.
    pub limit: i64,
    /// The key behind which the page begins; empty at the start.
    pub after: String,
    query: [u8; QUERY_BYTES],
}

/// A page of rows and the token of the next; empty at the end.
#[derive(Debug)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Token of the page behind this one.
    pub next_page_token: String,
}

impl PageRequest {
    /// Reads page_size and page_token. A token holds for what else the caller asked for, whole.
    pub fn parse<R: Paged>(fields: &mut Fields, request: &R) -> Self {
        if request.page_size() < 0 {
            fields.refuse("page_size", field_reason::Negative);
        }
        let size = match i64::from(request.page_size()) {
            0 => PAGE_SIZE_DEFAULT,
            other => other.clamp(1, PAGE_ROWS_MAX),
        };
        let query = digest(&request.query());
        let after = if request.page_token().is_empty() {
            String::new()
        } else {
            fields.take("page_token", open(request.page_token(), query))
        };
        Self {
            size,
            limit: size + 1,
            after,
            query,
        }
    }

    /// Cuts the rows found to the page; `key` names the key of a row.
    pub fn page<T: Message>(&self, rows: Vec<T>, key: impl Fn(&T) -> String) -> Page<T> {
        self.cut(rows.into_iter().map(|it| (key(&it), it)).collect())
    }

    /// Cuts the rows found, each by its key, to the page.
    pub(crate) fn cut<T: Message>(&self, found: Vec<(String, T)>) -> Page<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let (mut keys, mut rows): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        rows.truncate(fitting(&rows).min(size));
        let is_end = rows.len() == keys.len();
        keys.truncate(rows.len());
        let last = keys.last().filter(|_| !is_end);
        let next_page_token = last.map(|key| seal(self.query, key)).unwrap_or_default();
        Page {
            rows,
            next_page_token,
        }
    }
}

/// How many of these rows one answer has room for: the first at least.
pub(crate) fn fitting<T: Message>(rows: &[T]) -> usize {
    let mut room = PAGE_BYTES_MAX;
    let fits = |row: &&T| {
        let left = room.checked_sub(row.encoded_len() + ROW_EXTRA);
        room = left.unwrap_or_default();
        left.is_some()
    };
    rows.iter().take_while(fits).count().max(1)
}

/// The number that the name behind which a page begins ends with, of a list by number; 0 at the start.
pub fn last_number<N: FromStr + Default>(after: &str) -> Result<N> {
    let number = after.rsplit('/').next().unwrap_or_default();
    if number.is_empty() {
        return Ok(N::default());
    }
    number.parse().map_err(|_| {
        Error::Invalid(vec![Violation {
            field: "page_token".to_owned(),
            wrong: field_reason::PageToken.into(),
        }])
    })
}

fn digest<R: Paged>(query: &R) -> [u8; QUERY_BYTES] {
    let hash = Sha256::new_with_prefix(R::PATH).chain_update(query.encode_to_vec());
    let mut short = [0; QUERY_BYTES];
    short.copy_from_slice(&hash.finalize()[..QUERY_BYTES]);
    short
}

fn seal(query: [u8; QUERY_BYTES], key: &str) -> String {
    URL_SAFE_NO_PAD.encode([&query, key.as_bytes()].concat())
}

fn open(token: &str, query: [u8; QUERY_BYTES]) -> Result<String, field_reason::PageToken> {
    let wrong = || field_reason::PageToken;
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
    let (head, key) = bytes.split_at_checked(QUERY_BYTES).ok_or_else(wrong)?;
    if head != query {
        return Err(wrong());
    }
    let key = String::from_utf8(key.to_vec()).map_err(|_| wrong())?;
    if key.contains('\0') {
        return Err(wrong());
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proto::grants::v1::{ListAgreementsRequest, ListSchemeEditionsRequest, agreement::State};

    use super::*;

    fn signed(page_size: i32, page_token: &str) -> ListAgreementsRequest {
        ListAgreementsRequest {
            state: State::Signed.into(),
            page_size,
            page_token: page_token.to_owned(),
        }
    }

    /// Rows that are messages, as a text is one, and are listed by themselves.
    fn texts(rows: &[&str]) -> Vec<(String, String)> {
        let rows = rows.iter().map(|it| (*it).to_owned());
        rows.map(|it| (it.clone(), it)).collect()
    }

    /// B-F05: large rows make short pages, and none is left out; one that is larger than a page stands
    /// alone.
    #[test]
    fn a_page_ends_before_three_mebibytes() {
        const MIB: usize = 1024 * 1024;
        for (sizes, expected) in [
            (vec![MIB; 5], vec![2, 2, 1]),
            (vec![2 * MIB, 2 * MIB, 1, 4 * MIB, 1], vec![1, 2, 1, 1]),
            (vec![1500; 5000], vec![1000, 1000, 1000, 1000, 1000]),
            (vec![6000; 1500], vec![523, 523, 454]),
        ] {
            let rows: Vec<_> = sizes
                .iter()
                .map(|it| (String::new(), "x".repeat(*it)))
                .collect();
            let request = PageRequest::parse(&mut Fields::default(), &signed(1000, ""));
            let (mut left, mut pages) = (rows.as_slice(), Vec::new());
            while !left.is_empty() {
                let asked = usize::try_from(request.limit).unwrap().min(left.len());
                let page = request.cut(left[..asked].to_vec());
                assert_eq!(
                    page.next_page_token.is_empty(),
                    page.rows.len() == left.len()
                );
                let bytes: usize = page.rows.iter().map(Message::encoded_len).sum();
                assert!(page.rows.len() == 1 || bytes < 3 * MIB, "{bytes} bytes");
                pages.push(page.rows.len());
                left = &left[page.rows.len()..];
            }
            assert_eq!(pages, expected);
        }
    }

    #[test]
    fn pages_follow_one_another() {
        let mut fields = Fields::default();
        let first = PageRequest::parse(&mut fields, &signed(2, ""));
        let page = first.cut(texts(&["a", "b", "c"]));
        assert_eq!(page.rows, ["a", "b"]);

        let second = PageRequest::parse(&mut fields, &signed(3, &page.next_page_token));
        assert_eq!(second.after, "b");
        let page = second.cut(texts(&["c"]));
        assert_eq!(page.next_page_token, "");
        fields.check().unwrap();
    }

    #[test]
    fn a_token_fits_its_own_list_with_its_own_filters_only() {
        let mut fields = Fields::default();
        let first = PageRequest::parse(&mut fields, &signed(1, ""));
        fields.check().unwrap();
        let token = first.cut(texts(&["a", "b"])).next_page_token;
        let closed = ListAgreementsRequest {
            state: State::Closed.into(),
            ..signed(1, &token)
        };
        let editions = ListSchemeEditionsRequest {
            page_size: 1,
            page_token: token,
        };
        let forged = seal(digest(&signed(1, "").query()), "a\0b");
        let parsers: [&dyn Fn(&mut Fields) -> PageRequest; 5] = [
            &|fields| PageRequest::parse(fields, &signed(1, &forged)),
            &|fields| PageRequest::parse(fields, &closed),
            &|fields| PageRequest::parse(fields, &editions),
            &|fields| PageRequest::parse(fields, &signed(1, "%%%")),
            &|fields| PageRequest::parse(fields, &signed(-1, "")),
        ];
        for (index, parse) in parsers.iter().enumerate() {
            let mut fields = Fields::default();
            parse(&mut fields);
            assert!(fields.check().is_err(), "{index}");
        }
    }

    #[test]
    fn page_sizes_are_held_within_limits() {
        for (given, size) in [(0, 50), (1, 1), (1000, 1000), (5000, 1000)] {
            let mut fields = Fields::default();
            let page = PageRequest::parse(&mut fields, &signed(given, ""));
            assert_eq!(page.size, size);
        }
    }

    proptest! {
        /// What a list hands out reads back as the key that it was made of, and what others write reads
        /// as nothing.
        #[test]
        fn a_token_reads_back_as_its_key(key in "[^\\x00]{0,80}", text in "\\PC{0,80}") {
            let query = digest(&signed(0, "").query());
            prop_assert_eq!(open(&seal(query, &key), query).ok(), Some(key));
            prop_assert!(open(&text, query).is_err());
        }
    }
}

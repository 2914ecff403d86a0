//! Pages of a list (AIP-158): keyset only. A token is opaque, bound to the query it continues, and
//! holds the last key of the page before.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::Fields;

const PAGE_SIZE_DEFAULT: i32 = 50;
const PAGE_SIZE_MAX: i32 = 1000;
const QUERY_BYTES: usize = 8;

/// Which page a caller wants.
#[derive(Debug)]
pub struct PageRequest {
    /// Rows in the answer.
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
    /// Reads page_size and page_token; `query` is what else the caller asked for.
    pub fn parse(fields: &mut Fields, page_size: i32, page_token: &str, query: &[&str]) -> Self {
        if page_size < 0 {
            fields.refuse("page_size", "0 or more");
        }
        let size = match page_size {
            0 => PAGE_SIZE_DEFAULT,
            other => other.clamp(1, PAGE_SIZE_MAX),
        };
        let query = digest(query);
        let after = if page_token.is_empty() {
            String::new()
        } else {
            fields.take("page_token", open(page_token, query))
        };
        Self {
            size: size.into(),
            limit: i64::from(size) + 1,
            after,
            query,
        }
    }

    /// Cuts the rows found to the page; `key` names the key of a row.
    pub fn page<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> String) -> Page<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| more);
        let next_page_token = last
            .map(|row| seal(self.query, &key(row)))
            .unwrap_or_default();
        Page {
            rows,
            next_page_token,
        }
    }
}

fn digest(query: &[&str]) -> [u8; QUERY_BYTES] {
    let mut hash = Sha256::new();
    for part in query {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut short = [0; QUERY_BYTES];
    short.copy_from_slice(&hash.finalize()[..QUERY_BYTES]);
    short
}

fn seal(query: [u8; QUERY_BYTES], key: &str) -> String {
    URL_SAFE_NO_PAD.encode([&query, key.as_bytes()].concat())
}

fn open(token: &str, query: [u8; QUERY_BYTES]) -> Result<String, String> {
    let wrong = || "a next_page_token of this list with the same filters".to_owned();
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| wrong())?;
    let (head, key) = bytes.split_at_checked(QUERY_BYTES).ok_or_else(wrong)?;
    if head != query {
        return Err(wrong());
    }
    String::from_utf8(key.to_vec()).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_one_another_and_a_token_fits_its_own_query_only() {
        let mut fields = Fields::default();
        let first = PageRequest::parse(&mut fields, 2, "", &["agreements", "SIGNED"]);
        let page = first.page(vec!["a", "b", "c"], |it| (*it).to_owned());
        assert_eq!(page.rows, ["a", "b"]);

        let token = page.next_page_token.as_str();
        let second = PageRequest::parse(&mut fields, 2, token, &["agreements", "SIGNED"]);
        assert_eq!(second.after, "b");
        assert_eq!(
            second
                .page(vec!["c"], |it| (*it).to_owned())
                .next_page_token,
            ""
        );
        fields.check().unwrap();

        let mut fields = Fields::default();
        PageRequest::parse(&mut fields, 2, token, &["agreements", "CLOSED"]);
        PageRequest::parse(&mut fields, -1, "%%%", &[]);
        assert!(fields.check().is_err());
    }

    #[test]
    fn page_sizes_are_held_within_limits() {
        for (given, size) in [(0, 50), (1, 1), (1000, 1000), (5000, 1000)] {
            let mut fields = Fields::default();
            assert_eq!(PageRequest::parse(&mut fields, given, "", &[]).size, size);
        }
    }
}

//! Lists, one page at a time (AIP-158).

use error::Result;
use fields::Fields;
use prost::Message;
use proto::{Listed, Paged, Resource};
use sqlx::PgConnection;

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::Db;
use crate::hides::{Recorded, Viewer};
use crate::may_see::Version;
use crate::page::{PAGE_ROWS_MAX, Page, PageRequest};
use crate::service::Nouns;
use crate::vault;

/// Answers one page of a list, as the caller may see its rows.
///
/// `fields` has what is wrong with the request's filters. `rows` asks the database for rows behind a
/// name (empty at the start), so many at the most, in the order that their names are listed in.
pub async fn list<A, R, Row, F>(
    app: &A,
    ctx: &Ctx,
    request: &R,
    mut fields: Fields,
    rows: F,
) -> Answer<R::Reply>
where
    A: AsRef<Db>,
    R: Paged<Reply: Listed>,
    Row: Into<<R::Reply as Listed>::Row>,
    F: AsyncFnOnce(&mut PgConnection, &str, i64) -> Result<Vec<Row>> + Clone,
{
    let page = PageRequest::parse(&mut fields, request);
    fields.check()?;

    let db = app.as_ref();
    let viewer = Viewer::from(ctx);
    let mut connection = db.read().await?;
    let is_filled = db
        .nouns
        .shows_personal::<<R::Reply as Listed>::Row>(&ctx.principal);
    let mut reading = Reading::of(page);
    while let Some((after, limit)) = reading.next() {
        let found = rows.clone()(&mut connection, &after, limit).await?;
        let mut found: Vec<_> = found.into_iter().map(Into::into).collect();
        let known = known_rows(&mut connection, db.nouns, &viewer, &found).await?;
        if is_filled && !found.is_empty() {
            vault::fill(&mut connection, &mut found).await?;
        }
        reading.take(found.into_iter().zip(known).map(Found::of).collect());
    }
    let page = reading.page();
    db.give_back(connection);
    let seen = page
        .rows
        .into_iter()
        .map(|row| Seen::by(db.nouns, &ctx.principal, row).map(Seen::into_reply))
        .collect::<Result<_>>()?;
    Ok(Seen::page(R::Reply::page(seen, page.next_page_token)))
}

/// A row of a list, by the key that it is listed by.
pub(crate) struct Found<T> {
    pub(crate) key: String,
    /// None where the caller may not know of it.
    pub(crate) row: Option<T>,
}

impl<T: Resource> Found<T> {
    fn of((row, is_known): (T, bool)) -> Self {
        Self {
            key: row.name().to_owned(),
            row: is_known.then_some(row),
        }
    }
}

/// A page that is being read, on past the rows that the caller may not know of. Its token holds the key of
/// the last row on it, so it tells nothing of what is hidden, nor whether anything is.
pub(crate) struct Reading<T> {
    page: PageRequest,
    known: Vec<(String, T)>,
    /// Behind which key so many rows are read next; none when the page is read.
    next: Option<(String, i64)>,
}

impl<T: Message> Reading<T> {
    pub(crate) fn of(page: PageRequest) -> Self {
        Self {
            known: Vec::new(),
            next: Some((page.after.clone(), page.limit)),
            page,
        }
    }

    /// Behind which key so many rows shall be read; none when the page is read.
    pub(crate) fn next(&self) -> Option<(String, i64)> {
        self.next.clone()
    }

    /// Takes the rows that were read there.
    pub(crate) fn take(&mut self, found: Vec<Found<T>>) {
        let asked = self.next.take().map_or(0, |(_, limit)| limit);
        let is_end = rows_of(&found) < asked;
        let last = found.last().map(|it| it.key.clone());
        let known = found.into_iter().filter_map(|it| Some((it.key, it.row?)));
        self.known.extend(known);
        let is_full = rows_of(&self.known) >= self.page.limit;
        self.next = last
            .filter(|_| !is_end && !is_full)
            .map(|key| (key, PAGE_ROWS_MAX + 1));
    }

    pub(crate) fn page(self) -> Page<T> {
        self.page.cut(self.known)
    }
}

fn rows_of<T>(rows: &[T]) -> i64 {
    i64::try_from(rows.len()).unwrap_or(i64::MAX)
}

/// Which of these rows, as they are now, the viewer may know of.
async fn known_rows<T: Resource>(
    db: &mut PgConnection,
    nouns: &Nouns,
    viewer: &Viewer<'_>,
    rows: &[T],
) -> Result<Vec<bool>> {
    let kind = T::full_name();
    let judged = rows.iter().map(|it| match nouns.hides(it.name()) {
        Some(_) => it.encode_to_vec(),
        None => Vec::new(),
    });
    let judged: Vec<_> = judged.collect();
    let versions = rows.iter().zip(&judged).map(|(row, after)| Version {
        name: row.name(),
        it: Recorded { kind: &kind, after },
        is_last: true,
    });
    let versions: Vec<_> = versions.collect();
    nouns.are_known(db, viewer, &versions).await
}

#[cfg(test)]
mod tests {
    use fields::Fields;
    use proto::grants::v1::ListAgreementsRequest;

    use super::*;

    /// Reads a page of this size of rows that are called as they are listed, of which those in capitals
    /// may not be known of: the rows, whether another page follows, and how often was read.
    fn read(rows: &[&str], size: i32) -> (Vec<String>, bool, usize) {
        let request = ListAgreementsRequest {
            page_size: size,
            ..Default::default()
        };
        let mut reading = Reading::of(PageRequest::parse(&mut Fields::default(), &request));
        let mut times = 0;
        while let Some((after, limit)) = reading.next() {
            times += 1;
            let behind = rows
                .iter()
                .skip_while(|it| !after.is_empty() && **it != after);
            let behind = behind.skip(usize::from(!after.is_empty()));
            let found = behind.take(usize::try_from(limit).unwrap());
            let found = found.map(|it| Found {
                key: (*it).to_owned(),
                row: (it.to_lowercase() == **it).then(|| (*it).to_owned()),
            });
            reading.take(found.collect());
        }
        let page = reading.page();
        (page.rows, !page.next_page_token.is_empty(), times)
    }

    #[test]
    fn a_page_is_read_on_past_hidden_rows_and_a_token_tells_of_known_ones_only() {
        for (rows, size, expected, follows, times) in [
            (&["a", "b", "c"][..], 2, &["a", "b"][..], true, 1),
            (&["a", "b"], 2, &["a", "b"], false, 1),
            (&["a", "B", "c"], 1, &["a"], true, 2),
            (&["A", "B", "c", "D"], 1, &["c"], false, 2),
            (&["a", "B", "C", "D"], 1, &["a"], false, 2),
            (&["A", "B", "C"], 1, &[], false, 2),
            (&[], 1, &[], false, 1),
        ] {
            let (read, has_next, read_times) = read(rows, size);
            assert_eq!(
                (read.as_slice(), has_next),
                (
                    &expected
                        .iter()
                        .map(|it| (*it).to_owned())
                        .collect::<Vec<_>>()[..],
                    follows
                ),
                "{rows:?}"
            );
            assert_eq!(read_times, times, "{rows:?}");
        }
    }
}

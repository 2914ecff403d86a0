//! Lists, one page at a time (AIP-158).

use fields::Fields;
use proto::{Listed, Paged, Resource};
use sqlx::PgConnection;

use crate::answer::{Answer, Seen};
use crate::ctx::Ctx;
use crate::db::Db;
use crate::error::Result;
use crate::page::PageRequest;
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
    F: AsyncFnOnce(&mut PgConnection, &str, i64) -> Result<Vec<Row>>,
{
    let page = PageRequest::parse(&mut fields, request);
    fields.check()?;

    let db = app.as_ref();
    let mut connection = db.read().await?;
    let found = rows(&mut connection, &page.after, page.limit).await?;
    let mut found: Vec<<R::Reply as Listed>::Row> = found.into_iter().map(Into::into).collect();
    if !found.is_empty()
        && db
            .nouns
            .shows_personal::<<R::Reply as Listed>::Row>(&ctx.principal)
    {
        vault::fill(&mut connection, &mut found).await?;
    }
    db.give_back(connection);
    let page = page.page(found, |row: &<R::Reply as Listed>::Row| {
        row.name().to_owned()
    });
    let seen = page
        .rows
        .into_iter()
        .map(|row| Seen::by(db.nouns, &ctx.principal, row).map(Seen::into_reply))
        .collect::<Result<_>>()?;
    Ok(Seen::page(R::Reply::page(seen, page.next_page_token)))
}

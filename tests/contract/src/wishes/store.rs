//! Every statement on `wishes`.

use platform::{Error, Result, etag};
use sqlx::PgConnection;

use super::noun::WishName;
use crate::testing::v1 as pb;

/// A wish as its table holds it.
#[derive(sqlx::FromRow)]
pub(super) struct Wish {
    pub(super) name: WishName,
    pub(super) version: i64,
    pub(super) text: String,
    pub(super) partner: String,
}

impl From<Wish> for pb::Wish {
    fn from(it: Wish) -> Self {
        Self {
            name: it.name.to_string(),
            text: it.text,
            partner: it.partner,
            etag: etag(it.version),
        }
    }
}

/// Writes a wish as it now is.
pub(super) async fn save(db: &mut PgConnection, it: &Wish) -> Result<()> {
    sqlx::query(
        "insert into wishes (name, version, text, partner) values ($1, $2, $3, $4)
         on conflict (name) do update set version = $2, text = $3, partner = $4",
    )
    .bind(&it.name)
    .bind(it.version)
    .bind(&it.text)
    .bind(&it.partner)
    .execute(db)
    .await?;
    Ok(())
}

/// Reads a wish.
pub(super) async fn get(db: &mut PgConnection, name: &WishName) -> Result<Wish> {
    let select = "select name, version, text, partner from wishes where name = $1";
    let found = sqlx::query_as(select).bind(name).fetch_optional(db).await?;
    found.ok_or_else(|| Error::not_found(name))
}

/// Reads wishes behind a name.
pub(super) async fn list(db: &mut PgConnection, after: &str, limit: i64) -> Result<Vec<Wish>> {
    let select = "select name, version, text, partner from wishes
                   where name > $1 order by name limit $2";
    let found = sqlx::query_as(select).bind(after).bind(limit);
    Ok(found.fetch_all(db).await?)
}

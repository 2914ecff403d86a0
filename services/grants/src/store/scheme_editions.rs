//! Every statement on `scheme_editions`.

use platform::{Error, Result, reason, refused};
use sqlx::PgConnection;

use crate::domain::{SchemeEdition, SchemeEditionName};

/// A query of editions: what stands before their columns, and behind them.
macro_rules! editions {
    ($before:literal, $behind:literal $($arguments:tt)*) => {
        sqlx::query_as!(
            SchemeEdition,
            $before
                + " name, version, title, posts, regulations, open_on, state, state_on, main_task,
                    new_purpose, six_answers, no_study_judgement, created_at "
                + $behind
            $($arguments)*
        )
    };
}

/// Writes a new edition.
pub(crate) async fn add(db: &mut PgConnection, it: &SchemeEdition) -> Result<SchemeEdition> {
    editions!(
        "insert into scheme_editions
             (name, version, title, posts, regulations, open_on, state, state_on, main_task,
              new_purpose, six_answers, no_study_judgement)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (name) do nothing
         returning",
        "",
        it.name as _,
        it.version,
        it.title,
        it.posts as _,
        it.regulations as _,
        it.open_on,
        it.state as _,
        it.state_on,
        it.main_task,
        it.new_purpose,
        it.six_answers as _,
        it.no_study_judgement as _,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::already_exists(&it.name))
}

/// Its scheme, such as `schemes/utveksling`, has an edition.
pub(crate) async fn is_known(db: &mut PgConnection, scheme: &str) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from scheme_editions where starts_with(name, $1 || '/')) as "found!""#,
        scheme,
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

/// Reads an edition for update.
pub(crate) async fn lock(db: &mut PgConnection, name: &SchemeEditionName) -> Result<SchemeEdition> {
    editions!(
        "select",
        "from scheme_editions where name = $1 for update",
        name as _
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::not_found(name))
}

/// Reads an edition that an agreement is judged by, held against change until that is decided.
pub(crate) async fn judge(
    db: &mut PgConnection,
    name: &SchemeEditionName,
) -> Result<SchemeEdition> {
    editions!(
        "select",
        "from scheme_editions where name = $1 for share",
        name as _
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| {
        refused(reason::ReferenceUnknown {
            field: "scheme_edition",
            name,
        })
    })
}

/// Writes an edition that was read under lock, and returns the row as it now is.
pub(crate) async fn save(db: &mut PgConnection, it: &SchemeEdition) -> Result<SchemeEdition> {
    let saved = editions!(
        "update scheme_editions set version = $2, state = $3, state_on = $4
          where name = $1 and version + 1 = $2
         returning",
        "",
        it.name as _,
        it.version,
        it.state as _,
        it.state_on,
    )
    .fetch_one(db)
    .await?;
    Ok(saved)
}

/// Editions behind a name, by name.
pub(crate) async fn list(
    db: &mut PgConnection,
    after: &str,
    limit: i64,
) -> Result<Vec<SchemeEdition>> {
    let rows = editions!(
        "select",
        "from scheme_editions where name > $1 order by name limit $2",
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

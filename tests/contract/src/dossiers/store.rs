//! Every statement on `dossiers` and `notes`.

use platform::{Error, Result, etag};
use sqlx::PgConnection;

use super::noun::{DossierName, NoteName};
use crate::testing::v1 as pb;

/// A dossier as its table holds it.
#[derive(sqlx::FromRow)]
pub(super) struct Dossier {
    pub(super) name: DossierName,
    pub(super) version: i64,
    pub(super) title: String,
    pub(super) state: String,
}

/// A note as its table holds it.
#[derive(sqlx::FromRow)]
pub(super) struct Note {
    pub(super) name: NoteName,
    pub(super) version: i64,
    pub(super) text: String,
    pub(super) is_struck: bool,
}

impl From<Dossier> for pb::Dossier {
    fn from(it: Dossier) -> Self {
        let state = match it.state.as_str() {
            "opened" => pb::dossier::State::Opened,
            _ => pb::dossier::State::Drafted,
        };
        Self {
            name: it.name.to_string(),
            title: it.title,
            state: state.into(),
            etag: etag(it.version),
        }
    }
}

impl From<Note> for pb::Note {
    fn from(it: Note) -> Self {
        Self {
            name: it.name.to_string(),
            text: it.text,
            is_struck: it.is_struck,
            etag: etag(it.version),
        }
    }
}

/// Writes a dossier as it now is.
pub(super) async fn save(db: &mut PgConnection, it: &Dossier) -> Result<()> {
    sqlx::query(
        "insert into dossiers (name, version, title, state) values ($1, $2, $3, $4)
         on conflict (name) do update set version = $2, title = $3, state = $4",
    )
    .bind(&it.name)
    .bind(it.version)
    .bind(&it.title)
    .bind(&it.state)
    .execute(db)
    .await?;
    Ok(())
}

/// Reads a dossier.
pub(super) async fn get(db: &mut PgConnection, name: &DossierName) -> Result<Dossier> {
    let select = "select name, version, title, state from dossiers where name = $1";
    let found = sqlx::query_as(select).bind(name).fetch_optional(db).await?;
    found.ok_or_else(|| Error::not_found(name))
}

/// Reads dossiers behind a name.
pub(super) async fn list(db: &mut PgConnection, after: &str, limit: i64) -> Result<Vec<Dossier>> {
    let select = "select name, version, title, state from dossiers
                   where name > $1 order by name limit $2";
    let found = sqlx::query_as(select).bind(after).bind(limit);
    Ok(found.fetch_all(db).await?)
}

/// Writes a note as it now is.
pub(super) async fn save_note(db: &mut PgConnection, it: &Note) -> Result<()> {
    sqlx::query(
        "insert into notes (name, version, text, is_struck) values ($1, $2, $3, $4)
         on conflict (name) do update set version = $2, is_struck = $4",
    )
    .bind(&it.name)
    .bind(it.version)
    .bind(&it.text)
    .bind(it.is_struck)
    .execute(db)
    .await?;
    Ok(())
}

/// Reads a note.
pub(super) async fn get_note(db: &mut PgConnection, name: &NoteName) -> Result<Note> {
    let select = "select name, version, text, is_struck from notes where name = $1";
    let found = sqlx::query_as(select).bind(name).fetch_optional(db).await?;
    found.ok_or_else(|| Error::not_found(name))
}

/// Reads notes behind a name.
pub(super) async fn list_notes(
    db: &mut PgConnection,
    after: &str,
    limit: i64,
) -> Result<Vec<Note>> {
    let select = "select name, version, text, is_struck from notes
                   where name > $1 order by name limit $2";
    let found = sqlx::query_as(select).bind(after).bind(limit);
    Ok(found.fetch_all(db).await?)
}

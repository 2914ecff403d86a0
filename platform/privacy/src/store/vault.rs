//! What there is in the vault, of whom; and that it is emptied.

use chrono::{DateTime, NaiveDate, Utc};
use platform::Result;
use sqlx::PgConnection;

/// A write that brought something personal, with all that was personal then.
pub(crate) struct Kept {
    pub(crate) seq: i64,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) method: String,
    pub(crate) subject: String,
    pub(crate) kind: String,
    pub(crate) version: i64,
    pub(crate) after: Vec<u8>,
}

/// Writes about a person behind an entry, oldest first.
pub(crate) async fn kept(
    db: &mut PgConnection,
    person: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Kept>> {
    let rows = sqlx::query_as!(
        Kept,
        r#"select j.seq, j.recorded_at, j.method, j.subject, j.kind, j.version,
                  j.after || v.data as "after!"
             from platform.vault v
             join platform.journal j on j.subject = v.resource and j.version = v.version
            where v.person = $1 and j.seq > $2
            order by j.seq
            limit $3"#,
        person,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// The resources of a person with something personal, by name.
pub(crate) async fn of_person(db: &mut PgConnection, person: &str) -> Result<Vec<String>> {
    let names = sqlx::query_scalar!(
        "select distinct resource from platform.vault where person = $1 order by resource",
        person,
    )
    .fetch_all(db)
    .await?;
    Ok(names)
}

/// Empties the vault of these persons and of these resources; answers the resources.
pub(crate) async fn empty(
    db: &mut PgConnection,
    persons: &[String],
    resources: &[String],
) -> Result<Vec<String>> {
    let emptied = sqlx::query_scalar!(
        r#"select it as "it!" from platform.empty_vault($1, $2) it"#,
        persons,
        resources,
    )
    .fetch_all(db)
    .await?;
    Ok(emptied)
}

/// A resource with something personal, as its last write left it.
pub(crate) struct Row {
    pub(crate) resource: String,
    pub(crate) kind: String,
    pub(crate) person: String,
    pub(crate) after: Vec<u8>,
    pub(crate) is_erased: bool,
    pub(crate) hold: Option<String>,
}

/// Resources with something personal behind a name, by name, with what stops a run on a day.
pub(crate) async fn all(
    db: &mut PgConnection,
    on: NaiveDate,
    after: &str,
    limit: i64,
) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select v.resource, v.kind, v.person, j.after,
                  exists (select from platform.erasures e
                           where e.person = v.person and e.state = 'confirmed') as "is_erased!",
                  (select min(h.name) from platform.holds h
                    where h.person = v.person and h.state = 'held'
                      and (h.until_on is null or h.until_on >= $1)) as hold
             from (select distinct on (resource) resource, kind, person
                     from platform.vault
                    where resource > $2
                    order by resource, version desc
                    limit $3) v
            cross join lateral (
                      select after from platform.journal
                       where subject = v.resource
                       order by version desc
                       limit 1) j
            order by v.resource"#,
        on,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

//! The schemas of a service's database: brought to this release's by its owner, and looked at by the
//! service before it serves.
//!
//! A package has a schema of its own, and a service's own package `public`; so has the platform. Each is
//! made by a set of migrations that counts from 1 and is noted in the schema itself (`sqlx.toml` of its
//! crate). A release is known by the newest migration that it brings of each set. One that takes
//! something away from older releases says so in `platform.serves`.

use error::{Result, in_one_line};
use prost::{Message as _, Name as _};
use proto::feed::v1 as pb;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::db::Db;
use crate::numbering;
use crate::rules;
use crate::service::{Nouns, Schema};

static PLATFORM: Schema = Schema {
    name: "platform",
    migrator: sqlx::migrate!(),
};

fn schemas(nouns: &Nouns) -> impl Iterator<Item = &'static Schema> {
    [&PLATFORM].into_iter().chain(nouns.schemas.iter().copied())
}

/// Brings a database to the schemas of this release, as its owner: the platform's, then the service's in
/// order; then enters the rules that it ships. Done already, it changes nothing.
pub async fn migrate(owner: &PgConnectOptions, nouns: &Nouns) -> Result<()> {
    let mut connection = PgConnection::connect_with(owner).await?;
    for schema in schemas(nouns) {
        let run = schema.migrator.run_direct(None, &mut connection, false);
        run.await.map_err(sqlx::Error::from)?;
        // Lets the service see what was applied; sqlx makes the table in which it notes that.
        let name = schema.name;
        let show = format!("grant select on {name}._sqlx_migrations to norec_app");
        sqlx::raw_sql(AssertSqlSafe(show))
            .execute(&mut connection)
            .await?;
    }
    rules::ship(&mut connection, nouns).await?;
    connection.close().await?;
    Ok(())
}

/// Makes the feed another source, as its owner: what was restored may lack facts that others have
/// read already, under numbers that it will give again. The former one is kept, with how far it went,
/// and the journal has an entry of it.
pub async fn renew_source(owner: &PgConnectOptions, nouns: &Nouns) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let mut tx = connection.begin().await?;
    let former = numbering::lock(&mut tx).await?;
    let ordinal = sqlx::query_scalar!(
        "insert into platform.former_sources (source, number, digest, entries_number, entries_digest)
         values ($1, $2, $3, $4, $5)
         returning ordinal",
        former.source,
        former.number,
        former.digest,
        former.entries_number,
        former.entries_digest,
    )
    .fetch_one(&mut *tx)
    .await?;
    let source = sqlx::query_scalar!(
        "update platform.feed set source = gen_random_uuid()::text returning source"
    )
    .fetch_one(&mut *tx)
    .await?;
    let renewal = pb::Renewal {
        name: format!("sourceRenewals/{ordinal}"),
        former: Some(former.into()),
        source,
    };
    sqlx::query!(
        "insert into platform.journal
             (recorded_at, method, subject, kind, version, actor, issuer, trace_id, after)
         values (clock_timestamp(), 'platform.source.renew', $1, $2, 1, $3, 'self', '', $4)",
        renewal.name,
        pb::Renewal::full_name(),
        nouns.workload(),
        renewal.encode_to_vec(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    connection.close().await?;
    Ok(renewal.source)
}

/// What was applied to a database, and which releases it is still for.
struct Seen {
    /// Schema and version of every migration.
    applied: Vec<(String, i64)>,
    /// Schema, and the newest migration of the oldest release that may serve.
    oldest: Vec<(String, i64)>,
}

/// Why this release cannot serve the database, if it cannot.
pub async fn misfit(db: &Db) -> Result<Option<String>> {
    let mut connection = db.read().await?;
    match Seen::read(&mut connection, db.nouns).await {
        Ok(seen) => Ok(schemas(db.nouns).find_map(|it| seen.misfit(it))),
        Err(error) if is_absent(&error) => Ok(Some(format!(
            "the database was not migrated to this release ({}): run `{} migrate` as its owner",
            in_one_line(&error),
            db.nouns.service
        ))),
        Err(error) => Err(error.into()),
    }
}

impl Seen {
    // Not checked when it is compiled: the tables of migrations are sqlx's own.
    async fn read(connection: &mut PgConnection, nouns: &Nouns) -> Result<Self, sqlx::Error> {
        let applied = schemas(nouns)
            .map(|it| it.name)
            .map(|it| format!("select '{it}', version from {it}._sqlx_migrations where success"))
            .collect::<Vec<_>>()
            .join(" union all ");
        let applied = sqlx::query_as(AssertSqlSafe(applied))
            .fetch_all(&mut *connection)
            .await?;
        let oldest = sqlx::query_as("select migrations, oldest from platform.serves")
            .fetch_all(connection)
            .await?;
        Ok(Self { applied, oldest })
    }

    fn misfit(&self, schema: &Schema) -> Option<String> {
        let needed: Vec<_> = schema.migrator.iter().map(|it| it.version).collect();
        self.misfit_of(schema.name, &needed)
    }

    fn misfit_of(&self, schema: &str, needed: &[i64]) -> Option<String> {
        let of_schema = |it: &&(String, i64)| it.0 == schema;
        let applied: Vec<_> = self
            .applied
            .iter()
            .filter(of_schema)
            .map(|it| it.1)
            .collect();
        if let Some(lacking) = needed.iter().find(|it| !applied.contains(it)) {
            return Some(format!(
                "the database is older than this release: it lacks migration {lacking} of the schema {schema}"
            ));
        }
        let newest = needed.iter().max().copied().unwrap_or_default();
        let oldest = self.oldest.iter().find(of_schema).map_or(0, |it| it.1);
        (newest < oldest).then(|| {
            format!(
                "the database no longer serves this release, whose newest migration of the schema \
                 {schema} is {newest}: it is for releases from {oldest} on"
            )
        })
    }
}

/// Undefined table, schema; or no right to it, which a migration gives.
fn is_absent(error: &sqlx::Error) -> bool {
    let sqlstate = error.as_database_error().and_then(|it| it.code());
    sqlstate.is_some_and(|it| ["42P01", "3F000", "42501"].contains(&&*it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_serves_what_it_knows_and_what_still_knows_it() {
        let seen = |applied: &[i64], oldest: i64| Seen {
            applied: applied
                .iter()
                .map(|it| ("public".to_owned(), *it))
                .collect(),
            oldest: vec![("public".to_owned(), oldest)],
        };
        for (applied, oldest, needed, misfit) in [
            (&[1, 2][..], 1, &[1, 2][..], None),
            (&[1, 2, 3], 1, &[1, 2], None),
            (&[1, 2, 3], 2, &[1, 2], None),
            (&[1, 2, 3], 3, &[1, 2], Some("from 3 on")),
            (&[1, 2], 1, &[1, 2, 3], Some("lacks migration 3")),
            (&[1, 3], 1, &[1, 2, 3], Some("lacks migration 2")),
            (&[], 0, &[1], Some("lacks migration 1")),
        ] {
            let found = seen(applied, oldest).misfit_of("public", needed);
            match (misfit, &found) {
                (None, None) => (),
                (Some(text), Some(found)) => assert!(found.contains(text), "{found}"),
                _ => panic!("{applied:?} {oldest} {needed:?}: {found:?}"),
            }
        }
    }
}

//! The schema of a service's database: brought to this release's by its owner, and looked at by the
//! service before it serves.
//!
//! A release is known by the newest migration that it brings, of the platform's set and of its
//! service's. One that takes something away from older releases says so in `platform.serves`.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use crate::db::Db;
use crate::error::{Result, in_one_line};

static PLATFORM: Migrator = sqlx::migrate!();

/// Lets the service see which migrations were applied; sqlx makes the tables in which it notes them.
const SHOW_APPLIED: &str =
    "grant select on platform._sqlx_migrations, public._sqlx_migrations to norec_app";

/// Brings a database to the schema of this release, as its owner: the platform's tables, then the
/// service's own. Done already, it changes nothing.
pub async fn migrate(owner: &PgConnectOptions, service: &Migrator) -> Result<(), MigrateError> {
    let mut connection = PgConnection::connect_with(owner).await?;
    PLATFORM.run_direct(None, &mut connection, false).await?;
    service.run_direct(None, &mut connection, false).await?;
    sqlx::raw_sql(SHOW_APPLIED).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Makes the feed another source, as its owner: what was restored may lack facts that others have
/// read already, under numbers that it will give again.
pub async fn renew_source(owner: &PgConnectOptions) -> Result<String, sqlx::Error> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let source = sqlx::query_scalar!(
        "update platform.feed set source = gen_random_uuid()::text returning source"
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok(source)
}

/// What was applied to a database, and which releases it is still for.
struct Seen {
    /// Set and version of every migration.
    applied: Vec<(String, i64)>,
    /// Set, and the newest migration of the oldest release that may serve.
    oldest: Vec<(String, i64)>,
}

/// Why this release cannot serve the database, if it cannot.
pub async fn misfit(db: &Db, service: &Migrator) -> Result<Option<String>> {
    let mut connection = db.read().await?;
    match Seen::read(&mut connection).await {
        Ok(seen) => Ok(seen.misfit(service)),
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
    async fn read(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let applied = sqlx::query_as(
            "select 'platform', version from platform._sqlx_migrations where success
              union all
             select 'service', version from public._sqlx_migrations where success",
        )
        .fetch_all(&mut *connection)
        .await?;
        let oldest = sqlx::query_as("select migrations, oldest from platform.serves")
            .fetch_all(connection)
            .await?;
        Ok(Self { applied, oldest })
    }

    fn misfit(&self, service: &Migrator) -> Option<String> {
        [("platform", &PLATFORM), ("service", service)]
            .into_iter()
            .find_map(|(set, migrator)| {
                let needed = migrator.iter().map(|it| it.version).collect::<Vec<_>>();
                self.misfit_of(set, &needed)
            })
    }

    fn misfit_of(&self, set: &str, needed: &[i64]) -> Option<String> {
        let of_set = |it: &&(String, i64)| it.0 == set;
        let applied: Vec<_> = self.applied.iter().filter(of_set).map(|it| it.1).collect();
        if let Some(lacking) = needed.iter().find(|it| !applied.contains(it)) {
            return Some(format!(
                "the database is older than this release: it lacks migration {lacking} ({set})"
            ));
        }
        let newest = needed.iter().max().copied().unwrap_or_default();
        let oldest = self.oldest.iter().find(of_set).map_or(0, |it| it.1);
        (newest < oldest).then(|| {
            format!(
                "the database no longer serves this release, whose newest migration is {newest} \
                 ({set}): it is for releases from {oldest} on"
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
                .map(|it| ("service".to_owned(), *it))
                .collect(),
            oldest: vec![("service".to_owned(), oldest)],
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
            let found = seen(applied, oldest).misfit_of("service", needed);
            match (misfit, &found) {
                (None, None) => (),
                (Some(text), Some(found)) => assert!(found.contains(text), "{found}"),
                _ => panic!("{applied:?} {oldest} {needed:?}: {found:?}"),
            }
        }
    }
}

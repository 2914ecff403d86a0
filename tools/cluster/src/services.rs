//! Roles and databases of the services, one of each kind per service.
//!
//! ```text
//! norec_app      a group that nobody can log in as: migrations grant to it, not to a service
//! grants_owner   owns the database grants and what migrations make in it
//! grants_app     what the service runs as: owns nothing, member of norec_app
//! ```
//!
//! Nobody else may connect to the database. Roles belong to the whole cluster, so a service's
//! name is taken once per cluster; the copies of its database for tests share its roles.

use std::path::Path;

use crate::cluster::{ADMIN_DATABASE, Cluster};
use crate::error::{Error, Result};
use crate::password;
use crate::server::Durability;

/// PostgreSQL's limit for the name of a database or role.
const NAME_BYTES_MAX: usize = 63;

/// The longest suffix that a service's name gets.
const LONGEST_SUFFIX: &str = "_owner";

/// The group of all app roles, in the whole cluster.
const APP_GROUP: &str = "norec_app";

/// What the roles of a service may beside logging in: nothing.
const PLAIN_LOGIN: &str =
    "login nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit";

/// How one database is reached. It holds passwords and therefore cannot be printed.
pub struct ServiceDatabase {
    /// URL for the owner role, which migrates; sqlx 0.9 and libpq read it.
    pub owner_url: String,
    /// URL for the app role, which serves.
    pub app_url: String,
}

impl Cluster {
    /// Makes a service's roles and its database, both named after it, and keeps what is there.
    /// Repeating it restores rights and passwords.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for a name that is not lower case, has more than 57 bytes or is
    /// `norec`, whose app role would be the group; [`Error::Command`] when the server refuses.
    pub fn create_service(&self, service: &str) -> Result<ServiceDatabase> {
        must_be_service(service)?;
        let database = self.service_database(service, service)?;
        self.psql(ADMIN_DATABASE, &self.service_sql(service)?)?;
        Ok(database)
    }

    /// Makes a database for one test: a copy of `template`, with the roles of `service` and the
    /// same rights to connect. Nobody may be connected to the template meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`] for a name that is not lower case or has more than 63 bytes;
    /// [`Error::Command`] when the database is there already or the template is in use.
    pub fn create_database_from(
        &self,
        database: &str,
        service: &str,
        template: &str,
    ) -> Result<ServiceDatabase> {
        must_be_service(service)?;
        must_be_name(database, NAME_BYTES_MAX)?;
        must_be_name(template, NAME_BYTES_MAX)?;
        let strategy = match self.server.durability {
            Durability::Lasting => "wal_log",
            // It ends in a checkpoint, which is cheap only where nothing is forced to the disk.
            Durability::Temporary => "file_copy",
        };
        self.psql(
            ADMIN_DATABASE,
            &format!(
                r#"create database "{database}" owner "{service}_owner"
                       template "{template}" strategy {strategy};
                   {rights}"#,
                rights = rights_to_connect(database, service),
            ),
        )?;
        self.service_database(service, database)
    }

    /// Drops a database and ends the connections to it. Does nothing when there is none.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidName`]; [`Error::Command`] when the server refuses.
    pub fn drop_database(&self, database: &str) -> Result<()> {
        must_be_name(database, NAME_BYTES_MAX)?;
        let sql = format!(r#"drop database if exists "{database}" with (force);"#);
        self.psql(ADMIN_DATABASE, &sql).map(|_| ())
    }

    /// Runs an SQL file in the service's database as its owner, in one transaction.
    ///
    /// # Errors
    ///
    /// [`Error::Command`] with the file's name, the line and the server's message.
    pub fn run_file_as_owner(&self, service: &str, file: &Path) -> Result<()> {
        must_be_service(service)?;
        let role = format!("{service}_owner");
        self.client(&role, &self.password_of(&role)?)
            .run_file(service, file)
    }

    fn service_database(&self, service: &str, database: &str) -> Result<ServiceDatabase> {
        let url = |role: String| Ok(self.url(&role, &self.password_of(&role)?, database));
        Ok(ServiceDatabase {
            owner_url: url(format!("{service}_owner"))?,
            app_url: url(format!("{service}_app"))?,
        })
    }

    fn password_of(&self, role: &str) -> Result<String> {
        password::of_role(&self.server.layout.secrets(), role)
    }

    /// Every statement can be repeated, and the lock keeps two callers from interleaving them.
    fn service_sql(&self, service: &str) -> Result<String> {
        let (owner, app) = (format!("{service}_owner"), format!("{service}_app"));
        Ok(format!(
            r#"select pg_advisory_lock(hashtext('norec services'));
revoke connect, temporary on database postgres, template1 from public;
{role_group}
{role_owner}
{role_app}
alter role "{owner}" {PLAIN_LOGIN} password '{owner_password}';
alter role "{app}" {PLAIN_LOGIN} password '{app_password}';
grant {APP_GROUP} to "{app}";
select 'create database "{service}" owner "{owner}"'
 where not exists (select from pg_database where datname = '{service}') \gexec
{rights}
\connect {service}
revoke all on schema public from public;
"#,
            role_group = role_if_missing(APP_GROUP),
            role_owner = role_if_missing(&owner),
            role_app = role_if_missing(&app),
            owner_password = self.password_of(&owner)?,
            app_password = self.password_of(&app)?,
            rights = rights_to_connect(service, service),
        ))
    }
}

/// Roles are made without any right; what they may is granted after.
fn role_if_missing(role: &str) -> String {
    format!(
        r#"select 'create role "{role}" nologin'
 where not exists (select from pg_roles where rolname = '{role}') \gexec"#
    )
}

/// Who may connect stands with the database, so a copy does not inherit it from its template.
fn rights_to_connect(database: &str, service: &str) -> String {
    format!(
        r#"revoke connect, temporary on database "{database}" from public;
grant connect on database "{database}" to "{service}_app";"#
    )
}

fn must_be_service(name: &str) -> Result<()> {
    let bytes_max = NAME_BYTES_MAX - LONGEST_SUFFIX.len();
    if format!("{name}_app") == APP_GROUP {
        return Err(Error::InvalidName {
            name: name.to_owned(),
            bytes_max,
        });
    }
    must_be_name(name, bytes_max)
}

/// Names of this alphabet need no quoting in SQL, on a command line or in a URL.
fn must_be_name(name: &str, bytes_max: usize) -> Result<()> {
    let body = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(body)
        && name.len() <= bytes_max
    {
        return Ok(());
    }
    Err(Error::InvalidName {
        name: name.to_owned(),
        bytes_max,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_s_name_is_lower_case_and_leaves_room_for_its_roles() {
        let longest = "a".repeat(57);
        let too_long = "a".repeat(58);
        let table = [
            ("grants", true),
            ("un_volunteers_2", true),
            (longest.as_str(), true),
            (too_long.as_str(), false),
            ("", false),
            ("Grants", false),
            ("2grants", false),
            ("_grants", false),
            ("grants-test", false),
            ("grants\"; drop database x; --", false),
            ("søknader", false),
            ("norec", false),
        ];
        for (name, valid) in table {
            assert_eq!(must_be_service(name).is_ok(), valid, "{name:?}");
        }
    }
}

//! Where the database of each service lies: at the address that the environment gives, or in the
//! private cluster.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, bail};
use cluster::ServiceDatabase;
use tokio::process::Command;

/// What the service itself reads.
const URL: &str = "NOREC_DATABASE_URL";
const URL_FILE: &str = "NOREC_DATABASE_URL_FILE";

/// A database's URL, or a file that holds it. It contains a password and therefore cannot be
/// printed.
#[derive(Clone, PartialEq)]
pub(crate) enum DatabaseUrl {
    Text(OsString),
    File(PathBuf),
}

impl DatabaseUrl {
    /// Passes it by the environment, because every user of the machine can read arguments.
    pub(crate) fn pass_to(&self, command: &mut Command) {
        // Nobody gets the URL of another's database, or of the role that owns his own.
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        for name in names.filter(|it| it.starts_with("NOREC_") && it.contains("DATABASE_URL")) {
            command.env_remove(name);
        }
        match self {
            Self::Text(url) => command.env(URL, url),
            Self::File(file) => command.env(URL_FILE, file),
        };
    }
}

/// How the database of one service is reached.
#[derive(Clone, PartialEq)]
pub(crate) struct Database {
    /// As the role that serves.
    pub(crate) app: DatabaseUrl,
    /// As the role that migrates; `None` when somebody else does.
    pub(crate) owner: Option<DatabaseUrl>,
}

impl From<ServiceDatabase> for Database {
    fn from(it: ServiceDatabase) -> Self {
        Self {
            app: DatabaseUrl::Text(it.app_url.into()),
            owner: Some(DatabaseUrl::Text(it.owner_url.into())),
        }
    }
}

/// The database that the environment gives a service, such as `NOREC_GRANTS_DATABASE_URL`.
pub(crate) fn given(
    service: &str,
    environment: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<Database>> {
    let service = service.to_uppercase();
    let url = |role: &str| {
        let name = format!("NOREC_{service}{role}_DATABASE_URL");
        let file = format!("{name}_FILE");
        match (environment(&name), environment(&file)) {
            (Some(_), Some(_)) => bail!("give one of {name} and {file}"),
            (Some(url), None) => Ok(Some(DatabaseUrl::Text(url))),
            (None, Some(path)) => Ok(Some(DatabaseUrl::File(std::path::absolute(path)?))),
            (None, None) => Ok(None),
        }
    };
    match (url("")?, url("_OWNER")?) {
        (Some(app), owner) => Ok(Some(Database { app, owner })),
        (None, None) => Ok(None),
        (None, Some(_)) => bail!(
            "NOREC_{service}_OWNER_DATABASE_URL goes with NOREC_{service}_DATABASE_URL, which is \
             what the service runs on"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given_by(variables: &[(&str, &str)]) -> Result<Option<Database>> {
        given("grants", |name| {
            let found = variables.iter().find(|(its, _)| *its == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn without_a_url_the_cluster_is_used() {
        assert!(given_by(&[]).unwrap().is_none());
        assert!(
            given_by(&[("NOREC_GOVERNANCE_DATABASE_URL", "u")])
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_service_has_one_url_by_value_or_file_and_perhaps_its_owner_s() {
        let text = |it: &str| DatabaseUrl::Text(it.into());
        let file = |it: &str| DatabaseUrl::File(it.into());
        let table = [
            (vec![("NOREC_GRANTS_DATABASE_URL", "u")], text("u"), None),
            (
                vec![("NOREC_GRANTS_DATABASE_URL_FILE", "/f")],
                file("/f"),
                None,
            ),
            (
                vec![
                    ("NOREC_GRANTS_DATABASE_URL", "u"),
                    ("NOREC_GRANTS_OWNER_DATABASE_URL_FILE", "/o"),
                ],
                text("u"),
                Some(file("/o")),
            ),
        ];
        for (variables, app, owner) in table {
            let expected = Database { app, owner };
            assert!(
                given_by(&variables).unwrap() == Some(expected),
                "{variables:?}"
            );
        }
    }

    #[test]
    fn what_contradicts_itself_is_refused_by_name() {
        let both = [
            ("NOREC_GRANTS_DATABASE_URL", "u"),
            ("NOREC_GRANTS_DATABASE_URL_FILE", "/f"),
        ];
        let owner_alone = [("NOREC_GRANTS_OWNER_DATABASE_URL", "o")];
        for variables in [&both[..], &owner_alone] {
            let problem = given_by(variables).err().unwrap().to_string();
            assert!(problem.contains("NOREC_GRANTS_DATABASE_URL"), "{problem}");
        }
    }
}

//! The knobs that all services share: flags, environment, and files for secrets. Every bad value is
//! reported at once; `--help` is the manual.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use sqlx::postgres::PgConnectOptions;

use crate::Issuers;

/// How to reach a database: a URL in a flag, in the environment, or in a file.
#[derive(Args, Clone, Debug)]
pub(crate) struct DatabaseArgs {
    /// PostgreSQL URL, such as postgres://user@host/db. Holds a secret: prefer the file.
    #[arg(long, env = "NOREC_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// File that holds the PostgreSQL URL.
    #[arg(long, env = "NOREC_DATABASE_URL_FILE")]
    database_url_file: Option<PathBuf>,
}

impl DatabaseArgs {
    pub(crate) fn check(&self, problems: &mut Vec<String>) -> Option<PgConnectOptions> {
        let url = match (&self.database_url, &self.database_url_file) {
            (Some(url), None) => Ok(url.clone()),
            (None, Some(file)) => std::fs::read_to_string(file)
                .map_err(|error| format!("--database-url-file {}: {error}", file.display())),
            _ => Err(
                "give one of --database-url (NOREC_DATABASE_URL) and --database-url-file \
                      (NOREC_DATABASE_URL_FILE)"
                    .to_owned(),
            ),
        };
        let parsed = url.and_then(|url| {
            url.trim()
                .parse()
                .map_err(|error| format!("the database URL is not one: {error}"))
        });
        keep(parsed, problems)
    }
}

/// How to serve.
#[derive(Args, Clone, Debug)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "NOREC_LISTEN", default_value = "127.0.0.1:0")]
    listen: String,
    /// File in which the address listened on is written once the service serves.
    #[arg(long, env = "NOREC_ADDRESS_FILE")]
    pub(crate) address_file: Option<PathBuf>,
    /// JSON file that names the token issuers, their key files and their claim-to-role mapping.
    #[arg(long, env = "NOREC_ISSUERS_FILE")]
    issuers_file: PathBuf,
    /// Accept the issuer of kind `local` although the service listens beyond loopback.
    #[arg(long)]
    allow_local_issuer: bool,
}

/// Checked [`ServeArgs`].
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) database: PgConnectOptions,
    pub(crate) listen: SocketAddr,
    pub(crate) issuers: Issuers,
}

impl ServeArgs {
    pub(crate) fn check(&self, problems: &mut Vec<String>) -> Option<Serving> {
        let database = self.database.check(problems);
        let listen = self.listen.parse::<SocketAddr>();
        let listen = keep(
            listen.map_err(|error| format!("--listen {}: {error}", self.listen)),
            problems,
        );
        let issuers = Issuers::read(&self.issuers_file)
            .map_err(|error| format!("--issuers-file {}: {error}", self.issuers_file.display()));
        let issuers = keep(issuers, problems).map(|(issuers, not_loaded)| {
            for it in not_loaded {
                tracing::error!(issuer = it.issuer, file = %it.file.display(), error = %it.source,
                    "keys are not loaded; calls of this issuer get KEYSET_NOT_LOADED");
            }
            issuers
        });
        if let (Some(listen), Some(issuers)) = (&listen, &issuers)
            && !listen.ip().is_loopback()
            && issuers.trusts_local_key()
            && !self.allow_local_issuer
        {
            problems.push(format!(
                "--listen {listen} is beyond loopback, where an issuer of kind local is refused; \
                 --allow-local-issuer accepts it"
            ));
        }
        Some(Serving {
            database: database?,
            listen: listen?,
            issuers: issuers?,
        })
    }
}

/// The value, or a noted problem.
pub(crate) fn keep<T>(checked: Result<T, String>, problems: &mut Vec<String>) -> Option<T> {
    checked.map_err(|problem| problems.push(problem)).ok()
}

/// A service without knobs of its own.
#[derive(Args, Clone, Debug)]
pub struct NoKnobs {}

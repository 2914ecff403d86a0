//! The knobs that all services share: flags, environment, and files for secrets. Every bad value is
//! reported at once; `--help` is the manual.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use platform::{IssuerFileError, Issuers};
use sqlx::postgres::PgConnectOptions;

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
    database: DatabaseArgs,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "NOREC_LISTEN", default_value = "127.0.0.1:0")]
    listen: String,
    /// File in which the address listened on is written once the service serves.
    #[arg(long, env = "NOREC_ADDRESS_FILE")]
    address_file: Option<PathBuf>,
    /// JSON file that names the token issuers, their key files and their claim-to-role mapping.
    /// Required.
    #[arg(long, env = "NOREC_ISSUERS_FILE")]
    issuers_file: Option<PathBuf>,
    /// Accept the issuer of kind `local` although the service listens beyond loopback.
    #[arg(long)]
    allow_local_issuer: bool,
}

/// Checked [`ServeArgs`].
#[derive(Debug)]
pub(crate) struct Serving {
    pub(crate) database: PgConnectOptions,
    pub(crate) listen: SocketAddr,
    pub(crate) address_file: Option<PathBuf>,
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
        let issuers = self.read_issuers(problems);
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
            address_file: self.address_file.clone(),
            issuers: issuers?,
        })
    }

    fn read_issuers(&self, problems: &mut Vec<String>) -> Option<Issuers> {
        let file = given(
            self.issuers_file.clone(),
            "--issuers-file",
            "NOREC_ISSUERS_FILE",
        );
        let file = keep(file, problems)?;
        let flag = format!("--issuers-file {}", file.display());
        match Issuers::read(&file) {
            Ok((issuers, not_loaded)) => {
                for it in not_loaded {
                    tracing::error!(issuer = it.issuer, file = %it.file.display(),
                        error = %it.source,
                        "keys are not loaded; calls of this issuer get KEYSET_NOT_LOADED");
                }
                return Some(issuers);
            }
            Err(IssuerFileError::Fields(bad)) => {
                problems.extend(bad.iter().map(|it| format!("{flag}: {it}")));
            }
            Err(error) => problems.push(format!("{flag}: {error}")),
        }
        None
    }
}

/// The value of a knob that must be given, by its flag or its variable.
pub fn given<T>(value: Option<T>, flag: &str, variable: &str) -> Result<T, String> {
    value.ok_or_else(|| format!("give {flag} ({variable})"))
}

/// The value, or a noted problem.
pub fn keep<T>(checked: Result<T, String>, problems: &mut Vec<String>) -> Option<T> {
    checked.map_err(|problem| problems.push(problem)).ok()
}

/// A service without knobs of its own.
#[derive(Args, Clone, Debug)]
pub struct NoKnobs {}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicU32, Ordering};

    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        serve: ServeArgs,
    }

    const URL: &str = "postgres://norec@localhost/grants";

    /// A file of its own for every call: tests run side by side.
    fn file(name: &str, content: &str) -> String {
        static WRITTEN: AtomicU32 = AtomicU32::new(0);
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let own = format!("norec-{}-{number}-{name}", std::process::id());
        let path = std::env::temp_dir().join(own);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    fn issuers(kind: &str) -> String {
        let content = format!(
            r#"{{"issuers": [{{"kind": "{kind}", "issuer": "https://local.norec.invalid/",
                "audience": ["norec"], "keys_file": "none.json", "max_lifetime_seconds": 60}}]}}"#
        );
        file(&format!("{kind}.json"), &content)
    }

    /// What is served with these arguments, or the first words of every problem.
    fn check(arguments: &[&str]) -> Result<Serving, Vec<String>> {
        let arguments = std::iter::once(&"norec").chain(arguments);
        let args = Cli::try_parse_from(arguments).unwrap().serve;
        let mut problems = Vec::new();
        let serving = args.check(&mut problems);
        match serving {
            Some(serving) if problems.is_empty() => Ok(serving),
            _ => Err(problems),
        }
    }

    fn flags(problems: &[String]) -> Vec<&str> {
        let flag = |it: &String| it.find("--").map_or(0, |at| at);
        let word = |it: &&str| it.split([' ', ':']).next().map(str::len);
        problems
            .iter()
            .map(|it| &it[flag(it)..])
            .map(|it| &it[..word(&it).unwrap_or_default()])
            .collect()
    }

    #[test]
    fn every_bad_value_is_named_at_once() {
        let issuers = file(
            "bad.json",
            r#"{"issuers": [{"kind": "local", "issuer": "http://x", "audience": []}]}"#,
        );
        let arguments = ["--listen", "nowhere", "--issuers-file", &issuers];
        let problems = check(&arguments).unwrap_err();
        assert_eq!(
            flags(&problems),
            [
                "--database-url",
                "--listen",
                "--issuers-file",
                "--issuers-file",
                "--issuers-file",
                "--issuers-file",
            ],
            "{problems:#?}"
        );
        for (problem, field) in problems[2..].iter().zip([
            "issuers[0].issuer",
            "issuers[0].audience",
            "issuers[0].keys_file",
            "issuers[0].max_lifetime_seconds",
        ]) {
            assert!(problem.contains(field), "{problem}");
        }
    }

    #[test]
    fn what_must_be_given_is_asked_for_by_flag_and_variable() {
        let problems = check(&[]).unwrap_err();
        assert_eq!(flags(&problems), ["--database-url", "--issuers-file"]);
        for (problem, variable) in problems
            .iter()
            .zip(["NOREC_DATABASE_URL_FILE", "NOREC_ISSUERS_FILE"])
        {
            assert!(problem.contains(variable), "{problem}");
        }
    }

    #[test]
    fn a_local_key_is_for_loopback_unless_it_is_allowed() {
        let local = issuers("local");
        let given = ["--database-url", URL, "--issuers-file", &local, "--listen"];
        for (listen, allow, good) in [
            ("127.0.0.1:0", false, true),
            ("[::1]:0", false, true),
            ("0.0.0.0:0", false, false),
            ("[::]:0", false, false),
            ("0.0.0.0:0", true, true),
        ] {
            let mut arguments = [&given[..], &[listen]].concat();
            arguments.extend(allow.then_some("--allow-local-issuer"));
            let checked = check(&arguments);
            assert_eq!(checked.is_ok(), good, "{listen} {allow}: {checked:?}");
        }
    }

    #[test]
    fn a_secret_comes_by_value_or_in_a_file_and_not_by_both() {
        let local = issuers("local");
        let secret = file("secret", &format!("{URL}\n"));
        let none = Path::new(&secret)
            .with_extension("none")
            .display()
            .to_string();
        for (arguments, good) in [
            (vec!["--database-url", URL], true),
            (vec!["--database-url-file", &secret], true),
            (
                vec!["--database-url", URL, "--database-url-file", &secret],
                false,
            ),
            (vec!["--database-url-file", &none], false),
            (vec!["--database-url", "not a url"], false),
            (vec![], false),
        ] {
            let checked = check(&[&arguments[..], &["--issuers-file", &local]].concat());
            match (good, checked) {
                (true, Ok(serving)) => assert_eq!(serving.database.get_host(), "localhost"),
                (false, Err(problems)) => assert_eq!(problems.len(), 1, "{problems:?}"),
                (_, other) => panic!("{arguments:?}: {other:?}"),
            }
        }
    }
}

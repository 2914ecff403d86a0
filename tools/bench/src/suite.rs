//! The real parts: a cluster of its own, each side's services as their own programs, an issuer.
//!
//! All of it lies in the temporary cluster's folder, which is removed when the run ends, however it ends.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::TimeDelta;
use cluster::{Cluster, ServiceDatabase};
use platform::{Clock, Kind, LocalClaims, LocalIssuer};
use proto::access::v1::Role;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tonic::transport::Channel;

use crate::caller::Caller;
use crate::console::say;
use crate::process::{Program, command};

const ISSUER: &str = "https://local.norec.test/";
const AUDIENCE: &str = "norec-test";
const LIFETIME: TimeDelta = TimeDelta::hours(10);
/// How long a reload of the server's configuration may take to reach all sessions.
const RELOADED_AFTER: Duration = Duration::from_millis(300);

/// Whose programs are measured.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    /// `before` or `ours`; databases end in it.
    pub(crate) name: &'static str,
    /// The folder of its programs.
    pub(crate) programs: PathBuf,
}

/// What a run measures.
#[derive(Debug)]
pub(crate) struct Run {
    /// Ours is the last one.
    pub(crate) sides: Vec<Side>,
    /// Rounds of every measure, instead of its own number.
    pub(crate) rounds: Option<usize>,
}

impl Run {
    /// Rounds of a measure that has so many by itself.
    pub(crate) fn rounds(&self, own: usize) -> usize {
        self.rounds.unwrap_or(own)
    }
}

/// Whether commits wait for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Commits {
    Durable,
    Fast,
}

/// What a part works with.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) cluster: Cluster,
    pub(crate) folder: PathBuf,
    issuer: LocalIssuer,
}

impl Suite {
    pub(crate) fn start(commits: Commits) -> Result<Self> {
        let cluster = match commits {
            Commits::Durable => Cluster::temporary_but_durable()?,
            Commits::Fast => Cluster::temporary()?,
        };
        let folder = cluster.directory().join("bench");
        std::fs::create_dir_all(&folder)?;
        let issuer = LocalIssuer::generate(ISSUER)?;
        std::fs::write(folder.join("keys.json"), issuer.jwks())?;
        let issuers = serde_json::json!({"issuers": [{
            "issuer": ISSUER, "kind": "local", "audience": [AUDIENCE],
            "keys_file": "keys.json", "max_lifetime_seconds": LIFETIME.num_seconds(),
        }]});
        std::fs::write(folder.join("issuers.json"), issuers.to_string())?;
        let suite = Self {
            cluster,
            folder,
            issuer,
        };
        // Fills are not what is measured; checkpoints would fall into what is.
        suite.sql(
            "postgres",
            "alter system set max_wal_size = '8GB'; select pg_reload_conf()",
        )?;
        sleep(RELOADED_AFTER);
        for service in ["grants", "governance"] {
            suite.cluster.create_service(service)?;
        }
        Ok(suite)
    }

    /// A side's database of a service, named after both and migrated by its own program.
    pub(crate) fn database(&self, side: &Side, service: &str) -> Result<ServiceDatabase> {
        let name = format!("{service}_{}", side.name);
        let database = self.cluster.create_database_from(&name, service, service)?;
        let program = side.programs.join(service);
        let output = Command::new(&program)
            .args(["migrate", "--database-url", &database.owner_url])
            .env_clear()
            .output()
            .with_context(|| format!("{}: is it built?", program.display()))?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "{service} does not migrate: {told}"
        );
        Ok(database)
    }

    /// A copy of a database, in the place of one of that name. Nobody may be connected to the original.
    pub(crate) fn copy(&self, name: &str, service: &str, of: &str) -> Result<ServiceDatabase> {
        self.cluster.drop_database(name)?;
        Ok(self.cluster.create_database_from(name, service, of)?)
    }

    pub(crate) fn grants(&self, side: &Side, database: &ServiceDatabase) -> Result<Program> {
        let name = format!("grants-{}", side.name);
        Program::start(self.serve(side, "grants", database)?, &self.folder, &name)
    }

    /// governance, following grants.
    pub(crate) fn governance(
        &self,
        side: &Side,
        database: &ServiceDatabase,
        grants: &Program,
    ) -> Result<Program> {
        let token = self.folder.join("follower.token");
        std::fs::write(
            &token,
            self.token(Kind::Workload, "governance", Role::Follower)?,
        )?;
        let mut command = self.serve(side, "governance", database)?;
        command.args(["--source", &format!("grants=http://{}", grants.address)]);
        command.arg("--token-file").arg(token);
        Program::start(command, &self.folder, &format!("governance-{}", side.name))
    }

    fn serve(&self, side: &Side, service: &str, database: &ServiceDatabase) -> Result<Command> {
        let program = side.programs.join(service);
        let mut command = command(&program)?;
        command.args([
            "serve",
            "--database-url",
            &database.app_url,
            "--issuers-file",
        ]);
        command.arg(self.folder.join("issuers.json"));
        Ok(command)
    }

    /// Bare tonic that answers what is stored in a file.
    pub(crate) fn bare(&self, stored: &Path) -> Result<Program> {
        let mut command = command(&std::env::current_exe()?)?;
        command.arg("bare").arg("--stored").arg(stored);
        Program::start(command, &self.folder, "bare")
    }

    fn token(&self, kind: Kind, subject: &str, role: Role) -> Result<String> {
        let claims = LocalClaims {
            audience: AUDIENCE,
            kind,
            subject,
            roles: &[role],
            unit: None,
        };
        Ok(self.issuer.mint(&claims, Clock::System.now(), LIFETIME)?)
    }

    pub(crate) fn caller(&self, at: &Channel, kind: Kind, id: &str, role: Role) -> Result<Caller> {
        Caller::new(at, &self.token(kind, id, role)?)
    }

    /// The case officer, over so many connections.
    pub(crate) fn officers(&self, at: &Program, connections: usize) -> Result<Vec<Caller>> {
        let officer = |_| self.caller(&at.channel()?, Kind::Person, "ada", Role::CaseOfficer);
        (0..connections).map(officer).collect()
    }

    /// Runs SQL as the superuser and answers what it prints.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> Result<String> {
        Ok(self.cluster.psql(database, sql)?.trim().to_owned())
    }

    /// A connection as the superuser, without a limit on statements.
    pub(crate) async fn connect(&self, database: &str) -> Result<PgConnection> {
        let options: PgConnectOptions = self.cluster.superuser_url(database).parse()?;
        Ok(PgConnection::connect_with(&options).await?)
    }

    /// Copies the rows of a query, binary: to this client, or on into a table of a database. Foreign keys
    /// are not checked there. Seconds that it took.
    pub(crate) fn copy_rows(
        &self,
        from: &str,
        query: &str,
        into: Option<(&str, &str)>,
    ) -> Result<f64> {
        let begun = Instant::now();
        let mut reading = self.psql(from, &format!("copy ({query}) to stdout (format binary)"));
        let Some((database, table)) = into else {
            let status = reading.stdout(Stdio::null()).status()?;
            ensure!(status.success(), "what is copied cannot be read");
            return Ok(begun.elapsed().as_secs_f64());
        };
        let mut read = reading.stdout(Stdio::piped()).spawn()?;
        let rows = read.stdout.take().context("the rows")?;
        let copy = format!("copy {table} from stdin (format binary)");
        let written = self.psql(database, &copy).stdin(rows).status()?;
        ensure!(
            read.wait()?.success() && written.success(),
            "rows cannot be copied"
        );
        Ok(begun.elapsed().as_secs_f64())
    }

    fn psql(&self, database: &str, statement: &str) -> Command {
        let mut psql = Command::new(self.cluster.program("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement]);
        psql.arg(self.cluster.superuser_url(database));
        psql.env("PGOPTIONS", "-c session_replication_role=replica");
        psql
    }

    /// The postmaster, whose children are the sessions.
    pub(crate) fn postmaster(&self) -> Result<u32> {
        let file = self.cluster.directory().join("data/postmaster.pid");
        let text = std::fs::read_to_string(file)?;
        Ok(text
            .lines()
            .next()
            .context("postmaster.pid")?
            .trim()
            .parse()?)
    }
}

/// Says what is measured now.
pub(crate) fn begin(part: &str, what: &str) {
    say(format!("{part}: {what}"));
}

//! The client program that comes with the server, run over the Unix socket.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use crate::error::{Error, Result, succeeded};
use crate::layout::PORT;

/// How one role is reached.
pub(crate) struct Psql<'a> {
    pub(crate) program: PathBuf,
    pub(crate) sockets: PathBuf,
    pub(crate) role: &'a str,
    pub(crate) password: &'a str,
}

impl Psql<'_> {
    /// Runs statements one by one and returns the rows that they print.
    pub(crate) fn run(&self, database: &str, sql: &str) -> Result<String> {
        let mut psql = self.command(database);
        psql.args(["-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = psql.spawn().map_err(Error::at(&self.program))?;
        let stdin = child.stdin.take();
        // Written beside the reading, so that neither side waits for a full pipe. A psql that
        // stops early closes its end; its status then tells more than the failed write.
        let output = thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(sql.as_bytes())));
            child.wait_with_output()
        });
        succeeded(&psql, output.map_err(Error::at(&self.program))?)
    }

    /// Runs a file in one transaction.
    pub(crate) fn run_file(&self, database: &str, file: &Path) -> Result<()> {
        let mut psql = self.command(database);
        let output = psql
            .arg("--single-transaction")
            .arg("-f")
            .arg(file)
            .output();
        succeeded(&psql, output.map_err(Error::at(&self.program))?).map(|_| ())
    }

    /// SQL comes by standard input or file and the password by the environment, because every
    /// user of the machine can read a process's arguments.
    fn command(&self, database: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env_clear()
            .env("LC_ALL", "C")
            .env("PGCLIENTENCODING", "UTF8")
            .env("PGHOST", &self.sockets)
            .env("PGPORT", PORT.to_string())
            .env("PGUSER", self.role)
            .env("PGPASSWORD", self.password)
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
            ]);
        command
    }
}

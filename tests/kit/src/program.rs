//! A service as its own program, as an operator runs it: arguments, signals, exit code and log.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use chrono::Utc;
use platform::Kind;
use proto::access::v1::Role;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tonic::transport::Channel;

use crate::{Actor, Database, ISSUER, issuer, token};

/// How long a program may take to serve, or to end.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_INTERVAL: Duration = Duration::from_millis(10);

/// A program that serves. It ends with the test.
#[derive(Debug)]
pub struct Program {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    folder: PathBuf,
    channel: Channel,
}

/// A program that has ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code.
    pub code: Option<i32>,
    /// Its log, line by line.
    pub lines: Vec<serde_json::Value>,
}

impl Ended {
    /// What it says that keeps it from starting, in order.
    pub fn problems(&self) -> Vec<&str> {
        let problems = self.lines.iter().map(|it| it["problem"].as_str());
        problems.flatten().collect()
    }
}

impl Program {
    /// Starts a program to serve from the database at this URL, and waits until it listens.
    pub async fn serve(binary: &str, url: &str) -> Self {
        Self::serve_logging(binary, url, None).await
    }

    /// The same, with its log elsewhere, such as on a disk that is full.
    pub async fn serve_logging(binary: &str, url: &str, log_file: Option<&Path>) -> Self {
        let folder = new_folder();
        let address_file = folder.join("address");
        let mut command = command(binary, &folder);
        if let Some(file) = log_file {
            command.stderr(std::fs::File::options().write(true).open(file).unwrap());
        }
        command
            .args(["serve", "--database-url", url, "--issuers-file"])
            .arg(issuer::write_trusted(&folder))
            .arg("--address-file")
            .arg(&address_file);
        let mut child = command.spawn().unwrap();
        let address: SocketAddr = until("it listens", || {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "{binary} ended: {:#?}", log(&folder));
            std::fs::read_to_string(&address_file).ok()
        })
        .await
        .parse()
        .unwrap();
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        Self {
            address,
            child,
            folder,
            channel: channel.connect_lazy(),
        }
    }

    /// A person with these roles. `database` is what the program serves from.
    pub fn person(&self, database: &Database, staff_id: &str, roles: &[Role]) -> Actor {
        let token = token(ISSUER, Kind::Person, staff_id, roles, Utc::now());
        Actor::new(self.channel.clone(), Some(token), database.clone())
    }

    /// A caller without a token.
    pub fn nobody(&self, database: &Database) -> Actor {
        Actor::new(self.channel.clone(), None, database.clone())
    }

    /// Sends it SIGTERM.
    pub fn terminate(&self) {
        let process = i32::try_from(self.child.id().unwrap()).unwrap();
        kill_process(Pid::from_raw(process).unwrap(), Signal::TERM).unwrap();
    }

    /// Returns once nobody is accepted any more.
    pub async fn until_closed(&self) {
        let address = self.address;
        until("it has stopped listening", || {
            std::net::TcpStream::connect(address).err().map(|_| ())
        })
        .await;
    }

    /// Waits until it has ended.
    pub async fn ended(mut self) -> Ended {
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        Ended {
            code: status.expect("it ends").unwrap().code(),
            lines: log(&self.folder),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

/// Runs a program with these arguments to its end.
pub async fn run_program(binary: &str, arguments: &[&str]) -> Ended {
    let folder = new_folder();
    let running = command(binary, &folder).args(arguments).spawn().unwrap();
    let ended = running.wait_with_output();
    let output = tokio::time::timeout(PATIENCE, ended).await;
    let lines = log(&folder);
    std::fs::remove_dir_all(&folder).unwrap();
    Ended {
        code: output.expect("it ends").unwrap().status.code(),
        lines,
    }
}

/// The program, which knows nothing of the environment that the test runs in.
fn command(binary: &str, folder: &Path) -> Command {
    let log = std::fs::File::create(folder.join("log")).unwrap();
    let mut command = Command::new(binary);
    command
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .kill_on_drop(true);
    command
}

fn new_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("norec-program-{}", crate::id()));
    std::fs::create_dir(&folder).unwrap();
    folder
}

/// The lines of a log; what is no JSON, such as clap's words, as texts.
fn log(folder: &Path) -> Vec<serde_json::Value> {
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    log.lines()
        .map(|it| serde_json::from_str(it).unwrap_or_else(|_| it.into()))
        .collect()
}

async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look() {
                return seen;
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    };
    let seen = tokio::time::timeout(PATIENCE, looking).await;
    seen.unwrap_or_else(|_| panic!("in vain waited until {what}"))
}

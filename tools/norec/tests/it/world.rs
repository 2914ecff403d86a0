//! An installation of one test, and the built program run in it.

use std::fs::{self, File};
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

use cluster::Cluster;
use rustix::pipe::{PipeFlags, fcntl_setpipe_size, pipe_with};
use rustix::process::{Pid, Signal, kill_process};

/// A directory that ends with the test, and what runs in it too.
pub(crate) struct World {
    pub(crate) root: PathBuf,
}

impl World {
    /// A new directory under a short path that PostgreSQL's user can enter.
    pub(crate) fn named(test: &str) -> Self {
        let root = PathBuf::from(format!("/tmp/norec-{test}-{}", std::process::id()));
        fs::create_dir(&root).unwrap();
        Self { root }
    }

    /// One in which the suite runs.
    pub(crate) fn up(test: &str) -> Self {
        let world = Self::named(test);
        world.must(&["up", "--detach"]);
        world
    }

    /// The state directory.
    pub(crate) fn installation(&self) -> PathBuf {
        self.root.join("i")
    }

    /// The program with these arguments.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_norec"));
        command
            .current_dir(&self.root)
            .env("NOREC_INSTALLATION", self.installation())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Runs it, which must succeed, and answers what it printed.
    pub(crate) fn must(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {ran:?}");
        ran.printed
    }

    /// Imports the published accounts of a year, by a person such as `--person kontroller-k`.
    pub(crate) fn import_published(&self, year: &str, person: &[&str]) {
        let [accounts, map, request] = [
            format!("regnskap-{year}.csv"),
            format!("kolonner-{year}.json"),
            format!("regnskap-{year}.json"),
        ]
        .map(|file| example(&format!("offentlige-tall-2025/{file}")));
        let files = [&accounts, "--map", &map, "--request", &request];
        self.must(&[&["ledger", "import"], &files[..], person].concat());
    }

    /// Writes a file beside the installation.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.root.join(name), content).unwrap();
    }

    /// Reads a file of the installation.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.installation().join(path)).unwrap()
    }

    /// The process that holds a file of the installation, such as `norec.pid`.
    pub(crate) fn process(&self, pid_file: &str) -> u32 {
        self.parsed(pid_file)
    }

    pub(crate) fn postmaster(&self) -> u32 {
        let file = self.read("postgres/data/postmaster.pid");
        file.lines().next().unwrap().parse().unwrap()
    }

    /// Where grants listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.parsed("services/grants.address")
    }

    /// What stands in a file that is empty or away for a moment while it is written anew.
    fn parsed<T: FromStr>(&self, path: &str) -> T {
        let mut value = None;
        wait_until(path, || {
            let text = fs::read_to_string(self.installation().join(path));
            value = text.ok().and_then(|it| it.parse().ok());
            value.is_some()
        });
        value.unwrap()
    }

    /// The methods in the journal of grants, oldest first.
    pub(crate) fn journal(&self) -> Vec<String> {
        self.journal_of("grants")
    }

    /// The methods in the journal of a service, oldest first.
    pub(crate) fn journal_of(&self, service: &str) -> Vec<String> {
        let cluster = Cluster::start(&self.installation().join("postgres")).unwrap();
        let sql = "select method from platform.journal order by seq";
        let methods = cluster.psql(service, sql).unwrap();
        methods
            .lines()
            .map(|it| it.rsplit('/').next().unwrap().to_owned())
            .collect()
    }

    /// What the journal of each service of each show has: methods, subjects and versions. How often a
    /// cut-off noted what it waited for is left out: it depends on when its followers came.
    pub(crate) fn journals(&self, shows: &[&str]) -> Vec<String> {
        let mut journals = Vec::new();
        for show in shows {
            let directory = self.root.join(format!("i-{show}/postgres"));
            let cluster = Cluster::start(&directory).unwrap();
            let sql = "select method, subject, case when method like '/%' then version end
                         from platform.journal
                        where method <> 'governance.cutoff.note'
                        order by 1, 2, 3";
            journals.extend(SERVICES.map(|it| cluster.psql(it, sql).unwrap()));
        }
        journals
    }
}

/// The services of the suite.
pub(crate) const SERVICES: [&str; 2] = ["grants", "governance"];

/// A file of the shipped examples.
pub(crate) fn example(path: &str) -> String {
    format!("{}/../../examples/{path}", env!("CARGO_MANIFEST_DIR"))
}

impl Drop for World {
    /// Ends every installation of the test: the demo makes several.
    fn drop(&mut self) {
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            if entry.path().join("norec.pid").exists() {
                let mut down = self.command(&["down"]);
                let _ = down.env("NOREC_INSTALLATION", entry.path()).output();
            }
        }
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// A program that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) printed: String,
    pub(crate) said: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            printed: text(output.stdout),
            said: text(output.stderr),
        }
    }
}

/// A program that is ended with the test, if it has not ended before.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Waits for its end; answers what is left of what it wrote.
    pub(crate) fn ended(mut self) -> Ran {
        fn rest(pipe: Option<impl Read>) -> Vec<u8> {
            let mut bytes = Vec::new();
            pipe.map(|mut it| it.read_to_end(&mut bytes).unwrap());
            bytes
        }
        let stdout = rest(self.0.stdout.take());
        let stderr = rest(self.0.stderr.take());
        let status = self.0.wait().unwrap();
        Ran::from(Output {
            status,
            stdout,
            stderr,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A pipe that holds one write until it is read: while a line of it is looked at, its writer comes
/// no further than the next.
pub(crate) fn narrow_pipe() -> (File, Stdio) {
    let (read, write) = pipe_with(PipeFlags::DIRECT | PipeFlags::CLOEXEC).unwrap();
    fcntl_setpipe_size(&write, 1).unwrap();
    (File::from(read), Stdio::from(write))
}

/// Sends a signal to a process.
pub(crate) fn signal(process: u32, signal: Signal) {
    kill_process(
        Pid::from_raw(i32::try_from(process).unwrap()).unwrap(),
        signal,
    )
    .unwrap();
}

/// Whether a process runs; one that has ended and is not waited for has no command line.
pub(crate) fn runs(process: u32) -> bool {
    let path = Path::new("/proc").join(process.to_string()).join("cmdline");
    fs::read(path).is_ok_and(|it| !it.is_empty())
}

/// Waits until something holds; fails when it does not within a minute.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "in vain waited until {what}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

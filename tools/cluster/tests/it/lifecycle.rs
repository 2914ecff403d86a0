//! How clusters start, stop, survive and vanish.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write, stdout};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cluster::{Cluster, Error, Postmaster, look};

use crate::wait_until;

/// Set for the process that the test of the watchdog kills.
const OWNER: &str = "NOREC_TEST_CLUSTER_OWNER";

/// A directory for a lasting cluster, which the test's end stops and removes.
struct StateDirectory {
    path: PathBuf,
}

impl StateDirectory {
    fn named(test: &str) -> StateDirectory {
        let path = PathBuf::from(format!("/tmp/norec-{test}-{}", std::process::id()));
        StateDirectory { path }
    }

    fn start(&self) -> Cluster {
        Cluster::start(&self.path).unwrap()
    }
}

impl Drop for StateDirectory {
    fn drop(&mut self) {
        if self.path.join("data/postmaster.pid").exists() {
            let _ = Cluster::start(&self.path).and_then(|cluster| cluster.stop());
        }
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn postmaster_pid(state_directory: &Path) -> u32 {
    let file = fs::read_to_string(state_directory.join("data/postmaster.pid")).unwrap();
    file.lines().next().unwrap().parse().unwrap()
}

/// Whether a process runs; one that has ended and is not waited for has no command line.
fn runs(pid: u32) -> bool {
    fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(|command_line| !command_line.is_empty())
}

fn kill_9(pid: u32) {
    let killed = Command::new("sh")
        .args(["-c", &format!("kill -9 {pid}")])
        .status()
        .unwrap();
    assert!(killed.success());
}

/// B-T15: whether the server runs is seen from outside, and looking makes nothing.
#[test]
fn a_server_is_seen_from_outside() {
    let directory = StateDirectory::named("seen");
    assert_eq!(look(&directory.path).unwrap(), None);
    assert!(!directory.path.exists());

    let cluster = directory.start();
    let pid = postmaster_pid(&directory.path);
    let running = Some(Postmaster { pid, ready: true });
    assert_eq!(look(&directory.path).unwrap(), running);

    kill_9(pid);
    wait_until("the server is gone", || {
        look(&directory.path).unwrap().is_none()
    });
    cluster.start_again().unwrap();
    assert_ne!(look(&directory.path).unwrap(), running);
    cluster.stop().unwrap();
    assert_eq!(look(&directory.path).unwrap(), None);
}

#[test]
fn starting_twice_attaches() {
    let directory = StateDirectory::named("twice");
    let first = directory.start();
    let pid = postmaster_pid(&directory.path);
    let second = directory.start();
    assert_eq!(postmaster_pid(&directory.path), pid);
    assert_eq!(
        first.superuser_url("postgres"),
        second.superuser_url("postgres")
    );
    assert_eq!(second.psql("postgres", "select 1").unwrap(), "1");
}

#[test]
fn of_several_starts_at_the_same_time_one_makes_the_cluster_and_all_use_it() {
    let directory = StateDirectory::named("race");
    let answers: Vec<String> = std::thread::scope(|scope| {
        let starts = [(); 4].map(|()| scope.spawn(|| directory.start()));
        let clusters = starts.map(|start| start.join().unwrap());
        let started = "select pg_postmaster_start_time()";
        clusters
            .iter()
            .map(|cluster| cluster.psql("postgres", started).unwrap())
            .collect()
    });
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
}

#[test]
fn stopping_in_order_or_at_once_and_starting_again_keeps_what_was_committed() {
    let directory = StateDirectory::named("keeps");
    let cluster = directory.start();
    let service = cluster.create_service("grants").unwrap();
    cluster
        .psql("grants", "create table kept (id int)")
        .unwrap();
    for (id, stop) in [Cluster::stop, Cluster::stop_immediate]
        .into_iter()
        .enumerate()
    {
        cluster
            .psql("grants", &format!("insert into kept values ({id})"))
            .unwrap();
        stop(&cluster).unwrap();
        assert!(cluster.psql("grants", "select 1").is_err());
        stop(&cluster).unwrap();
        cluster.start_again().unwrap();
        cluster.start_again().unwrap();
    }
    cluster.stop().unwrap();

    let later = directory.start();
    assert_eq!(
        later
            .psql("grants", "select id from kept order by id")
            .unwrap(),
        "0\n1"
    );
    assert_eq!(
        later.create_service("grants").unwrap().app_url,
        service.app_url
    );
}

#[test]
fn a_killed_server_recovers_even_when_another_process_has_its_number() {
    let directory = StateDirectory::named("killed");
    let cluster = directory.start();
    cluster
        .psql("postgres", "create table kept (id int)")
        .unwrap();
    let pid = postmaster_pid(&directory.path);
    kill_9(pid);
    wait_until("the postmaster is gone", || !runs(pid));

    // The same user's: of such a number PostgreSQL itself would believe that it runs.
    let user = fs::metadata(directory.path.join("data")).unwrap().uid();
    let mut stranger = Command::new("sleep").arg("600").uid(user).spawn().unwrap();
    let pid_file = directory.path.join("data/postmaster.pid");
    let stale = fs::read_to_string(&pid_file).unwrap();
    let stale = stale.replacen(&pid.to_string(), &stranger.id().to_string(), 1);
    fs::write(&pid_file, stale).unwrap();

    let recovered = Cluster::start(&directory.path);
    let stranger_lives = stranger.try_wait().unwrap().is_none();
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    let rows = recovered
        .unwrap()
        .psql("postgres", "select count(*) from kept")
        .unwrap();
    assert_eq!(rows, "0");
    assert!(stranger_lives);
}

#[test]
fn a_temporary_cluster_is_gone_after_its_owner_is_killed() {
    if std::env::var_os(OWNER).is_some() {
        let cluster = Cluster::temporary().unwrap();
        writeln!(stdout(), "{OWNER}={}", cluster.directory().display()).unwrap();
        loop {
            std::thread::park();
        }
    }
    let this_test = "lifecycle::a_temporary_cluster_is_gone_after_its_owner_is_killed";
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", this_test, "--nocapture"])
        .env(OWNER, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = BufReader::new(owner.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let prefix = format!("{OWNER}=");
    let directory = printed
        .find_map(|line| Some(line.split_once(&prefix)?.1.to_owned()))
        .unwrap();
    let directory = PathBuf::from(directory);
    let postmaster = postmaster_pid(&directory);
    assert!(runs(postmaster));

    owner.kill().unwrap();
    owner.wait().unwrap();
    wait_until("the server has ended", || !runs(postmaster));
    wait_until("the directory is removed", || !directory.exists());
}

#[test]
fn temporary_clusters_do_not_meet_and_vanish_when_dropped() {
    let [one, other] = std::thread::scope(|scope| {
        [(); 2]
            .map(|()| scope.spawn(|| Cluster::temporary().unwrap()))
            .map(|t| t.join().unwrap())
    });
    one.psql("postgres", "create table mine (id int)").unwrap();
    assert_eq!(
        other
            .psql("postgres", "select to_regclass('mine') is null")
            .unwrap(),
        "t"
    );

    let directory = one.directory().to_owned();
    let postmaster = postmaster_pid(&directory);
    drop(one);
    assert!(!directory.exists());
    wait_until("the server has ended", || !runs(postmaster));
    assert_eq!(other.psql("postgres", "select 1").unwrap(), "1");
}

#[test]
fn no_tcp_port_is_open() {
    let cluster = Cluster::temporary().unwrap();
    assert_eq!(
        cluster.psql("postgres", "show listen_addresses").unwrap(),
        ""
    );

    let descriptors = format!("/proc/{}/fd", postmaster_pid(cluster.directory()));
    let sockets: Vec<String> = fs::read_dir(descriptors)
        .unwrap()
        .filter_map(|descriptor| fs::read_link(descriptor.unwrap().path()).ok())
        .filter_map(|target| {
            let inode = target
                .to_str()?
                .strip_prefix("socket:[")?
                .strip_suffix(']')?;
            Some(inode.to_owned())
        })
        .collect();
    let in_table = |table: &str| {
        let lines = fs::read_to_string(table).unwrap_or_default();
        sockets
            .iter()
            .any(|inode| lines.split_whitespace().any(|word| word == inode))
    };
    assert!(
        in_table("/proc/net/unix"),
        "the socket that it does listen on is seen this way"
    );
    assert!(!in_table("/proc/net/tcp") && !in_table("/proc/net/tcp6"));
}

#[test]
fn passwords_and_data_are_closed_to_other_users() {
    let cluster = Cluster::temporary().unwrap();
    cluster.create_service("grants").unwrap();
    let mode = |path: &str| {
        fs::metadata(cluster.directory().join(path))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    for directory in ["data", "run", "secrets"] {
        assert_eq!(mode(directory), 0o700, "{directory}");
    }
    for file in [
        "secrets/postgres",
        "secrets/grants_owner",
        "secrets/grants_app",
        "log",
        "lock",
    ] {
        assert_eq!(mode(file), 0o600, "{file}");
    }
    assert!(!cluster.directory().join("data.password").exists());
}

#[test]
fn a_directory_too_long_for_a_socket_is_refused_before_it_is_made() {
    let directory = StateDirectory {
        path: Path::new("/tmp").join("n".repeat(90)),
    };
    let error = Cluster::start(&directory.path).unwrap_err();
    assert!(matches!(error, Error::SocketPathTooLong { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("has a path of 113 bytes and may have 107"),
        "{text}"
    );
    assert!(!directory.path.exists());
}

#[test]
fn a_directory_that_the_server_cannot_enter_is_refused_by_the_name_of_the_closed_one() {
    let closed = StateDirectory::named("closed");
    fs::create_dir(&closed.path).unwrap();
    fs::set_permissions(&closed.path, Permissions::from_mode(0o000)).unwrap();
    let error = Cluster::start(&closed.path.join("below/state")).unwrap_err();
    fs::set_permissions(&closed.path, Permissions::from_mode(0o700)).unwrap();

    let expected = format!("cannot enter {}, which", closed.path.display());
    assert!(error.to_string().contains(&expected), "{error}");
    assert!(!closed.path.join("below").exists());
}

#[test]
fn data_of_a_version_that_is_not_installed_is_refused_by_its_number() {
    let directory = StateDirectory::named("old");
    fs::create_dir_all(directory.path.join("data")).unwrap();
    fs::write(directory.path.join("data/PG_VERSION"), "9\n").unwrap();
    let error = Cluster::start(&directory.path).unwrap_err();
    assert!(
        matches!(error, Error::VersionNotInstalled { major: 9, .. }),
        "{error}"
    );
}

#[test]
fn a_server_that_does_not_start_says_why() {
    let cluster = Cluster::temporary().unwrap();
    cluster.stop().unwrap();
    let settings = cluster.directory().join("data/postgresql.conf");
    fs::write(&settings, "no_such_setting = 1\n").unwrap();
    let error = cluster.start_again().unwrap_err();
    assert!(matches!(error, Error::NotStarted { .. }), "{error}");
    assert!(error.to_string().contains("no_such_setting"), "{error}");
}

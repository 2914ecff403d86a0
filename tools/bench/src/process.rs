//! Programs that are started and ended here, and what they use: CPU time and memory, by `/proc`.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process, set_parent_process_death_signal};
use tonic::transport::Channel;

/// How long a program may take to serve, or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that serves; it ends with this value, and with this process.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) address: SocketAddr,
    pub(crate) pid: u32,
    child: Child,
}

/// A command for this program by way of our own, which ends it when we end, however we end: see
/// [`replace`].
pub(crate) fn command(program: &Path) -> Result<Command> {
    let own = std::env::current_exe().context("this program's own file")?;
    let mut command = Command::new(own);
    command.arg("run").arg(program).env_clear();
    Ok(command)
}

/// Becomes another program, which is killed when the process that started it has ended: its database is
/// gone then too, and there is nothing to end in order.
pub(crate) fn replace(program: &Path, arguments: &[String]) -> Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL)).context("a signal at the parent's end")?;
    let error = Command::new(program).args(arguments).exec();
    Err(error).with_context(|| program.display().to_string())
}

impl Program {
    /// Starts it and waits until it has written where it listens. Call it from the main thread: the
    /// kernel takes the end of the thread that started a program for the parent's.
    pub(crate) fn start(mut command: Command, folder: &Path, name: &str) -> Result<Self> {
        let file = folder.join(format!("{name}.address"));
        if file.exists() {
            fs::remove_file(&file)?;
        }
        let log = folder.join(format!("{name}.log"));
        command.arg("--address-file").arg(&file);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log)?);
        let child = command.spawn().with_context(|| format!("{command:?}"))?;
        let mut program = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            pid: child.id(),
            child,
        };
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(Ok(address)) = fs::read_to_string(&file).ok().map(|it| it.trim().parse()) {
                program.address = address;
                return Ok(program);
            }
            if let Some(status) = program.child.try_wait()? {
                let said = fs::read_to_string(&log).unwrap_or_default();
                bail!("{name} ended: {status}: {said}");
            }
            sleep(Duration::from_millis(1));
        }
        bail!("{name} does not serve")
    }

    /// A connection of its own, made when it is first used.
    pub(crate) fn channel(&self) -> Result<Channel> {
        let endpoint = Channel::from_shared(format!("http://{}", self.address))?;
        Ok(endpoint.tcp_nodelay(true).connect_lazy())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        let _ = pid.map(|pid| kill_process(pid, Signal::TERM));
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seconds of CPU that a process used: all its threads that live, user and system.
pub(crate) fn cpu(pid: u32) -> Result<f64> {
    let mut nanos = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))? {
        // One that has ended meanwhile used next to nothing.
        let told = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
        nanos += told
            .split(' ')
            .next()
            .and_then(|it| it.parse().ok())
            .unwrap_or(0_u64);
    }
    Ok(Duration::from_nanos(nanos).as_secs_f64())
}

/// Resident memory of a process in MiB, now and at its peak since [`forget_peak`].
pub(crate) fn memory(pid: u32) -> Result<(f64, f64)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let field = |name: &str| {
        let line = status.lines().find_map(|it| it.strip_prefix(name));
        let kibibytes = line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
        kibibytes
            .map(|it| it / 1024.0)
            .with_context(|| format!("{name} of {pid}"))
    };
    Ok((field("VmRSS:")?, field("VmHWM:")?))
}

/// Forgets the peak of memory so far.
pub(crate) fn forget_peak(pid: u32) -> Result<()> {
    fs::write(format!("/proc/{pid}/clear_refs"), "5").context("the peak of memory")
}

/// The cores that this process may run on.
pub(crate) fn cores() -> Result<Vec<u32>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let list = status
        .lines()
        .find_map(|it| it.strip_prefix("Cpus_allowed_list:"));
    let mut cores = Vec::new();
    for range in list.context("the cores")?.trim().split(',') {
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        cores.extend(from.parse::<u32>()?..=to.parse()?);
    }
    Ok(cores)
}

/// Holds a process, all its threads and what it will start, to some cores.
pub(crate) fn pin(pid: u32, cores: &[u32]) -> Result<()> {
    let cores: Vec<_> = cores.iter().map(u32::to_string).collect();
    let mut taskset = Command::new("taskset");
    taskset.args(["-a", "-c", "-p", &cores.join(","), &pid.to_string()]);
    let output = taskset.output().context("taskset, of util-linux")?;
    // One that has ended meanwhile needs no core.
    let is_gone = !Path::new(&format!("/proc/{pid}")).exists();
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success() || is_gone, "taskset: {told}");
    Ok(())
}

/// The same, and those that it has started.
pub(crate) fn pin_with_children(pid: u32, cores: &[u32]) -> Result<()> {
    pin(pid, cores)?;
    children(pid)?.into_iter().try_for_each(|it| pin(it, cores))
}

fn children(parent: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|it| it.parse().ok()) else {
            continue;
        };
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let behind_name = stat.rsplit(')').next().unwrap_or_default();
        let its_parent = behind_name.split_whitespace().nth(1);
        if its_parent.and_then(|it| it.parse().ok()) == Some(parent) {
            found.push(pid);
        }
    }
    Ok(found)
}

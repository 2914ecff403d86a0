//! Load: closed loops for throughput and service time, an open loop for overload, and pgbench.

use std::future::Future;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tonic::Status;

use crate::stats::median;

/// Calls one after the other; the median of what one takes, in microseconds. One that is not answered
/// well ends the run.
pub(crate) async fn one_by_one<T, E, Fut>(calls: usize, call: impl Fn(usize) -> Fut) -> Result<f64>
where
    E: std::error::Error + Send + Sync + 'static,
    Fut: Future<Output = Result<T, E>>,
{
    let mut micros = Vec::with_capacity(calls);
    for number in 0..calls {
        let begun = Instant::now();
        call(number).await?;
        micros.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(&micros))
}

/// Workers that each call one after the other until the time is over: how each call ended, and after how
/// many seconds all were answered.
pub(crate) async fn closed<T, F, Fut>(
    workers: usize,
    time: Duration,
    call: F,
) -> Result<(Vec<T>, f64)>
where
    T: Send + 'static,
    F: Fn(usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = T> + Send,
{
    let begun = Instant::now();
    let mut all = JoinSet::new();
    for worker in 0..workers {
        let call = call.clone();
        all.spawn(async move {
            let mut ended = Vec::new();
            while begun.elapsed() < time {
                ended.push(call(worker + workers * ended.len()).await);
            }
            ended
        });
    }
    let mut ended = Vec::new();
    while let Some(worker) = all.join_next().await {
        ended.extend(worker?);
    }
    Ok((ended, begun.elapsed().as_secs_f64()))
}

/// The same, of calls that must be answered well: how many a second.
pub(crate) async fn per_second<F, Fut>(workers: usize, time: Duration, call: F) -> Result<f64>
where
    F: Fn(usize) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(), Status>> + Send,
{
    let (ended, seconds) = closed(workers, time, call).await?;
    let calls = ended.len();
    ended.into_iter().collect::<Result<Vec<()>, _>>()?;
    Ok(calls as f64 / seconds)
}

/// What became of calls that were sent on a schedule, whatever the answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Offered {
    /// Answered well a second: by their deadline, and while calls were still sent.
    pub(crate) good_per_second: f64,
    /// How late the sender itself was at the worst.
    pub(crate) late: Duration,
}

/// Sends so many calls a second for a time, then waits for those in flight. A call's deadline counts from
/// the instant that it was meant for.
pub(crate) async fn open<F, Fut>(
    rate: f64,
    time: Duration,
    deadline: Duration,
    call: F,
) -> Result<Offered>
where
    F: Fn(usize) -> Fut,
    Fut: Future<Output = Result<(), Status>> + Send + 'static,
{
    let mut flying = JoinSet::new();
    let mut ticks = tokio::time::interval(Duration::from_millis(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let begun = Instant::now();
    let (mut sent, mut good, mut late) = (0_u32, 0_u32, Duration::ZERO);
    loop {
        let intended = begun + Duration::from_secs_f64(f64::from(sent) / rate);
        if intended >= begun + time {
            break;
        }
        if intended > Instant::now() {
            ticks.tick().await;
            while let Some(is_good) = flying.try_join_next() {
                good += u32::from(is_good?);
            }
            continue;
        }
        late = late.max(intended.elapsed());
        let answer = call(sent as usize);
        flying.spawn(async move {
            let is_well = answer.await.is_ok();
            is_well && intended.elapsed() <= deadline && begun.elapsed() <= time
        });
        sent += 1;
    }
    while let Some(is_good) = flying.join_next().await {
        good += u32::from(is_good?);
    }
    Ok(Offered {
        good_per_second: f64::from(good) / time.as_secs_f64(),
        late,
    })
}

/// Runs a script by pgbench, one client with prepared statements: the median of what a transaction takes,
/// in microseconds.
pub(crate) fn pgbench(
    program: &Path,
    url: &str,
    script: &Path,
    transactions: usize,
) -> Result<f64> {
    let log = script.with_extension("transactions");
    let output = Command::new(program)
        .args(["--no-vacuum", "--protocol=prepared", "--log", "--client=1"])
        .arg(format!("--log-prefix={}", log.display()))
        .arg(format!("--transactions={transactions}"))
        .arg("--file")
        .arg(script)
        .arg(url)
        .stdin(Stdio::null())
        .output()
        .with_context(|| program.display().to_string())?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success() && !told.contains("aborted"),
        "pgbench: {told}"
    );
    let folder = script.parent().context("a folder of scripts")?;
    let mut micros = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if !path
            .display()
            .to_string()
            .starts_with(&format!("{}.", log.display()))
        {
            continue;
        }
        for line in std::fs::read_to_string(&path)?.lines() {
            let taken = line.split(' ').nth(2).and_then(|it| it.parse::<f64>().ok());
            micros.push(taken.context("a line of pgbench")?);
        }
        std::fs::remove_file(path)?;
    }
    ensure!(
        micros.len() == transactions,
        "pgbench made {} transactions",
        micros.len()
    );
    Ok(median(&micros))
}

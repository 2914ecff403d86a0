//! `norec up`: PostgreSQL, the services, and what they need of each other, as long as it runs.
//!
//! It starts and ends things in order: cluster, databases, schemas, issuer, tokens, services; then
//! services, cluster. Each service has a [`keeper`] and an [`attendant`]. A service is a process
//! whose standard input this one holds, so that it ends with it, even by `kill -9`; a cluster that
//! is left behind is taken up by the next `norec up` and ended by `norec down`.

mod attendant;
mod databases;
mod detach;
mod keeper;
mod manual;
mod process;
mod tokens;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use cluster::Cluster;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::console::{answer, say};
use crate::health::State;
use crate::installation::{Installation, PidFile};
use crate::issuer::Issuer;
use crate::linked::{LINKED, Linked};

use attendant::{Attendant, States};
use databases::Database;
pub(crate) use detach::in_background;
use keeper::{Addresses, Keeper};
pub(crate) use manual::quoted;
pub(crate) use process::DRAIN_MAX;
use process::Starter;

/// How long the services may take from their start until all serve.
const SERVING_MAX: Duration = Duration::from_secs(60);

/// Run the suite on this machine until Ctrl-C or SIGTERM
///
/// Starts a private PostgreSQL and the services, migrates their databases, keeps them running, and
/// ends them all with itself. Ports are chosen at the first run and kept.
///
/// With NOREC_<SERVICE>_DATABASE_URL (or …_DATABASE_URL_FILE) a service runs on that database, and
/// is migrated with NOREC_<SERVICE>_OWNER_DATABASE_URL (or …_FILE), if that is given.
#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// Start in the background, and return when everything serves
    #[arg(long)]
    detach: bool,

    /// This is the process in the background.
    #[arg(long, hide = true)]
    in_background: bool,
}

pub(crate) async fn run(installation: &Installation, args: UpArgs) -> Result<ExitCode> {
    if args.detach {
        in_background(installation).await?;
        answer(manual::of(installation))?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.in_background {
        rustix::process::setsid().context("a session of its own")?;
    }
    let ends = Ends::on_signals()?;
    installation.prepare()?;
    let keeper = installation.pid_file();
    match keeper.hold()? {
        Some(held) => held.until_the_end(),
        None => bail!(runs_already(&keeper)?),
    }
    let databases = databases_given()?;
    let cluster = match databases.iter().all(Option::is_some) {
        true => None,
        false => Some(start_cluster(installation).await?),
    };
    let ran = run_services(installation, databases, cluster.clone(), &ends).await;
    if let Some(cluster) = cluster {
        spawn_blocking(move || cluster.stop()).await??;
        say("norec: PostgreSQL has ended");
    }
    ran?;
    say("norec: ended");
    Ok(ExitCode::SUCCESS)
}

fn runs_already(keeper: &PidFile) -> Result<String> {
    let process = keeper
        .holder()?
        .map_or_else(String::new, |it| format!(", as process {it}"));
    Ok(format!(
        "norec up runs here already{process}: norec status, norec down"
    ))
}

/// How the end comes: in order, or at once.
#[derive(Clone, Debug, Default)]
struct Ends {
    in_order: CancellationToken,
    at_once: CancellationToken,
}

impl Ends {
    /// The first SIGINT, SIGTERM or SIGHUP ends in order, the second at once.
    fn on_signals() -> Result<Self> {
        let ends = Self::default();
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        let told = ends.clone();
        #[expect(clippy::disallowed_methods, reason = "it lives as long as the process")]
        tokio::spawn(async move {
            for end in [told.in_order, told.at_once] {
                tokio::select! {
                    _ = interrupt.recv() => (),
                    _ = terminate.recv() => (),
                    _ = hang_up.recv() => (),
                }
                say("norec: ending");
                end.cancel();
            }
        });
        Ok(ends)
    }
}

/// The databases that the environment gives, in the order of the services.
fn databases_given() -> Result<Vec<Option<Database>>> {
    LINKED
        .iter()
        .map(|it| databases::given(it.name, |name| std::env::var_os(name)))
        .collect()
}

async fn start_cluster(installation: &Installation) -> Result<Arc<Cluster>> {
    let directory = installation.cluster();
    let shown = directory.display().to_string();
    let cluster = spawn_blocking(move || Cluster::start(&directory)).await??;
    let process = cluster::look(cluster.directory())?.map_or(0, |it| it.pid);
    say(format_args!(
        "norec: PostgreSQL takes connections, process {process}, {shown}"
    ));
    Ok(Arc::new(cluster))
}

/// Prepares and runs the services until the end.
async fn run_services(
    installation: &Installation,
    databases: Vec<Option<Database>>,
    cluster: Option<Arc<Cluster>>,
    ends: &Ends,
) -> Result<()> {
    let issuer = Issuer::prepare(installation)?;
    tokens::write(installation, &issuer)?;
    let mut suite = Suite {
        installation: installation.clone(),
        starter: Starter::new(installation.clone())?,
        cluster,
        addresses: Arc::default(),
        states: Arc::default(),
        ends: ends.clone(),
        tasks: JoinSet::new(),
    };
    for (service, given) in LINKED.iter().zip(databases) {
        suite.start(service, given).await?;
    }
    let stop = &ends.in_order;
    suite
        .tasks
        .spawn(tokens::renew(installation.clone(), issuer, stop.clone()));
    suite.tasks.spawn(greet(
        installation.clone(),
        suite.states.subscribe(),
        stop.clone(),
    ));

    // Each goes on until the end, so the first that fails is the end of all.
    let mut ran = Ok(());
    while let Some(ended) = suite.tasks.join_next().await {
        if let Err(error) = ended.context("a task of norec up").flatten() {
            stop.cancel();
            ran = ran.and(Err(error));
        }
    }
    ran
}

/// What the services of one run have in common.
struct Suite {
    installation: Installation,
    starter: Starter,
    /// The private cluster; `None` when every service has another database.
    cluster: Option<Arc<Cluster>>,
    addresses: Arc<watch::Sender<Addresses>>,
    states: Arc<watch::Sender<States>>,
    ends: Ends,
    tasks: JoinSet<Result<()>>,
}

impl Suite {
    /// Prepares a service's database and starts what keeps the service running.
    async fn start(&mut self, service: &'static Linked, given: Option<Database>) -> Result<()> {
        let own = self.cluster.clone().filter(|_| given.is_none());
        let database = match (given, own.clone()) {
            (Some(given), _) => given,
            (None, Some(own)) => spawn_blocking(move || own.create_service(service.name))
                .await??
                .into(),
            (None, None) => bail!("{} has no database", service.name),
        };
        match &database.owner {
            Some(owner) => self.starter.migrate(service, owner).await?,
            None => say(format_args!(
                "norec: {} is not migrated: its owner's URL is not given",
                service.name
            )),
        }
        let keeper = Keeper {
            service,
            database: database.app,
            installation: self.installation.clone(),
            starter: self.starter.clone(),
            addresses: Arc::clone(&self.addresses),
            stop: self.ends.in_order.clone(),
            impatient: self.ends.at_once.clone(),
        };
        let attendant = Attendant {
            name: service.name,
            addresses: Arc::clone(&self.addresses),
            states: Arc::clone(&self.states),
            cluster: own,
            stop: self.ends.in_order.clone(),
        };
        self.tasks.spawn(keeper.keep());
        self.tasks.spawn(attendant.attend());
        Ok(())
    }
}

/// Waits until all serve and says how to call them.
async fn greet(
    installation: Installation,
    mut states: watch::Receiver<States>,
    stop: CancellationToken,
) -> Result<()> {
    let all_serve = |it: &States| {
        LINKED
            .iter()
            .all(|its| it.get(its.name) == Some(&State::Serving))
    };
    let served = tokio::select! {
        () = stop.cancelled() => return Ok(()),
        served = timeout(SERVING_MAX, states.wait_for(all_serve)) => served.is_ok(),
    };
    if !served {
        let logs = installation.log("*");
        bail!(
            "not everything serves after {} s: see {}",
            SERVING_MAX.as_secs(),
            logs.display()
        );
    }
    if let Err(error) = answer(manual::of(&installation)) {
        // The suite serves whether or not somebody reads how to call it.
        say(format_args!("norec: standard output: {error}"));
    }
    Ok(())
}

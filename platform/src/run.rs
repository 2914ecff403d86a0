//! A service's `main`: read the configuration, serve until SIGTERM, drain; or migrate.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use sqlx::migrate::Migrator;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::RoutesBuilder;

use crate::config::{DatabaseArgs, ServeArgs, Serving};
use crate::front::Gate;
use crate::rpc::MESSAGE_BYTES_MAX;
use crate::{
    Access, Audit, Clock, Db, Feed, Front, Health, Issuers, Listening, Nouns, migrate, serve,
};

/// Exit codes of sysexits.h: wrong usage, and a service that is not to be had.
const EX_USAGE: u8 = 64;
const EX_UNAVAILABLE: u8 = 69;
/// How often the database is asked whether it answers, and how long it may take.
const DATABASE_CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// What a service is made of.
#[derive(Debug)]
pub struct Service<Knobs: 'static> {
    /// Its nouns.
    pub nouns: &'static Nouns,
    /// Its migrations.
    pub migrator: &'static Migrator,
    /// Full names of the gRPC services it serves beside the platform's own.
    pub serves: &'static [&'static str],
    /// Adds its gRPC services to the server, and starts what it does by itself; names every bad
    /// knob.
    pub start: fn(&Host, Knobs, &mut RoutesBuilder) -> Result<(), Vec<String>>,
}

/// What a service is given to start with.
#[derive(Clone, Debug)]
pub struct Host {
    /// Its database, as the app role.
    pub db: Db,
    /// Where the present comes from.
    pub clock: Clock,
    /// Work that drain waits for.
    pub tasks: TaskTracker,
    /// Cancelled when the process shall end.
    pub stop: CancellationToken,
}

#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli<Knobs: Args> {
    #[command(subcommand)]
    command: Command<Knobs>,
}

#[derive(Debug, Subcommand)]
enum Command<Knobs: Args> {
    /// Serves until SIGTERM, then lets calls in flight end.
    Serve {
        #[command(flatten)]
        serve: ServeArgs,
        #[command(flatten)]
        knobs: Knobs,
    },
    /// Brings the database to the schema of this release, as its owner.
    Migrate {
        #[command(flatten)]
        database: DatabaseArgs,
    },
}

/// Runs a service with these arguments (the program's name first) and answers its exit code.
pub fn run<Knobs: Args>(service: &Service<Knobs>, arguments: Vec<OsString>) -> ExitCode {
    log_as_json();
    let name = service.nouns.service;
    let command = Cli::<Knobs>::command().name(name);
    let parsed = command
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::<Knobs>::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(EX_UNAVAILABLE, &[format!("no runtime: {error}")]),
    };
    runtime.block_on(async {
        match cli.command {
            Command::Migrate { database } => run_migrate(&database, service.migrator).await,
            Command::Serve { serve, knobs } => run_serve(service, &serve, knobs).await,
        }
    })
}

async fn run_migrate(database: &DatabaseArgs, migrator: &Migrator) -> ExitCode {
    let mut problems = Vec::new();
    let Some(owner) = database.check(&mut problems) else {
        return failed(EX_USAGE, &problems);
    };
    match migrate(&owner, migrator).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(EX_UNAVAILABLE, &[crate::error::chain(&error)]),
    }
}

async fn run_serve<Knobs: Args>(
    service: &Service<Knobs>,
    args: &ServeArgs,
    knobs: Knobs,
) -> ExitCode {
    let mut problems = Vec::new();
    let Some(Serving {
        database,
        listen,
        issuers,
    }) = args.check(&mut problems)
    else {
        return failed(EX_USAGE, &problems);
    };
    let host = Host {
        db: Db::new(database, service.nouns),
        clock: Clock::System,
        tasks: TaskTracker::new(),
        stop: CancellationToken::new(),
    };
    let listening = match Listening::bind(listen).await {
        Ok(listening) => listening,
        Err(error) => return failed(EX_UNAVAILABLE, &[format!("--listen {listen}: {error}")]),
    };
    let (front, health) = match assemble(service, &host, knobs, issuers) {
        Ok(assembled) => assembled,
        Err(problems) => return failed(EX_USAGE, &problems),
    };
    let address = listening.address;
    if let Err(error) = announce(args.address_file.as_deref(), &address.to_string()) {
        return failed(EX_USAGE, &[format!("--address-file: {error}")]);
    }
    tracing::info!(service = service.nouns.service, %address, "serving");
    health.set_process(true);
    let signals = host
        .tasks
        .spawn(end_on_signal(host.stop.clone(), health.clone()));
    host.tasks.spawn(watch_database(host.clone(), health));
    let drained = serve(listening, front, host.stop.clone()).await;
    signals.abort();
    host.tasks.close();
    let ended = timeout(Duration::from_secs(5), host.tasks.wait())
        .await
        .is_ok();
    host.db.close().await;
    tracing::info!(service = service.nouns.service, drained, ended, "stopped");
    ExitCode::SUCCESS
}

/// The whole server of a service: its own gRPC services, those that all serve alike, health and
/// reflection, behind the one layer. Tests serve the same.
pub fn assemble<Knobs>(
    service: &Service<Knobs>,
    host: &Host,
    knobs: Knobs,
    issuers: Issuers,
) -> Result<(Front<tonic::service::Routes>, Health), Vec<String>> {
    use proto::access::v1::access_service_server::{AccessServiceServer, SERVICE_NAME as ACCESS};
    use proto::audit::v1::audit_service_server::{AuditServiceServer, SERVICE_NAME as AUDIT};
    use proto::feed::v1::feed_service_server::{FeedServiceServer, SERVICE_NAME as FEED};
    use tonic_health::pb::health_server::HealthServer;

    let mut served = vec![ACCESS, AUDIT, FEED];
    served.extend(service.serves);
    let health = Health::new(&served);
    let mut routes = RoutesBuilder::default();
    (service.start)(host, knobs, &mut routes)?;
    routes
        .add_service(AccessServiceServer::new(Access::new(served.clone())))
        .add_service(AuditServiceServer::new(Audit::new(host.db.clone())))
        .add_service(FeedServiceServer::new(Feed::new(host.db.clone())))
        .add_service(
            HealthServer::new(health.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX),
        );
    add_reflection(&mut routes, &served).map_err(|error| vec![error])?;
    let gate = Gate {
        issuers,
        clock: host.clock,
        tasks: host.tasks.clone(),
    };
    Ok((
        Front::new(routes.routes().prepare(), Arc::new(gate)),
        health,
    ))
}

/// Reflection v1 and v1alpha, with the encoded descriptors (the decoded ones lose our options) and
/// those of error details and health, so that command-line clients can read both.
fn add_reflection(routes: &mut RoutesBuilder, served: &[&str]) -> Result<(), String> {
    let builder = || {
        let builder = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
        served
            .iter()
            .chain(&["grpc.health.v1.Health"])
            .fold(builder, |builder, name| builder.with_service_name(*name))
    };
    let failed = |error: tonic_reflection::server::Error| format!("reflection: {error}");
    routes.add_service(builder().build_v1().map_err(failed)?);
    routes.add_service(builder().build_v1alpha().map_err(failed)?);
    Ok(())
}

/// SIGTERM or SIGINT: first say that nothing more is served here, then stop accepting.
async fn end_on_signal(stop: CancellationToken, health: Health) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("no signal handlers");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => (),
        _ = interrupt.recv() => (),
        () = stop.cancelled() => return,
    }
    health.set_process(false);
    health.set_database(false);
    stop.cancel();
}

/// Tells health whether the database answers.
pub(crate) async fn watch_database(host: Host, health: Health) {
    let mut ticks = interval(DATABASE_CHECK_INTERVAL);
    loop {
        tokio::select! {
            () = host.stop.cancelled() => return,
            _ = ticks.tick() => (),
        }
        let answers = timeout(DATABASE_CHECK_INTERVAL, host.db.can_write()).await;
        if !host.stop.is_cancelled() {
            health.set_database(answers.unwrap_or(false));
        }
    }
}

/// Writes the address where others look for it: all of it or nothing.
fn announce(file: Option<&Path>, address: &str) -> std::io::Result<()> {
    let Some(file) = file else { return Ok(()) };
    let unfinished = file.with_extension("unfinished");
    std::fs::write(&unfinished, address)?;
    std::fs::rename(unfinished, file)
}

/// One JSON object per line on standard error.
fn log_as_json() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("NOREC_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,h2=warn"));
    let set = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    if let Err(error) = set {
        tracing::debug!(%error, "logging was set up before");
    }
}

fn failed(code: u8, problems: &[String]) -> ExitCode {
    for problem in problems {
        tracing::error!(problem, "cannot start");
    }
    ExitCode::from(code)
}

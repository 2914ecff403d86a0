//! A service's `main`: read the configuration, serve until SIGTERM, drain; or migrate.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use platform::{
    Access, Audit, Clock, Db, Feed, Front, Gate, Issuers, Nouns, in_one_line, migrate, renew_source,
};
use privacy::{Privacy, keep_nightly};
use proto::access::v1::access_service_server::AccessServiceServer;
use proto::audit::v1::audit_service_server::AuditServiceServer;
use proto::feed::v1::feed_service_server::FeedServiceServer;
use proto::privacy::v1::privacy_service_server::PrivacyServiceServer;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::service::RoutesBuilder;
use tonic_health::pb::health_server::HealthServer;

use crate::config::{DatabaseArgs, ServeArgs, Serving};
use crate::log;
use crate::{Health, Limits, Listening, Watch, serve};

/// Exit codes of sysexits.h: wrong usage, and a service that is not to be had.
const EX_USAGE: u8 = 64;
const EX_UNAVAILABLE: u8 = 69;
/// Bytes of one question to reflection: it says the name that it does not know in a header.
const REFLECTION_BYTES_MAX: usize = 1024;
/// How long a service's own tasks may take to end, once no connection is left.
const TASKS_END_MAX: Duration = Duration::from_secs(5);

/// What a service is made of. Its own knobs come as `Flags` from the command line and the
/// environment, and as `Knobs` when they were checked.
#[derive(Debug)]
pub struct Service<Flags: 'static, Knobs: 'static = Flags> {
    /// Its nouns.
    pub nouns: &'static Nouns,
    /// Checks its own knobs, and names every bad one.
    pub check: fn(Flags) -> Result<Knobs, Vec<String>>,
    /// Adds its gRPC services to the server, and starts what it does by itself.
    pub start: fn(&Host, Knobs, &mut RoutesBuilder),
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
struct Cli<Flags: Args> {
    #[command(subcommand)]
    command: Command<Flags>,
}

#[derive(Debug, Subcommand)]
enum Command<Flags: Args> {
    /// Serves until SIGTERM, then lets calls in flight end.
    Serve {
        #[command(flatten)]
        serve: ServeArgs,
        #[command(flatten)]
        flags: Flags,
    },
    /// Brings the database to the schema of this release, as its owner.
    Migrate {
        #[command(flatten)]
        database: DatabaseArgs,
        /// The database was restored from a backup: make its feed a new source, so that followers
        /// stop instead of taking other facts under numbers that they have read.
        #[arg(long)]
        after_restore: bool,
    },
}

/// Runs a service with these arguments (the program's name first) and answers its exit code: 0, 64
/// for wrong usage, 69 for a database that is not to be had or cannot be served.
pub fn run<Flags: Args, Knobs>(
    service: &Service<Flags, Knobs>,
    arguments: Vec<OsString>,
) -> ExitCode {
    log::begin();
    let name = service.nouns.service;
    let command = Cli::<Flags>::command().name(name);
    let parsed = command
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::<Flags>::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(told) => return answer(&told),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(EX_UNAVAILABLE, &[format!("no runtime: {error}")]),
    };
    runtime.block_on(async {
        match cli.command {
            Command::Migrate {
                database,
                after_restore,
            } => run_migrate(&database, service.nouns, after_restore).await,
            Command::Serve { serve, flags } => match check(service, &serve, flags) {
                Ok((serving, knobs)) => run_serve(service, serving, knobs).await,
                Err(problems) => failed(EX_USAGE, &problems),
            },
        }
    })
}

/// Prints what clap has to say: the manual, or what is no flag of ours.
fn answer(told: &clap::Error) -> ExitCode {
    let is_wrong = told.use_stderr();
    match told.print() {
        Ok(()) if is_wrong => ExitCode::from(EX_USAGE),
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(EX_UNAVAILABLE, &[error.to_string()]),
    }
}

async fn run_migrate(database: &DatabaseArgs, nouns: &Nouns, after_restore: bool) -> ExitCode {
    let mut problems = Vec::new();
    let Some(owner) = database.check(&mut problems) else {
        return failed(EX_USAGE, &problems);
    };
    if let Err(error) = migrate(&owner, nouns).await {
        return failed(EX_UNAVAILABLE, &[in_one_line(&error)]);
    }
    if after_restore {
        match renew_source(&owner, nouns).await {
            Ok(source) => tracing::info!(source, "the feed is a new source"),
            Err(error) => return failed(EX_UNAVAILABLE, &[in_one_line(&error)]),
        }
    }
    ExitCode::SUCCESS
}

/// Everything that was configured, checked; or everything that is wrong with it.
fn check<Flags, Knobs>(
    service: &Service<Flags, Knobs>,
    args: &ServeArgs,
    flags: Flags,
) -> Result<(Serving, Knobs), Vec<String>> {
    let mut problems = Vec::new();
    let serving = args.check(&mut problems);
    let knobs = (service.check)(flags).map_err(|its| problems.extend(its));
    match (serving, knobs) {
        (Some(serving), Ok(knobs)) if problems.is_empty() => Ok((serving, knobs)),
        _ => Err(problems),
    }
}

async fn run_serve<Flags, Knobs>(
    service: &Service<Flags, Knobs>,
    serving: Serving,
    knobs: Knobs,
) -> ExitCode {
    let host = Host {
        db: Db::new(serving.database, service.nouns),
        clock: Clock::System,
        tasks: TaskTracker::new(),
        stop: CancellationToken::new(),
    };
    let mut watch = Watch::new(host.db.clone());
    if let Err(misfit) = watch.look().await {
        return failed(EX_UNAVAILABLE, &[misfit]);
    }
    let listening = match Listening::bind(serving.listen, Limits::SERVICE).await {
        Ok(listening) => listening,
        Err(error) => {
            let problem = format!("--listen {}: {error}", serving.listen);
            return failed(EX_UNAVAILABLE, &[problem]);
        }
    };
    let (front, health) = match assemble(service, &host, knobs, serving.issuers) {
        Ok(assembled) => assembled,
        Err(problem) => return failed(EX_UNAVAILABLE, &[problem]),
    };
    let address = listening.address;
    if let Err(error) = announce(serving.address_file.as_deref(), &address.to_string()) {
        return failed(EX_USAGE, &[format!("--address-file: {error}")]);
    }
    tracing::info!(service = service.nouns.service, %address, "serving");
    health.set_process(true);
    let (stop, tasks) = (&host.stop, &host.tasks);
    let signals = tasks.spawn(end_on_signal(stop.clone(), health.clone()));
    let watching = tasks.spawn(watch.tell(health, stop.clone()));
    tasks.spawn(keep_nightly(host.db.clone(), host.clock, stop.clone()));
    let drained = serve(listening, front, stop.clone()).await;
    signals.abort();
    tasks.close();
    let ended = timeout(TASKS_END_MAX, tasks.wait()).await.is_ok();
    host.db.close().await;
    tracing::info!(service = service.nouns.service, drained, ended, "stopped");
    match watching.await {
        Ok(Err(misfit)) => failed(EX_UNAVAILABLE, &[misfit]),
        _ => ExitCode::SUCCESS,
    }
}

/// The whole server of a service: its own gRPC services, those that all serve alike, health and
/// reflection, behind the one layer. Tests serve the same.
pub fn assemble<Flags, Knobs>(
    service: &Service<Flags, Knobs>,
    host: &Host,
    knobs: Knobs,
    issuers: Issuers,
) -> Result<(Front<tonic::service::Routes>, Health), String> {
    let health = Health::new(&service.nouns.grpc_services());
    let mut routes = RoutesBuilder::default();
    (service.start)(host, knobs, &mut routes);
    routes
        .add_service(AccessServiceServer::new(Access::new(host.db.clone())))
        .add_service(AuditServiceServer::new(Audit::new(host.db.clone())))
        .add_service(FeedServiceServer::new(Feed::new(host.db.clone())))
        .add_service(PrivacyServiceServer::new(Privacy::new(host.db.clone())))
        .add_service(rule_service::server(host.db.clone()))
        .add_service(HealthServer::new(health.clone()));
    add_reflection(&mut routes, service.nouns)?;
    let gate = Gate::new(service.nouns, issuers, host.clock, host.tasks.clone());
    let front = Front::new(routes.routes().prepare(), Arc::new(gate));
    Ok((front, health))
}

/// Reflection v1 and v1alpha, with the encoded descriptors (the decoded ones lose our options) and
/// those of error details and health, so that command-line clients can read both.
fn add_reflection(routes: &mut RoutesBuilder, nouns: &'static Nouns) -> Result<(), String> {
    let builder = || {
        let builder = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET);
        let builder = nouns.all_packages().fold(builder, |builder, package| {
            builder.register_encoded_file_descriptor_set(package.descriptors)
        });
        let health = "grpc.health.v1.Health";
        let served = nouns.grpc_services().into_iter().chain([health]);
        served.fold(builder, |builder, name| builder.with_service_name(name))
    };
    let failed = |error: tonic_reflection::server::Error| format!("reflection: {error}");
    let v1 = builder().build_v1().map_err(failed)?;
    let v1alpha = builder().build_v1alpha().map_err(failed)?;
    routes.add_service(v1.max_decoding_message_size(REFLECTION_BYTES_MAX));
    routes.add_service(v1alpha.max_decoding_message_size(REFLECTION_BYTES_MAX));
    Ok(())
}

/// SIGTERM, SIGINT, or a database that cannot be served: first say that nothing more is served here,
/// then stop accepting.
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
        () = stop.cancelled() => (),
    }
    health.set_process(false);
    health.set_database(false);
    stop.cancel();
}

/// Writes the address where others look for it: all of it or nothing.
fn announce(file: Option<&Path>, address: &str) -> std::io::Result<()> {
    let Some(file) = file else { return Ok(()) };
    let unfinished = file.with_extension("unfinished");
    std::fs::write(&unfinished, address)?;
    std::fs::rename(unfinished, file)
}

fn failed(code: u8, problems: &[String]) -> ExitCode {
    for problem in problems {
        tracing::error!(problem, "cannot start");
    }
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoKnobs;

    static NOUNS: Nouns = Nouns {
        service: "nobody",
        packages: &[],
        schemas: &[],
        roles: &[],
        exclusive: &[],
        hides: None,
        rules: &[],
        measures: &[],
        acts: &[],
    };
    static SERVICE: Service<NoKnobs> = Service {
        nouns: &NOUNS,
        check: |_| Err(vec!["give --own-flag (NOREC_OWN_FLAG)".to_owned()]),
        start: |_, _, _| (),
    };

    /// Every bad value is named at once, the service's own beside those that all services have.
    #[test]
    fn a_services_own_knobs_are_checked_beside_those_of_all() {
        let arguments = [
            "nobody",
            "serve",
            "--database-url",
            "nowhere",
            "--listen",
            "everywhere",
            "--issuers-file",
            "/nonexistent/issuers.json",
        ];
        let cli = Cli::<NoKnobs>::try_parse_from(arguments).unwrap();
        let Command::Serve { serve, flags } = cli.command else {
            panic!("serve was said")
        };
        let problems = check(&SERVICE, &serve, flags).unwrap_err();
        let beginnings = [
            "the database URL is not one",
            "--listen everywhere:",
            "--issuers-file /nonexistent/issuers.json:",
            "give --own-flag",
        ];
        assert_eq!(problems.len(), beginnings.len(), "{problems:#?}");
        for (problem, beginning) in problems.iter().zip(beginnings) {
            assert!(problem.starts_with(beginning), "{problem}");
        }
    }
}

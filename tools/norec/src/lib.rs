//! `norec`: the operator's tool, and the suite on one machine.
//!
//! It starts what is linked into it ([`linked`], one table), keeps it running, and speaks to it as
//! any client does: over gRPC, with tokens, by the contract's descriptors. It holds no business rule:
//! what a request means, and whether it is refused, is the services' to say.
//!
//! In reading order: an [`installation`] is a state directory; [`up`] runs the suite in it; [`status`]
//! and [`down`] look at it from outside; [`issuer`] mints the tokens; [`client`] calls, [`play`] calls
//! from files; [`access`] prints who may call what; [`ledger`] reads the accounts' files; [`render`]
//! writes reports; [`verify`] compares all that is recorded with what was kept of it.

mod access;
mod ask;
mod call;
mod caller;
mod client;
mod console;
mod contract;
mod demo;
mod down;
mod explain;
mod health;
mod installation;
mod issuer;
mod json;
mod kroner;
pub mod ledger;
mod linked;
mod pause;
mod play;
mod render;
mod service;
mod status;
mod token;
mod up;
mod verify;

use std::ffi::OsString;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use client::Refusal;
use installation::Installation;

/// The Norec suite on one machine, and the operator's tool.
///
/// `norec up` starts PostgreSQL and the services in a state directory and keeps them running;
/// `norec token` mints a caller's token; `norec call` and `norec play` send requests.
#[derive(Debug, Parser)]
#[command(name = "norec", version, arg_required_else_help = true)]
struct Cli {
    /// State directory of the installation [default: one per working directory, in
    /// /var/lib/norec for root and else in $XDG_STATE_HOME/norec or ~/.local/state/norec]
    #[arg(long, global = true, env = "NOREC_INSTALLATION", value_name = "DIR")]
    installation: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Up(up::UpArgs),
    Status(status::StatusArgs),
    Down(down::DownArgs),
    Token(token::TokenArgs),
    Access(access::AccessArgs),
    Call(call::CallArgs),
    Play(play::PlayArgs),
    Explain(explain::ExplainArgs),
    Render(render::RenderArgs),
    Verify(verify::VerifyArgs),
    Demo(demo::DemoArgs),
    Ledger(ledger::LedgerArgs),
    Service(service::ServiceArgs),
}

/// Runs the tool with these arguments (the program's name first) and answers its exit code: 0, 1
/// for a failure, 2 for wrong usage, and 64 + the gRPC code for a refused call, as grpcurl does.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = Cli::parse_from(arguments);
    match dispatch(cli) {
        Ok(code) => code,
        // Whoever read the answer has had enough of it.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            console::say(format_args!("norec: {error:#}"));
            let refusal = error.downcast_ref::<Refusal>();
            refusal.map_or(ExitCode::FAILURE, |it| ExitCode::from(it.exit_code()))
        }
    }
}

fn dispatch(cli: Cli) -> Result<ExitCode> {
    let installation = || Installation::at(cli.installation);
    match cli.command {
        Command::Up(args) => block_on(up::run(&installation()?, args)),
        Command::Status(_) => block_on(status::run(&installation()?)),
        Command::Down(_) => down::run(&installation()?),
        Command::Token(args) => token::run(&installation()?, args),
        Command::Access(args) => block_on(access::run(installation, args)),
        Command::Call(args) => block_on(call::run(&installation()?, args)),
        Command::Play(args) => block_on(play::run(&installation()?, args)),
        Command::Explain(args) => block_on(explain::run(&installation()?, args)),
        Command::Render(args) => block_on(render::run(&installation()?, args)),
        Command::Verify(args) => block_on(verify::run(&installation()?, args)),
        Command::Demo(args) => block_on(demo::run(&installation()?, args)),
        Command::Ledger(args) => block_on(ledger::run(installation, args)),
        // Not in a run time: a service makes its own.
        Command::Service(args) => service::run(args),
    }
}

fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Runtime::new().context("no run time")?;
    runtime.block_on(work)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.root_cause().downcast_ref::<io::Error>();
    io.is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
}

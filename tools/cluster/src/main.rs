//! `cluster record`: records the query shapes that builds without a database rely on. It is what
//! `make sqlx` runs; the cluster that services run on is started by `norec up`.

mod record;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Work on the suite that needs a database of its own.
#[derive(Parser)]
#[command(name = "cluster")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks every SQL statement of every crate against its migrated schema, and records its shape
    /// in the crate's folder `.sqlx`.
    Record {
        /// Change nothing, and fail when a recorded shape is not the present one.
        #[arg(long)]
        check: bool,

        /// The cargo to check the crates with.
        #[arg(long, env = "CARGO", default_value = "cargo", hide = true)]
        cargo: PathBuf,
    },
}

fn main() -> ExitCode {
    let Command::Record { check, cargo } = Arguments::parse().command;
    match record::record(&cargo, check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cluster: {error:#}");
            ExitCode::FAILURE
        }
    }
}

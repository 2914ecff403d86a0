//! The governance service as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    host::run(&governance::SERVICE, std::env::args_os().collect())
}

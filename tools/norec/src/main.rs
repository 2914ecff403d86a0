//! The operator's tool as a program.

use std::process::ExitCode;

fn main() -> ExitCode {
    norec::run(std::env::args_os())
}

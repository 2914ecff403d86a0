//! The grants service as a process of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    host::run(&grants::SERVICE, std::env::args_os().collect())
}

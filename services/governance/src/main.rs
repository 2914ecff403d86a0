//! The governance service as a process of its own.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: host::Allocator = host::Allocator;

fn main() -> ExitCode {
    host::run(&governance::SERVICE, std::env::args_os().collect())
}

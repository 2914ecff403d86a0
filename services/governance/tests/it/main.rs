//! The service's stories: a real database, a real socket, real tokens.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a story that cannot be set up fails; a test owns its own tasks"
)]

mod account_rows;
mod accounts_imports;
mod appropriations;
mod charts;
mod duplicates;
mod fuzz;
mod imports_judged;
mod indicators;
mod recorded;
mod reported_days;
mod reported_evidence;
mod reports;
mod reports_refused;
mod reports_world;
mod round_trips;
mod unknown;
mod world;

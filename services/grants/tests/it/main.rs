//! The service's stories: a real database, a real socket, real tokens.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up fails, and its callers are tasks of their own"
)]

mod agreements;
mod allocation_lines;
mod awards;
mod budget_fields;
mod corrections;
mod delegations;
mod disbursements;
mod four_eyes;
mod frames;
mod process;
mod round_trips;
mod scheme_editions;
mod world;

//! The service's stories: a real database, a real socket, real tokens.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot be set up fails, and its callers are tasks of their own"
)]

mod agreements;
mod corrections;
mod edition_closings;
mod load;
mod process;
mod round_trips;
mod scheme_editions;
mod world;

//! What only a process needs: how a service is configured, served, watched and ended, and how it
//! calls a sibling. What a call means and does stands in [`platform`]; no handler depends on this.
//!
//! In reading order: [`Service`] is what a service is made of, [`run`] its `main`.

mod client;
mod config;
mod health;
mod log;
mod run;
mod serve;
mod watch;

/// What every service's program allocates with (docs/decisions/0006).
pub use mimalloc::MiMalloc as Allocator;

pub use client::{Sibling, TokenSource, sibling_at};
pub use config::{NoKnobs, given, keep};
pub use health::{Health, LOG_LINES_LOST};
pub use run::{Host, Service, assemble, run};
pub use serve::{Limits, Listening, serve};
pub use watch::Watch;

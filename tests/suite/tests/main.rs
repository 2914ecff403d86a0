//! Proofs that cross services.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a proof that cannot be set up fails; it owns its own tasks and waits for conditions"
)]

mod access;
mod audit;
mod bad_days;
mod circles;
mod closing;
mod contract;
mod feed;
mod figures;
mod following;
mod formulas;
mod hostile;
mod limits;
mod pair;
mod payments;
mod proxy;
mod requests;
mod served;
mod tidy;
mod traps;
mod view;

/// The people and requests of grants' own stories.
#[path = "../../../services/grants/tests/it/world/mod.rs"]
#[allow(dead_code, unused_imports, reason = "these proofs use some of them")]
mod world;

//! Proofs that cross services.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a proof that cannot be set up fails; it owns its own tasks and waits for conditions"
)]

mod access;
mod bad_days;
mod contract;
mod feed;
mod figures;
mod pair;
mod proxy;
mod requests;
mod served;
mod tidy;
mod traps;

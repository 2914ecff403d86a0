//! Proofs that cross services.

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

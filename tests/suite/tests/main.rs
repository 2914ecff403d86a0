//! Proofs that cross services.

mod access;
mod contract;
mod proxy;
mod requests;
mod served;
mod tidy;
mod traps;

//! Proofs that cross services.

mod access;
mod contract;
mod figures;
mod pair;
mod proxy;
mod requests;
mod served;
mod tidy;
mod traps;

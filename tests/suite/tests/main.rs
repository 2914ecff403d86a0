//! Proofs that cross services.

mod access;
mod contract;
mod served;
mod tidy;

//! One async function per RPC: parse, lock, decide, save, record, answer; and what the service does
//! by itself.

pub(crate) mod account_rows;
pub(crate) mod accounts_imports;
pub(crate) mod appropriations;
pub(crate) mod chart_editions;
pub(crate) mod closing;
pub(crate) mod cutoffs;
pub(crate) mod figures;
pub(crate) mod indicators;
pub(crate) mod rendering;
pub(crate) mod reports;
pub(crate) mod restatements;
pub(crate) mod sources;

/// The workload that acts when nobody asked.
pub(crate) const SELF: &str = "workloads/governance";

//! One async function per RPC: parse, lock, decide, save, record, answer.

pub(crate) mod account_rows;
pub(crate) mod accounts_imports;
pub(crate) mod appropriations;
pub(crate) mod chart_editions;
pub(crate) mod cutoffs;
pub(crate) mod figures;
pub(crate) mod indicators;
pub(crate) mod rendering;
pub(crate) mod reports;
pub(crate) mod restatements;
pub(crate) mod sources;

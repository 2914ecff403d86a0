//! One async function per RPC: parse, lock, decide, save, record, answer.

pub(crate) mod account_rows;
pub(crate) mod accounts_imports;
pub(crate) mod appropriations;
pub(crate) mod chart_editions;

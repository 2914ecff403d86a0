//! One async function per RPC: parse, lock, decide, save, record, answer.

pub(crate) mod agreements;
pub(crate) mod allocation_lines;
pub(crate) mod delegations;
pub(crate) mod disbursements;
pub(crate) mod frames;
pub(crate) mod scheme_editions;

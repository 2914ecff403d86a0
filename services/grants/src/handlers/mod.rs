//! One async function per RPC: parse, lock, decide, save, record, answer.

pub(crate) mod agreements;
pub(crate) mod amendments;
pub(crate) mod scheme_editions;

//! One function per RPC: parse, `once`, load, decide, save, record.

pub(crate) mod allocation_lines;
pub(crate) mod delegations;
pub(crate) mod disbursements;
pub(crate) mod frames;
pub(crate) mod freezes;

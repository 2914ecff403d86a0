//! Every statement on the package's tables: one file per table.

pub(crate) mod allocation_lines;
pub(crate) mod commitments;
pub(crate) mod delegations;
pub(crate) mod disbursements;
pub(crate) mod frames;
pub(crate) mod freezes;
pub(crate) mod touched;

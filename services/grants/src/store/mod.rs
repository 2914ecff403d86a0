//! Every statement on this service's tables: one file per table.

pub(crate) mod agreements;
pub(crate) mod allocation_lines;
pub(crate) mod delegations;
pub(crate) mod disbursements;
pub(crate) mod frames;
pub(crate) mod rules;
pub(crate) mod scheme_editions;

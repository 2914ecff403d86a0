//! Every statement on this service's tables: one file per table.

pub(crate) mod agreements;
pub(crate) mod scheme_editions;

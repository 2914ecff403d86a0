//! Between the contract's messages and the domain's rows, one file per noun.

pub(crate) mod account_row;
pub(crate) mod accounts_import;
pub(crate) mod appropriation;
pub(crate) mod chart_edition;
pub(crate) mod cutoff;
pub(crate) mod figure;
pub(crate) mod indicator;
pub(crate) mod report;
mod restatement;
mod source;

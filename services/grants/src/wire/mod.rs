//! Between the contract's messages and the domain's rows, one file per noun.

pub(crate) mod agreement;
mod allocation_line;
mod delegation;
mod disbursement;
mod frame;
mod scheme_edition;

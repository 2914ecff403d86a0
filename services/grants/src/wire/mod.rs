//! Between the contract's messages and the domain's rows, one file per noun.

pub(crate) mod agreement;
mod scheme_edition;

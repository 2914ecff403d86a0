//! Every statement on this service's tables: one file per table.

pub(crate) mod cutoffs;
pub(crate) mod facts;
pub(crate) mod figures;
pub(crate) mod indicators;
pub(crate) mod measures;
pub(crate) mod sources;

//! Every statement on this service's tables: one file per table.

pub(crate) mod account_rows;
pub(crate) mod account_years;
pub(crate) mod accounts_imports;
pub(crate) mod appropriations;
pub(crate) mod chart_editions;
pub(crate) mod counted_facts;
pub(crate) mod cutoffs;
pub(crate) mod facts;
pub(crate) mod figures;
pub(crate) mod indicators;
pub(crate) mod measures;
pub(crate) mod reports;
pub(crate) mod restatements;
pub(crate) mod sources;

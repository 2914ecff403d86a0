//! Between the contract's messages and the domain's rows, one file per noun.

mod allocation_line;
mod amendment;
mod commitment;
mod delegation;
mod disbursement;
mod foreign_amount;
mod frame;
mod freeze;

pub(crate) use disbursement::state_filter;

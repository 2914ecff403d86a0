//! Between the contract's messages and the domain's rows, one file per noun.

mod allocation_line;
mod commitment;
mod delegation;
mod disbursement;
mod frame;

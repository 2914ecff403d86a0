//! Proofs that cross services.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a proof that cannot be set up fails; it owns its own tasks and waits for conditions"
)]

mod access;
mod added_columns;
mod audit;
mod bad_days;
mod cases;
mod circles;
mod closing;
mod comments;
mod contract;
mod deadlines;
mod duties;
mod entries;
mod evidence;
mod feed;
mod figures;
mod firewall;
mod firsts;
mod following;
mod formulas;
mod fuzz;
mod hostile;
mod ledgers;
mod limits;
mod overload;
mod pages;
mod pair;
mod payments;
mod personal;
mod portal;
mod proxy;
mod raw;
mod reference;
mod requests;
mod rules;
mod served;
mod sessions;
mod sql;
mod strangers;
mod tidy;
mod traps;
mod view;

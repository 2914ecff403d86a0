//! What is measured, a file each.

pub(crate) mod agreements;
pub(crate) mod close;
pub(crate) mod close_large;
pub(crate) mod closing;
pub(crate) mod facts;
pub(crate) mod follow;
pub(crate) mod overload;
pub(crate) mod read;
pub(crate) mod refusal;
pub(crate) mod throughput;
pub(crate) mod write;

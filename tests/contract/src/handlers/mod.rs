//! One function per RPC.

pub(crate) mod amendments;
pub(crate) mod pledges;

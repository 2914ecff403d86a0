//! One function per RPC.

pub(crate) mod amendments;
pub(crate) mod contests;
pub(crate) mod pledges;

//! Every statement of it, on the platform's tables.

pub(crate) mod cases;
pub(crate) mod erasures;
pub(crate) mod holds;
pub(crate) mod rules;
pub(crate) mod runs;
pub(crate) mod vault;

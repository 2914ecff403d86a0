//! The contract of the suite, compiled: messages, services, the access table, the texts of reasons
//! to refuse, and the descriptor set that reflection and the sweeps read.
//!
//! Everything here is generated from the `.proto` files beside it; they are the manual.

mod generated {
    #![allow(
        missing_docs,
        unreachable_pub,
        clippy::all,
        clippy::allow_attributes_without_reason,
        clippy::too_many_lines,
        reason = "written by prost"
    )]
    include!(concat!(env!("OUT_DIR"), "/packages.rs"));
}

mod reason;
mod rule;

pub use generated::google;
pub use generated::norec::*;
pub use reason::{Reason, ReasonTexts};
pub use rule::{
    Call, Dated, Lookup, MethodRule, Named, Paged, RULES, Resource, Write, for_machines, rule,
};

/// The encoded descriptor set of the whole contract, with comments and custom options.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

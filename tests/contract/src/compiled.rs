//! The contract for tests, compiled as the crate `proto` is.

mod generated {
    #![allow(
        missing_docs,
        unreachable_pub,
        clippy::all,
        clippy::allow_attributes_without_reason,
        clippy::too_many_lines,
        reason = "written by prost"
    )]
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

mod marks {
    #![allow(
        clippy::all,
        clippy::pedantic,
        reason = "of a message that is marked all over nothing is left to default"
    )]

    use proto::Marked;

    include!(concat!(env!("OUT_DIR"), "/marks.rs"));
}

pub use generated::norec::*;

/// The package of pledges, as its host serves it.
pub mod packages {
    use prost::Message;
    use prost_types::Timestamp;
    use proto::access::v1::{Duty, Effect, Role};
    use proto::google::r#type::Date;
    use proto::{
        Call, Dated, Listed, Lookup, MethodRule, Named, Package, Paged, PersonalData, Resource,
        Write, without_personal,
    };

    use super::DESCRIPTORS;

    include!(concat!(env!("OUT_DIR"), "/packages.rs"));
}

/// Its reasons to refuse.
pub mod reason {
    #![allow(
        missing_docs,
        reason = "a key means what the contract's comment on the reason says"
    )]

    use std::collections::BTreeMap;

    use proto::{IntoValue, ReasonTexts, Refused};

    include!(concat!(env!("OUT_DIR"), "/reasons.rs"));
}

/// The encoded descriptor set, with comments and custom options, the suite's files among it.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

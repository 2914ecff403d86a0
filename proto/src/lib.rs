//! The contract of the suite, compiled: messages, services, packages with their access rules, the
//! reasons to refuse with their texts, and what people call its words.
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
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

mod dimensions;
mod marks;
mod message;
mod package;
mod refused;
mod word;

pub use dimensions::Dimensions;
pub use generated::google;
pub use generated::norec::*;
pub use message::{Call, Dated, Listed, Lookup, Marked, Named, Paged, Resource, Write};
pub use package::{ForMachines, MethodRule, Package, PersonalData, without_personal};
pub use refused::{IntoValue, Kroner, List, ReasonTexts, Refused, Room, Value, Wrong};
pub use word::Word;

/// The packages of the contract, as their hosts serve them.
pub mod packages {
    use prost::Message as _;
    use prost_types::Timestamp;

    use crate::access::v1::{Duty, Effect, Role};
    use crate::google::r#type::Date;
    use crate::*;

    include!(concat!(env!("OUT_DIR"), "/packages.rs"));

    /// The rule of every RPC of the suite.
    pub fn rules() -> impl Iterator<Item = &'static MethodRule> {
        PACKAGES.iter().flat_map(|it| it.rules)
    }

    /// The rule of the RPC with exactly this path.
    pub fn rule(path: &str) -> Option<&'static MethodRule> {
        rules().find(|it| it.path == path)
    }
}

/// Every reason to refuse, as a struct of what its texts name: `reason::NotFound { name }` becomes a
/// [`Refused`]. No two packages have reasons of one name.
pub mod reason {
    #![allow(
        missing_docs,
        reason = "a key means what the contract's comment on the reason says"
    )]

    use std::collections::BTreeMap;

    use crate::{IntoValue, ReasonTexts, Refused};

    include!(concat!(env!("OUT_DIR"), "/reasons.rs"));
}

/// Every reason to refuse a field, likewise.
pub mod field_reason {
    #![allow(
        missing_docs,
        reason = "a key means what the contract's text of the reason says of it"
    )]

    use std::collections::BTreeMap;

    use crate::{IntoValue, ReasonTexts, Refused, Wrong};

    include!(concat!(env!("OUT_DIR"), "/field_reasons.rs"));
}

/// The encoded descriptor set of the whole contract, with comments and custom options.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

//! The decisions: no database, no clock, no wire. Each transition takes the noun as it was read and
//! answers the noun as it shall be, or why not.

pub mod allocation_line;
pub mod delegation;
pub mod frame;
pub mod scheme_edition;

platform::resource_name!(
    /// `schemes/{scheme}/editions/{edition}`.
    SchemeEditionName,
    "schemes/*/editions/*"
);
platform::resource_name!(
    /// `allocationLines/{line}`.
    AllocationLineName,
    "allocationLines/*"
);
platform::resource_name!(
    /// `delegations/{delegation}`.
    DelegationName,
    "delegations/*"
);

pub use allocation_line::AllocationLine;
pub use delegation::Delegation;
pub use frame::{Frame, FrameKey, FrameLines};
pub use scheme_edition::SchemeEdition;

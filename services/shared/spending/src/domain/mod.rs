//! The decisions: no database, no clock, no wire. Each transition takes the noun as it was read and
//! answers the noun as it shall be, or why not.

pub mod allocation_line;
pub mod amendment;
pub mod commitment;
pub mod delegation;
pub mod disbursement;
mod disbursement_name;
pub mod foreign_amount;
pub mod frame;
mod frame_key;
pub mod freeze;
mod grounds;
pub mod parent;
mod reservation;

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
platform::resource_name!(
    /// `freezes/{freeze}`.
    FreezeName,
    "freezes/*"
);

pub use allocation_line::AllocationLine;
pub use amendment::{Amendment, Amendments};
pub use commitment::Commitment;
pub use delegation::Delegation;
pub use disbursement::Disbursement;
pub use disbursement_name::DisbursementName;
pub(crate) use disbursement_name::parse_parent;
pub use foreign_amount::ForeignAmount;
pub use frame::{Frame, FrameLines};
pub use frame_key::FrameKey;
pub use freeze::{Freeze, Touched};
pub use grounds::{Grounds, Reserved};
pub use parent::Parent;
pub use reservation::Reservation;

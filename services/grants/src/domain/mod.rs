//! The decisions: no database, no clock, no wire. Each transition takes the noun as it was read and
//! answers the noun as it shall be, or why not.

pub mod agreement;
pub mod allocation_line;
pub mod commitment;
pub mod correction;
pub mod country;
pub mod delegation;
pub mod disbursement;
pub mod frame;
mod frame_key;
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
platform::resource_name!(
    /// `agreements/{agreement}`.
    AgreementName,
    "agreements/*"
);
platform::resource_name!(
    /// `agreements/{agreement}/disbursements/{disbursement}`.
    DisbursementName,
    "agreements/*/disbursements/*"
);

pub use agreement::Agreement;
pub use allocation_line::AllocationLine;
pub use commitment::{Commitment, Reservation};
pub use correction::Correction;
pub use delegation::Delegation;
pub use disbursement::Disbursement;
pub use frame::{Frame, FrameLines};
pub use frame_key::FrameKey;
pub use scheme_edition::SchemeEdition;

impl DisbursementName {
    /// The agreement that it is a payment of.
    pub fn agreement(&self) -> AgreementName {
        let parent = self.0.split_once("/disbursements/").map(|(it, _)| it);
        AgreementName(parent.unwrap_or_default().to_owned())
    }
}

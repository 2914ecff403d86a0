//! The decisions: no database, no clock, no wire. Each transition takes the noun as it was read and
//! answers the noun as it shall be, or why not.

pub mod agreement;
pub mod correction;
pub mod country;
pub mod scheme_edition;

platform::resource_name!(
    /// `schemes/{scheme}/editions/{edition}`.
    SchemeEditionName,
    "schemes/*/editions/*"
);
platform::resource_name!(
    /// `agreements/{agreement}`.
    AgreementName,
    "agreements/*"
);

pub use agreement::Agreement;
pub use correction::Correction;
pub use scheme_edition::SchemeEdition;

//! The decisions: no database, no clock, no wire. Each transition takes the noun as it was read and
//! answers the noun as it shall be, or why not.

pub mod scheme_edition;

platform::resource_name!(
    /// `schemes/{scheme}/editions/{edition}`.
    SchemeEditionName,
    "schemes/*/editions/*"
);

pub use scheme_edition::SchemeEdition;

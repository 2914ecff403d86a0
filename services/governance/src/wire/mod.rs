//! Between the contract's messages and the domain's rows, one file per noun; and what a principal
//! sees of them.

mod account_row;
mod accounts_import;
mod appropriation;
mod chart_edition;
pub(crate) mod cutoff;
pub(crate) mod figure;
pub(crate) mod report;
mod source;

use platform::Principal;
use prost::DecodeError;

/// What a principal sees of a resource as the journal holds it: everything, for no noun of
/// governance holds what one of its readers may not see.
pub(crate) fn view(
    _principal: &Principal,
    _kind: &str,
    after: Vec<u8>,
) -> Result<Vec<u8>, DecodeError> {
    Ok(after)
}

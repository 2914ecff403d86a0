//! Correction of an agreement: what was recorded was wrong.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What an agreement shall say; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The recipient's name.
    pub recipient_name: Option<String>,
    /// The recipient's organisation number; empty for a recipient abroad.
    pub organisation_number: Option<String>,
    /// State account of the recipient's type.
    pub recipient_type: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// DAC 5-digit sector.
    pub sector: Option<String>,
    /// The day on which the last party signed.
    pub signed_on: Option<NaiveDate>,
    /// The closing day.
    pub closed_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

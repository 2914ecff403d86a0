//! What a column can hold, and what is right for it.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use governance::domain::account_row::{NAME_LENGTH_MAX, TEXT_LENGTH_MAX, VOUCHER_LENGTH_MAX};
use serde::Deserialize;

/// What a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Number of the voucher (bilag).
    Voucher,
    /// The day that the row counts on.
    Day,
    /// Chapter (kapittel).
    Chapter,
    /// Post.
    Post,
    /// Sub-post (underpost).
    SubPost,
    /// Account (konto, artskonto).
    Account,
    /// The amount, with its sign.
    Amount,
    /// The amount where it is debit (debet), beside [`Field::Credit`].
    Debit,
    /// The amount where it is credit (kredit); it counts negative.
    Credit,
    /// Text.
    Text,
    /// The agreement or case in grants that it belongs to, such as `agreements/2025-0142`.
    Agreement,
    /// Number of the voucher that is corrected.
    Corrects,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Voucher => "voucher",
            Self::Day => "day",
            Self::Chapter => "chapter",
            Self::Post => "post",
            Self::SubPost => "sub_post",
            Self::Account => "account",
            Self::Amount => "amount",
            Self::Debit => "debit",
            Self::Credit => "credit",
            Self::Text => "text",
            Self::Agreement => "agreement",
            Self::Corrects => "corrects",
        })
    }
}

/// Reads a day as a map writes it.
pub(super) fn constant_day(text: &str) -> Result<NaiveDate, String> {
    let day = text.parse().ok();
    day.filter(is_possible)
        .ok_or_else(|| "a day such as 2025-12-31".to_owned())
}

/// Whether accounts can be of a day.
pub(super) fn is_possible(day: &NaiveDate) -> bool {
    platform::YEARS.contains(&day.year())
}

/// Reads a field that is a code, an identity or a text, as an import judges it.
pub(super) fn value(field: Field, text: &str) -> Result<String, String> {
    let judged = match field {
        Field::Chapter => platform::chapter_code(text),
        Field::Post | Field::SubPost => platform::post_code(text),
        Field::Account => {
            let is_code =
                (1..=10).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
            match is_code {
                true => Ok(text.to_owned()),
                false => return Err("an account of 1 to 10 digits".to_owned()),
            }
        }
        Field::Voucher => platform::identity(text, VOUCHER_LENGTH_MAX),
        Field::Corrects => platform::optional_identity(text, VOUCHER_LENGTH_MAX),
        Field::Agreement => platform::optional_identity(text, NAME_LENGTH_MAX),
        _ => platform::readable(text, TEXT_LENGTH_MAX),
    };
    judged.map_err(|wrong| wrong.0.english())
}

/// Whether a constant of the map is what the field needs.
pub(super) fn check_constant(field: Field, constant: &str) -> Result<(), String> {
    match field {
        Field::Day => constant_day(constant).map(drop),
        Field::Amount | Field::Debit | Field::Credit => {
            Err("something that stands in a column: no two rows need have the same".to_owned())
        }
        _ => value(field, constant).map(drop),
    }
}

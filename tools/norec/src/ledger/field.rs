//! What a column can hold, and what is right for it.

use std::fmt;

use chrono::NaiveDate;
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
    text.parse()
        .map_err(|_| "a day such as 2025-12-31".to_owned())
}

/// Reads a field that is a number or a text.
pub(super) fn number(field: Field, text: &str) -> Result<String, String> {
    let (digits_max, what) = match field {
        Field::Chapter => (4, "a chapter of 1 to 4 digits"),
        Field::Post => (2, "a post of 1 or 2 digits"),
        Field::SubPost => (2, "a sub-post of 1 or 2 digits"),
        Field::Account => (10, "an account of 1 to 10 digits"),
        Field::Voucher if text.is_empty() => return Err("a voucher's number".to_owned()),
        _ => return Ok(text.to_owned()),
    };
    let is_number =
        (1..=digits_max).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    match (is_number, field) {
        (false, _) => Err(what.to_owned()),
        // A post has two digits, of which a spreadsheet drops the first when it is 0.
        (true, Field::Post) => Ok(format!("{text:0>2}")),
        (true, _) => Ok(text.to_owned()),
    }
}

/// Whether a constant of the map is what the field needs.
pub(super) fn check_constant(field: Field, constant: &str) -> Result<(), String> {
    match field {
        Field::Day => constant_day(constant).map(drop),
        Field::Amount | Field::Debit | Field::Credit => {
            Err("something that stands in a column: no two rows need have the same".to_owned())
        }
        _ => number(field, constant).map(drop),
    }
}

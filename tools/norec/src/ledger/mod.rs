//! The accounts' files: what an accounting system exports, read by a map of its columns.
//!
//! [`read`] is a pure function of bytes and [`ColumnMap`]: to rows, or to the reasons why there are
//! none. It judges the file's shape, and each cell as an import does: what is a day, an amount, a code,
//! an identity and a text. Whether an account or a voucher is known, and whether the sums are right, is
//! governance's to judge.

mod amount;
mod command;
mod date;
mod field;
mod import;
mod map;
mod problem;
mod quotes;
mod refused;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod text;

use chrono::NaiveDate;
use serde::Serialize;

pub use amount::{AmountForm, Decimal, Thousands, Unit};
pub use date::{DateFormat, DateFormatFault};
pub use field::Field;
pub use map::{Column, ColumnMap, Delimiter, Encoding, MapFault};
pub use problem::{CellProblem, ROWS_SHOWN_MAX, ROWS_SHOWN_OF_MOST, ReadProblems, RowProblem};
pub use quotes::QuoteFault;
pub use table::{Reading, Skipped, read};

pub(crate) use command::{LedgerArgs, run};
pub(crate) use import::Import;

/// One row of the accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The line of the file that it begins on, from 1.
    pub line: u64,
    /// Number of the voucher (bilag); `None` in published totals.
    pub voucher: Option<String>,
    /// The day that it counts on.
    pub day: NaiveDate,
    /// Chapter (kapittel), 1 to 4 digits, the first not 0.
    pub chapter: String,
    /// Post, 2 digits.
    pub post: String,
    /// Sub-post (underpost), where there is one; 2 digits.
    pub sub_post: Option<String>,
    /// Account (konto, artskonto); digits.
    pub account: String,
    /// NOK in øre; expenses are positive, income and reversals negative.
    pub amount_ore: i64,
    /// What stands as text; may be empty.
    pub text: String,
    /// Resource name of the agreement or case in grants that it belongs to.
    pub agreement: Option<String>,
    /// Number of the voucher that this one corrects.
    pub corrects: Option<String>,
}

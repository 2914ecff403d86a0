//! Account row: one line of a voucher (bilag), or one published total of a post and account. Never
//! edited.

use chrono::NaiveDate;
use platform::PostKey;

use crate::domain::{AccountRowName, AccountsImportName};

/// Characters of a voucher's number.
pub const VOUCHER_LENGTH_MAX: usize = 40;
/// Characters of a row's text.
pub const TEXT_LENGTH_MAX: usize = 200;
/// Characters of the name of what a row belongs to.
pub const NAME_LENGTH_MAX: usize = 200;

/// One row of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Its name.
    pub name: AccountRowName,
    /// The import that it is of.
    pub accounts_import: AccountsImportName,
    /// Its place among the rows that were given, from 1.
    pub number: i32,
    /// Its voucher; none in an aggregate import.
    pub voucher: Option<String>,
    /// The day that it counts on: its voucher's, or the last of an aggregate import.
    pub day: NaiveDate,
    /// Chapter (kapittel), such as `144`.
    pub chapter: String,
    /// Post, such as `70`.
    pub post: String,
    /// Sub-post (underpost); empty where there is none.
    pub sub_post: String,
    /// Code of an account of the import's chart.
    pub account: String,
    /// Expense positive; not 0.
    pub amount_ore: i64,
    /// What the source says of it.
    pub description: String,
    /// The agreement or case in grants that it belongs to; empty where there is none.
    pub agreement: String,
    /// The voucher that it corrects; empty where there is none.
    pub corrects: String,
}

impl AccountRow {
    /// The post that it is charged to.
    pub fn post_key(&self) -> PostKey {
        PostKey {
            chapter: self.chapter.clone(),
            post: self.post.clone(),
        }
    }
}

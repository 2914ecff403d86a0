//! Account rows on the wire.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use platform::{Fields, NokSign, date_to_wire, nok};
use proto::google::r#type::Date;
use proto::governance::v1 as pb;

use crate::domain::{AccountRow, AccountRowName, AccountsImport, ChartEdition};

/// Rows of one import.
const ROWS_MAX: usize = 10_000;

/// Reads the rows of a new import of these days, noting every bad field of every row. What account a row names is
/// judged by [`must_be_in_chart`].
pub(super) fn parse(
    fields: &mut Fields,
    import: &AccountsImport,
    days: Option<&RangeInclusive<NaiveDate>>,
    given: &[pb::AccountRow],
) -> Vec<AccountRow> {
    if given.is_empty() || given.len() > ROWS_MAX {
        fields.refuse("rows", format!("1 to {ROWS_MAX} rows"));
    }
    let rows: Vec<_> = (1..)
        .zip(given.iter().take(ROWS_MAX))
        .map(|(number, row)| parse_row(fields, import, days, number, row))
        .collect();
    if import.aggregate {
        must_be_distinct(fields, &rows);
    }
    rows
}

fn parse_row(
    fields: &mut Fields,
    import: &AccountsImport,
    days: Option<&RangeInclusive<NaiveDate>>,
    number: i32,
    given: &pb::AccountRow,
) -> AccountRow {
    let at = |name: &str| path(number, name);
    let (voucher, day) = if import.aggregate {
        must_be_without_voucher(fields, number, given);
        (None, import.end_on)
    } else {
        let voucher = fields.text(&at("voucher"), &given.voucher, 40);
        let day = parse_day(fields, &at("date"), days, given.date.as_ref());
        (Some(voucher), day)
    };
    let post = fields.post(&at("post"), given.post.as_ref());
    let is_sub_post = |it: &str| it.len() <= 2 && it.bytes().all(|it| it.is_ascii_digit());
    if !is_sub_post(&given.sub_post) {
        fields.refuse(at("sub_post"), "1 or 2 digits, or nothing");
    }
    let name = AccountRowName::new(import.name.as_str(), &number.to_string());
    AccountRow {
        // A bad name of the import is noted already.
        name: name.unwrap_or_default(),
        accounts_import: import.name.clone(),
        number,
        voucher,
        day,
        chapter: post.chapter,
        post: post.post,
        sub_post: given.sub_post.clone(),
        account: given.account.clone(),
        amount_ore: fields.nok(&at("amount"), given.amount.as_ref(), NokSign::NotZero),
        description: fields.optional_text(&at("text"), &given.text, 200),
        agreement: fields.optional_text(&at("agreement"), &given.agreement, 200),
        corrects: fields.optional_text(&at("corrects"), &given.corrects, 40),
    }
}

/// A field of a row, as the caller counts the rows: from 0.
fn path(number: i32, field: &str) -> String {
    format!("rows[{}].{field}", number - 1)
}

/// A voucher's day, inside the import's.
fn parse_day(
    fields: &mut Fields,
    path: &str,
    days: Option<&RangeInclusive<NaiveDate>>,
    given: Option<&Date>,
) -> NaiveDate {
    let day = fields.read_date(path, given);
    let outside = |days: &&RangeInclusive<NaiveDate>| {
        !days.is_empty() && day.is_some_and(|it| !days.contains(&it))
    };
    if let Some(days) = days.filter(outside) {
        fields.refuse(
            path,
            format!("a day from {} to {}", days.start(), days.end()),
        );
    }
    day.unwrap_or_default()
}

/// Published totals have no vouchers, and nothing that belongs to one.
fn must_be_without_voucher(fields: &mut Fields, number: i32, given: &pb::AccountRow) {
    for (name, is_given) in [
        ("voucher", !given.voucher.is_empty()),
        ("date", given.date.is_some()),
        ("agreement", !given.agreement.is_empty()),
        ("corrects", !given.corrects.is_empty()),
    ] {
        if is_given {
            fields.refuse(path(number, name), "nothing in an aggregate import");
        }
    }
}

/// Published totals are one row for each post and account.
fn must_be_distinct(fields: &mut Fields, rows: &[AccountRow]) {
    let mut seen = BTreeSet::new();
    for row in rows {
        if !seen.insert((&row.chapter, &row.post, &row.sub_post, &row.account)) {
            fields.refuse(
                path(row.number, "account"),
                "once for each post in an aggregate import",
            );
        }
    }
}

/// Notes every row whose account the chart does not have.
pub(crate) fn must_be_in_chart(fields: &mut Fields, chart: &ChartEdition, rows: &[AccountRow]) {
    let codes = chart.codes();
    for row in rows {
        if !codes.contains(row.account.as_str()) {
            fields.refuse(
                path(row.number, "account"),
                format!("an account of {}", chart.name),
            );
        }
    }
}

impl From<AccountRow> for pb::AccountRow {
    fn from(it: AccountRow) -> Self {
        Self {
            post: Some(it.post_key().into()),
            name: it.name.to_string(),
            aggregate: it.voucher.is_none(),
            voucher: it.voucher.unwrap_or_default(),
            date: Some(date_to_wire(it.day)),
            sub_post: it.sub_post,
            account: it.account,
            amount: Some(nok(it.amount_ore)),
            text: it.description,
            agreement: it.agreement,
            corrects: it.corrects,
        }
    }
}

//! Account rows on the wire.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use platform::{Fields, NokSign, PostKey, date_to_wire, field_reason, kroner, nok, post_code};
use proto::google::r#type::{Date, Money};
use proto::governance::v1 as pb;

use crate::domain::account_row::{NAME_LENGTH_MAX, TEXT_LENGTH_MAX, VOUCHER_LENGTH_MAX};
use crate::domain::{AccountRow, AccountRowName, AccountsImport, ChartEdition};

/// Rows of one import.
const ROWS_MAX: usize = 10_000;

/// Reads the rows of a new import of these days, noting every bad field of every row; and the posts of
/// those of 0, which are no rows of it. What account and what voucher a row names is judged by
/// [`must_be_in_chart`] and [`must_correct_what_stands`].
pub(super) fn parse(
    fields: &mut Fields,
    import: &AccountsImport,
    days: Option<&RangeInclusive<NaiveDate>>,
    given: &[pb::AccountRow],
) -> (Vec<AccountRow>, Vec<PostKey>) {
    if given.is_empty() || given.len() > ROWS_MAX {
        let (min, max) = (1, ROWS_MAX);
        fields.refuse("rows", field_reason::Count { min, max });
    }
    let (mut rows, mut zeros) = (Vec::new(), Vec::new());
    for (number, given) in (1..).zip(given.iter().take(ROWS_MAX)) {
        let row = parse_row(fields, import, days, number, given);
        if given.amount.as_ref().is_some_and(is_zero) {
            zeros.push(row.post_key());
        } else {
            rows.push(row);
        }
    }
    if rows.is_empty() && !zeros.is_empty() {
        fields.refuse("rows", field_reason::OnlyZeros);
    }
    if import.aggregate {
        must_be_distinct(fields, &rows);
    }
    (rows, zeros)
}

fn is_zero(amount: &Money) -> bool {
    (amount.units, amount.nanos) == (0, 0)
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
        let voucher = fields.identity(&at("voucher"), &given.voucher, VOUCHER_LENGTH_MAX);
        let day = parse_day(fields, &at("date"), days, given.date.as_ref());
        (Some(voucher), day)
    };
    let post = fields.post(&at("post"), given.post.as_ref());
    let sub_post = match given.sub_post.as_str() {
        "" => String::new(),
        code => fields.take(&at("sub_post"), post_code(code)),
    };
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
        sub_post,
        account: given.account.clone(),
        amount_ore: parse_amount(
            fields,
            &at("amount"),
            given.amount.as_ref(),
            import.rounded_to_ore,
        ),
        description: fields.optional_text(&at("text"), &given.text, TEXT_LENGTH_MAX),
        agreement: fields.optional_identity(&at("agreement"), &given.agreement, NAME_LENGTH_MAX),
        corrects: fields.optional_identity(&at("corrects"), &given.corrects, VOUCHER_LENGTH_MAX),
    }
}

/// An amount in øre that the source can have: a multiple of what it rounds to (0 where that cannot be
/// read).
pub(super) fn parse_amount(
    fields: &mut Fields,
    path: &str,
    given: Option<&Money>,
    rounded_to_ore: i64,
) -> i64 {
    let amount_ore = fields.nok(path, given, NokSign::Any);
    if amount_ore.checked_rem(rounded_to_ore).unwrap_or_default() != 0 {
        let precision = kroner(rounded_to_ore);
        fields.refuse(path, field_reason::Precision { precision });
    }
    amount_ore
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
        let (first, last) = (days.start(), days.end());
        fields.refuse(path, field_reason::DateOutside { first, last });
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
            fields.refuse(path(number, name), field_reason::OfVouchersOnly);
        }
    }
}

/// Published totals are one row for each post and account.
fn must_be_distinct(fields: &mut Fields, rows: &[AccountRow]) {
    let mut seen = BTreeSet::new();
    for row in rows {
        if !seen.insert((&row.chapter, &row.post, &row.sub_post, &row.account)) {
            fields.refuse(path(row.number, "account"), field_reason::AccountRepeated);
        }
    }
}

/// Notes every row whose account the chart does not have.
pub(crate) fn must_be_in_chart(fields: &mut Fields, chart: &ChartEdition, rows: &[AccountRow]) {
    let codes = chart.codes();
    for row in rows {
        if !codes.contains(row.account.as_str()) {
            let name = &chart.name;
            fields.refuse(
                path(row.number, "account"),
                field_reason::AccountUnknown { name },
            );
        }
    }
}

/// Notes every row that corrects a voucher which neither stands in the accounts nor comes with it.
pub(crate) fn must_correct_what_stands(
    fields: &mut Fields,
    rows: &[AccountRow],
    standing: &BTreeSet<String>,
) {
    let own: BTreeSet<_> = rows.iter().filter_map(|it| it.voucher.as_ref()).collect();
    let is_known = |it: &String| it.is_empty() || standing.contains(it) || own.contains(it);
    // Published totals correct nothing, which is noted already.
    let of_vouchers = rows.iter().filter(|it| it.voucher.is_some());
    for row in of_vouchers.filter(|it| !is_known(&it.corrects)) {
        fields.refuse(path(row.number, "corrects"), field_reason::VoucherUnknown);
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

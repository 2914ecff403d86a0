//! Imports of accounts on the wire.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate};
use platform::{
    Fields, NokSign, PostKey, REASON_LENGTH_MAX, date_to_wire, etag, field_reason, nok,
    time_to_wire,
};
use proto::governance::v1 as pb;
use sqlx::types::Json;

use super::account_row;
use super::report::printable;
use crate::domain::accounts_import::State;
use crate::domain::control::{Acceptance, AcceptedTotal, ControlTotal, Published};
use crate::domain::cutoff::rows_digest;
use crate::domain::{AccountRow, AccountsImport, AccountsImportName, ChartEditionName};

/// Control totals of one import.
const CONTROL_TOTALS_MAX: usize = 100;

/// What a caller imports.
pub(crate) struct Given {
    /// The import, without its sums.
    pub(crate) draft: AccountsImport,
    /// What the source says that the posts sum to.
    pub(crate) published: BTreeMap<PostKey, Published>,
    /// Its rows; whether the chart has their accounts is judged by [`account_row::must_be_in_chart`].
    pub(crate) rows: Vec<AccountRow>,
    /// The posts of the rows of 0.
    pub(crate) zeros: Vec<PostKey>,
}

/// Reads a new import, noting every bad field of it and of its rows. `by` is who answers for the
/// differences that it accepts.
pub(crate) fn parse(
    fields: &mut Fields,
    request: &pb::ImportAccountsRequest,
    today: NaiveDate,
    by: &str,
) -> Given {
    let given = fields.required("accounts_import", request.accounts_import.as_ref());
    let at = |name: &str| format!("accounts_import.{name}");
    let id = &request.accounts_import_id;
    let days = parse_days(fields, &given, today);
    let (start_on, end_on) = days
        .clone()
        .map(RangeInclusive::into_inner)
        .unwrap_or_default();
    let chart = ChartEditionName::parse(&given.chart_edition);
    let precision = given.precision.as_ref();
    let source_on = given.source_date.as_ref();
    let mut draft = AccountsImport {
        name: AccountsImportName::create(fields, "", "accounts_import_id", id),
        version: 1,
        start_on,
        end_on,
        source: fields.text(&at("source"), &given.source, 300),
        source_on: fields.past_date(&at("source_date"), source_on, today),
        rounded_to_ore: fields.nok(&at("precision"), precision, NokSign::Positive),
        aggregate: given.aggregate,
        chart_edition: fields.take(&at("chart_edition"), chart),
        control_totals: Json::default(),
        row_count: 0,
        zero_row_count: 0,
        state: State::Imported,
        reversal_reason: String::new(),
        created_at: DateTime::default(),
        rows_digest: Vec::new(),
    };
    let published = parse_totals(fields, &given.control_totals, draft.rounded_to_ore, by);
    let (rows, zeros) = account_row::parse(fields, &draft, days.as_ref(), &request.rows);
    draft.row_count = i32::try_from(rows.len()).unwrap_or(i32::MAX);
    draft.zero_row_count = i32::try_from(zeros.len()).unwrap_or(i32::MAX);
    draft.rows_digest = rows_digest(rows.iter().cloned().map(Into::into));
    Given {
        draft,
        published,
        rows,
        zeros,
    }
}

/// First and last day, of one year and not to come; none where either cannot be read.
fn parse_days(
    fields: &mut Fields,
    given: &pb::AccountsImport,
    today: NaiveDate,
) -> Option<RangeInclusive<NaiveDate>> {
    let start_on = fields.read_date("accounts_import.start_date", given.start_date.as_ref());
    let end_on = fields.read_date("accounts_import.end_date", given.end_date.as_ref());
    let (start_on, end_on) = start_on.zip(end_on)?;
    if end_on < start_on || end_on.year() != start_on.year() {
        fields.refuse("accounts_import.end_date", field_reason::Period);
    } else if end_on > today {
        fields.refuse(
            "accounts_import.end_date",
            field_reason::DateToCome { today },
        );
    }
    Some(start_on..=end_on)
}

fn parse_totals(
    fields: &mut Fields,
    given: &[pb::ControlTotal],
    rounded_to_ore: i64,
    by: &str,
) -> BTreeMap<PostKey, Published> {
    if given.len() > CONTROL_TOTALS_MAX {
        let max = CONTROL_TOTALS_MAX;
        fields.refuse(
            "accounts_import.control_totals",
            field_reason::TooMany { max },
        );
    }
    let mut totals = BTreeMap::new();
    for (index, total) in given.iter().take(CONTROL_TOTALS_MAX).enumerate() {
        let at = |name: &str| format!("accounts_import.control_totals[{index}].{name}");
        let post = fields.post(&at("post"), total.post.as_ref());
        let amount = total.amount.as_ref();
        let published = Published {
            amount_ore: account_row::parse_amount(fields, &at("amount"), amount, rounded_to_ore),
            accepted: total
                .accepted_difference
                .as_ref()
                .map(|it| parse_accepted(fields, &at("accepted_difference"), it, by)),
        };
        if totals.insert(post, published).is_some() {
            fields.refuse(at("post"), field_reason::Repeated);
        }
    }
    totals
}

/// A difference that is accepted, in øre, with who answers for it.
fn parse_accepted(
    fields: &mut Fields,
    path: &str,
    given: &pb::AcceptedDifference,
    by: &str,
) -> (i64, Acceptance) {
    let at = |name: &str| format!("{path}.{name}");
    let difference_ore = fields.nok(&at("amount"), given.amount.as_ref(), NokSign::NotZero);
    let acceptance = Acceptance {
        reason: printable(fields, &at("reason"), &given.reason, REASON_LENGTH_MAX),
        by: by.to_owned(),
    };
    (difference_ore, acceptance)
}

impl From<AccountsImport> for pb::AccountsImport {
    fn from(it: AccountsImport) -> Self {
        use pb::accounts_import::State as Wire;
        let state = match it.state {
            State::Imported => Wire::Imported,
            State::Reversed => Wire::Reversed,
        };
        Self {
            name: it.name.to_string(),
            start_date: Some(date_to_wire(it.start_on)),
            end_date: Some(date_to_wire(it.end_on)),
            source: it.source,
            source_date: Some(date_to_wire(it.source_on)),
            precision: Some(nok(it.rounded_to_ore)),
            aggregate: it.aggregate,
            chart_edition: it.chart_edition.to_string(),
            control_totals: it.control_totals.0.into_iter().map(Into::into).collect(),
            row_count: it.row_count,
            zero_row_count: it.zero_row_count,
            state: state.into(),
            reversal_reason: it.reversal_reason,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
            rows_digest: it.rows_digest,
        }
    }
}

impl From<AcceptedTotal> for pb::AcceptedTotal {
    fn from(it: AcceptedTotal) -> Self {
        Self {
            accounts_import: it.import.to_string(),
            control_total: Some(it.total.into()),
        }
    }
}

impl From<ControlTotal> for pb::ControlTotal {
    fn from(it: ControlTotal) -> Self {
        let difference = Some(nok(it.rounding_difference_ore()));
        Self {
            amount: Some(nok(it.published_ore)),
            row_sum: Some(nok(it.row_sum_ore)),
            rounding_difference: difference.clone(),
            accepted_difference: it.accepted.map(|accepted| pb::AcceptedDifference {
                amount: difference,
                reason: accepted.reason,
                accepted_by: accepted.by,
            }),
            post: Some(it.post.into()),
        }
    }
}

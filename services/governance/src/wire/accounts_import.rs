//! Imports of accounts on the wire.

use platform::{date_to_wire, etag, nok, time_to_wire};
use proto::governance::v1 as pb;

use crate::domain::AccountsImport;
use crate::domain::accounts_import::State;
use crate::domain::control::ControlTotal;

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
            precision: Some(nok(it.rounded_to)),
            aggregate: it.aggregate,
            chart_edition: it.chart_edition.to_string(),
            control_totals: it.control_totals.0.into_iter().map(Into::into).collect(),
            row_count: it.row_count,
            state: state.into(),
            reversal_reason: it.reversal_reason,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

impl From<ControlTotal> for pb::ControlTotal {
    fn from(it: ControlTotal) -> Self {
        Self {
            amount: Some(nok(it.published)),
            row_sum: Some(nok(it.row_sum)),
            rounding_difference: Some(nok(it.rounding_difference())),
            post: Some(it.post.into()),
        }
    }
}

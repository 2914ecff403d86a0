//! Chart editions on the wire.

use platform::{date_to_wire, etag, time_to_wire};
use proto::governance::v1 as pb;

use crate::domain::ChartEdition;
use crate::domain::chart_edition::Account;

impl From<ChartEdition> for pb::ChartEdition {
    fn from(it: ChartEdition) -> Self {
        Self {
            name: it.name.to_string(),
            title: it.title,
            accounts: it.accounts.0.into_iter().map(Into::into).collect(),
            start_date: Some(date_to_wire(it.start_on)),
            source: it.source,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

impl From<Account> for pb::Account {
    fn from(it: Account) -> Self {
        Self {
            code: it.code,
            name_nb: it.name_nb,
            name_nn: it.name_nn,
        }
    }
}

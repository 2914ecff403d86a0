//! Account rows on the wire.

use platform::{date_to_wire, nok};
use proto::governance::v1 as pb;

use crate::domain::AccountRow;

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
            amount: Some(nok(it.amount)),
            text: it.description,
            agreement: it.agreement,
            corrects: it.corrects,
        }
    }
}

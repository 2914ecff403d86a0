//! Delegations on the wire.

use platform::{date_to_wire, etag, nok, time_to_wire};
use proto::grants::v1 as pb;

use crate::domain::Delegation;

impl From<Delegation> for pb::Delegation {
    fn from(it: Delegation) -> Self {
        Self {
            name: it.name.to_string(),
            person: it.person,
            posts: it.posts.0.into_iter().map(Into::into).collect(),
            limit: Some(nok(it.limit_ore)),
            start_date: Some(date_to_wire(it.start_on)),
            end_date: it.end_on.map(date_to_wire),
            document: Some(it.document.0.into()),
            given_by: it.given_by,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

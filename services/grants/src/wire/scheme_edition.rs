//! Scheme editions on the wire.

use platform::{date_to_wire, etag, time_to_wire};
use proto::grants::v1 as pb;

use crate::domain::SchemeEdition;
use crate::domain::scheme_edition::State;

impl From<SchemeEdition> for pb::SchemeEdition {
    fn from(it: SchemeEdition) -> Self {
        use pb::scheme_edition::State as Wire;
        let state = match it.state {
            State::Open => Wire::Open,
            State::Paused => Wire::Paused,
            State::Closed => Wire::Closed,
        };
        Self {
            name: it.name.to_string(),
            title: it.title,
            posts: it.posts.0.into_iter().map(Into::into).collect(),
            regulations: Some(it.regulations.0.into()),
            open_date: Some(date_to_wire(it.open_on)),
            state: state.into(),
            state_date: Some(date_to_wire(it.state_on)),
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

//! Appropriations on the wire.

use platform::{PostKey, date_to_wire, etag, nok, time_to_wire};
use proto::governance::v1 as pb;
use proto::governance::v1::appropriation::{Kind as WireKind, State as WireState};

use crate::domain::Appropriation;
use crate::domain::appropriation::{Kind, State};

impl From<Appropriation> for pb::Appropriation {
    fn from(it: Appropriation) -> Self {
        let post = PostKey {
            chapter: it.chapter,
            post: it.post,
        };
        Self {
            name: it.name.to_string(),
            post: Some(post.into()),
            year: it.year,
            kind: WireKind::from(it.kind).into(),
            amount: Some(nok(it.amount)),
            effective_date: Some(date_to_wire(it.effective_on)),
            source: it.source,
            source_date: Some(date_to_wire(it.source_on)),
            state: WireState::from(it.state).into(),
            reversal_reason: it.reversal_reason,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

impl From<Kind> for WireKind {
    fn from(it: Kind) -> Self {
        match it {
            Kind::Voted => Self::Voted,
            Kind::Revised => Self::Revised,
            Kind::CarriedOver => Self::CarriedOver,
        }
    }
}

impl From<State> for WireState {
    fn from(it: State) -> Self {
        match it {
            State::Recorded => Self::Recorded,
            State::Reversed => Self::Reversed,
        }
    }
}

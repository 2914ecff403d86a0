//! Sources on the wire.

use platform::{etag, time_to_wire};
use proto::governance::v1 as pb;

use crate::domain::Source;
use crate::domain::source::State;

impl From<Source> for pb::Source {
    fn from(it: Source) -> Self {
        use pb::source::State as Wire;
        let state = match it.state {
            State::Followed => Wire::Followed,
            State::Stopped => Wire::Stopped,
        };
        Self {
            name: it.name,
            state: state.into(),
            number: it.number,
            digest: it.digest,
            lag: it.head_number - it.number,
            read_time: it.read_at.map(time_to_wire),
            error: it.error,
            etag: etag(it.version),
        }
    }
}

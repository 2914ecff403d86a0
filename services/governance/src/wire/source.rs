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
            lag: it.lag(),
            name: it.name.to_string(),
            state: state.into(),
            number: it.number,
            digest: it.digest,
            read_time: it.read_at.map(time_to_wire),
            error: it.error,
            etag: etag(it.version),
            resume_reason: it.resume_reason,
            resumed_by: it.resumed_by,
            resume_time: it.resumed_at.map(time_to_wire),
            source_id: it.source_id,
            entries_number: it.entries_number,
            entries_digest: it.entries_digest,
        }
    }
}

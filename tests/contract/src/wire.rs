//! Pledges on the wire.

use chrono::DateTime;
use platform::{Fields, date_to_wire, etag, time_to_wire};
use spending::Commitment;
use sqlx::types::Json;

use crate::pledge::{Pledge, PledgeName, State};
use crate::testing::v1 as pb;

impl Pledge {
    /// Reads a new pledge, DRAFT, noting every bad field.
    pub(crate) fn parse(fields: &mut Fields, request: &pb::CreatePledgeRequest) -> Self {
        let name = PledgeName::create(fields, "", "pledge_id", &request.pledge_id);
        let it = fields.required("pledge", request.pledge.as_ref());
        if !it.replaces.is_empty() {
            fields.take("pledge.replaces", PledgeName::parse(&it.replaces));
        }
        for (index, part) in it.parts.iter().enumerate() {
            fields.identity(&format!("pledge.parts[{index}]"), part, 60);
        }
        let commitments = Commitment::parse_all(fields, "pledge.commitments", &it.commitments);
        Self {
            name,
            version: 1,
            parts: it.parts,
            replaces: it.replaces,
            commitments: Json(commitments),
            state: State::Draft,
            awarded_on: None,
            closed_on: None,
            reservation: String::new(),
            reservation_rule: String::new(),
            created_at: DateTime::default(),
        }
    }
}

impl From<Pledge> for pb::Pledge {
    fn from(it: Pledge) -> Self {
        let state = match it.state {
            State::Draft => pb::pledge::State::Draft,
            State::Awarded => pb::pledge::State::Awarded,
            State::Closed => pb::pledge::State::Closed,
        };
        Self {
            name: it.name.to_string(),
            parts: it.parts,
            replaces: it.replaces,
            commitments: it.commitments.0.into_iter().map(Into::into).collect(),
            state: state.into(),
            award_date: it.awarded_on.map(date_to_wire),
            close_date: it.closed_on.map(date_to_wire),
            reservation: it.reservation,
            reservation_rule: it.reservation_rule,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

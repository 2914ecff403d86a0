//! Pledges on the wire.

use chrono::{DateTime, NaiveDate};
use platform::{Fields, date_to_wire, etag, time_to_wire};
use spending::{Amendments, Commitment};
use sqlx::types::Json;

use crate::pledge::{Pledge, PledgeCorrection, PledgeName, State};
use crate::testing::v1 as pb;

impl Pledge {
    /// Reads a new pledge, DRAFT, noting every bad field.
    pub(crate) fn parse(
        fields: &mut Fields,
        name: PledgeName,
        given: Option<&pb::Pledge>,
        today: NaiveDate,
    ) -> Self {
        let it = fields.required("pledge", given);
        if !it.replaces.is_empty() {
            fields.take("pledge.replaces", PledgeName::parse(&it.replaces));
        }
        for (index, part) in it.parts.iter().enumerate() {
            fields.identity(&format!("pledge.parts[{index}]"), part, 60);
        }
        check_partners(fields, "pledge.partners", &it.partners);
        let commitments =
            Commitment::parse_all(fields, "pledge.commitments", &it.commitments, today);
        Self {
            name,
            version: 1,
            parts: it.parts,
            replaces: it.replaces,
            theme: fields.optional_text("pledge.theme", &it.theme, 60),
            partners: it.partners,
            commitments: Json(commitments),
            state: State::Draft,
            awarded_on: None,
            closed_on: None,
            cancelled_on: None,
            reservation: String::new(),
            reservation_nn: String::new(),
            reservation_rule: String::new(),
            amendments: Json(Amendments::default()),
            waiting_correction: None,
            created_at: DateTime::default(),
        }
    }
}

impl PledgeCorrection {
    /// Reads a correction.
    pub(crate) fn parse(fields: &mut Fields, given: Option<&pb::PledgeCorrection>) -> Self {
        let it = fields.required("correction", given);
        check_partners(fields, "correction.partners", &it.partners);
        Self {
            theme: fields.optional_text("correction.theme", &it.theme, 60),
            partners: it.partners,
        }
    }
}

fn check_partners(fields: &mut Fields, field: &str, partners: &[String]) {
    for (index, partner) in partners.iter().enumerate() {
        fields.resource(&format!("{field}[{index}]"), partner);
    }
}

impl From<Pledge> for pb::Pledge {
    fn from(it: Pledge) -> Self {
        let state = match it.state {
            State::Draft => pb::pledge::State::Draft,
            State::Awarded => pb::pledge::State::Awarded,
            State::Closed => pb::pledge::State::Closed,
            State::Dropped => pb::pledge::State::Dropped,
            State::Cancelled => pb::pledge::State::Cancelled,
        };
        Self {
            name: it.name.to_string(),
            parts: it.parts,
            replaces: it.replaces,
            theme: it.theme,
            partners: it.partners,
            commitments: it.commitments.0.into_iter().map(Into::into).collect(),
            state: state.into(),
            award_date: it.awarded_on.map(date_to_wire),
            close_date: it.closed_on.map(date_to_wire),
            cancel_date: it.cancelled_on.map(date_to_wire),
            reservation: it.reservation,
            reservation_nn: it.reservation_nn,
            reservation_rule: it.reservation_rule,
            amendments: it.amendments.0.into(),
            waiting_correction: it.waiting_correction.map(|it| pb::PledgeCorrection {
                theme: it.0.theme,
                partners: it.0.partners,
            }),
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

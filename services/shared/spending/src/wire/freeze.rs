//! Freezes on the wire.

use chrono::{DateTime, NaiveDate};
use platform::{DocumentRef, Fields, REASON_LENGTH_MAX, date_to_wire, etag, time_to_wire};
use proto::spending::v1 as pb;
use sqlx::types::Json;

use crate::domain::freeze::{Found, Lift, State};
use crate::domain::{Freeze, FreezeName, parse_parent};

impl Freeze {
    /// Reads a freeze from a day on; what it holds is still to be found.
    pub(crate) fn parse(
        fields: &mut Fields,
        request: &pb::CreateFreezeRequest,
        on: NaiveDate,
        today: NaiveDate,
    ) -> Self {
        let name = FreezeName::create(fields, "", "freeze_id", &request.freeze_id);
        let it = fields.required("freeze", request.freeze.as_ref());
        fields.resource("freeze.target", &it.target);
        if !it.case.is_empty() {
            fields.resource("freeze.case", &it.case);
        }
        let document = it.document.as_ref();
        let document = DocumentRef::parse_past(fields, "freeze.document", document, today);
        Self {
            name,
            version: 1,
            target: it.target,
            ground: fields.text("freeze.ground", &it.ground, REASON_LENGTH_MAX),
            document: Json(document),
            case_name: it.case,
            state: State::Active,
            start_on: on,
            lift_on: None,
            lift_reason: String::new(),
            except_parents: Vec::new(),
            waiting_lift: None,
            found: Json(Found::default()),
            created_at: DateTime::default(),
        }
    }
}

impl Lift {
    /// Reads what shall be lifted.
    pub(crate) fn parse(fields: &mut Fields, parents: &[&str], given: Option<&pb::Lift>) -> Self {
        let it = fields.required("lift", given);
        if !it.parent.is_empty() {
            fields.take("lift.parent", parse_parent(parents, &it.parent));
        }
        Self {
            reason: fields.text("lift.reason", &it.reason, REASON_LENGTH_MAX),
            parent: it.parent,
        }
    }
}

impl From<Freeze> for pb::Freeze {
    fn from(it: Freeze) -> Self {
        use pb::freeze::State as Wire;
        let state = match it.state {
            State::Active => Wire::Active,
            State::Lifting => Wire::Lifting,
            State::Lifted => Wire::Lifted,
        };
        let found = it.found.0;
        Self {
            name: it.name.to_string(),
            target: it.target,
            ground: it.ground,
            document: Some(it.document.0.into()),
            case: it.case_name,
            state: state.into(),
            start_date: Some(date_to_wire(it.start_on)),
            lift_date: it.lift_on.map(date_to_wire),
            lift_reason: it.lift_reason,
            except: it.except_parents,
            waiting_lift: it.waiting_lift.map(|it| pb::Lift {
                parent: it.0.parent,
                reason: it.0.reason,
            }),
            held: found.held,
            held_count: found.held_count,
            left: found.left,
            left_count: found.left_count,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

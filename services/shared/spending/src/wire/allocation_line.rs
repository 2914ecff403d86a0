//! Allocation lines on the wire.

use chrono::{DateTime, NaiveDate};
use platform::{DocumentRef, Fields, NokSign, Wrong, etag, field_reason, nok, time_to_wire};
use proto::common::v1::Post;
use proto::spending::v1 as pb;
use proto::spending::v1::allocation_line as wire;
use sqlx::types::Json;

use crate::domain::allocation_line::{Kind, State};
use crate::domain::{AllocationLine, AllocationLineName};

impl Kind {
    /// Reads a kind, or says which there are.
    pub(crate) fn parse(given: wire::Kind) -> Result<Self, Wrong> {
        match given {
            wire::Kind::Allocated => Ok(Self::Allocated),
            wire::Kind::CarriedOver => Ok(Self::CarriedOver),
            wire::Kind::SetAside => Ok(Self::SetAside),
            wire::Kind::Unspecified => {
                let values = "ALLOCATED, CARRIED_OVER, SET_ASIDE";
                Err(field_reason::NotOneOf { values }.into())
            }
        }
    }
}

impl AllocationLine {
    /// Reads a line that is entered.
    pub(crate) fn parse(
        fields: &mut Fields,
        request: &pb::CreateAllocationLineRequest,
        today: NaiveDate,
    ) -> Self {
        let at = |field: &str| format!("allocation_line.{field}");
        let id = &request.allocation_line_id;
        let name = AllocationLineName::create(fields, "", "allocation_line_id", id);
        let given = fields.required("allocation_line", request.allocation_line.as_ref());
        let kind = fields.take(&at("kind"), Kind::parse(given.kind()));
        let post = fields.post(&at("post"), given.post.as_ref());
        Self {
            name,
            version: 1,
            kind,
            chapter: post.chapter,
            post: post.post,
            year: fields.year(&at("year"), given.year),
            amount_ore: fields.nok(&at("amount"), given.amount.as_ref(), NokSign::NotZero),
            document: Json(DocumentRef::parse_past(
                fields,
                &at("document"),
                given.document.as_ref(),
                today,
            )),
            state: State::Entered,
            reversal_reason: String::new(),
            created_at: DateTime::default(),
        }
    }
}

impl From<AllocationLine> for pb::AllocationLine {
    fn from(it: AllocationLine) -> Self {
        let kind = match it.kind {
            Kind::Allocated => wire::Kind::Allocated,
            Kind::CarriedOver => wire::Kind::CarriedOver,
            Kind::SetAside => wire::Kind::SetAside,
        };
        let state = match it.state {
            State::Entered => wire::State::Entered,
            State::Confirmed => wire::State::Confirmed,
            State::ReversalEntered => wire::State::ReversalEntered,
            State::Reversed => wire::State::Reversed,
            State::Dropped => wire::State::Dropped,
        };
        Self {
            name: it.name.to_string(),
            kind: kind.into(),
            post: Some(Post {
                chapter: it.chapter,
                post: it.post,
            }),
            year: it.year,
            amount: Some(nok(it.amount_ore)),
            document: Some(it.document.0.into()),
            state: state.into(),
            reversal_reason: it.reversal_reason,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

//! Scheme editions on the wire.

use chrono::DateTime;
use platform::{DocumentRef, Fields, date_to_wire, etag, time_to_wire};
use proto::grants::v1 as pb;
use sqlx::types::Json;

use crate::domain::scheme_edition::State;
use crate::domain::{SchemeEdition, SchemeEditionName};

impl SchemeEdition {
    /// Reads an edition that is created, open.
    pub(crate) fn parse(fields: &mut Fields, request: &pb::CreateSchemeEditionRequest) -> Self {
        let given = fields.required("scheme_edition", request.scheme_edition.as_ref());
        let id = &request.scheme_edition_id;
        let name = SchemeEditionName::create(fields, &request.parent, "scheme_edition_id", id);
        let open_on = fields.date("scheme_edition.open_date", given.open_date.as_ref());
        Self {
            name,
            version: 1,
            title: fields.text("scheme_edition.title", &given.title, 200),
            posts: Json(fields.posts("scheme_edition.posts", &given.posts, 10)),
            regulations: Json(DocumentRef::parse(
                fields,
                "scheme_edition.regulations",
                given.regulations.as_ref(),
            )),
            open_on,
            state: State::Open,
            state_on: open_on,
            created_at: DateTime::default(),
        }
    }
}

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

//! Delegations on the wire.

use chrono::DateTime;
use platform::{
    Ctx, DocumentRef, Fields, NokSign, date_to_wire, etag, field_reason, nok, time_to_wire,
};
use proto::spending::v1 as pb;
use sqlx::types::Json;

use crate::domain::delegation::{MINISTRY, giver};
use crate::domain::{Delegation, DelegationName};

impl Delegation {
    /// Reads a delegation that is registered by this caller.
    pub(crate) fn parse(
        fields: &mut Fields,
        ctx: &Ctx,
        request: &pb::CreateDelegationRequest,
    ) -> Self {
        let at = |field: &str| format!("delegation.{field}");
        let id = &request.delegation_id;
        let name = DelegationName::create(fields, "", "delegation_id", id);
        let given = fields.required("delegation", request.delegation.as_ref());
        let person = fields.person(&at("person"), &given.person);
        let posts = fields.posts(&at("posts"), &given.posts, 20);
        let limit_ore = fields.nok(&at("limit"), given.limit.as_ref(), NokSign::Positive);
        let start_on = fields.date(&at("start_date"), given.start_date.as_ref());
        let end_on = fields.optional_date(&at("end_date"), given.end_date.as_ref());
        if end_on.is_some_and(|end_on| end_on < start_on) {
            fields.refuse(at("end_date"), field_reason::DateBeforeStart);
        }
        let today = ctx.today();
        let document =
            DocumentRef::parse_past(fields, &at("document"), given.document.as_ref(), today);
        let given_by = giver(&ctx.principal);
        if given_by == MINISTRY && document.direction != "INCOMING" {
            fields.refuse(at("document.direction"), field_reason::MinistryDocument);
        }
        Self {
            name,
            version: 1,
            person,
            posts: Json(posts),
            limit_ore,
            start_on,
            end_on,
            document: Json(document),
            given_by,
            created_at: DateTime::default(),
        }
    }
}

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

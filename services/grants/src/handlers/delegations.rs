//! Delegations: given in writing, ended on a day. They are no case and carry no duty.

use chrono::DateTime;
use platform::{
    Ctx, DocumentRef, Effective, Fields, Kind, NokSign, PageRequest, Result, must_match, once,
    refused,
};
use proto::access::v1::Role;
use proto::common::v1::ErrorReason;
use proto::grants::v1 as pb;
use sqlx::types::Json;

use crate::domain::delegation::MINISTRY;
use crate::domain::{Delegation, DelegationName};
use crate::{App, store};

/// Registers a delegation: the giver's, or by the registrar the ministry's (FR-17).
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateDelegationRequest,
) -> Result<pb::Delegation> {
    let mut fields = Fields::of(&request);
    let delegation = parse(&mut fields, &ctx, &request);
    let step = Effective {
        on: delegation.start_on,
        late_reason: fields.late_reason(&request.late_reason),
    };
    fields.check()?;
    must_be_person(&ctx)?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        delegation.must_not_be_for(&ctx.principal.id)?;
        if delegation.given_by != MINISTRY {
            let own = store::delegations::of_person(tx, &delegation.given_by).await?;
            delegation.must_be_within(&own, ctx.today())?;
        }

        let added = store::delegations::add(tx, &delegation).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

fn parse(fields: &mut Fields, ctx: &Ctx, request: &pb::CreateDelegationRequest) -> Delegation {
    let at = |field: &str| format!("delegation.{field}");
    let name = DelegationName::new("", &request.delegation_id);
    let name = fields.take("delegation_id", name);
    let given = fields.required("delegation", request.delegation.as_ref());
    let person = fields.person(&at("person"), &given.person);
    let posts = fields.posts(&at("posts"), &given.posts, 20);
    let limit_ore = fields.nok(&at("limit"), given.limit.as_ref(), NokSign::Positive);
    let start_on = fields.date(&at("start_date"), given.start_date.as_ref());
    let end_on = fields.optional_date(&at("end_date"), given.end_date.as_ref());
    if end_on.is_some_and(|end_on| end_on < start_on) {
        fields.refuse(at("end_date"), "start_date or later");
    }
    let today = ctx.today();
    let document = DocumentRef::parse_past(fields, &at("document"), given.document.as_ref(), today);
    let given_by = giver(ctx);
    if given_by == MINISTRY && document.direction != "INCOMING" {
        fields.refuse(at("document.direction"), "INCOMING: the ministry's");
    }
    Delegation {
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

/// Who gives what this caller registers. A registrar registers the ministry's; one who is director
/// or section head besides gives as such, so that nobody passes the own limit in another role.
fn giver(ctx: &Ctx) -> String {
    let gives = |role| ctx.principal.roles.contains(&role);
    if gives(Role::Director) || gives(Role::SectionHead) {
        ctx.principal.id.clone()
    } else {
        MINISTRY.to_owned()
    }
}

/// Ends a delegation; decisions made under it stand.
pub(crate) async fn end(
    app: App,
    ctx: Ctx,
    request: pb::EndDelegationRequest,
) -> Result<pb::Delegation> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", DelegationName::parse(&request.name));
    let step = Effective {
        on: fields.date("end_date", request.end_date.as_ref()),
        late_reason: fields.late_reason(&request.late_reason),
    };
    fields.check()?;
    must_be_person(&ctx)?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let delegation = store::delegations::lock(tx, &name).await?;
        must_match(&request.etag, &delegation.name, delegation.version)?;

        let ended = delegation.end(step.on)?;

        let saved = store::delegations::save(tx, &ended).await?;
        tx.record(saved.version, saved.into(), &[]).await
    })
    .await
}

/// Authority is given and taken by persons, and registered by a named one.
fn must_be_person(ctx: &Ctx) -> Result<()> {
    if ctx.principal.kind == Kind::Person {
        return Ok(());
    }
    let method = ctx.rule.path.rsplit('/').next().unwrap_or_default();
    Err(refused(ErrorReason::NeedsAPerson)
        .with("duty", method)
        .into())
}

/// Answers a delegation as it is or was.
pub(crate) async fn get(
    app: App,
    ctx: Ctx,
    request: pb::GetDelegationRequest,
) -> Result<pb::Delegation> {
    platform::get(&app.db, &ctx, &request.name, request.read_time.as_ref()).await
}

/// Lists delegations by name, of one person where one is named.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListDelegationsRequest,
) -> Result<pb::ListDelegationsResponse> {
    let mut fields = Fields::default();
    let person = if request.person.is_empty() {
        String::new()
    } else {
        fields.person("person", &request.person)
    };
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::delegations::list(&mut db, &person, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListDelegationsResponse {
        delegations: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}

//! The Storting's decisions: recorded, and reversed when they were registered wrongly.

use chrono::{DateTime, Datelike, NaiveDate};
use platform::{Ctx, Effective, Fact, Fields, NokSign, PageRequest, Result, must_match, once};
use proto::governance::v1 as pb;
use proto::governance::v1::appropriation::Kind as WireKind;

use crate::domain::appropriation::{Kind, State};
use crate::domain::{Appropriation, AppropriationName};
use crate::{App, store};

/// Records a decision on the day from which it counts.
pub(crate) async fn record(
    app: App,
    ctx: Ctx,
    request: pb::RecordAppropriationRequest,
) -> Result<pb::Appropriation> {
    let mut fields = Fields::of(&request);
    let appropriation = parse(&mut fields, &request);
    let step = Effective {
        on: appropriation.effective_on,
        late_reason: fields.late_reason(&request.late_reason),
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        tx.effective(&step)?;
        let added = store::appropriations::add(tx, &appropriation).await?;
        let facts = added.facts();
        tx.record(added.version, added.into(), &facts).await
    })
    .await
}

/// RECORDED → REVERSED, with the opposite fact on the same day.
pub(crate) async fn reverse(
    app: App,
    ctx: Ctx,
    request: pb::ReverseAppropriationRequest,
) -> Result<pb::Appropriation> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AppropriationName::parse(&request.name));
    let reason = fields.text("reason", &request.reason, 500);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let appropriation = store::appropriations::lock(tx, &name).await?;
        must_match(&request.etag, &appropriation.name, appropriation.version)?;
        let before = appropriation.facts();

        let reversed = appropriation.reverse(reason)?;

        let facts = Fact::changes(&before, &reversed.facts());
        let saved = store::appropriations::save(tx, &reversed).await?;
        tx.record(saved.version, saved.into(), &facts).await
    })
    .await
}

/// Lists decisions by name, of one budget year or of all.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListAppropriationsRequest,
) -> Result<pb::ListAppropriationsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    if request.year != 0 {
        fields.year("year", request.year);
    }
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::appropriations::list(&mut db, request.year, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListAppropriationsResponse {
        appropriations: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}

fn parse(fields: &mut Fields, request: &pb::RecordAppropriationRequest) -> Appropriation {
    let given = fields.required("appropriation", request.appropriation.as_ref());
    let name = AppropriationName::new("", &request.appropriation_id);
    let post = fields.post("appropriation.post", given.post.as_ref());
    let year = fields.year("appropriation.year", given.year);
    let amount = fields.nok("appropriation.amount", given.amount.as_ref(), NokSign::Any);
    if amount < 0 {
        fields.refuse("appropriation.amount", "0 or more");
    }
    Appropriation {
        name: fields.take("appropriation_id", name),
        version: 1,
        chapter: post.chapter,
        post: post.post,
        year,
        kind: parse_kind(fields, given.kind()),
        amount,
        effective_on: parse_effective_date(fields, &given),
        source: fields.text("appropriation.source", &given.source, 300),
        source_on: fields.date("appropriation.source_date", given.source_date.as_ref()),
        state: State::Recorded,
        reversal_reason: String::new(),
        created_at: DateTime::default(),
    }
}

/// A day of the budget year.
fn parse_effective_date(fields: &mut Fields, given: &pb::Appropriation) -> NaiveDate {
    let field = "appropriation.effective_date";
    let day = fields.date(field, given.effective_date.as_ref());
    // What could not be read is noted already, and is the type's zero.
    if day != NaiveDate::default() && day.year() != given.year {
        fields.refuse(field, format!("a day of {}", given.year));
    }
    day
}

fn parse_kind(fields: &mut Fields, kind: WireKind) -> Kind {
    match kind {
        WireKind::Voted => Kind::Voted,
        WireKind::Revised => Kind::Revised,
        WireKind::CarriedOver => Kind::CarriedOver,
        WireKind::Unspecified => {
            fields.refuse("appropriation.kind", "VOTED, REVISED or CARRIED_OVER");
            Kind::Voted
        }
    }
}

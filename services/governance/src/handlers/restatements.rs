//! Restatements: what an edition of a cut-off changed of the edition before.

use platform::{Answer, Ctx, Fields, PageRequest, Seen};
use proto::governance::v1 as pb;

use crate::domain::formula::terms;
use crate::domain::{CutoffName, RestatementName};
use crate::store::counted_facts::Question;
use crate::{App, store, wire};

/// Lists the restatements of a cut-off.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListRestatementsRequest,
) -> Answer<pb::ListRestatementsResponse> {
    let mut fields = Fields::default();
    let cutoff = fields.take("parent", CutoffName::parse(&request.parent));
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::restatements::list(db, &cutoff, after, limit).await
    })
    .await
}

/// Lists the facts between the two editions that a restatement counts.
pub(crate) async fn facts(
    app: App,
    ctx: Ctx,
    request: pb::ListRestatementFactsRequest,
) -> Answer<pb::ListRestatementFactsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    let after = fields.take("page_token", wire::figure::parse_place(&page.after));
    let name = fields.take("parent", RestatementName::parse(&request.parent));
    fields.check()?;

    let mut db = app.db.read().await?;
    let (before, later) = store::restatements::editions(&mut db, &name).await?;
    let opened = store::figures::open(&mut db, later.as_str()).await?;
    let cutoff = &opened.shown.figure.cutoff;
    let measures = store::measures::of_cutoff(&mut db, cutoff).await?;
    let terms = terms(&opened.indicator.formula.0, &measures)?;
    let question = Question::of(&opened, &terms).since(&before);
    let rows = store::counted_facts::page(&mut db, &question, &after, &[], page.limit).await?;
    let rows = rows.into_iter().map(Into::into).collect();
    let page = page.page(rows, wire::figure::place);
    let reply = pb::ListRestatementFactsResponse {
        facts: page.rows,
        next_page_token: page.next_page_token,
    };
    Seen::computed(&app, &ctx, reply)
}

//! Restatements: what an edition of a cut-off changed of the edition before.

use platform::{Ctx, Fields, PageRequest, Result};
use proto::governance::v1 as pb;
use sqlx::PgConnection;

use crate::domain::figure::restated_groups;
use crate::handlers::figures::Opened;
use crate::store::figures::{Question, Restatement};
use crate::{App, store};

/// Facts that one restatement names at the most; its values tell whether more are between.
const FACTS_MAX: i64 = 1_000;

/// Lists the restatements of a cut-off.
pub(crate) async fn list(
    app: App,
    _ctx: Ctx,
    request: pb::ListRestatementsRequest,
) -> Result<pb::ListRestatementsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    let cutoff = fields.take("parent", crate::domain::CutoffName::parse(&request.parent));
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows =
        store::figures::restatements(&mut db, cutoff.as_str(), &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.clone());
    let mut restatements = Vec::with_capacity(page.rows.len());
    for row in page.rows {
        restatements.push(open(&mut db, row).await?);
    }
    Ok(pb::ListRestatementsResponse {
        restatements,
        next_page_token: page.next_page_token,
    })
}

/// A restatement with its values, the groups that differ, and the facts between.
async fn open(db: &mut PgConnection, it: Restatement) -> Result<pb::Restatement> {
    let before = store::figures::get(db, &it.before_figure).await?;
    let after = Opened::read(db, &it.after_figure).await?;
    let formula = after.indicator.formula();
    let question = Question::new(
        &after.figure.cutoff,
        after.period,
        &after.terms,
        &formula.group_by,
    )
    .since(before.cutoff.as_str());
    let facts = store::figures::counted(db, &question, ("", 0, 0), &[], FACTS_MAX).await?;
    let groups = restated_groups(&before.outcome, &after.figure.outcome);
    Ok(pb::Restatement {
        name: it.name,
        before_figure: it.before_figure,
        after_figure: it.after_figure,
        before: Some(before.outcome.value.into()),
        after: Some(after.figure.outcome.value.into()),
        groups: groups.into_iter().map(Into::into).collect(),
        facts: facts.into_iter().map(Into::into).collect(),
    })
}

//! Rows of an import: read.

use platform::{Ctx, Fields, PageRequest, Result};
use proto::governance::v1 as pb;

use crate::domain::{AccountRowName, AccountsImportName};
use crate::{App, store};

/// Answers one row.
pub(crate) async fn get(
    app: App,
    _ctx: Ctx,
    request: pb::GetAccountRowRequest,
) -> Result<pb::AccountRow> {
    let mut fields = Fields::default();
    let name = fields.take("name", AccountRowName::parse(&request.name));
    fields.check()?;

    let mut db = app.db.read().await?;
    let row = store::account_rows::read(&mut db, &name).await?;
    Ok(row.into())
}

/// Lists the rows of an import in their order.
pub(crate) async fn list(
    app: App,
    _ctx: Ctx,
    request: pb::ListAccountRowsRequest,
) -> Result<pb::ListAccountRowsResponse> {
    let mut fields = Fields::default();
    let import = fields.take("parent", AccountsImportName::parse(&request.parent));
    let page = PageRequest::parse(&mut fields, &request);
    let after: i32 = page.number_after(&mut fields);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::account_rows::list(&mut db, &import, after, page.limit).await?;
    let page = page.page(rows, |row| row.number.to_string());
    Ok(pb::ListAccountRowsResponse {
        account_rows: page.rows.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
    })
}

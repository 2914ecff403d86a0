//! Rows of an import: read.

use platform::{Answer, Ctx, Fields, Seen, last_number};
use proto::governance::v1 as pb;

use crate::domain::{AccountRowName, AccountsImportName};
use crate::{App, store};

/// Answers one row.
pub(crate) async fn get(
    app: App,
    ctx: Ctx,
    request: pb::GetAccountRowRequest,
) -> Answer<pb::AccountRow> {
    let mut fields = Fields::default();
    let name = fields.take("name", AccountRowName::parse(&request.name));
    fields.check()?;

    let mut db = app.db.read().await?;
    let row = store::account_rows::read(&mut db, &name).await?;
    Seen::computed(&app, &ctx, row.into())
}

/// Lists the rows of an import in their order.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListAccountRowsRequest,
) -> Answer<pb::ListAccountRowsResponse> {
    let mut fields = Fields::default();
    let import = fields.take("parent", AccountsImportName::parse(&request.parent));
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        let after: i32 = last_number(after)?;
        store::account_rows::list(db, &import, after, limit).await
    })
    .await
}

//! All that is kept of a person.

use platform::{Answer, Ctx, Error, Fields, Result, last_number};
use proto::privacy::v1 as pb;

use crate::app::Privacy;
use crate::store;
use crate::store::vault::Kept;

/// Hands out what is kept of a person, oldest first.
pub(crate) async fn export(
    app: Privacy,
    ctx: Ctx,
    request: pb::ExportPersonRequest,
) -> Answer<pb::ExportPersonResponse> {
    let mut fields = Fields::default();
    fields.resource("person", &request.person);

    let nouns = app.0.nouns();
    let by_right = |it: Kept| {
        let personal = nouns.personal().find(|of| of.kind == it.kind);
        let personal = personal.ok_or_else(|| {
            Error::Bug(format!("{} keeps a {} of nobody", nouns.service, it.kind))
        })?;
        Ok(it.into_wire(personal))
    };
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        let after = last_number(after)?;
        let rows = store::vault::kept(db, &request.person, after, limit).await?;
        rows.into_iter().map(by_right).collect::<Result<Vec<_>>>()
    })
    .await
}

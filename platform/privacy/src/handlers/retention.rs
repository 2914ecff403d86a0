//! Retention: foreseen, and done when it is asked for.

use platform::{Answer, Ctx, Error, Fields, Seen, once};
use proto::privacy::v1 as pb;

use crate::app::Privacy;
use crate::retention::RunName;
use crate::runs;

/// What a run on a day empties.
pub(crate) async fn preview(
    app: Privacy,
    ctx: Ctx,
    request: pb::PreviewRetentionRequest,
) -> Answer<pb::Retention> {
    let mut fields = Fields::default();
    let on = fields.date("on", request.on.as_ref());
    fields.check()?;

    let mut connection = app.0.read().await?;
    let retention = runs::foresee(&mut connection, app.0.nouns(), on).await?;
    app.0.give_back(connection);
    Seen::computed(&app, &ctx, retention)
}

/// Empties what is due today.
pub(crate) async fn run(
    app: Privacy,
    ctx: Ctx,
    request: pb::RunRetentionRequest,
) -> Answer<pb::RetentionRun> {
    let mut fields = Fields::of(&request);
    let name = RunName::create(&mut fields, "", "run_id", "");
    fields.check()?;

    once(&app.0, &ctx, &request, async |tx| {
        let done = runs::run(tx, app.0.nouns(), &name, ctx.today()).await?;
        done.ok_or_else(|| Error::already_exists(&name))
    })
    .await
}

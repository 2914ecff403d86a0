//! Wishes: made and changed.

use platform::{Answer, Ctx, Fields, list as paged, must_match, once};

use super::noun::WishName;
use super::store::{self, Wish};
use crate::app::App;
use crate::testing::v1 as pb;

const TEXT_LENGTH_MAX: usize = 60;

/// Makes a wish, of whom PORTAL acts for.
pub(super) async fn create(app: App, ctx: Ctx, request: pb::CreateWishRequest) -> Answer<pb::Wish> {
    let mut fields = Fields::of(&request);
    let given = fields.required("wish", request.wish.as_ref());
    let wish = Wish {
        name: WishName::create(&mut fields, "", "", ""),
        version: 1,
        text: fields.text("wish.text", &given.text, TEXT_LENGTH_MAX),
        partner: ctx.acting_for.clone(),
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        store::save(tx, &wish).await?;
        tx.record(wish.version, wish.into(), &[]).await
    })
    .await
}

/// Changes a wish, or hands it over to another partner.
pub(super) async fn update(app: App, ctx: Ctx, request: pb::UpdateWishRequest) -> Answer<pb::Wish> {
    let mut fields = Fields::of(&request);
    let given = fields.required("wish", request.wish.as_ref());
    let name = fields.take("wish.name", WishName::parse(&given.name));
    let text = fields.text("wish.text", &given.text, TEXT_LENGTH_MAX);
    fields.resource("wish.partner", &given.partner);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let wish = store::get(tx, &name).await?;
        must_match(&request.etag, &name, wish.version)?;
        let changed = Wish {
            version: wish.version + 1,
            text,
            partner: given.partner,
            ..wish
        };
        store::save(tx, &changed).await?;
        tx.record(changed.version, changed.into(), &[]).await
    })
    .await
}

/// Lists wishes.
pub(super) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListWishesRequest,
) -> Answer<pb::ListWishesResponse> {
    let rows = async |db: &mut _, after: &str, limit| store::list(db, after, limit).await;
    paged(&app, &ctx, &request, Fields::default(), rows).await
}

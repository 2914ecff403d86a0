//! Freezes: made by one, lifted by two. Each is its own case; the name that it stops is held while what
//! stops it is said anew, so that every decision over money comes before it or is refused.

use platform::{
    Answer, Ctx, Fact, Fields, Result, Tx, field_reason, must_match, once_in, reason, refused,
};
use proto::spending::v1 as pb;
use sqlx::types::Json;

use crate::app::Spending;
use crate::domain::freeze::Lift;
use crate::domain::{Freeze, FreezeName, parse_parent};
use crate::store;

/// Stops payments, ACTIVE.
pub(crate) async fn create(
    app: Spending,
    ctx: Ctx,
    request: pb::CreateFreezeRequest,
) -> Answer<pb::Freeze> {
    let mut fields = Fields::of(&request);
    let step = fields.effective(&request, ctx.today());
    let asked = Freeze::parse(&mut fields, &request, step.on, ctx.today());
    fields.check()?;

    let case = [asked.name.as_str()];
    once_in(&app.db, &ctx, &request, &case, async |tx| {
        store::touched::stop(tx, &asked.target).await?;
        must_be_known(tx, &app, &asked.target).await?;
        let found = store::disbursements::touching(tx, &asked.target).await?;
        tx.effective(&step)?;

        let frozen = Freeze {
            found: Json(found),
            ..asked.clone()
        };

        let added = store::freezes::add(tx, &frozen).await?;
        store::touched::freeze(tx, &added.target).await?;
        record(tx, &app, added, &[]).await
    })
    .await
}

/// ACTIVE, LIFTING → LIFTING; it still holds.
pub(crate) async fn request_lift(
    app: Spending,
    ctx: Ctx,
    request: pb::RequestLiftRequest,
) -> Answer<pb::Freeze> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", FreezeName::parse(&request.name));
    let lift = Lift::parse(&mut fields, app.spends.parents, request.lift.as_ref());
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let freeze = matching(tx, &name, &request.etag).await?;
        let before = freeze.facts(app.spends.counts.freezes);
        must_hold(tx, &freeze, &lift.parent).await?;

        let lifting = freeze.request_lift(lift)?;

        let saved = store::freezes::save(tx, &lifting).await?;
        record(tx, &app, saved, &before).await
    })
    .await
}

/// LIFTING → LIFTED, or for one parent → ACTIVE.
pub(crate) async fn confirm_lift(
    app: Spending,
    ctx: Ctx,
    request: pb::ConfirmLiftRequest,
) -> Answer<pb::Freeze> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", FreezeName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    if request.etag.is_empty() {
        fields.refuse("etag", field_reason::FreezeEtag);
    }
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let lifting = matching(tx, &name, &request.etag).await?;
        let before = lifting.facts(app.spends.counts.freezes);
        let lifted = lifting.confirm_lift(step.on)?;
        tx.effective(&step)?;

        store::touched::stop(tx, &lifted.target).await?;
        let saved = store::freezes::save(tx, &lifted).await?;
        store::touched::freeze(tx, &saved.target).await?;
        record(tx, &app, saved, &before).await
    })
    .await
}

/// Lists freezes by name.
pub(crate) async fn list(
    app: Spending,
    ctx: Ctx,
    request: pb::ListFreezesRequest,
) -> Answer<pb::ListFreezesResponse> {
    let mut fields = Fields::default();
    let target = request.target.clone();
    if !target.is_empty() {
        fields.resource("target", &target);
    }
    let holding_only = request.holding_only;
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::freezes::list(db, &target, holding_only, after, limit).await
    })
    .await
}

/// Reads the freeze in its case, as the caller has seen it.
async fn matching(tx: &mut Tx, name: &FreezeName, etag: &str) -> Result<Freeze> {
    let freeze = store::freezes::get(tx, name).await?;
    must_match(etag, name, freeze.version)?;
    Ok(freeze)
}

/// A parent that is stopped by its own name is one that there is; what parents touch may come later.
async fn must_be_known(tx: &mut Tx, app: &Spending, target: &str) -> Result<()> {
    let is_parent = parse_parent(app.spends.parents, target).is_ok();
    if !is_parent || store::touched::is_touched(tx, target, target).await? {
        return Ok(());
    }
    Err(refused(reason::ReferenceUnknown {
        field: "freeze.target",
        name: target,
    }))
}

/// A lift for one parent is for one that the freeze holds.
async fn must_hold(tx: &mut Tx, freeze: &Freeze, parent: &str) -> Result<()> {
    let is_free = freeze.except_parents.iter().any(|it| it == parent);
    let target = &freeze.target;
    if parent.is_empty() || !is_free && store::touched::is_touched(tx, target, parent).await? {
        return Ok(());
    }
    Err(refused(reason::ReferenceUnknown {
        field: "lift.parent",
        name: parent,
    }))
}

/// Records a freeze as it was saved, with what changed of its facts.
async fn record(tx: &mut Tx, app: &Spending, saved: Freeze, before: &[Fact]) -> Result<pb::Freeze> {
    let changes = Fact::changes(before, &saved.facts(app.spends.counts.freezes));
    tx.record(saved.version, saved.into(), &changes).await
}

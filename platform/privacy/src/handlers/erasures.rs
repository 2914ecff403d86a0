//! Erasures: entered, confirmed. Each is its own case; what is emptied is locked by its own cases besides.

use platform::{Answer, Ctx, Fields, Result, Tx, must_match, once_in, reason, refused};
use proto::privacy::v1 as pb;

use super::must_be_known;
use crate::app::Privacy;
use crate::erasure::{Erasure, ErasureName};
use crate::measure::erased;
use crate::runs::roots;
use crate::store;

/// Enters that a person shall be erased, ENTERED.
pub(crate) async fn enter(
    app: Privacy,
    ctx: Ctx,
    request: pb::EnterErasureRequest,
) -> Answer<pb::Erasure> {
    let mut fields = Fields::of(&request);
    let asked = Erasure::parse(&mut fields, &request);
    fields.check()?;

    let case = [asked.name.as_str()];
    once_in(&app.0, &ctx, &request, &case, async |tx| {
        must_be_known(tx, "erasure.person", &asked.person).await?;
        let added = store::erasures::add(tx, &asked).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// ENTERED → CONFIRMED; all of it is gone.
pub(crate) async fn confirm(
    app: Privacy,
    ctx: Ctx,
    request: pb::ConfirmErasureRequest,
) -> Answer<pb::Erasure> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", ErasureName::parse(&request.name));
    fields.check()?;

    once_in(&app.0, &ctx, &request, &[name.as_str()], async |tx| {
        let entered = store::erasures::get(tx, &name).await?;
        must_match(&request.etag, &name, entered.version)?;
        let person = entered.person.clone();
        let resources = lock(tx, &person).await?;
        let hold = store::holds::of(tx, &person, ctx.today()).await?;
        let days = store::rules::backup_days(tx, ctx.today()).await?;

        let confirmed = entered.confirm(hold.as_deref(), ctx.today(), days, resources.len())?;

        let is_again = store::erasures::is_erased(tx, &person).await?;
        let fact = erased(app.0.nouns(), &person, ctx.today())?;
        let facts = if is_again { Vec::new() } else { vec![fact] };
        store::vault::empty(tx, &[person], &[]).await?;
        let saved = store::erasures::save(tx, &confirmed).await?;
        tx.record(saved.version, saved.into(), &facts).await
    })
    .await
}

/// Locks the cases of all that is kept of a person, and the person, so that no verb lays a text over what
/// is being erased; answers the resources. One that came in meanwhile is for another try.
async fn lock(tx: &mut Tx, person: &str) -> Result<Vec<String>> {
    let of_person = store::vault::of_person(tx, person).await?;
    let named: Vec<_> = of_person.into_iter().chain([person.to_owned()]).collect();
    let locked = roots(&named);
    store::cases::lock(tx, &locked).await?;
    let resources = store::vault::of_person(tx, person).await?;
    match roots(&resources).iter().all(|it| locked.contains(it)) {
        true => Ok(resources),
        false => Err(refused(reason::Busy)),
    }
}

/// Lists erasures by name.
pub(crate) async fn list(
    app: Privacy,
    ctx: Ctx,
    request: pb::ListErasuresRequest,
) -> Answer<pb::ListErasuresResponse> {
    let mut fields = Fields::default();
    let person = request.person.clone();
    if !person.is_empty() {
        fields.resource("person", &person);
    }
    platform::list(&app, &ctx, &request, fields, async |db, after, limit| {
        store::erasures::list(db, &person, after, limit).await
    })
    .await
}

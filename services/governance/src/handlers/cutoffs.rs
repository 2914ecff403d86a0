//! Cut-offs: begun, cancelled, read. [`crate::acts`] closes them.

use chrono::Datelike;
use platform::{Answer, Ctx, Fields, REASON_LENGTH_MAX, Result, field_reason, must_match, once};
use proto::governance::v1 as pb;
use sqlx::PgConnection;

use crate::domain::cutoff::{Incomplete, marks};
use crate::domain::{Cutoff, CutoffName, Period, SourceName};
use crate::{App, store, wire};

/// Begins to close a cut-off: asks every source how far its facts go, and stores that.
pub(crate) async fn close(
    app: App,
    ctx: Ctx,
    request: pb::CloseCutoffRequest,
) -> Answer<pb::Cutoff> {
    let (period, decision) = parse(&app, &ctx, &request)?;
    // Whoever had a sibling's answer before this call is behind its head.
    let mut heads = app.sources.sibling_heads().await;

    let begun = once(&app.db, &ctx, &request, async |tx| {
        store::account_years::hold(tx, period.start().year()).await?;
        let latest = store::cutoffs::latest(tx, &period.id()).await?;
        let followed = store::sources::all(tx).await?;
        // Our own head once the year is ours: an import is before it, or behind it as a whole (CO-05).
        heads.insert(SourceName::own(), Some(tx.head().await?));

        let begun = Cutoff::begin(period, latest.as_ref(), ctx.today())?;
        let marks = marks(&heads, &followed, &request.incomplete_sources)?;
        let begun = begun.without(&marks, decision);

        let added = store::cutoffs::add(tx, &begun, &marks).await?;
        let resource = wire::cutoff::to_wire(added, marks);
        tx.record(begun.version, resource, &[]).await
    })
    .await?;
    app.sources.wake();
    Ok(begun)
}

/// The period, and the decision to close it without some sources, which a person makes.
fn parse(app: &App, ctx: &Ctx, request: &pb::CloseCutoffRequest) -> Result<(Period, Incomplete)> {
    let mut fields = Fields::of(request);
    let period = wire::cutoff::parse_period(&mut fields, request.period.as_ref());
    for (index, name) in request.incomplete_sources.iter().enumerate() {
        if !app.sources.feeds().any(|(it, _)| it.as_str() == name) {
            let field = format!("incomplete_sources[{index}]");
            fields.refuse(field, field_reason::Source);
        }
    }
    let mut decision = Incomplete {
        reason: String::new(),
        by: ctx.principal.id.clone(),
    };
    if request.incomplete_sources.is_empty() {
        fields.check()?;
    } else {
        decision.reason = fields.text(
            "incomplete_reason",
            &request.incomplete_reason,
            REASON_LENGTH_MAX,
        );
        fields.check()?;
        ctx.must_be_person()?;
    }
    Ok((period, decision))
}

/// CLOSING → CANCELLED.
pub(crate) async fn cancel(
    app: App,
    ctx: Ctx,
    request: pb::CancelCutoffRequest,
) -> Answer<pb::Cutoff> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", CutoffName::parse(&request.name));
    let reason = fields.reason(&request.reason);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let unlocked = store::cutoffs::get(tx, &name).await?;
        store::account_years::hold(tx, unlocked.year()).await?;
        let cutoff = store::cutoffs::lock(tx, &name).await?;
        must_match(&request.etag, &cutoff.name, cutoff.version)?;

        let cancelled = cutoff.cancel(reason)?;

        let saved = store::cutoffs::save(tx, &cancelled).await?;
        let marks = store::cutoffs::marks(tx, &name).await?;
        tx.record(saved.version, wire::cutoff::to_wire(saved, marks), &[])
            .await
    })
    .await
}

/// Lists cut-offs by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListCutoffsRequest,
) -> Answer<pb::ListCutoffsResponse> {
    let found = async |db: &mut PgConnection, after: &str, limit| {
        let rows = store::cutoffs::list(db, after, limit).await?;
        let names: Vec<_> = rows.iter().map(|it| it.name.to_string()).collect();
        let mut marks = store::cutoffs::marks_of(db, &names).await?;
        let cutoffs = rows.into_iter().map(|row| {
            let marks = marks.remove(row.name.as_str()).unwrap_or_default();
            wire::cutoff::to_wire(row, marks)
        });
        Ok(cutoffs.collect::<Vec<_>>())
    };
    platform::list(&app, &ctx, &request, Fields::default(), found).await
}

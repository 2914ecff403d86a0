//! Cut-offs: begun, cancelled, read. [`super::closing`] closes them.

use std::collections::BTreeMap;

use chrono::Datelike;
use platform::{Ctx, Fields, Kind, PageRequest, Position, Result, must_match, once, refused};
use proto::common::v1::ErrorReason;
use proto::governance::v1 as pb;
use sqlx::PgConnection;

use crate::domain::accounts_import::ledger_case;
use crate::domain::cutoff::{Mark, Progress};
use crate::domain::{Cutoff, CutoffName, Period};
use crate::{App, Refusal, store, wire};

/// Begins to close a cut-off: asks every source how far its facts go, and stores that.
pub(crate) async fn close(
    app: App,
    ctx: Ctx,
    request: pb::CloseCutoffRequest,
) -> Result<pb::Cutoff> {
    let mut fields = Fields::of(&request);
    let period = fields.take(
        "period",
        wire::cutoff::parse_period(request.period.as_ref()),
    );
    for (index, name) in request.incomplete_sources.iter().enumerate() {
        if !app.sources.names().contains(&name.as_str()) {
            fields.refuse(
                format!("incomplete_sources[{index}]"),
                "the name of a source",
            );
        }
    }
    let is_incomplete = !request.incomplete_sources.is_empty();
    let reason = if is_incomplete {
        fields.text("incomplete_reason", &request.incomplete_reason, 500)
    } else {
        String::new()
    };
    fields.check()?;
    if is_incomplete && ctx.principal.kind != Kind::Person {
        return Err(refused(ErrorReason::NeedsAPerson)
            .with("method", ctx.rule.path)
            .into());
    }
    let period = period.unwrap_or(Period::Year(0));
    // Before the transaction: whoever had an answer before this call is behind these heads.
    let heads = app.sources.heads().await;

    let begun = once(&app.db, &ctx, &request, async |tx| {
        tx.case(&ledger_case(period.start().year())).await?;
        let latest = store::cutoffs::latest(tx, &period.id()).await?;
        let marks = marks(tx, &heads, &request.incomplete_sources).await?;

        let mut begun = Cutoff::begin(period, latest.as_ref(), ctx.today())?;
        if marks.iter().any(|it| it.incomplete) {
            begun.incomplete_reason.clone_from(&reason);
            begun.incomplete_by.clone_from(&ctx.principal.id);
        }

        let added = store::cutoffs::add(tx, &begun, &marks).await?;
        let waiting = marks.into_iter().map(|mark| (mark, Progress::Waiting));
        tx.record(added.version, wire::cutoff::to_wire(added, waiting), &[])
            .await
    })
    .await?;
    app.sources.wake();
    Ok(begun)
}

/// How far every source goes: as it says, or, where that was decided, as far as we have followed it.
async fn marks(
    db: &mut PgConnection,
    heads: &BTreeMap<&'static str, Result<Position, String>>,
    incomplete: &[String],
) -> Result<Vec<Mark>> {
    let mut marks = Vec::new();
    let mut missing = Vec::new();
    for (name, head) in heads {
        let (place, is_incomplete) = match head {
            Ok(head) => (head.clone(), false),
            Err(_) if incomplete.iter().any(|it| it == name) => {
                let source = store::sources::lock(db, name).await?;
                (source.position(), true)
            }
            Err(error) => {
                missing.push(format!("{name} ({error})"));
                continue;
            }
        };
        marks.push(Mark {
            source: (*name).to_owned(),
            number: place.number,
            digest: place.digest,
            incomplete: is_incomplete,
        });
    }
    if missing.is_empty() {
        Ok(marks)
    } else {
        Err(Refusal::SourceUnavailable { sources: missing }.into())
    }
}

/// CLOSING → CANCELLED.
pub(crate) async fn cancel(
    app: App,
    ctx: Ctx,
    request: pb::CancelCutoffRequest,
) -> Result<pb::Cutoff> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", CutoffName::parse(&request.name));
    let reason = fields.text("reason", &request.reason, 500);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let cutoff = store::cutoffs::lock(tx, &name).await?;
        must_match(&request.etag, &cutoff.name, cutoff.version)?;

        let cancelled = cutoff.cancel(reason.clone())?;

        store::cutoffs::save(tx, &cancelled).await?;
        let marks = store::cutoffs::marks(tx, &name).await?;
        let waiting = marks.into_iter().map(|mark| (mark, Progress::Waiting));
        tx.record(
            cancelled.version,
            wire::cutoff::to_wire(cancelled, waiting),
            &[],
        )
        .await
    })
    .await
}

/// Lists cut-offs by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListCutoffsRequest,
) -> Result<pb::ListCutoffsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::cutoffs::list(&mut db, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    let mut cutoffs = Vec::with_capacity(page.rows.len());
    for row in page.rows {
        let progress = match row.state {
            crate::domain::cutoff::State::Closed => Progress::Reached,
            _ => Progress::Waiting,
        };
        let marks = store::cutoffs::marks(&mut db, &row.name).await?;
        cutoffs.push(wire::cutoff::to_wire(
            row,
            marks.into_iter().map(|mark| (mark, progress)),
        ));
    }
    Ok(pb::ListCutoffsResponse {
        cutoffs: app.db.view_all(&ctx, cutoffs)?,
        next_page_token: page.next_page_token,
    })
}

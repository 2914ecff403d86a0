//! Contests: announced, entered before the deadline, left, and their cup lent.

use chrono::NaiveDate;
use platform::{Answer, Ctx, Fact, Fields, Result, Tx, YEARS, field_reason, must_match, once_in};

use crate::app::App;
use crate::contest::{Contest, ContestName, EntrantName, Entry, Loan, firsts, store};
use crate::testing::v1 as pb;

/// Announces a contest.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateContestRequest,
) -> Answer<pb::Contest> {
    let mut fields = Fields::of(&request);
    let name = ContestName::create(&mut fields, "", "contest_id", &request.contest_id);
    let contest = Contest::parse(&mut fields, name, request.contest.as_ref());
    fields.check()?;

    once_in(
        &app.db,
        &ctx,
        &request,
        &[contest.name.as_str()],
        async |tx| {
            store::add(tx, &contest).await?;
            tx.record(contest.version, contest.clone().into(), &[])
                .await
        },
    )
    .await
}

/// Enters somebody who came in time, by this request or on paper before it.
pub(crate) async fn enter(
    app: App,
    ctx: Ctx,
    request: pb::EnterContestRequest,
) -> Answer<pb::Contest> {
    let mut fields = Fields::of(&request);
    let document = request.received_document.as_ref();
    let received = ctx.received(&mut fields, request.received_at.as_ref(), document)?;
    let name = fields.take("name", ContestName::parse(&request.name));
    let entry = Entry::parse(&mut fields, request.entry.as_ref(), received);
    fields.check()?;

    let cases = [name.as_str(), entry.entrant.as_str()];
    once_in(&app.db, &ctx, &request, &cases, async |tx| {
        let contest = matching(tx, &name, &request.etag).await?;
        let mut entries = store::of_entrant(tx, &entry.entrant).await?;
        let before = [contest.facts(), firsts(&entries)].concat();

        let entered = contest.enter(entry.clone())?;

        store::enter(tx, &name, &entry).await?;
        entries.push(entry.clone());
        let after = [entered.facts(), firsts(&entries)].concat();
        save(tx, entered, &Fact::changes(&before, &after)).await
    })
    .await
}

/// Takes an entry away that was a mistake; whose first it was is counted from the next on.
pub(crate) async fn remove(
    app: App,
    ctx: Ctx,
    request: pb::RemoveEntryRequest,
) -> Answer<pb::Contest> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", ContestName::parse(&request.name));
    let entrant = fields.take("entrant", EntrantName::parse(&request.entrant));
    fields.check()?;

    let cases = [name.as_str(), entrant.as_str()];
    once_in(&app.db, &ctx, &request, &cases, async |tx| {
        let contest = matching(tx, &name, &request.etag).await?;
        let entries = store::of_entrant(tx, &entrant).await?;
        let before = [contest.facts(), firsts(&entries)].concat();

        let left = contest.remove(&entrant)?;

        store::remove(tx, &name, &entrant).await?;
        let entries = store::of_entrant(tx, &entrant).await?;
        let after = [left.facts(), firsts(&entries)].concat();
        save(tx, left, &Fact::changes(&before, &after)).await
    })
    .await
}

/// Lends the cup until a day, which may be to come.
pub(crate) async fn lend(app: App, ctx: Ctx, request: pb::LendCupRequest) -> Answer<pb::Contest> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", ContestName::parse(&request.name));
    let step = fields.effective(&request, ctx.today());
    let until = fields.date("return_date", request.return_date.as_ref());
    if until < step.on {
        let last = NaiveDate::from_ymd_opt(*YEARS.end(), 12, 31).unwrap_or_default();
        let first = step.on;
        fields.refuse("return_date", field_reason::DateOutside { first, last });
    }
    fields.check()?;

    once_in(&app.db, &ctx, &request, &[name.as_str()], async |tx| {
        let contest = matching(tx, &name, &request.etag).await?;
        let before = contest.facts();

        let from = step.on;
        let lent = contest.lend(Loan { from, until });
        tx.effective(&step)?;

        let facts = Fact::changes(&before, &lent.facts());
        save(tx, lent, &facts).await
    })
    .await
}

async fn matching(tx: &mut Tx, name: &ContestName, given: &str) -> Result<Contest> {
    let contest = store::get(tx, name).await?;
    must_match(given, &contest.name, contest.version)?;
    Ok(contest)
}

async fn save(tx: &mut Tx, changed: Contest, facts: &[Fact]) -> Result<pb::Contest> {
    store::save(tx, &changed).await?;
    tx.record(changed.version, changed.into(), facts).await
}

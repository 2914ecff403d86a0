//! Imports of accounts: imported whole, reversed whole, while their days are not reported.

use platform::{Ctx, Fact, Fields, PageRequest, Result, Tx, must_match, once};
use proto::governance::v1 as pb;

use crate::domain::{AccountRow, AccountsImport, AccountsImportName, ChartEditionName};
use crate::wire::account_row;
use crate::wire::accounts_import::{Given, parse};
use crate::{App, Refusal, store};

/// Standing rows that a refusal names; more would not fit the headers that carry it.
const ROWS_NAMED_MAX: i64 = 20;

/// Imports accounts, all of them or nothing. What account a row names is judged inside the
/// transaction, so that unknown ones are named together with every other bad field.
pub(crate) async fn import(
    app: App,
    ctx: Ctx,
    request: pb::ImportAccountsRequest,
) -> Result<pb::AccountsImport> {
    let mut fields = Fields::of(&request);
    let Given {
        draft,
        published,
        rows,
    } = parse(&mut fields, &request);

    once(&app.db, &ctx, &request, async |tx| {
        check_with_chart(tx, fields, &draft.chart_edition, &rows).await?;
        enter_unreported(tx, &draft).await?;
        must_be_new(tx, &draft, &rows).await?;

        let import = draft.reconciled(&published, &rows)?;

        let added = store::accounts_imports::add(tx, &import).await?;
        store::account_rows::add(tx, &added.name, &rows).await?;
        let facts = added.facts(&rows);
        tx.record(added.version, added.into(), &facts).await
    })
    .await
}

/// IMPORTED → REVERSED, with the opposite facts on the same days.
pub(crate) async fn reverse(
    app: App,
    ctx: Ctx,
    request: pb::ReverseAccountsImportRequest,
) -> Result<pb::AccountsImport> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AccountsImportName::parse(&request.name));
    let reason = fields.reason(&request.reason);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let unlocked = store::accounts_imports::read(tx, &name).await?;
        enter_unreported(tx, &unlocked).await?;
        let import = store::accounts_imports::lock(tx, &name).await?;
        must_match(&request.etag, &import.name, import.version)?;
        let row_count = import.row_count.into();
        let rows = store::account_rows::list(tx, &name, 0, row_count).await?;
        let before = import.facts(&rows);

        let reversed = import.reverse(reason)?;

        let facts = Fact::changes(&before, &reversed.facts(&rows));
        let saved = store::accounts_imports::save(tx, &reversed).await?;
        tx.record(saved.version, saved.into(), &facts).await
    })
    .await
}

/// Answers with every bad field, rows of accounts that the chart does not have among them; or goes
/// on, when there is such a chart.
async fn check_with_chart(
    tx: &mut Tx,
    mut fields: Fields,
    name: &ChartEditionName,
    rows: &[AccountRow],
) -> Result<()> {
    let chart = store::chart_editions::find(tx, name).await?;
    if let Some(chart) = &chart {
        account_row::must_be_in_chart(&mut fields, chart, rows);
    }
    fields.check()?;
    match chart {
        Some(_) => Ok(()),
        None => Err(Refusal::ChartUnknown { name: name.clone() }.into()),
    }
}

/// Enters the case of the import's year, which a closing enters too, and refuses when any of its
/// days is reported (CO-05). Read after the lock: a statement's snapshot is older than what it
/// waits for.
async fn enter_unreported(tx: &mut Tx, import: &AccountsImport) -> Result<()> {
    tx.case(&import.case()).await?;
    match store::cutoffs::reporting(tx, import.start_on, import.end_on).await? {
        Some(cutoff) => Err(Refusal::PeriodReported { cutoff }.into()),
        None => Ok(()),
    }
}

/// Refuses rows that would be counted twice. Read after the year's case is entered, which every
/// import of the year enters.
async fn must_be_new(tx: &mut Tx, import: &AccountsImport, rows: &[AccountRow]) -> Result<()> {
    let standing = store::account_rows::standing(tx, import, rows, ROWS_NAMED_MAX).await?;
    if standing.is_empty() {
        return Ok(());
    }
    Err(Refusal::AlreadyImported { rows: standing }.into())
}

/// Lists imports by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListAccountsImportsRequest,
) -> Result<pb::ListAccountsImportsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::accounts_imports::list(&mut db, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListAccountsImportsResponse {
        accounts_imports: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}

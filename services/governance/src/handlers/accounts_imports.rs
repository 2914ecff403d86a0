//! Imports of accounts: imported whole, reversed whole. What a closed cut-off has counted already, its
//! next edition restates (CO-05).

use platform::{Answer, Ctx, Fact, Fields, List, Result, Tx, must_match, once, reason, refused};
use proto::governance::v1 as pb;

use crate::domain::{AccountRow, AccountsImport, AccountsImportName, ChartEditionName};
use crate::wire::account_row;
use crate::wire::accounts_import::{Given, parse};
use crate::{App, store};

/// Standing rows that are looked for: a refusal names no more.
const ROWS_NAMED_MAX: i64 = 20;

/// Imports accounts, all of them or nothing. What account and what voucher a row names is judged inside
/// the transaction, so that unknown ones are named together with every other bad field.
pub(crate) async fn import(
    app: App,
    ctx: Ctx,
    request: pb::ImportAccountsRequest,
) -> Answer<pb::AccountsImport> {
    let mut fields = Fields::of(&request);
    let Given {
        draft,
        published,
        rows,
        zeros,
    } = parse(&mut fields, &request, ctx.today(), &ctx.principal.id);
    if published.values().any(|it| it.accepted.is_some()) {
        ctx.must_be_person()?;
    }

    once(&app.db, &ctx, &request, async |tx| {
        check_with_known(tx, fields, &draft.chart_edition, &rows).await?;
        store::account_years::hold(tx, draft.year()).await?;
        must_be_new(tx, &draft, &rows).await?;

        let import = draft.reconciled(&published, &rows, &zeros)?;

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
) -> Answer<pb::AccountsImport> {
    let mut fields = Fields::of(&request);
    let name = fields.take("name", AccountsImportName::parse(&request.name));
    let reason = fields.reason(&request.reason);
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let unlocked = store::accounts_imports::read(tx, &name).await?;
        store::account_years::hold(tx, unlocked.year()).await?;
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

/// Answers with every bad field, among them rows of accounts that the chart does not have and of
/// vouchers that are corrected and not there; or goes on, when there is such a chart.
async fn check_with_known(
    tx: &mut Tx,
    mut fields: Fields,
    name: &ChartEditionName,
    rows: &[AccountRow],
) -> Result<()> {
    let chart = store::chart_editions::find(tx, name).await?;
    if let Some(chart) = &chart {
        account_row::must_be_in_chart(&mut fields, chart, rows);
    }
    let standing = store::account_rows::corrected(tx, rows).await?;
    account_row::must_correct_what_stands(&mut fields, rows, &standing);
    fields.check()?;
    match chart {
        Some(_) => Ok(()),
        None => Err(refused(reason::ReferenceUnknown {
            field: "chart_edition",
            name,
        })),
    }
}

/// Refuses rows that would be counted twice. Read when the year's accounts are held, as every import
/// of the year holds them.
async fn must_be_new(tx: &mut Tx, import: &AccountsImport, rows: &[AccountRow]) -> Result<()> {
    let standing = store::account_rows::standing(tx, import, rows, ROWS_NAMED_MAX).await?;
    if standing.is_empty() {
        return Ok(());
    }
    Err(refused(reason::AlreadyImported {
        rows: List::new(&standing, ", "),
    }))
}

/// Lists imports by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListAccountsImportsRequest,
) -> Answer<pb::ListAccountsImportsResponse> {
    let found = store::accounts_imports::list;
    platform::list(&app, &ctx, &request, Fields::default(), found).await
}

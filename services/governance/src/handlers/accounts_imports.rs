//! Imports of accounts: imported whole, reversed whole, while their days are not reported.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate};
use platform::{Ctx, Fact, Fields, NokSign, PageRequest, PostKey, Result, Tx, must_match, once};
use proto::governance::v1 as pb;
use sqlx::types::Json;

use crate::domain::accounts_import::State;
use crate::domain::{AccountRow, AccountsImport, AccountsImportName, ChartEditionName};
use crate::handlers::account_rows;
use crate::{App, Refusal, store};

/// Control totals of one import.
const CONTROL_TOTALS_MAX: usize = 100;

/// Imports accounts, all of them or nothing. What account a row names is judged inside the
/// transaction, so that unknown ones are named together with every other bad field.
pub(crate) async fn import(
    app: App,
    ctx: Ctx,
    request: pb::ImportAccountsRequest,
) -> Result<pb::AccountsImport> {
    let mut fields = Fields::of(&request);
    let (draft, published) = parse(&mut fields, &request);
    let rows = account_rows::parse(&mut fields, &draft, &request.rows);

    once(&app.db, &ctx, &request, async |tx| {
        check_with_chart(tx, fields, &draft.chart_edition, &rows).await?;
        enter_unreported(tx, &draft).await?;

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
    let reason = fields.text("reason", &request.reason, 500);
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
        account_rows::must_be_in_chart(&mut fields, chart, rows);
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

/// The import without its sums, and what the source says that they are.
fn parse(
    fields: &mut Fields,
    request: &pb::ImportAccountsRequest,
) -> (AccountsImport, BTreeMap<PostKey, i64>) {
    let given = fields.required("accounts_import", request.accounts_import.as_ref());
    let at = |name: &str| format!("accounts_import.{name}");
    let name = AccountsImportName::new("", &request.accounts_import_id);
    let (start_on, end_on) = parse_days(fields, &given);
    let chart = ChartEditionName::parse(&given.chart_edition);
    let precision = given.precision.as_ref();
    let draft = AccountsImport {
        name: fields.take("accounts_import_id", name),
        version: 1,
        start_on,
        end_on,
        source: fields.text(&at("source"), &given.source, 300),
        source_on: fields.date(&at("source_date"), given.source_date.as_ref()),
        rounded_to: fields.nok(&at("precision"), precision, NokSign::Positive),
        aggregate: given.aggregate,
        chart_edition: fields.take(&at("chart_edition"), chart),
        control_totals: Json::default(),
        row_count: i32::try_from(request.rows.len()).unwrap_or(i32::MAX),
        state: State::Imported,
        reversal_reason: String::new(),
        created_at: DateTime::default(),
    };
    (draft, parse_totals(fields, &given.control_totals))
}

/// First and last day, of one year.
fn parse_days(fields: &mut Fields, given: &pb::AccountsImport) -> (NaiveDate, NaiveDate) {
    let start_on = fields.date("accounts_import.start_date", given.start_date.as_ref());
    let end_on = fields.date("accounts_import.end_date", given.end_date.as_ref());
    // What could not be read is noted already, and is the type's zero.
    let are_read = start_on != NaiveDate::default() && end_on != NaiveDate::default();
    if are_read && (end_on < start_on || end_on.year() != start_on.year()) {
        fields.refuse(
            "accounts_import.end_date",
            "start_date or later, in the same year",
        );
    }
    (start_on, end_on)
}

fn parse_totals(fields: &mut Fields, given: &[pb::ControlTotal]) -> BTreeMap<PostKey, i64> {
    if given.len() > CONTROL_TOTALS_MAX {
        fields.refuse(
            "accounts_import.control_totals",
            format!("at most {CONTROL_TOTALS_MAX} control totals"),
        );
    }
    let mut totals = BTreeMap::new();
    for (index, total) in given.iter().take(CONTROL_TOTALS_MAX).enumerate() {
        let at = |name: &str| format!("accounts_import.control_totals[{index}].{name}");
        let post = fields.post(&at("post"), total.post.as_ref());
        let amount = fields.nok(&at("amount"), total.amount.as_ref(), NokSign::Any);
        if totals.insert(post, amount).is_some() {
            fields.refuse(at("post"), "every post once");
        }
    }
    totals
}

//! Chart editions: created, and read.

use std::collections::BTreeSet;

use chrono::DateTime;
use platform::{Ctx, Fields, PageRequest, Result, once};
use proto::governance::v1 as pb;
use sqlx::types::Json;

use crate::domain::chart_edition::Account;
use crate::domain::{ChartEdition, ChartEditionName};
use crate::{App, store};

const ACCOUNTS_MAX: usize = 2000;

/// Creates an edition.
pub(crate) async fn create(
    app: App,
    ctx: Ctx,
    request: pb::CreateChartEditionRequest,
) -> Result<pb::ChartEdition> {
    let mut fields = Fields::of(&request);
    let given = fields.required("chart_edition", request.chart_edition.as_ref());
    let name = ChartEditionName::new(&request.parent, &request.chart_edition_id);
    let edition = ChartEdition {
        name: fields.take("chart_edition_id", name),
        version: 1,
        title: fields.text("chart_edition.title", &given.title, 200),
        accounts: Json(parse_accounts(&mut fields, &given.accounts)),
        start_on: fields.date("chart_edition.start_date", given.start_date.as_ref()),
        source: fields.text("chart_edition.source", &given.source, 300),
        created_at: DateTime::default(),
    };
    fields.check()?;

    once(&app.db, &ctx, &request, async |tx| {
        let added = store::chart_editions::add(tx, &edition).await?;
        tx.record(added.version, added.into(), &[]).await
    })
    .await
}

/// Lists editions by name.
pub(crate) async fn list(
    app: App,
    ctx: Ctx,
    request: pb::ListChartEditionsRequest,
) -> Result<pb::ListChartEditionsResponse> {
    let mut fields = Fields::default();
    let page = PageRequest::parse(&mut fields, &request);
    fields.check()?;

    let mut db = app.db.read().await?;
    let rows = store::chart_editions::list(&mut db, &page.after, page.limit).await?;
    let page = page.page(rows, |row| row.name.to_string());
    Ok(pb::ListChartEditionsResponse {
        chart_editions: app
            .db
            .view_all(&ctx, page.rows.into_iter().map(Into::into))?,
        next_page_token: page.next_page_token,
    })
}

fn parse_accounts(fields: &mut Fields, given: &[pb::Account]) -> Vec<Account> {
    if given.is_empty() || given.len() > ACCOUNTS_MAX {
        fields.refuse(
            "chart_edition.accounts",
            format!("1 to {ACCOUNTS_MAX} accounts"),
        );
    }
    let mut codes = BTreeSet::new();
    let mut accounts = Vec::new();
    for (index, account) in given.iter().take(ACCOUNTS_MAX).enumerate() {
        let at = |name: &str| format!("chart_edition.accounts[{index}].{name}");
        let code = account.code.as_str();
        if !(3..=6).contains(&code.len()) || !code.bytes().all(|it| it.is_ascii_digit()) {
            fields.refuse(at("code"), "3 to 6 digits, such as 876");
        } else if !codes.insert(code) {
            fields.refuse(at("code"), "every code once");
        }
        accounts.push(Account {
            code: code.to_owned(),
            name_nb: fields.text(&at("name_nb"), &account.name_nb, 200),
            name_nn: fields.optional_text(&at("name_nn"), &account.name_nn, 200),
        });
    }
    accounts
}

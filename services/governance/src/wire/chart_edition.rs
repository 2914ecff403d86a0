//! Chart editions on the wire.

use std::collections::BTreeSet;

use chrono::DateTime;
use platform::{Fields, date_to_wire, etag, field_reason, time_to_wire};
use proto::governance::v1 as pb;
use sqlx::types::Json;

use crate::domain::chart_edition::Account;
use crate::domain::{ChartEdition, ChartEditionName};
use crate::wire::report::printable;

const ACCOUNTS_MAX: usize = 2000;

/// Reads a new edition, noting every bad field.
pub(crate) fn parse(fields: &mut Fields, request: &pb::CreateChartEditionRequest) -> ChartEdition {
    let given = fields.required("chart_edition", request.chart_edition.as_ref());
    let (parent, id) = (&request.parent, &request.chart_edition_id);
    ChartEdition {
        name: ChartEditionName::create(fields, parent, "chart_edition_id", id),
        version: 1,
        title: fields.text("chart_edition.title", &given.title, 200),
        accounts: Json(parse_accounts(fields, &given.accounts)),
        start_on: fields.date("chart_edition.start_date", given.start_date.as_ref()),
        source: fields.text("chart_edition.source", &given.source, 300),
        created_at: DateTime::default(),
    }
}

fn parse_accounts(fields: &mut Fields, given: &[pb::Account]) -> Vec<Account> {
    if given.is_empty() || given.len() > ACCOUNTS_MAX {
        let (min, max) = (1, ACCOUNTS_MAX);
        fields.refuse("chart_edition.accounts", field_reason::Count { min, max });
    }
    let mut codes = BTreeSet::new();
    let mut accounts = Vec::new();
    for (index, account) in given.iter().take(ACCOUNTS_MAX).enumerate() {
        let at = |name: &str| format!("chart_edition.accounts[{index}].{name}");
        let code = account.code.as_str();
        let is_code = (3..=6).contains(&code.len()) && code.bytes().all(|it| it.is_ascii_digit());
        if !is_code || code.starts_with('0') {
            fields.refuse(at("code"), field_reason::AccountCode);
        } else if !codes.insert(code) {
            fields.refuse(at("code"), field_reason::Repeated);
        }
        accounts.push(Account {
            code: code.to_owned(),
            name_nb: printable(fields, &at("name_nb"), &account.name_nb, 200),
            name_nn: match account.name_nn.trim() {
                "" => String::new(),
                given => printable(fields, &at("name_nn"), given, 200),
            },
        });
    }
    accounts
}

impl From<ChartEdition> for pb::ChartEdition {
    fn from(it: ChartEdition) -> Self {
        Self {
            name: it.name.to_string(),
            title: it.title,
            accounts: it.accounts.0.into_iter().map(Into::into).collect(),
            start_date: Some(date_to_wire(it.start_on)),
            source: it.source,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

impl From<Account> for pb::Account {
    fn from(it: Account) -> Self {
        Self {
            code: it.code,
            name_nb: it.name_nb,
            name_nn: it.name_nn,
        }
    }
}

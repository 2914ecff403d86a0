//! Chart edition (kontoplan): the accounts that an import may name, from a day on. Never edited; a
//! change is another edition.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::domain::ChartEditionName;

/// One edition of a chart of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartEdition {
    /// Its name.
    pub name: ChartEditionName,
    /// Always 1.
    pub version: i64,
    /// What it is called.
    pub title: String,
    /// Its accounts, in the order of the source; every code once.
    pub accounts: Json<Vec<Account>>,
    /// The day from which it holds.
    pub start_on: NaiveDate,
    /// Where it is published.
    pub source: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// One account of a chart (artskonto).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// 3 to 6 digits.
    pub code: String,
    /// In bokmål.
    pub name_nb: String,
    /// In nynorsk; empty means as in bokmål.
    pub name_nn: String,
}

impl ChartEdition {
    /// The codes of its accounts.
    pub fn codes(&self) -> BTreeSet<&str> {
        self.accounts.iter().map(|it| it.code.as_str()).collect()
    }

    /// What its accounts are called in bokmål and nynorsk, by code.
    pub fn names(&self) -> BTreeMap<String, (String, String)> {
        let names = self.accounts.iter().map(|it| {
            let nn = if it.name_nn.is_empty() {
                &it.name_nb
            } else {
                &it.name_nn
            };
            (it.code.clone(), (it.name_nb.clone(), nn.clone()))
        });
        names.collect()
    }
}

//! Accounts import: a month or some days of the agency's accounts, or published totals (§ 4.1).
//! Imported as a whole, reversed as a whole; the ledger of record is the accounting system.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use platform::{Dimensions, Fact, List, PostKey, Refused, must_be, reason};
use sqlx::types::Json;

use crate::domain::control::{self, ControlTotal, Published};
use crate::domain::{AccountRow, AccountsImportName, ChartEditionName};
use crate::measures::{ACCOUNTS, ACCOUNTS_CONTROL};

/// One import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountsImport {
    /// Its name.
    pub name: AccountsImportName,
    /// Grows by one with every write.
    pub version: i64,
    /// First day that its rows are of.
    pub start_on: NaiveDate,
    /// Last day that its rows are of; in the same year.
    pub end_on: NaiveDate,
    /// Where the rows are from.
    pub source: String,
    /// The day of the source's edition.
    pub source_on: NaiveDate,
    /// What the source's amounts are rounded to; [`control::EXACT_ORE`] for an exact one.
    pub rounded_to_ore: i64,
    /// Published totals without vouchers.
    pub aggregate: bool,
    /// The chart that the accounts are of.
    pub chart_edition: ChartEditionName,
    /// By post.
    pub control_totals: Json<Vec<ControlTotal>>,
    /// How many rows it has.
    pub row_count: i32,
    /// How many rows of 0 were given; they are no rows of it.
    pub zero_row_count: i32,
    /// Whether its rows count.
    pub state: State,
    /// Why it was reversed; empty while it stands.
    pub reversal_reason: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// Over its rows; see [`rows_digest`](crate::domain::cutoff::rows_digest).
    pub rows_digest: Vec<u8>,
}

/// Whether the rows of an import count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// They count.
    Imported,
    /// They were wrong, and count no more.
    Reversed,
}

impl AccountsImport {
    /// The year whose accounts it is of.
    pub fn year(&self) -> i32 {
        self.start_on.year()
    }

    /// With its rows' sums beside the published totals, which they must match (AC-02). `zeros` are the
    /// posts of the rows of 0 that were given: a rounded source rounded them too.
    pub fn reconciled(
        self,
        published: &BTreeMap<PostKey, Published>,
        rows: &[AccountRow],
        zeros: &[PostKey],
    ) -> Result<Self, Refused> {
        let zeros = zeros.iter().map(|it| (it.clone(), 0));
        let parts = rows.iter().map(|it| (it.post_key(), it.amount_ore));
        let parts = parts.chain(zeros);
        let control_totals =
            control::reconcile(published, parts, self.rounded_to_ore).map_err(|posts| {
                reason::ControlTotalDiffers {
                    posts: List::new(&posts, "; "),
                }
            })?;
        Ok(Self {
            control_totals: Json(control_totals),
            ..self
        })
    }

    /// IMPORTED → REVERSED.
    pub fn reverse(self, reason: String) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Imported])?;
        Ok(Self {
            version: self.version + 1,
            state: State::Reversed,
            reversal_reason: reason,
            ..self
        })
    }

    /// What it counts as it is: every row on its day, and every control total on the last.
    pub fn facts(&self, rows: &[AccountRow]) -> Vec<Fact> {
        match self.state {
            State::Imported => {
                let totals = self.control_totals.iter().map(|it| self.total_fact(it));
                rows.iter().map(row_fact).chain(totals).collect()
            }
            State::Reversed => Vec::new(),
        }
    }

    fn total_fact(&self, total: &ControlTotal) -> Fact {
        Fact {
            measure: ACCOUNTS_CONTROL,
            effective_on: self.end_on,
            value: total.published_ore,
            dimensions: Dimensions::from([
                ("chapter".to_owned(), total.post.chapter.clone()),
                ("post".to_owned(), total.post.post.clone()),
            ]),
            subject: self.name.to_string(),
            reversal: false,
        }
    }
}

fn row_fact(row: &AccountRow) -> Fact {
    Fact {
        measure: ACCOUNTS,
        effective_on: row.day,
        value: row.amount_ore,
        dimensions: Dimensions::from([
            ("account".to_owned(), row.account.clone()),
            ("chapter".to_owned(), row.chapter.clone()),
            ("post".to_owned(), row.post.clone()),
        ]),
        subject: row.name.to_string(),
        reversal: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::AccountRowName;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn total(post: &str, published_ore: i64) -> ControlTotal {
        ControlTotal {
            post: PostKey {
                chapter: "144".into(),
                post: post.into(),
            },
            published_ore,
            row_sum_ore: published_ore,
            accepted: None,
        }
    }

    fn import() -> AccountsImport {
        AccountsImport {
            name: AccountsImportName::parse("accountsImports/2025-03").unwrap(),
            version: 1,
            start_on: day("2025-03-01"),
            end_on: day("2025-03-31"),
            source: "Regnskapssystemet".into(),
            source_on: day("2025-04-02"),
            rounded_to_ore: control::EXACT_ORE,
            aggregate: false,
            chart_edition: ChartEditionName::parse("charts/artskonto/editions/2025").unwrap(),
            control_totals: Json(vec![total("01", 0), total("70", 1_500)]),
            row_count: 1,
            zero_row_count: 0,
            state: State::Imported,
            reversal_reason: String::new(),
            created_at: DateTime::default(),
            rows_digest: Vec::new(),
        }
    }

    fn row() -> AccountRow {
        let import = import().name;
        AccountRow {
            name: AccountRowName::new(import.as_str(), "1").unwrap(),
            accounts_import: import,
            number: 1,
            voucher: Some("30001".into()),
            day: day("2025-03-14"),
            chapter: "144".into(),
            post: "70".into(),
            sub_post: String::new(),
            account: "876".into(),
            amount_ore: 1_500,
            description: String::new(),
            agreement: String::new(),
            corrects: String::new(),
        }
    }

    #[test]
    fn rows_count_on_their_days_and_control_totals_on_the_last() {
        let facts = import().facts(&[row()]);
        let told: Vec<_> = facts
            .iter()
            .map(|it| {
                let dimensions: Vec<_> = it.dimensions.iter().collect();
                format!(
                    "{} {} {} {dimensions:?} {}",
                    it.measure, it.effective_on, it.value, it.subject
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "governance.accounts 2025-03-14 1500 \
                 [(\"account\", \"876\"), (\"chapter\", \"144\"), (\"post\", \"70\")] \
                 accountsImports/2025-03/rows/1",
                "governance.accounts_control 2025-03-31 0 \
                 [(\"chapter\", \"144\"), (\"post\", \"01\")] accountsImports/2025-03",
                "governance.accounts_control 2025-03-31 1500 \
                 [(\"chapter\", \"144\"), (\"post\", \"70\")] accountsImports/2025-03",
            ]
        );
    }

    #[test]
    fn a_reversed_import_counts_nothing_and_is_not_reversed_again() {
        let reversed = import().reverse("Feil fil".into()).unwrap();
        assert_eq!((reversed.version, reversed.state), (2, State::Reversed));
        assert_eq!(reversed.facts(&[row()]), []);
        let refusal = reversed.reverse("Igjen".into()).unwrap_err();
        assert_eq!(refusal.texts, &reason::WRONG_STATE);
    }

    /// The facts of an import and those of its reversal cancel, day by day.
    #[test]
    fn a_reversal_is_the_opposite_facts_on_the_same_days() {
        let before = import().facts(&[row()]);
        let opposite: Vec<_> = before.iter().map(Fact::reversed).collect();
        assert_eq!(Fact::changes(&before, &[]), opposite);
        let days = |facts: &[Fact]| facts.iter().map(|it| it.effective_on).collect::<Vec<_>>();
        assert_eq!(days(&before), days(&opposite));
    }
}

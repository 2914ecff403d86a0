//! What a fact is of, read at its source with the caller's own token.

use std::fmt::Write;

use anyhow::{Result, bail};
use proto::google::r#type::{Date, Money};
use proto::governance::v1 as governance;
use proto::governance::v1::CountedFact;
use proto::grants::v1 as grants;
use proto::spending::v1 as spending;

use crate::ask::ask;
use crate::caller::Caller;
use crate::client::{Client, Refusal};
use crate::kroner::kroner;

/// What a fact is of, at its source.
#[derive(Debug)]
pub(super) struct Row {
    /// In one line, or why it is not opened.
    pub(super) words: String,
    /// What the row itself says that it amounts to, in øre: one of these. Empty where its facts are of
    /// something else.
    amounts_ore: Vec<i128>,
    /// The day that it counts on, where it says so.
    day: Option<Date>,
}

impl Row {
    /// A row whose facts do not say what it amounts to.
    fn told(words: String) -> Self {
        Self {
            words,
            amounts_ore: Vec::new(),
            day: None,
        }
    }

    /// In what the fact differs from its row. A reversal, and a payment that came back, is the opposite
    /// amount.
    pub(super) fn differs_from(&self, fact: &CountedFact) -> Option<String> {
        let value = i128::from(fact.value);
        let is_payment = fact.subject.contains("/disbursements/");
        let expected = match fact.reversal {
            true => -value,
            false => value,
        };
        let is_amount = |it: &i128| *it == expected || (is_payment && *it == -expected);
        if !self.amounts_ore.is_empty() && !self.amounts_ore.iter().any(is_amount) {
            let of_row: Vec<_> = self.amounts_ore.iter().map(|it| kroner(*it)).collect();
            let (fact, row) = (kroner(expected), of_row.join(" or "));
            return Some(format!("the fact is of {fact}, its row of {row}"));
        }
        let (fact, row) = (fact.effective_date?, self.day?);
        let came_back = is_payment && expected < 0;
        (fact != row && !came_back).then(|| {
            let (fact, row) = (date(&fact), date(&row));
            format!("the fact is of {fact}, its row of {row}")
        })
    }
}

/// What a fact is of, or why it is not opened.
pub(super) async fn opened(client: &mut Client, caller: &Caller, fact: &CountedFact) -> Row {
    let row = row(client, caller, &fact.subject).await;
    row.unwrap_or_else(|error| Row::told(not_opened(&error)))
}

fn not_opened(error: &anyhow::Error) -> String {
    match error.downcast_ref::<Refusal>() {
        Some(refusal) => format!("not opened: {}", refusal.headline()),
        None => format!("not opened: {error:#}"),
    }
}

async fn row(client: &mut Client, caller: &Caller, subject: &str) -> Result<Row> {
    let collections: Vec<_> = subject.split('/').step_by(2).collect();
    match collections.as_slice() {
        ["agreements", ..] | ["allocationLines"] => {
            grants_row(client, caller, subject, &collections).await
        }
        _ => governance_row(client, caller, subject, &collections).await,
    }
}

async fn grants_row(
    client: &mut Client,
    caller: &Caller,
    subject: &str,
    collections: &[&str],
) -> Result<Row> {
    let name = subject.to_owned();
    Ok(match collections {
        ["agreements", "disbursements"] => {
            let request = spending::GetDisbursementRequest {
                name,
                read_time: None,
            };
            let it = ask(client, caller, &request).await?;
            let corrected = match it.correction_reason.as_str() {
                "" => "",
                _ => " (corrected)",
            };
            let paid = it.paid_date.map_or_else(String::new, |it| date(&it)) + corrected;
            let debited = money(it.debited.as_ref());
            let mut words = format!("payment of {debited}, paid {paid}, voucher {}", it.voucher);
            let parts = it.returns.iter().filter_map(|it| it.amount.as_ref());
            for part in parts.clone() {
                let _ = write!(words, ", {} came back", money(Some(part)));
            }
            let amounts_ore = it.debited.iter().chain(parts).map(ore);
            // A correction moves what the row says, and later facts follow it.
            let is_as_paid = it.correction_reason.is_empty();
            Row {
                words,
                amounts_ore: amounts_ore.filter(|_| is_as_paid).collect(),
                day: it.paid_date.filter(|_| is_as_paid),
            }
        }
        ["agreements"] => {
            let request = grants::GetAgreementRequest {
                name,
                read_time: None,
            };
            let it = ask(client, caller, &request)
                .await?
                .recipient
                .unwrap_or_default();
            let (name, kind) = (it.display_name, it.r#type);
            Row::told(format!("agreement with {name} (type {kind})"))
        }
        ["allocationLines"] => {
            let request = spending::GetAllocationLineRequest {
                name,
                read_time: None,
            };
            let it = ask(client, caller, &request).await?;
            let document = it.document.unwrap_or_default();
            Row {
                words: format!("line of {}, {}", money(it.amount.as_ref()), document.title),
                amounts_ore: it.amount.as_ref().map(ore).into_iter().collect(),
                day: None,
            }
        }
        _ => bail!("{subject} is not a kind of row that norec can open"),
    })
}

async fn governance_row(
    client: &mut Client,
    caller: &Caller,
    subject: &str,
    collections: &[&str],
) -> Result<Row> {
    let name = subject.to_owned();
    Ok(match collections {
        ["accountsImports", "rows"] => {
            let it = ask(client, caller, &governance::GetAccountRowRequest { name }).await?;
            let what = if it.aggregate {
                "aggregate".to_owned()
            } else {
                format!("voucher {}", it.voucher)
            };
            let (account, amount) = (it.account, money(it.amount.as_ref()));
            let words = [it.text, it.agreement].join(" ");
            Row {
                words: format!("{what}, account {account}, {amount} {}", words.trim()),
                amounts_ore: it.amount.as_ref().map(ore).into_iter().collect(),
                day: it.date,
            }
        }
        ["accountsImports"] => {
            let request = governance::GetAccountsImportRequest {
                name,
                read_time: None,
            };
            let it = ask(client, caller, &request).await?;
            let totals = it.control_totals.iter().filter_map(|it| it.amount.as_ref());
            Row {
                words: format!("control total of {}", it.source),
                amounts_ore: totals.map(ore).collect(),
                day: it.end_date,
            }
        }
        ["appropriations"] => {
            let request = governance::GetAppropriationRequest {
                name,
                read_time: None,
            };
            let it = ask(client, caller, &request).await?;
            let (kind, amount) = (it.kind().as_str_name(), money(it.amount.as_ref()));
            Row {
                words: format!("{kind} {amount}, {}", it.source),
                amounts_ore: it.amount.as_ref().map(ore).into_iter().collect(),
                day: it.effective_date,
            }
        }
        _ => bail!("no RPC of this tool's opens {subject}"),
    })
}

/// A difference between a control total and its rows that a person answers for.
pub(super) fn accepted(it: &governance::AcceptedTotal) -> String {
    let total = it.control_total.clone().unwrap_or_default();
    let post = total.post.unwrap_or_default();
    let accepted = total.accepted_difference.unwrap_or_default();
    format!(
        "{} {}.{}: control total {}, sum of the rows {}; the difference {} is accepted by {}: {}",
        it.accounts_import,
        post.chapter,
        post.post,
        money(total.amount.as_ref()),
        money(total.row_sum.as_ref()),
        money(accepted.amount.as_ref()),
        accepted.accepted_by,
        accepted.reason
    )
}

fn money(money: Option<&Money>) -> String {
    money.map_or_else(String::new, |it| kroner(ore(it)))
}

fn ore(money: &Money) -> i128 {
    i128::from(money.units) * 100 + i128::from(money.nanos / 10_000_000)
}

pub(super) fn date(date: &Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    /// AC-02: an accepted difference stands in the explanation.
    #[test]
    fn an_accepted_difference_is_told_with_who_answers_for_it() {
        let nok = |ore: i64| Some(platform::nok(ore));
        let it = governance::AcceptedTotal {
            accounts_import: "accountsImports/2025".to_owned(),
            control_total: Some(governance::ControlTotal {
                post: Some(proto::common::v1::Post {
                    chapter: "144".to_owned(),
                    post: "01".to_owned(),
                }),
                amount: nok(7_240_000_000),
                row_sum: nok(7_080_000_000),
                rounding_difference: nok(160_000_000),
                accepted_difference: Some(governance::AcceptedDifference {
                    amount: nok(160_000_000),
                    reason: "Kilden mangler en rad".to_owned(),
                    accepted_by: "persons/kari".to_owned(),
                }),
            }),
        };
        assert_eq!(
            accepted(&it),
            "accountsImports/2025 144.01: control total 72 400 000,00, sum of the rows 70 800 000,00; \
             the difference 1 600 000,00 is accepted by persons/kari: Kilden mangler en rad"
        );
    }

    #[test]
    fn what_the_caller_may_not_read_is_one_line_with_the_reason() {
        let refusal = Refusal {
            code: Code::PermissionDenied,
            reason: Some("ROLE_MISSING".to_owned()),
            trace_id: Some("4bf9".to_owned()),
            ..Refusal::unreachable("You need another role.".to_owned())
        };
        let error =
            anyhow::Error::new(refusal).context("/norec.spending.v1.DisbursementService/Get");
        assert_eq!(
            not_opened(&error),
            "not opened: PERMISSION_DENIED ROLE_MISSING: You need another role."
        );
    }

    /// B-T13: a fact whose row says something else is told apart, and one that a correction explains is
    /// not.
    #[test]
    fn a_fact_differs_from_a_row_of_another_amount_or_day() {
        let day = |day| Date {
            year: 2025,
            month: 3,
            day,
        };
        let row = |amounts: &[i128], on: Option<i32>| Row {
            words: String::new(),
            amounts_ore: amounts.to_vec(),
            day: on.map(day),
        };
        let fact = |subject: &str, value, reversal| CountedFact {
            subject: subject.into(),
            effective_date: Some(day(3)),
            value,
            reversal,
            ..CountedFact::default()
        };
        let (payment, voucher) = ("agreements/1/disbursements/1", "accountsImports/1/rows/1");
        for (row, fact, differs) in [
            (row(&[70_00], Some(3)), fact(voucher, 7000, false), false),
            (row(&[70_00], Some(3)), fact(voucher, -7000, true), false),
            (row(&[70_01], Some(3)), fact(voucher, 7000, false), true),
            (row(&[70_00], Some(3)), fact(voucher, -7000, false), true),
            (row(&[70_00], Some(4)), fact(voucher, 7000, false), true),
            (row(&[70_00], None), fact(payment, 7000, false), false),
            (row(&[70_00], Some(4)), fact(payment, -7000, false), false),
            (row(&[70_01], None), fact(payment, -7000, true), true),
            (
                row(&[1, 70_00], Some(3)),
                fact("accountsImports/1", 7000, false),
                false,
            ),
            (row(&[], None), fact("agreements/1", 1, false), false),
        ] {
            let told = row.differs_from(&fact);
            assert_eq!(told.is_some(), differs, "{row:?} {fact:?} {told:?}");
        }
    }
}

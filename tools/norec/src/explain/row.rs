//! What a fact is of, read at its source with the caller's own token.

use anyhow::{Result, bail};
use proto::google::r#type::{Date, Money};
use proto::governance::v1 as governance;
use proto::grants::v1 as grants;
use proto::spending::v1 as spending;

use crate::ask::ask;
use crate::caller::Caller;
use crate::client::{Client, Refusal};
use crate::kroner::kroner;

/// What a fact is of in one line, or why it is not opened.
pub(super) async fn opened(client: &mut Client, caller: &Caller, subject: &str) -> String {
    let row = row(client, caller, subject).await;
    row.unwrap_or_else(|error| not_opened(&error))
}

fn not_opened(error: &anyhow::Error) -> String {
    match error.downcast_ref::<Refusal>() {
        Some(refusal) => format!("not opened: {}", refusal.headline()),
        None => format!("not opened: {error:#}"),
    }
}

async fn row(client: &mut Client, caller: &Caller, subject: &str) -> Result<String> {
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
) -> Result<String> {
    let name = subject.to_owned();
    Ok(match collections {
        ["agreements", "disbursements"] => {
            let request = spending::GetDisbursementRequest {
                name,
                read_time: None,
            };
            let it = ask(client, caller, &request).await?;
            let paid = it.paid_date.map_or_else(String::new, |it| date(&it));
            format!(
                "payment of {}, paid {paid}, voucher {}",
                money(it.amount.as_ref()),
                it.voucher
            )
        }
        ["agreements"] => {
            let request = grants::GetAgreementRequest {
                name,
                read_time: None,
            };
            let recipient = ask(client, caller, &request)
                .await?
                .recipient
                .unwrap_or_default();
            format!(
                "agreement with {} (type {})",
                recipient.display_name, recipient.r#type
            )
        }
        ["allocationLines"] => {
            let request = spending::GetAllocationLineRequest {
                name,
                read_time: None,
            };
            let it = ask(client, caller, &request).await?;
            let document = it.document.unwrap_or_default();
            format!("line of {}, {}", money(it.amount.as_ref()), document.title)
        }
        _ => bail!("{subject} is not a kind of row that norec can open"),
    })
}

async fn governance_row(
    client: &mut Client,
    caller: &Caller,
    subject: &str,
    collections: &[&str],
) -> Result<String> {
    let name = subject.to_owned();
    Ok(match collections {
        ["accountsImports", "rows"] => {
            let it = ask(client, caller, &governance::GetAccountRowRequest { name }).await?;
            let what = if it.aggregate {
                "aggregate".to_owned()
            } else {
                format!("voucher {}", it.voucher)
            };
            let words = [it.text, it.agreement].join(" ");
            format!(
                "{what}, account {}, {} {}",
                it.account,
                money(it.amount.as_ref()),
                words.trim()
            )
        }
        ["accountsImports"] => {
            let request = governance::GetAccountsImportRequest {
                name,
                read_time: None,
            };
            format!(
                "control total of {}",
                ask(client, caller, &request).await?.source
            )
        }
        ["appropriations"] => {
            let request = governance::GetAppropriationRequest {
                name,
                read_time: None,
            };
            let it = ask(client, caller, &request).await?;
            format!(
                "{} {}, {}",
                it.kind().as_str_name(),
                money(it.amount.as_ref()),
                it.source
            )
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
    money.map_or_else(String::new, |it| {
        kroner(i128::from(it.units) * 100 + i128::from(it.nanos / 10_000_000))
    })
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
}

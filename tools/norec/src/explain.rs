//! `norec explain`: opens a figure down to its rows, and each row at its source, with the caller's
//! own token: who may not read a payment sees that there is one, and no more.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;
use proto::feed::v1::measure::Unit;
use proto::governance::v1 as governance;
use proto::grants::v1 as grants;

use crate::ask::ask;
use crate::caller::{Caller, CallerArgs};
use crate::client::Client;
use crate::console::answer;
use crate::installation::Installation;

/// Open a figure: its formula, its groups, its facts, and what each fact is of, at its source
#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// Name of the figure, such as cutoffs/2025-03-e1/figures/utbetalt-1
    figure: String,

    /// Only this group, by the values of its key in their order
    #[arg(long, value_name = "VALUE")]
    group: Vec<String>,

    /// Facts that are opened at the most
    #[arg(long, value_name = "N", default_value_t = 50)]
    facts: usize,

    #[command(flatten)]
    caller: CallerArgs,
}

pub(crate) async fn run(installation: &Installation, args: ExplainArgs) -> Result<ExitCode> {
    let mut client = Client::of(installation)?;
    explain(
        &mut client,
        &args.caller.into(),
        &args.figure,
        &args.group,
        args.facts,
    )
    .await?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the figure as a tree.
pub(crate) async fn explain(
    client: &mut Client,
    caller: &Caller,
    figure: &str,
    group: &[String],
    facts_max: usize,
) -> Result<()> {
    let mut request = governance::ExplainFigureRequest {
        name: figure.to_owned(),
        group: group.to_vec(),
        page_size: 200,
        page_token: String::new(),
    };
    let mut opened = 0;
    let (mut sum, mut count, mut unit) = (0_i64, 0_usize, Unit::Unspecified);
    loop {
        let page = ask(client, caller, &request).await?;
        if request.page_token.is_empty() {
            unit = page
                .figure
                .as_ref()
                .map(governance::Figure::unit)
                .unwrap_or_default();
            print_head(&page, unit)?;
        }
        for fact in &page.facts {
            count += 1;
            sum += if fact.term == 2 {
                -fact.value
            } else {
                fact.value
            };
            if opened < facts_max {
                opened += 1;
                print_fact(client, caller, fact, unit).await?;
            }
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let rest = if count > opened {
        format!(", {} of them not opened", count - opened)
    } else {
        String::new()
    };
    answer(format_args!(
        "   └ {count} facts{rest}; their sum is {}",
        amount(sum, unit)
    ))?;
    Ok(())
}

fn print_head(page: &governance::ExplainFigureResponse, unit: Unit) -> Result<()> {
    let (Some(figure), Some(indicator)) = (&page.figure, &page.indicator) else {
        bail!("the answer has no figure");
    };
    answer(format_args!(
        "{}: {}",
        figure.name,
        value(figure.value.as_ref(), unit)
    ))?;
    answer(format_args!(
        "   {} ({})",
        indicator.title_nb, indicator.source_clause
    ))?;
    answer(format_args!(
        "   formula: {}",
        formula(indicator.formula.as_ref())
    ))?;
    for group in &figure.groups {
        answer(format_args!(
            "   ├ {}: {} of {} facts",
            group.key.join(" · "),
            value(group.value.as_ref(), unit),
            group.fact_count
        ))?;
    }
    Ok(())
}

async fn print_fact(
    client: &mut Client,
    caller: &Caller,
    fact: &governance::CountedFact,
    unit: Unit,
) -> Result<()> {
    let day = fact.effective_date.unwrap_or_default();
    answer(format_args!(
        "   ├ {} number {}: {:04}-{:02}-{:02} {} {} [{}]",
        fact.source,
        fact.number,
        day.year,
        day.month,
        day.day,
        fact.measure,
        amount(fact.value, unit),
        fact.key.join(" · "),
    ))?;
    let row = match row(client, caller, &fact.subject).await {
        Ok(row) => row,
        Err(error) => format!("not opened: {error}"),
    };
    answer(format_args!(
        "   │   {} {} — {row}",
        fact.subject, fact.entry
    ))?;
    Ok(())
}

/// What a fact is of, read at its source.
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
            let request = grants::GetDisbursementRequest {
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
        _ => {
            let request = grants::GetAllocationLineRequest {
                name,
                read_time: None,
            };
            let it = ask(client, caller, &request).await?;
            let document = it.document.unwrap_or_default();
            format!("line of {}, {}", money(it.amount.as_ref()), document.title)
        }
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
            format!(
                "{what}, account {}, {} {}",
                it.account,
                money(it.amount.as_ref()),
                it.text
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

/// A formula in one line.
fn formula(formula: Option<&governance::Formula>) -> String {
    use governance::formula::Kind;
    let sum = |it: &Option<governance::Sum>| {
        let it = it.clone().unwrap_or_default();
        let filters = it
            .filters
            .iter()
            .map(|it| format!(" {} {}", it.dimension, it.values.join("|")));
        format!(
            "({}{})",
            it.measures.join(" + "),
            filters.collect::<String>()
        )
    };
    let Some(formula) = formula else {
        return String::new();
    };
    let text = match &formula.kind {
        Some(Kind::Sum(it)) => sum(&Some(it.clone())),
        Some(Kind::Difference(it)) => format!("{} − {}", sum(&it.minuend), sum(&it.subtrahend)),
        Some(Kind::Share(it)) => format!("{} / {}", sum(&it.numerator), sum(&it.denominator)),
        None => String::new(),
    };
    if formula.group_by.is_empty() {
        text
    } else {
        format!("{text} by {}", formula.group_by.join(", "))
    }
}

/// A value as people write it, in its unit.
pub(crate) fn value(value: Option<&governance::Value>, unit: Unit) -> String {
    use governance::value::Status;
    let Some(value) = value else {
        return String::new();
    };
    match value.status() {
        Status::Computed if value.denominator != 0 => {
            format!("{} / {}", value.amount, value.denominator)
        }
        Status::Computed => amount(value.amount, unit),
        Status::NotPublished => format!("ikke offentliggjort ({})", value.missing_measure),
        _ => format!("kan ikke beregnes ({})", value.missing_measure),
    }
}

/// An amount in its unit: kroner for øre, else the number.
fn amount(amount: i64, unit: Unit) -> String {
    match unit {
        Unit::NokOre => kroner(amount),
        _ => amount.to_string(),
    }
}

/// Øre as kroner: `-1 234,50`.
fn kroner(ore: i64) -> String {
    let digits = (ore.unsigned_abs() / 100).to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    let sign = if ore < 0 { "−" } else { "" };
    format!("{sign}{text},{:02}", ore.unsigned_abs() % 100)
}

fn money(money: Option<&proto::google::r#type::Money>) -> String {
    money.map_or_else(String::new, |it| {
        kroner(
            it.units
                .saturating_mul(100)
                .saturating_add(i64::from(it.nanos / 10_000_000)),
        )
    })
}

fn date(date: &proto::google::r#type::Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_kroner() {
        for (ore, text) in [(0, "0,00"), (-5, "−0,05"), (123_456_789, "1 234 567,89")] {
            assert_eq!(kroner(ore), text);
        }
    }
}

//! `norec explain`: opens a figure down to its rows, and each row at its source, with the caller's
//! own token: who may not read a payment sees that there is one, and no more.

mod row;

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use proto::feed::v1::measure::Unit;
use proto::governance::v1::formula::Kind;
use proto::governance::v1::value::Status;
use proto::governance::v1::{
    CountedFact, ExplainFigureRequest, Figure, Formula, Indicator, Sum, Value,
};

use crate::ask::ask;
use crate::caller::{Caller, CallerArgs};
use crate::client::Client;
use crate::console::{answer, say};
use crate::installation::Installation;
use crate::kroner::kroner;

/// Open a figure: its formula, its groups, its facts, and what each fact is of, at its source
///
/// A fact whose row says another amount or day is marked DIFFERS, and the command exits with 1.
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
    let differing = explain(
        &mut client,
        &args.caller.into(),
        &args.figure,
        &args.group,
        args.facts,
    )
    .await?;
    Ok(match differing {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Prints the figure as a tree, and answers how many of the facts that were opened differ from their
/// rows.
pub(crate) async fn explain(
    client: &mut Client,
    caller: &Caller,
    figure: &str,
    group: &[String],
    facts_max: usize,
) -> Result<usize> {
    let mut request = ExplainFigureRequest {
        name: figure.to_owned(),
        group: group.to_vec(),
        page_size: 200,
        page_token: String::new(),
    };
    let mut page = ask(client, caller, &request).await?;
    let figure = page.figure.take().context("the answer has no figure")?;
    let indicator = page.indicator.take().unwrap_or_default();
    let accepted = std::mem::take(&mut page.accepted_differences);
    ensure!(
        group.is_empty() || figure.groups.iter().any(|it| it.key == group),
        "{} has no group {}; it has {}",
        figure.name,
        group.join(" · "),
        keys(&figure).join(", ")
    );
    let formula = indicator.formula.clone().unwrap_or_default();
    let unit = unit_of(&formula, figure.unit());
    print_head(&figure, &indicator, &formula, unit)?;

    let (mut count, mut opened, mut differing) = (0_usize, 0_usize, 0_usize);
    let mut sums = [0_i128; 2];
    loop {
        for fact in &page.facts {
            count += 1;
            sums[usize::from(fact.term == 2)] += i128::from(fact.value);
            if opened < facts_max {
                opened += 1;
                let differs = print_fact(client, caller, fact, &formula, unit).await?;
                differing += usize::from(differs);
            }
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
        page = ask(client, caller, &request).await?;
    }
    let rest = match count - opened {
        0 => String::new(),
        rest => format!(", {rest} of them not opened"),
    };
    for it in &accepted {
        answer(format_args!("   ├ {}", row::accepted(it)))?;
    }
    let total = total(&formula, sums, unit);
    let facts = counted(i128::try_from(count)?, "fact");
    answer(format_args!("   └ {facts}{rest}; {total}"))?;
    if differing > 0 {
        let which = match differing {
            1 => "1 fact differs from its row".to_owned(),
            many => format!("{many} facts differ from their rows"),
        };
        say(format_args!("norec: {}: {which}", figure.name));
    }
    Ok(differing)
}

/// `1 fact`, `7 facts`.
fn counted(count: impl Into<i128>, what: &str) -> String {
    match count.into() {
        1 => format!("1 {what}"),
        many => format!("{many} {what}s"),
    }
}

fn keys(figure: &Figure) -> Vec<String> {
    figure.groups.iter().map(|it| it.key.join(" · ")).collect()
}

fn print_head(figure: &Figure, indicator: &Indicator, formula: &Formula, unit: Unit) -> Result<()> {
    let shown = value(figure.value.as_ref(), unit);
    answer(format_args!("{}: {shown}", figure.name))?;
    let (title, clause) = (&indicator.title_nb, &indicator.source_clause);
    answer(format_args!("   {title} ({clause})"))?;
    answer(format_args!("   formula: {}", written(formula)))?;
    for (key, group) in keys(figure).iter().zip(&figure.groups) {
        let shown = value(group.value.as_ref(), unit);
        answer(format_args!(
            "   ├ {key}: {shown} of {}",
            counted(group.fact_count, "fact")
        ))?;
    }
    Ok(())
}

async fn print_fact(
    client: &mut Client,
    caller: &Caller,
    fact: &CountedFact,
    formula: &Formula,
    unit: Unit,
) -> Result<bool> {
    let part = match (&formula.kind, fact.term) {
        (Some(Kind::Difference(_)), 1) => " minuend",
        (Some(Kind::Difference(_)), _) => " subtrahend",
        (Some(Kind::Share(_)), 1) => " numerator",
        (Some(Kind::Share(_)), _) => " denominator",
        _ => "",
    };
    let reversal = if fact.reversal { " reversal" } else { "" };
    answer(format_args!(
        "   ├ {} number {}: {} {} {}{reversal} [{}]{part}",
        fact.source,
        fact.number,
        row::date(&fact.effective_date.unwrap_or_default()),
        fact.measure,
        amount(fact.value.into(), unit),
        fact.key.join(" · "),
    ))?;
    let row = row::opened(client, caller, fact).await;
    answer(format_args!(
        "   │   {} {} — {}",
        fact.subject, fact.entry, row.words
    ))?;
    let difference = row.differs_from(fact);
    if let Some(difference) = &difference {
        answer(format_args!("   │   DIFFERS: {difference}"))?;
    }
    Ok(difference.is_some())
}

/// What the facts sum to, in each part of the formula.
fn total(formula: &Formula, sums: [i128; 2], unit: Unit) -> String {
    let [first, second] = sums.map(|it| amount(it, unit));
    match formula.kind {
        Some(Kind::Difference(_)) => {
            let difference = amount(sums[0] - sums[1], unit);
            format!("minuend {first} − subtrahend {second} = {difference}")
        }
        Some(Kind::Share(_)) => {
            format!("numerator {first}, denominator {second}, in the measures' units, money in øre")
        }
        _ => format!("their sum is {first}"),
    }
}

/// What amounts are in. The two parts of a share may be in two units, of which a figure names one:
/// they are shown as the integers they are.
fn unit_of(formula: &Formula, unit: Unit) -> Unit {
    match formula.kind {
        Some(Kind::Share(_)) => Unit::Unspecified,
        _ => unit,
    }
}

/// A formula in one line.
fn written(formula: &Formula) -> String {
    let sum = |it: &Option<Sum>| {
        let it = it.clone().unwrap_or_default();
        let filters = it.filters.iter().map(|it| {
            let prefixes = it.prefixes.iter().map(|it| format!("{it}*"));
            let counted: Vec<_> = it.values.iter().cloned().chain(prefixes).collect();
            format!(" {} {}", it.dimension, counted.join("|"))
        });
        format!(
            "({}{})",
            it.measures.join(" + "),
            filters.collect::<String>()
        )
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
pub(crate) fn value(value: Option<&Value>, unit: Unit) -> String {
    let Some(value) = value else {
        return String::new();
    };
    match value.status() {
        Status::Computed if value.denominator != 0 => {
            format!("{} / {}", value.amount, value.denominator)
        }
        Status::Computed => amount(value.amount.into(), unit),
        Status::NotPublished => format!("ikke offentliggjort ({})", value.missing_measure),
        Status::NotOfPeriod => {
            format!("kan ikke beregnes for perioden ({})", value.missing_measure)
        }
        _ => format!("kan ikke beregnes ({})", value.missing_measure),
    }
}

/// An amount in its unit: kroner for øre, else the number.
fn amount(amount: i128, unit: Unit) -> String {
    match unit {
        Unit::NokOre => kroner(amount),
        _ => amount.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proto::governance::v1::{Difference, Filter, Share};

    use super::*;

    #[test]
    fn a_formula_shows_the_values_and_prefixes_that_it_counts() {
        let owned = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
        let sum = Sum {
            measures: owned(&["grants.disbursed"]),
            filters: vec![Filter {
                dimension: "sector".to_owned(),
                values: owned(&["15150"]),
                prefixes: owned(&["11", "114"]),
            }],
        };
        let formula = Formula {
            kind: Some(Kind::Sum(sum)),
            group_by: owned(&["post"]),
        };
        let expected = "(grants.disbursed sector 15150|11*|114*) by post";
        assert_eq!(written(&formula), expected);
    }

    /// CU-13: a period that has no figure of firsts says so.
    #[test]
    fn what_has_no_value_says_why() {
        for (status, expected) in [
            (Status::NotPublished, "ikke offentliggjort (m)"),
            (Status::NotComputable, "kan ikke beregnes (m)"),
            (Status::NotOfPeriod, "kan ikke beregnes for perioden (m)"),
        ] {
            let missing = Value {
                status: status.into(),
                missing_measure: "m".to_owned(),
                ..Default::default()
            };
            assert_eq!(value(Some(&missing), Unit::Count), expected);
        }
    }

    #[test]
    fn the_facts_of_a_figure_are_summed_in_each_part_of_its_formula() {
        let of = |kind| Formula {
            kind: Some(kind),
            group_by: Vec::new(),
        };
        let table = [
            (
                of(Kind::Sum(Sum::default())),
                [270_000_000, 0],
                "their sum is 2 700 000,00",
            ),
            (
                of(Kind::Difference(Difference::default())),
                [270_000_000, 310_000_000],
                "minuend 2 700 000,00 − subtrahend 3 100 000,00 = −400 000,00",
            ),
            (
                of(Kind::Share(Share::default())),
                [160_000_000, 270_000_000],
                "numerator 160000000, denominator 270000000, in the measures' units, money in øre",
            ),
        ];
        for (formula, sums, expected) in table {
            let unit = unit_of(&formula, Unit::NokOre);
            assert_eq!(total(&formula, sums, unit), expected);
        }
    }
}

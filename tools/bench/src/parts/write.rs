//! Writes by one caller, commits waiting for the disk: `CreateAgreement` and `RequestDisbursement` ÷ pgbench of
//! one transaction of frozen statements (`sql/`), on a copy of the database.
//!
//! The statements are frozen: what ours later does better, or beside, moves the ratio.

use anyhow::{Context, Result};

use super::agreements::{Grants, Stage, in_turn, name};
use crate::caller::Caller;
use crate::console::say;
use crate::load::{one_by_one, pgbench};
use crate::stats::{median, ratios};
use crate::suite::{Run, begin};
use crate::table::{Found, Limits, Row};
use crate::world::{new_agreement, new_payment};

const ROUNDS: usize = 20;
const CALLS: usize = 80;

#[derive(Clone, Copy)]
enum Write {
    Create,
    Request,
}

impl Write {
    async fn block(self, officer: &Caller, round: usize) -> Result<f64> {
        match self {
            Self::Create => one_by_one(CALLS, |_| officer.call(new_agreement(""))).await,
            Self::Request => {
                let payment = |it| new_payment(&name(round * CALLS + it));
                one_by_one(CALLS, |it| officer.call(payment(it))).await
            }
        }
    }

    fn script(self) -> &'static str {
        match self {
            Self::Create => include_str!("../../sql/create_agreement.sql"),
            Self::Request => include_str!("../../sql/request_disbursement.sql"),
        }
    }

    fn row(self, found: Vec<Found>) -> Row {
        let (what, limits) = match self {
            Self::Create => ("`write`: CreateAgreement, one caller", (1.6, 1.4)),
            Self::Request => ("`write`: RequestDisbursement, one caller", (1.7, 1.5)),
        };
        Row {
            what,
            yardstick: "÷ pgbench of the frozen statements",
            limits: Limits::AtMost(Some(limits.0), Some(limits.1)),
            found,
        }
    }
}

pub(crate) async fn run(asked: &Run) -> Result<Vec<Row>> {
    let (sides, rounds) = (&asked.sides[..], asked.rounds(ROUNDS));
    let mut stage = Stage::set("write", sides).await?;
    let twin = twin(&mut stage)?;
    let mut officers = Vec::new();
    for it in &stage.grants {
        officers.extend(stage.suite.officers(&it.program, 1)?);
    }
    let mut rows = Vec::new();
    for write in [Write::Create, Write::Request] {
        begin("write", "blocks alternate");
        let script = stage.suite.folder.join("script.sql");
        std::fs::write(&script, write.script())?;
        let program = stage.suite.cluster.program("pgbench");
        let mut took = vec![Vec::new(); officers.len() + 1];
        for round in 0..=rounds {
            for place in in_turn(officers.len() + 1, round) {
                let micros = match officers.get(place) {
                    Some(officer) => write.block(officer, round).await?,
                    None => pgbench(&program, &twin, &script, CALLS)?,
                };
                // The first one warms up.
                took[place].extend((round > 0).then_some(micros));
            }
        }
        let micros: Vec<_> = took.iter().map(|it| format!("{:.0}", median(it))).collect();
        say(format!(
            "  {} µs, the last of them pgbench",
            micros.join(", ")
        ));
        let yardstick = took.pop().context("the yardstick")?;
        let found = took.iter().map(|it| Found::Ratios(ratios(it, &yardstick)));
        rows.push(write.row(found.collect()));
    }
    Ok(rows)
}

/// The URL of a copy of our side's database, taken while nobody is connected to it.
fn twin(stage: &mut Stage) -> Result<String> {
    let ours = stage.grants.pop().context("a side")?;
    drop(ours.program);
    let of = format!("grants_{}", ours.side.name);
    let twin = stage.suite.copy("grants_twin", "grants", &of)?;
    stage.suite.sql("grants_twin", "vacuum analyze")?;
    let program = stage.suite.grants(&ours.side, &ours.database)?;
    stage.grants.push(Grants { program, ..ours });
    Ok(twin.app_url)
}

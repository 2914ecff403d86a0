//! `GetAgreement` by 32 callers on one connection: ours a second ÷ bare tonic that answers the same message.

use std::time::Duration;

use anyhow::{Context, Result};

use super::agreements::{Stage, get, in_turn};
use crate::caller::Caller;
use crate::load::per_second;
use crate::suite::{Run, begin};
use crate::table::{Found, Limits, Row};

const ROUNDS: usize = 16;
const BLOCK: Duration = Duration::from_millis(1500);
const CALLERS: usize = 32;

pub(crate) async fn run(asked: &Run) -> Result<Vec<Row>> {
    let (sides, rounds) = (&asked.sides[..], asked.rounds(ROUNDS));
    let stage = Stage::set("throughput", sides).await?;
    let bare = stage.bare(stage.grants.last().context("a side")?).await?;
    let programs = [&bare]
        .into_iter()
        .chain(stage.grants.iter().map(|it| &it.program));
    let mut officers = Vec::new();
    for program in programs {
        officers.extend(stage.suite.officers(program, 1)?);
    }
    begin("throughput", "blocks alternate");
    let mut found = vec![Vec::new(); sides.len()];
    for round in 0..=rounds {
        let mut each = vec![0.0; officers.len()];
        for place in in_turn(officers.len(), round) {
            each[place] = block(&officers[place]).await?;
        }
        // The first one warms up.
        for (found, of_side) in found.iter_mut().zip(&each[1..]).filter(|_| round > 0) {
            found.push(of_side / each[0]);
        }
    }
    Ok(vec![Row {
        what: "`throughput`: GetAgreement, 32 callers, one connection",
        yardstick: "a second ÷ bare tonic's",
        limits: Limits::AtLeast(Some(0.36), Some(0.40)),
        found: found.into_iter().map(Found::Ratios).collect(),
    }])
}

async fn block(officer: &Caller) -> Result<f64> {
    let officer = officer.clone();
    let call = move |number| {
        let officer = officer.clone();
        async move { officer.call(get(number)).await.map(drop) }
    };
    per_second(CALLERS, BLOCK, call).await
}

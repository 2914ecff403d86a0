//! Closing a year of ten million facts: the editions after the first ÷ those of a year of a million in the same
//! run, in turn; that the first one, cold, closes at all; the longest statement of governance beside the
//! limit that it has; and governance's memory, also where an indicator has 100,000 groups.
//!
//! It runs by name only: most of its time goes into filling.

use anyhow::{Context, Result};
use sqlx::{Connection, PgConnection};

use super::close::{FACTS, YEAR, controller, source, started};
use super::closing::close;
use super::facts::{Facts, fill_followed, stand};
use crate::console::say;
use crate::process::{Program, forget_peak, memory};
use crate::stats::ratios;
use crate::suite::{Commits, Run, Side, Suite, begin};
use crate::table::{Found, Limits, Row};

const ROUNDS: usize = 3;
const LARGE: Facts = Facts {
    count: 10_000_000,
    ..FACTS
};
/// Facts of another year with a scheme of its own for every two of them.
const MANY_GROUPS: Facts = Facts {
    after: FACTS.count,
    count: 240_000,
    year: YEAR + 1,
    schemes: 1 << 40,
};
/// Statements that take less are not logged.
const LOGGED_MS: f64 = 50.0;
/// What PostgreSQL lets a statement of a service take.
const STATEMENT_MAX_MS: f64 = 15_000.0;

/// A database of governance with so many facts, served.
struct Year {
    governance: Program,
    _grants: Program,
    db: PgConnection,
}

/// What was found of one side.
struct Seen {
    ratios: Found,
    longest: Found,
    peak: Found,
    peak_of_groups: Found,
}

pub(crate) async fn run(asked: &Run) -> Result<Vec<Row>> {
    let (sides, rounds) = (&asked.sides[..], asked.rounds(ROUNDS));
    let mut seen = Vec::new();
    for side in sides {
        seen.push(of(side, rounds).await?);
    }
    let found = |of: fn(&Seen) -> &Found| seen.iter().map(|it| of(it).clone()).collect();
    Ok(vec![
        Row {
            what: "`close-large`: a later edition, 10⁷ facts",
            yardstick: "÷ that of 10⁶ facts",
            limits: Limits::AtMost(None, Some(12.0)),
            found: found(|it| &it.ratios),
        },
        Row {
            what: "`close-large`: the longest statement, cold",
            yardstick: "÷ the limit of a statement, 15 s",
            limits: Limits::AtMost(Some(5.0 / 15.0), None),
            found: found(|it| &it.longest),
        },
        Row {
            what: "`close-large`: governance's memory at its peak, MiB",
            yardstick: "–",
            limits: Limits::AtMost(Some(100.0), None),
            found: found(|it| &it.peak),
        },
        Row {
            what: "`close-large`: the same, 100,000 groups, MiB",
            yardstick: "–",
            limits: Limits::AtMost(Some(100.0), None),
            found: found(|it| &it.peak_of_groups),
        },
    ])
}

/// One side by itself, on a cluster that is gone before the next one: two would not fit on every disk.
async fn of(side: &Side, rounds: usize) -> Result<Seen> {
    let suite = Suite::start(Commits::Fast)?;
    let small = filled(&suite, side, "million", &[FACTS, MANY_GROUPS]).await?;
    let large = filled(&suite, side, "ten", &[LARGE]).await?;

    begin(
        "close-large",
        &format!("the first edition, cold, {}", side.name),
    );
    forget_peak(large.governance.pid)?;
    let cold = close(&controller(&suite, &large.governance)?, YEAR).await?;
    let peak = Found::One(memory(large.governance.pid)?.1);
    let (ratios, longest) = match cold {
        Ok(seconds) => {
            say(format!("  {seconds:.1} s"));
            let longest = longest_statement(&suite)? / STATEMENT_MAX_MS;
            let ratios = later_editions(&suite, &small, &large, rounds).await?;
            (ratios, Found::One(longest))
        }
        // A statement that was cut off is not logged with what it took.
        Err(why) => {
            let said = Found::Said(format!("the first edition does not close: {why}"));
            (said.clone(), said)
        }
    };

    begin("close-large", &format!("100,000 groups, {}", side.name));
    forget_peak(small.governance.pid)?;
    let closed = close(&controller(&suite, &small.governance)?, MANY_GROUPS.year).await?;
    let peak_of_groups = match closed {
        Ok(seconds) => {
            say(format!("  {seconds:.1} s"));
            Found::One(memory(small.governance.pid)?.1)
        }
        Err(why) => Found::Said(why),
    };
    small.db.close_hard().await?;
    large.db.close_hard().await?;
    Ok(Seen {
        ratios,
        longest,
        peak,
        peak_of_groups,
    })
}

/// A side's programs with these facts; their databases end in a name of their own.
async fn filled(suite: &Suite, side: &Side, name: &'static str, all: &[Facts]) -> Result<Year> {
    begin(
        "close-large",
        &format!("facts are filled in, {}, {name}", side.name),
    );
    let side = Side {
        name,
        programs: side.programs.clone(),
    };
    let (grants, database) = source(suite, &side).await?;
    let (of_grants, own) = (format!("grants_{name}"), format!("governance_{name}"));
    for facts in all {
        fill_followed(suite, &own, *facts)?;
    }
    let last = all.last().context("facts")?.last();
    stand(suite, &of_grants, &own, last)?;
    let logged = format!("alter database {own} set log_min_duration_statement = {LOGGED_MS}");
    suite.sql("postgres", &logged)?;
    let (governance, db) = started(suite, &side, &grants, &database, &own).await?;
    Ok(Year {
        governance,
        _grants: grants,
        db,
    })
}

async fn later_editions(suite: &Suite, small: &Year, large: &Year, rounds: usize) -> Result<Found> {
    let controllers = [small, large].map(|it| controller(suite, &it.governance));
    let [of_small, of_large] = controllers;
    let both = [of_small?, of_large?];
    let mut took = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        begin(
            "close-large",
            &format!("later editions, round {round} of {rounds}"),
        );
        for (controller, took) in both.iter().zip(&mut took) {
            match close(controller, YEAR).await? {
                Ok(seconds) => took.push(seconds),
                Err(why) => return Ok(Found::Said(why)),
            }
        }
    }
    // The first one warms up; of the million it is the first edition.
    let [of_small, of_large] = took;
    Ok(Found::Ratios(ratios(&of_large[1..], &of_small[1..])))
}

/// Milliseconds of the longest statement that the server has logged.
fn longest_statement(suite: &Suite) -> Result<f64> {
    let log = std::fs::read(suite.cluster.directory().join("log"))?;
    let log = String::from_utf8_lossy(&log);
    let durations = log.lines().filter_map(|line| {
        let (_, told) = line.split_once("duration: ")?;
        told.split(' ').next()?.parse::<f64>().ok()
    });
    Ok(durations.fold(LOGGED_MS, f64::max))
}

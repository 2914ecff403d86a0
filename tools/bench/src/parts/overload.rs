//! Twice as many calls as can be answered, on a schedule and with a deadline of a second: those answered well by
//! it, a second, ÷ the peak, the best that closed loops over the same connections have shown so far. The service and
//! PostgreSQL have one core, the callers the other.
//!
//! A run counts while its sender was in time; the memory that the service takes meanwhile is told too.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tonic::Status;

use super::agreements::{Stage, get};
use super::refusal;
use crate::caller::Caller;
use crate::console::say;
use crate::load::{open, per_second};
use crate::process::{Program, cores, forget_peak, memory, pin, pin_with_children};
use crate::suite::{Run, begin};
use crate::table::{Found, Limits, Row};
use crate::world::new_agreement;

const ROUNDS: usize = 5;
const TRIES: usize = 3;
const PEAK: Duration = Duration::from_secs(3);
const OVERLOAD: Duration = Duration::from_secs(6);
const TIMES: f64 = 2.0;
const DEADLINE: Duration = Duration::from_secs(1);
const LATE_MAX: Duration = Duration::from_millis(20);
const CONNECTIONS: usize = 16;
const CALLERS: usize = 48;

/// What was found of one side.
struct Seen {
    reads: Found,
    writes: Found,
    memory: Found,
    refusal: Found,
}

pub(crate) async fn run(asked: &Run) -> Result<Vec<Row>> {
    let (sides, rounds) = (&asked.sides[..], asked.rounds(ROUNDS));
    let stage = Stage::set("overload", sides).await?;
    let cores = cores()?;
    let [of_services, of_callers, ..] = cores[..] else {
        anyhow::bail!("overload takes two cores");
    };
    let bare = stage.bare(stage.grants.last().context("a side")?).await?;
    let programs = stage.grants.iter().map(|it| it.program.pid);
    for pid in programs.chain([bare.pid]) {
        pin(pid, &[of_services])?;
    }
    pin_with_children(stage.suite.postmaster()?, &[of_services])?;
    pin(std::process::id(), &[of_callers])?;
    let seen = measured(&stage, &bare, rounds).await;
    // Whatever happened, the parts that follow have all cores, and so has what they start.
    pin(std::process::id(), &cores)?;
    rows(&seen?)
}

async fn measured(stage: &Stage, bare: &Program, rounds: usize) -> Result<Vec<Seen>> {
    let mut seen = Vec::new();
    for grants in &stage.grants {
        let pid = grants.program.pid;
        let officers = stage.suite.officers(&grants.program, CONNECTIONS)?;
        let database = format!("grants_{}", grants.side.name);
        begin("overload", &format!("refusals, {}", grants.side.name));
        let refusal = refusal::measure(stage, grants, bare, rounds).await?;
        stage.suite.sql(&database, "vacuum analyze")?;
        let idle = memory(pid)?.0;
        forget_peak(pid)?;
        begin("overload", &format!("reads, {}", grants.side.name));
        let reads = goodput(&officers, Kind::Read, rounds).await?;
        begin("overload", &format!("writes, {}", grants.side.name));
        let writes = goodput(&officers, Kind::Write, rounds).await?;
        let memory = Found::One(memory(pid)?.1 - idle);
        seen.push(Seen {
            reads,
            writes,
            memory,
            refusal,
        });
    }
    Ok(seen)
}

fn rows(seen: &[Seen]) -> Result<Vec<Row>> {
    ensure!(!seen.is_empty(), "nothing was measured");
    let found = |of: fn(&Seen) -> &Found| seen.iter().map(|it| of(it).clone()).collect();
    Ok(vec![
        Row {
            what: "`overload`: GetAgreement at 2 × the peak, in time",
            yardstick: "a second ÷ the peak",
            limits: Limits::AtLeast(Some(0.55), Some(0.65)),
            found: found(|it| &it.reads),
        },
        Row {
            what: "`overload`: CreateAgreement at 2 × the peak, in time",
            yardstick: "a second ÷ the peak",
            limits: Limits::AtLeast(Some(0.85), Some(0.90)),
            found: found(|it| &it.writes),
        },
        Row {
            what: "`overload`: resident memory at its peak, MiB",
            yardstick: "− idle",
            limits: Limits::AtMost(Some(64.0), Some(32.0)),
            found: found(|it| &it.memory),
        },
        Row {
            what: "`overload`: CPU of a call refused",
            yardstick: "÷ bare tonic's of a call answered",
            limits: Limits::AtMost(Some(1.2), Some(1.0)),
            found: found(|it| &it.refusal),
        },
    ])
}

#[derive(Clone, Copy)]
enum Kind {
    Read,
    Write,
}

async fn one(caller: Caller, kind: Kind, number: usize) -> Result<(), Status> {
    match kind {
        Kind::Read => caller.call(get(number)).await.map(drop),
        Kind::Write => caller.call(new_agreement("")).await.map(drop),
    }
}

/// What is answered in time at twice the peak ÷ the peak, pair by pair.
async fn goodput(officers: &[Caller], kind: Kind, rounds: usize) -> Result<Found> {
    let mut ratios = Vec::new();
    let mut worst = Duration::ZERO;
    let mut peak = 0.0_f64;
    for _ in 0..rounds {
        for _ in 0..TRIES {
            // The best so far: a service that still works off what came before is not at its peak.
            peak = peak.max(self::peak(officers, kind).await?);
            let call = |number: usize| {
                let caller = officers[number % officers.len()].within(DEADLINE);
                one(caller, kind, number)
            };
            let offered = open(peak * TIMES, OVERLOAD, DEADLINE, call).await?;
            let (good, late) = (offered.good_per_second, offered.late);
            say(format!(
                "  {good:.0} of {peak:.0} a second, the sender late by {late:.0?}"
            ));
            if late <= LATE_MAX {
                ratios.push(good / peak);
                break;
            }
            worst = worst.max(late);
        }
    }
    Ok(match ratios.is_empty() {
        true => Found::Said(format!(
            "no run counts: the sender was late by up to {worst:.0?}"
        )),
        false => Found::Ratios(ratios),
    })
}

async fn peak(officers: &[Caller], kind: Kind) -> Result<f64> {
    let officers = officers.to_vec();
    let call = move |number: usize| {
        let caller = officers[number % officers.len()].clone();
        one(caller, kind, number)
    };
    per_second(CALLERS, PEAK, call).await
}

//! What a call costs that is refused for load: the service's CPU per call ÷ bare tonic's per call answered.
//!
//! So that nothing else is done meanwhile, the journal is locked: all calls that the service lets in wait for it,
//! and those that come then are refused. A lock is waited for two seconds, so a run is shorter.

use std::time::Duration;

use anyhow::{Result, ensure};
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;
use tonic::{Code, Status};

use super::agreements::{Grants, Stage, get};
use crate::caller::Caller;
use crate::load::closed;
use crate::process::{Program, cpu};
use crate::stats::ratios;
use crate::table::Found;

/// Calls that are sent to fill the service; more than it lets in.
const FILLING: usize = 1024;
/// How long one of them is waited for that is refused.
const FILLED_WITHIN: Duration = Duration::from_millis(800);
const BLOCK: Duration = Duration::from_millis(800);
const CONNECTIONS: usize = 16;
const CALLERS: usize = 16;

pub(crate) async fn measure(
    stage: &Stage,
    grants: &Grants,
    bare: &Program,
    rounds: usize,
) -> Result<Found> {
    let officers = stage.suite.officers(&grants.program, CONNECTIONS)?;
    let of_bare = stage.suite.officers(bare, CONNECTIONS)?;
    let name = format!("grants_{}", grants.side.name);
    let mut db = stage.suite.connect(&name).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let refused = refused(&mut db, &officers, grants.program.pid).await?;
        let answered = used(&of_bare, bare.pid, |it| it.is_ok()).await?;
        let (Some(refused), Some(answered)) = (refused, answered) else {
            return Ok(Found::Said("refuses nowhere".into()));
        };
        // The first one warms up.
        ours.extend((round > 0).then_some(refused));
        theirs.extend((round > 0).then_some(answered));
    }
    db.close().await?;
    Ok(Found::Ratios(ratios(&ours, &theirs)))
}

fn is_refused(answer: &Result<(), Status>) -> bool {
    let code = answer.as_ref().map_err(Status::code);
    matches!(code, Err(Code::ResourceExhausted | Code::Unavailable))
}

/// Seconds of CPU that a refused call takes; none where calls are not refused.
async fn refused(db: &mut PgConnection, officers: &[Caller], pid: u32) -> Result<Option<f64>> {
    let mut tx = db.begin().await?;
    let lock = "lock table platform.journal in access exclusive mode";
    sqlx::query(lock).execute(&mut *tx).await?;
    let mut filling = JoinSet::new();
    for number in 0..FILLING {
        let officer = officers[number % officers.len()].clone();
        filling.spawn(async move { officer.call(get(number)).await.map(drop) });
    }
    let first = tokio::time::timeout(FILLED_WITHIN, filling.join_next()).await;
    let used = match first {
        Ok(Some(answer)) => {
            let is_refused_at_once = is_refused(&answer?);
            ensure!(is_refused_at_once, "a call is answered past a lock");
            used(officers, pid, is_refused).await?
        }
        _ => None,
    };
    tx.rollback().await?;
    while filling.join_next().await.is_some() {}
    Ok(used)
}

/// Seconds of CPU of a process per call that ended as wanted; none unless nearly all did.
async fn used(
    callers: &[Caller],
    pid: u32,
    is_wanted: fn(&Result<(), Status>) -> bool,
) -> Result<Option<f64>> {
    let callers = callers.to_vec();
    let call = move |number: usize| {
        let caller = callers[number % callers.len()].clone();
        async move { caller.call(get(number)).await.map(drop) }
    };
    let before = cpu(pid)?;
    let (ended, _) = closed(CALLERS, BLOCK, call).await?;
    let seconds = cpu(pid)? - before;
    let wanted = ended.iter().filter(|it| is_wanted(it)).count();
    let is_pure = wanted * 100 >= ended.len() * 99 && wanted > 0;
    Ok(is_pure.then_some(seconds / wanted as f64))
}

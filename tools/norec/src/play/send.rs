//! One step of a file: sent, tried again while a refusal may pass, and compared with what its line says.

use std::time::Duration;

use anyhow::Result;
use prost_reflect::DynamicMessage;
use serde_json::Value;
use tokio::time::Instant;

use super::holds::holds;
use super::progress::Progress;
use super::step::{End, Request};
use crate::client::{Client, PATIENCE, Refusal};
use crate::contract::json_of;
use crate::pause::pause;

/// How long an answer is waited for that holds what a line wants.
const UNTIL_MAX: Duration = Duration::from_secs(120);
const UNTIL_INTERVAL: Duration = Duration::from_millis(200);
const UNTIL_TOLD_EVERY: Duration = Duration::from_secs(5);

/// How a step went.
pub(super) enum Outcome {
    Done(Option<DynamicMessage>),
    Refused(Refusal),
    Failed(String),
}

/// Sends a step and waits until it ends; `place` is its line as it is told.
pub(super) async fn send(
    client: &mut Client,
    request: &Request,
    place: &str,
    progress: &Progress,
) -> Result<Outcome> {
    if let End::Holds(fields) = &request.end {
        return wait(client, request, fields, place, progress).await;
    }
    let answer = call(client, request, place, progress).await?;
    Ok(match (&request.end, answer) {
        (End::Refused(reasons), Ok(_)) => Outcome::Failed(format!(
            "was accepted; expected was {}",
            reasons.join(" or ")
        )),
        (End::Refused(reasons), Err(refusal)) => {
            let reason = refusal.reason.as_ref();
            match reason.is_some_and(|it| reasons.contains(it)) {
                true => Outcome::Done(None),
                false => Outcome::Refused(Refusal {
                    message: format!(
                        "{} (expected was {})",
                        refusal.message,
                        reasons.join(" or ")
                    ),
                    ..refusal
                }),
            }
        }
        (_, Ok(answer)) => Outcome::Done(Some(answer)),
        (_, Err(refusal)) => Outcome::Refused(refusal),
    })
}

/// Asks until the answer holds these fields.
async fn wait(
    client: &mut Client,
    request: &Request,
    fields: &Value,
    place: &str,
    progress: &Progress,
) -> Result<Outcome> {
    let begun = Instant::now();
    let mut told = begun;
    loop {
        let answer = match call(client, request, place, progress).await? {
            Ok(answer) => answer,
            Err(refusal) => return Ok(Outcome::Refused(refusal)),
        };
        let json = json_of(&answer, true)?;
        if holds(fields, &json) {
            return Ok(Outcome::Done(Some(answer)));
        }
        let waited = begun.elapsed().as_secs();
        if begun.elapsed() >= UNTIL_MAX {
            let what = format!("did not answer {fields} within {waited} s, but {json}");
            return Ok(Outcome::Failed(what));
        }
        if told.elapsed() >= UNTIL_TOLD_EVERY {
            told = Instant::now();
            progress.say(&format!("{place}: waiting for {fields}, {waited} s"));
        }
        pause(UNTIL_INTERVAL).await;
    }
}

async fn call(
    client: &mut Client,
    request: &Request,
    place: &str,
    progress: &Progress,
) -> Result<Result<DynamicMessage, Refusal>> {
    let waiting = |refusal: &Refusal| {
        let patience = PATIENCE.as_secs();
        progress.say(&format!(
            "{place}: {refusal}; trying again for {patience} s"
        ));
    };
    let expected = match &request.end {
        End::Refused(reasons) => reasons.as_slice(),
        End::Answered | End::Holds(_) => &[],
    };
    client.call(&request.call, expected, waiting).await
}

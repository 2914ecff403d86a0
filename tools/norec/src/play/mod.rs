//! `norec play`: sends what stands in files of requests, line by line, as the people named there.
//!
//! It stops at the first line that does not end as it says. It can be played again from the start:
//! what was done already is answered as the first time and has no second effect.

mod holds;
mod people;
mod progress;
mod step;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use prost_reflect::DynamicMessage;
use serde_json::Value;
use tokio::time::Instant;

use crate::caller::Caller;
use crate::client::{Client, PATIENCE, Refusal};
use crate::console::say;
use crate::contract::{Contract, json_of};
use crate::installation::Installation;
use crate::pause::pause;

use holds::holds;
use people::People;
use progress::Progress;
use step::{End, Request, Step};

/// How long an answer is waited for that holds what a line wants.
const UNTIL_MAX: Duration = Duration::from_secs(120);
const UNTIL_INTERVAL: Duration = Duration::from_millis(200);
const UNTIL_TOLD_EVERY: Duration = Duration::from_secs(5);
/// Exit code of wrong usage, as clap has it.
const WRONG_USAGE: u8 = 2;

/// Send the requests that stand in files
///
/// A file is JSON Lines; blank lines and lines that begin with # are skipped. A line is
///
///   {"method": "norec.grants.v1.SchemeService/CreateSchemeEdition", "actor": "solveig",
///    "request": {…}}
///
/// with the request as grpcurl -d takes it, and may have
///
///   "expect": "REASON"    it must be refused for this reason, or for one of a list
///   "until": {…}          a READ that is repeated until its answer has these fields
///   "service": "grants"   which service is meant, where several serve the method
///   "note": "…"           printed before
///
/// A write without a request_id gets one that is made of the file's name and the line, so that
/// playing the file again changes nothing; one that must be refused is sent with validate_only.
/// What may pass (a service that is started again, a database that is away) is tried again for a
/// minute with the same request_id. Exits with 64 + the gRPC code at the first line that is refused.
#[derive(Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct PlayArgs {
    /// Files of requests, played in this order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Who the actors are [default: people.json beside each file]
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,

    /// Print every answer as JSON, one per line
    #[arg(long)]
    answers: bool,
}

/// A file with its steps.
struct Piece {
    /// As it was named.
    file: String,
    people: People,
    steps: Vec<Step>,
}

/// How a step went.
enum Outcome {
    Done(Option<DynamicMessage>),
    Refused(Refusal),
    Failed(String),
}

pub(crate) async fn run(installation: &Installation, args: PlayArgs) -> Result<ExitCode> {
    let contract = Contract::read()?;
    let mut pieces = Vec::new();
    let mut is_whole = true;
    for path in &args.files {
        match read(path, args.people.as_deref(), &contract)? {
            Some(piece) => pieces.push(piece),
            None => is_whole = false,
        }
    }
    if !is_whole {
        say("norec: nothing was sent");
        return Ok(ExitCode::from(WRONG_USAGE));
    }
    let mut client = Client::of(installation)?;
    for caller in pieces.iter().flat_map(|it| it.people.values()) {
        client.check(caller)?;
    }
    for piece in pieces {
        let code = play(&mut client, &piece, args.answers).await?;
        if code != ExitCode::SUCCESS {
            return Ok(code);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Plays one file as its own people.
pub(crate) async fn play_file(installation: &Installation, file: &Path) -> Result<ExitCode> {
    let args = PlayArgs {
        files: vec![file.to_path_buf()],
        people: None,
        answers: false,
    };
    run(installation, args).await
}

/// Who acts under this name in the files of a folder.
pub(crate) fn actor(folder: &Path, name: &str) -> Result<Caller> {
    let file = folder.join("people.json");
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let people = people::read(&text).map_err(|it| anyhow!("{}: {it}", file.display()))?;
    people
        .get(name)
        .cloned()
        .with_context(|| format!("{}: nobody is {name}", file.display()))
}

/// Reads a file; `None` when lines of it cannot be played, which is said.
fn read(path: &Path, people: Option<&Path>, contract: &Contract) -> Result<Option<Piece>> {
    let people = people.map_or_else(|| path.with_file_name("people.json"), Path::to_path_buf);
    let text = fs::read_to_string(&people).with_context(|| people.display().to_string())?;
    let people =
        people::read(&text).map_err(|problem| anyhow!("{}: {problem}", people.display()))?;

    let file = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| file.clone())?;
    let name = path
        .file_name()
        .map(|it| it.to_string_lossy())
        .unwrap_or_default();
    match step::read(&name, &text, &people, contract) {
        Ok(steps) => Ok(Some(Piece {
            file,
            people,
            steps,
        })),
        Err(problems) => {
            for problem in problems {
                say(format_args!("{file}:{problem}"));
            }
            Ok(None)
        }
    }
}

async fn play(client: &mut Client, piece: &Piece, answers: bool) -> Result<ExitCode> {
    let mut progress = Progress::of(&piece.file, piece.steps.len())?;
    for step in &piece.steps {
        if let Some(note) = &step.note {
            progress.answer(note)?;
        }
        let Some(request) = &step.request else {
            progress.step(None);
            continue;
        };
        let place = format!("{}:{}", piece.file, step.line);
        let method = &request.call.method;
        let attempt = format!(
            "{place}: {}/{} as {}",
            method.grpc_service, method.name, request.actor
        );
        match send(client, request, &place, &progress).await? {
            Outcome::Done(answer) => {
                let told = told(&place, request, answer.as_ref());
                if let Some(answer) = answer.filter(|_| answers) {
                    progress.answer(&json_of(&answer, false)?.to_string())?;
                }
                progress.step(Some(told));
            }
            Outcome::Refused(refusal) => {
                progress.say(&format!("{attempt} was refused\n    {refusal}"));
                return Ok(ExitCode::from(refusal.exit_code()));
            }
            Outcome::Failed(what) => {
                progress.say(&format!("{attempt} {what}"));
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is told of a step that went well.
fn told(place: &str, request: &Request, answer: Option<&DynamicMessage>) -> String {
    let method = &request.call.method.name;
    let name = answer.and_then(|it| it.get_field_by_name("name")?.as_str().map(str::to_owned));
    match (&request.end, name) {
        (End::Refused(_), _) => format!("{place}: {method} is refused, as expected"),
        (_, Some(name)) => format!("{place}: {method} → {name}"),
        (_, None) => format!("{place}: {method}"),
    }
}

async fn send(
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

//! `norec play`: sends what stands in files of requests, line by line, as the people named there.
//!
//! It stops at the first line that does not end as it says. Played again, it goes on there: what ended as
//! it says is kept in the installation's state ([`played`]) and passed over. A write that is sent once
//! more, because that was not yet written, is answered as the first time and has no second effect.

mod holds;
mod people;
mod played;
mod progress;
mod send;
mod step;
#[cfg(test)]
mod tests;
mod words;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use prost_reflect::DynamicMessage;

use crate::caller::Caller;
use crate::client::Client;
use crate::console::say;
use crate::contract::{Contract, json_of};
use crate::installation::Installation;

use people::People;
use played::{Changed, Played};
use progress::Progress;
use send::{Outcome, send};
use step::{End, Request, Step};
use words::Names;

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
///   "as": "P1"            keeps the name of the reply for later lines of the file, which say ${P1}
///   "as": {"P1": "case"}  keeps another field of it, by its path
///   "service": "grants"   which service is meant, where several serve the method
///   "note": "…"           printed before
///
/// The installation keeps how far a file was played. Played again, it goes on behind the last line that
/// ended as it says; what stands above is passed over and counted, and a line of it that was changed
/// since stops it. So a refusal or an answer is judged once, in the run that first comes to it.
///
/// A write without a request_id gets one that is made of the file's name and the line, so that
/// sending it again changes nothing; one that must be refused is sent with validate_only.
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

    /// Send the writes of what was played before once more
    #[arg(long)]
    again: bool,
}

/// A file with its steps.
struct Piece {
    path: PathBuf,
    /// As it was named.
    file: String,
    people: People,
    steps: Vec<Step>,
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
        let code = play(installation, &mut client, &piece, &args).await?;
        if code != ExitCode::SUCCESS {
            return Ok(code);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Plays one file as its own people; `again` sends the writes of what was played before once more.
pub(crate) async fn play_file(
    installation: &Installation,
    file: &Path,
    again: bool,
) -> Result<ExitCode> {
    let args = PlayArgs {
        files: vec![file.to_path_buf()],
        people: None,
        answers: false,
        again,
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
            path: path.to_path_buf(),
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

async fn play(
    installation: &Installation,
    client: &mut Client,
    piece: &Piece,
    args: &PlayArgs,
) -> Result<ExitCode> {
    let mut played = Played::open(installation, &piece.path)?;
    if let Some(changed) = played.changed(&piece.steps) {
        say(told_changed(piece, &played, changed));
        return Ok(ExitCode::FAILURE);
    }
    let mut names = played.names();
    let mut progress = Progress::of(&piece.file, piece.steps.len())?;
    let before = played.count();
    if before > 0 && !args.again {
        progress.pass(before);
    }
    let first = if args.again { 0 } else { before };
    for (number, step) in piece.steps.iter().enumerate().skip(first) {
        if let Some(note) = &step.note {
            progress.answer(note)?;
        }
        let is_new = number >= before;
        let request = step.request.as_ref();
        let Some(request) = request.filter(|it| is_new || it.has_effect()) else {
            progress.step(request.map(|it| told_passed(&piece.file, step, it)));
            if is_new {
                played.add(number, step, Names::new())?;
            }
            continue;
        };
        let place = format!("{}:{}", piece.file, step.line);
        let request = request.filled(&names);
        let request = request.map_err(|problem| anyhow!("{place}: {problem}"))?;
        match step_of(client, &request, &place, &progress, args.answers).await? {
            Ok((told, kept)) => {
                names.extend(kept.clone());
                played.add(number, step, kept)?;
                progress.step(Some(told));
            }
            Err(code) => return Ok(code),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Sends one step. Answers what is told of it and what its reply is kept as, or how it ended otherwise,
/// which is said.
async fn step_of(
    client: &mut Client,
    request: &Request,
    place: &str,
    progress: &Progress,
    answers: bool,
) -> Result<Result<(String, Names), ExitCode>> {
    let method = &request.call.method;
    let attempt = format!(
        "{place}: {}/{} as {}",
        method.grpc_service, method.name, request.actor
    );
    let answer = match send(client, request, place, progress).await? {
        Outcome::Done(answer) => answer,
        Outcome::Refused(refusal) => {
            progress.say(&format!("{attempt} was refused\n    {refusal}"));
            return Ok(Err(ExitCode::from(refusal.exit_code())));
        }
        Outcome::Failed(what) => {
            progress.say(&format!("{attempt} {what}"));
            return Ok(Err(ExitCode::FAILURE));
        }
    };
    let mut kept = Names::new();
    for keep in &request.keeps {
        let name = answer.as_ref().map(|it| keep.name_in(it)).transpose();
        match name {
            Ok(name) => kept.extend(name.map(|it| (keep.word.clone(), it))),
            Err(what) => {
                progress.say(&format!("{attempt} {what}"));
                return Ok(Err(ExitCode::FAILURE));
            }
        }
    }
    let told = told(place, request, answer.as_ref());
    if let Some(answer) = answer.filter(|_| answers) {
        progress.answer(&json_of(&answer, false)?.to_string())?;
    }
    Ok(Ok((told, kept)))
}

/// What is told of a file that is not as it was played.
fn told_changed(piece: &Piece, played: &Played, changed: Changed) -> String {
    let file = &piece.file;
    let what = match changed {
        Changed::Line(line) => format!("{file}:{line}: this line was played here as another"),
        Changed::Shorter => format!(
            "{file}: {} lines were played here, and {} are left",
            played.count(),
            piece.steps.len()
        ),
    };
    format!(
        "{what}: what it did stands. Put it back as it was, or play it where nothing of it was played. \
         What was played is kept in {}",
        played.path().display()
    )
}

/// What is told of a step that was judged before and has no effect.
fn told_passed(file: &str, step: &Step, request: &Request) -> String {
    let (line, method) = (step.line, &request.call.method.name);
    format!("{file}:{line}: {method} was judged before, and is passed over")
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

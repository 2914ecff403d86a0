//! A line of a file of requests, read and judged by the contract before anything is sent.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use prost::Message;
use prost_reflect::{DynamicMessage, Value as FieldValue};
use proto::access::v1::Effect;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Builder;

use super::people::People;
use super::words::{As, Keep, Names, filled, words_in};
use crate::client::Call;
use crate::contract::{Contract, Method, message_of};
use crate::{json, linked};

pub(super) const REQUEST_ID: &str = "request_id";
pub(super) const VALIDATE_ONLY: &str = "validate_only";

/// What one line asks for.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The number of its line, from 1.
    pub(super) line: usize,
    /// SHA-256 of its line, in hexadecimal.
    pub(super) digest: String,
    /// Printed before it is sent.
    pub(super) note: Option<String>,
    pub(super) request: Option<Request>,
}

/// A request and what its answer must be.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) call: Call,
    /// Who sends it, as the line names them.
    pub(super) actor: String,
    pub(super) end: End,
    /// What of its reply is kept for later lines.
    pub(super) keeps: Vec<Keep>,
    /// As the line has it, with words; none without.
    worded: Option<Value>,
}

impl Request {
    /// The same with what its words stand for.
    pub(super) fn filled(&self, names: &Names) -> Result<Self, String> {
        let mut request = self.clone();
        if let Some(worded) = &self.worded {
            let template = &self.call.message;
            let mut message = message_of(&self.call.method.input, &filled(worded, names)?)?;
            for made in [REQUEST_ID, VALIDATE_ONLY] {
                if let Some(value) = template.get_field_by_name(made) {
                    message.set_field_by_name(made, value.into_owned());
                }
            }
            request.call.message = message;
        }
        if let End::Holds(fields) = &self.end {
            request.end = End::Holds(filled(fields, names)?);
        }
        Ok(request)
    }

    /// Whether it is a write that has an effect, and so may be sent once more: a refusal or an answer is
    /// of its moment.
    pub(super) fn has_effect(&self) -> bool {
        let validated = self.call.message.get_field_by_name(VALIDATE_ONLY);
        let is_validated = validated.is_some_and(|it| it.as_bool() == Some(true));
        self.call.method.rule.effect == Effect::Write && !is_validated
    }
}

/// When a step is done.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum End {
    /// It was answered.
    Answered,
    /// It was refused for one of these reasons.
    Refused(Vec<String>),
    /// It was answered with these fields; until then it is asked again.
    Holds(Value),
}

/// Why a line cannot be played.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    pub(super) line: usize,
    pub(super) what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.what)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    method: Option<String>,
    service: Option<String>,
    actor: Option<String>,
    request: Option<Value>,
    expect: Option<Reasons>,
    until: Option<Value>,
    #[serde(rename = "as")]
    keeps: Option<As>,
    note: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Reasons {
    One(String),
    Several(Vec<String>),
}

impl From<Reasons> for Vec<String> {
    fn from(it: Reasons) -> Self {
        match it {
            Reasons::One(reason) => vec![reason],
            Reasons::Several(reasons) => reasons,
        }
    }
}

/// Reads a file: JSON Lines, with blank lines and lines that begin with `#` between them. `file` is
/// its name, of which request ids are made.
///
/// # Errors
/// Every line that cannot be played.
pub(super) fn read(
    file: &str,
    text: &str,
    people: &People,
    contract: &Contract,
) -> Result<Vec<Step>, Vec<Problem>> {
    let mut reader = Reader {
        file,
        people,
        contract,
        alike: HashMap::new(),
        kept: BTreeMap::new(),
    };
    let lines = text
        .lines()
        .enumerate()
        .map(|(place, line)| (place + 1, line.trim()));
    let (mut steps, mut problems) = (Vec::new(), Vec::new());
    for (line, text) in lines.filter(|(_, text)| !text.is_empty() && !text.starts_with('#')) {
        match reader.step(line, text) {
            Ok(step) => steps.push(step),
            Err(what) => problems.push(Problem { line, what }),
        }
    }
    if problems.is_empty() {
        Ok(steps)
    } else {
        Err(problems)
    }
}

struct Reader<'a> {
    file: &'a str,
    people: &'a People,
    contract: &'a Contract,
    /// How many equal requests stood above, by their digest.
    alike: HashMap<[u8; 32], u32>,
    /// The lines above that keep words.
    kept: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn step(&mut self, line: usize, text: &str) -> Result<Step, String> {
        let written: Written = json::of(text.as_bytes())?;
        let note = written.note.clone();
        let request = match &written.method {
            Some(method) => Some(self.request(method, &written)?),
            None if note.is_some() && written.request.is_none() => None,
            None => return Err("method: is missing".to_owned()),
        };
        for keep in request.iter().flat_map(|it| &it.keeps) {
            if let Some(above) = self.kept.insert(keep.word.clone(), line) {
                return Err(format!("as: {} is kept by line {above}", keep.word));
            }
        }
        Ok(Step {
            line,
            digest: hex::encode(Sha256::digest(text)),
            note,
            request,
        })
    }

    fn request(&mut self, method: &str, written: &Written) -> Result<Request, String> {
        let method = self
            .contract
            .method(method)
            .map_err(|problem| format!("method: {problem}"))?;
        let to = linked::serving(&method.grpc_service, written.service.as_deref())
            .map_err(|problem| format!("service: {problem}"))?;
        let actor = written.actor.as_deref().ok_or("actor: is missing")?;
        let caller = self.people.get(actor);
        let caller = caller.ok_or_else(|| format!("actor: {actor:?} is not among the people"))?;
        let request = written.request.as_ref().ok_or("request: is missing")?;
        let message =
            message_of(&method.input, request).map_err(|problem| format!("request: {problem}"))?;
        let end = end(written, &method)?;
        let has_words = self.words_are_kept("request", request)?;
        if let End::Holds(fields) = &end {
            self.words_are_kept("until", fields)?;
        }
        let keeps = keeps(written, &method, &message)?;
        let mut call = Call {
            to,
            method,
            caller: caller.clone(),
            message,
        };
        self.make_repeatable(&mut call, actor, &end);
        Ok(Request {
            call,
            actor: actor.to_owned(),
            end,
            keeps,
            worded: has_words.then(|| request.clone()),
        })
    }

    /// Whether there are words; each must be kept by a line above.
    fn words_are_kept(&self, place: &str, json: &Value) -> Result<bool, String> {
        let words = words_in(json).map_err(|problem| format!("{place}: {problem}"))?;
        let unknown = words.iter().find(|it| !self.kept.contains_key(**it));
        match unknown {
            None => Ok(!words.is_empty()),
            Some(word) => {
                let kept: Vec<_> = self.kept.keys().map(String::as_str).collect();
                let kept = match kept.is_empty() {
                    true => "none keeps a word".to_owned(),
                    false => format!("kept are {}", kept.join(", ")),
                };
                Err(format!("{place}: no line above keeps {word}; {kept}"))
            }
        }
    }

    /// Sees to it that playing the file again changes nothing. A write gets a request_id made of
    /// its content, so that it has one effect. One that must be refused is validated only: should
    /// it not be refused this time, it has no effect either. What the line says itself stays.
    fn make_repeatable(&mut self, call: &mut Call, actor: &str, end: &End) {
        let message = &mut call.message;
        let is_set = |name: &str| message.has_field_by_name(name);
        if call.method.rule.effect != Effect::Write || is_set(REQUEST_ID) || is_set(VALIDATE_ONLY) {
            return;
        }
        if matches!(end, End::Refused(_)) {
            message.set_field_by_name(VALIDATE_ONLY, FieldValue::Bool(true));
        } else {
            let id = self.request_id(call.method.rule.path, actor, &call.message);
            call.message
                .set_field_by_name(REQUEST_ID, FieldValue::String(id));
        }
    }

    /// A UUID of the file's name, the method, the actor and the request as it is written, words and
    /// all, and of how many equal lines stood above.
    fn request_id(&mut self, path: &str, actor: &str, message: &DynamicMessage) -> String {
        let mut digest = Sha256::new();
        for part in [self.file, path, actor] {
            digest.update(part);
            digest.update([0]);
        }
        // Fields are encoded by number, so neither their order nor their spelling matters.
        digest.update(message.encode_to_vec());
        let digest: [u8; 32] = digest.finalize().into();
        let alike = self.alike.entry(digest).or_default();
        let mut id = [0; 16];
        let numbered = Sha256::new()
            .chain_update(digest)
            .chain_update(alike.to_be_bytes())
            .finalize();
        id.copy_from_slice(&numbered[..16]);
        *alike += 1;
        Builder::from_custom_bytes(id).into_uuid().to_string()
    }
}

fn end(written: &Written, method: &Method) -> Result<End, String> {
    match (&written.expect, &written.until) {
        (None, None) => Ok(End::Answered),
        (Some(reasons), None) => Ok(End::Refused(reasons.clone().into())),
        (None, Some(fields)) => {
            if method.rule.effect != Effect::Read {
                return Err(format!(
                    "until: {} is no READ, so it is not repeated",
                    method.name
                ));
            }
            message_of(&method.output, fields).map_err(|problem| format!("until: {problem}"))?;
            Ok(End::Holds(fields.clone()))
        }
        (Some(_), Some(_)) => Err("until: not with expect".to_owned()),
    }
}

fn keeps(
    written: &Written,
    method: &Method,
    message: &DynamicMessage,
) -> Result<Vec<Keep>, String> {
    let Some(keeps) = &written.keeps else {
        return Ok(Vec::new());
    };
    if written.expect.is_some() {
        return Err("as: not with expect, of which there is no reply".to_owned());
    }
    if message.has_field_by_name(VALIDATE_ONLY) {
        return Err("as: not with validate_only, of which nothing stays".to_owned());
    }
    Keep::all(keeps, &method.output)
}

//! Why a call fails, for two audiences: the caller gets a reason, a text and what would be right;
//! the log gets the source. This module is the only maker of `tonic::Status`.
//!
//! A handler returns [`Error`]; a decision returns a [`Refused`], made of a reason of the contract.
//! Everything else is a database error or a bug.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::time::Duration;

use fields::{Invalid, Violation};
use http::HeaderMap;
use proto::{IntoValue, List, Refused, Room, field_reason, reason};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, LocalizedMessage, StatusExt};
use wording::Locale;

/// What handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The database takes no writes in this session: its server was demoted.
const READ_ONLY: &str = "25006";

/// How long a statement may take, before its caller is told DEADLINE_PASSED.
pub const STATEMENT_MAX: Duration = Duration::from_secs(15);

/// How long a caller is asked to wait before it sends the same request again.
const RETRY_AFTER: Duration = Duration::from_millis(250);

/// Bytes of all headers of a refusal. Clients take 8 KiB when nobody says otherwise, and so do proxies.
const HEADERS_MAX: usize = 6 * 1024;
/// Bytes of those that a refusal is sent with beside its own.
const OTHER_HEADERS: usize = 512;
/// What HTTP/2 adds to a header's name and value (RFC 9113 §6.5.2).
const HEADER_EXTRA: usize = 32;

/// How much of a refusal is told.
#[derive(Clone, Copy)]
struct Telling {
    room: Room,
    /// So many bad fields are described.
    fields: usize,
    /// They are described by a reason and in the caller's language too, not in English only.
    in_full: bool,
}

/// The whole of a refusal, or as much as its headers have room for. Fields stand in the texts too, and are
/// cut there first; then they are described once only; then fewer are.
const TELLINGS: [Telling; 11] = {
    const fn told(characters: usize, things: usize, fields: usize) -> Telling {
        let room = Room { characters, things };
        Telling {
            room,
            fields,
            in_full: true,
        }
    }
    [
        told(usize::MAX, usize::MAX, usize::MAX),
        told(200, usize::MAX, usize::MAX),
        told(200, 20, usize::MAX),
        told(200, 5, usize::MAX),
        Telling {
            in_full: false,
            ..told(200, 5, usize::MAX)
        },
        told(200, 20, 20),
        told(200, 5, 20),
        told(100, 10, 10),
        told(50, 5, 5),
        told(25, 2, 2),
        told(10, 1, 1),
    ]
};

/// Why a call fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The suite says no, with a reason of the contract.
    #[error("refused: {}", .0.texts.name)]
    Refused(Refused),
    /// Fields of the request are wrong; all of them are named.
    #[error("invalid fields: {}", names(.0).into_value())]
    Invalid(Vec<Violation>),
    /// The database said no, or nothing.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// What cannot happen has happened.
    #[error("bug: {0}")]
    Bug(String),
}

impl From<Invalid> for Error {
    fn from(fields: Invalid) -> Self {
        Self::Invalid(fields.0)
    }
}

/// A refusal, as a handler returns it.
pub fn refused(why: impl Into<Refused>) -> Error {
    Error::Refused(why.into())
}

fn code(refusal: &Refused) -> Code {
    Code::from_i32(refusal.texts.code)
}

/// Waiting helps: nothing was written, or the same request_id finds out what was. (What is too large
/// stays so, although it has the code of an overload.)
fn is_worth_a_retry(refusal: &Refused) -> bool {
    let passing = [reason::OVERLOADED.name, reason::BUSY.name];
    code(refusal) == Code::Unavailable || passing.contains(&refusal.texts.name)
}

impl From<Refused> for Error {
    fn from(it: Refused) -> Self {
        Self::Refused(it)
    }
}

impl Error {
    /// There is no such resource.
    pub fn not_found(name: impl Display) -> Self {
        let name = name.to_string();
        refused(reason::NotFound { name })
    }

    /// There is one already.
    pub fn already_exists(name: impl Display) -> Self {
        let name = name.to_string();
        refused(reason::AlreadyExists { name })
    }

    /// Whether the same may succeed later with nothing done: the database is busy or away.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused(it) => is_worth_a_retry(it),
            Self::Database(error) => is_worth_a_retry(&from_database(error, "")),
            Self::Invalid(_) | Self::Bug(_) => false,
        }
    }

    /// Whether the database takes no writes in the session that this was said in.
    /// The database takes no writes in this session.
    pub fn is_read_only(&self) -> bool {
        let Self::Database(error) = self else {
            return false;
        };
        sqlstate(error).is_some_and(|it| it == READ_ONLY)
    }

    /// What the caller is told, and what the log is told besides.
    /// What the caller is told, in his language; what the log is told goes there.
    pub fn into_status(self, locale: Locale, trace_id: &str) -> Status {
        self.log(trace_id);
        let (refusal, violations) = match self {
            Self::Refused(it) => (it, Vec::new()),
            Self::Invalid(violations) => (invalid(&violations), violations),
            Self::Database(error) if is_unstorable_text(&error) => {
                let violations = vec![unstorable_text()];
                (invalid(&violations), violations)
            }
            Self::Database(error) => (from_database(&error, trace_id), Vec::new()),
            Self::Bug(_) => (internal(trace_id), Vec::new()),
        };
        status(&refusal, locale, trace_id, &violations)
    }

    /// A source is logged once, here, and never sent.
    fn log(&self, trace_id: &str) {
        match self {
            Self::Database(error) => {
                tracing::warn!(trace_id, error = %in_one_line(error), "database")
            }
            Self::Bug(what) => tracing::error!(trace_id, what, "bug"),
            Self::Refused(_) | Self::Invalid(_) => (),
        }
    }
}

/// Which of our reasons a database error is; what is not known to pass is a fault of ours.
fn from_database(error: &sqlx::Error, trace_id: &str) -> Refused {
    use sqlx::Error as E;
    match error {
        E::PoolTimedOut => reason::Overloaded.into(),
        E::Io(_) | E::Tls(_) | E::PoolClosed | E::Protocol(_) | E::WorkerCrashed => {
            reason::DatabaseUnavailable.into()
        }
        _ => sqlstate(error)
            .and_then(|it| from_sqlstate(&it))
            .unwrap_or_else(|| internal(trace_id)),
    }
}

fn from_sqlstate(code: &str) -> Option<Refused> {
    Some(match code {
        // Deadlock, lock time-out, serialization failure.
        "40P01" | "55P03" | "40001" => reason::Busy.into(),
        "57014" => reason::DeadlinePassed {
            deadline_ms: STATEMENT_MAX.as_millis(),
        }
        .into(),
        "53100" => reason::DatabaseFull.into(),
        // Resources in general, memory, connections. (53400, a limit of its configuration that this
        // statement will meet again, is a fault of ours.)
        "53000" | "53200" | "53300" => reason::Overloaded.into(),
        // Read-only after a failover, terminated while idle.
        READ_ONLY | "25P03" => reason::DatabaseUnavailable.into(),
        // Shut-down, crash, cannot connect.
        _ if code.starts_with("08") || code.starts_with("57P") => {
            reason::DatabaseUnavailable.into()
        }
        _ => return None,
    })
}

fn sqlstate(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error().and_then(|it| it.code())
}

fn internal(trace_id: &str) -> Refused {
    reason::Internal { trace_id }.into()
}

fn invalid(violations: &[Violation]) -> Refused {
    reason::InvalidFields {
        fields: names(violations),
    }
    .into()
}

/// PostgreSQL stores every character but NUL. Fields are checked before they come to it, so this is
/// the last resort: it does not say which.
fn is_unstorable_text(error: &sqlx::Error) -> bool {
    sqlstate(error).is_some_and(|it| it == "22021")
}

fn unstorable_text() -> Violation {
    Violation {
        field: "*".to_owned(),
        wrong: field_reason::Unstorable.into(),
    }
}

/// Tells as much as the headers of the answer have room for.
fn status(refusal: &Refused, locale: Locale, trace_id: &str, violations: &[Violation]) -> Status {
    let told = |telling: Telling| {
        let described = described(violations, locale, telling);
        told(&refusal.within(telling.room), locale, trace_id, described)
    };
    let [whole, shorter @ ..] = TELLINGS;
    let mut status = told(whole);
    for telling in shorter {
        if header_bytes(&status) + OTHER_HEADERS < HEADERS_MAX {
            break;
        }
        status = told(telling);
    }
    status
}

/// Bytes of the headers that a status is sent in.
fn header_bytes(status: &Status) -> usize {
    let mut headers = HeaderMap::new();
    let fits = status.add_header(&mut headers);
    let bytes = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        name.as_str().len() + value.len() + HEADER_EXTRA
    };
    fits.map_or(usize::MAX / 2, |()| headers.iter().map(bytes).sum())
}

/// The first violations; the last says how many more there are.
fn described(violations: &[Violation], locale: Locale, telling: Telling) -> Vec<FieldViolation> {
    let first = violations.iter().take(telling.fields);
    let more = violations.len().saturating_sub(telling.fields);
    let more = (more > 0).then(|| Violation {
        field: "*".to_owned(),
        wrong: field_reason::AndMore { more }.into(),
    });
    let each = first.chain(&more).map(|it| {
        let wrong = it.wrong.0.within(telling.room);
        let mut described = FieldViolation::new(telling.room.text(&it.field), wrong.english());
        if telling.in_full {
            described.reason = wrong.texts.name.to_owned();
            let text = LocalizedMessage::new(locale.tag(), wrong.text(locale));
            described.localized_message = Some(text);
        }
        described
    });
    each.collect()
}

fn told(
    refusal: &Refused,
    locale: Locale,
    trace_id: &str,
    described: Vec<FieldViolation>,
) -> Status {
    let texts = refusal.texts;
    let metadata = refusal.metadata.iter();
    let metadata: HashMap<_, _> = metadata
        .map(|(key, value)| ((*key).to_owned(), value.to_string()))
        .collect();
    let subject = metadata.get("name").cloned().unwrap_or_default();
    let mut details = ErrorDetails::with_error_info(texts.name, texts.domain, metadata);
    let english = refusal.english();
    if code(refusal) == Code::FailedPrecondition {
        details.add_precondition_failure_violation(texts.name, subject, &english);
    }
    if is_worth_a_retry(refusal) {
        details.set_retry_info(Some(RETRY_AFTER));
    }
    details.set_localized_message(locale.tag(), refusal.text(locale));
    // What has no line in the log names no trace.
    if !trace_id.is_empty() {
        details.set_request_info(trace_id, "");
    }
    if !described.is_empty() {
        details.set_bad_request(described);
    }
    Status::with_error_details(code(refusal), english, details)
}

/// The wire form of a refusal that no handler was reached for.
pub fn refuse(refusal: impl Into<Refused>, locale: Locale, trace_id: &str) -> Status {
    refused(refusal).into_status(locale, trace_id)
}

/// The fields that are wrong.
fn names(violations: &[Violation]) -> List {
    List::new(violations.iter().map(|it| &it.field), ", ")
}

/// The whole chain of sources in one line.
pub fn in_one_line(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(it) = source {
        text.push_str(": ");
        text.push_str(&it.to_string());
        source = it.source();
    }
    text
}

#[cfg(test)]
mod tests;

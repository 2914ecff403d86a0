//! Why a call fails, for two audiences: the caller gets a reason, a text and what would be right;
//! the log gets the source. This module is the only maker of `tonic::Status`.
//!
//! A handler returns [`Error`]; a decision returns a [`Refused`], made of a reason of the contract.
//! Everything else is a database error or a bug.

use std::fmt::Display;
use std::time::Duration;

use proto::{Refused, reason};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::limits::STATEMENT_MAX;
use crate::locale::Locale;

/// What handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How long a caller is asked to wait before it sends the same request again.
const RETRY_AFTER: Duration = Duration::from_millis(250);

/// Bad fields that the text of a refusal names; the text goes into the headers three times.
const FIELDS_IN_TEXT_MAX: usize = 20;

/// Why a call fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The suite says no, with a reason of the contract.
    #[error("refused: {}", .0.texts.name)]
    Refused(Refused),
    /// Fields of the request are wrong; all of them are named.
    #[error("invalid fields: {}", names(.0))]
    Invalid(Vec<Violation>),
    /// The database said no, or nothing.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// What cannot happen has happened.
    #[error("bug: {0}")]
    Bug(String),
}

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path in the request, such as `agreement.commitments[1].year`.
    pub field: String,
    /// What would be right.
    pub description: String,
}

/// A refusal, as a handler returns it.
pub fn refused(why: impl Into<Refused>) -> Error {
    Error::Refused(why.into())
}

/// Its text for the caller.
fn localised(refusal: &Refused, locale: Locale) -> String {
    refusal.text(match locale {
        Locale::Nb => refusal.texts.nb,
        Locale::Nn => refusal.texts.nn,
        Locale::En => refusal.texts.en,
    })
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
        refused(reason::NotFound { name })
    }

    /// There is one already.
    pub fn already_exists(name: impl Display) -> Self {
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

    /// What the caller is told, and what the log is told besides.
    pub(crate) fn into_status(self, locale: Locale, trace_id: &str) -> Status {
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
        status(&refusal, locale, trace_id, violations)
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

/// Which of our reasons a database error is. Exhaustive by SQLSTATE class; the rest is internal.
fn from_database(error: &sqlx::Error, trace_id: &str) -> Refused {
    let sqlstate = error.as_database_error().and_then(|it| it.code());
    match (error, sqlstate.as_deref()) {
        // Deadlock, lock time-out, serialization failure.
        (_, Some("40P01" | "55P03" | "40001")) => reason::Busy.into(),
        (_, Some("57014")) => reason::DeadlinePassed {
            deadline_ms: STATEMENT_MAX.as_millis(),
        }
        .into(),
        (_, Some("53300" | "53100" | "53200")) | (sqlx::Error::PoolTimedOut, _) => {
            reason::Overloaded.into()
        }
        // Shut-down, crash, cannot connect, read-only after a failover, terminated while idle.
        (_, Some(code)) if code.starts_with("08") || code.starts_with("57P") => {
            reason::DatabaseUnavailable.into()
        }
        (_, Some("25006" | "25P03")) => reason::DatabaseUnavailable.into(),
        (sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed, _)
        | (sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed, _) => {
            reason::DatabaseUnavailable.into()
        }
        _ => internal(trace_id),
    }
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
    let sqlstate = error.as_database_error().and_then(|it| it.code());
    sqlstate.is_some_and(|it| it == "22021")
}

fn unstorable_text() -> Violation {
    Violation {
        field: "*".to_owned(),
        description: "no text holds the character NUL".to_owned(),
    }
}

fn status(refusal: &Refused, locale: Locale, trace_id: &str, violations: Vec<Violation>) -> Status {
    let texts = refusal.texts;
    let metadata = refusal
        .metadata
        .iter()
        .map(|(k, v)| ((*k).to_owned(), v.clone()));
    let mut details = ErrorDetails::with_error_info(
        texts.name,
        texts.domain,
        metadata
            .collect::<Vec<_>>()
            .into_iter()
            .collect::<std::collections::HashMap<_, _>>(),
    );
    let english = refusal.english();
    if code(refusal) == Code::FailedPrecondition {
        let subject = refusal.metadata.get("name").cloned().unwrap_or_default();
        details.add_precondition_failure_violation(texts.name, subject, &english);
    }
    if is_worth_a_retry(refusal) {
        details.set_retry_info(Some(RETRY_AFTER));
    }
    details.set_localized_message(locale.tag(), localised(refusal, locale));
    details.set_request_info(trace_id, "");
    for it in violations {
        details.add_bad_request_violation(it.field, it.description);
    }
    Status::with_error_details(code(refusal), english, details)
}

/// The wire form of a refusal that no handler was reached for.
pub fn refuse(refusal: impl Into<Refused>, locale: Locale, trace_id: &str) -> Status {
    refused(refusal).into_status(locale, trace_id)
}

/// The fields in one line; of very many the first, for the details name them all.
fn names(violations: &[Violation]) -> String {
    let mut names: Vec<_> = violations
        .iter()
        .map(|it| it.field.as_str())
        .take(FIELDS_IN_TEXT_MAX)
        .collect();
    if violations.len() > FIELDS_IN_TEXT_MAX {
        names.push("…");
    }
    names.join(", ")
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
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_the_same_in_three_languages_with_its_metadata() {
        let refusal = reason::NotFound {
            name: "agreements/2025-0142",
        };
        for (locale, text) in [
            (Locale::Nb, "agreements/2025-0142 finnes ikke."),
            (Locale::Nn, "agreements/2025-0142 finst ikkje."),
            (Locale::En, "agreements/2025-0142 does not exist."),
        ] {
            let status = refuse(refusal, locale, "t");
            assert_eq!(status.code(), Code::NotFound);
            let details = status.get_error_details();
            assert_eq!(details.localized_message().unwrap().message, text);
            let info = details.error_info().unwrap();
            assert_eq!(
                (info.reason.as_str(), info.domain.as_str()),
                ("NOT_FOUND", "norec.no")
            );
        }
    }

    #[test]
    fn what_may_be_retried_says_so() {
        let refusals: [(Refused, bool); 6] = [
            (reason::Busy.into(), true),
            (reason::DatabaseUnavailable.into(), true),
            (reason::Overloaded.into(), true),
            (reason::KeysetNotLoaded.into(), true),
            (reason::TokenMissing.into(), false),
            (reason::RequestTooLarge { limit_bytes: 9 }.into(), false),
        ];
        for (refusal, retry) in refusals {
            let name = refusal.texts.name;
            let status = refuse(refusal, Locale::En, "t");
            let info = status.get_error_details().retry_info().is_some();
            assert_eq!(info, retry, "{name}");
        }
    }

    /// What callers write stands in texts as they wrote it, also where it looks like one of ours.
    #[test]
    fn a_value_is_filled_in_once_and_not_read_as_a_text() {
        for (name, text) in [
            ("{", "{ does not exist."),
            ("}{", "}{ does not exist."),
            ("{name}", "{name} does not exist."),
            ("", " does not exist."),
        ] {
            let refusal = Refused::from(reason::NotFound { name });
            assert_eq!(refusal.english(), text);
        }
        let refusal = Refused::from(reason::StaleEtag {
            etag: "{name}",
            name: "{etag}",
        });
        assert_eq!(
            refusal.english(),
            "{etag} has changed since you read it (its etag is now {name}). Read it again."
        );
    }
}

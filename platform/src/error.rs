//! Why a call fails, for two audiences: the caller gets a reason, a text and what would be right;
//! the log gets the source. This module is the only maker of `tonic::Status`.
//!
//! A handler returns [`Error`]; a service's own refusals are its `Refusal` enum, which converts
//! into [`Refused`] with the reason's metadata. Everything else is a database error or a bug.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use proto::common::v1::ErrorReason;
use proto::{Reason, ReasonTexts};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::Locale;
use crate::db::STATEMENT_MAX;

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
    Refused(Box<Refused>),
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

/// A refusal with its reason.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused {
    /// The reason's name, code and texts.
    pub texts: ReasonTexts,
    /// The parts of the text that differ from case to case.
    pub metadata: BTreeMap<&'static str, String>,
}

/// A refusal without metadata yet; see [`Refused::with`].
pub fn refused(reason: impl Reason) -> Refused {
    Refused {
        texts: reason.texts(),
        metadata: BTreeMap::new(),
    }
}

impl Refused {
    /// Adds one part of the text, by the key that the reason's texts name.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Display) -> Self {
        self.metadata.insert(key, value.to_string());
        self
    }

    /// Its English text, filled in: for what is stored or logged, where no caller names a language.
    pub fn english(&self) -> String {
        self.text(self.texts.en)
    }

    /// Fills each `{key}` of the template, once: a value is text, whatever it looks like.
    fn text(&self, template: &str) -> String {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, (key, after))) = next_key(rest) {
            let value = self.metadata.get(key);
            debug_assert!(value.is_some(), "{} lacks {key}", self.texts.name);
            filled.push_str(before);
            filled.push_str(value.map_or("", String::as_str));
            rest = after;
        }
        filled + rest
    }

    fn localised(&self, locale: Locale) -> String {
        self.text(match locale {
            Locale::Nb => self.texts.nb,
            Locale::Nn => self.texts.nn,
            Locale::En => self.texts.en,
        })
    }

    fn code(&self) -> Code {
        Code::from_i32(self.texts.code)
    }

    /// Waiting helps: nothing was written, or the same request_id finds out what was. (What is too
    /// large stays so, although it has the code of an overload.)
    fn is_worth_a_retry(&self) -> bool {
        let is = |reason: ErrorReason| self.texts.name == reason.texts().name;
        self.code() == Code::Unavailable || is(ErrorReason::Overloaded) || is(ErrorReason::Busy)
    }
}

/// The text before the first `{key}`, the key, and the text behind it.
fn next_key(template: &str) -> Option<(&str, (&str, &str))> {
    let (before, rest) = template.split_once('{')?;
    Some((before, rest.split_once('}')?))
}

impl From<Refused> for Error {
    fn from(it: Refused) -> Self {
        Self::Refused(Box::new(it))
    }
}

impl Error {
    /// There is no such resource.
    pub fn not_found(name: impl Display) -> Self {
        refused(ErrorReason::NotFound).with("name", name).into()
    }

    /// There is one already.
    pub fn already_exists(name: impl Display) -> Self {
        refused(ErrorReason::AlreadyExists)
            .with("name", name)
            .into()
    }

    /// Whether the same may succeed later with nothing done: the database is busy or away.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Refused(it) => it.is_worth_a_retry(),
            Self::Database(error) => from_database(error, "").is_worth_a_retry(),
            Self::Invalid(_) | Self::Bug(_) => false,
        }
    }

    /// What the caller is told, and what the log is told besides.
    pub(crate) fn into_status(self, locale: Locale, trace_id: &str) -> Status {
        self.log(trace_id);
        let (refusal, violations) = match self {
            Self::Refused(it) => (*it, Vec::new()),
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
    let reason = match (error, sqlstate.as_deref()) {
        // Deadlock, lock time-out, serialization failure.
        (_, Some("40P01" | "55P03" | "40001")) => ErrorReason::Busy,
        (_, Some("57014")) => {
            let limit = STATEMENT_MAX.as_millis();
            return refused(ErrorReason::DeadlinePassed).with("deadline_ms", limit);
        }
        (_, Some("53300" | "53100" | "53200")) | (sqlx::Error::PoolTimedOut, _) => {
            ErrorReason::Overloaded
        }
        // Shut-down, crash, cannot connect, read-only after a failover, terminated while idle.
        (_, Some(code)) if code.starts_with("08") || code.starts_with("57P") => {
            ErrorReason::DatabaseUnavailable
        }
        (_, Some("25006" | "25P03")) => ErrorReason::DatabaseUnavailable,
        (sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed, _)
        | (sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed, _) => {
            ErrorReason::DatabaseUnavailable
        }
        _ => return internal(trace_id),
    };
    refused(reason)
}

fn internal(trace_id: &str) -> Refused {
    refused(ErrorReason::Internal).with("trace_id", trace_id)
}

fn invalid(violations: &[Violation]) -> Refused {
    refused(ErrorReason::InvalidFields).with("fields", names(violations))
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
    if refusal.code() == Code::FailedPrecondition {
        let subject = refusal.metadata.get("name").cloned().unwrap_or_default();
        details.add_precondition_failure_violation(texts.name, subject, &english);
    }
    if refusal.is_worth_a_retry() {
        details.set_retry_info(Some(RETRY_AFTER));
    }
    details.set_localized_message(locale.tag(), refusal.localised(locale));
    details.set_request_info(trace_id, "");
    for it in violations {
        details.add_bad_request_violation(it.field, it.description);
    }
    Status::with_error_details(refusal.code(), english, details)
}

/// The wire form of a refusal that no handler was reached for.
pub fn refuse(refusal: Refused, locale: Locale, trace_id: &str) -> Status {
    Error::from(refusal).into_status(locale, trace_id)
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
        let refusal = refused(ErrorReason::NotFound).with("name", "agreements/2025-0142");
        for (locale, text) in [
            (Locale::Nb, "agreements/2025-0142 finnes ikke."),
            (Locale::Nn, "agreements/2025-0142 finst ikkje."),
            (Locale::En, "agreements/2025-0142 does not exist."),
        ] {
            let status = status(&refusal, locale, "t", Vec::new());
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
        for (reason, retry) in [
            (ErrorReason::Busy, true),
            (ErrorReason::DatabaseUnavailable, true),
            (ErrorReason::Overloaded, true),
            (ErrorReason::KeysetNotLoaded, true),
            (ErrorReason::TokenMissing, false),
        ] {
            let status = status(&refused(reason), Locale::En, "t", Vec::new());
            assert_eq!(
                status.get_error_details().retry_info().is_some(),
                retry,
                "{reason:?}"
            );
        }
    }

    #[test]
    fn a_request_that_is_too_large_stays_so() {
        let refusal = refused(ErrorReason::RequestTooLarge).with("limit_bytes", 9);
        let status = status(&refusal, Locale::En, "t", Vec::new());
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.get_error_details().retry_info().is_none());
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
            let refusal = refused(ErrorReason::NotFound).with("name", name);
            assert_eq!(refusal.localised(Locale::En), text);
        }
        let refusal = refused(ErrorReason::StaleEtag)
            .with("etag", "{name}")
            .with("name", "{etag}");
        assert_eq!(
            refusal.localised(Locale::En),
            "{etag} has changed since you read it (its etag is now {name}). Read it again."
        );
    }

    #[test]
    #[should_panic(expected = "NOT_FOUND lacks name")]
    fn a_reason_without_its_metadata_is_a_bug() {
        refused(ErrorReason::NotFound).localised(Locale::En);
    }
}

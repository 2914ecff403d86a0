//! What a handler knows of its call: who, under which rule, when, in which language, until when.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Oslo;
use proto::MethodRule;
use proto::common::v1::ErrorReason;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::error::{Error, Refused, Result, refused};
use crate::{Kind, Principal};

/// The context of one call, first argument of everything that judges it.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Who is calling.
    pub principal: Principal,
    /// The access rule of the method called.
    pub rule: &'static MethodRule,
    /// The instant that the call is judged at.
    pub now: DateTime<Utc>,
    /// The language of texts in the answer.
    pub locale: Locale,
    /// W3C trace id, 32 hexadecimal digits.
    pub trace_id: String,
    /// When the caller is answered at the latest.
    pub deadline: Instant,
    /// How long that is after the call came in, for the refusal's text.
    pub deadline_ms: u64,
    /// Keeps count of work that drain waits for.
    pub tasks: TaskTracker,
}

impl Ctx {
    /// The day of the call in Oslo, which rules and deadlines go by.
    pub fn today(&self) -> NaiveDate {
        oslo_date(self.now)
    }

    /// What a caller is told whose deadline has passed.
    pub fn deadline_passed(&self) -> Error {
        refused(ErrorReason::DeadlinePassed)
            .with("deadline_ms", self.deadline_ms)
            .into()
    }

    /// Refuses a machine, where the contract leaves it to the request whether a person is needed.
    pub fn must_be_person(&self) -> Result<()> {
        must_be_person(&self.principal, self.rule).map_err(|it| (*it).into())
    }
}

/// Refuses a machine that calls what is for persons.
pub(crate) fn must_be_person(principal: &Principal, rule: &MethodRule) -> Result<(), Box<Refused>> {
    match principal.kind {
        Kind::Person => Ok(()),
        Kind::Machine | Kind::Workload => Err(Box::new(
            refused(ErrorReason::NeedsAPerson).with("method", rule.path),
        )),
    }
}

/// The calendar day of an instant in Norway.
pub fn oslo_date(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&Oslo).date_naive()
}

/// Where the present comes from. Only tests fix it.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// An instant that a test chose.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The present instant.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Fixed(instant) => instant,
        }
    }
}

/// The language of texts for people (språklova: both written forms).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// Bokmål, also when the caller names no language.
    Nb,
    /// Nynorsk.
    Nn,
    /// English.
    En,
}

impl Locale {
    /// The first language of an `accept-language` value that the suite speaks.
    pub fn accepted(header: &str) -> Self {
        header
            .split(',')
            .find_map(|range| {
                let tag = range
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_ascii_lowercase();
                match tag.split('-').next().unwrap_or_default() {
                    "nb" | "no" => Some(Self::Nb),
                    "nn" => Some(Self::Nn),
                    "en" => Some(Self::En),
                    _ => None,
                }
            })
            .unwrap_or(Self::Nb)
    }

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
            Self::En => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_the_suite_speaks_is_taken() {
        for (header, expected) in [
            ("", Locale::Nb),
            ("nn", Locale::Nn),
            ("nn-NO,nb;q=0.8", Locale::Nn),
            ("no", Locale::Nb),
            ("de-DE, EN-gb;q=0.5", Locale::En),
            ("fr", Locale::Nb),
        ] {
            assert_eq!(Locale::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn half_an_hour_before_midnight_in_greenwich_it_is_tomorrow_in_oslo() {
        let instant: DateTime<Utc> = "2025-04-30T23:30:00Z".parse().unwrap();
        assert_eq!(
            oslo_date(instant),
            NaiveDate::from_ymd_opt(2025, 5, 1).unwrap()
        );
    }
}

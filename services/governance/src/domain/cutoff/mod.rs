//! Cut-off: a place in every source's facts at which a period's figures are computed.

mod evidence;
mod mark;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use platform::{Refused, must_be, reason};
use proto::governance::v1 as pb;

use crate::domain::{CutoffName, Encoded, Period};

pub use evidence::{
    cutoff_digest, departure, figure_digest, restatement_digest, rows_digest, sealed_marks,
};
pub use mark::{Mark, Next, Progress, Standing, marks, next};

/// One edition of a period's cut-off.
#[derive(Clone, Debug, PartialEq)]
pub struct Cutoff {
    /// Its name.
    pub name: CutoffName,
    /// Grows by one with every write.
    pub version: i64,
    /// The period it is of.
    pub period_id: Period,
    /// From 1.
    pub edition: i32,
    /// First day of the period.
    pub start_on: NaiveDate,
    /// Last day of the period.
    pub end_on: NaiveDate,
    /// How far it is.
    pub state: State,
    /// Why it closes without some sources; empty when it does not.
    pub incomplete_reason: String,
    /// Who decided that.
    pub incomplete_by: String,
    /// Why it was cancelled.
    pub cancel_reason: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Why its figures could not be computed; empty when they could, or it has not come so far.
    pub error: String,
    /// What was computed, by digests; empty until it is closed.
    pub evidence: Encoded<pb::CutoffEvidence>,
}

/// How far a cut-off is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Followers are on their way to its marks.
    Closing,
    /// Its figures are computed.
    Closed,
    /// It was given up.
    Cancelled,
}

/// A person's decision to close without a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
}

impl CutoffName {
    /// What it is as a heading: `Året 2025, 2. utgave`; its name where that says no period.
    pub fn words(&self) -> pb::Text {
        self.said(|period| {
            let mut letters = period.chars();
            let first = letters.next().map(char::to_uppercase);
            first.into_iter().flatten().chain(letters).collect()
        })
    }

    /// The same inside a sentence: `mars 2025, 2. utgave`.
    pub fn in_a_sentence(&self) -> pb::Text {
        self.said(|period| period)
    }

    fn said(&self, begun: fn(String) -> String) -> pb::Text {
        let id = self.as_str().trim_start_matches("cutoffs/");
        let parts = id.rsplit_once("-e").and_then(|(period, edition)| {
            Some((Period::from_id(period)?, edition.parse::<u32>().ok()?))
        });
        let Some((period, edition)) = parts else {
            let [nb, nn] = [self.to_string(), self.to_string()];
            return pb::Text { nb, nn };
        };
        let period = begun(match period {
            Period::Year(year) => format!("året {year}"),
            Period::Tertial(year, tertial) => format!("{tertial}. tertial {year}"),
            Period::Month(year, _) => format!("{} {year}", wording::month(period.start())),
            Period::YearTo(year, 1) => format!("året til og med januar {year}"),
            Period::YearTo(year, _) => format!("januar–{} {year}", wording::month(period.end())),
        });
        pb::Text {
            nb: format!("{period}, {edition}. utgave"),
            nn: format!("{period}, {edition}. utgåve"),
        }
    }
}

impl Cutoff {
    /// The next edition of a period's cut-off, CLOSING.
    pub fn begin(period: Period, latest: Option<&Self>, today: NaiveDate) -> Result<Self, Refused> {
        if period.end() >= today {
            return Err(reason::PeriodNotOver {
                end_date: period.end(),
            }
            .into());
        }
        if let Some(latest) = latest.filter(|it| it.state == State::Closing) {
            return Err(reason::CutoffClosing { name: &latest.name }.into());
        }
        let edition = latest.map_or(1, |it| it.edition + 1);
        Ok(Self {
            name: CutoffName(format!("cutoffs/{}-e{edition}", period.id())),
            version: 1,
            period_id: period,
            edition,
            start_on: period.start(),
            end_on: period.end(),
            state: State::Closing,
            incomplete_reason: String::new(),
            incomplete_by: String::new(),
            cancel_reason: String::new(),
            created_at: DateTime::default(),
            error: String::new(),
            evidence: Encoded::default(),
        })
    }

    /// With the decision to close without a source, when one of its marks is of such.
    #[must_use]
    pub fn without(self, marks: &[Mark], decision: Incomplete) -> Self {
        if !marks.iter().any(|it| it.incomplete) {
            return self;
        }
        Self {
            incomplete_reason: decision.reason,
            incomplete_by: decision.by,
            ..self
        }
    }

    /// The period it is of.
    pub fn period(&self) -> Period {
        self.period_id
    }

    /// The year whose accounts it closes a period of.
    pub fn year(&self) -> i32 {
        self.start_on.year()
    }

    /// CLOSING still, with something new to tell: how far followers have come, or why its figures
    /// could not be computed.
    pub fn go_on(self, error: String) -> Result<Self, Refused> {
        Ok(Self {
            error,
            ..self.step(State::Closing)?
        })
    }

    /// CLOSING → CLOSED, with digests of what was computed.
    pub fn close(self, evidence: pb::CutoffEvidence) -> Result<Self, Refused> {
        Ok(Self {
            error: String::new(),
            evidence: Encoded(evidence),
            ..self.step(State::Closed)?
        })
    }

    /// CLOSING → CANCELLED.
    pub fn cancel(self, reason: String) -> Result<Self, Refused> {
        Ok(Self {
            cancel_reason: reason,
            ..self.step(State::Cancelled)?
        })
    }

    fn step(self, to: State) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Closing])?;
        Ok(Self {
            state: to,
            version: self.version + 1,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// B-T21: people read the period and the edition, never a resource name.
    #[test]
    fn a_cut_off_is_named_by_its_period_and_edition() {
        for (id, nb, nn) in [
            ("2025-e2", "Året 2025, 2. utgave", "Året 2025, 2. utgåve"),
            (
                "2025-t1-e2",
                "1. tertial 2025, 2. utgave",
                "1. tertial 2025, 2. utgåve",
            ),
            (
                "2025-03-e11",
                "Mars 2025, 11. utgave",
                "Mars 2025, 11. utgåve",
            ),
            (
                "2025-to-08-e1",
                "Januar–august 2025, 1. utgave",
                "Januar–august 2025, 1. utgåve",
            ),
            (
                "2025-to-01-e1",
                "Året til og med januar 2025, 1. utgave",
                "Året til og med januar 2025, 1. utgåve",
            ),
            ("proof", "cutoffs/proof", "cutoffs/proof"),
        ] {
            let words = CutoffName(format!("cutoffs/{id}")).words();
            assert_eq!([words.nb.as_str(), words.nn.as_str()], [nb, nn]);
        }
        let march = CutoffName("cutoffs/2025-03-e2".into()).in_a_sentence();
        assert_eq!(march.nb, "mars 2025, 2. utgave");
    }
    use crate::domain::SourceName;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn evidence() -> pb::CutoffEvidence {
        pb::CutoffEvidence {
            digest: b"all".to_vec(),
            ..Default::default()
        }
    }

    #[test]
    fn a_period_is_closed_when_it_is_over_one_edition_at_a_time() {
        let march = Period::Month(2025, 3);
        let first = Cutoff::begin(march, None, day("2025-04-01")).unwrap();
        assert_eq!(
            (first.name.as_str(), first.edition),
            ("cutoffs/2025-03-e1", 1)
        );
        let early = Cutoff::begin(march, None, day("2025-03-31"));
        assert_eq!(early.unwrap_err().texts, &reason::PERIOD_NOT_OVER);
        let beside = Cutoff::begin(march, Some(&first), day("2025-04-02"));
        assert_eq!(beside.unwrap_err().texts, &reason::CUTOFF_CLOSING);
        for ended in [
            first.clone().close(evidence()).unwrap(),
            first.cancel("stuck".into()).unwrap(),
        ] {
            let second = Cutoff::begin(march, Some(&ended), day("2025-04-02")).unwrap();
            assert_eq!(
                (second.name.as_str(), second.edition),
                ("cutoffs/2025-03-e2", 2)
            );
            assert!(ended.clone().close(evidence()).is_err());
            assert!(ended.cancel(String::new()).is_err());
        }
    }

    #[test]
    fn what_failed_is_forgotten_when_it_closes() {
        let begun = Cutoff::begin(Period::Month(2025, 3), None, day("2025-04-01")).unwrap();
        let failed = begun.go_on("UNITS_DIFFER: …".into()).unwrap();
        assert_eq!(
            (failed.version, failed.error.as_str()),
            (2, "UNITS_DIFFER: …")
        );
        let closed = failed.close(evidence()).unwrap();
        assert_eq!((closed.version, closed.error.as_str()), (3, ""));
        assert_eq!(closed.evidence.0, evidence());
        assert!(closed.go_on(String::new()).is_err());
    }

    #[test]
    fn a_decision_to_close_without_a_source_is_kept_when_one_is_missing() {
        let begun = || Cutoff::begin(Period::Month(2025, 3), None, day("2025-04-01")).unwrap();
        let decision = Incomplete {
            reason: "nede".into(),
            by: "persons/kaia".into(),
        };
        let mark = |incomplete| Mark {
            source: SourceName::parse("sources/grants").unwrap(),
            number: 3,
            digest: b"abc".to_vec(),
            source_id: "a".into(),
            entries_number: 5,
            entries_digest: b"five".to_vec(),
            incomplete,
            progress: Progress::Waiting,
        };
        let whole = begun().without(&[mark(false)], decision.clone());
        assert_eq!(whole, begun());
        let incomplete = begun().without(&[mark(true)], decision);
        assert_eq!(
            (
                incomplete.incomplete_reason.as_str(),
                incomplete.incomplete_by.as_str()
            ),
            ("nede", "persons/kaia")
        );
    }
}

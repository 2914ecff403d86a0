//! Cut-off: a place in every source's facts at which a period's figures are computed.

use chrono::{DateTime, NaiveDate, Utc};

use crate::Refusal;
use crate::domain::{CutoffName, Period};

/// One edition of a period's cut-off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cutoff {
    /// Its name.
    pub name: CutoffName,
    /// Grows by one with every write.
    pub version: i64,
    /// The period, by [`Period::id`].
    pub period_id: String,
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

/// How far a source goes in a cut-off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// `sources/{service}`.
    pub source: String,
    /// Number of the last fact.
    pub number: i64,
    /// Running digest there.
    pub digest: Vec<u8>,
    /// The source was out of reach: the mark is the follower's own place.
    pub incomplete: bool,
}

/// Whether a follower has come as far as a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Not yet.
    Waiting,
    /// With the same facts.
    Reached,
    /// With other facts.
    Mismatch,
}

impl Mark {
    /// Judges a follower at `number`, whose digest at the mark's number is `digest_there`.
    pub fn progress(&self, number: i64, digest_there: Option<&[u8]>) -> Progress {
        match digest_there {
            _ if self.number == 0 => Progress::Reached,
            Some(digest) if digest == self.digest => Progress::Reached,
            Some(_) => Progress::Mismatch,
            None if number >= self.number => Progress::Mismatch,
            None => Progress::Waiting,
        }
    }
}

impl Cutoff {
    /// The next edition of a period's cut-off, CLOSING.
    pub fn begin(period: Period, latest: Option<&Self>, today: NaiveDate) -> Result<Self, Refusal> {
        if period.end() >= today {
            return Err(Refusal::PeriodNotOver { end: period.end() });
        }
        if let Some(latest) = latest.filter(|it| it.state == State::Closing) {
            return Err(Refusal::CutoffClosing {
                name: latest.name.clone(),
            });
        }
        let edition = latest.map_or(1, |it| it.edition + 1);
        let name = CutoffName::new("", &format!("{}-e{edition}", period.id())).unwrap_or_default();
        Ok(Self {
            name,
            version: 1,
            period_id: period.id(),
            edition,
            start_on: period.start(),
            end_on: period.end(),
            state: State::Closing,
            incomplete_reason: String::new(),
            incomplete_by: String::new(),
            cancel_reason: String::new(),
            created_at: DateTime::default(),
        })
    }

    /// The period it is of.
    pub fn period(&self) -> Option<Period> {
        Period::from_id(&self.period_id)
    }

    /// CLOSING → CLOSED.
    pub fn close(self) -> Result<Self, Refusal> {
        self.step(State::Closed)
    }

    /// CLOSING → CANCELLED.
    pub fn cancel(self, reason: String) -> Result<Self, Refusal> {
        Ok(Self {
            cancel_reason: reason,
            ..self.step(State::Cancelled)?
        })
    }

    fn step(self, to: State) -> Result<Self, Refusal> {
        if self.state != State::Closing {
            return Err(Refusal::CutoffWrongState {
                name: self.name,
                state: self.state,
            });
        }
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

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_closed_when_it_is_over_one_edition_at_a_time() {
        let march = Period::Month(2025, 3);
        let first = Cutoff::begin(march, None, day("2025-04-01")).unwrap();
        assert_eq!(
            (first.name.as_str(), first.edition),
            ("cutoffs/2025-03-e1", 1)
        );
        assert!(matches!(
            Cutoff::begin(march, None, day("2025-03-31")),
            Err(Refusal::PeriodNotOver { .. })
        ));
        assert!(matches!(
            Cutoff::begin(march, Some(&first), day("2025-04-02")),
            Err(Refusal::CutoffClosing { .. })
        ));
        for ended in [
            first.clone().close().unwrap(),
            first.cancel("stuck".into()).unwrap(),
        ] {
            let second = Cutoff::begin(march, Some(&ended), day("2025-04-02")).unwrap();
            assert_eq!(
                (second.name.as_str(), second.edition),
                ("cutoffs/2025-03-e2", 2)
            );
            assert!(ended.clone().close().is_err());
            assert!(ended.cancel(String::new()).is_err());
        }
    }

    #[test]
    fn a_mark_is_reached_with_the_same_facts_only() {
        let mark = |number, digest: &[u8]| Mark {
            source: "sources/grants".into(),
            number,
            digest: digest.to_vec(),
            incomplete: false,
        };
        for (mark, number, there, expected) in [
            (mark(0, b""), 0, None, Progress::Reached),
            (mark(3, b"abc"), 2, None, Progress::Waiting),
            (mark(3, b"abc"), 3, Some(&b"abc"[..]), Progress::Reached),
            (mark(3, b"abc"), 9, Some(&b"abc"[..]), Progress::Reached),
            (mark(3, b"abc"), 3, Some(&b"xyz"[..]), Progress::Mismatch),
            (mark(3, b"abc"), 9, None, Progress::Mismatch),
        ] {
            assert_eq!(
                mark.progress(number, there),
                expected,
                "{mark:?} at {number}"
            );
        }
    }
}

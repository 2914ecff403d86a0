//! Source: a service whose facts are followed, or stopped at one that cannot be taken.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Numbered, Position, Refused, date_to_wire, must_be};
use proto::feed::v1 as pb;

use crate::domain::SourceName;

/// A source and the follower's place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub name: SourceName,
    /// Grows with every stop and resumption.
    pub version: i64,
    /// Whether it is followed.
    pub state: State,
    /// What stopped it, or what failed last.
    pub error: String,
    /// Identity of the source's database; empty before the first page.
    pub source_id: String,
    /// Number of the last fact taken.
    pub number: i64,
    /// Running digest there.
    pub digest: Vec<u8>,
    /// Number of the last entry of the source's journal when the last page was read.
    pub entries_number: i64,
    /// The entries' running digest there, as the source said it.
    pub entries_digest: Vec<u8>,
    /// Number of the last fact known at the source.
    pub head_number: i64,
    /// When the last page was read, or some seconds earlier.
    pub read_at: Option<DateTime<Utc>>,
    /// Why it was followed again after its last stop.
    pub resume_reason: String,
    /// Who decided that.
    pub resumed_by: String,
    /// When.
    pub resumed_at: Option<DateTime<Utc>>,
}

/// Whether a source is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Page after page is read.
    Followed,
    /// A person repairs and resumes it.
    Stopped,
}

/// What stops a follower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Such as `FACTS_DIVERGED` or `FACT_NOT_UNDERSTOOD`.
    pub reason: String,
    /// What it means.
    pub text: String,
}

impl From<&Refused> for Stop {
    fn from(it: &Refused) -> Self {
        Self {
            reason: it.texts.name.to_owned(),
            text: it.english(),
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.text)
    }
}

/// A person's decision to follow a stopped source again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumption {
    /// What was repaired.
    pub reason: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Source {
    /// A source that is followed from its first fact.
    pub fn new(name: &SourceName) -> Self {
        Self {
            name: name.clone(),
            version: 1,
            state: State::Followed,
            error: String::new(),
            source_id: String::new(),
            number: 0,
            digest: Vec::new(),
            entries_number: 0,
            entries_digest: Vec::new(),
            head_number: 0,
            read_at: None,
            resume_reason: String::new(),
            resumed_by: String::new(),
            resumed_at: None,
        }
    }

    /// Whether a person must resume it.
    pub fn is_stopped(&self) -> bool {
        self.state == State::Stopped
    }

    /// The place behind the last fact taken, and in the entries as far as the source has said.
    pub fn position(&self) -> Position {
        Position {
            source: self.source_id.clone(),
            number: self.number,
            digest: self.digest.clone(),
            entries_number: self.entries_number,
            entries_digest: self.entries_digest.clone(),
        }
    }

    /// Facts known at the source and not taken yet. A source that was restored may have fewer than we.
    pub fn lag(&self) -> i64 {
        (self.head_number - self.number).max(0)
    }

    /// FOLLOWED → STOPPED.
    #[must_use]
    pub fn stop(self, why: &Stop) -> Self {
        Self {
            state: State::Stopped,
            error: why.to_string(),
            version: self.version + 1,
            ..self
        }
    }

    /// STOPPED → FOLLOWED.
    pub fn resume(self, decision: Resumption) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Stopped])?;
        Ok(Self {
            state: State::Followed,
            error: String::new(),
            version: self.version + 1,
            resume_reason: decision.reason,
            resumed_by: decision.by,
            resumed_at: Some(decision.at),
            ..self
        })
    }
}

impl SourceName {
    /// Our own facts.
    pub fn own() -> Self {
        Self("sources/governance".to_owned())
    }
}

/// A fact that was understood, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenFact {
    /// Number at the source.
    pub number: i64,
    /// Running digest behind it.
    pub digest: Vec<u8>,
    /// A measure of the source.
    pub measure: String,
    /// The day it counts for.
    pub effective_on: NaiveDate,
    /// In the measure's unit.
    pub value: i64,
    /// Exactly the measure's dimensions.
    pub dimensions: BTreeMap<String, String>,
    /// What is counted, at the source.
    pub subject: String,
    /// Its journal entry, at the source.
    pub entry: String,
    /// It takes an earlier fact back.
    pub reversal: bool,
}

impl TakenFact {
    /// The fact as the source sent it, for its digest.
    pub fn to_wire(&self) -> pb::Fact {
        let dimension = |(key, value): (&String, &String)| pb::Dimension {
            key: key.clone(),
            value: value.clone(),
        };
        pb::Fact {
            number: self.number,
            measure: self.measure.clone(),
            effective_date: Some(date_to_wire(self.effective_on)),
            value: self.value,
            dimensions: self.dimensions.iter().map(dimension).collect(),
            subject: self.subject.clone(),
            entry: self.entry.clone(),
            reversal: self.reversal,
        }
    }
}

/// Keys of each measure's facts, as each edition of its definition has them: a fact that was recorded
/// before its measure changed is read after it.
pub type KnownDimensions = BTreeMap<String, BTreeSet<Vec<String>>>;

/// Reads a fact, or says why it cannot be understood.
pub fn judge_fact(it: Numbered, known: &KnownDimensions) -> Result<TakenFact, Stop> {
    let Numbered { mut fact, digest } = it;
    let dimensions: BTreeMap<_, _> = std::mem::take(&mut fact.dimensions)
        .into_iter()
        .map(|it| (it.key, it.value))
        .collect();
    let stop = |what: String| Stop {
        reason: "FACT_NOT_UNDERSTOOD".to_owned(),
        text: format!("fact {} of {}: {what}", fact.number, fact.measure),
    };
    let editions = known
        .get(&fact.measure)
        .ok_or_else(|| stop("no source measures that".to_owned()))?;
    if !editions.iter().any(|it| dimensions.keys().eq(it)) {
        return Err(stop(format!(
            "its dimensions are {:?}, its measure's {editions:?}",
            dimensions.keys().collect::<Vec<_>>(),
        )));
    }
    let date = fact.effective_date.unwrap_or_default();
    let effective_on = u32::try_from(date.month)
        .ok()
        .zip(u32::try_from(date.day).ok())
        .and_then(|(month, day)| NaiveDate::from_ymd_opt(date.year, month, day))
        .ok_or_else(|| stop("its day is no date".to_owned()))?;
    Ok(TakenFact {
        number: fact.number,
        digest,
        measure: fact.measure,
        effective_on,
        value: fact.value,
        dimensions,
        subject: fact.subject,
        entry: fact.entry,
        reversal: fact.reversal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants() -> SourceName {
        SourceName::parse("sources/grants").unwrap()
    }

    /// A measure that was by post first, and then by country and post.
    fn known() -> KnownDimensions {
        let editions = [vec!["post"], vec!["country", "post"]];
        let owned = editions.map(|it| it.into_iter().map(str::to_owned).collect());
        BTreeMap::from([("m".to_owned(), BTreeSet::from(owned))])
    }

    #[test]
    fn a_fact_that_cannot_be_understood_stops_the_follower() {
        let good = pb::Fact {
            number: 7,
            measure: "m".into(),
            effective_date: Some(proto::google::r#type::Date {
                year: 2025,
                month: 3,
                day: 3,
            }),
            value: 5,
            dimensions: vec![pb::Dimension {
                key: "post".into(),
                value: "70".into(),
            }],
            ..Default::default()
        };
        let country = pb::Dimension {
            key: "country".into(),
            value: "MW".into(),
        };
        let of_the_later_edition = pb::Fact {
            dimensions: vec![country, good.dimensions[0].clone()],
            ..good.clone()
        };
        let judge = |fact: pb::Fact| {
            let digest = b"d".to_vec();
            judge_fact(Numbered { fact, digest }, &known())
        };
        for it in [good.clone(), of_the_later_edition] {
            assert_eq!(judge(it).unwrap().value, 5);
        }
        let unknown = pb::Fact {
            measure: "x".into(),
            ..good.clone()
        };
        let undimensioned = pb::Fact {
            dimensions: vec![],
            ..good.clone()
        };
        let undated = pb::Fact {
            effective_date: None,
            ..good
        };
        for bad in [unknown, undimensioned, undated] {
            let stop = judge(bad).unwrap_err();
            assert!(stop.text.starts_with("fact 7 of"), "{stop:?}");
        }
    }

    #[test]
    fn a_stopped_source_is_resumed_once() {
        let why = Stop {
            reason: "FACTS_DIVERGED".into(),
            text: "…".into(),
        };
        let decision = Resumption {
            reason: "Kilden er tilbake".into(),
            by: "persons/kaia".into(),
            at: DateTime::UNIX_EPOCH,
        };
        let stopped = Source::new(&grants()).stop(&why);
        assert_eq!((stopped.is_stopped(), stopped.version), (true, 2));
        let resumed = stopped.resume(decision.clone()).unwrap();
        assert_eq!((resumed.is_stopped(), resumed.version), (false, 3));
        assert_eq!(
            (resumed.resume_reason.as_str(), resumed.resumed_at),
            ("Kilden er tilbake", Some(decision.at))
        );
        assert!(resumed.resume(decision).is_err());
    }

    #[test]
    fn a_source_lags_by_what_it_has_and_we_have_not() {
        for (head_number, number, lag) in [(0, 0, 0), (7, 4, 3), (7, 7, 0), (4, 7, 0)] {
            let source = Source {
                head_number,
                number,
                ..Source::new(&grants())
            };
            assert_eq!(source.lag(), lag, "{number} of {head_number}");
        }
    }
}

//! Allocation line (tildeling): entered by one person, confirmed by another; reversed the same way
//! when it was wrong.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{DocumentRef, Fact, PostKey, Refused, must_be};
use sqlx::types::Json;

use crate::domain::{AllocationLineName, FrameKey};

/// What a letter allots to a chapter, post and year, or what Norec sets aside of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct AllocationLine {
    /// Its name, and its case.
    pub name: AllocationLineName,
    /// Grows by one with every write.
    pub version: i64,
    /// Whose decision it is.
    pub kind: Kind,
    /// Chapter (kapittel) of the state budget.
    pub chapter: String,
    /// Post of the chapter.
    pub post: String,
    /// Budget year.
    pub year: i32,
    /// Not 0; negative for a supplement that reduces, and for a set-aside that is freed.
    pub amount_ore: i64,
    /// The letter or decision; its date is the day that the line counts from.
    pub document: Json<DocumentRef>,
    /// Whether it counts.
    pub state: State,
    /// Why it was reversed; empty before.
    pub reversal_reason: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// Whose decision a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::Type, serde::Deserialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The ministry's, by allocation letter or supplement (tildelingsbrev).
    #[default]
    Allocated,
    /// The ministry's, of last year's appropriation (overført).
    CarriedOver,
    /// Norec's own, for spending on the post outside agreements.
    SetAside,
}

impl Kind {
    /// As a fact's dimension spells it.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Allocated => "allocated",
            Self::CarriedOver => "carried_over",
            Self::SetAside => "set_aside",
        }
    }
}

/// Whether a line counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type, serde::Deserialize)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for another person; does not count.
    Entered,
    /// Counts.
    Confirmed,
    /// Counts until the reversal is confirmed.
    ReversalEntered,
    /// Counts no more.
    Reversed,
    /// Never counted.
    Dropped,
}

impl AllocationLine {
    /// ENTERED → CONFIRMED.
    pub fn confirm(self) -> Result<Self, Refused> {
        self.step(&[State::Entered], State::Confirmed)
    }

    /// ENTERED → DROPPED, CONFIRMED → REVERSAL_ENTERED.
    pub fn reverse(self, reason: String) -> Result<Self, Refused> {
        let to = if self.state == State::Entered {
            State::Dropped
        } else {
            State::ReversalEntered
        };
        let reversed = self.step(&[State::Entered, State::Confirmed], to)?;
        Ok(Self {
            reversal_reason: reason,
            ..reversed
        })
    }

    /// REVERSAL_ENTERED → REVERSED.
    pub fn confirm_reversal(self) -> Result<Self, Refused> {
        self.step(&[State::ReversalEntered], State::Reversed)
    }

    fn step(self, from: &[State], to: State) -> Result<Self, Refused> {
        must_be(&self.name, self.state, from)?;
        Ok(Self {
            state: to,
            version: self.version + 1,
            ..self
        })
    }

    /// The frame that it belongs to.
    pub fn key(&self) -> FrameKey {
        FrameKey {
            post: PostKey {
                chapter: self.chapter.clone(),
                post: self.post.clone(),
            },
            year: self.year,
        }
    }

    /// The day that it counts from.
    pub fn counts_from(&self) -> NaiveDate {
        self.document.date
    }

    /// It is confirmed, and no reversal of it is.
    pub fn counts(&self) -> bool {
        matches!(self.state, State::Confirmed | State::ReversalEntered)
    }

    /// What it counts as now: a pure function of its state, so that a step's facts are the
    /// difference.
    pub(crate) fn facts(&self, measure: &'static str) -> Vec<Fact> {
        let mut dimensions = self.key().dimensions();
        dimensions.insert("kind".to_owned(), self.kind.as_str().to_owned());
        let fact = self.counts().then(|| Fact {
            measure,
            effective_on: self.counts_from(),
            value: self.amount_ore,
            dimensions,
            subject: self.name.to_string(),
            reversal: false,
        });
        fact.into_iter().collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use platform::wrong_state;

    use super::*;
    use testkit::{day, document};

    pub(crate) fn line(kind: Kind, state: State, post: &str, amount_ore: i64) -> AllocationLine {
        let (chapter, post) = post.split_once('.').unwrap();
        AllocationLine {
            name: AllocationLineName::parse("allocationLines/1").unwrap(),
            version: 1,
            kind,
            chapter: chapter.into(),
            post: post.into(),
            year: 2025,
            amount_ore,
            document: Json(document("2025-01-10")),
            state,
            reversal_reason: String::new(),
            created_at: DateTime::default(),
        }
    }

    const STATES: [State; 5] = [
        State::Entered,
        State::Confirmed,
        State::ReversalEntered,
        State::Reversed,
        State::Dropped,
    ];

    #[test]
    fn every_state_meets_every_verb() {
        use State::{Confirmed, Dropped, ReversalEntered, Reversed};
        type Verb = fn(AllocationLine) -> Result<AllocationLine, Refused>;
        let verbs: [(&str, Verb, [Option<State>; 5]); 3] = [
            (
                "confirm",
                AllocationLine::confirm,
                [Some(Confirmed), None, None, None, None],
            ),
            (
                "reverse",
                |it| it.reverse("wrong".into()),
                [Some(Dropped), Some(ReversalEntered), None, None, None],
            ),
            (
                "confirm the reversal of",
                AllocationLine::confirm_reversal,
                [None, None, Some(Reversed), None, None],
            ),
        ];
        for (name, verb, results) in verbs {
            for (state, expected) in STATES.into_iter().zip(results) {
                let after = verb(line(Kind::Allocated, state, "144.70", 100)).ok();
                let states = after.as_ref().map(|it| (it.state, it.version));
                assert_eq!(states, expected.map(|it| (it, 2)), "{name} {state:?}");
            }
        }
    }

    #[test]
    fn a_refused_verb_names_the_states_that_it_needs() {
        let reversed = line(Kind::Allocated, State::Reversed, "144.70", 100);
        assert_eq!(
            reversed.clone().reverse("again".into()).unwrap_err(),
            wrong_state(
                &reversed.name,
                State::Reversed,
                &[State::Entered, State::Confirmed]
            )
        );
    }

    /// CO-04: each step's facts are the difference, so a reversal undoes on the letter's day.
    #[test]
    fn a_line_counts_from_its_confirmation_until_its_reversal_is_confirmed() {
        for (state, values) in
            STATES
                .into_iter()
                .zip([vec![], vec![-100], vec![-100], vec![], vec![]])
        {
            let facts = line(Kind::CarriedOver, state, "144.70", -100).facts("grants.allocated");
            let found: Vec<_> = facts.iter().map(|it| it.value).collect();
            assert_eq!(found, values, "{state:?}");
            for fact in facts {
                assert_eq!(fact.effective_on, day("2025-01-10"));
                let dimensions: Vec<_> = fact.dimensions.into_iter().collect();
                assert_eq!(
                    dimensions,
                    [
                        ("chapter".to_owned(), "144".to_owned()),
                        ("kind".to_owned(), "carried_over".to_owned()),
                        ("post".to_owned(), "70".to_owned()),
                        ("year".to_owned(), "2025".to_owned()),
                    ]
                );
            }
        }
    }
}

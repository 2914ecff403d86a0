//! Scheme edition (tilskuddsordning): open, paused for a time, closed for good.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{DocumentRef, PostKey, Refused, must_be, must_follow, reason, spelled};
use sqlx::types::Json;

use crate::domain::SchemeEditionName;

/// One edition of a scheme's rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeEdition {
    /// Its name.
    pub name: SchemeEditionName,
    /// Grows by one with every write.
    pub version: i64,
    /// What it is called.
    pub title: String,
    /// The posts that awards under it may be charged to.
    pub posts: Json<Vec<PostKey>>,
    /// The scheme's rules, as the ministry set them.
    pub regulations: Json<DocumentRef>,
    /// First day on which an award may be made.
    pub open_on: NaiveDate,
    /// Whether awards are made.
    pub state: State,
    /// The day from which the state holds.
    pub state_on: NaiveDate,
    /// Main task of the instruction that it serves, 1 to 3 (Hovedinstruks § 3.2).
    pub main_task: i32,
    /// It gives money to a purpose that the scheme had not before.
    pub new_purpose: bool,
    /// The six answers of utredningsinstruksen.
    pub six_answers: Option<Json<DocumentRef>>,
    /// The confirmed judgement that they are not needed.
    pub no_study_judgement: Option<Json<DocumentRef>>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// Whether awards are made under an edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Awards are made.
    Open,
    /// No awards for a time.
    Paused,
    /// No more awards.
    Closed,
}

impl SchemeEdition {
    /// A new purpose was studied first, or judged to need no study (CL-06; utredningsinstruksen).
    pub fn must_be_studied(&self) -> Result<(), Refused> {
        let is_studied = self.six_answers.is_some() || self.no_study_judgement.is_some();
        if is_studied || !self.new_purpose {
            return Ok(());
        }
        Err(reason::SixAnswersMissing { name: &self.name }.into())
    }

    /// OPEN → PAUSED.
    pub fn pause(self, on: NaiveDate) -> Result<Self, Refused> {
        self.step(&[State::Open], State::Paused, on)
    }

    /// PAUSED → OPEN.
    pub fn resume(self, on: NaiveDate) -> Result<Self, Refused> {
        self.step(&[State::Paused], State::Open, on)
    }

    /// OPEN, PAUSED → CLOSED.
    pub fn close(self, on: NaiveDate) -> Result<Self, Refused> {
        self.step(&[State::Open, State::Paused], State::Closed, on)
    }

    fn step(self, from: &[State], to: State, on: NaiveDate) -> Result<Self, Refused> {
        must_be(&self.name, self.state, from)?;
        must_follow(&self.name, on, Some(self.state_on))?;
        Ok(Self {
            state: to,
            state_on: on,
            version: self.version + 1,
            ..self
        })
    }

    /// An award may be made on this day, of these posts.
    pub fn must_allow_award<'a>(
        &self,
        posts: impl IntoIterator<Item = &'a PostKey>,
        on: NaiveDate,
    ) -> Result<(), Refused> {
        if self.state != State::Open || on < self.open_on || on < self.state_on {
            return Err(reason::SchemeNotOpen {
                name: &self.name,
                state: spelled(self.state),
                effective_date: on,
            }
            .into());
        }
        posts.into_iter().try_for_each(|post| self.must_cover(post))
    }

    /// The edition allows spending on this post.
    pub fn must_cover(&self, post: &PostKey) -> Result<(), Refused> {
        if self.posts.contains(post) {
            return Ok(());
        }
        Err(reason::PostNotInScheme {
            name: &self.name,
            post,
        }
        .into())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use testkit::{day, document};

    use super::*;

    pub(crate) fn edition(state: State) -> SchemeEdition {
        SchemeEdition {
            name: SchemeEditionName::parse("schemes/utveksling/editions/2025").unwrap(),
            version: 1,
            title: "Utveksling".into(),
            posts: Json(vec![PostKey {
                chapter: "144".into(),
                post: "70".into(),
            }]),
            regulations: Json(document("2025-01-01")),
            open_on: day("2025-01-01"),
            state,
            state_on: day("2025-02-01"),
            main_task: 1,
            new_purpose: true,
            six_answers: Some(Json(document("2024-12-01"))),
            no_study_judgement: None,
            created_at: DateTime::default(),
        }
    }

    /// CL-06: a new purpose needs the six answers, or the judgement that none are needed.
    #[test]
    fn a_new_purpose_is_studied_first() {
        let paper = || Some(Json(document("2024-12-01")));
        for (new_purpose, six_answers, no_study_judgement, good) in [
            (true, None, None, false),
            (true, paper(), None, true),
            (true, None, paper(), true),
            (false, None, None, true),
            (false, paper(), None, true),
        ] {
            let edition = SchemeEdition {
                new_purpose,
                six_answers,
                no_study_judgement,
                ..edition(State::Open)
            };
            assert_eq!(edition.must_be_studied().is_ok(), good, "{edition:?}");
        }
    }

    #[test]
    fn every_state_meets_every_verb() {
        use State::{Closed, Open, Paused};
        type Verb = fn(SchemeEdition, NaiveDate) -> Result<SchemeEdition, Refused>;
        let verbs: [(&str, Verb); 3] = [
            ("pause", SchemeEdition::pause),
            ("resume", SchemeEdition::resume),
            ("close", SchemeEdition::close),
        ];
        for (state, results) in [
            (Open, [Some(Paused), None, Some(Closed)]),
            (Paused, [None, Some(Open), Some(Closed)]),
            (Closed, [None, None, None]),
        ] {
            for ((name, verb), expected) in verbs.iter().zip(results) {
                let after = verb(edition(state), day("2025-03-01"))
                    .ok()
                    .map(|it| it.state);
                assert_eq!(after, expected, "{name} of {state:?}");
            }
        }
    }

    #[test]
    fn a_state_does_not_begin_before_the_one_it_follows() {
        assert!(edition(State::Open).pause(day("2025-01-31")).is_err());
        assert!(edition(State::Open).pause(day("2025-02-01")).is_ok());
    }

    #[test]
    fn an_award_needs_an_open_edition_that_covers_the_post() {
        let exchange = PostKey {
            chapter: "144".into(),
            post: "70".into(),
        };
        let other = PostKey {
            chapter: "144".into(),
            post: "71".into(),
        };
        for (state, post, on, allowed) in [
            (State::Open, &exchange, "2025-03-01", true),
            (State::Open, &exchange, "2024-12-31", false),
            (State::Open, &other, "2025-03-01", false),
            (State::Paused, &exchange, "2025-03-01", false),
            (State::Closed, &exchange, "2025-03-01", false),
        ] {
            let verdict = edition(state).must_allow_award([post], day(on));
            assert_eq!(verdict.is_ok(), allowed, "{state:?} {post} {on}");
        }
    }
}

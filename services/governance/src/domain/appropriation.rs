//! Appropriation (bevilgning): what the Storting decided for a chapter, post and year. Recorded, or
//! reversed when it was registered wrongly; never edited.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Dimensions, Fact, Refused, must_be};

use crate::domain::AppropriationName;
use crate::measures::{CARRIED_OVER, REVISED, VOTED};

/// One decision of the Storting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appropriation {
    /// Its name.
    pub name: AppropriationName,
    /// Grows by one with every write.
    pub version: i64,
    /// Chapter (kapittel), such as `144`.
    pub chapter: String,
    /// Post, such as `70`.
    pub post: String,
    /// Budget year.
    pub year: i32,
    /// Which decision.
    pub kind: Kind,
    /// 0 or more.
    pub amount_ore: i64,
    /// The day from which it counts; in the budget year.
    pub effective_on: NaiveDate,
    /// Where the figure is from.
    pub source: String,
    /// The day of the source's edition.
    pub source_on: NaiveDate,
    /// Whether it stands.
    pub state: State,
    /// Why it was reversed; empty while it stands.
    pub reversal_reason: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// Which decision of the Storting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    /// As voted before the year (saldert budsjett).
    Voted,
    /// After all decisions in the year (revidert budsjett).
    Revised,
    /// Carried over from last year (overført fra i fjor).
    CarriedOver,
}

impl Kind {
    fn measure(self) -> &'static str {
        match self {
            Self::Voted => VOTED,
            Self::Revised => REVISED,
            Self::CarriedOver => CARRIED_OVER,
        }
    }
}

/// Whether a decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// It stands.
    Recorded,
    /// It was registered wrongly.
    Reversed,
}

impl Appropriation {
    /// RECORDED → REVERSED.
    pub fn reverse(self, reason: String) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Recorded])?;
        Ok(Self {
            version: self.version + 1,
            state: State::Reversed,
            reversal_reason: reason,
            ..self
        })
    }

    /// What it counts as it is: its amount on its day, 0 too, for then it is known.
    pub fn facts(&self) -> Vec<Fact> {
        if self.state == State::Reversed {
            return Vec::new();
        }
        vec![Fact {
            measure: self.kind.measure(),
            effective_on: self.effective_on,
            value: self.amount_ore,
            dimensions: Dimensions::from([
                ("chapter".to_owned(), self.chapter.clone()),
                ("post".to_owned(), self.post.clone()),
                ("year".to_owned(), self.year.to_string()),
            ]),
            subject: self.name.to_string(),
            reversal: false,
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn appropriation(kind: Kind, amount_ore: i64) -> Appropriation {
        Appropriation {
            name: AppropriationName::parse("appropriations/2025-70").unwrap(),
            version: 1,
            chapter: "144".into(),
            post: "70".into(),
            year: 2025,
            kind,
            amount_ore,
            effective_on: "2025-01-01".parse().unwrap(),
            source: "Statsregnskapet".into(),
            source_on: "2025-01-10".parse().unwrap(),
            state: State::Recorded,
            reversal_reason: String::new(),
            created_at: DateTime::default(),
        }
    }

    /// AC-07: each under its own name, and 0 is known to be 0.
    #[test]
    fn each_kind_of_decision_counts_under_its_own_name() {
        for (kind, amount_ore, measure) in [
            (Kind::Voted, 5, "governance.voted"),
            (Kind::Revised, 5, "governance.revised"),
            (Kind::CarriedOver, 5, "governance.carried_over"),
            (Kind::CarriedOver, 0, "governance.carried_over"),
        ] {
            let facts = appropriation(kind, amount_ore).facts();
            let told: Vec<_> = facts.iter().map(|it| (it.measure, it.value)).collect();
            assert_eq!(told, [(measure, amount_ore)]);
            let dimensions: Vec<_> = facts[0].dimensions.clone().into_iter().collect();
            let expected = [("chapter", "144"), ("post", "70"), ("year", "2025")];
            assert_eq!(
                dimensions,
                expected.map(|(k, v)| (k.to_owned(), v.to_owned()))
            );
        }
    }

    #[test]
    fn a_reversed_decision_counts_nothing_and_is_not_reversed_again() {
        let reversed = appropriation(Kind::Voted, 5)
            .reverse("Feil post".into())
            .unwrap();
        assert_eq!((reversed.version, reversed.state), (2, State::Reversed));
        assert_eq!(reversed.facts(), []);
        assert!(reversed.reverse("Igjen".into()).is_err());
    }
}

//! Freeze (betalingsstans) of a parent, or of a name that parents touch: made by one, lifted by two, as
//! a whole or for one parent at a time.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Dimensions, DocumentRef, Fact, Refused, must_be, must_follow};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::domain::FreezeName;

/// One stop of payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// Its name, and its case.
    pub name: FreezeName,
    /// Grows by one with every write.
    pub version: i64,
    /// The parent, or the name that parents touch.
    pub target: String,
    /// Why.
    pub ground: String,
    /// The decision.
    pub document: Json<DocumentRef>,
    /// The irregularity case, by a name of the service that has it; empty without.
    pub case_name: String,
    /// Whether it holds.
    pub state: State,
    /// The day from which it counts.
    pub start_on: NaiveDate,
    /// The day on which it was lifted.
    pub lift_on: Option<NaiveDate>,
    /// Why it was lifted; empty before.
    pub lift_reason: String,
    /// Parents that it no longer holds.
    pub except_parents: Vec<String>,
    /// Asked for, waiting for another person.
    pub waiting_lift: Option<Json<Lift>>,
    /// What it held when it was made, and what had left by then.
    pub found: Json<Found>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// Whether a freeze holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// It holds.
    Active,
    /// It holds until the lift is confirmed.
    Lifting,
    /// It holds no more.
    Lifted,
}

/// What shall be lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lift {
    /// One parent; empty for the whole.
    pub parent: String,
    /// Why.
    pub reason: String,
}

/// Payments of the parents that touch a name, at one moment: the first by name, and how many in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Asked for, and neither paid nor voided.
    pub held: Vec<String>,
    /// How many those are.
    pub held_count: i32,
    /// Paid.
    pub left: Vec<String>,
    /// How many those are.
    pub left_count: i32,
}

/// A freeze that holds a name, as it stands on the name's own row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// Which freeze.
    pub freeze: String,
    /// Parents that it does not hold.
    pub except: Vec<String>,
}

/// A name that a parent touches, with what holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// The name.
    pub name: String,
    /// What holds it.
    pub freezes: Vec<Holding>,
}

impl Freeze {
    /// ACTIVE, LIFTING → LIFTING; what was asked before waits no more.
    pub fn request_lift(self, lift: Lift) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Active, State::Lifting])?;
        Ok(Self {
            waiting_lift: Some(Json(lift)),
            ..self.step(State::Lifting)
        })
    }

    /// LIFTING → LIFTED, or for one parent → ACTIVE.
    pub fn confirm_lift(mut self, on: NaiveDate) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Lifting])?;
        must_follow(&self.name, on, Some(self.start_on))?;
        let Some(Json(lift)) = self.waiting_lift.take() else {
            return Ok(self);
        };
        if lift.parent.is_empty() || lift.parent == self.target {
            return Ok(Self {
                lift_on: Some(on),
                lift_reason: lift.reason,
                ..self.step(State::Lifted)
            });
        }
        self.except_parents.push(lift.parent);
        Ok(self.step(State::Active))
    }

    /// What it counts as now.
    pub(crate) fn facts(&self, measure: &'static str) -> Vec<Fact> {
        let fact = |on, value| Fact {
            measure,
            effective_on: on,
            value,
            dimensions: Dimensions::from([("case".to_owned(), self.case_name.clone())]),
            subject: self.name.to_string(),
            reversal: false,
        };
        let lifted = self.lift_on.map(|on| fact(on, -1));
        [fact(self.start_on, 1)].into_iter().chain(lifted).collect()
    }

    fn step(self, to: State) -> Self {
        Self {
            state: to,
            version: self.version + 1,
            ..self
        }
    }
}

/// The first freeze that holds a parent, and the name by which it does.
pub(crate) fn holding<'a>(parent: &str, touched: &'a [Touched]) -> Option<(&'a str, &'a Holding)> {
    let all = touched.iter().flat_map(|name| {
        let of_name = move |it: &'a Holding| (name.name.as_str(), it);
        name.freezes.iter().map(of_name)
    });
    let mut holding = all.filter(|(_, it)| !it.except.iter().any(|other| other == parent));
    holding.next()
}

#[cfg(test)]
mod tests {
    use testkit::{day, document};

    use super::*;

    fn freeze(state: State) -> Freeze {
        let lift = Lift {
            parent: String::new(),
            reason: "Saken er avklart".into(),
        };
        Freeze {
            name: FreezeName::parse("freezes/1").unwrap(),
            version: 1,
            target: "partners/x".into(),
            ground: "Mistanke".into(),
            document: Json(document("2025-10-05")),
            case_name: "irregularityCases/2025-1".into(),
            state,
            start_on: day("2025-10-06"),
            lift_on: None,
            lift_reason: String::new(),
            except_parents: Vec::new(),
            waiting_lift: (state == State::Lifting).then_some(Json(lift)),
            found: Json(Found::default()),
            created_at: DateTime::default(),
        }
    }

    fn to_lift(parent: &str) -> Lift {
        Lift {
            parent: parent.into(),
            reason: "Avklart".into(),
        }
    }

    #[test]
    fn every_state_meets_every_verb() {
        use State::{Active, Lifted, Lifting};
        for (state, asked, confirmed) in [
            (Active, Some(Lifting), None),
            (Lifting, Some(Lifting), Some(Lifted)),
            (Lifted, None, None),
        ] {
            let after = freeze(state).request_lift(to_lift(""));
            assert_eq!(after.ok().map(|it| it.state), asked, "{state:?}");
            let after = freeze(state).confirm_lift(day("2025-11-01"));
            assert_eq!(after.ok().map(|it| it.state), confirmed, "{state:?}");
        }
        assert!(freeze(Lifting).confirm_lift(day("2025-10-05")).is_err());
    }

    /// IR-03: lifted for one agreement it holds the others; lifted as a whole it counts no more.
    #[test]
    fn a_freeze_counts_until_the_whole_of_it_is_lifted() {
        let days = |it: &Freeze| -> Vec<_> {
            let facts = it.facts("grants.freezes");
            facts.iter().map(|it| (it.effective_on, it.value)).collect()
        };
        let (start, end) = (day("2025-10-06"), day("2025-11-01"));
        let for_one = freeze(State::Active).request_lift(to_lift("agreements/1"));
        let for_one = for_one.unwrap().confirm_lift(end).unwrap();
        assert_eq!(
            (for_one.state, days(&for_one)),
            (State::Active, vec![(start, 1)])
        );
        assert_eq!(for_one.except_parents, ["agreements/1"]);
        let whole = for_one.request_lift(to_lift("")).unwrap().confirm_lift(end);
        let whole = whole.unwrap();
        assert_eq!(days(&whole), [(start, 1), (end, -1)]);
        assert_eq!(whole.waiting_lift, None);
    }

    /// IR-03: of two freezes of a name, or of two names, one that still holds is enough.
    #[test]
    fn a_parent_is_frozen_while_anything_that_it_touches_is() {
        let by = |freeze: &str, except: &[&str]| Holding {
            freeze: freeze.into(),
            except: except.iter().map(|it| (*it).to_owned()).collect(),
        };
        let name = |name: &str, freezes: Vec<Holding>| Touched {
            name: name.into(),
            freezes,
        };
        for (touched, held_by) in [
            (vec![], None),
            (vec![name("partners/x", vec![])], None),
            (
                vec![name("partners/x", vec![by("freezes/1", &[])])],
                Some("freezes/1"),
            ),
            (
                vec![name("partners/x", vec![by("freezes/1", &["agreements/1"])])],
                None,
            ),
            (
                vec![name(
                    "partners/x",
                    vec![
                        by("freezes/1", &["agreements/1"]),
                        by("freezes/2", &["agreements/2"]),
                    ],
                )],
                Some("freezes/2"),
            ),
            (
                vec![
                    name("partners/x", vec![]),
                    name("organisations/y", vec![by("freezes/3", &[])]),
                ],
                Some("freezes/3"),
            ),
        ] {
            let told = holding("agreements/1", &touched).map(|(_, it)| it.freeze.as_str());
            assert_eq!(told, held_by, "{touched:?}");
        }
    }
}

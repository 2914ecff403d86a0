//! Amendment (endring) of what a parent promises: entered by one person, decided by another, signed by
//! both parties. It counts from the decision.

use chrono::NaiveDate;
use platform::{DocumentRef, Refused, Wrong, field_reason, must_follow, reason};
use serde::{Deserialize, Serialize};

use crate::domain::Commitment;

/// One amendment of a parent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// What changes, each with its whole amount as it shall be; 0 where it falls away.
    pub commitments: Vec<Commitment>,
    /// Why.
    pub reason: String,
    /// How far it has come.
    pub state: State,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// The day on which the last party signed.
    pub signed_on: Option<NaiveDate>,
    /// The signed amendment.
    pub document: Option<DocumentRef>,
}

/// How far an amendment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for another person; changes nothing.
    Entered,
    /// Counts.
    Decided,
    /// Signed by both parties.
    Signed,
    /// Dropped before it was decided.
    Dropped,
}

/// A parent's amendments, in the order of entering: the first is number 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amendments(pub Vec<Amendment>);

impl Amendments {
    /// Amendments of one parent at the most.
    pub const MAX: usize = 50;

    /// Enters another; one waits at a time.
    pub fn enter(mut self, parent: &str, amendment: Amendment) -> Result<Self, Refused> {
        if self.0.iter().any(|it| it.state == State::Entered) {
            return Err(reason::AmendmentWaiting { name: parent }.into());
        }
        self.0.push(amendment);
        Ok(self)
    }

    /// What would be right where there are more than a parent has room for.
    pub fn too_many(&self) -> Option<Wrong> {
        let max = Self::MAX;
        (self.0.len() > max).then(|| field_reason::Amendments { max }.into())
    }

    /// The one that waits to be decided.
    pub fn waiting(&self, parent: &str) -> Result<&Amendment, Refused> {
        let waiting = self.0.iter().find(|it| it.state == State::Entered);
        waiting.ok_or_else(|| reason::NoAmendmentWaiting { name: parent }.into())
    }

    /// Drops the one that waits.
    pub fn drop_waiting(self, parent: &str) -> Result<Self, Refused> {
        self.waiting(parent)?;
        Ok(self.with_waiting(|it| it.state = State::Dropped))
    }

    /// The one that waits is decided on a day.
    pub fn decide(self, parent: &str, on: NaiveDate) -> Result<Self, Refused> {
        self.waiting(parent)?;
        must_follow(&parent, on, self.last_decided_on())?;
        Ok(self.with_waiting(|it| {
            it.state = State::Decided;
            it.decided_on = Some(on);
        }))
    }

    /// A decided one is signed.
    pub fn sign(
        mut self,
        parent: &str,
        number: usize,
        document: DocumentRef,
        on: NaiveDate,
    ) -> Result<Self, Refused> {
        let index = number.checked_sub(1);
        let found = index.and_then(|it| self.0.get_mut(it));
        let Some(decided) = found.filter(|it| it.state == State::Decided) else {
            return Err(reason::NoAmendmentWaiting { name: parent }.into());
        };
        must_follow(&parent, on, decided.decided_on)?;
        decided.state = State::Signed;
        decided.signed_on = Some(on);
        decided.document = Some(document);
        Ok(self)
    }

    /// The day on which an amendment was decided last.
    pub fn last_decided_on(&self) -> Option<NaiveDate> {
        self.0.iter().filter_map(|it| it.decided_on).max()
    }

    fn with_waiting(mut self, change: impl Fn(&mut Amendment)) -> Self {
        let waiting = self.0.iter_mut().filter(|it| it.state == State::Entered);
        waiting.for_each(change);
        self
    }
}

#[cfg(test)]
mod tests {
    use testkit::{day, document};

    use super::*;
    use crate::domain::commitment::tests::asked;

    fn entered() -> Amendment {
        Amendment {
            commitments: vec![asked(2025, 100)],
            reason: "Flere deltakere".into(),
            state: State::Entered,
            decided_on: None,
            signed_on: None,
            document: None,
        }
    }

    #[test]
    fn every_state_meets_every_verb() {
        use State::{Decided, Dropped, Entered, Signed};
        type Verb = fn(Amendments) -> Result<Amendments, Refused>;
        let verbs: [(&str, Verb); 4] = [
            ("enter", |it| it.enter("agreements/1", entered())),
            ("drop", |it| it.drop_waiting("agreements/1")),
            ("decide", |it| it.decide("agreements/1", day("2025-05-05"))),
            ("sign", |it| {
                it.sign("agreements/1", 1, document("2025-05-20"), day("2025-05-20"))
            }),
        ];
        for (state, allowed) in [
            (Entered, [false, true, true, false]),
            (Decided, [true, false, false, true]),
            (Signed, [true, false, false, false]),
            (Dropped, [true, false, false, false]),
        ] {
            for ((name, verb), allowed) in verbs.iter().zip(allowed) {
                let given = Amendments(vec![Amendment { state, ..entered() }]);
                assert_eq!(verb(given).is_ok(), allowed, "{name} of {state:?}");
            }
        }
        let none = Amendments::default();
        assert!(none.clone().enter("agreements/1", entered()).is_ok());
        assert!(none.waiting("agreements/1").is_err());
    }

    #[test]
    fn a_parent_has_room_for_fifty_amendments() {
        for (count, fits) in [(0, true), (50, true), (51, false)] {
            let amendments = Amendments(vec![entered(); count]);
            assert_eq!(amendments.too_many().is_none(), fits, "{count}");
        }
    }

    #[test]
    fn an_amendment_is_signed_no_earlier_than_it_was_decided() {
        let name = "agreements/1";
        let decided = Amendments(vec![entered()]).decide(name, day("2025-05-05"));
        for (number, on, good) in [
            (1, "2025-05-05", true),
            (1, "2025-05-04", false),
            (0, "2025-05-05", false),
            (2, "2025-05-05", false),
        ] {
            let decided = decided.clone().unwrap();
            let signed = decided.sign(name, number, document(on), day(on));
            assert_eq!(signed.is_ok(), good, "{number} {on}");
        }
        let second = decided.unwrap().enter(name, entered()).unwrap();
        assert!(second.clone().decide(name, day("2025-05-04")).is_err());
        assert!(second.decide(name, day("2025-05-05")).is_ok());
    }
}

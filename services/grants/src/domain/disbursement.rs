//! Payment of an agreement (utbetaling): requested, decided and attested in either order, paid; or
//! voided before it was paid.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use platform::{Fact, PostKey};

use crate::Refusal;
use crate::domain::{
    Agreement, AgreementName, Commitment, DisbursementName, FrameKey, must_follow,
};
use crate::measures::DISBURSED;
use crate::refusal::AgreementRefusal;

/// One payment of one commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disbursement {
    /// Its name.
    pub name: DisbursementName,
    /// Grows by one with every write.
    pub version: i64,
    /// The agreement, which is its case.
    pub agreement: AgreementName,
    /// Chapter of the commitment.
    pub chapter: String,
    /// Post of the commitment.
    pub post: String,
    /// Budget year of the commitment.
    pub year: i32,
    /// In øre; above 0.
    pub amount_ore: i64,
    /// What it is for.
    pub purpose: String,
    /// How far it has come.
    pub state: State,
    /// The day of the request.
    pub requested_on: NaiveDate,
    /// The day of the decision.
    pub decided_on: Option<NaiveDate>,
    /// Who decided, such as `persons/solveig`; empty before.
    pub decided_by: String,
    /// The day of the attestation.
    pub attested_on: Option<NaiveDate>,
    /// Who attested; empty before.
    pub attested_by: String,
    /// The day on which the bank paid.
    pub paid_on: Option<NaiveDate>,
    /// The accounting system's voucher (bilag); empty before it is paid.
    pub voucher: String,
    /// Why it was paid in another year than the commitment's; empty when it was not.
    pub other_year_reason: String,
    /// Why the day or the voucher was corrected last; empty when they were not.
    pub correction_reason: String,
    /// The day on which it was voided.
    pub voided_on: Option<NaiveDate>,
    /// Why it was voided; empty when it was not.
    pub void_reason: String,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// How far a payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Asked for.
    Requested,
    /// Decided, not yet attested.
    Decided,
    /// Attested, not yet decided.
    Attested,
    /// Decided and attested: may be paid.
    Approved,
    /// Paid by the bank.
    Paid,
    /// Not made.
    Voided,
}

/// What the bank did, as the accounting system has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The day.
    pub on: NaiveDate,
    /// The voucher.
    pub voucher: String,
    /// Why it lies in another year than the commitment's; kept only when it does.
    pub other_year_reason: String,
}

/// What a payment shall say; what is `None` stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentCorrection {
    /// The right day.
    pub on: Option<NaiveDate>,
    /// The right voucher.
    pub voucher: Option<String>,
    /// Why the right day lies in another year than the commitment's.
    pub other_year_reason: String,
    /// Why it is corrected.
    pub reason: String,
}

impl Disbursement {
    /// It is paid of this commitment.
    pub fn is_of(&self, it: &Commitment) -> bool {
        self.frame_key() == it.frame_key()
    }

    /// Chapter, post and year of its commitment.
    pub fn frame_key(&self) -> FrameKey {
        FrameKey {
            post: PostKey {
                chapter: self.chapter.clone(),
                post: self.post.clone(),
            },
            year: self.year,
        }
    }

    /// Neither paid nor voided.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, State::Paid | State::Voided)
    }

    /// It takes from its commitment.
    pub fn takes(&self) -> bool {
        self.state != State::Voided
    }

    /// REQUESTED → DECIDED, ATTESTED → APPROVED.
    pub fn decide(self, person: &str, on: NaiveDate) -> Result<Self, Refusal> {
        let to = match self.state {
            State::Requested => State::Decided,
            State::Attested => State::Approved,
            _ => return Err(self.wrong_state(&[State::Requested, State::Attested])),
        };
        self.must_be_in_year(on)?;
        must_follow(&self.name, on, Some(self.requested_on))?;
        Ok(Self {
            decided_on: Some(on),
            decided_by: person.to_owned(),
            ..self.step(to)
        })
    }

    /// REQUESTED → ATTESTED, DECIDED → APPROVED.
    pub fn attest(self, person: &str, on: NaiveDate) -> Result<Self, Refusal> {
        let to = match self.state {
            State::Requested => State::Attested,
            State::Decided => State::Approved,
            _ => return Err(self.wrong_state(&[State::Requested, State::Decided])),
        };
        self.must_be_in_year(on)?;
        must_follow(&self.name, on, Some(self.requested_on))?;
        Ok(Self {
            attested_on: Some(on),
            attested_by: person.to_owned(),
            ..self.step(to)
        })
    }

    /// REQUESTED, DECIDED, ATTESTED, APPROVED → VOIDED; the commitment is free again.
    pub fn void(self, reason: String, on: NaiveDate) -> Result<Self, Refusal> {
        if !self.is_open() {
            return Err(self.wrong_state(&[
                State::Requested,
                State::Decided,
                State::Attested,
                State::Approved,
            ]));
        }
        must_follow(&self.name, on, self.last_step_on())?;
        Ok(Self {
            voided_on: Some(on),
            void_reason: reason,
            ..self.step(State::Voided)
        })
    }

    /// APPROVED → PAID. What the bank did is true, in whatever year it did it.
    pub fn pay(self, paid: Paid) -> Result<Self, Refusal> {
        if self.state != State::Approved {
            return Err(self.wrong_state(&[State::Approved]));
        }
        self.step(State::Paid).paid(paid)
    }

    /// PAID → PAID, with another day or voucher.
    pub fn correct(self, correction: PaymentCorrection) -> Result<Self, Refusal> {
        let (State::Paid, Some(paid_on)) = (self.state, self.paid_on) else {
            return Err(self.wrong_state(&[State::Paid]));
        };
        let right = Paid {
            on: correction.on.unwrap_or(paid_on),
            voucher: correction.voucher.unwrap_or_else(|| self.voucher.clone()),
            other_year_reason: if correction.other_year_reason.is_empty() {
                self.other_year_reason.clone()
            } else {
                correction.other_year_reason
            },
        };
        if right.on == paid_on && right.voucher == self.voucher {
            return Err(AgreementRefusal::NothingToCorrect {
                name: self.name.to_string(),
            }
            .into());
        }
        let corrected = self.step(State::Paid).paid(right)?;
        Ok(Self {
            correction_reason: correction.reason,
            ..corrected
        })
    }

    fn paid(self, paid: Paid) -> Result<Self, Refusal> {
        must_follow(&self.name, paid.on, self.last_step_on())?;
        let in_other_year = paid.on.year() != self.year;
        if in_other_year && paid.other_year_reason.is_empty() {
            return Err(AgreementRefusal::OtherYearReasonRequired {
                year: self.year,
                paid_on: paid.on,
            }
            .into());
        }
        Ok(Self {
            paid_on: Some(paid.on),
            voucher: paid.voucher,
            other_year_reason: if in_other_year {
                paid.other_year_reason
            } else {
                String::new()
            },
            ..self
        })
    }

    /// The cash principle (kontantprinsippet): money of a year is spent in that year.
    pub(super) fn must_be_in_year(&self, on: NaiveDate) -> Result<(), Refusal> {
        if on.year() == self.year {
            return Ok(());
        }
        Err(AgreementRefusal::PaymentOutsideYear {
            year: self.year,
            effective_on: on,
        }
        .into())
    }

    /// What it counts for, as it is, told apart by its agreement.
    pub fn facts(&self, agreement: &Agreement) -> Vec<Fact> {
        assert_eq!(
            self.agreement, agreement.name,
            "a payment counts for its own agreement"
        );
        let fact = self.paid_on.map(|on| {
            let mut dimensions = agreement.dimensions();
            dimensions.extend([
                ("chapter", self.chapter.clone()),
                ("post", self.post.clone()),
                ("year", self.year.to_string()),
            ]);
            Fact {
                measure: DISBURSED,
                effective_on: on,
                value: self.amount_ore,
                dimensions,
                subject: self.name.to_string(),
            }
        });
        fact.into_iter().collect()
    }

    /// The latest of request, decision and attestation.
    fn last_step_on(&self) -> Option<NaiveDate> {
        [Some(self.requested_on), self.decided_on, self.attested_on]
            .into_iter()
            .max()
            .flatten()
    }

    fn wrong_state(self, needed: &'static [State]) -> Refusal {
        AgreementRefusal::DisbursementWrongState {
            name: self.name,
            state: self.state,
            needed,
        }
        .into()
    }

    fn step(self, to: State) -> Self {
        Self {
            state: to,
            version: self.version + 1,
            ..self
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::agreement;
    use crate::domain::scheme_edition::tests::day;

    /// A payment of 144.70: requested on 2 April, decided on 3 April, attested on 4 April, paid on
    /// 9 April, all of 2025 whatever the commitment's year.
    pub(crate) fn payment(state: State, year: i32, amount_ore: i64) -> Disbursement {
        use State::{Approved, Attested, Decided, Paid, Voided};
        let since = |states: &[State], text| states.contains(&state).then(|| day(text));
        let decided_on = since(&[Decided, Approved, Paid], "2025-04-03");
        let attested_on = since(&[Attested, Approved, Paid], "2025-04-04");
        let by =
            |on: Option<NaiveDate>, person: &str| on.map(|_| person.into()).unwrap_or_default();
        Disbursement {
            name: DisbursementName::parse("agreements/2025-0142/disbursements/1").unwrap(),
            version: 4,
            agreement: AgreementName::parse("agreements/2025-0142").unwrap(),
            chapter: "144".into(),
            post: "70".into(),
            year,
            amount_ore,
            purpose: "Første rate".into(),
            state,
            requested_on: day("2025-04-02"),
            decided_on,
            decided_by: by(decided_on, "persons/solveig"),
            attested_on,
            attested_by: by(attested_on, "persons/tor"),
            paid_on: since(&[Paid], "2025-04-09"),
            voucher: by(since(&[Paid], "2025-04-09"), "B-17"),
            other_year_reason: String::new(),
            correction_reason: String::new(),
            voided_on: since(&[Voided], "2025-04-05"),
            void_reason: String::new(),
            created_at: DateTime::default(),
        }
    }

    fn paid(on: &str, other_year_reason: &str) -> Paid {
        Paid {
            on: day(on),
            voucher: "B-18".into(),
            other_year_reason: other_year_reason.into(),
        }
    }

    fn correction(on: Option<&str>, voucher: Option<&str>) -> PaymentCorrection {
        PaymentCorrection {
            on: on.map(day),
            voucher: voucher.map(Into::into),
            other_year_reason: String::new(),
            reason: "Feil dato fra banken".into(),
        }
    }

    #[test]
    fn every_state_meets_every_verb() {
        use State::{Approved, Attested, Decided, Paid, Requested, Voided};
        type Verb = fn(Disbursement) -> Result<Disbursement, Refusal>;
        let verbs: [(&str, Verb); 5] = [
            ("decide", |it| {
                it.decide("persons/solveig", day("2025-04-10"))
            }),
            ("attest", |it| it.attest("persons/tor", day("2025-04-10"))),
            ("void", |it| {
                it.void("Feil mottaker".into(), day("2025-04-10"))
            }),
            ("pay", |it| it.pay(paid("2025-04-10", ""))),
            ("correct", |it| {
                it.correct(correction(Some("2025-04-10"), None))
            }),
        ];
        for (state, results) in [
            (
                Requested,
                [Some(Decided), Some(Attested), Some(Voided), None, None],
            ),
            (Decided, [None, Some(Approved), Some(Voided), None, None]),
            (Attested, [Some(Approved), None, Some(Voided), None, None]),
            (Approved, [None, None, Some(Voided), Some(Paid), None]),
            (Paid, [None, None, None, None, Some(Paid)]),
            (Voided, [None; 5]),
        ] {
            for ((name, verb), expected) in verbs.iter().zip(results) {
                let after = verb(payment(state, 2025, 100));
                match expected {
                    Some(expected) => {
                        let after = after.unwrap();
                        assert_eq!(
                            (after.state, after.version),
                            (expected, 5),
                            "{name} {state:?}"
                        );
                    }
                    None => assert!(
                        matches!(
                            after,
                            Err(Refusal::Agreement(
                                AgreementRefusal::DisbursementWrongState { .. }
                            ))
                        ),
                        "{name} of {state:?}: {after:?}"
                    ),
                }
            }
        }
    }

    /// FR-11: money of a year is decided and attested in that year; what the bank did in another
    /// one is true, with a reason.
    #[test]
    fn the_year_rules_hold() {
        use State::{Approved, Requested};
        for (year, on, inside) in [
            (2025, "2025-12-31", true),
            (2025, "2026-01-01", false),
            (2026, "2025-12-31", false),
        ] {
            let decided = payment(Requested, year, 100).decide("persons/solveig", day(on));
            let attested = payment(Requested, year, 100).attest("persons/tor", day(on));
            assert_eq!(decided.is_ok(), inside, "{year} {on}");
            assert_eq!(attested.is_ok(), inside, "{year} {on}");
        }
        let why = "Banken var stengt";
        for (on, reason, kept) in [
            ("2025-12-31", "", Some("")),
            ("2025-12-31", why, Some("")),
            ("2026-01-02", why, Some(why)),
            ("2026-01-02", "", None),
        ] {
            let after = payment(Approved, 2025, 100).pay(paid(on, reason));
            let after = after.ok().map(|it| it.other_year_reason);
            assert_eq!(after.as_deref(), kept, "{on} {reason}");
        }
    }

    #[test]
    fn steps_keep_their_order() {
        use State::{Approved, Requested};
        for (on, good) in [("2025-04-01", false), ("2025-04-02", true)] {
            let requested = || payment(Requested, 2025, 100);
            assert_eq!(requested().decide("persons/s", day(on)).is_ok(), good);
            assert_eq!(requested().attest("persons/t", day(on)).is_ok(), good);
            assert_eq!(requested().void("x".into(), day(on)).is_ok(), good);
        }
        for (on, good) in [("2025-04-03", false), ("2025-04-04", true)] {
            let approved = || payment(Approved, 2025, 100);
            assert_eq!(approved().pay(paid(on, "")).is_ok(), good);
            assert_eq!(approved().void("x".into(), day(on)).is_ok(), good);
            let corrected = payment(State::Paid, 2025, 100).correct(correction(Some(on), None));
            assert_eq!(corrected.is_ok(), good);
        }
    }

    /// CO-01, CO-06: what is corrected moves its one fact; what is right already is refused.
    #[test]
    fn a_corrected_payment_moves_its_fact_when_the_day_does() {
        let owner = agreement::tests::agreement(agreement::State::Signed);
        for (it, days) in [
            (
                correction(Some("2025-05-02"), None),
                Some(vec![("2025-04-09", -100), ("2025-05-02", 100)]),
            ),
            (correction(None, Some("B-99")), Some(vec![])),
            (correction(Some("2025-04-09"), Some("B-17")), None),
            (correction(None, None), None),
        ] {
            let before = payment(State::Paid, 2025, 100);
            let moved = before.clone().correct(it.clone()).ok().map(|after| {
                assert_eq!(after.correction_reason, it.reason);
                Fact::changes(&before.facts(&owner), &after.facts(&owner))
                    .iter()
                    .map(|it| (it.effective_on, it.value))
                    .collect::<Vec<_>>()
            });
            let days = days.map(|it| it.into_iter().map(|(on, ore)| (day(on), ore)).collect());
            assert_eq!(moved, days, "{it:?}");
        }
    }

    /// The reason for another year goes with the day that it explains.
    #[test]
    fn a_day_corrected_into_another_year_and_back_needs_and_drops_its_reason() {
        let before = payment(State::Paid, 2025, 100);
        let mut away = correction(Some("2026-01-02"), None);
        assert!(before.clone().correct(away.clone()).is_err());
        away.other_year_reason = "Banken var stengt".into();
        let there = before.correct(away).unwrap();
        assert_eq!(there.other_year_reason, "Banken var stengt");
        let renumbered = there.correct(correction(None, Some("B-99"))).unwrap();
        assert_eq!(renumbered.other_year_reason, "Banken var stengt");
        let back = renumbered
            .correct(correction(Some("2025-12-31"), None))
            .unwrap();
        assert_eq!(back.other_year_reason, "");
    }
}

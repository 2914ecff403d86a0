//! How an agreement is corrected. One person enters a correction, another confirms it; until then
//! nothing changes. Every fact of the agreement and of its payments that it changes is then reversed
//! and recorded anew, on the same days.

use platform::{Refused, must_follow, reason};
use spending::Disbursement;
use sqlx::types::Json;

use super::{Agreement, State};
use crate::domain::Correction;

impl Agreement {
    /// Enters a correction. It is judged at once as it will be when it is confirmed.
    pub fn enter_correction(
        self,
        correction: Correction,
        payments: &[Disbursement],
    ) -> Result<Self, Refused> {
        use State::{Awarded, Cancelled, Closed, Signed};
        self.must_be(&[Awarded, Signed, Closed, Cancelled])?;
        if self.waiting_correction.is_some() {
            return Err(reason::CorrectionWaiting { name: self.name }.into());
        }
        let corrected = self.clone().corrected(&correction, payments)?;
        if corrected == self {
            return Err(reason::NothingToCorrect { name: self.name }.into());
        }
        corrected.must_be_in_order(&correction, payments)?;
        Ok(Self {
            waiting_correction: Some(Json(correction)),
            version: self.version + 1,
            ..self
        })
    }

    /// Makes the correction that waits.
    pub fn confirm_correction(mut self, payments: &[Disbursement]) -> Result<Self, Refused> {
        let Some(Json(correction)) = self.waiting_correction.take() else {
            return Err(reason::NoCorrectionWaiting { name: self.name }.into());
        };
        let corrected = self.corrected(&correction, payments)?;
        corrected.must_be_in_order(&correction, payments)?;
        Ok(Self {
            version: corrected.version + 1,
            ..corrected
        })
    }

    fn corrected(self, to: &Correction, payments: &[Disbursement]) -> Result<Self, Refused> {
        if to.signed_on.is_some() {
            self.must_be(&[State::Signed, State::Closed])?;
        }
        if to.closed_on.is_some() {
            self.must_be(&[State::Closed])?;
        }
        let to = to.clone();
        let corrected = Self {
            recipient_name: to.recipient_name.unwrap_or(self.recipient_name),
            organisation_number: to.organisation_number.unwrap_or(self.organisation_number),
            recipient_type: to.recipient_type.unwrap_or(self.recipient_type),
            country: to.country.unwrap_or(self.country),
            sector: to.sector.unwrap_or(self.sector),
            signed_on: to.signed_on.or(self.signed_on),
            closed_on: to.closed_on.or(self.closed_on),
            ..self
        };
        Ok(Self {
            commitments: Json(corrected.parent().corrected(payments)),
            ..corrected
        })
    }

    /// A corrected day keeps the order of award, signature, requests, payments and closing. A day
    /// that is not corrected is left alone: the bank may have paid behind a closing.
    fn must_be_in_order(&self, to: &Correction, payments: &[Disbursement]) -> Result<(), Refused> {
        if let Some(signed_on) = to.signed_on {
            must_follow(&self.name, signed_on, self.awarded_on)?;
            for payment in payments.iter().filter(|it| it.stands()) {
                must_follow(&payment.name, payment.requested_on, Some(signed_on))?;
            }
        }
        if let Some(closed_on) = to.closed_on {
            self.parent().may_have_ended(payments, closed_on)?;
        }
        let a_day_moves = to.signed_on.is_some() || to.closed_on.is_some();
        match self.closed_on {
            Some(closed_on) if a_day_moves => must_follow(&self.name, closed_on, self.signed_on),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use platform::Fact;
    use testkit::day;

    use super::*;
    use crate::domain::agreement::tests::{agreement, paid};

    fn to_type(recipient_type: &str) -> Correction {
        Correction {
            recipient_type: Some(recipient_type.into()),
            ..Default::default()
        }
    }

    /// What an agreement and its payments count for, once the payments are told apart as it is.
    fn counted(it: &Agreement, payments: &[Disbursement]) -> Vec<Fact> {
        let of_it = |payment: &Disbursement| Disbursement {
            dimensions: Some(Json(it.dimensions())),
            ..payment.clone()
        };
        it.facts(&payments.iter().map(of_it).collect::<Vec<_>>())
    }

    /// A correction entered and confirmed, with the facts that this records.
    fn corrected(
        it: Agreement,
        correction: Correction,
        payments: &[Disbursement],
    ) -> Result<(Agreement, Vec<Fact>), Refused> {
        let before = counted(&it, payments);
        let after = it
            .enter_correction(correction, payments)?
            .confirm_correction(payments)?;
        let facts = Fact::changes(&before, &counted(&after, payments));
        Ok((after, facts))
    }

    /// CO-08: a recipient's name and number say it right from now on, and move no fact.
    #[test]
    fn a_wrong_name_or_number_moves_no_fact() {
        let named = Correction {
            recipient_name: Some("Foreningen for utveksling".into()),
            organisation_number: Some("981965132".into()),
            ..Default::default()
        };
        let payments = [paid()];
        let (after, moved) = corrected(agreement(State::Closed), named, &payments).unwrap();
        assert_eq!(after.recipient_name, "Foreningen for utveksling");
        assert_eq!(after.parent().touches, ["organisations/981965132"]);
        assert_eq!(moved, []);
        let abroad = Correction {
            organisation_number: Some(String::new()),
            ..Default::default()
        };
        let (after, _) = corrected(after, abroad, &payments).unwrap();
        assert_eq!(after.parent().touches, [""; 0]);
    }

    #[test]
    fn every_state_meets_every_correction() {
        use State::{Awarded, Cancelled, Closed, Draft, Dropped, Signed};
        let dimension = || to_type("871");
        let signing = || Correction {
            signed_on: Some(day("2025-03-11")),
            ..Default::default()
        };
        let closing = || Correction {
            closed_on: Some(day("2025-11-30")),
            ..Default::default()
        };
        for (state, allowed) in [
            (Draft, [false, false, false]),
            (Awarded, [true, false, false]),
            (Signed, [true, true, false]),
            (Closed, [true, true, true]),
            (Dropped, [false, false, false]),
            (Cancelled, [true, false, false]),
        ] {
            for (correction, allowed) in [dimension(), signing(), closing()].iter().zip(allowed) {
                let entered = agreement(state).enter_correction(correction.clone(), &[]);
                assert_eq!(entered.is_ok(), allowed, "{state:?} {correction:?}");
            }
            let confirmed = agreement(state).confirm_correction(&[]);
            let expected = reason::NoCorrectionWaiting {
                name: agreement(state).name,
            };
            assert_eq!(confirmed, Err(expected.into()), "{state:?}");
        }
    }

    /// Entering changes nothing that counts; one correction waits at a time.
    #[test]
    fn a_correction_waits_for_another_person_and_counts_nothing_meanwhile() {
        let signed = agreement(State::Signed);
        let entered = signed
            .clone()
            .enter_correction(to_type("871"), &[])
            .unwrap();
        assert_eq!(entered.facts(&[]), signed.facts(&[]));
        assert_eq!(entered.version, signed.version + 1);
        let expected = reason::CorrectionWaiting {
            name: signed.name.clone(),
        };
        assert_eq!(
            entered.clone().enter_correction(to_type("872"), &[]),
            Err(expected.into())
        );
        let confirmed = entered.confirm_correction(&[]).unwrap();
        assert_eq!(confirmed.recipient_type, "871");
        assert_eq!(confirmed.waiting_correction, None);
    }

    /// CO-03, CO-04: every fact of the agreement and of its payments is reversed and recorded anew
    /// on its own day; what is corrected back sums to what was there before.
    #[test]
    fn a_wrong_dimension_moves_every_fact_on_its_own_day() {
        let payments = [paid()];
        let closed = agreement(State::Closed);
        let before = counted(&closed, &payments);

        let (first, moved) = corrected(closed, to_type("871"), &payments).unwrap();
        assert_eq!(moved.len(), 2 * before.len());
        let reversed: Vec<_> = before.iter().map(Fact::reversed).collect();
        assert_eq!(moved[..before.len()], reversed);
        for (old, new) in before.iter().zip(&moved[before.len()..]) {
            assert_eq!(
                (old.effective_on, old.value, &old.subject),
                (new.effective_on, new.value, &new.subject)
            );
            assert_eq!(new.dimensions["recipient_type"], "871");
        }

        let (back, moved_back) = corrected(first, to_type("870"), &payments).unwrap();
        assert_eq!(counted(&back, &payments), before);
        let mut all: Vec<_> = moved.into_iter().chain(moved_back).collect();
        while let Some(fact) = all.pop() {
            let undone = all.iter().position(|it| *it == fact.reversed());
            all.remove(undone.expect("every fact is undone"));
        }
    }

    /// A wrong day moves only what counts on that day.
    #[test]
    fn a_wrong_day_moves_only_what_is_dated_by_it() {
        let payments = [paid()];
        for (correction, days) in [
            (
                Correction {
                    signed_on: Some(day("2025-03-05")),
                    ..Default::default()
                },
                vec![("2025-03-10", -1), ("2025-03-05", 1)],
            ),
            (
                Correction {
                    closed_on: Some(day("2025-11-30")),
                    ..Default::default()
                },
                vec![
                    ("2025-12-01", 1),
                    ("2025-12-01", 60_000),
                    ("2025-11-30", -1),
                    ("2025-11-30", -60_000),
                ],
            ),
        ] {
            let closed = agreement(State::Signed)
                .close(&payments, day("2025-12-01"))
                .unwrap();
            let (_, moved) = corrected(closed, correction.clone(), &payments).unwrap();
            let moved: Vec<_> = moved
                .iter()
                .map(|it| (it.effective_on.to_string(), it.value))
                .collect();
            let days: Vec<_> = days
                .iter()
                .map(|(day, value)| ((*day).to_owned(), *value))
                .collect();
            assert_eq!(moved, days, "{correction:?}");
        }
    }

    /// CO-06: what is recorded already is nothing to correct.
    #[test]
    fn what_is_recorded_already_is_refused() {
        for correction in [
            Correction::default(),
            to_type("870"),
            Correction {
                signed_on: agreement(State::Closed).signed_on,
                closed_on: agreement(State::Closed).closed_on,
                ..Default::default()
            },
        ] {
            let refusal = reason::NothingToCorrect {
                name: "agreements/2025-0142",
            };
            assert_eq!(
                agreement(State::Closed).enter_correction(correction.clone(), &[paid()]),
                Err(refusal.into()),
                "{correction:?}"
            );
        }
    }

    #[test]
    fn a_corrected_day_keeps_the_order_of_the_steps() {
        // Awarded on 3 March, signed on 10 March, a payment requested on 2 April and paid on 9
        // April, closed on 1 December.
        let payments = [paid()];
        for (signed_on, closed_on, good) in [
            (Some("2025-03-03"), None, true),
            (Some("2025-03-02"), None, false),
            (Some("2025-04-02"), None, true),
            (Some("2025-04-03"), None, false),
            (None, Some("2025-04-09"), true),
            (None, Some("2025-04-08"), false),
            (Some("2025-03-20"), Some("2025-04-10"), true),
            (Some("2025-12-02"), None, false),
            (Some("2025-12-02"), Some("2025-12-02"), false),
        ] {
            let correction = Correction {
                signed_on: signed_on.map(day),
                closed_on: closed_on.map(day),
                ..Default::default()
            };
            let entered = agreement(State::Closed).enter_correction(correction, &payments);
            assert_eq!(entered.is_ok(), good, "{signed_on:?} {closed_on:?}");
        }
    }

    /// The bank may have paid behind a closing; that does not stand in the way of a dimension.
    #[test]
    fn a_day_that_is_not_corrected_is_left_alone() {
        let late = Disbursement {
            paid_on: Some(day("2025-12-05")),
            ..paid()
        };
        let entered = agreement(State::Closed).enter_correction(to_type("871"), &[late]);
        assert!(entered.is_ok());
    }
}

//! Commitment (tilsagn): what an agreement promises of one chapter, post and year.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use platform::{PostKey, Refused, reason};
use serde::{Deserialize, Serialize};

use crate::domain::{Disbursement, Frame, FrameKey};

/// One promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// Chapter and post that it is charged to.
    #[serde(flatten)]
    pub post: PostKey,
    /// Budget year.
    pub year: i32,
    /// What is promised, in øre; above 0.
    pub amount_ore: i64,
    /// With reservation for the Storting's appropriation, and so in no frame.
    pub conditional: bool,
    /// What closing released of it.
    pub released_ore: i64,
}

impl Commitment {
    /// The frame that it is taken from.
    pub fn frame_key(&self) -> FrameKey {
        FrameKey {
            post: self.post.clone(),
            year: self.year,
        }
    }

    /// Committed on a day: by the frame; or with reservation, for a later year that nothing is
    /// allotted to yet.
    pub fn award(self, frame: &Frame, on: NaiveDate) -> Result<Self, Refused> {
        assert_eq!(
            self.frame_key(),
            frame.key,
            "a commitment is judged by its own frame"
        );
        if self.year < on.year() {
            return Err(reason::CommitmentInPastYear {
                year: self.year,
                effective_date: on,
            }
            .into());
        }
        let conditional = self.year > on.year() && !frame.has_line;
        if !conditional {
            frame.must_hold(self.amount_ore)?;
        }
        Ok(Self {
            conditional,
            ..self
        })
    }

    /// What neither a payment nor a closing has taken, in øre. A payment takes from its request on,
    /// until it is voided.
    pub fn left_ore(&self, payments: &[Disbursement]) -> i64 {
        let taken_ore: i64 = payments
            .iter()
            .filter(|it| it.frame_key() == self.frame_key() && it.takes())
            .map(|it| it.amount_ore)
            .sum();
        self.amount_ore - self.released_ore - taken_ore
    }

    /// Gives back what is left.
    #[must_use]
    pub fn release(self, payments: &[Disbursement]) -> Self {
        let left_ore = self.left_ore(payments);
        assert!(left_ore >= 0, "payments never take more than is promised");
        Self {
            released_ore: self.released_ore + left_ore,
            ..self
        }
    }
}

/// The wording of the reservation (forbehold om Stortingets bevilgning) that conditional
/// commitments carry: one edition of a dated rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// First day of the edition.
    pub valid_from: NaiveDate,
    /// Bokmål; `{år}` stands for the years.
    pub text_nb: String,
}

impl Reservation {
    /// The rule's name.
    pub const RULE: &'static str = "commitment-reservation";

    /// The edition's resource name.
    pub fn edition(&self) -> String {
        format!("rules/{}/editions/{}", Self::RULE, self.valid_from)
    }

    /// The wording for these years, of which there is at least one.
    pub fn wording(&self, years: &BTreeSet<i32>) -> String {
        let words: Vec<_> = years.iter().map(ToString::to_string).collect();
        let listed = match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} og {last}", rest.join(", ")),
            _ => words.concat(),
        };
        self.text_nb.replace("{år}", &listed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agreement::tests::{commitment, frame};
    use crate::domain::disbursement::State;
    use crate::domain::disbursement::tests::payment;
    use crate::domain::scheme_edition::tests::day;

    /// FR-07, FR-08: a later year is conditional without a line and judged by the frame with one;
    /// this year is always judged by the frame; a past year is refused.
    #[test]
    fn the_year_and_the_line_decide_how_a_commitment_is_judged() {
        let exceeded = |year, available: &str| {
            Err(Refused::from(reason::FrameExceeded {
                post: commitment(year, 100).post,
                year,
                available,
                asked: "1.00",
            }))
        };
        let past = reason::CommitmentInPastYear {
            year: 2024,
            effective_date: "2025-03-03",
        };
        for (year, line_ore, expected) in [
            (2024, Some(100), Err(past.into())),
            (2025, Some(100), Ok(false)),
            (2025, Some(99), exceeded(2025, "0.99")),
            (2025, None, exceeded(2025, "0.00")),
            (2026, None, Ok(true)),
            (2026, Some(100), Ok(false)),
            (2026, Some(99), exceeded(2026, "0.99")),
            (2030, None, Ok(true)),
        ] {
            let awarded = commitment(year, 100).award(&frame(year, line_ore), day("2025-03-03"));
            assert_eq!(
                awarded.map(|it| it.conditional),
                expected,
                "{year} {line_ore:?}"
            );
        }
    }

    /// FR-10: what is requested takes as what is paid does; what is voided frees.
    #[test]
    fn what_is_left_is_what_no_payment_and_no_closing_has_taken() {
        use State::{Approved, Attested, Decided, Paid, Requested, Voided};
        let of = |state: State, ore| payment(state, 2025, ore);
        for (payments, left_ore) in [
            (vec![], 1_000),
            (vec![of(Requested, 700), of(Paid, 200)], 100),
            (vec![of(Voided, 700), of(Paid, 200)], 800),
            (
                vec![of(Decided, 1), of(Attested, 2), of(Approved, 3)],
                1_000 - 6,
            ),
            (vec![payment(Paid, 2026, 400)], 1_000),
        ] {
            let promise = commitment(2025, 1_000);
            assert_eq!(promise.left_ore(&payments), left_ore, "{payments:?}");
            let released = promise.release(&payments);
            assert_eq!(released.released_ore, left_ore);
            assert_eq!(released.left_ore(&payments), 0);
        }
    }

    #[test]
    fn the_wording_names_every_year_that_is_reserved() {
        let reservation = Reservation {
            valid_from: day("1990-01-01"),
            text_nb: "Tilsagnet for {år}: midler for {år}.".into(),
        };
        assert_eq!(
            reservation.edition(),
            "rules/commitment-reservation/editions/1990-01-01"
        );
        for (years, text) in [
            (&[2026][..], "Tilsagnet for 2026: midler for 2026."),
            (
                &[2026, 2027],
                "Tilsagnet for 2026 og 2027: midler for 2026 og 2027.",
            ),
            (
                &[2026, 2027, 2029],
                "Tilsagnet for 2026, 2027 og 2029: midler for 2026, 2027 og 2029.",
            ),
        ] {
            let years = years.iter().copied().collect();
            assert_eq!(reservation.wording(&years), text);
        }
    }
}

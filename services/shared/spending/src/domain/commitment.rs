//! Commitment (tilsagn): what a parent promises of one chapter, post and year, as a sum of moves.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use platform::{Dimensions, Fact, PostKey, Refused, reason};
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
    /// What the parent asks for, in øre; above 0. It is promised by a move.
    pub amount_ore: i64,
    /// What was promised and given back, in the order of registration.
    pub moves: Vec<Move>,
}

/// Money promised or given back on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The day that it counts for.
    pub on: NaiveDate,
    /// By which step.
    pub kind: Kind,
    /// In øre, not 0; below 0 where it is given back.
    pub ore: i64,
    /// With reservation for the Storting's appropriation, and so in no frame.
    pub conditional: bool,
    /// What it is told apart by: the parent's dimensions as they were.
    pub dimensions: Dimensions,
}

/// The step that moved money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Promised by a decision.
    Awarded,
    /// Given back by a closing.
    Released,
}

impl Commitment {
    /// Asked for, and not promised yet.
    pub fn asked(key: FrameKey, amount_ore: i64) -> Self {
        Self {
            post: key.post,
            year: key.year,
            amount_ore,
            moves: Vec::new(),
        }
    }

    /// The frame that it is taken from.
    pub fn frame_key(&self) -> FrameKey {
        FrameKey {
            post: self.post.clone(),
            year: self.year,
        }
    }

    /// It was promised with reservation.
    pub fn conditional(&self) -> bool {
        self.moves.iter().any(|it| it.conditional)
    }

    /// What a closing gave back, in øre.
    pub fn released_ore(&self) -> i64 {
        let released = self.moves.iter().filter(|it| it.kind == Kind::Released);
        -released.map(|it| it.ore).sum::<i64>()
    }

    /// What is promised and neither a payment nor a closing has taken, in øre. A payment takes from its
    /// request on, until it is voided.
    pub fn left_ore(&self, payments: &[Disbursement]) -> i64 {
        let promised_ore: i64 = self.moves.iter().map(|it| it.ore).sum();
        let taking = payments
            .iter()
            .filter(|it| it.frame_key() == self.frame_key() && it.takes());
        promised_ore - taking.map(|it| it.amount_ore).sum::<i64>()
    }

    /// Promised on a day: by the frame; or with reservation, for a later year that nothing is allotted
    /// to yet.
    pub(crate) fn award(
        self,
        frame: &Frame,
        dimensions: &Dimensions,
        on: NaiveDate,
    ) -> Result<Self, Refused> {
        assert!(self.moves.is_empty(), "a commitment is promised once");
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
        let ore = self.amount_ore;
        Ok(self.moved(Move {
            on,
            kind: Kind::Awarded,
            ore,
            conditional,
            dimensions: dimensions.clone(),
        }))
    }

    /// Gives back on a day what is left.
    pub(crate) fn release(
        self,
        payments: &[Disbursement],
        dimensions: &Dimensions,
        on: NaiveDate,
    ) -> Self {
        let left_ore = self.left_ore(payments);
        assert!(left_ore >= 0, "payments never take more than is promised");
        if left_ore == 0 {
            return self;
        }
        let conditional = self.conditional();
        self.moved(Move {
            on,
            kind: Kind::Released,
            ore: -left_ore,
            conditional,
            dimensions: dimensions.clone(),
        })
    }

    /// The parent was registered with wrong dimensions, or as closed on a wrong day: these are right.
    pub fn correct(&mut self, dimensions: &Dimensions, closed_on: Option<NaiveDate>) {
        for it in &mut self.moves {
            it.dimensions.clone_from(dimensions);
            if let (Kind::Released, Some(on)) = (it.kind, closed_on) {
                it.on = on;
            }
        }
    }

    /// What its moves count for.
    pub(crate) fn facts(&self, measure: &'static str, parent: &str) -> Vec<Fact> {
        let fact = |it: &Move| {
            let kind = if it.conditional {
                "conditional"
            } else {
                "unconditional"
            };
            let mut dimensions = it.dimensions.clone();
            dimensions.extend(self.frame_key().dimensions());
            dimensions.insert("commitment".to_owned(), kind.to_owned());
            Fact {
                measure,
                effective_on: it.on,
                value: it.ore,
                dimensions,
                subject: parent.to_owned(),
                reversal: false,
            }
        };
        self.moves.iter().map(fact).collect()
    }

    fn moved(mut self, it: Move) -> Self {
        self.moves.push(it);
        self
    }
}

/// The years that are promised with reservation.
pub(crate) fn conditional_years(commitments: &[Commitment]) -> BTreeSet<i32> {
    let conditional = commitments.iter().filter(|it| it.conditional());
    conditional.map(|it| it.year).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use testkit::day;

    use super::*;
    use crate::domain::disbursement::State;
    use crate::domain::disbursement::tests::payment;
    use crate::domain::frame::tests::key;

    /// What is asked for of 144.70.
    pub(crate) fn asked(year: i32, amount_ore: i64) -> Commitment {
        Commitment::asked(key("144.70", year), amount_ore)
    }

    /// The same, promised without reservation on 3 March 2025.
    pub(crate) fn awarded(year: i32, amount_ore: i64) -> Commitment {
        let line = Some(amount_ore);
        let awarded =
            asked(year, amount_ore).award(&frame(year, line), &dimensions(), day("2025-03-03"));
        awarded.unwrap()
    }

    /// The frame of 144.70, with nothing committed of its line.
    pub(crate) fn frame(year: i32, line_ore: Option<i64>) -> Frame {
        Frame {
            has_line: line_ore.is_some(),
            allocated_ore: line_ore.unwrap_or_default(),
            ..Frame::of(key("144.70", year), [])
        }
    }

    pub(crate) fn dimensions() -> Dimensions {
        Dimensions::from([("country".into(), "MW".into())])
    }

    /// FR-07, FR-08: a later year is conditional without a line and judged by the frame with one;
    /// this year is always judged by the frame; a past year is refused.
    #[test]
    fn the_year_and_the_line_decide_how_a_commitment_is_judged() {
        let exceeded = |year, available: &str| {
            Err(Refused::from(reason::FrameExceeded {
                post: asked(year, 100).post,
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
            let frame = frame(year, line_ore);
            let awarded = asked(year, 100).award(&frame, &dimensions(), day("2025-03-03"));
            assert_eq!(
                awarded.map(|it| it.conditional()),
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
            (vec![of(Paid, 1_000)], 0),
        ] {
            let promise = awarded(2025, 1_000);
            assert_eq!(promise.left_ore(&payments), left_ore, "{payments:?}");
            let released = promise.release(&payments, &dimensions(), day("2025-12-01"));
            assert_eq!(released.released_ore(), left_ore);
            assert_eq!(released.left_ore(&payments), 0);
        }
        assert_eq!(
            asked(2025, 1_000).left_ore(&[]),
            0,
            "nothing is promised yet"
        );
    }

    /// Each move counts on its own day, told apart by what was true then.
    #[test]
    fn a_commitment_counts_by_its_moves() {
        let mut commitment = awarded(2025, 1_000).release(
            &[payment(State::Paid, 2025, 400)],
            &Dimensions::from([("country".into(), "NP".into())]),
            day("2025-12-01"),
        );
        let told = |it: &Commitment| -> Vec<_> {
            let facts = it.facts("grants.committed", "agreements/1");
            let of = |it: &Fact| (it.effective_on, it.value, it.dimensions["country"].clone());
            facts.iter().map(of).collect()
        };
        let (award, close) = (day("2025-03-03"), day("2025-12-01"));
        assert_eq!(
            told(&commitment),
            [(award, 1_000, "MW".into()), (close, -600, "NP".into())]
        );
        commitment.correct(&dimensions(), Some(day("2025-11-30")));
        assert_eq!(
            told(&commitment),
            [
                (award, 1_000, "MW".into()),
                (day("2025-11-30"), -600, "MW".into())
            ]
        );
        let dimensions: Vec<_> = commitment.facts("m", "agreements/1")[0]
            .dimensions
            .clone()
            .into_iter()
            .collect();
        let expected = [
            ("chapter", "144"),
            ("commitment", "unconditional"),
            ("country", "MW"),
            ("post", "70"),
            ("year", "2025"),
        ];
        assert_eq!(dimensions, expected.map(|(k, v)| (k.into(), v.into())));
    }
}

//! Commitment (tilsagn): what a parent promises of one chapter, post and year, as a sum of moves.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use platform::{Dimensions, Fact, List, PostKey, Refused, kroner, must_follow, reason};
use serde::{Deserialize, Serialize};

use crate::domain::{Disbursement, ForeignAmount, Frame, FrameKey};

/// One promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// Chapter and post that it is charged to.
    #[serde(flatten)]
    pub post: PostKey,
    /// Budget year.
    pub year: i32,
    /// What the parent asks for, or was promised as amended since, in øre; 0 where an amendment left
    /// nothing.
    pub amount_ore: i64,
    /// The same in the contract's currency.
    pub foreign: Option<ForeignAmount>,
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
    /// In øre; below 0 where it is given back. 0 where an ending, or what came back after it, left
    /// nothing to give back.
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
    /// More or less by a later decision.
    Amended,
    /// Its reservation was lifted: the same − with it and + without.
    Confirmed,
    /// Given back by a closing.
    Released,
    /// Given back by an award that came to nothing.
    Cancelled,
    /// Came back after the parent had ended.
    Returned,
}

impl Kind {
    /// It promises; the others give back when the parent has ended.
    fn promises(self) -> bool {
        matches!(self, Self::Awarded | Self::Amended | Self::Confirmed)
    }
}

impl Commitment {
    /// Commitments of one parent at the most.
    pub const MAX: usize = 50;

    /// Asked for, and not promised yet.
    pub fn asked(key: FrameKey, amount_ore: i64) -> Self {
        Self {
            post: key.post,
            year: key.year,
            amount_ore,
            foreign: None,
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

    /// It is promised with reservation.
    pub fn conditional(&self) -> bool {
        let with_reservation = self.promises().filter(|it| it.conditional);
        with_reservation.map(|it| it.ore).sum::<i64>() > 0
    }

    /// The day on which its reservation was lifted.
    pub fn confirmed_on(&self) -> Option<NaiveDate> {
        let confirmed = self.moves.iter().filter(|it| it.kind == Kind::Confirmed);
        confirmed.map(|it| it.on).max()
    }

    /// What was given back, in øre.
    pub fn released_ore(&self) -> i64 {
        let given_back = self.moves.iter().filter(|it| !it.kind.promises());
        -given_back.map(|it| it.ore).sum::<i64>()
    }

    /// What is promised and neither a payment nor an ending has taken, in øre; below 0 where the bank
    /// paid more. A payment takes from its request on, until it is voided; what came back of it is free.
    pub fn left_ore(&self, payments: &[Disbursement]) -> i64 {
        let promised_ore: i64 = self.moves.iter().map(|it| it.ore).sum();
        let taking = self.payments(payments).map(Disbursement::takes_ore);
        promised_ore - taking.sum::<i64>()
    }

    /// Promised on a day: by the frame; or with reservation, for a later year that nothing is allotted
    /// to yet.
    pub(crate) fn award(
        self,
        frame: &Frame,
        dimensions: &Dimensions,
        on: NaiveDate,
    ) -> Result<Self, Refused> {
        assert!(self.moves.is_empty(), "a commitment is awarded once");
        let ore = self.amount_ore;
        let conditional = self.must_be_held(frame, ore, on)?;
        Ok(self.moved(Kind::Awarded, ore, conditional, dimensions, on))
    }

    /// Promised more or less on a day, so that it is as much as `to` asks for. What is more is judged as
    /// an award is; what is less leaves what payments take.
    pub(crate) fn amend(
        self,
        to: &Self,
        parent: &str,
        payments: &[Disbursement],
        frame: &Frame,
        dimensions: &Dimensions,
        on: NaiveDate,
    ) -> Result<Self, Refused> {
        let more_ore = to.amount_ore - self.promised_ore();
        let conditional = if more_ore > 0 {
            self.must_be_held(frame, more_ore, on)?
        } else {
            self.must_leave_payments(-more_ore, parent, payments, on)?;
            self.conditional()
        };
        let amended = Self {
            amount_ore: to.amount_ore,
            foreign: to.foreign.clone(),
            ..self
        };
        if more_ore == 0 {
            return Ok(amended);
        }
        Ok(amended.moved(Kind::Amended, more_ore, conditional, dimensions, on))
    }

    /// Its reservation is lifted on a day, by its year's frame.
    pub(crate) fn confirm(
        self,
        parent: &str,
        frame: &Frame,
        dimensions: &Dimensions,
        on: NaiveDate,
    ) -> Result<Self, Refused> {
        if !self.conditional() {
            return Err(reason::CommitmentUnconditional {
                name: parent,
                post: &self.post,
                year: self.year,
            }
            .into());
        }
        self.must_not_be_past(on)?;
        let ore = self.promised_ore();
        frame.must_hold(ore)?;
        let lifted = self.moved(Kind::Confirmed, -ore, true, dimensions, on);
        Ok(lifted.moved(Kind::Confirmed, ore, false, dimensions, on))
    }

    /// Gives back what is left when its parent has ended on a day, and what came back of payments since,
    /// each on its own day. Asked again when payments were corrected, or came back, it says it anew: one
    /// move for the ending, and one for each part that came back.
    pub(crate) fn settle(
        mut self,
        payments: &[Disbursement],
        by: Kind,
        on: NaiveDate,
        dimensions: &Dimensions,
    ) -> Self {
        let of_it: Vec<_> = self.payments(payments).collect();
        let promised_ore = self.promised_ore();
        let mut parts: Vec<_> = of_it.iter().flat_map(|it| it.returns.iter()).collect();
        parts.sort_by_key(|it| it.on);
        let back_by_then = parts.iter().filter(|it| it.on <= on);
        let taken_ore = of_it.iter().map(|it| it.taken_ore()).sum::<i64>()
            - back_by_then.map(|it| it.ore).sum::<i64>();

        let ending = self.moves.iter().find(|it| !it.kind.promises());
        let (kind, dimensions) = ending.map_or_else(
            || (by, dimensions.clone()),
            |it| (it.kind, it.dimensions.clone()),
        );
        let conditional = self.conditional();
        self.moves.retain(|it| it.kind.promises());
        let ore = -(promised_ore - taken_ore).max(0);
        let mut settled = self.moved(kind, ore, conditional, &dimensions, on);
        let mut above_ore = (taken_ore - promised_ore).max(0);
        for part in parts {
            let after_ore = if part.on > on { part.ore } else { 0 };
            let given_ore = (after_ore - above_ore).max(0);
            above_ore -= after_ore - given_ore;
            settled = settled.moved(
                Kind::Returned,
                -given_ore,
                conditional,
                &part.dimensions,
                part.on,
            );
        }
        settled
    }

    /// The parent was registered with wrong dimensions: these are right, on every day.
    pub(crate) fn correct(&mut self, dimensions: &Dimensions) {
        for it in &mut self.moves {
            it.dimensions.clone_from(dimensions);
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
        self.moves
            .iter()
            .filter(|it| it.ore != 0)
            .map(fact)
            .collect()
    }

    /// The day on which it was last promised, amended or confirmed.
    pub(crate) fn last_promised_on(&self) -> Option<NaiveDate> {
        self.promises().map(|it| it.on).max()
    }

    /// The day from which it may be paid of: that of the promise, or on which its reservation was lifted.
    pub(crate) fn payable_from(&self) -> Option<NaiveDate> {
        let promised = self.promises().map(|it| it.on).min();
        self.confirmed_on().or(promised)
    }

    /// What is promised, in øre, whatever was given back of it.
    pub(crate) fn promised_ore(&self) -> i64 {
        self.promises().map(|it| it.ore).sum()
    }

    fn promises(&self) -> impl Iterator<Item = &Move> {
        self.moves.iter().filter(|it| it.kind.promises())
    }

    fn payments<'a>(
        &self,
        payments: &'a [Disbursement],
    ) -> impl Iterator<Item = &'a Disbursement> + use<'a> {
        let key = self.frame_key();
        payments.iter().filter(move |it| it.frame_key() == key)
    }

    /// So much more is held by the frame; or it is conditional, for a later year that nothing is allotted
    /// to. What is conditional already stays so until it is confirmed.
    fn must_be_held(&self, frame: &Frame, more_ore: i64, on: NaiveDate) -> Result<bool, Refused> {
        let key = self.frame_key();
        assert_eq!(key, frame.key, "a commitment is judged by its own frame");
        self.must_not_be_past(on)?;
        let conditional = if self.promised_ore() > 0 {
            self.conditional()
        } else {
            self.year > on.year() && !frame.has_line
        };
        if !conditional {
            frame.must_hold(more_ore)?;
        }
        Ok(conditional)
    }

    fn must_not_be_past(&self, on: NaiveDate) -> Result<(), Refused> {
        if self.year >= on.year() {
            return Ok(());
        }
        Err(reason::CommitmentInPastYear {
            year: self.year,
            effective_date: on,
        }
        .into())
    }

    /// So much less leaves what payments take (FR-20): what is open is named, for it can be voided.
    fn must_leave_payments(
        &self,
        less_ore: i64,
        parent: &str,
        payments: &[Disbursement],
        on: NaiveDate,
    ) -> Result<(), Refused> {
        if less_ore == 0 {
            return Ok(());
        }
        let returned = self.payments(payments).flat_map(|it| it.returns.iter());
        must_follow(&parent, on, returned.map(|it| it.on).max())?;
        let left_ore = self.left_ore(payments);
        if less_ore <= left_ore {
            return Ok(());
        }
        let open: Vec<_> = self.payments(payments).filter(|it| it.is_open()).collect();
        let open_ore: i64 = open.iter().map(|it| it.takes_ore()).sum();
        if less_ore <= left_ore + open_ore {
            let names: Vec<_> = open.into_iter().map(|it| &it.name).collect();
            return Err(reason::PaymentsOpen {
                name: parent,
                payments: List::new(&names, ", "),
            }
            .into());
        }
        let promised_ore = self.promised_ore();
        Err(reason::CommitmentSpent {
            name: parent,
            post: &self.post,
            year: self.year,
            taken: kroner(promised_ore - left_ore),
            asked: kroner(promised_ore - less_ore),
        }
        .into())
    }

    fn moved(
        mut self,
        kind: Kind,
        ore: i64,
        conditional: bool,
        dimensions: &Dimensions,
        on: NaiveDate,
    ) -> Self {
        self.moves.push(Move {
            on,
            kind,
            ore,
            conditional,
            dimensions: dimensions.clone(),
        });
        self
    }
}

/// The years that are promised with reservation.
pub(crate) fn conditional_years(commitments: &[Commitment]) -> BTreeSet<i32> {
    let conditional = commitments.iter().filter(|it| it.conditional());
    conditional.map(|it| it.year).collect()
}

#[cfg(test)]
pub(crate) mod tests;

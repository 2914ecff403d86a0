//! Payment (utbetaling) of a parent's commitment: requested, decided and attested in either order,
//! paid; or voided before it was paid. What the bank did with it, paid and had back, stands in [`paid`].

mod paid;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use platform::{Dimensions, PostKey, Refused, must_follow, reason, wrong_state};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use crate::domain::{DisbursementName, ForeignAmount, FrameKey};

pub(crate) use paid::last_paid_on;

/// One payment of one commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disbursement {
    /// Its name.
    pub name: DisbursementName,
    /// Grows by one with every write.
    pub version: i64,
    /// What commits the money, which is its case.
    pub parent: String,
    /// What of the parent it is for, by a name of the service's own; empty where there are no parts.
    pub part: String,
    /// Chapter of the commitment.
    pub chapter: String,
    /// Post of the commitment.
    pub post: String,
    /// Budget year of the commitment.
    pub year: i32,
    /// What was ordered, in øre; above 0.
    pub amount_ore: i64,
    /// The same in the contract's currency.
    pub foreign_amount: Option<Json<ForeignAmount>>,
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
    /// What the bank debited, in øre; above 0.
    pub paid_ore: Option<i64>,
    /// The accounting system's voucher (bilag); empty before it is paid.
    pub voucher: String,
    /// Why it was paid in another year than the commitment's; empty when it was not.
    pub other_year_reason: String,
    /// Why the bank debited another sum than was ordered; empty when it did not.
    pub other_sum_reason: String,
    /// Why it was paid though it was frozen; empty when it was not.
    pub frozen_reason: String,
    /// Why what the bank did was corrected last; empty when it was not.
    pub correction_reason: String,
    /// What came back, in the order of registration.
    pub returns: Json<Vec<Returned>>,
    /// The day on which it was voided.
    pub voided_on: Option<NaiveDate>,
    /// Why it was voided; empty when it was not.
    pub void_reason: String,
    /// What it is told apart by, as its parent was when it was registered as paid.
    pub dimensions: Option<Json<Dimensions>>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// The day.
    pub on: NaiveDate,
    /// The voucher.
    pub voucher: String,
    /// What it debited, in øre; none for what was ordered.
    pub ore: Option<i64>,
    /// Why it lies in another year than the commitment's; kept only when it does.
    pub other_year_reason: String,
    /// Why it is another sum than was ordered; kept only when it is.
    pub other_sum_reason: String,
    /// Why it was paid though it was frozen; kept only when it was.
    pub frozen_reason: String,
}

/// What came back of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The day on which the bank had it.
    pub on: NaiveDate,
    /// In øre; 0 where it was corrected to nothing.
    pub ore: i64,
    /// The voucher.
    pub voucher: String,
    /// What it is told apart by: the parent's dimensions when it was registered.
    pub dimensions: Dimensions,
}

/// What a payment, or a part of it that came back, shall say; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentCorrection {
    /// Which part that came back, from 1; 0 for the payment itself.
    pub part: usize,
    /// The right day.
    pub on: Option<NaiveDate>,
    /// The right voucher.
    pub voucher: Option<String>,
    /// The right sum in øre.
    pub ore: Option<i64>,
    /// Why the right day lies in another year than the commitment's.
    pub other_year_reason: String,
    /// Why the right sum is another than was ordered.
    pub other_sum_reason: String,
    /// Why it is corrected.
    pub reason: String,
}

impl Disbursement {
    /// Asked for on a day; what it is of, and what for, is still to be said.
    pub fn requested(name: DisbursementName, on: NaiveDate) -> Self {
        Self {
            parent: name.parent().to_owned(),
            name,
            version: 1,
            part: String::new(),
            chapter: String::new(),
            post: String::new(),
            year: 0,
            amount_ore: 0,
            foreign_amount: None,
            purpose: String::new(),
            state: State::Requested,
            requested_on: on,
            decided_on: None,
            decided_by: String::new(),
            attested_on: None,
            attested_by: String::new(),
            paid_on: None,
            paid_ore: None,
            voucher: String::new(),
            other_year_reason: String::new(),
            other_sum_reason: String::new(),
            frozen_reason: String::new(),
            correction_reason: String::new(),
            returns: Json(Vec::new()),
            voided_on: None,
            void_reason: String::new(),
            dimensions: None,
            created_at: DateTime::default(),
        }
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

    /// It was not voided.
    pub fn stands(&self) -> bool {
        self.state != State::Voided
    }

    /// What it has taken of its commitment, in øre, whatever came back: what the bank debited, or before
    /// that what is ordered.
    pub(crate) fn taken_ore(&self) -> i64 {
        if self.stands() {
            self.paid_ore.unwrap_or(self.amount_ore)
        } else {
            0
        }
    }

    /// What came back of it, in øre.
    pub(crate) fn returned_ore(&self) -> i64 {
        self.returns.iter().map(|it| it.ore).sum()
    }

    /// What it takes of its commitment now, in øre.
    pub(crate) fn takes_ore(&self) -> i64 {
        self.taken_ore() - self.returned_ore()
    }

    /// REQUESTED → DECIDED, ATTESTED → APPROVED.
    pub fn decide(self, person: &str, on: NaiveDate) -> Result<Self, Refused> {
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
    pub fn attest(self, person: &str, on: NaiveDate) -> Result<Self, Refused> {
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
    pub fn void(self, reason: String, on: NaiveDate) -> Result<Self, Refused> {
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

    /// The cash principle (kontantprinsippet): money of a year is spent in that year.
    pub(super) fn must_be_in_year(&self, on: NaiveDate) -> Result<(), Refused> {
        if on.year() == self.year {
            return Ok(());
        }
        Err(reason::PaymentOutsideYear {
            year: self.year,
            effective_date: on,
        }
        .into())
    }

    /// The latest of request, decision and attestation.
    fn last_step_on(&self) -> Option<NaiveDate> {
        [Some(self.requested_on), self.decided_on, self.attested_on]
            .into_iter()
            .max()
            .flatten()
    }

    fn wrong_state(&self, needed: &[State]) -> Refused {
        wrong_state(&self.name, self.state, needed)
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
pub(crate) mod tests;

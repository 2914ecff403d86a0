//! Payment (utbetaling) of a parent's commitment: requested, decided and attested in either order,
//! paid; or voided before it was paid.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use platform::{Dimensions, Fact, PostKey, Refused, must_be, must_follow, reason, wrong_state};
use sqlx::types::Json;

use crate::domain::{DisbursementName, FrameKey};

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
            purpose: String::new(),
            state: State::Requested,
            requested_on: on,
            decided_on: None,
            decided_by: String::new(),
            attested_on: None,
            attested_by: String::new(),
            paid_on: None,
            voucher: String::new(),
            other_year_reason: String::new(),
            correction_reason: String::new(),
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

    /// It takes from its commitment.
    pub fn takes(&self) -> bool {
        self.state != State::Voided
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

    /// APPROVED → PAID, told apart by what is true of its parent now. What the bank did is true, in
    /// whatever year it did it.
    pub fn pay(self, paid: Paid, dimensions: &Dimensions) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Approved])?;
        let paid = self.step(State::Paid).paid(paid)?;
        Ok(Self {
            dimensions: Some(Json(dimensions.clone())),
            ..paid
        })
    }

    /// PAID → PAID, with another day or voucher.
    pub fn correct(self, correction: PaymentCorrection) -> Result<Self, Refused> {
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
            return Err(reason::NothingToCorrect { name: &self.name }.into());
        }
        let corrected = self.step(State::Paid).paid(right)?;
        Ok(Self {
            correction_reason: correction.reason,
            ..corrected
        })
    }

    fn paid(self, paid: Paid) -> Result<Self, Refused> {
        must_follow(&self.name, paid.on, self.last_step_on())?;
        let in_other_year = paid.on.year() != self.year;
        if in_other_year && paid.other_year_reason.is_empty() {
            return Err(reason::OtherYearReasonRequired {
                year: self.year,
                paid_date: paid.on,
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

    /// The parent was registered with wrong dimensions: these are right.
    pub(crate) fn correct_dimensions(&mut self, dimensions: &Dimensions) {
        if let Some(Json(own)) = &mut self.dimensions {
            own.clone_from(dimensions);
        }
    }

    /// What it counts for, as it is: nothing before it is paid.
    pub(crate) fn facts(&self, measure: &'static str) -> Vec<Fact> {
        let fact = |(effective_on, of_parent): (NaiveDate, &Json<Dimensions>)| {
            let mut dimensions = of_parent.0.clone();
            dimensions.extend(self.frame_key().dimensions());
            Fact {
                measure,
                effective_on,
                value: self.amount_ore,
                dimensions,
                subject: self.name.to_string(),
                reversal: false,
            }
        };
        let paid = self.paid_on.zip(self.dimensions.as_ref());
        paid.map(fact).into_iter().collect()
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

/// The day of the last payment that was made.
pub fn last_paid_on(payments: &[Disbursement]) -> Option<NaiveDate> {
    payments.iter().filter_map(|it| it.paid_on).max()
}

#[cfg(test)]
pub(crate) mod tests;

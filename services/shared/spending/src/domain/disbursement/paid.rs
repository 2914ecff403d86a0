//! What the bank did with a payment: paid it, in whatever year and sum, and had some of it back. It is
//! true as it is; what was registered wrongly is corrected.

use chrono::{Datelike, NaiveDate};
use platform::{
    Dimensions, Fact, Refused, Wrong, field_reason, kroner, must_be, must_follow, reason,
};
use sqlx::types::Json;

use super::{Disbursement, Paid, PaymentCorrection, Returned, State};

impl Disbursement {
    /// Parts of one payment that come back at the most.
    pub const RETURNS_MAX: usize = 20;

    /// APPROVED → PAID, told apart by what is true of its parent now.
    pub fn pay(self, paid: Paid, dimensions: &Dimensions, frozen: bool) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Approved])?;
        if frozen && paid.frozen_reason.is_empty() {
            return Err(self.reason_required("frozen_reason"));
        }
        let frozen_reason = if frozen {
            paid.frozen_reason.clone()
        } else {
            String::new()
        };
        let paid = self.step(State::Paid).paid(paid)?;
        Ok(Self {
            frozen_reason,
            dimensions: Some(Json(dimensions.clone())),
            ..paid
        })
    }

    /// The bank has paid it.
    pub fn must_be_paid(&self) -> Result<(), Refused> {
        must_be(&self.name, self.state, &[State::Paid])
    }

    /// PAID → PAID, with a part that came back, told apart by what is true of its parent now.
    pub fn give_back(self, part: Returned, dimensions: &Dimensions) -> Result<Self, Refused> {
        self.must_be_paid()?;
        must_follow(&self.name, part.on, self.paid_on)?;
        let mut returned = self.step(State::Paid);
        returned.returns.push(Returned {
            dimensions: dimensions.clone(),
            ..part
        });
        Ok(returned)
    }

    /// PAID → PAID, with another day, voucher or sum of the payment, or of a part that came back.
    pub fn correct(self, correction: PaymentCorrection) -> Result<Self, Refused> {
        self.must_be_paid()?;
        let correction_reason = correction.reason.clone();
        let before = self.clone();
        let corrected = match correction.part.checked_sub(1) {
            None => self.with_payment(correction)?,
            Some(index) => self.with_part(index, correction),
        };
        if corrected == before {
            return Err(reason::NothingToCorrect { name: &before.name }.into());
        }
        for part in corrected.returns.iter().filter(|it| it.ore != 0) {
            must_follow(&corrected.name, part.on, corrected.paid_on)?;
        }
        Ok(Self {
            correction_reason,
            ..corrected.step(State::Paid)
        })
    }

    /// So much can come back, or what would be right of the field `amount`.
    pub fn may_give_back(&self, ore: i64) -> Result<(), Wrong> {
        let out_ore = self.takes_ore();
        if self.returns.len() >= Self::RETURNS_MAX {
            let max = Self::RETURNS_MAX;
            return Err(field_reason::Returns { max }.into());
        }
        if ore > out_ore {
            let left = kroner(out_ore);
            return Err(field_reason::MoreThanIsOut { left }.into());
        }
        Ok(())
    }

    /// The correction is of a part that there is, or what would be right of `return_number`.
    pub fn has_part(&self, part: usize) -> Result<(), Wrong> {
        if part <= self.returns.len() {
            return Ok(());
        }
        let (min, max) = (0, self.returns.len());
        Err(field_reason::Range { min, max }.into())
    }

    /// The correction leaves no more that came back than was paid, or what would be right of `amount`.
    pub fn may_be_corrected(&self, to: &PaymentCorrection) -> Result<(), Wrong> {
        let Some(ore) = to.ore else {
            return Ok(());
        };
        let Some(part) = to.part.checked_sub(1).and_then(|it| self.returns.get(it)) else {
            let returned_ore = self.returned_ore();
            let verdict = (ore >= returned_ore.max(1)).then_some(());
            let returned = kroner(returned_ore);
            return verdict.ok_or_else(|| field_reason::LessThanCameBack { returned }.into());
        };
        let most_ore = self.takes_ore() + part.ore;
        let verdict = (ore <= most_ore).then_some(());
        let paid = kroner(most_ore);
        verdict.ok_or_else(|| field_reason::MoreThanWasPaid { paid }.into())
    }

    /// The parent was registered with wrong dimensions: these are right.
    pub(crate) fn correct_dimensions(&mut self, dimensions: &Dimensions) {
        if let Some(Json(own)) = &mut self.dimensions {
            own.clone_from(dimensions);
        }
        for part in self.returns.iter_mut() {
            part.dimensions.clone_from(dimensions);
        }
    }

    /// What it counts for, as it is: nothing before it is paid.
    pub(crate) fn facts(&self, measure: &'static str) -> Vec<Fact> {
        let fact = |effective_on, value, of_parent: &Dimensions, voucher: &str| {
            let mut dimensions = of_parent.clone();
            dimensions.extend(self.frame_key().dimensions());
            dimensions.insert("voucher".to_owned(), voucher.to_owned());
            Fact {
                measure,
                effective_on,
                value,
                dimensions,
                subject: self.name.to_string(),
                reversal: false,
            }
        };
        let debited = self
            .paid_on
            .zip(self.paid_ore)
            .zip(self.dimensions.as_ref());
        let paid = debited.map(|((on, ore), of_parent)| fact(on, ore, of_parent, &self.voucher));
        let parts = self.returns.iter().filter(|it| it.ore != 0);
        let returned = parts.map(|it| fact(it.on, -it.ore, &it.dimensions, &it.voucher));
        paid.into_iter().chain(returned).collect()
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
        let paid_ore = paid.ore.unwrap_or(self.amount_ore);
        let is_other_sum = paid_ore != self.amount_ore;
        if is_other_sum && paid.other_sum_reason.is_empty() {
            return Err(self.reason_required("other_sum_reason"));
        }
        let kept = |reason: String, holds: bool| if holds { reason } else { String::new() };
        Ok(Self {
            paid_on: Some(paid.on),
            paid_ore: Some(paid_ore),
            voucher: paid.voucher,
            other_year_reason: kept(paid.other_year_reason, in_other_year),
            other_sum_reason: kept(paid.other_sum_reason, is_other_sum),
            ..self
        })
    }

    fn with_payment(self, to: PaymentCorrection) -> Result<Self, Refused> {
        let or_own = |given: String, own: &str| {
            if given.is_empty() {
                own.to_owned()
            } else {
                given
            }
        };
        let right = Paid {
            on: to.on.or(self.paid_on).unwrap_or_default(),
            voucher: to.voucher.unwrap_or_else(|| self.voucher.clone()),
            ore: to.ore.or(self.paid_ore),
            other_year_reason: or_own(to.other_year_reason, &self.other_year_reason),
            other_sum_reason: or_own(to.other_sum_reason, &self.other_sum_reason),
            frozen_reason: String::new(),
        };
        let is_same = Some(right.on) == self.paid_on
            && right.ore == self.paid_ore
            && right.voucher == self.voucher;
        if is_same { Ok(self) } else { self.paid(right) }
    }

    fn with_part(mut self, index: usize, to: PaymentCorrection) -> Self {
        if let Some(part) = self.returns.get_mut(index) {
            part.on = to.on.unwrap_or(part.on);
            part.voucher = to.voucher.unwrap_or_else(|| part.voucher.clone());
            part.ore = to.ore.unwrap_or(part.ore);
        }
        self
    }

    fn reason_required(&self, field: &str) -> Refused {
        reason::ReasonRequired {
            name: &self.name,
            field,
        }
        .into()
    }
}

/// The day on which the bank last paid.
pub(crate) fn last_paid_on(payments: &[Disbursement]) -> Option<NaiveDate> {
    payments.iter().filter_map(|it| it.paid_on).max()
}

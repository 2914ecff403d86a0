//! Parent: what commits money, such as an agreement. It is a noun of the service that spends, and its own
//! case; of it spending knows this much.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use platform::{
    Dimensions, List, Refused, Value, Wrong, field_reason, kroner, must_follow, reason,
};

use crate::domain::commitment::Kind;
use crate::domain::delegation::must_hold_authority;
use crate::domain::disbursement::last_paid_on;
use crate::domain::freeze::holding;
use crate::domain::{Commitment, Disbursement, FrameKey, Grounds, Touched};

/// One parent, as its service reads it in its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its name, and its case.
    pub name: String,
    /// Its state, as refusals name it.
    pub state: Value,
    /// The day from which it pays; none in a state that does not.
    pub payable_from: Option<NaiveDate>,
    /// The day on which it ended, by closing or cancelling; none while it has not.
    pub ended_on: Option<NaiveDate>,
    /// What it asks for and is promised, in the order of chapter, post and year.
    pub commitments: Vec<Commitment>,
    /// Names beside its own that stop its payments when payments to them are stopped, such as
    /// `organisations/981965132`.
    pub touches: Vec<String>,
    /// What its money is told apart by.
    pub dimensions: Dimensions,
}

impl Parent {
    /// Every name that it touches, its own among them, sorted.
    pub(crate) fn touched(&self) -> Vec<String> {
        let all = self.touches.iter().chain([&self.name]);
        all.cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What would be right of the commitments of an amendment: no more than there is room for with them,
    /// and none that is promised already as it says.
    pub(crate) fn misfits(&self, amended: &[Commitment]) -> Vec<Wrong> {
        let max = Commitment::MAX;
        let new = amended
            .iter()
            .filter(|it| self.commitment(&it.frame_key()).is_none());
        let is_full = self.commitments.len() + new.count() > max;
        let too_many = is_full.then(|| field_reason::Commitments { max }.into());
        let unchanged = amended.iter().filter_map(|asked| {
            let key = asked.frame_key();
            let present = self.commitment(&key);
            let present = present.map_or((0, None), |it| (it.amount_ore, it.foreign.as_ref()));
            let is_same = present == (asked.amount_ore, asked.foreign.as_ref());
            let (post, year) = (key.post, key.year);
            is_same.then(|| field_reason::CommitmentUnchanged { post, year }.into())
        });
        too_many.into_iter().chain(unchanged).collect()
    }

    /// Promises all that it asks for, by written authority for the whole sum and by the frames
    /// (Hovedinstruks § 4.1).
    pub fn commit(&self, by: &Grounds) -> Result<Vec<Commitment>, Refused> {
        self.must_not_be_frozen(&by.touched)?;
        must_be_authorised(&self.commitments, &[], by)?;
        let award = |it: &Commitment| {
            let frame = &by.frames[&it.frame_key()];
            it.clone().award(frame, &self.dimensions, by.on)
        };
        self.commitments.iter().map(award).collect()
    }

    /// Promises as much as an amendment asks for of what it names: the difference, on that day.
    pub fn amend(
        &self,
        to: &[Commitment],
        payments: &[Disbursement],
        by: &Grounds,
    ) -> Result<Vec<Commitment>, Refused> {
        self.must_not_be_frozen(&by.touched)?;
        must_follow(&self.name, by.on, self.last_promised_on())?;
        let mut amended = self.commitments.clone();
        for asked in to {
            let key = asked.frame_key();
            let found = amended.iter().position(|it| it.frame_key() == key);
            let present = found.map(|it| amended.remove(it));
            let present = present.unwrap_or_else(|| Commitment::asked(key.clone(), 0));
            let (frame, dimensions) = (&by.frames[&key], &self.dimensions);
            amended.push(present.amend(asked, &self.name, payments, frame, dimensions, by.on)?);
        }
        must_be_authorised(&amended, to, by)?;
        amended.sort_by_key(Commitment::frame_key);
        Ok(amended)
    }

    /// Lifts the reservation of one commitment, by written authority for the whole sum and by its frame.
    pub fn confirm(&self, key: &FrameKey, by: &Grounds) -> Result<Vec<Commitment>, Refused> {
        must_follow(&self.name, by.on, self.last_promised_on())?;
        let index = self.position(key)?;
        must_be_authorised(&self.commitments, &[], by)?;
        let mut commitments = self.commitments.clone();
        let waiting = commitments.remove(index);
        let confirmed = waiting.confirm(&self.name, &by.frames[key], &self.dimensions, by.on)?;
        commitments.insert(index, confirmed);
        Ok(commitments)
    }

    /// Gives back on the closing day what is not paid, conditional commitments among it.
    pub fn release(
        &self,
        payments: &[Disbursement],
        on: NaiveDate,
    ) -> Result<Vec<Commitment>, Refused> {
        self.end(payments, Kind::Released, on)
    }

    /// Gives back the whole of an award that comes to nothing.
    pub fn cancel(
        &self,
        payments: &[Disbursement],
        on: NaiveDate,
    ) -> Result<Vec<Commitment>, Refused> {
        self.end(payments, Kind::Cancelled, on)
    }

    /// What it gave back since it ended, by payments as they are now: some came back, or were
    /// registered wrongly. A parent that has not ended stays as it is.
    #[must_use]
    pub fn settled(&self, payments: &[Disbursement]) -> Self {
        let commitments = match self.ended_on {
            Some(on) => self.settle(payments, Kind::Released, on),
            None => self.commitments.clone(),
        };
        Self {
            commitments,
            ..self.clone()
        }
    }

    /// It can have ended on a day: no earlier than it was last promised something, or the bank last paid.
    /// What came back may have come since.
    pub fn may_have_ended(&self, payments: &[Disbursement], on: NaiveDate) -> Result<(), Refused> {
        let previous = self.last_promised_on().max(last_paid_on(payments));
        must_follow(&self.name, on, previous)
    }

    /// A correction by which it touches other names takes it out of no freeze: that takes a lift.
    pub(crate) fn must_not_leave_frozen(
        &self,
        after: &Self,
        touched: &[Touched],
    ) -> Result<(), Refused> {
        let stays = after.touched();
        let left = touched.iter().filter(|it| !stays.contains(&it.name));
        self.must_not_be_frozen(&left.cloned().collect::<Vec<_>>())
    }

    /// What it was promised, told apart as it is now and given back when it ended, as that stands now:
    /// they were registered wrongly.
    pub fn corrected(&self, payments: &[Disbursement]) -> Vec<Commitment> {
        let mut commitments = self.settled(payments).commitments;
        for it in &mut commitments {
            it.correct(&self.dimensions);
        }
        commitments
    }

    fn end(
        &self,
        payments: &[Disbursement],
        by: Kind,
        on: NaiveDate,
    ) -> Result<Vec<Commitment>, Refused> {
        let open: Vec<_> = payments.iter().filter(|it| it.is_open()).collect();
        if !open.is_empty() {
            let names: Vec<_> = open.into_iter().map(|it| &it.name).collect();
            return Err(reason::PaymentsOpen {
                name: &self.name,
                payments: List::new(&names, ", "),
            }
            .into());
        }
        self.may_have_ended(payments, on)?;
        Ok(self.settle(payments, by, on))
    }

    fn settle(&self, payments: &[Disbursement], by: Kind, on: NaiveDate) -> Vec<Commitment> {
        let settle = |it: &Commitment| it.clone().settle(payments, by, on, &self.dimensions);
        self.commitments.iter().map(settle).collect()
    }

    fn last_promised_on(&self) -> Option<NaiveDate> {
        let promised = self.commitments.iter();
        promised.filter_map(Commitment::last_promised_on).max()
    }

    /// What it asks for or promises of a frame.
    pub fn commitment(&self, key: &FrameKey) -> Option<&Commitment> {
        self.commitments.iter().find(|it| it.frame_key() == *key)
    }

    fn position(&self, key: &FrameKey) -> Result<usize, Refused> {
        let found = self
            .commitments
            .iter()
            .position(|it| it.frame_key() == *key);
        let unknown = || reason::CommitmentUnknown {
            name: &self.name,
            post: &key.post,
            year: key.year,
        };
        found.ok_or_else(|| unknown().into())
    }

    /// Nothing that it touches is frozen for it.
    pub(crate) fn must_not_be_frozen(&self, touched: &[Touched]) -> Result<(), Refused> {
        let Some((frozen, by)) = holding(&self.name, touched) else {
            return Ok(());
        };
        Err(reason::PaymentsFrozen {
            name: &self.name,
            frozen,
            freeze: &by.freeze,
        }
        .into())
    }

    /// It is in a state that pays.
    pub(crate) fn must_be_payable(&self) -> Result<(), Refused> {
        if self.payable_from.is_some() {
            return Ok(());
        }
        Err(reason::NotPayable {
            name: &self.name,
            state: &self.state,
        }
        .into())
    }

    /// A payment of one of its commitments may be requested.
    pub(crate) fn must_allow_request(
        &self,
        asked: &Disbursement,
        payments: &[Disbursement],
    ) -> Result<(), Refused> {
        self.must_be_payable()?;
        must_follow(&self.name, asked.requested_on, self.payable_from)?;
        let key = asked.frame_key();
        let commitment = &self.commitments[self.position(&key)?];
        if commitment.conditional() {
            return Err(reason::CommitmentConditional {
                name: &self.name,
                post: &key.post,
                year: key.year,
            }
            .into());
        }
        must_follow(&self.name, asked.requested_on, commitment.payable_from())?;
        asked.must_be_in_year(asked.requested_on)?;
        let left_ore = commitment.left_ore(payments);
        if asked.amount_ore > left_ore {
            return Err(reason::CommitmentExceeded {
                name: &self.name,
                post: &key.post,
                year: key.year,
                left: kroner(left_ore),
                asked: kroner(asked.amount_ore),
            }
            .into());
        }
        Ok(())
    }
}

/// The person may decide over the whole sum, conditional years included, of every post that something is
/// promised of, or that the decision names.
fn must_be_authorised(
    whole: &[Commitment],
    named: &[Commitment],
    by: &Grounds,
) -> Result<(), Refused> {
    let promised = whole.iter().filter(|it| it.amount_ore > 0);
    let posts = promised.chain(named).map(|it| it.post.clone()).collect();
    let total_ore = whole.iter().map(|it| it.amount_ore).sum();
    let (held, person) = (&by.delegations, &by.person);
    must_hold_authority(held, person, &posts, total_ore, by.on, by.today)
}

#[cfg(test)]
mod tests;

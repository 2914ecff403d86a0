//! Parent: what commits money, such as an agreement. It is a noun of the service that spends, and its own
//! case; of it spending knows this much.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use platform::{Dimensions, PostKey, Refused, enumerated, kroner, must_follow, reason};

use crate::domain::delegation::must_hold_authority;
use crate::domain::disbursement::last_paid_on;
use crate::domain::{Commitment, Disbursement, Grounds};

/// One parent, as its service reads it in its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Its name, and its case.
    pub name: String,
    /// Its state as the contract spells it.
    pub state: String,
    /// The day from which it pays; none in a state that does not.
    pub payable_from: Option<NaiveDate>,
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

    /// Promises all that it asks for, by written authority for the whole sum and by the frames
    /// (Hovedinstruks § 4.1).
    pub fn commit(&self, by: &Grounds) -> Result<Vec<Commitment>, Refused> {
        let posts: BTreeSet<PostKey> = self.commitments.iter().map(|it| it.post.clone()).collect();
        let total_ore = self.commitments.iter().map(|it| it.amount_ore).sum();
        let (held, person) = (&by.delegations, &by.person);
        must_hold_authority(held, person, &posts, total_ore, by.on, by.today)?;
        let award = |it: &Commitment| {
            let frame = &by.frames[&it.frame_key()];
            it.clone().award(frame, &self.dimensions, by.on)
        };
        self.commitments.iter().map(award).collect()
    }

    /// Gives back on a day what is not paid, conditional commitments among it.
    pub fn release(
        &self,
        payments: &[Disbursement],
        on: NaiveDate,
    ) -> Result<Vec<Commitment>, Refused> {
        let open: Vec<_> = payments.iter().filter(|it| it.is_open()).collect();
        if !open.is_empty() {
            let names: Vec<_> = open.into_iter().map(|it| &it.name).collect();
            return Err(reason::PaymentsOpen {
                name: &self.name,
                payments: enumerated(&names, ", "),
            }
            .into());
        }
        must_follow(&self.name, on, last_paid_on(payments))?;
        let release = |it: &Commitment| it.clone().release(payments, &self.dimensions, on);
        Ok(self.commitments.iter().map(release).collect())
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
        let found = self.commitments.iter().find(|it| it.frame_key() == key);
        let commitment = found.ok_or(reason::CommitmentUnknown {
            name: &self.name,
            post: &key.post,
            year: key.year,
        })?;
        if commitment.conditional() {
            return Err(reason::CommitmentConditional {
                name: &self.name,
                post: &key.post,
                year: key.year,
            }
            .into());
        }
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

#[cfg(test)]
mod tests;

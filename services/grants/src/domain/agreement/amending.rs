//! How an agreement's promise is changed after the award: a reservation is lifted, an amendment is entered,
//! decided and signed. It counts from the decision; no earlier day changes.

use chrono::NaiveDate;
use platform::{DocumentRef, Refused};
use spending::{Amendment, Disbursement, FrameKey, Grounds};
use sqlx::types::Json;

use super::{Agreement, State};
use crate::domain::SchemeEdition;

impl Agreement {
    /// It is promised, and has not ended: its promise may change.
    const CHANGEABLE: &[State] = &[State::Awarded, State::Signed];

    /// Lifts the reservation of one commitment.
    pub fn confirm_commitment(self, key: &FrameKey, grounds: &Grounds) -> Result<Self, Refused> {
        self.must_be(Self::CHANGEABLE)?;
        let commitments = self.parent().confirm(key, grounds)?;
        Ok(self.promised(commitments, grounds).again())
    }

    /// Enters an amendment, which waits for another person.
    pub fn enter_amendment(
        self,
        amendment: Amendment,
        edition: &SchemeEdition,
    ) -> Result<Self, Refused> {
        self.must_be(Self::CHANGEABLE)?;
        let posts = amendment.commitments.iter().map(|it| &it.post);
        posts
            .into_iter()
            .try_for_each(|post| edition.must_cover(post))?;
        let amendments = self
            .amendments
            .0
            .clone()
            .enter(self.name.as_str(), amendment)?;
        Ok(Self {
            amendments: Json(amendments),
            ..self.again()
        })
    }

    /// Drops the amendment that waits.
    pub fn drop_amendment(self) -> Result<Self, Refused> {
        let amendments = self.amendments.0.clone().drop_waiting(self.name.as_str())?;
        Ok(Self {
            amendments: Json(amendments),
            ..self.again()
        })
    }

    /// Promises what the amendment that waits asks for.
    pub fn decide_amendment(
        self,
        payments: &[Disbursement],
        grounds: &Grounds,
    ) -> Result<Self, Refused> {
        self.must_be(Self::CHANGEABLE)?;
        let name = self.name.as_str();
        let asked = &self.amendments.waiting(name)?.commitments;
        let commitments = self.parent().amend(asked, payments, grounds)?;
        let amendments = self.amendments.0.clone().decide(name, grounds.on)?;
        Ok(Self {
            amendments: Json(amendments),
            ..self.promised(commitments, grounds).again()
        })
    }

    /// Both parties have signed a decided amendment.
    pub fn sign_amendment(
        self,
        number: usize,
        document: DocumentRef,
        on: NaiveDate,
    ) -> Result<Self, Refused> {
        self.must_be(Self::CHANGEABLE)?;
        let (name, amendments) = (self.name.as_str(), self.amendments.0.clone());
        let amendments = amendments.sign(name, number, document, on)?;
        Ok(Self {
            amendments: Json(amendments),
            ..self.again()
        })
    }

    fn again(self) -> Self {
        let state = self.state;
        self.step(state)
    }
}

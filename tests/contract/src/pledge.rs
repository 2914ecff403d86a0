//! Pledge: drafted, awarded, closed; or dropped, or cancelled. It pays from its award on.

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Dimensions, DocumentRef, Fact, Refused, must_be, reason, spelled};
use serde::{Deserialize, Serialize};
use spending::{Amendment, Amendments, Commitment, Disbursement, FrameKey, Grounds, Parent};
use sqlx::types::Json;

use crate::measures::SPENT;

platform::resource_name!(
    /// `pledges/{pledge}`.
    PledgeName,
    "pledges/*"
);

/// One pledge with what it commits.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub(crate) struct Pledge {
    pub(crate) name: PledgeName,
    pub(crate) version: i64,
    /// What of it is paid apart.
    pub(crate) parts: Vec<String>,
    /// Another that it replaces; empty without.
    pub(crate) replaces: String,
    /// What its money is told apart by.
    pub(crate) theme: String,
    /// Names that stop its payments when they are frozen.
    pub(crate) partners: Vec<String>,
    pub(crate) commitments: Json<Vec<Commitment>>,
    pub(crate) state: State,
    pub(crate) awarded_on: Option<NaiveDate>,
    pub(crate) closed_on: Option<NaiveDate>,
    pub(crate) cancelled_on: Option<NaiveDate>,
    pub(crate) reservation: String,
    pub(crate) reservation_nn: String,
    pub(crate) reservation_rule: String,
    pub(crate) amendments: Json<Amendments>,
    /// Entered by one person, waiting for another.
    pub(crate) waiting_correction: Option<Json<PledgeCorrection>>,
    pub(crate) created_at: DateTime<Utc>,
}

/// How far a pledge has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub(crate) enum State {
    Draft,
    Awarded,
    Closed,
    Dropped,
    Cancelled,
}

/// What a pledge shall say; what is empty stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PledgeCorrection {
    pub(crate) theme: String,
    pub(crate) partners: Vec<String>,
}

impl Pledge {
    /// What spending knows of it: what stops payments of the one that it replaces, or of a partner, stops
    /// its own.
    pub(crate) fn parent(&self) -> Parent {
        let replaced = Some(&self.replaces).filter(|it| !it.is_empty());
        let replacement = replaced.is_some().to_string();
        Parent {
            name: self.name.to_string(),
            state: spelled(self.state),
            payable_from: self.awarded_on.filter(|_| self.state == State::Awarded),
            ended_on: self.closed_on.or(self.cancelled_on),
            commitments: self.commitments.0.clone(),
            touches: replaced
                .into_iter()
                .chain(&self.partners)
                .cloned()
                .collect(),
            dimensions: Dimensions::from([
                ("replacement".to_owned(), replacement),
                ("theme".to_owned(), self.theme.clone()),
            ]),
        }
    }

    /// DRAFT → DRAFT, as it is drawn up now.
    pub(crate) fn redraft(self, now: Self) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Draft])?;
        Ok(Self {
            version: self.version + 1,
            created_at: self.created_at,
            ..now
        })
    }

    /// DRAFT → DROPPED.
    pub(crate) fn drop_draft(self) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Draft])?;
        Ok(self.step(State::Dropped))
    }

    /// DRAFT → AWARDED.
    pub(crate) fn award(self, grounds: &Grounds) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Draft])?;
        let commitments = self.parent().commit(grounds)?;
        let awarded = self.promised(commitments, grounds);
        Ok(Self {
            awarded_on: Some(grounds.on),
            ..awarded.step(State::Awarded)
        })
    }

    /// AWARDED → CLOSED.
    pub(crate) fn close(self, payments: &[Disbursement], on: NaiveDate) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Awarded])?;
        Ok(Self {
            commitments: Json(self.parent().release(payments, on)?),
            closed_on: Some(on),
            ..self.step(State::Closed)
        })
    }

    /// AWARDED → CANCELLED.
    pub(crate) fn cancel(self, payments: &[Disbursement], on: NaiveDate) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Awarded])?;
        Ok(Self {
            commitments: Json(self.parent().cancel(payments, on)?),
            cancelled_on: Some(on),
            ..self.step(State::Cancelled)
        })
    }

    /// Lifts the reservation of one commitment.
    pub(crate) fn confirm(self, key: &FrameKey, grounds: &Grounds) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Awarded])?;
        let commitments = self.parent().confirm(key, grounds)?;
        Ok(self.promised(commitments, grounds).step(State::Awarded))
    }

    /// Enters an amendment, which waits for another person.
    pub(crate) fn enter(self, amendment: Amendment) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Awarded])?;
        let amendments = self.amendments.0.clone();
        let amendments = amendments.enter(self.name.as_str(), amendment)?;
        Ok(self.amended(amendments))
    }

    /// Promises what the amendment that waits asks for.
    pub(crate) fn decide(
        self,
        payments: &[Disbursement],
        grounds: &Grounds,
    ) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Awarded])?;
        let name = self.name.as_str();
        let asked = &self.amendments.waiting(name)?.commitments;
        let commitments = self.parent().amend(asked, payments, grounds)?;
        let amendments = self.amendments.0.clone().decide(name, grounds.on)?;
        Ok(self.promised(commitments, grounds).amended(amendments))
    }

    /// Both parties have signed a decided amendment.
    pub(crate) fn sign(
        self,
        number: usize,
        document: DocumentRef,
        on: NaiveDate,
    ) -> Result<Self, Refused> {
        must_be(&self.name, self.state, &[State::Awarded])?;
        let amendments = self.amendments.0.clone();
        let amendments = amendments.sign(self.name.as_str(), number, document, on)?;
        Ok(self.amended(amendments))
    }

    /// The same, with other amendments.
    pub(crate) fn amended(self, amendments: Amendments) -> Self {
        let state = self.state;
        Self {
            amendments: Json(amendments),
            ..self.step(state)
        }
    }

    /// Enters a correction; nothing changes until another person confirms it.
    pub(crate) fn enter_correction(self, correction: PledgeCorrection) -> Result<Self, Refused> {
        use State::{Awarded, Cancelled, Closed};
        must_be(&self.name, self.state, &[Awarded, Closed, Cancelled])?;
        if self.waiting_correction.is_some() {
            return Err(reason::CorrectionWaiting { name: &self.name }.into());
        }
        if self.clone().saying(&correction) == self {
            return Err(reason::NothingToCorrect { name: &self.name }.into());
        }
        let state = self.state;
        Ok(Self {
            waiting_correction: Some(Json(correction)),
            ..self.step(state)
        })
    }

    /// Makes the correction that waits.
    pub(crate) fn confirm_correction(mut self, payments: &[Disbursement]) -> Result<Self, Refused> {
        let Some(Json(correction)) = self.waiting_correction.take() else {
            return Err(reason::NoCorrectionWaiting { name: &self.name }.into());
        };
        let state = self.state;
        let corrected = self.saying(&correction);
        let commitments = corrected.parent().corrected(payments);
        Ok(Self {
            commitments: Json(commitments),
            ..corrected.step(state)
        })
    }

    /// What it counts for, as it is.
    pub(crate) fn facts(&self) -> Vec<Fact> {
        SPENT.facts(&self.parent(), &[])
    }

    /// What a correction gives, in the place of what it says now.
    fn saying(mut self, to: &PledgeCorrection) -> Self {
        if !to.theme.is_empty() {
            self.theme.clone_from(&to.theme);
        }
        if !to.partners.is_empty() {
            self.partners.clone_from(&to.partners);
        }
        self
    }

    /// With these promises, and the reservation that they carry now.
    fn promised(self, commitments: Vec<Commitment>, grounds: &Grounds) -> Self {
        let reserved = grounds.reserve(&commitments);
        let [reservation, reservation_nn] = reserved.wording;
        Self {
            commitments: Json(commitments),
            reservation,
            reservation_nn,
            reservation_rule: reserved.edition,
            ..self
        }
    }

    fn step(self, to: State) -> Self {
        Self {
            state: to,
            version: self.version + 1,
            ..self
        }
    }
}

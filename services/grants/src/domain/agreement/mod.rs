//! Agreement with a grant recipient (tilskuddsavtale): drafted, awarded (vedtak), signed, closed; or
//! dropped as a draft, or cancelled as an award. What changes its promise stands in [`amending`], what
//! corrects it in [`correcting`].

mod amending;
mod correcting;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use platform::{Dimensions, DocumentRef, Fact, PostKey, Refused, must_be, must_follow, spelled};
use spending::{Amendments, Commitment, Disbursement, Grounds, Parent};
use sqlx::types::Json;

use crate::domain::{AgreementName, Correction, SchemeEdition, SchemeEditionName};
use crate::measures::{ACTIVE_AGREEMENTS, SPENT};

/// One agreement with what it commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its name; it is its own case.
    pub name: AgreementName,
    /// Grows by one with every write.
    pub version: i64,
    /// What it is about.
    pub title: String,
    /// Who receives the grant.
    pub recipient_name: String,
    /// Norwegian organisation number; empty for a recipient abroad.
    pub organisation_number: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// DAC 5-digit sector.
    pub sector: String,
    /// State account of the recipient's type (artskonto), `870` to `878`.
    pub recipient_type: String,
    /// The rules that the award is made under.
    pub scheme_edition: SchemeEditionName,
    /// Main task of the instruction that its edition serves.
    pub main_task: i32,
    /// What it asks for and is promised, in the order of chapter, post and year.
    pub commitments: Json<Vec<Commitment>>,
    /// How far it has come.
    pub state: State,
    /// The day of the decision.
    pub awarded_on: Option<NaiveDate>,
    /// The day on which the last party signed.
    pub signed_on: Option<NaiveDate>,
    /// The closing day.
    pub closed_on: Option<NaiveDate>,
    /// The day on which the award came to nothing.
    pub cancelled_on: Option<NaiveDate>,
    /// Why it was dropped or cancelled; empty when it was not.
    pub end_reason: String,
    /// The reservation that conditional commitments carry, in bokmål; empty without them.
    pub reservation: String,
    /// The same in nynorsk.
    pub reservation_nn: String,
    /// Edition of the rule that the reservation's wording is from.
    pub reservation_rule: String,
    /// What was agreed to change, in the order of entering.
    pub amendments: Json<Amendments>,
    /// Entered by one person, waiting for another.
    pub waiting_correction: Option<Json<Correction>>,
    /// The signed agreement.
    pub document: Option<Json<DocumentRef>>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
}

/// How far an agreement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Prepared; commits nothing.
    Draft,
    /// Decided: committed.
    Awarded,
    /// Signed by both parties: payments may be requested.
    Signed,
    /// Closed; what was not paid is released.
    Closed,
    /// A draft that nobody wanted.
    Dropped,
    /// An award that came to nothing; all of it is released.
    Cancelled,
}

impl Agreement {
    /// The chapters and posts that it is charged to.
    pub fn posts(&self) -> BTreeSet<PostKey> {
        self.commitments.iter().map(|it| it.post.clone()).collect()
    }

    /// What spending knows of it. It pays while it is signed and not closed. What stops payments to the
    /// recipient, known by its organisation number, stops its payments.
    pub fn parent(&self) -> Parent {
        let recipient = Some(&self.organisation_number).filter(|it| !it.is_empty());
        Parent {
            name: self.name.to_string(),
            state: spelled(self.state),
            payable_from: self.signed_on.filter(|_| self.state == State::Signed),
            ended_on: self.closed_on.or(self.cancelled_on),
            commitments: self.commitments.0.clone(),
            touches: recipient
                .map(|it| format!("organisations/{it}"))
                .into_iter()
                .collect(),
            dimensions: self.dimensions(),
        }
    }

    /// DRAFT → DRAFT, as it is drawn up now under its edition.
    pub fn redraft(self, now: Self, edition: &SchemeEdition) -> Result<Self, Refused> {
        self.must_be(&[State::Draft])?;
        let drafted = now.drafted(edition)?;
        Ok(Self {
            created_at: self.created_at,
            version: self.version + 1,
            ..drafted
        })
    }

    /// Under its edition, which covers what it is charged to and says which main task it serves.
    pub fn drafted(self, edition: &SchemeEdition) -> Result<Self, Refused> {
        let posts = self.posts();
        posts.iter().try_for_each(|post| edition.must_cover(post))?;
        Ok(Self {
            main_task: edition.main_task,
            ..self
        })
    }

    /// DRAFT → DROPPED.
    pub fn drop_draft(self, reason: String) -> Result<Self, Refused> {
        self.must_be(&[State::Draft])?;
        Ok(Self {
            end_reason: reason,
            ..self.step(State::Dropped)
        })
    }

    /// DRAFT → AWARDED, by its edition, and by written authority and frames for all that it asks for.
    pub fn award(self, edition: &SchemeEdition, grounds: &Grounds) -> Result<Self, Refused> {
        self.must_be(&[State::Draft])?;
        assert_eq!(
            self.scheme_edition, edition.name,
            "an award is judged by its own edition"
        );
        edition.must_allow_award(&self.posts(), grounds.on)?;
        let commitments = self.parent().commit(grounds)?;
        let awarded = self.promised(commitments, grounds);
        Ok(Self {
            awarded_on: Some(grounds.on),
            ..awarded.step(State::Awarded)
        })
    }

    /// AWARDED → CANCELLED; the whole of it is released.
    pub fn cancel(
        self,
        payments: &[Disbursement],
        reason: String,
        on: NaiveDate,
    ) -> Result<Self, Refused> {
        self.must_be(&[State::Awarded])?;
        let commitments = self.parent().cancel(payments, on)?;
        Ok(Self {
            commitments: Json(commitments),
            cancelled_on: Some(on),
            end_reason: reason,
            ..self.step(State::Cancelled)
        })
    }

    /// AWARDED → SIGNED.
    pub fn sign(self, document: DocumentRef, on: NaiveDate) -> Result<Self, Refused> {
        self.must_be(&[State::Awarded])?;
        must_follow(&self.name, on, self.awarded_on)?;
        Ok(Self {
            signed_on: Some(on),
            document: Some(Json(document)),
            ..self.step(State::Signed)
        })
    }

    /// SIGNED → CLOSED; what is not paid is released, conditional commitments among it.
    pub fn close(self, payments: &[Disbursement], on: NaiveDate) -> Result<Self, Refused> {
        self.must_be(&[State::Signed])?;
        must_follow(&self.name, on, self.signed_on)?;
        let commitments = self.parent().release(payments, on)?;
        Ok(Self {
            commitments: Json(commitments),
            closed_on: Some(on),
            ..self.step(State::Closed)
        })
    }

    /// What it and its payments count for, as they are.
    pub fn facts(&self, payments: &[Disbursement]) -> Vec<Fact> {
        let active = |on: NaiveDate, value| Fact {
            measure: ACTIVE_AGREEMENTS,
            effective_on: on,
            value,
            dimensions: self.dimensions(),
            subject: self.name.to_string(),
            reversal: false,
        };
        let signed = self.signed_on.map(|on| active(on, 1));
        let closed = self.closed_on.map(|on| active(on, -1));
        let spent = SPENT.facts(&self.parent(), payments);
        signed.into_iter().chain(closed).chain(spent).collect()
    }

    /// What its facts are told apart by.
    pub fn dimensions(&self) -> Dimensions {
        Dimensions::from([
            ("country".to_owned(), self.country.clone()),
            ("main_task".to_owned(), self.main_task.to_string()),
            ("recipient_type".to_owned(), self.recipient_type.clone()),
            ("scheme".to_owned(), self.scheme_edition.to_string()),
            ("sector".to_owned(), self.sector.clone()),
        ])
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

    fn must_be(&self, needed: &[State]) -> Result<(), Refused> {
        must_be(&self.name, self.state, needed)
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

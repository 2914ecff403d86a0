//! Agreement with a grant recipient (tilskuddsavtale): drafted, awarded (vedtak), signed, closed.
//! What corrects it stands in [`correcting`].

mod correcting;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use platform::{DocumentRef, Fact, PostKey, Refused, kroner, must_be, must_follow, reason};
use sqlx::types::Json;

use crate::domain::delegation::must_hold_authority;
use crate::domain::{
    AgreementName, Commitment, Correction, Delegation, Disbursement, Frame, FrameKey, Reservation,
    SchemeEdition, SchemeEditionName,
};
use crate::measures::{ACTIVE_AGREEMENTS, COMMITTED};

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
    /// What is promised, in the order of chapter, post and year.
    pub commitments: Json<Vec<Commitment>>,
    /// How far it has come.
    pub state: State,
    /// The day of the decision.
    pub awarded_on: Option<NaiveDate>,
    /// The day on which the last party signed.
    pub signed_on: Option<NaiveDate>,
    /// The closing day.
    pub closed_on: Option<NaiveDate>,
    /// The reservation that conditional commitments were awarded with; empty without them.
    pub reservation: String,
    /// Edition of the rule that the reservation's wording is from.
    pub reservation_rule: String,
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
}

/// What an award is judged by, as read under lock.
#[derive(Debug)]
pub struct Grounds {
    /// The rules that it is made under.
    pub edition: SchemeEdition,
    /// Who decides, such as `persons/kari`.
    pub person: String,
    /// What the person holds.
    pub delegations: Vec<Delegation>,
    /// The frames of the commitments.
    pub frames: BTreeMap<FrameKey, Frame>,
}

impl Agreement {
    /// Everything promised, conditional years included, in øre.
    pub fn total_ore(&self) -> i64 {
        self.commitments.iter().map(|it| it.amount_ore).sum()
    }

    /// The chapters and posts that it is charged to.
    pub fn posts(&self) -> BTreeSet<PostKey> {
        self.commitments.iter().map(|it| it.post.clone()).collect()
    }

    /// The frames that its commitments are judged by.
    pub fn frame_keys(&self) -> BTreeSet<FrameKey> {
        self.commitments.iter().map(Commitment::frame_key).collect()
    }

    /// DRAFT → AWARDED, by written authority for the whole sum (Hovedinstruks § 4.1).
    pub fn award(
        self,
        grounds: &Grounds,
        on: NaiveDate,
        today: NaiveDate,
    ) -> Result<Self, Refused> {
        self.must_be(&[State::Draft])?;
        assert_eq!(
            self.scheme_edition, grounds.edition.name,
            "an award is judged by its own edition"
        );
        let posts = self.posts();
        grounds.edition.must_allow_award(&posts, on)?;
        must_hold_authority(
            &grounds.delegations,
            &grounds.person,
            &posts,
            self.total_ore(),
            on,
            today,
        )?;
        let commitments = self
            .commitments
            .iter()
            .map(|it| it.clone().award(&grounds.frames[&it.frame_key()], on))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            commitments: Json(commitments),
            awarded_on: Some(on),
            ..self.step(State::Awarded)
        })
    }

    /// The years that it commits with reservation.
    pub fn reserved_years(&self) -> BTreeSet<i32> {
        let conditional = self.commitments.iter().filter(|it| it.conditional);
        conditional.map(|it| it.year).collect()
    }

    /// The same, with the wording that its conditional commitments carry.
    #[must_use]
    pub fn reserve(self, reservation: &Reservation) -> Self {
        Self {
            reservation: reservation.wording(&self.reserved_years()),
            reservation_rule: reservation.edition(),
            ..self
        }
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
        let open: Vec<_> = payments.iter().filter(|it| it.is_open()).collect();
        if !open.is_empty() {
            let names: Vec<_> = open.into_iter().map(|it| it.name.as_str()).collect();
            return Err(reason::PaymentsOpen {
                name: &self.name,
                payments: names.join(", "),
            }
            .into());
        }
        must_follow(&self.name, on, self.signed_on)?;
        must_follow(&self.name, on, last_paid_on(payments))?;
        let commitments = self
            .commitments
            .iter()
            .map(|it| it.clone().release(payments))
            .collect();
        Ok(Self {
            commitments: Json(commitments),
            closed_on: Some(on),
            ..self.step(State::Closed)
        })
    }

    /// A payment of one of its commitments may be requested.
    pub fn must_allow_request(
        &self,
        asked: &Disbursement,
        payments: &[Disbursement],
    ) -> Result<(), Refused> {
        self.must_be(&[State::Signed])?;
        must_follow(&self.name, asked.requested_on, self.signed_on)?;
        let Some(commitment) = self
            .commitments
            .iter()
            .find(|it| it.frame_key() == asked.frame_key())
        else {
            return Err(reason::CommitmentUnknown {
                name: &self.name,
                post: asked.frame_key().post,
                year: asked.year,
            }
            .into());
        };
        if commitment.conditional {
            return Err(reason::CommitmentConditional {
                name: &self.name,
                post: &commitment.post,
                year: commitment.year,
            }
            .into());
        }
        asked.must_be_in_year(asked.requested_on)?;
        let left_ore = commitment.left_ore(payments);
        if asked.amount_ore > left_ore {
            return Err(reason::CommitmentExceeded {
                name: &self.name,
                post: &commitment.post,
                year: commitment.year,
                left: kroner(left_ore),
                asked: kroner(asked.amount_ore),
            }
            .into());
        }
        Ok(())
    }

    /// What it counts for, as it is.
    pub fn facts(&self) -> Vec<Fact> {
        let committed = |on: NaiveDate, value: fn(&Commitment) -> i64| {
            self.commitments
                .iter()
                .filter(move |it| value(it) != 0)
                .map(move |it| Fact {
                    measure: COMMITTED,
                    effective_on: on,
                    value: value(it),
                    dimensions: self.dimensions_of(it),
                    subject: self.name.to_string(),
                    reversal: false,
                })
        };
        let active = |on: NaiveDate, value| Fact {
            measure: ACTIVE_AGREEMENTS,
            effective_on: on,
            value,
            dimensions: self.dimensions(),
            subject: self.name.to_string(),
            reversal: false,
        };
        let mut facts = Vec::new();
        if let Some(on) = self.awarded_on {
            facts.extend(committed(on, |it| it.amount_ore));
        }
        if let Some(on) = self.signed_on {
            facts.push(active(on, 1));
        }
        if let Some(on) = self.closed_on {
            facts.push(active(on, -1));
            facts.extend(committed(on, |it| -it.released_ore));
        }
        facts
    }

    /// What it and its payments count for.
    pub fn facts_with(&self, payments: &[Disbursement]) -> Vec<Fact> {
        let paid = payments.iter().flat_map(|it| it.facts(&self.dimensions()));
        self.facts().into_iter().chain(paid).collect()
    }

    /// What its facts are told apart by.
    pub fn dimensions(&self) -> BTreeMap<&'static str, String> {
        BTreeMap::from([
            ("country", self.country.clone()),
            ("recipient_type", self.recipient_type.clone()),
            ("scheme", self.scheme_edition.to_string()),
            ("sector", self.sector.clone()),
        ])
    }

    fn dimensions_of(&self, it: &Commitment) -> BTreeMap<&'static str, String> {
        let kind = if it.conditional {
            "conditional"
        } else {
            "unconditional"
        };
        let mut dimensions = self.dimensions();
        dimensions.extend([
            ("chapter", it.post.chapter.clone()),
            ("commitment", kind.to_owned()),
            ("post", it.post.post.clone()),
            ("year", it.year.to_string()),
        ]);
        dimensions
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

/// The day of the last payment that was made.
fn last_paid_on(payments: &[Disbursement]) -> Option<NaiveDate> {
    payments.iter().filter_map(|it| it.paid_on).max()
}

#[cfg(test)]
pub(crate) mod tests;

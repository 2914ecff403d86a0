//! What a decision over what is promised is judged by, as it was read and held.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::commitment::conditional_years;
use crate::domain::{Commitment, Delegation, Frame, FrameKey, Reservation, Touched};

/// Authority, frames and the reservation's wording.
#[derive(Debug)]
pub struct Grounds {
    /// Who decides, such as `persons/kari`.
    pub person: String,
    /// What the person holds and held.
    pub delegations: Vec<Delegation>,
    /// The names that the parent touches, with what holds them.
    pub touched: Vec<Touched>,
    /// The frames of the commitments that are decided over.
    pub frames: BTreeMap<FrameKey, Frame>,
    /// The wording in force on the day of the decision; read where a later year is promised.
    pub reservation: Option<Reservation>,
    /// The day of the decision.
    pub on: NaiveDate,
    /// The day on which it is registered.
    pub today: NaiveDate,
}

/// The reservation that conditional commitments are promised with; empty where none is conditional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reserved {
    /// Its wording in bokmål and in nynorsk.
    pub wording: [String; 2],
    /// The edition that the wording is from.
    pub edition: String,
}

impl Grounds {
    /// The reservation that these commitments carry.
    pub fn reserve(&self, commitments: &[Commitment]) -> Reserved {
        let years = conditional_years(commitments);
        let Some(reservation) = self.reservation.as_ref().filter(|_| !years.is_empty()) else {
            assert!(
                years.is_empty(),
                "a later year is judged with its reservation"
            );
            return Reserved::default();
        };
        Reserved {
            wording: reservation.wording(&years),
            edition: reservation.edition.clone(),
        }
    }
}

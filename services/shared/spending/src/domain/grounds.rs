//! What an award is judged by, as it was read and held.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::commitment::conditional_years;
use crate::domain::{Commitment, Delegation, Frame, FrameKey, Reservation};

/// Authority, frames and the reservation's wording.
#[derive(Debug)]
pub struct Grounds {
    /// Who decides, such as `persons/kari`.
    pub person: String,
    /// What the person holds and held.
    pub delegations: Vec<Delegation>,
    /// The frames of the commitments.
    pub frames: BTreeMap<FrameKey, Frame>,
    /// The wording in force on the day of the decision; read where a later year is asked for.
    pub reservation: Option<Reservation>,
    /// The day of the decision.
    pub on: NaiveDate,
    /// The day on which it is registered.
    pub today: NaiveDate,
}

/// The reservation that conditional commitments are promised with; empty where none is conditional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reserved {
    /// Its wording.
    pub wording: String,
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
            edition: reservation.edition(),
        }
    }
}

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
    /// The day on which it is decided.
    pub today: NaiveDate,
}

impl Grounds {
    /// The wording of the reservation that these commitments carry, and the edition that it is from; both
    /// are empty where none of them is conditional.
    pub fn reserve(&self, commitments: &[Commitment]) -> (String, String) {
        let years = conditional_years(commitments);
        let reservation = self.reservation.as_ref().filter(|_| !years.is_empty());
        reservation
            .map(|it| (it.wording(&years), it.edition()))
            .unwrap_or_default()
    }
}

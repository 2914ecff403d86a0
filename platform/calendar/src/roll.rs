//! Where a deadline goes that falls on a day off.

use chrono::{Days, NaiveDate};

use crate::day::working_days_after;
use crate::holiday::is_working_day;

/// What becomes of a deadline on a day that is no working day. Each deadline says which; there is no usual one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roll {
    /// It stays on its day.
    Stays,
    /// It moves to the next working day.
    NextWorkingDay,
    /// It moves to the working day before.
    PreviousWorkingDay,
}

impl Roll {
    /// The day of a deadline that its rule gives this day. A working day stays in any case.
    pub fn of(self, day: NaiveDate) -> NaiveDate {
        match self {
            _ if is_working_day(day) => day,
            Self::Stays => day,
            Self::NextWorkingDay => working_days_after(day, 1),
            Self::PreviousWorkingDay => {
                let mut before = day - Days::new(1);
                while !is_working_day(before) {
                    before = before - Days::new(1);
                }
                before
            }
        }
    }
}

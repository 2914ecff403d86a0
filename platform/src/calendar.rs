//! Where the present comes from, and which day it is in Norway.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Oslo;

/// The calendar day of an instant in Norway.
pub fn oslo_date(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&Oslo).date_naive()
}

/// Where the present comes from. Only tests fix it.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// An instant that a test chose.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The present instant.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    pub fn now(self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Fixed(instant) => instant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_hour_before_midnight_in_greenwich_it_is_tomorrow_in_oslo() {
        let instant: DateTime<Utc> = "2025-04-30T23:30:00Z".parse().unwrap();
        assert_eq!(
            oslo_date(instant),
            NaiveDate::from_ymd_opt(2025, 5, 1).unwrap()
        );
    }
}

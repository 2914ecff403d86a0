//! What comes so long after a day.

use chrono::{Days, Months, NaiveDate};

use crate::holiday::is_working_day;

/// The nth working day after a day, which is not counted itself, be it one or not; the day itself for 0.
pub fn working_days_after(day: NaiveDate, n: u16) -> NaiveDate {
    let mut counted = day;
    for _ in 0..n {
        counted = counted + Days::new(1);
        while !is_working_day(counted) {
            counted = counted + Days::new(1);
        }
    }
    counted
}

/// The day n weeks of seven calendar days after a day.
pub fn weeks_after(day: NaiveDate, n: u16) -> NaiveDate {
    day + Days::new(7 * u64::from(n))
}

/// The same day of the month n months later, or the last of that month where it has no such day.
pub fn months_after(day: NaiveDate, n: u16) -> NaiveDate {
    day + Months::new(n.into())
}

/// How many years somebody has completed on a day; none before the birth. Who is born on 29 February turns
/// on 1 March in a common year (assumed: no law that Norec goes by says).
pub fn age_on(birth: NaiveDate, day: NaiveDate) -> Option<u32> {
    day.years_since(birth)
}

//! Holidays and working days.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The holidays that have the same month and day each year: New Year's Day and both days of Christmas (Act of
/// 24 February 1995 no. 12, § 2); 1 and 17 May (Act of 26 April 1947 no. 1, § 1).
const FIXED: [(u32, u32); 5] = [(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)];
/// Days from Easter Sunday to those that move with it: Maundy Thursday, Good Friday, both days of Easter,
/// Ascension Day and both days of Whitsun (Act of 1995, § 2).
const FROM_EASTER: [i64; 7] = [-3, -2, 0, 1, 39, 49, 50];

/// Whether a day is one of the twelve holidays that Norwegian law names. An ordinary Sunday is none of them;
/// nor are Christmas Eve and New Year's Eve, on which banks are closed.
pub fn is_holiday(day: NaiveDate) -> bool {
    let from_easter = (day - easter_sunday(day.year())).num_days();
    FIXED.contains(&(day.month(), day.day())) || FROM_EASTER.contains(&from_easter)
}

/// Whether a day is neither a Saturday nor a Sunday nor a holiday.
pub fn is_working_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day)
}

/// Easter Sunday of a year, by Meeus' rule for the Gregorian calendar (Astronomical Algorithms, 1991, ch. 8):
/// days from 22 March on.
fn easter_sunday(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let after = u64::try_from(h + l - 7 * m).unwrap_or_default();
    let earliest = NaiveDate::from_ymd_opt(year, 3, 22).unwrap_or_default();
    earliest + Days::new(after)
}

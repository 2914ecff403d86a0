//! Clock times in Oslo.

use chrono::{
    DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc,
};
use chrono_tz::Europe::Oslo;

/// The calendar day of an instant in Norway.
pub fn oslo_date(instant: DateTime<Utc>) -> NaiveDate {
    oslo_time(instant).date()
}

/// What a clock in Oslo shows at an instant.
pub fn oslo_time(instant: DateTime<Utc>) -> NaiveDateTime {
    instant.with_timezone(&Oslo).naive_local()
}

/// The instant that a deadline on a day at a clock time in Oslo ends at; what arrives at that instant or
/// later is too late. Of the hour that comes twice in autumn the later one, so that nobody loses an hour; for
/// an hour that spring leaps over, the instant after the leap. Behind 2099 the zone's table keeps to winter
/// time.
pub fn closes_at(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    latest(day.and_time(time))
}

fn latest(local: NaiveDateTime) -> DateTime<Utc> {
    match Oslo.from_local_datetime(&local) {
        LocalResult::Single(instant) => instant.to_utc(),
        LocalResult::Ambiguous(_, later) => later.to_utc(),
        // A whole hour of the clock is leapt over: the next one begins with the leap.
        LocalResult::None => {
            let into_the_hour =
                Duration::seconds(local.num_seconds_from_midnight().rem_euclid(3_600).into());
            latest(local - into_the_hour + Duration::hours(1))
        }
    }
}

//! What becomes of a resource with something personal on a day, and when the service looks by itself.

use std::time::Duration;

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Oslo;

platform::resource_name!(
    /// `retentionRuns/{run}`.
    RunName,
    "retentionRuns/*"
);

/// The time of day, in Oslo, of the night's run.
const WAKES_AT: NaiveTime = NaiveTime::from_hms_opt(3, 0, 0).expect("a time of day");
/// An installation that is younger does nothing by itself.
const SETTLED_AFTER: chrono::Duration = chrono::Duration::hours(1);
/// A run that failed is tried again, and a machine that slept is caught up with.
const WAKES_EVERY: Duration = Duration::from_hours(1);

/// A resource with something personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The day that it is kept from.
    pub(crate) from: Option<NaiveDate>,
    /// The person was erased, and written of again.
    pub(crate) is_erased: bool,
    /// What keeps the person.
    pub(crate) hold: Option<String>,
}

/// What a run does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its time is not over.
    Stays,
    /// Left, though its time may be over: it is not known from when it counts.
    Undated,
    /// Left, though its time is over.
    Held,
    /// Emptied.
    Due,
    /// Emptied, whatever its time.
    Late,
}

impl Found {
    /// CA-13 (part): it is due on the day itself that lies so many months after the one that it is kept from.
    pub(crate) fn fate(&self, months: u32, on: NaiveDate) -> Fate {
        let ends = self
            .from
            .map(|it| it.checked_add_months(Months::new(months)));
        let fate = match ends {
            _ if self.is_erased => Fate::Late,
            None => return Fate::Undated,
            Some(ends) if ends.is_none_or(|it| it > on) => return Fate::Stays,
            Some(_) => Fate::Due,
        };
        match self.hold {
            Some(_) => Fate::Held,
            None => fate,
        }
    }
}

/// The night whose run is to be there at an instant: the last one that began, of an installation that was
/// an hour old by then.
pub(crate) fn night(now: DateTime<Utc>, since: DateTime<Utc>) -> Option<NaiveDate> {
    let today = now.with_timezone(&Oslo).date_naive();
    let begun = |day: &NaiveDate| begins(*day).is_some_and(|it| it <= now);
    let night = [Some(today), today.checked_sub_days(Days::new(1))]
        .into_iter()
        .flatten()
        .find(begun)?;
    (begins(night)? >= since + SETTLED_AFTER).then_some(night)
}

/// How long there is nothing to do at an instant.
pub(crate) fn rest(now: DateTime<Utc>) -> Duration {
    let today = now.with_timezone(&Oslo).date_naive();
    let next = [Some(today), today.checked_add_days(Days::new(1))]
        .into_iter()
        .flatten()
        .filter_map(begins)
        .find(|it| *it > now);
    let until = next.and_then(|it| (it - now).to_std().ok());
    until.map_or(WAKES_EVERY, |it| it.min(WAKES_EVERY))
}

/// When the run of a night begins. Clocks are never changed over this time of day.
fn begins(night: NaiveDate) -> Option<DateTime<Utc>> {
    let begins = Oslo
        .from_local_datetime(&night.and_time(WAKES_AT))
        .earliest();
    begins.map(|it| it.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// CA-13 (part)
    #[test]
    fn a_resource_is_due_on_the_day_itself() {
        for (from, months, on, erased, held, fate) in [
            ("2026-06-10", 12, "2027-06-09", false, false, Fate::Stays),
            ("2026-06-10", 12, "2027-06-10", false, false, Fate::Due),
            ("2026-06-10", 12, "2027-06-11", false, false, Fate::Due),
            ("2026-06-10", 12, "2027-06-10", false, true, Fate::Held),
            ("2026-06-10", 12, "2027-06-09", false, true, Fate::Stays),
            ("2026-08-31", 6, "2027-02-27", false, false, Fate::Stays),
            ("2026-08-31", 6, "2027-02-28", false, false, Fate::Due),
            ("2026-06-10", 0, "2026-06-10", false, false, Fate::Due),
            ("", 12, "2199-12-31", false, false, Fate::Undated),
            ("", 12, "2027-06-10", false, true, Fate::Undated),
            ("", 12, "2027-06-10", true, false, Fate::Late),
            ("2026-06-10", 12, "2026-06-11", true, false, Fate::Late),
            ("2026-06-10", 12, "2026-06-11", true, true, Fate::Held),
        ] {
            let found = Found {
                from: Some(from).filter(|it| !it.is_empty()).map(day),
                is_erased: erased,
                hold: held.then(|| "holds/1".to_owned()),
            };
            assert_eq!(found.fate(months, day(on)), fate, "{found:?} {on}");
        }
    }

    #[test]
    fn a_night_is_made_up_and_none_is_in_the_first_hour() {
        let long_ago = "2026-01-01T00:00:00Z";
        for (now, since, expected) in [
            ("2026-06-10T00:59:59Z", long_ago, Some("2026-06-09")),
            ("2026-06-10T01:00:00Z", long_ago, Some("2026-06-10")),
            ("2026-06-10T22:30:00Z", long_ago, Some("2026-06-10")),
            ("2026-01-10T01:59:59Z", long_ago, Some("2026-01-09")),
            ("2026-01-10T02:00:00Z", long_ago, Some("2026-01-10")),
            // The clocks are put forward, and back.
            ("2026-03-29T00:59:59Z", long_ago, Some("2026-03-28")),
            ("2026-03-29T01:00:00Z", long_ago, Some("2026-03-29")),
            ("2026-10-25T01:59:59Z", long_ago, Some("2026-10-24")),
            ("2026-10-25T02:00:00Z", long_ago, Some("2026-10-25")),
            // An installation made at 02:30 in Oslo, at 02:00, and in the day.
            ("2026-06-10T01:00:00Z", "2026-06-10T00:30:00Z", None),
            ("2026-06-10T12:00:00Z", "2026-06-10T00:30:00Z", None),
            (
                "2026-06-10T01:00:00Z",
                "2026-06-10T00:00:00Z",
                Some("2026-06-10"),
            ),
            ("2026-06-10T23:00:00Z", "2026-06-10T10:00:00Z", None),
            (
                "2026-06-11T01:00:00Z",
                "2026-06-10T10:00:00Z",
                Some("2026-06-11"),
            ),
            ("2025-06-11T01:00:00Z", long_ago, None),
        ] {
            let expected = expected.map(day);
            assert_eq!(night(at(now), at(since)), expected, "{now} {since}");
        }
    }

    #[test]
    fn it_wakes_at_three_and_every_hour() {
        for (now, seconds) in [
            ("2026-06-10T00:59:59Z", 1),
            ("2026-06-10T00:30:00Z", 1800),
            ("2026-06-10T01:00:00Z", 3600),
            ("2026-06-10T12:00:00Z", 3600),
            ("2026-10-25T01:30:00Z", 1800),
        ] {
            assert_eq!(rest(at(now)), Duration::from_secs(seconds), "{now}");
        }
    }
}

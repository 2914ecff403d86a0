//! Between wire and domain: dates, instants, money and etags.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use prost_types::Timestamp;
use proto::google::r#type::{Date, Money};
use proto::{Refused, field_reason, reason};

/// A day for the wire.
pub fn date_to_wire(date: NaiveDate) -> Date {
    Date {
        year: date.year(),
        month: i32::try_from(date.month()).unwrap_or_default(),
        day: i32::try_from(date.day()).unwrap_or_default(),
    }
}

/// An instant for the wire.
pub fn time_to_wire(time: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: time.timestamp(),
        nanos: i32::try_from(time.timestamp_subsec_nanos()).unwrap_or_default(),
    }
}

/// Reads an instant, or says what one is.
pub fn time_from_wire(given: &Timestamp) -> Result<DateTime<Utc>, field_reason::Instant> {
    u32::try_from(given.nanos)
        .ok()
        .and_then(|nanos| DateTime::from_timestamp(given.seconds, nanos))
        .ok_or(field_reason::Instant)
}

/// Øre as NOK for the wire.
pub fn nok(ore: i64) -> Money {
    Money {
        currency_code: "NOK".to_owned(),
        units: ore / 100,
        nanos: i32::try_from(ore % 100).unwrap_or_default() * 10_000_000,
    }
}

/// The etag of a resource's version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// When an etag is given, it must be the resource's; the marks around it may be left out.
pub fn must_match(given: &str, name: &impl std::fmt::Display, version: i64) -> Result<(), Refused> {
    if given.is_empty() || given == etag(version) || given == version.to_string() {
        return Ok(());
    }
    Err(reason::StaleEtag {
        name: name.to_string(),
        etag: etag(version),
    }
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ore_become_units_and_nanos_of_one_sign() {
        for (ore, units, nanos) in [
            (0, 0, 0),
            (1, 0, 10_000_000),
            (-175, -1, -750_000_000),
            (100, 1, 0),
        ] {
            let money = nok(ore);
            assert_eq!((money.units, money.nanos), (units, nanos), "{ore}");
        }
    }

    #[test]
    fn a_stale_etag_is_refused_and_an_absent_one_is_not() {
        assert!(must_match("", &"x/1", 3).is_ok());
        assert!(must_match("\"3\"", &"x/1", 3).is_ok());
        assert!(must_match("\"2\"", &"x/1", 3).is_err());
    }

    /// B-T10: `3` is `"3"`, and nothing else is.
    #[test]
    fn an_etag_may_come_without_its_marks() {
        assert!(must_match("3", &"x/1", 3).is_ok());
        for given in ["2", "\"3", "3\"", " 3", "03", "+3", "\"\"3\"\"", "W/\"3\""] {
            assert!(must_match(given, &"x/1", 3).is_err(), "{given}");
        }
    }
}

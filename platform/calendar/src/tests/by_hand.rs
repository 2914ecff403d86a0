//! Typed by hand: holidays of 2020–2031 from the law and the church's almanac, and the edges.

use chrono::{DateTime, Datelike, Days, NaiveTime, Utc, Weekday};

use super::day;
use crate::{
    Roll, age_on, closes_at, is_holiday, is_working_day, months_after, oslo_date, weeks_after,
    working_days_after,
};

/// New Year's Day; Maundy Thursday, Good Friday, Easter Sunday and Monday; 1 May; Ascension Day; 17 May; Whit
/// Sunday and Monday; both days of Christmas.
const HOLIDAYS: [(i32, [&str; 12]); 12] = [
    (
        2020,
        [
            "01-01", "04-09", "04-10", "04-12", "04-13", "05-01", "05-21", "05-17", "05-31",
            "06-01", "12-25", "12-26",
        ],
    ),
    (
        2021,
        [
            "01-01", "04-01", "04-02", "04-04", "04-05", "05-01", "05-13", "05-17", "05-23",
            "05-24", "12-25", "12-26",
        ],
    ),
    (
        2022,
        [
            "01-01", "04-14", "04-15", "04-17", "04-18", "05-01", "05-26", "05-17", "06-05",
            "06-06", "12-25", "12-26",
        ],
    ),
    (
        2023,
        [
            "01-01", "04-06", "04-07", "04-09", "04-10", "05-01", "05-18", "05-17", "05-28",
            "05-29", "12-25", "12-26",
        ],
    ),
    (
        2024,
        [
            "01-01", "03-28", "03-29", "03-31", "04-01", "05-01", "05-09", "05-17", "05-19",
            "05-20", "12-25", "12-26",
        ],
    ),
    (
        2025,
        [
            "01-01", "04-17", "04-18", "04-20", "04-21", "05-01", "05-29", "05-17", "06-08",
            "06-09", "12-25", "12-26",
        ],
    ),
    (
        2026,
        [
            "01-01", "04-02", "04-03", "04-05", "04-06", "05-01", "05-14", "05-17", "05-24",
            "05-25", "12-25", "12-26",
        ],
    ),
    (
        2027,
        [
            "01-01", "03-25", "03-26", "03-28", "03-29", "05-01", "05-06", "05-17", "05-16",
            "05-17", "12-25", "12-26",
        ],
    ),
    (
        2028,
        [
            "01-01", "04-13", "04-14", "04-16", "04-17", "05-01", "05-25", "05-17", "06-04",
            "06-05", "12-25", "12-26",
        ],
    ),
    (
        2029,
        [
            "01-01", "03-29", "03-30", "04-01", "04-02", "05-01", "05-10", "05-17", "05-20",
            "05-21", "12-25", "12-26",
        ],
    ),
    (
        2030,
        [
            "01-01", "04-18", "04-19", "04-21", "04-22", "05-01", "05-30", "05-17", "06-09",
            "06-10", "12-25", "12-26",
        ],
    ),
    (
        2031,
        [
            "01-01", "04-10", "04-11", "04-13", "04-14", "05-01", "05-22", "05-17", "06-01",
            "06-02", "12-25", "12-26",
        ],
    ),
];

/// Every day of the twelve years.
#[test]
fn holidays_are_those_of_the_table_and_no_others() {
    for (year, holidays) in HOLIDAYS {
        let first = day(&format!("{year}-01-01"));
        let days = first.iter_days().take_while(|it| it.year() == year);
        let mut count = 0;
        for it in days {
            let named = holidays.contains(&it.format("%m-%d").to_string().as_str());
            assert_eq!(is_holiday(it), named, "{it}");
            let is_weekend = matches!(it.weekday(), Weekday::Sat | Weekday::Sun);
            assert_eq!(is_working_day(it), !named && !is_weekend, "{it}");
            count += 1;
        }
        assert_eq!(count, if year % 4 == 0 { 366 } else { 365 });
    }
}

#[test]
fn working_days_are_counted_from_the_day_after() {
    for (from, n, expected) in [
        ("2025-04-16", 0, "2025-04-16"),
        // Over Easter: Thursday to Monday are off.
        ("2025-04-16", 1, "2025-04-22"),
        ("2025-04-16", 5, "2025-04-28"),
        // From a day off.
        ("2025-04-19", 0, "2025-04-19"),
        ("2025-04-19", 1, "2025-04-22"),
        // 1 May is a Thursday, the Friday after it works.
        ("2025-04-30", 1, "2025-05-02"),
        // 17 May is Whit Monday.
        ("2027-05-14", 1, "2027-05-18"),
        // Christmas Eve and New Year's Eve work.
        ("2025-12-23", 1, "2025-12-24"),
        ("2025-12-24", 1, "2025-12-29"),
        ("2025-12-30", 2, "2026-01-02"),
        ("2024-02-28", 1, "2024-02-29"),
    ] {
        assert_eq!(
            working_days_after(day(from), n),
            day(expected),
            "{from} + {n}"
        );
    }
}

#[test]
fn weeks_count_every_day() {
    for (from, n, expected) in [
        ("2025-04-16", 0, "2025-04-16"),
        ("2025-04-16", 1, "2025-04-23"),
        ("2025-11-20", 6, "2026-01-01"),
        ("2024-02-22", 1, "2024-02-29"),
    ] {
        assert_eq!(
            weeks_after(day(from), n),
            day(expected),
            "{from} + {n} weeks"
        );
    }
}

#[test]
fn months_end_on_their_last_day() {
    for (from, n, expected) in [
        ("2025-01-31", 0, "2025-01-31"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-03-31", 1, "2025-04-30"),
        ("2025-02-28", 1, "2025-03-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-08-31", 6, "2026-02-28"),
    ] {
        assert_eq!(
            months_after(day(from), n),
            day(expected),
            "{from} + {n} months"
        );
    }
}

#[test]
fn an_age_turns_on_the_birthday() {
    for (birth, on, expected) in [
        ("1990-06-15", "2025-06-14", Some(34)),
        ("1990-06-15", "2025-06-15", Some(35)),
        ("2000-02-29", "2025-02-28", Some(24)),
        ("2000-02-29", "2025-03-01", Some(25)),
        ("2000-02-29", "2024-02-28", Some(23)),
        ("2000-02-29", "2024-02-29", Some(24)),
        ("2025-06-15", "2025-06-15", Some(0)),
        ("2025-06-15", "2025-06-14", None),
    ] {
        assert_eq!(age_on(day(birth), day(on)), expected, "{birth} on {on}");
    }
}

#[test]
fn a_deadline_rolls_as_it_says() {
    use Roll::{NextWorkingDay, PreviousWorkingDay, Stays};
    for (on, next, previous) in [
        ("2025-04-16", "2025-04-16", "2025-04-16"),
        ("2025-04-17", "2025-04-22", "2025-04-16"),
        ("2025-04-20", "2025-04-22", "2025-04-16"),
        ("2027-05-15", "2027-05-18", "2027-05-14"),
        ("2026-01-01", "2026-01-02", "2025-12-31"),
        ("2026-03-01", "2026-03-02", "2026-02-27"),
    ] {
        let on = day(on);
        assert_eq!(Stays.of(on), on);
        assert_eq!(NextWorkingDay.of(on), day(next), "{on}");
        assert_eq!(PreviousWorkingDay.of(on), day(previous), "{on}");
    }
    let all: Vec<_> = (0..9).map(|n| day("2025-04-14") + Days::new(n)).collect();
    let working = all.iter().filter(|it| is_working_day(**it)).count();
    assert_eq!(working, 4, "Monday to Wednesday, and Tuesday after Easter");
}

#[test]
fn clocks_go_forward_in_march_and_back_in_october() {
    for (on, at, expected) in [
        ("2025-01-15", "12:00:00", "2025-01-15T11:00:00Z"),
        ("2025-07-15", "12:00:00", "2025-07-15T10:00:00Z"),
        ("2025-03-30", "01:59:59", "2025-03-30T00:59:59Z"),
        ("2025-03-30", "02:00:00", "2025-03-30T01:00:00Z"),
        ("2025-03-30", "02:30:00", "2025-03-30T01:00:00Z"),
        ("2025-03-30", "02:59:59", "2025-03-30T01:00:00Z"),
        ("2025-03-30", "03:00:00", "2025-03-30T01:00:00Z"),
        ("2025-03-30", "03:00:01", "2025-03-30T01:00:01Z"),
        ("2025-10-26", "01:59:59", "2025-10-25T23:59:59Z"),
        ("2025-10-26", "02:00:00", "2025-10-26T01:00:00Z"),
        ("2025-10-26", "02:59:59", "2025-10-26T01:59:59Z"),
        ("2025-10-26", "03:00:00", "2025-10-26T02:00:00Z"),
    ] {
        let at: NaiveTime = at.parse().unwrap();
        let expected: DateTime<Utc> = expected.parse().unwrap();
        assert_eq!(closes_at(day(on), at), expected, "{on} {at}");
    }
}

#[test]
fn midnight_in_greenwich_is_another_day_in_oslo() {
    for (instant, expected) in [
        ("2025-04-30T21:59:59Z", "2025-04-30"),
        ("2025-04-30T22:00:00Z", "2025-05-01"),
        ("2025-04-30T23:30:00Z", "2025-05-01"),
        ("2025-12-31T22:59:59Z", "2025-12-31"),
        ("2025-12-31T23:00:00Z", "2026-01-01"),
    ] {
        assert_eq!(
            oslo_date(instant.parse().unwrap()),
            day(expected),
            "{instant}"
        );
    }
}

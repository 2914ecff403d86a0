//! A second implementation, which shares nothing with the first: Easter by Gauss, working days by a list of all
//! that are off, and the changes of the clock by the rule of the European Union. Every year that periods know.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use crate::{
    Roll, age_on, closes_at, is_holiday, is_working_day, months_after, oslo_time, weeks_after,
    working_days_after,
};

const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;

/// Easter by Gauss's rule of 1800, as he corrected it in 1816: days after 22 March, and his two exceptions.
fn gauss(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year % 4, year % 7);
    let k = year / 100;
    let p = (13 + 8 * k) / 25;
    let m = (15 - p + k - k / 4) % 30;
    let n = (4 + k - k / 4) % 7;
    let d = (19 * a + m) % 30;
    let e = (2 * b + 4 * c + 6 * d + n) % 7;
    let a_week_earlier = (d, e) == (29, 6) || ((d, e) == (28, 6) && a > 10);
    let after = d + e - if a_week_earlier { 7 } else { 0 };
    ymd(year, 3, 22) + Days::new(u64::try_from(after).unwrap())
}

fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// All holidays of a year and of those beside it.
fn holidays() -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    for year in YEARS.start() - 1..=YEARS.end() + 1 {
        let easter = gauss(year);
        days.extend([
            ymd(year, 1, 1),
            easter
                .pred_opt()
                .unwrap()
                .pred_opt()
                .unwrap()
                .pred_opt()
                .unwrap(),
            easter.pred_opt().unwrap().pred_opt().unwrap(),
            easter,
            easter.succ_opt().unwrap(),
            ymd(year, 5, 1),
            ymd(year, 5, 17),
            // The sixth Thursday of Easter, and the seventh Sunday after it with the Monday.
            easter + Duration::weeks(6) - Duration::days(3),
            easter + Duration::weeks(7),
            easter + Duration::weeks(7) + Duration::days(1),
            ymd(year, 12, 25),
            ymd(year, 12, 26),
        ]);
    }
    days
}

/// The day's number in an endless week that begins with Monday: 1 January 1900 was one.
fn weekday(day: NaiveDate) -> i64 {
    (day - ymd(1900, 1, 1)).num_days().rem_euclid(7)
}

fn all_days() -> impl Iterator<Item = NaiveDate> {
    let last = ymd(*YEARS.end(), 12, 31);
    let first = ymd(*YEARS.start(), 1, 1);
    first.iter_days().take_while(move |it| *it <= last)
}

#[test]
fn holidays_and_working_days_of_two_centuries_are_the_same() {
    let holidays = holidays();
    let off = |day: NaiveDate| weekday(day) >= 5 || holidays.contains(&day);
    let first = ymd(*YEARS.start(), 1, 1);
    let days = first
        .iter_days()
        .take_while(|it| it.year() <= YEARS.end() + 1);
    let working: Vec<_> = days.filter(|it| !off(*it)).collect();
    for day in all_days() {
        assert_eq!(is_holiday(day), holidays.contains(&day), "{day}");
        assert_eq!(is_working_day(day), !off(day), "{day}");
        // Those up to and with this day, so that the nth after it stands n - 1 places behind.
        let passed = working.partition_point(|it| *it <= day);
        for n in [1, 2, 5, 15] {
            let expected = working[passed + usize::from(n) - 1];
            assert_eq!(working_days_after(day, n), expected, "{day} + {n}");
        }
        let next = working[working.partition_point(|it| *it < day)];
        assert_eq!(Roll::NextWorkingDay.of(day), next, "{day}");
        if passed > 0 {
            assert_eq!(
                Roll::PreviousWorkingDay.of(day),
                working[passed - 1],
                "{day}"
            );
        }
        assert_eq!(Roll::Stays.of(day), day);
    }
}

/// Days that a month has, by the old rhyme.
fn length(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[test]
fn months_weeks_and_ages_of_two_centuries_are_the_same() {
    let birth = ymd(1988, 2, 29);
    let mut age = 1;
    for day in all_days() {
        for n in [1_u16, 3, 12, 25] {
            let months = day.year() * 12 + i32::try_from(day.month0()).unwrap() + i32::from(n);
            let (year, month) = (months / 12, u32::try_from(months % 12).unwrap() + 1);
            let expected = ymd(year, month, day.day().min(length(year, month)));
            assert_eq!(months_after(day, n), expected, "{day} + {n} months");
        }
        let weeks = weeks_after(day, 6);
        assert_eq!((weeks - day).num_days(), 42);
        let birthday = if length(day.year(), 2) == 29 {
            (2, 29)
        } else {
            (3, 1)
        };
        if (day.month(), day.day()) == birthday {
            age += 1;
        }
        assert_eq!(age_on(birth, day), Some(age), "{day}");
    }
}

/// Summer time begins and ends at one in the morning, UTC, on the last Sunday of March and, since 1996, of
/// October; before that it ended on the last Sunday of September (Directives 94/21/EC and 2000/84/EC).
fn summer(year: i32) -> [NaiveDateTime; 2] {
    let last_sunday = |month| {
        let last = ymd(year, month, length(year, month));
        let after_sunday = u64::try_from((weekday(last) + 1) % 7).unwrap();
        (last - Days::new(after_sunday))
            .and_hms_opt(1, 0, 0)
            .unwrap()
    };
    [
        last_sunday(3),
        last_sunday(if year < 1996 { 9 } else { 10 }),
    ]
}

/// As far as the time zone's table goes: behind it, it keeps to winter time.
const ZONE_YEARS: std::ops::RangeInclusive<i32> = 1990..=2099;

#[test]
fn clock_times_are_the_same_through_both_changes_of_every_year() {
    for year in ZONE_YEARS {
        let [begin, end] = summer(year);
        let offset =
            |utc: NaiveDateTime| Duration::hours(if (begin..end).contains(&utc) { 2 } else { 1 });
        let around = [begin, end].map(|it| it.date());
        let days = [
            around[0].pred_opt().unwrap(),
            around[0],
            around[1].pred_opt().unwrap(),
            around[1],
        ];
        for day in days
            .into_iter()
            .chain([ymd(year, 1, 1), ymd(year, 7, 1), ymd(year, 12, 31)])
        {
            for minutes in (0..24 * 60).step_by(15) {
                let time = NaiveTime::default() + Duration::minutes(minutes);
                let local = day.and_time(time);
                // The latest instant at which a clock in Oslo shows this, or else the first that shows more.
                let shown = [1, 2].map(|hours| local - Duration::hours(hours));
                let fitting = shown.into_iter().filter(|utc| *utc + offset(*utc) == local);
                let expected: DateTime<Utc> = fitting.max().unwrap_or(begin).and_utc();
                assert_eq!(closes_at(day, time), expected, "{local}");
                assert_eq!(
                    oslo_time(local.and_utc()),
                    local + offset(local),
                    "{local} UTC"
                );
            }
        }
    }
}

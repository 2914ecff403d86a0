//! The languages of texts for people, and how Norwegian writes numbers, amounts and days: decimal
//! comma, groups of three digits behind a narrow no-break space, a real minus sign, months in words; the
//! same in both written forms. Documents, refusals and tools take it from here.

mod locale;

pub use locale::Locale;

use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// U+202F, the narrow no-break space between groups of digits.
pub const GROUP: char = '\u{202f}';
/// U+2212, the minus sign.
pub const MINUS: char = '\u{2212}';

const MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];

/// A day: `6. januar 2026`.
pub fn day(day: NaiveDate) -> String {
    format!("{}. {} {}", day.day(), month(day), day.year())
}

/// What a clock shows: `6. januar 2026 kl. 12.00.00`.
pub fn time(time: NaiveDateTime) -> String {
    format!("{} kl. {}", day(time.date()), time.format("%H.%M.%S"))
}

/// The name of a day's month: `januar`.
pub fn month(day: NaiveDate) -> &'static str {
    let at = usize::try_from(day.month0()).ok();
    at.and_then(|it| MONTHS.get(it))
        .copied()
        .unwrap_or_default()
}

/// An amount in øre, to the øre: `−100 000,50`.
pub fn kroner(ore: impl Into<i128>) -> String {
    signed(ore.into(), |ore| {
        format!("{},{:02}", grouped(ore / 100), ore % 100)
    })
}

/// A number behind its sign, where it has one: what is printed of its size. A rounded zero bears none.
pub fn signed(number: i128, print: impl Fn(u128) -> String) -> String {
    let digits = print(number.unsigned_abs());
    if number < 0 {
        format!("{MINUS}{digits}")
    } else {
        digits
    }
}

/// A whole number: `12 345`.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_to_the_ore_with_groups_of_three() {
        for (ore, printed) in [
            (0, "0,00"),
            (-5, "-0,05"),
            (99_950, "999,50"),
            (100_000, "1_000,00"),
            (1_000_000_000, "10_000_000,00"),
            (-123_456_705, "-1_234_567,05"),
            (i64::MIN, "-92_233_720_368_547_758,08"),
        ] {
            let seen = kroner(ore).replace(GROUP, "_").replace(MINUS, "-");
            assert_eq!(seen, printed, "{ore} øre");
        }
    }

    #[test]
    fn clock_times_stand_behind_their_day() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 6).unwrap();
        let noon = day.and_hms_milli_opt(12, 0, 5, 250).unwrap();
        assert_eq!(time(noon), "6. januar 2026 kl. 12.00.05");
    }

    #[test]
    fn days_are_written_in_words() {
        for (year, month, of_month, written) in [
            (2026, 1, 6, "6. januar 2026"),
            (2024, 2, 29, "29. februar 2024"),
            (2025, 12, 31, "31. desember 2025"),
        ] {
            let given = NaiveDate::from_ymd_opt(year, month, of_month);
            assert_eq!(given.map(day).as_deref(), Some(written));
        }
    }
}

//! Amounts as accounting systems write them, to øre. No floats: digits are counted.

use serde::Deserialize;

/// Minus as the keyboard has it, the minus sign of Unicode, and the dash that text programs make.
const MINUSES: [char; 3] = ['-', '\u{2212}', '\u{2013}'];

/// The mark in front of decimals. Thousands are divided by blanks, or not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    /// `1 234,50`
    #[default]
    Comma,
    /// `1 234.50`
    Point,
}

impl Decimal {
    const fn mark(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Point => '.',
        }
    }
}

/// What amounts are in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Unit {
    /// Kroner.
    #[default]
    #[serde(rename = "NOK")]
    Nok,
    /// 1 000 kroner.
    #[serde(rename = "thousand NOK")]
    ThousandNok,
    /// 1 000 000 kroner.
    #[serde(rename = "million NOK")]
    MillionNok,
}

impl Unit {
    /// How many decimals make an øre.
    const fn decimals(self) -> usize {
        match self {
            Self::Nok => 2,
            Self::ThousandNok => 5,
            Self::MillionNok => 8,
        }
    }
}

/// Reads an amount in `unit`s. Blanks of any kind may divide its thousands; one minus may stand in
/// front or behind. `None` when it is something else, has more decimals than øre, or is beyond 92
/// million billion kroner.
pub(super) fn parse(text: &str, decimal: Decimal, unit: Unit) -> Option<i64> {
    let text = text.trim();
    let (is_negative, text) = match (text.strip_prefix(MINUSES), text.strip_suffix(MINUSES)) {
        (Some(_), Some(_)) => return None,
        (Some(rest), None) => (true, rest.trim_start()),
        (None, Some(rest)) => (true, rest.trim_end()),
        (None, None) => (false, text),
    };
    let (whole, fraction) = match text.split_once(decimal.mark()) {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    let digits = unit.decimals();
    let (kept, beyond) = fraction.split_at_checked(fraction.len().min(digits))?;
    if beyond.chars().any(|it| it != '0') {
        return None;
    }
    let written = format!("{}{kept:0<digits$}", without_thousands(whole)?);
    if !written.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let ore: i64 = written.parse().ok()?;
    Some(if is_negative { -ore } else { ore })
}

/// `1 234 567` → `1234567`: groups of three digits, but for the first.
fn without_thousands(whole: &str) -> Option<String> {
    let mut groups = whole.split(char::is_whitespace);
    let first = groups.next().filter(|it| !it.is_empty())?;
    let mut digits = first.to_owned();
    for group in groups {
        if first.len() > 3 || group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_is_read_as_it_is_written_in_norway() {
        let table = [
            ("1234,50", Some(123_450)),
            ("1 234,50", Some(123_450)),
            ("1\u{a0}234\u{a0}567,05", Some(123_456_705)),
            ("1\u{202f}234,5", Some(123_450)),
            ("  7 ", Some(700)),
            ("0,00", Some(0)),
            ("-0", Some(0)),
            ("-1 234,50", Some(-123_450)),
            ("1 234,50-", Some(-123_450)),
            ("1 234,50 -", Some(-123_450)),
            ("\u{2212} 7", Some(-700)),
            ("7\u{2013}", Some(-700)),
            ("7,100", Some(710)),
            ("7,101", None),
            ("-7-", None),
            ("--7", None),
            ("1234.50", None),
            ("12 34,50", None),
            ("1234 567", None),
            ("1  234", None),
            ("1,2,3", None),
            ("7,", None),
            (",50", None),
            ("-", None),
            ("", None),
            ("kr 7", None),
            ("(7)", None),
            ("7e3", None),
            ("٧", None),
            ("92233720368547758,07", Some(i64::MAX)),
            ("92233720368547758,08", None),
        ];
        for (text, ore) in table {
            assert_eq!(parse(text, Decimal::Comma, Unit::Nok), ore, "{text:?}");
        }
    }

    #[test]
    fn the_unit_and_the_decimal_mark_are_the_map_s() {
        let table = [
            (
                "72.4",
                Decimal::Point,
                Unit::MillionNok,
                Some(7_240_000_000),
            ),
            (
                "72,4",
                Decimal::Comma,
                Unit::MillionNok,
                Some(7_240_000_000),
            ),
            ("0,00000001", Decimal::Comma, Unit::MillionNok, Some(1)),
            ("0,000000001", Decimal::Comma, Unit::MillionNok, None),
            (
                "36 200",
                Decimal::Comma,
                Unit::ThousandNok,
                Some(3_620_000_000),
            ),
            ("36,2", Decimal::Comma, Unit::ThousandNok, Some(3_620_000)),
            ("72,4", Decimal::Point, Unit::Nok, None),
        ];
        for (text, decimal, unit, ore) in table {
            assert_eq!(
                parse(text, decimal, unit),
                ore,
                "{text:?} {decimal:?} {unit:?}"
            );
        }
    }

    /// Writes an amount in one of the ways that are read.
    fn written(ore: i64, decimal: Decimal, thousands: &str, minus: char, behind: bool) -> String {
        let (kroner, rest) = (ore.unsigned_abs() / 100, ore.unsigned_abs() % 100);
        let digits = kroner.to_string();
        let mut whole = String::new();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                whole.push_str(thousands);
            }
            whole.push(digit);
        }
        let amount = format!("{whole}{}{rest:02}", decimal.mark());
        match (ore < 0, behind) {
            (false, _) => amount,
            (true, false) => format!("{minus}{amount}"),
            (true, true) => format!("{amount}{minus}"),
        }
    }

    proptest! {
        #[test]
        fn every_amount_is_read_back_from_every_way_to_write_it(
            ore in -i64::MAX..=i64::MAX,
            decimal in prop_oneof![Just(Decimal::Comma), Just(Decimal::Point)],
            thousands in prop_oneof![Just(""), Just(" "), Just("\u{a0}"), Just("\u{202f}")],
            minus in prop::sample::select(&MINUSES[..]),
            behind: bool,
        ) {
            let text = written(ore, decimal, thousands, minus, behind);
            prop_assert_eq!(parse(&text, decimal, Unit::Nok), Some(ore), "{}", text);
        }

        #[test]
        fn no_text_is_too_strange(text: String) {
            parse(&text, Decimal::Comma, Unit::MillionNok);
        }
    }
}

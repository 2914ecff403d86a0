//! Amounts as accounting systems write them, to øre. No floats: digits are counted.

use serde::Deserialize;

/// Minus as the keyboard has it, the minus sign of Unicode, and the dash that text programs make.
const MINUSES: [char; 3] = ['-', '\u{2212}', '\u{2013}'];

/// The mark in front of decimals.
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

/// The mark between thousands, where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thousands {
    /// `1 234,50`, with a blank of any kind.
    Blank,
    /// `1,234.50`
    Comma,
    /// `1.234,50`
    Point,
    /// `1'234,50`
    Apostrophe,
}

impl Thousands {
    fn is_mark(self, it: char) -> bool {
        match self {
            Self::Blank => it.is_whitespace(),
            Self::Comma => it == ',',
            Self::Point => it == '.',
            Self::Apostrophe => matches!(it, '\'' | '\u{2019}'),
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

    const fn name(self) -> &'static str {
        match self {
            Self::Nok => "kroner",
            Self::ThousandNok => "1 000 kroner",
            Self::MillionNok => "million kroner",
        }
    }
}

/// How a file writes amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AmountForm {
    /// The mark in front of decimals.
    pub decimal: Decimal,
    /// The mark between thousands; where the map names none, blanks may stand there.
    pub thousands: Option<Thousands>,
    /// `(7,00)` is negative.
    pub parentheses: bool,
    /// What amounts are in.
    pub unit: Unit,
}

impl AmountForm {
    /// Whether one mark would stand for two things.
    pub(super) fn contradicts_itself(self) -> bool {
        self.thousands
            .is_some_and(|it| it.is_mark(self.decimal.mark()))
    }

    /// Reads an amount, in øre. One minus may stand in front or behind.
    ///
    /// # Errors
    /// What is expected: it is something else, is beyond what an import takes, has decimals that are no
    /// øre, zeros too, or could be read in two ways.
    pub(super) fn parse(self, text: &str) -> Result<i64, String> {
        let (is_negative, digits) = self.sign(text.trim()).ok_or_else(|| self.expected())?;
        let (whole, fraction) = match digits.split_once(self.decimal.mark()) {
            Some((_, "")) => return Err(self.expected()),
            Some(parts) => parts,
            None => (digits, ""),
        };
        // `36,200` million is 36.2 of them or 36 200, unless the map says how thousands are divided.
        if fraction.len() == 3 && self.thousands.is_none() && self.unit != Unit::Nok {
            return Err(
                "an amount that is read in one way: with three decimals the map must name `thousands`"
                    .to_owned(),
            );
        }
        let ore = self.ore(whole, fraction).ok_or_else(|| self.expected())?;
        if ore.unsigned_abs() > platform::ORE_MAX {
            let most = platform::ORE_MAX / 100;
            return Err(format!("at most {most} kroner"));
        }
        Ok(if is_negative { -ore } else { ore })
    }

    /// Whether it is negative, and what stands without the sign.
    fn sign(self, text: &str) -> Option<(bool, &str)> {
        let inside = text.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
        if let Some(inside) = inside.filter(|_| self.parentheses) {
            return Some((true, inside.trim()));
        }
        match (text.strip_prefix(MINUSES), text.strip_suffix(MINUSES)) {
            (Some(_), Some(_)) => None,
            (Some(rest), None) => Some((true, rest.trim_start())),
            (None, Some(rest)) => Some((true, rest.trim_end())),
            (None, None) => Some((false, text)),
        }
    }

    fn ore(self, whole: &str, fraction: &str) -> Option<i64> {
        let digits = self.unit.decimals();
        if fraction.len() > digits {
            return None;
        }
        let written = format!("{}{fraction:0<digits$}", self.without_thousands(whole)?);
        if !written.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        written.parse().ok()
    }

    /// `1 234 567` → `1234567`: groups of three digits, but for the first.
    fn without_thousands(self, whole: &str) -> Option<String> {
        let mark = self.thousands.unwrap_or(Thousands::Blank);
        let mut groups = whole.split(|it| mark.is_mark(it));
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

    fn expected(self) -> String {
        let (decimal, thousands) = match (self.decimal, self.thousands) {
            (Decimal::Comma, Some(Thousands::Point)) => ("comma", "1.234,50"),
            (Decimal::Comma, Some(Thousands::Apostrophe)) => ("comma", "1'234,50"),
            (Decimal::Comma, _) => ("comma", "1 234,50"),
            (Decimal::Point, Some(Thousands::Comma)) => ("point", "1,234.50"),
            (Decimal::Point, Some(Thousands::Apostrophe)) => ("point", "1'234.50"),
            (Decimal::Point, _) => ("point", "1 234.50"),
        };
        let unit = self.unit.name();
        let decimals = self.unit.decimals();
        let negative = match self.parentheses {
            true => format!("({thousands})"),
            false => format!("{thousands}-"),
        };
        format!(
            "an amount in {unit} with decimal {decimal} and at most {decimals} decimals, such as \
             {thousands} or {negative}"
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str, decimal: Decimal, unit: Unit) -> Option<i64> {
        let form = AmountForm {
            decimal,
            unit,
            ..AmountForm::default()
        };
        form.parse(text).ok()
    }

    /// B-F13: more than two decimals are no kroner, zeros too.
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
            ("7,100", None),
            ("25,000", None),
            ("3,000", None),
            ("7,101", None),
            ("1.234,50", None),
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
            ("10 000 000 000 000,00", Some(1_000_000_000_000_000)),
            ("10 000 000 000 000,01", None),
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
            ("0,500000000", Decimal::Comma, Unit::MillionNok, None),
            // Thousands or decimals: the map must say.
            ("36,200", Decimal::Comma, Unit::ThousandNok, None),
            ("1.234", Decimal::Point, Unit::MillionNok, None),
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

    /// B-T14: thousands as the map says, and parentheses where it says so.
    #[test]
    fn thousands_and_parentheses_are_the_map_s() {
        use Thousands::{Apostrophe, Blank, Comma, Point};
        let table = [
            ("1.234.567,50", Decimal::Comma, Point, Some(123_456_750)),
            ("1.234", Decimal::Comma, Point, Some(123_400)),
            ("25.00", Decimal::Comma, Point, None),
            ("1 234,50", Decimal::Comma, Point, None),
            ("1,234.50", Decimal::Point, Comma, Some(123_450)),
            ("1'234.50", Decimal::Point, Apostrophe, Some(123_450)),
            ("1\u{2019}234,5", Decimal::Comma, Apostrophe, Some(123_450)),
            ("1 234,50", Decimal::Comma, Blank, Some(123_450)),
            ("(1 234,50)", Decimal::Comma, Blank, Some(-123_450)),
            ("( 7 )", Decimal::Comma, Blank, Some(-700)),
            ("(-7)", Decimal::Comma, Blank, None),
            ("-(7)", Decimal::Comma, Blank, None),
            ("(7", Decimal::Comma, Blank, None),
        ];
        for (text, decimal, thousands, ore) in table {
            let form = AmountForm {
                decimal,
                thousands: Some(thousands),
                parentheses: true,
                unit: Unit::Nok,
            };
            assert!(!form.contradicts_itself());
            assert_eq!(form.parse(text).ok(), ore, "{text:?} {thousands:?}");
        }
        let million = AmountForm {
            thousands: Some(Blank),
            unit: Unit::MillionNok,
            ..AmountForm::default()
        };
        assert_eq!(million.parse("36,200"), Ok(3_620_000_000));
        let both = AmountForm {
            thousands: Some(Comma),
            ..AmountForm::default()
        };
        assert!(both.contradicts_itself());
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
            ore in -1_000_000_000_000_000..=1_000_000_000_000_000_i64,
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
            let _ = parse(&text, Decimal::Comma, Unit::MillionNok);
        }
    }
}

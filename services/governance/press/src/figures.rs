//! How a figure and a missing figure are printed in Norwegian, rounded half away from zero. Integers
//! only; a float never comes near a printed figure.

use wording::{grouped, signed};

use super::document::{Cell, Language, Missing, Scale};

/// U+00A0, the no-break space before a percent sign.
const SPACE: char = '\u{a0}';
/// U+2013, the dash that stands for a row the source does not have.
const DASH: &str = "\u{2013}";

/// One tenth of a million kroner, in øre.
const TENTH_OF_MILLION: i128 = 10_000_000;
/// One krone, in øre.
const KRONE: i128 = 100;

/// An amount in øre at the given scale: `303,8` or `303 800 000`.
pub fn amount(ore: i64, scale: Scale) -> String {
    match scale {
        Scale::MillionKroner => one_decimal(rounded(i128::from(ore), TENTH_OF_MILLION)),
        Scale::Kroner => signed(rounded(i128::from(ore), KRONE), grouped),
    }
}

/// A number of things: `12 345`.
pub fn count(number: i64) -> String {
    signed(i128::from(number), grouped)
}

/// A ratio in percent with one decimal, or `None` when the denominator is 0 (CU-09).
pub fn share(numerator: i64, denominator: i64) -> Option<String> {
    let sign = i128::from(denominator.signum());
    let whole = i128::from(denominator) * sign;
    let part = i128::from(numerator) * sign;
    (whole != 0).then(|| format!("{}{SPACE}%", one_decimal(rounded(part * 1000, whole))))
}

/// The words for a missing figure.
pub fn missing(status: Missing, language: Language) -> &'static str {
    match (status, language) {
        (Missing::NotPublished, Language::Nb) => "ikke offentliggjort",
        (Missing::NotPublished, Language::Nn) => "ikkje offentleggjort",
        (Missing::NotComputable, Language::Nb) => "kan ikke beregnes",
        (Missing::NotComputable, Language::Nn) => "kan ikkje bereknast",
    }
}

/// A cell as a reader sees it, without the mark of its note.
pub(super) fn cell(cell: &Cell, scale: Scale, language: Language) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Amount { ore } => amount(*ore, scale),
        Cell::Count(number) => count(*number),
        Cell::Share {
            numerator,
            denominator,
        } => share(*numerator, *denominator)
            .unwrap_or_else(|| missing(Missing::NotComputable, language).to_owned()),
        Cell::Absent => DASH.to_owned(),
        Cell::NotPublished => missing(Missing::NotPublished, language).to_owned(),
        Cell::NotComputable { .. } => missing(Missing::NotComputable, language).to_owned(),
    }
}

/// Why a cell has no figure, where there is something to say about it.
pub(super) fn reason(cell: &Cell, language: Language) -> Option<&str> {
    match cell {
        Cell::NotComputable { reason } if !reason.is_empty() => Some(reason),
        Cell::Share { denominator: 0, .. } => Some(match language {
            Language::Nb => "Nevneren er null.",
            Language::Nn => "Nemnaren er null.",
        }),
        _ => None,
    }
}

/// The reasons under one table or chart, each once, numbered in the order they are met.
#[derive(Default)]
pub(super) struct Reasons<'a>(Vec<&'a str>);

impl<'a> Reasons<'a> {
    /// A cell as printed, with the raised number of its reason.
    pub(super) fn marked(&mut self, it: &'a Cell, scale: Scale, language: Language) -> String {
        let mut text = cell(it, scale, language);
        if let Some(reason) = reason(it, language) {
            let at = self
                .0
                .iter()
                .position(|known| *known == reason)
                .unwrap_or_else(|| {
                    self.0.push(reason);
                    self.0.len() - 1
                });
            text.push_str(&raised(at + 1));
        }
        text
    }

    /// The notes themselves, each behind its raised number.
    pub(super) fn notes(&self) -> Vec<String> {
        let numbered = self.0.iter().enumerate();
        numbered
            .map(|(at, reason)| format!("{}{SPACE}{reason}", raised(at + 1)))
            .collect()
    }
}

fn raised(number: usize) -> String {
    let raise = |digit| match digit {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        _ => '⁹',
    };
    number.to_string().chars().map(raise).collect()
}

/// `value / unit` to the nearest integer, halves away from zero; `unit` is above zero.
pub(super) fn rounded(value: i128, unit: i128) -> i128 {
    let half = unit / 2;
    if value < 0 {
        (value - half) / unit
    } else {
        (value + half) / unit
    }
}

fn one_decimal(tenths: i128) -> String {
    signed(tenths, |tenths| {
        format!("{},{}", grouped(tenths / 10), tenths % 10)
    })
}

#[cfg(test)]
mod tests {
    use wording::{GROUP, MINUS};

    use super::*;

    /// The printed text with its invisible characters made visible: `_` narrow, `~` no-break.
    fn seen(text: &str) -> String {
        text.replace(GROUP, "_")
            .replace(SPACE, "~")
            .replace(MINUS, "-")
    }

    #[test]
    fn amounts_print_in_million_kroner_with_halves_away_from_zero() {
        for (ore, printed) in [
            (0, "0,0"),
            (7_240_000_000, "72,4"),
            (30_380_000_000, "303,8"),
            (-10_000_000, "-0,1"),
            (4_999_999, "0,0"),
            (5_000_000, "0,1"),
            (-4_999_999, "0,0"),
            (-5_000_000, "-0,1"),
            (99_995_000_000, "1_000,0"),
            (99_994_999_999, "999,9"),
            (123_456_700_000_000, "1_234_567,0"),
            (i64::MAX, "92_233_720_368,5"),
            (i64::MIN, "-92_233_720_368,5"),
        ] {
            assert_eq!(
                seen(&amount(ore, Scale::MillionKroner)),
                printed,
                "{ore} øre"
            );
        }
    }

    #[test]
    fn amounts_print_in_whole_kroner_with_groups_of_three() {
        for (ore, printed) in [
            (0, "0"),
            (49, "0"),
            (50, "1"),
            (-49, "0"),
            (-50, "-1"),
            (99_950, "1_000"),
            (100_000, "1_000"),
            (31_290_000_000, "312_900_000"),
            (-123_456_789, "-1_234_568"),
            (i64::MIN, "-92_233_720_368_547_758"),
        ] {
            assert_eq!(seen(&amount(ore, Scale::Kroner)), printed, "{ore} øre");
        }
    }

    #[test]
    fn counts_and_shares_print_as_integers_and_percent() {
        for (number, printed) in [
            (0, "0"),
            (999, "999"),
            (1000, "1_000"),
            (-12_345, "-12_345"),
        ] {
            assert_eq!(seen(&count(number)), printed);
        }
        for (part, whole, printed) in [
            (1, 3, "33,3~%"),
            (2, 3, "66,7~%"),
            (1, 2000, "0,1~%"),
            (1, 2001, "0,0~%"),
            (-1, 8, "-12,5~%"),
            (1, -8, "-12,5~%"),
            (-1, -8, "12,5~%"),
            (25, 2, "1_250,0~%"),
            (i64::MIN, i64::MIN, "100,0~%"),
        ] {
            assert_eq!(
                share(part, whole).map(|it| seen(&it)).as_deref(),
                Some(printed)
            );
        }
        assert_eq!(share(1, 0), None);
    }

    /// CU-09, and the words for what no one has published.
    #[test]
    fn a_missing_figure_prints_as_words_in_both_written_forms() {
        let (nb, nn) = (Language::Nb, Language::Nn);
        let unknown = Cell::NotComputable {
            reason: String::new(),
        };
        let no_whole = Cell::Share {
            numerator: 1,
            denominator: 0,
        };
        for (it, in_nb, in_nn) in [
            (
                Cell::NotPublished,
                "ikke offentliggjort",
                "ikkje offentleggjort",
            ),
            (unknown, "kan ikke beregnes", "kan ikkje bereknast"),
            (no_whole, "kan ikke beregnes", "kan ikkje bereknast"),
            (Cell::Absent, "–", "–"),
        ] {
            assert_eq!(cell(&it, Scale::Kroner, nb), in_nb);
            assert_eq!(cell(&it, Scale::Kroner, nn), in_nn);
        }
    }

    #[test]
    fn a_reason_is_noted_once_and_marked_wherever_it_holds() {
        let because = |reason: &str| Cell::NotComputable {
            reason: reason.to_owned(),
        };
        let cells = [
            because("A."),
            because("B."),
            because("A."),
            because(""),
            Cell::Count(1),
        ];
        let mut reasons = Reasons::default();
        let printed = cells
            .each_ref()
            .map(|it| reasons.marked(it, Scale::Kroner, Language::Nb));
        let words = "kan ikke beregnes";
        assert_eq!(printed[0], format!("{words}¹"));
        assert_eq!(printed[1], format!("{words}²"));
        assert_eq!(printed[2], format!("{words}¹"));
        assert_eq!(printed[3], words);
        assert_eq!(printed[4], "1");
        assert_eq!(reasons.notes(), ["¹\u{a0}A.", "²\u{a0}B."]);
        assert_eq!(raised(120), "¹²⁰");
    }
}

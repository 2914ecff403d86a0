//! National identity numbers of Norway (fødselsnummer and its kin), found in free text: six digits of a day
//! of birth, three that tell people of one day apart, and two check digits.

use chrono::NaiveDate;

/// Digits of one.
const DIGITS: usize = 11;
/// What the two check digits weigh, and all before them.
const FIRST: [u32; DIGITS] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0];
const SECOND: [u32; DIGITS] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/// Whether a text has one in it, its digits together or in groups with blanks or a hyphen between.
pub(crate) fn has_national_id_number(text: &str) -> bool {
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut gap = String::new();
    for it in text.chars() {
        match it.to_digit(10) {
            Some(digit) if gap.is_empty() && !groups.is_empty() => {
                groups.last_mut().into_iter().for_each(|it| it.push(digit));
            }
            Some(digit) => {
                // Digits behind anything else begin anew; an empty group parts them from those before.
                if !is_gap(&gap) {
                    groups.push(Vec::new());
                }
                groups.push(vec![digit]);
                gap.clear();
            }
            None => gap.push(it),
        }
    }
    (0..groups.len()).any(|first| begins_one(&groups[first..]))
}

/// Blanks, or a hyphen with or without them.
fn is_gap(between: &str) -> bool {
    matches!(
        between.trim(),
        "" | "-" | "\u{2010}" | "\u{2011}" | "\u{2013}"
    )
}

/// Whether the first of these groups make one together.
fn begins_one(groups: &[Vec<u32>]) -> bool {
    let mut digits: Vec<u32> = Vec::new();
    for group in groups.iter().take_while(|it| !it.is_empty()) {
        digits.extend(group);
        if digits.len() >= DIGITS {
            break;
        }
    }
    <[u32; DIGITS]>::try_from(digits).is_ok_and(|it| is_number(&it))
}

/// A day of birth (that of a D-number 40 days on, of an H-number 40 months, of a synthetic one 80), and
/// both check digits.
fn is_number(digits: &[u32; DIGITS]) -> bool {
    let two = |at: usize| digits[at] * 10 + digits[at + 1];
    let (day, month, year) = (two(0), two(2), two(4));
    let day = if day > 40 { day - 40 } else { day };
    let month = match month {
        41..=52 => month - 40,
        81..=92 => month - 80,
        it => it,
    };
    // Of the centuries that two digits may mean, one that has the leap day.
    let year = i32::try_from(year).map_or(0, |it| 2000 + it);
    let checks = |weights: [u32; DIGITS]| {
        let sum: u32 = digits
            .iter()
            .zip(weights)
            .map(|(it, weight)| it * weight)
            .sum();
        sum.is_multiple_of(11)
    };
    NaiveDate::from_ymd_opt(year, month, day).is_some() && checks(FIRST) && checks(SECOND)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// CA-15 (part): numbers that were made up, of each kind, as people write them.
    #[test]
    fn a_number_is_found_however_it_is_written() {
        for (text, found) in [
            ("01019012480", true),
            ("ring 010190 12480 i dag", true),
            ("010190-12480", true),
            ("010190 - 12480", true),
            ("01 01 90 124 80", true),
            ("010190\u{a0}12480", true),
            ("f. 1990, 01019012480.", true),
            ("2025 010190 12480", true),
            ("id01019012480", true),
            ("01019012481", false),
            ("01019012490", false),
            ("010190124800", false),
            ("101019012480", false),
            ("010190/12480", false),
            ("010190 a 12480", false),
            ("0101901248", false),
            ("", false),
        ] {
            assert_eq!(has_national_id_number(text), found, "{text}");
        }
    }

    /// The check digits of nine digits, where they have some.
    fn complete(nine: &[u32]) -> Option<[u32; DIGITS]> {
        let rest = |digits: &[u32], weights: [u32; DIGITS]| {
            let sum: u32 = digits
                .iter()
                .zip(weights)
                .map(|(it, weight)| it * weight)
                .sum();
            Some((11 - sum % 11) % 11).filter(|it| *it < 10)
        };
        let mut digits = nine.to_vec();
        digits.push(rest(&digits, FIRST)?);
        digits.push(rest(&digits, SECOND)?);
        digits.try_into().ok()
    }

    fn written(digits: &[u32]) -> String {
        digits.iter().map(u32::to_string).collect()
    }

    proptest! {
        /// CA-15 (part): any number of any day, of each kind, with text around it and a gap in it, is found; with
        /// another last digit it is none.
        #[test]
        fn fuzz_every_number_is_found(
            days in 0_i64..36_525,
            kind in 0_usize..4,
            number in 0_u32..1000,
            gap in "|[ \u{a0}]{1,3}|-",
            around in "[a-zæøå ,.]{0,20}[a-z,.]",
            at in 1_usize..DIGITS,
        ) {
            let birth = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::Days::new(days.unsigned_abs());
            let ddmmyy = birth.format("%d%m%y").to_string();
            let mut nine: Vec<u32> = ddmmyy.chars().chain(format!("{number:03}").chars())
                .filter_map(|it| it.to_digit(10)).collect();
            match kind {
                1 => nine[0] += 4,
                2 => nine[2] += 4,
                3 => nine[2] += 8,
                _ => (),
            }
            prop_assume!(complete(&nine).is_some());
            let digits = complete(&nine).unwrap_or_default();
            let (first, second) = digits.split_at(at);
            let text = format!("{around}{}{gap}{}{around}", written(first), written(second));
            prop_assert!(has_national_id_number(&text), "{}", text);

            let mut other = digits;
            other[10] = (other[10] + 1) % 10;
            prop_assert!(!has_national_id_number(&written(&other)));
        }

        /// Any text is judged without a fault; without digits it has none.
        #[test]
        fn fuzz_text_without_digits_has_none(text in "\\PC{0,80}") {
            let bare: String = text.chars().filter(|it| !it.is_ascii_digit()).collect();
            prop_assert!(!has_national_id_number(&bare));
            has_national_id_number(&text);
        }
    }
}

//! Amounts of money as people read them.

/// Øre as kroner, with blanks between thousands and the minus sign of printed tables:
/// `−1 234 567,05`.
pub(crate) fn kroner(ore: i128) -> String {
    let (whole, rest) = (ore.unsigned_abs() / 100, ore.unsigned_abs() % 100);
    let digits = whole.to_string();
    let mut text = String::from(if ore < 0 { "−" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    format!("{text},{rest:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kroner_are_written_with_thousands_and_two_decimals() {
        for (ore, text) in [
            (0, "0,00"),
            (5, "0,05"),
            (-5, "−0,05"),
            (99_950, "999,50"),
            (100_000, "1 000,00"),
            (-123_456_705, "−1 234 567,05"),
        ] {
            assert_eq!(kroner(ore), text);
        }
    }
}

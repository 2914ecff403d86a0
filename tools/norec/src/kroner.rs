//! Amounts of money as people read them.

/// Øre as kroner for a terminal, where a blank is as wide as a digit: `−1 234 567,05`.
pub(crate) fn kroner(ore: i128) -> String {
    wording::kroner(ore).replace(wording::GROUP, " ")
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

//! Reservation (forbehold om Stortingets bevilgning): what conditional commitments are promised with.

use std::collections::BTreeSet;

use rules::{Edition, Text};

/// The wording: one edition of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// The edition's resource name.
    pub edition: String,
    /// Bokmål; `{år}` stands for the years.
    pub text_nb: String,
    /// Nynorsk, alike.
    pub text_nn: String,
}

impl From<Edition<Text>> for Reservation {
    fn from(Edition { value, name }: Edition<Text>) -> Self {
        Self {
            edition: name,
            text_nb: value.nb,
            text_nn: value.nn,
        }
    }
}

impl Reservation {
    /// The wording in bokmål and in nynorsk for these years, of which there is at least one.
    pub fn wording(&self, years: &BTreeSet<i32>) -> [String; 2] {
        let words: Vec<_> = years.iter().map(ToString::to_string).collect();
        let listed = match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} og {last}", rest.join(", ")),
            _ => words.concat(),
        };
        [&self.text_nb, &self.text_nn].map(|it| it.replace("{år}", &listed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wording_names_every_year_that_is_reserved() {
        let reservation = Reservation {
            edition: "rules/commitment-reservation/editions/1990-01-01".into(),
            text_nb: "Tilsagnet for {år}: midler for {år}.".into(),
            text_nn: "Tilsegna for {år}.".into(),
        };
        for (years, text) in [
            (
                &[2026][..],
                ["Tilsagnet for 2026: midler for 2026.", "Tilsegna for 2026."],
            ),
            (
                &[2026, 2027],
                [
                    "Tilsagnet for 2026 og 2027: midler for 2026 og 2027.",
                    "Tilsegna for 2026 og 2027.",
                ],
            ),
            (
                &[2026, 2027, 2029],
                [
                    "Tilsagnet for 2026, 2027 og 2029: midler for 2026, 2027 og 2029.",
                    "Tilsegna for 2026, 2027 og 2029.",
                ],
            ),
        ] {
            let years = years.iter().copied().collect();
            assert_eq!(reservation.wording(&years), text);
        }
    }
}

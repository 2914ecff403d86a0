//! The words that stand around figures in both written forms: units, roundings, headings of codes,
//! names of cut-offs. What a report's author writes is not here, and neither are the fixed words of
//! the page, which the template has.

use std::collections::BTreeSet;

use press::{ColumnKind, Language, Scale, figures};

use crate::domain::Period;

/// Norec's own line at the head of its documents; the same in both forms.
pub(super) const AGENCY: &str = "Norec – Norsk senter for utvekslingssamarbeid";
/// Norec as the author of a file.
pub(super) const AUTHOR: &str = "Norec";

/// Chooses a text by its written form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Say(pub(super) Language);

impl Say {
    /// The text in the document's form.
    pub(super) fn so<'a>(self, nb: &'a str, nn: &'a str) -> &'a str {
        match self.0 {
            Language::Nb => nb,
            Language::Nn => nn,
        }
    }

    /// A cut-off: `Året 2025, 1. utgave`.
    pub(super) fn cutoff(self, period: Period, edition: i32) -> String {
        let edition_word = self.so("utgave", "utgåve");
        let period = match period {
            Period::Year(year) => format!("Året {year}"),
            Period::Tertial(year, tertial) => format!("{tertial}. tertial {year}"),
            Period::Month(year, month) => {
                format!("{} {year}", capitalised(figures::month(month)))
            }
        };
        format!("{period}, {edition}. {edition_word}")
    }

    /// The units of a table's columns.
    pub(super) fn unit(self, kinds: &BTreeSet<ColumnKind>, scale: Scale) -> String {
        let words = kinds.iter().filter_map(|kind| match (kind, scale) {
            (ColumnKind::Amount, Scale::MillionKroner) => Some(self.so(
                "millioner kroner, én desimal",
                "millionar kroner, éin desimal",
            )),
            (ColumnKind::Amount, Scale::Kroner) => Some("kroner"),
            (ColumnKind::Count, _) => Some(self.so("antall", "tal")),
            (ColumnKind::Share, _) => Some(self.so("prosent, én desimal", "prosent, éin desimal")),
            (ColumnKind::Text, _) => None,
        });
        capitalised(&words.collect::<Vec<_>>().join("; "))
    }

    /// How the figures of a table are rounded, as sentences; empty where nothing is.
    pub(super) fn rounding(self, kinds: &BTreeSet<ColumnKind>, scale: Scale) -> String {
        let amounts = kinds.contains(&ColumnKind::Amount).then(|| match scale {
            Scale::MillionKroner => self.so(
                "Beløpene er avrundet hver for seg til nærmeste 0,1 million; summer kan derfor avvike.",
                "Beløpa er avrunda kvart for seg til næraste 0,1 million; summar kan difor avvike.",
            ),
            Scale::Kroner => self.so(
                "Beløpene er avrundet hver for seg til hele kroner; summer kan derfor avvike.",
                "Beløpa er avrunda kvart for seg til heile kroner; summar kan difor avvike.",
            ),
        });
        let shares = kinds.contains(&ColumnKind::Share).then(|| {
            self.so(
                "Prosentene er regnet av de eksakte tallene og avrundet.",
                "Prosentane er rekna av dei eksakte tala og avrunda.",
            )
        });
        amounts
            .into_iter()
            .chain(shares)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The heading over the rows' codes: `Post/konto`.
    pub(super) fn codes(self, dimensions: &[String]) -> String {
        let words = dimensions.iter().map(|it| self.dimension(it));
        capitalised(&words.collect::<Vec<_>>().join("/"))
    }

    fn dimension(self, name: &str) -> &str {
        match name {
            "account" => "konto",
            "chapter" => "kapittel",
            "commitment" => self.so("tilsagn", "tilsegn"),
            "country" => "land",
            "kind" => "type",
            "post" => "post",
            "recipient_type" => self.so("mottakertype", "mottakartype"),
            "scheme" => "ordning",
            "sector" => "sektor",
            "year" => "år",
            _ => "kode",
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NB: Say = Say(Language::Nb);
    const NN: Say = Say(Language::Nn);

    #[test]
    fn a_cut_off_is_named_by_its_period_and_edition() {
        for (period, nb, nn) in [
            (
                Period::Year(2025),
                "Året 2025, 2. utgave",
                "Året 2025, 2. utgåve",
            ),
            (
                Period::Tertial(2025, 1),
                "1. tertial 2025, 2. utgave",
                "1. tertial 2025, 2. utgåve",
            ),
            (
                Period::Month(2025, 3),
                "Mars 2025, 2. utgave",
                "Mars 2025, 2. utgåve",
            ),
        ] {
            assert_eq!([NB.cutoff(period, 2), NN.cutoff(period, 2)], [nb, nn]);
        }
    }

    #[test]
    fn units_and_roundings_are_those_of_the_columns() {
        use ColumnKind::{Amount, Count, Share};
        let kinds = |kinds: &[ColumnKind]| kinds.iter().copied().collect();
        for (of, scale, unit, rounded) in [
            (
                &[Amount][..],
                Scale::MillionKroner,
                "Millioner kroner, én desimal",
                "0,1 million",
            ),
            (&[Amount], Scale::Kroner, "Kroner", "hele kroner"),
            (&[Count], Scale::Kroner, "Antall", ""),
            (
                &[Amount, Share],
                Scale::Kroner,
                "Kroner; prosent, én desimal",
                "Prosentene",
            ),
        ] {
            assert_eq!(NB.unit(&kinds(of), scale), unit);
            let rounding = NB.rounding(&kinds(of), scale);
            assert!(rounding.contains(rounded), "{rounding}");
            assert_eq!(rounding.is_empty(), rounded.is_empty());
        }
    }

    #[test]
    fn codes_are_headed_by_their_dimensions() {
        let dimensions =
            |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(NB.codes(&dimensions(&["post", "account"])), "Post/konto");
        assert_eq!(NN.codes(&dimensions(&["recipient_type"])), "Mottakartype");
        assert_eq!(NN.codes(&dimensions(&["unheard_of"])), "Kode");
    }
}

//! The words that stand around figures in both written forms: units, roundings, headings of codes,
//! names of cut-offs. What a report's author writes is not here, and neither are the fixed words of
//! the page, which the template has.

use std::collections::BTreeSet;

use press::{ColumnKind, Language, Scale, figures};

/// Norec's own line at the head of its documents; the same in both forms.
pub(super) const AGENCY: &str = "Norec – Norsk senter for utvekslingssamarbeid";
/// Norec as the author of a file.
pub(super) const AUTHOR: &str = "Norec";

/// What of a table is rounded.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rounded {
    /// The coarsest that amounts are rounded to at their source, and whether all of them are.
    pub(super) precision_ore: Option<(i64, bool)>,
    /// Some amount is not printed to the øre.
    pub(super) in_print: bool,
    /// Some share is not printed as it is.
    pub(super) shares: bool,
}

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

    /// The units of a table's columns.
    pub(super) fn unit(self, kinds: &BTreeSet<ColumnKind>, scale: Scale) -> String {
        let words = kinds.iter().filter_map(|kind| match (kind, scale) {
            (ColumnKind::Amount, Scale::MillionKroner) => Some(self.so(
                "millioner kroner, én desimal",
                "millionar kroner, éin desimal",
            )),
            (ColumnKind::Amount, Scale::Kroner) => Some("kroner"),
            (ColumnKind::Count, _) => Some(self.so("antall", "antal")),
            (ColumnKind::Share, _) => Some(self.so("prosent, én desimal", "prosent, éin desimal")),
            (ColumnKind::Text, _) => None,
        });
        capitalised(&words.collect::<Vec<_>>().join("; "))
    }

    /// How the figures of a table are rounded, at their source and in print, as sentences; empty where
    /// nothing is.
    pub(super) fn rounding(self, of: Rounded, scale: Scale) -> String {
        let source = of.precision_ore.map(|(ore, every)| {
            let precision = self.precision(ore);
            let which = match every {
                true => self.so("Beløpene er i kilden", "Beløpa er i kjelda"),
                false => self.so(
                    "Noen av beløpene er i kilden",
                    "Nokre av beløpa er i kjelda",
                ),
            };
            let rounded = self.so("avrundet", "avrunda");
            let sums = self.so("summer kan derfor avvike", "summar kan difor avvike");
            format!("{which} {rounded} til {precision}; {sums}.")
        });
        let print = of.in_print.then(|| match scale {
            Scale::MillionKroner => self.so(
                "Beløpene er avrundet hver for seg til nærmeste 0,1 million kroner; summer kan derfor \
                 avvike.",
                "Beløpa er avrunda kvart for seg til næraste 0,1 million kroner; summar kan difor \
                 avvike.",
            ),
            Scale::Kroner => self.so(
                "Beløpene er avrundet hver for seg til hele kroner; summer kan derfor avvike.",
                "Beløpa er avrunda kvart for seg til heile kroner; summar kan difor avvike.",
            ),
        });
        let shares = of.shares.then(|| {
            self.so(
                "Prosentene er regnet av de eksakte tallene og avrundet.",
                "Prosentane er rekna av dei eksakte tala og avrunda.",
            )
        });
        let sentences = [source, print.map(str::to_owned), shares.map(str::to_owned)];
        sentences
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What amounts are rounded to: `nærmeste 0,1 million kroner`, `hele kroner`.
    fn precision(self, ore: i64) -> String {
        let nearest = self.so("nærmeste", "næraste");
        match ore {
            100 => self.so("hele kroner", "heile kroner").to_owned(),
            10_000_000 => format!("{nearest} 0,1 million kroner"),
            100_000_000 => format!("{nearest} million kroner"),
            _ if ore % 100 == 0 => {
                format!("{nearest} {} kroner", figures::amount(ore, Scale::Kroner))
            }
            _ => format!("{nearest} {} kroner", wording::kroner(ore)),
        }
    }

    /// The heading over the rows' codes: `Post/konto`.
    pub(super) fn codes(self, dimensions: &[String]) -> String {
        let words = dimensions.iter().map(|it| self.dimension(it));
        capitalised(&words.collect::<Vec<_>>().join("/"))
    }

    /// The word for a dimension.
    pub(super) fn dimension(self, name: &str) -> &str {
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

pub(super) fn capitalised(text: &str) -> String {
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
    fn units_are_those_of_the_columns() {
        use ColumnKind::{Amount, Count, Share};
        let kinds = |kinds: &[ColumnKind]| kinds.iter().copied().collect();
        for (of, scale, nb, nn) in [
            (
                &[Amount][..],
                Scale::MillionKroner,
                "Millioner kroner, én desimal",
                "Millionar kroner, éin desimal",
            ),
            (&[Amount], Scale::Kroner, "Kroner", "Kroner"),
            (&[Count], Scale::Kroner, "Antall", "Antal"),
            (
                &[Amount, Share],
                Scale::Kroner,
                "Kroner; prosent, én desimal",
                "Kroner; prosent, éin desimal",
            ),
        ] {
            let said = [NB, NN].map(|it| it.unit(&kinds(of), scale));
            assert_eq!(said, [nb, nn]);
        }
    }

    /// B-T07, B-T21: what is rounded is said, where it was, and nothing else.
    #[test]
    fn what_is_rounded_is_said_and_nothing_else() {
        let of = |precision_ore, in_print| Rounded {
            precision_ore,
            in_print,
            shares: false,
        };
        let at_source = |which: &str, to: &str| {
            format!("{which} er i kilden avrundet til {to}; summer kan derfor avvike.")
        };
        let tenth = "nærmeste 0,1 million kroner";
        for (rounded, scale, expected) in [
            (of(None, false), Scale::Kroner, String::new()),
            (
                of(Some((10_000_000, true)), false),
                Scale::Kroner,
                at_source("Beløpene", tenth),
            ),
            (
                of(Some((10_000_000, false)), false),
                Scale::MillionKroner,
                at_source("Noen av beløpene", tenth),
            ),
            (
                of(Some((100, true)), false),
                Scale::Kroner,
                at_source("Beløpene", "hele kroner"),
            ),
            (
                of(Some((100_000, true)), false),
                Scale::Kroner,
                at_source("Beløpene", "nærmeste 1\u{202f}000 kroner"),
            ),
            (
                of(None, true),
                Scale::Kroner,
                "Beløpene er avrundet hver for seg til hele kroner; summer kan derfor avvike."
                    .into(),
            ),
        ] {
            assert_eq!(NB.rounding(rounded, scale), expected);
            assert_eq!(NN.rounding(rounded, scale).is_empty(), expected.is_empty());
        }
        let shares = Rounded {
            shares: true,
            ..Rounded::default()
        };
        assert!(NB.rounding(shares, Scale::Kroner).starts_with("Prosentene"));
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

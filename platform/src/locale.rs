//! The language of texts for people.

/// The language of texts for people (språklova: both written forms).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// Bokmål, also when the caller names no language.
    Nb,
    /// Nynorsk.
    Nn,
    /// English.
    En,
}

impl Locale {
    /// The first language of an `accept-language` value that the suite speaks.
    pub fn accepted(header: &str) -> Self {
        header
            .split(',')
            .find_map(|range| {
                let tag = range
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_ascii_lowercase();
                match tag.split('-').next().unwrap_or_default() {
                    "nb" | "no" => Some(Self::Nb),
                    "nn" => Some(Self::Nn),
                    "en" => Some(Self::En),
                    _ => None,
                }
            })
            .unwrap_or(Self::Nb)
    }

    /// BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::Nn => "nn",
            Self::En => "en",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_the_suite_speaks_is_taken() {
        for (header, expected) in [
            ("", Locale::Nb),
            ("nn", Locale::Nn),
            ("nn-NO,nb;q=0.8", Locale::Nn),
            ("no", Locale::Nb),
            ("de-DE, EN-gb;q=0.5", Locale::En),
            ("fr", Locale::Nb),
        ] {
            assert_eq!(Locale::accepted(header), expected, "{header}");
        }
    }
}

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
    /// The language of an `accept-language` value (RFC 9110 §12.5.4) that the suite speaks: of the
    /// highest quality, and of several the first.
    pub fn accepted(header: &str) -> Self {
        let mut best = (Self::Nb, 0.0);
        for (locale, quality) in header.split(',').filter_map(Self::range) {
            if quality > best.1 {
                best = (locale, quality);
            }
        }
        best.0
    }

    /// One range of languages and its quality, where the suite speaks it.
    fn range(range: &str) -> Option<(Self, f64)> {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next()?.to_ascii_lowercase();
        let locale = match tag.split('-').next()? {
            "nb" | "no" | "*" => Self::Nb,
            "nn" => Self::Nn,
            "en" => Self::En,
            _ => return None,
        };
        let quality = parts.find_map(|it| it.strip_prefix("q=").or(it.strip_prefix("Q=")));
        let quality = quality.map_or(Some(1.0), |it| it.parse().ok());
        Some((locale, quality.filter(|it| (0.0..=1.0).contains(it))?))
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

    /// B-T18: the quality decides, and order where it does not.
    #[test]
    fn the_language_that_is_wanted_most_is_taken() {
        for (header, expected) in [
            ("", Locale::Nb),
            ("nn", Locale::Nn),
            ("nn-NO,nb;q=0.8", Locale::Nn),
            ("no", Locale::Nb),
            ("de-DE, EN-gb;q=0.5", Locale::En),
            ("fr", Locale::Nb),
            ("nb;q=0.3, en;q=0.7, nn;q=0.5", Locale::En),
            ("nb; q=0.5 , nn ;Q=0.5", Locale::Nb),
            ("en;q=0, nn;q=0.001", Locale::Nn),
            ("en;q=0", Locale::Nb),
            ("en;q=2, nn;q=NaN, nb;q=x", Locale::Nb),
            ("fr, *;q=0.5, en;q=0.1", Locale::Nb),
        ] {
            assert_eq!(Locale::accepted(header), expected, "{header}");
        }
    }
}

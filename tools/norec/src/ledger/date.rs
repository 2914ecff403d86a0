//! Days in the form that a map names, such as `dd.mm.yyyy`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How a file writes days: `dd`, `mm` and `yyyy` once each, and what stands between them.
///
/// Where something stands between them, a day or month may be written with one digit.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct DateFormat {
    written: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Day,
    Month,
    Year,
    Mark(char),
}

/// Why a form of days is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no form of a day: it has dd, mm and yyyy once each, such as dd.mm.yyyy or yyyy-mm-dd"
)]
pub struct DateFormatFault(String);

impl TryFrom<String> for DateFormat {
    type Error = DateFormatFault;

    fn try_from(written: String) -> Result<Self, DateFormatFault> {
        let mut parts = Vec::new();
        let mut rest = written.as_str();
        while let Some(mark) = rest.chars().next() {
            let known = [("dd", Part::Day), ("mm", Part::Month), ("yyyy", Part::Year)];
            let found = known
                .into_iter()
                .find_map(|(name, part)| Some((part, rest.strip_prefix(name)?)));
            let (part, left) = found.unwrap_or((Part::Mark(mark), &rest[mark.len_utf8()..]));
            parts.push(part);
            rest = left;
        }
        let once = |part| parts.iter().filter(|it| **it == part).count() == 1;
        let marks = parts
            .iter()
            .any(|it| matches!(it, Part::Mark(mark) if mark.is_alphanumeric()));
        if once(Part::Day) && once(Part::Month) && once(Part::Year) && !marks {
            Ok(Self { written, parts })
        } else {
            Err(DateFormatFault(written))
        }
    }
}

impl From<DateFormat> for String {
    fn from(it: DateFormat) -> Self {
        it.written
    }
}

impl DateFormat {
    /// The form as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// Reads a day; `None` when the text has another form or the calendar no such day.
    pub(super) fn parse(&self, text: &str) -> Option<NaiveDate> {
        let (mut day, mut month, mut year) = (0, 0, 0);
        let mut rest = text;
        for (place, part) in self.parts.iter().enumerate() {
            let is_mark = |it: Option<&Part>| matches!(it, None | Some(Part::Mark(_)));
            let before = place.checked_sub(1).and_then(|it| self.parts.get(it));
            let is_divided = is_mark(before) && is_mark(self.parts.get(place + 1));
            let (number, left) = match part {
                Part::Mark(mark) => {
                    rest = rest.strip_prefix(*mark)?;
                    continue;
                }
                Part::Year => digits(rest, 4, 4)?,
                Part::Day | Part::Month => digits(rest, if is_divided { 1 } else { 2 }, 2)?,
            };
            match part {
                Part::Day => day = number,
                Part::Month => month = number,
                Part::Year | Part::Mark(_) => year = number,
            }
            rest = left;
        }
        if !rest.is_empty() {
            return None;
        }
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }
}

/// A number of at least and at most so many digits, and what follows it.
fn digits(text: &str, min: usize, max: usize) -> Option<(u32, &str)> {
    let count = text
        .bytes()
        .take(max)
        .take_while(u8::is_ascii_digit)
        .count();
    let (number, rest) = text.split_at_checked(count).filter(|_| count >= min)?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(text: &str) -> DateFormat {
        DateFormat::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_day_is_read_in_the_form_that_the_map_names() {
        let table = [
            ("dd.mm.yyyy", "03.02.2026", Some("2026-02-03")),
            ("dd.mm.yyyy", "3.2.2026", Some("2026-02-03")),
            ("dd.mm.yyyy", "29.02.2024", Some("2024-02-29")),
            ("dd.mm.yyyy", "29.02.2025", None),
            ("dd.mm.yyyy", "2026-02-03", None),
            ("dd.mm.yyyy", "03.02.26", None),
            ("dd.mm.yyyy", "03.02.20266", None),
            ("dd.mm.yyyy", "003.02.2026", None),
            ("dd.mm.yyyy", "03.13.2026", None),
            ("dd.mm.yyyy", "", None),
            ("dd.mm.yyyy", "..", None),
            ("yyyy-mm-dd", "2026-02-03", Some("2026-02-03")),
            ("mm/dd/yyyy", "2/3/2026", Some("2026-02-03")),
            ("yyyymmdd", "20260203", Some("2026-02-03")),
            ("yyyymmdd", "2026023", None),
            ("ddmmyyyy", "03022026", Some("2026-02-03")),
            ("dd. mm. yyyy", "03. 02. 2026", Some("2026-02-03")),
            ("dd.mm.yyyy", "٠٣.٠٢.٢٠٢٦", None),
        ];
        for (form, text, day) in table {
            let read = format(form).parse(text).map(|it| it.to_string());
            assert_eq!(read.as_deref(), day, "{form} {text:?}");
        }
    }

    #[test]
    fn a_form_without_all_three_parts_once_is_refused() {
        for form in [
            "",
            "dd.mm",
            "dd.mm.yy",
            "dd.dd.mm.yyyy",
            "DD.MM.YYYY",
            "d.m.yyyy",
            "ddTmm-yyyy",
        ] {
            assert!(DateFormat::try_from(form.to_owned()).is_err(), "{form}");
        }
    }
}

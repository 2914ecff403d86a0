//! Parses a request's fields into types and collects every one that is wrong, so that the caller
//! hears of all of them at once.
//!
//! Each parser returns the value, or the type's zero beside a noted violation; nothing reads the
//! values before [`Fields::check`] has answered.

use chrono::{Datelike, NaiveDate};
use proto::google::r#type::Date;
use proto::{Dated, Wrong, field_reason};
use token::{Principal, is_organisation_number};

use crate::national::has_national_id_number;

/// First and last year of any date: outside it is a typing error.
pub const YEARS: std::ops::RangeInclusive<i32> = 1990..=2199;
/// A request_id's length.
const REQUEST_ID_LENGTH: std::ops::RangeInclusive<usize> = 8..=64;

/// Characters of a reason that a caller gives.
pub const REASON_LENGTH_MAX: usize = 500;

/// The day that a step counts for, as the caller gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effective {
    /// The day, in Oslo.
    pub on: NaiveDate,
    /// Why it is registered late; empty when it is not.
    pub late_reason: String,
}

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path in the request, such as `agreement.commitments[1].year`.
    pub field: String,
    /// What is wrong with it: a reason of [`field_reason`], whose text says what would be right.
    pub wrong: Wrong,
}

/// Every field of a request that is wrong.
#[derive(Debug)]
pub struct Invalid(pub Vec<Violation>);

/// The violations found so far.
#[derive(Debug, Default)]
pub struct Fields {
    violations: Vec<Violation>,
}

impl Fields {
    /// Starts with what every WRITE request has: its request_id.
    pub fn of(request: &impl proto::Write) -> Self {
        let mut fields = Self::default();
        let id = request.request_id();
        let well_formed = REQUEST_ID_LENGTH.contains(&id.len())
            && id
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
        let is_absent = id.is_empty() && request.validate_only();
        if !well_formed && !is_absent {
            fields.refuse("request_id", field_reason::RequestIdForm);
        }
        fields
    }

    /// Answers with every violation, or goes on.
    pub fn check(self) -> Result<(), Invalid> {
        match self.violations.is_empty() {
            true => Ok(()),
            false => Err(Invalid(self.violations)),
        }
    }

    /// Notes a violation.
    pub fn refuse(&mut self, field: impl Into<String>, wrong: impl Into<Wrong>) {
        self.violations.push(Violation {
            field: field.into(),
            wrong: wrong.into(),
        });
    }

    /// The value, or a noted violation.
    pub fn take<T: Default>(&mut self, field: &str, parsed: Result<T, impl Into<Wrong>>) -> T {
        parsed.unwrap_or_else(|wrong| {
            self.refuse(field, wrong);
            T::default()
        })
    }

    /// A message that must be there.
    pub fn required<T: Clone + Default>(&mut self, field: &str, message: Option<&T>) -> T {
        self.take(field, message.cloned().ok_or(field_reason::Required))
    }

    /// Text of 1 to `max` characters without control characters.
    pub fn text(&mut self, field: &str, value: &str, max: usize) -> String {
        if value.trim().is_empty() {
            self.refuse(field, field_reason::Length { max });
            return String::new();
        }
        self.optional_text(field, value, max)
    }

    /// Text of at most `max` characters without control characters; may be empty.
    pub fn optional_text(&mut self, field: &str, value: &str, max: usize) -> String {
        self.take(field, readable(value, max))
    }

    /// A calendar date from 1990 to 2199.
    pub fn date(&mut self, field: &str, date: Option<&Date>) -> NaiveDate {
        self.read_date(field, date).unwrap_or_default()
    }

    /// A calendar date from 1990 to 2199 that another field is judged by: none where it cannot be
    /// read, beside the noted violation.
    pub fn read_date(&mut self, field: &str, date: Option<&Date>) -> Option<NaiveDate> {
        let given = date.ok_or_else(|| field_reason::Required.into());
        let parsed = given.and_then(parse_date);
        self.take(field, parsed.map(Some))
    }

    /// A calendar date from 1990 to 2199, or none.
    pub fn optional_date(&mut self, field: &str, date: Option<&Date>) -> Option<NaiveDate> {
        date.map(|it| self.date(field, Some(it)))
    }

    /// A date that is not after today in Oslo.
    pub fn past_date(&mut self, field: &str, date: Option<&Date>, today: NaiveDate) -> NaiveDate {
        let day = self.date(field, date);
        if day > today {
            self.refuse(field, field_reason::DateToCome { today });
        }
        day
    }

    /// The day that a step counts for, and why it is registered late.
    pub fn effective(&mut self, request: &impl Dated, today: NaiveDate) -> Effective {
        Effective {
            on: self.past_date("effective_date", request.effective_date(), today),
            late_reason: self.late_reason(request.late_reason()),
        }
    }

    /// Why something is done, which must be said.
    pub fn reason(&mut self, value: &str) -> String {
        self.text("reason", value, REASON_LENGTH_MAX)
    }

    /// Why a step is registered late; empty when it is not.
    pub fn late_reason(&mut self, value: &str) -> String {
        self.optional_text("late_reason", value, REASON_LENGTH_MAX)
    }

    /// A year from 1990 to 2199.
    pub fn year(&mut self, field: &str, year: i32) -> i32 {
        if !YEARS.contains(&year) {
            let (first, last) = YEARS.into_inner();
            self.refuse(field, field_reason::Year { first, last });
        }
        year
    }

    /// A person as the audit trail names one, `persons/{staff id}`.
    pub fn person(&mut self, field: &str, name: &str) -> String {
        if !Principal::is_person(name) {
            self.refuse(field, field_reason::Person);
        }
        name.to_owned()
    }

    /// A Norwegian organisation number: nine digits, of which the last is the modulus 11 check digit.
    pub fn organisation_number(&mut self, field: &str, number: &str) {
        if !is_organisation_number(number) {
            self.refuse(field, field_reason::OrganisationNumber);
        }
    }
}

/// Text of at most `max` characters as it is stored: without the blanks around it.
///
/// # Errors
/// What a text is like: this one is too long, has control characters, line breaks among them, or
/// invisible direction marks, or a national identity number, which is stored nowhere.
pub fn readable(text: &str, max: usize) -> Result<String, Wrong> {
    if text.chars().count() > max {
        return Err(field_reason::TooLong { max }.into());
    }
    if text.chars().any(is_disallowed) {
        return Err(field_reason::ControlCharacter.into());
    }
    if has_national_id_number(text) {
        return Err(field_reason::NationalIdNumber.into());
    }
    Ok(text.trim().to_owned())
}

/// Control characters, and marks that make text read otherwise than it is stored.
fn is_disallowed(it: char) -> bool {
    it.is_control()
        || matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn parse_date(date: &Date) -> Result<NaiveDate, Wrong> {
    let month_and_day = u32::try_from(date.month)
        .ok()
        .zip(u32::try_from(date.day).ok());
    month_and_day
        .and_then(|(month, day)| NaiveDate::from_ymd_opt(date.year, month, day))
        .filter(|it| YEARS.contains(&it.year()))
        .ok_or_else(|| {
            let (first, last) = YEARS.into_inner();
            field_reason::Date { first, last }.into()
        })
}

#[cfg(test)]
mod tests {
    use proto::common::v1::Post;
    use proto::google::r#type::Money;

    use super::*;
    use crate::NokSign;

    #[test]
    fn impossible_dates_are_refused() {
        for (year, month, day, good) in [
            (2024, 2, 29, true),
            (2025, 2, 29, false),
            (2025, 13, 1, false),
            (2025, 0, 1, false),
            (2025, 1, -1, false),
            (1899, 1, 1, false),
            (2200, 1, 1, false),
        ] {
            assert_eq!(
                parse_date(&Date { year, month, day }).is_ok(),
                good,
                "{year}-{month}-{day}"
            );
        }
    }

    fn money(units: i64, currency: &str) -> Money {
        Money {
            currency_code: currency.to_owned(),
            units,
            nanos: 0,
        }
    }

    /// FR-18: amount, currency, year and post are wrong together and named together.
    #[test]
    fn every_bad_field_is_named_at_once() {
        let mut fields = Fields::default();
        fields.nok("amount", Some(&money(0, "NOK")), NokSign::Positive);
        fields.nok("limit", Some(&money(1, "USD")), NokSign::Positive);
        fields.year("year", 1899);
        fields.post(
            "post",
            Some(&Post {
                chapter: "144".into(),
                post: "7O".into(),
            }),
        );
        fields.text("title", "a\u{0}b", 10);
        fields.text("purpose", "aaaa", 3);
        fields.text("reason", "  ", 3);
        fields.text("name", "abc\u{202e}def", 30);
        let Err(Invalid(violations)) = fields.check() else {
            panic!("refused")
        };
        let named: Vec<_> = violations.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(
            named,
            [
                "amount",
                "limit",
                "year",
                "post.post",
                "title",
                "purpose",
                "reason",
                "name"
            ]
        );
    }
}

//! Between wire and domain: dates, instants, money, etags, and the nouns of `norec.common.v1`.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use prost_types::Timestamp;
use proto::common::v1 as pb;
use proto::common::v1::ErrorReason;
use proto::google::r#type::{Date, Money};
use serde::{Deserialize, Serialize};

use crate::Fields;
use crate::error::{Result, refused};

/// A day for the wire.
pub fn date_to_wire(date: NaiveDate) -> Date {
    Date {
        year: date.year(),
        month: i32::try_from(date.month()).unwrap_or_default(),
        day: i32::try_from(date.day()).unwrap_or_default(),
    }
}

/// An instant for the wire.
pub fn time_to_wire(time: DateTime<Utc>) -> Timestamp {
    Timestamp {
        seconds: time.timestamp(),
        nanos: i32::try_from(time.timestamp_subsec_nanos()).unwrap_or_default(),
    }
}

/// Øre as NOK for the wire.
pub fn nok(ore: i64) -> Money {
    Money {
        currency_code: "NOK".to_owned(),
        units: ore / 100,
        nanos: i32::try_from(ore % 100).unwrap_or_default() * 10_000_000,
    }
}

/// The etag of a resource's version.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

/// When an etag is given, it must be the resource's.
pub fn must_match(given: &str, name: &impl std::fmt::Display, version: i64) -> Result<()> {
    if given.is_empty() || given == etag(version) {
        return Ok(());
    }
    Err(refused(ErrorReason::StaleEtag)
        .with("name", name)
        .with("etag", etag(version))
        .into())
}

/// Chapter and post of the state budget.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PostKey {
    /// Chapter (kapittel), such as `144`.
    pub chapter: String,
    /// Post, such as `70`.
    pub post: String,
}

impl std::fmt::Display for PostKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.chapter, self.post)
    }
}

impl From<PostKey> for pb::Post {
    fn from(it: PostKey) -> Self {
        Self {
            chapter: it.chapter,
            post: it.post,
        }
    }
}

/// Where a document is archived; stored as one jsonb value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRef {
    /// Archive case (saksnummer).
    pub archive_case: String,
    /// Journal entry of the case.
    pub journal_entry: i32,
    /// `INCOMING`, `OUTGOING` or `INTERNAL`.
    pub direction: String,
    /// The document's own date.
    pub date: NaiveDate,
    /// Access code; empty for a public document.
    pub access_code: String,
    /// Legal ground of the access code.
    pub legal_ground: String,
    /// What the document is.
    pub title: String,
    /// Clause that is cited.
    pub clause: String,
}

impl DocumentRef {
    /// Reads a document reference that must be given, noting every bad field.
    pub fn parse(fields: &mut Fields, path: &str, given: Option<&pb::DocumentRef>) -> Self {
        let it = fields.required(path, given);
        let known = given.is_some();
        let at = |name: &str| format!("{path}.{name}");
        let checked = |fields: &mut Fields, name: &str, value: &str, max| {
            if known {
                fields.text(&at(name), value, max)
            } else {
                String::new()
            }
        };
        let archive_case = checked(fields, "archive_case", &it.archive_case, 40);
        let title = checked(fields, "title", &it.title, 200);
        let access_code = fields.optional_text(&format!("{path}.access_code"), &it.access_code, 10);
        let legal_ground = if access_code.is_empty() {
            fields.optional_text(&format!("{path}.legal_ground"), &it.legal_ground, 200)
        } else {
            checked(fields, "legal_ground", &it.legal_ground, 200)
        };
        let direction = it.direction();
        if known && direction == pb::document_ref::Direction::Unspecified {
            fields.refuse(
                format!("{path}.direction"),
                "INCOMING, OUTGOING or INTERNAL",
            );
        }
        if known && !(1..=99_999).contains(&it.journal_entry) {
            fields.refuse(format!("{path}.journal_entry"), "from 1 to 99999");
        }
        let date = if known {
            fields.date(&format!("{path}.date"), it.date.as_ref())
        } else {
            NaiveDate::default()
        };
        Self {
            archive_case,
            journal_entry: it.journal_entry,
            direction: direction
                .as_str_name()
                .trim_start_matches("DIRECTION_")
                .to_owned(),
            date,
            access_code,
            legal_ground,
            title,
            clause: fields.optional_text(&format!("{path}.clause"), &it.clause, 100),
        }
    }

    /// Reads the reference of a document that is there already, so dated today or earlier.
    pub fn parse_past(
        fields: &mut Fields,
        path: &str,
        given: Option<&pb::DocumentRef>,
        today: NaiveDate,
    ) -> Self {
        let document = Self::parse(fields, path, given);
        if document.date > today {
            fields.refuse(
                format!("{path}.date"),
                format!("today ({today}) or earlier"),
            );
        }
        document
    }
}

impl From<DocumentRef> for pb::DocumentRef {
    fn from(it: DocumentRef) -> Self {
        let direction =
            pb::document_ref::Direction::from_str_name(&format!("DIRECTION_{}", it.direction));
        Self {
            archive_case: it.archive_case,
            journal_entry: it.journal_entry,
            direction: direction.unwrap_or_default().into(),
            date: Some(date_to_wire(it.date)),
            access_code: it.access_code,
            legal_ground: it.legal_ground,
            title: it.title,
            clause: it.clause,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ore_become_units_and_nanos_of_one_sign() {
        for (ore, units, nanos) in [
            (0, 0, 0),
            (1, 0, 10_000_000),
            (-175, -1, -750_000_000),
            (100, 1, 0),
        ] {
            let money = nok(ore);
            assert_eq!((money.units, money.nanos), (units, nanos), "{ore}");
        }
    }

    #[test]
    fn a_stale_etag_is_refused_and_an_absent_one_is_not() {
        assert!(must_match("", &"x/1", 3).is_ok());
        assert!(must_match("\"3\"", &"x/1", 3).is_ok());
        assert!(must_match("\"2\"", &"x/1", 3).is_err());
    }
}

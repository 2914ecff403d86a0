//! Where a document is archived.

use chrono::NaiveDate;
use proto::common::v1 as pb;
use proto::field_reason;
use serde::{Deserialize, Serialize};

use crate::fields::Fields;
use crate::wire::date_to_wire;

/// Numbers that a journal entry of an archive case has.
const JOURNAL_ENTRIES: std::ops::RangeInclusive<i32> = 1..=99_999;

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
        let archive_case = if known {
            fields.identity(&at("archive_case"), &it.archive_case, 40)
        } else {
            String::new()
        };
        let title = checked(fields, "title", &it.title, 200);
        let access_code = fields.optional_identity(&at("access_code"), &it.access_code, 10);
        let legal_ground = if access_code.is_empty() {
            fields.optional_text(&format!("{path}.legal_ground"), &it.legal_ground, 200)
        } else {
            checked(fields, "legal_ground", &it.legal_ground, 200)
        };
        let direction = it.direction();
        if known && direction == pb::document_ref::Direction::Unspecified {
            let values = "INCOMING, OUTGOING, INTERNAL";
            fields.refuse(at("direction"), field_reason::NotOneOf { values });
        }
        if known && !JOURNAL_ENTRIES.contains(&it.journal_entry) {
            let (min, max) = JOURNAL_ENTRIES.into_inner();
            fields.refuse(at("journal_entry"), field_reason::Range { min, max });
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
            fields.refuse(format!("{path}.date"), field_reason::DateToCome { today });
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

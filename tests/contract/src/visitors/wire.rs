//! Visitors and interviews on the wire, without what is personal: that goes into the vault as it was given.

use chrono::DateTime;
use platform::{Fields, date_to_wire, etag, time_to_wire};

use super::{Interview, InterviewName, State, Visitor, VisitorName};
use crate::testing::v1 as pb;

/// Characters of a text about somebody.
const TEXT_LENGTH_MAX: usize = 200;

impl Visitor {
    /// Reads a new visitor, ACTIVE, noting every bad field.
    pub(super) fn parse(fields: &mut Fields, name: VisitorName, given: &pb::Visitor) -> Self {
        let contact = given.contact.clone().unwrap_or_default();
        for (field, text) in [
            ("visitor.display_name", &given.display_name),
            ("visitor.contact.phone", &contact.phone),
            ("visitor.reject_reason", &given.reject_reason),
        ] {
            fields.optional_text(field, text, TEXT_LENGTH_MAX);
        }
        check_all(fields, "visitor.nicknames", &given.nicknames);
        fields.optional_date("visitor.birth_date", given.birth_date.as_ref());
        Self {
            name,
            version: 1,
            country: fields.optional_text("visitor.country", &given.country, 2),
            region: fields.optional_text("visitor.contact.region", &contact.region, 20),
            state: State::Active,
            ended_on: None,
            created_at: DateTime::default(),
        }
    }

    /// The visitor with what is personal in `given`.
    pub(super) fn with(self, given: pb::Visitor) -> pb::Visitor {
        let known = pb::Visitor::from(self);
        let phone = given.contact.unwrap_or_default().phone;
        pb::Visitor {
            display_name: given.display_name,
            birth_date: given.birth_date,
            nicknames: given.nicknames,
            contact: known.contact.map(|it| pb::Contact { phone, ..it }),
            ..known
        }
    }
}

impl From<Visitor> for pb::Visitor {
    fn from(it: Visitor) -> Self {
        let state = match it.state {
            State::Active => pb::visitor::State::Active,
            State::Admitted => pb::visitor::State::Admitted,
            State::Rejected => pb::visitor::State::Rejected,
        };
        Self {
            name: it.name.to_string(),
            contact: Some(pb::Contact {
                region: it.region,
                phone: String::new(),
            }),
            country: it.country,
            state: state.into(),
            end_date: it.ended_on.map(date_to_wire),
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
            ..Self::default()
        }
    }
}

impl Interview {
    /// Reads a new interview, noting every bad field.
    pub(super) fn parse(fields: &mut Fields, name: InterviewName, given: &pb::Interview) -> Self {
        check_all(fields, "interview.remarks", &given.remarks);
        Self {
            name,
            version: 1,
            topic: fields.optional_text("interview.topic", &given.topic, TEXT_LENGTH_MAX),
            ended_on: fields.optional_date("interview.end_date", given.end_date.as_ref()),
            created_at: DateTime::default(),
        }
    }

    /// The interview with these remarks.
    pub(super) fn with(self, remarks: Vec<String>) -> pb::Interview {
        let name = self.name.to_string();
        let visitor = name
            .split("/interviews/")
            .next()
            .unwrap_or_default()
            .to_owned();
        pb::Interview {
            name,
            visitor,
            topic: self.topic,
            remarks,
            end_date: self.ended_on.map(date_to_wire),
            etag: etag(self.version),
            create_time: Some(time_to_wire(self.created_at)),
        }
    }
}

/// Interviews every text that is none.
pub(super) fn check_all(fields: &mut Fields, field: &str, texts: &[String]) {
    for (index, text) in texts.iter().enumerate() {
        fields.text(&format!("{field}[{index}]"), text, TEXT_LENGTH_MAX);
    }
}

//! Contests on the wire.

use platform::{Fields, Received, Roll, date_to_wire, etag, field_reason, time_to_wire};

use super::{Contest, ContestName, EntrantName, Entry};
use crate::testing::v1 as pb;

impl Contest {
    /// Reads a new contest, noting every bad field.
    pub(crate) fn parse(
        fields: &mut Fields,
        name: ContestName,
        given: Option<&pb::Contest>,
    ) -> Self {
        let it = fields.required("contest", given);
        let roll = match it.roll() {
            pb::contest::Roll::Stays => Some(Roll::Stays),
            pb::contest::Roll::NextWorkingDay => Some(Roll::NextWorkingDay),
            pb::contest::Roll::PreviousWorkingDay => Some(Roll::PreviousWorkingDay),
            pb::contest::Roll::Unspecified => None,
        };
        if roll.is_none() {
            let values = "STAYS, NEXT_WORKING_DAY, PREVIOUS_WORKING_DAY";
            fields.refuse("contest.roll", field_reason::NotOneOf { values });
        }
        Self {
            name,
            version: 1,
            close_on: fields.date("contest.close_date", it.close_date.as_ref()),
            roll: roll.unwrap_or(Roll::Stays),
            loan: None,
            entries: Vec::new(),
        }
    }
}

impl Entry {
    /// Reads an entry, noting every bad field.
    pub(crate) fn parse(
        fields: &mut Fields,
        given: Option<&pb::Entry>,
        received: Received,
    ) -> Self {
        let it = fields.required("entry", given);
        if it.points < 0 {
            fields.refuse("entry.points", field_reason::Negative);
        }
        Self {
            entrant: fields.take("entry.entrant", EntrantName::parse(&it.entrant)),
            branch: fields.identity("entry.branch", &it.branch, 60),
            points: it.points,
            scale: fields.identity("entry.scale", &it.scale, 60),
            received,
        }
    }
}

impl From<Contest> for pb::Contest {
    fn from(it: Contest) -> Self {
        let roll = match it.roll {
            Roll::Stays => pb::contest::Roll::Stays,
            Roll::NextWorkingDay => pb::contest::Roll::NextWorkingDay,
            Roll::PreviousWorkingDay => pb::contest::Roll::PreviousWorkingDay,
        };
        Self {
            name: it.name.to_string(),
            close_date: Some(date_to_wire(it.close_on)),
            roll: roll.into(),
            deadline: Some(time_to_wire(it.deadline())),
            lend_date: it.loan.map(|it| date_to_wire(it.from)),
            return_date: it.loan.map(|it| date_to_wire(it.until)),
            etag: etag(it.version),
            entries: it.entries.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Entry> for pb::Entry {
    fn from(it: Entry) -> Self {
        Self {
            entrant: it.entrant.to_string(),
            branch: it.branch,
            points: it.points,
            scale: it.scale,
            received_at: Some(time_to_wire(it.received.at)),
            received_document: it.received.document.map(Into::into),
        }
    }
}

//! Erasures and holds on the wire.

use chrono::{DateTime, NaiveDate};
use platform::{Fields, REASON_LENGTH_MAX, date_to_wire, etag, time_to_wire};
use prost_types::Any;
use proto::PersonalData;
use proto::google::r#type::Date;
use proto::privacy::v1 as pb;

use crate::erasure::{self, Erasure, ErasureName};
use crate::hold::{self, Hold, HoldName};
use crate::store::vault::Kept;

impl Erasure {
    /// Reads a new erasure, noting every bad field.
    pub(crate) fn parse(fields: &mut Fields, request: &pb::EnterErasureRequest) -> Self {
        let it = fields.required("erasure", request.erasure.as_ref());
        fields.resource("erasure.person", &it.person);
        Self {
            name: ErasureName::create(fields, "", "erasure_id", &request.erasure_id),
            version: 1,
            person: it.person,
            ground: fields.text("erasure.ground", &it.ground, REASON_LENGTH_MAX),
            state: erasure::State::Entered,
            confirmed_on: None,
            backups_expire_on: None,
            resources: 0,
            created_at: DateTime::default(),
        }
    }
}

impl Hold {
    /// Reads a new hold, noting every bad field.
    pub(crate) fn parse(fields: &mut Fields, request: &pb::HoldPersonRequest) -> Self {
        let it = fields.required("hold", request.hold.as_ref());
        fields.resource("hold.person", &it.person);
        Self {
            name: HoldName::create(fields, "", "hold_id", &request.hold_id),
            version: 1,
            person: it.person,
            ground: fields.text("hold.ground", &it.ground, REASON_LENGTH_MAX),
            until_on: fields.optional_date("hold.until", it.until.as_ref()),
            state: hold::State::Held,
            created_at: DateTime::default(),
        }
    }
}

impl From<Erasure> for pb::Erasure {
    fn from(it: Erasure) -> Self {
        let state = match it.state {
            erasure::State::Entered => pb::erasure::State::Entered,
            erasure::State::Confirmed => pb::erasure::State::Confirmed,
        };
        Self {
            name: it.name.to_string(),
            person: it.person,
            ground: it.ground,
            state: state.into(),
            confirm_date: it.confirmed_on.map(date_to_wire),
            backups_expire_date: it.backups_expire_on.map(date_to_wire),
            resources: it.resources,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

impl From<Hold> for pb::Hold {
    fn from(it: Hold) -> Self {
        let state = match it.state {
            hold::State::Held => pb::hold::State::Held,
            hold::State::Ended => pb::hold::State::Ended,
        };
        Self {
            name: it.name.to_string(),
            person: it.person,
            ground: it.ground,
            until: it.until_on.map(date_to_wire),
            state: state.into(),
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

impl Kept {
    /// The write, with the right and the rule by which what it brought is kept.
    pub(crate) fn into_wire(self, by: &PersonalData) -> pb::Kept {
        pb::Kept {
            name: format!("entries/{}", self.seq),
            record_time: Some(time_to_wire(self.recorded_at)),
            method: self.method,
            subject: self.subject,
            version: self.version,
            after: Some(Any {
                type_url: format!("type.googleapis.com/{}", self.kind),
                value: self.after,
            }),
            basis: by.basis.to_owned(),
            rule: by.rule.to_owned(),
        }
    }
}

/// A day that was recorded.
pub(crate) fn day(it: &Date) -> Option<NaiveDate> {
    let part = |it: i32| u32::try_from(it).ok();
    NaiveDate::from_ymd_opt(it.year, part(it.month)?, part(it.day)?)
}

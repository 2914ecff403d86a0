//! Appropriations on the wire.

use chrono::{DateTime, Datelike, NaiveDate};
use platform::{Fields, NokSign, PostKey, date_to_wire, etag, field_reason, nok, time_to_wire};
use proto::governance::v1 as pb;
use proto::governance::v1::appropriation::{Kind as WireKind, State as WireState};

use crate::domain::appropriation::{Kind, State};
use crate::domain::{Appropriation, AppropriationName};

/// Reads a new decision, noting every bad field.
pub(crate) fn parse(
    fields: &mut Fields,
    request: &pb::RecordAppropriationRequest,
) -> Appropriation {
    let given = fields.required("appropriation", request.appropriation.as_ref());
    let post = fields.post("appropriation.post", given.post.as_ref());
    let year = fields.year("appropriation.year", given.year);
    let amount_ore = fields.nok("appropriation.amount", given.amount.as_ref(), NokSign::Any);
    if amount_ore < 0 {
        fields.refuse("appropriation.amount", field_reason::AmountNegative);
    }
    Appropriation {
        name: AppropriationName::create(fields, "", "appropriation_id", &request.appropriation_id),
        version: 1,
        chapter: post.chapter,
        post: post.post,
        year,
        kind: parse_kind(fields, given.kind()),
        amount_ore,
        effective_on: parse_effective_date(fields, &given),
        source: fields.text("appropriation.source", &given.source, 300),
        source_on: fields.date("appropriation.source_date", given.source_date.as_ref()),
        state: State::Recorded,
        reversal_reason: String::new(),
        created_at: DateTime::default(),
    }
}

/// A day of the budget year.
fn parse_effective_date(fields: &mut Fields, given: &pb::Appropriation) -> NaiveDate {
    let field = "appropriation.effective_date";
    let day = fields.read_date(field, given.effective_date.as_ref());
    if day.is_some_and(|it| it.year() != given.year) {
        fields.refuse(field, field_reason::OtherYear { year: given.year });
    }
    day.unwrap_or_default()
}

fn parse_kind(fields: &mut Fields, kind: WireKind) -> Kind {
    match kind {
        WireKind::Voted => Kind::Voted,
        WireKind::Revised => Kind::Revised,
        WireKind::CarriedOver => Kind::CarriedOver,
        WireKind::Unspecified => {
            let values = "VOTED, REVISED, CARRIED_OVER";
            fields.refuse("appropriation.kind", field_reason::NotOneOf { values });
            Kind::Voted
        }
    }
}

impl From<Appropriation> for pb::Appropriation {
    fn from(it: Appropriation) -> Self {
        let post = PostKey {
            chapter: it.chapter,
            post: it.post,
        };
        Self {
            name: it.name.to_string(),
            post: Some(post.into()),
            year: it.year,
            kind: WireKind::from(it.kind).into(),
            amount: Some(nok(it.amount_ore)),
            effective_date: Some(date_to_wire(it.effective_on)),
            source: it.source,
            source_date: Some(date_to_wire(it.source_on)),
            state: WireState::from(it.state).into(),
            reversal_reason: it.reversal_reason,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

impl From<Kind> for WireKind {
    fn from(it: Kind) -> Self {
        match it {
            Kind::Voted => Self::Voted,
            Kind::Revised => Self::Revised,
            Kind::CarriedOver => Self::CarriedOver,
        }
    }
}

impl From<State> for WireState {
    fn from(it: State) -> Self {
        match it {
            State::Recorded => Self::Recorded,
            State::Reversed => Self::Reversed,
        }
    }
}

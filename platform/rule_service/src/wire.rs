//! Editions between the wire and their table.

use chrono::NaiveDate;
use platform::{Ctx, DocumentRef, Fields, date_to_wire, etag, time_to_wire};
use proto::rules::v1 as pb;
use rules::{Definition, Value};

use crate::edition::{Edition, State};

const SOURCE_LENGTH_MAX: usize = 300;

/// An edition as it is given.
pub(crate) struct Given {
    pub(crate) valid_from: NaiveDate,
    /// None beside a noted violation.
    pub(crate) value: Option<Value>,
    pub(crate) source: String,
    pub(crate) document: Option<DocumentRef>,
}

impl Given {
    /// Reads an edition of this rule, noting every bad field.
    pub(crate) fn parse(
        fields: &mut Fields,
        ctx: &Ctx,
        rule: &Definition,
        given: Option<&pb::RuleEdition>,
    ) -> Self {
        let it = fields.required("rule_edition", given);
        let value = "rule_edition.value";
        let document = it.document.as_ref();
        Self {
            valid_from: fields.date("rule_edition.valid_from", it.valid_from.as_ref()),
            value: Value::parse(fields, value, rule.kind, it.value.as_ref()),
            source: fields.text("rule_edition.source", &it.source, SOURCE_LENGTH_MAX),
            document: document.map(|it| {
                DocumentRef::parse_past(fields, "rule_edition.document", Some(it), ctx.today())
            }),
        }
    }
}

impl From<Edition> for pb::RuleEdition {
    fn from(it: Edition) -> Self {
        let state = match it.state {
            State::Entered => pb::rule_edition::State::Entered,
            State::Confirmed => pb::rule_edition::State::Confirmed,
            State::Withdrawn => pb::rule_edition::State::Withdrawn,
        };
        Self {
            name: it.name.to_string(),
            valid_from: Some(date_to_wire(it.valid_from)),
            value: Some(it.value.0.into()),
            source: it.source,
            document: it.document.map(|it| it.0.into()),
            state: state.into(),
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

/// A rule that the service goes by.
pub(crate) fn rule(it: &Definition) -> pb::Rule {
    let [nb, nn, en] = it.title.map(str::to_owned);
    pb::Rule {
        name: it.name(),
        title: Some(pb::Text { nb, nn, en }),
        kind: it.kind.to_owned(),
    }
}

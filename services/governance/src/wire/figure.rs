//! Indicators, figures and what they count on the wire.

use platform::{date_to_wire, etag, time_to_wire};
use proto::governance::v1 as pb;

use crate::domain::cutoff::Mark;
use crate::domain::figure::RestatedGroup;
use crate::domain::formula::Value;
use crate::domain::{Figure, Indicator};
use crate::store::figures::CountedFact;

impl From<Indicator> for pb::Indicator {
    fn from(it: Indicator) -> Self {
        Self {
            formula: Some(it.formula()),
            name: it.name.to_string(),
            title_nb: it.title_nb,
            title_nn: it.title_nn,
            source_clause: it.source_clause,
            etag: etag(it.version),
            create_time: Some(time_to_wire(it.created_at)),
        }
    }
}

impl From<Value> for pb::Value {
    fn from(it: Value) -> Self {
        use pb::value::Status;
        let (status, amount, denominator, missing_measure) = match it {
            Value::Amount(amount) => (Status::Computed, amount, 0, String::new()),
            Value::Share(numerator, denominator) => {
                (Status::Computed, numerator, denominator, String::new())
            }
            Value::NotPublished(measure) => (Status::NotPublished, 0, 0, measure),
            Value::NotComputable(measure) => (Status::NotComputable, 0, 0, measure),
        };
        Self {
            status: status.into(),
            amount,
            denominator,
            missing_measure,
        }
    }
}

/// A figure, with the sources that its cut-off closed without.
pub(crate) fn to_wire(it: Figure, marks: &[Mark]) -> pb::Figure {
    let groups = it.outcome.groups.into_iter().map(|group| pb::Group {
        key: group.key,
        value: Some(group.value.into()),
        fact_count: group.count,
    });
    let incomplete = marks
        .iter()
        .filter(|it| it.incomplete)
        .map(|it| it.source.clone());
    pb::Figure {
        name: it.name.to_string(),
        indicator: it.indicator.to_string(),
        value: Some(it.outcome.value.into()),
        groups: groups.collect(),
        fact_count: it.outcome.count,
        digest: it.digest,
        incomplete_sources: incomplete.collect(),
        unit: it.unit.into(),
    }
}

impl From<CountedFact> for pb::CountedFact {
    fn from(it: CountedFact) -> Self {
        Self {
            source: it.source,
            number: it.number,
            measure: it.measure,
            effective_date: Some(date_to_wire(it.effective_on)),
            value: it.value,
            term: it.term,
            key: it.key,
            subject: it.subject,
            entry: it.entry,
        }
    }
}

impl From<RestatedGroup> for pb::RestatedGroup {
    fn from(it: RestatedGroup) -> Self {
        Self {
            key: it.key,
            before: it.before.map(Into::into),
            after: it.after.map(Into::into),
        }
    }
}

/// The place behind a fact in a page of facts.
pub(crate) fn place(it: &CountedFact) -> String {
    format!("{} {} {}", it.source, it.number, it.term)
}

/// Reads [`place`]; the empty text is the beginning.
pub(crate) fn parse_place(text: &str) -> Result<(String, i64, i32), String> {
    if text.is_empty() {
        return Ok(<(String, i64, i32)>::default());
    }
    let parts: Vec<_> = text.split(' ').collect();
    match parts.as_slice() {
        [_, number, term] => number.parse().ok().zip(term.parse().ok()),
        _ => None,
    }
    .map(|(number, term)| (parts[0].to_owned(), number, term))
    .ok_or_else(|| "a next_page_token of this list".to_owned())
}

//! Figures and what they count on the wire.

use platform::{date_to_wire, field_reason};
use proto::governance::v1 as pb;

use crate::domain::Figure;
use crate::domain::formula::Value;
use crate::domain::recompute::Verdict;
use crate::store::counted_facts::{CountedFact, Place};
use crate::store::figures::Shown;

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
            Value::NotOfPeriod(measure) => (Status::NotOfPeriod, 0, 0, measure),
        };
        Self {
            status: status.into(),
            amount,
            denominator,
            missing_measure,
        }
    }
}

impl From<Shown> for pb::Figure {
    fn from(it: Shown) -> Self {
        let figure = it.figure;
        let groups = figure.outcome.groups.into_iter().map(|group| pb::Group {
            key: group.key,
            value: Some(group.value.into()),
            fact_count: group.count,
        });
        Self {
            name: figure.name.to_string(),
            indicator: figure.indicator.to_string(),
            value: Some(figure.outcome.value.into()),
            groups: groups.collect(),
            fact_count: figure.outcome.count,
            digest: figure.digest,
            incomplete_sources: it.incomplete_sources,
            unit: figure.unit.into(),
        }
    }
}

impl Verdict {
    /// What computing `stored` again is answered with; `departure` is what else is not as it was.
    pub(crate) fn into_wire(
        self,
        stored: &Figure,
        departure: Option<String>,
    ) -> pb::RecomputeFigureResponse {
        use pb::recompute_figure_response::Verdict as Wire;
        let diverging = self.diverging.or(departure);
        let verdict = match diverging {
            None => Wire::Equal,
            Some(_) => Wire::Different,
        };
        pb::RecomputeFigureResponse {
            stored: Some(stored.outcome.value.clone().into()),
            recomputed: Some(self.recomputed.into()),
            diverging: diverging.unwrap_or_default(),
            facts_read: self.facts_read,
            verdict: verdict.into(),
        }
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
            reversal: it.reversal,
        }
    }
}

/// The place behind a fact in a page of facts.
pub(crate) fn place(it: &pb::CountedFact) -> String {
    format!("{} {} {}", it.source, it.number, it.term)
}

/// Reads [`place`]; the empty text is the beginning.
pub(crate) fn parse_place(text: &str) -> Result<Place, field_reason::PageToken> {
    if text.is_empty() {
        return Ok(Place::default());
    }
    let wrong = || field_reason::PageToken;
    let [source, number, term] = text.split(' ').collect::<Vec<_>>()[..] else {
        return Err(wrong());
    };
    let number = number.parse().map_err(|_| wrong())?;
    let term = term.parse().map_err(|_| wrong())?;
    Ok((source.to_owned(), number, term))
}

//! Cut-offs and periods on the wire.

use platform::{Fields, date_to_wire, etag, field_reason, time_to_wire};
use proto::governance::v1 as pb;

use crate::domain::cutoff::{Mark, Progress, State};
use crate::domain::{Cutoff, Period};

/// Reads a period.
pub(crate) fn parse_period(fields: &mut Fields, given: Option<&pb::Period>) -> Period {
    use pb::period::Part;
    let given = fields.required("period", given);
    let year = fields.year("period.year", given.year);
    let mut part = |field: &str, number: i32, max: u32| {
        let number = u32::try_from(number).ok();
        let number = number.filter(|it| (1..=max).contains(it));
        fields.take(field, number.ok_or(field_reason::Range { min: 1, max }))
    };
    match given.part {
        None => Period::Year(year),
        Some(Part::Month(it)) => Period::Month(year, part("period.month", it, 12)),
        Some(Part::Tertial(it)) => Period::Tertial(year, part("period.tertial", it, 3)),
        Some(Part::YearToMonth(it)) => {
            Period::YearTo(year, part("period.year_to_month", it, Period::YEAR_TO_MAX))
        }
    }
}

impl From<Period> for pb::Period {
    fn from(it: Period) -> Self {
        let number = |it: u32| i32::try_from(it).unwrap_or_default();
        match it {
            Period::Year(year) => Self { year, part: None },
            Period::Month(year, month) => Self {
                year,
                part: Some(pb::period::Part::Month(number(month))),
            },
            Period::Tertial(year, tertial) => Self {
                year,
                part: Some(pb::period::Part::Tertial(number(tertial))),
            },
            Period::YearTo(year, month) => Self {
                year,
                part: Some(pb::period::Part::YearToMonth(number(month))),
            },
        }
    }
}

/// A cut-off with its marks.
pub(crate) fn to_wire(it: Cutoff, marks: Vec<Mark>) -> pb::Cutoff {
    use pb::cutoff::State as Wire;
    let state = match it.state {
        State::Closing => Wire::Closing,
        State::Closed => Wire::Closed,
        State::Cancelled => Wire::Cancelled,
    };
    pb::Cutoff {
        period: Some(it.period().into()),
        name: it.name.to_string(),
        start_date: Some(date_to_wire(it.start_on)),
        end_date: Some(date_to_wire(it.end_on)),
        edition: it.edition,
        state: state.into(),
        marks: marks.into_iter().map(Into::into).collect(),
        incomplete_reason: it.incomplete_reason,
        incomplete_by: it.incomplete_by,
        cancel_reason: it.cancel_reason,
        etag: etag(it.version),
        create_time: Some(time_to_wire(it.created_at)),
        error: it.error,
        evidence: (!it.evidence.0.digest.is_empty()).then_some(it.evidence.0),
    }
}

impl From<Mark> for pb::SourceMark {
    fn from(it: Mark) -> Self {
        use pb::source_mark::Progress as Wire;
        let progress = match it.progress {
            Progress::Waiting => Wire::Waiting,
            Progress::Reached => Wire::Reached,
            Progress::Mismatch => Wire::Mismatch,
        };
        Self {
            source: it.source.to_string(),
            number: it.number,
            digest: it.digest,
            incomplete: it.incomplete,
            progress: progress.into(),
            source_id: it.source_id,
            entries_number: it.entries_number,
            entries_digest: it.entries_digest,
        }
    }
}

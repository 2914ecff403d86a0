//! When what a request brings was here: what its deadline is judged by.

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use prost_types::Timestamp;
use proto::common::v1 as pb;
use proto::common::v1::document_ref::Direction;
use proto::{Refused, Wrong, field_reason, reason};

use crate::document::DocumentRef;
use crate::fields::{Fields, YEARS};
use crate::wire::time_from_wire;

/// Digits of a second's fraction that a database keeps. What is cut off moves no instant past a deadline, which is a
/// whole second.
const KEPT_DIGITS: u16 = 6;

/// When something was here, and by which document where that was before the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The instant that deadlines judge.
    pub at: DateTime<Utc>,
    /// What it came by, on paper or by mail; none where the request itself brought it.
    pub document: Option<DocumentRef>,
}

impl Received {
    /// Refuses what came at the deadline of `name` or later.
    pub fn must_be_before(
        &self,
        name: &impl std::fmt::Display,
        deadline: DateTime<Utc>,
    ) -> Result<(), Refused> {
        if self.at < deadline {
            return Ok(());
        }
        Err(reason::ArrivedTooLate {
            name: name.to_string(),
            deadline,
            arrived_at: self.at,
        }
        .into())
    }
}

impl Fields {
    /// What the request itself brings arrived with it. What came before it has `received_at`, not after that, and
    /// `received_document`, the incoming document that it came by: both or neither.
    pub fn received(
        &mut self,
        received_at: Option<&Timestamp>,
        received_document: Option<&pb::DocumentRef>,
        arrived_at: DateTime<Utc>,
    ) -> Received {
        if received_at.is_none() && received_document.is_none() {
            return Received {
                at: arrived_at.trunc_subsecs(KEPT_DIGITS),
                document: None,
            };
        }
        let today = calendar::oslo_date(arrived_at);
        let field = "received_document";
        let document = DocumentRef::parse_past(self, field, received_document, today);
        if received_document.is_some_and(|it| it.direction() != Direction::Incoming) {
            let values = "INCOMING";
            self.refuse(
                format!("{field}.direction"),
                field_reason::NotOneOf { values },
            );
        }
        let at = self.past_instant("received_at", received_at, arrived_at);
        Received {
            at: at.trunc_subsecs(KEPT_DIGITS),
            document: Some(document),
        }
    }

    /// An instant that is not after now.
    fn past_instant(
        &mut self,
        field: &str,
        given: Option<&Timestamp>,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let known = |given: &Timestamp| {
            let known = time_from_wire(given).ok();
            let known = known.filter(|it| YEARS.contains(&it.year()));
            known.ok_or_else(|| Wrong::from(field_reason::Instant))
        };
        let given = given.ok_or_else(|| field_reason::Required.into());
        let instant = self.take(field, given.and_then(known));
        if instant > now {
            self.refuse(field, field_reason::InstantToCome { now });
        }
        instant
    }
}

#[cfg(test)]
mod tests {
    use proto::google::r#type::Date;

    use super::*;
    use crate::fields::Invalid;
    use crate::wire::time_to_wire;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn letter(direction: Direction, day: i32) -> pb::DocumentRef {
        pb::DocumentRef {
            archive_case: "2025/7".to_owned(),
            journal_entry: 1,
            direction: direction.into(),
            date: Some(Date {
                year: 2025,
                month: 3,
                day,
            }),
            title: "Søknad".to_owned(),
            ..Default::default()
        }
    }

    /// What comes at the deadline is too late, whatever its fraction of a second.
    #[test]
    fn what_comes_at_the_deadline_is_too_late() {
        let deadline = at("2025-03-03T11:00:00Z");
        for (arrived, in_time) in [
            ("2025-03-03T10:59:59.999999Z", true),
            ("2025-03-03T11:00:00Z", false),
            ("2025-03-03T11:00:00.000001Z", false),
            ("2025-03-04T00:00:00Z", false),
        ] {
            let received = Received {
                at: at(arrived),
                document: None,
            };
            let verdict = received.must_be_before(&"rounds/1", deadline);
            assert_eq!(verdict.is_ok(), in_time, "{arrived}");
        }
    }

    /// What came on paper has its instant and its incoming document, neither of them to come.
    #[test]
    fn what_came_before_the_request_has_its_instant_and_its_document() {
        use Direction::{Incoming, Outgoing};
        let now = at("2025-03-05T09:00:00Z");
        let fields = |received: Option<&str>, document: Option<pb::DocumentRef>| {
            let mut fields = Fields::default();
            let received = received.map(|it| time_to_wire(at(it)));
            let read = fields.received(received.as_ref(), document.as_ref(), now);
            match fields.check() {
                Ok(()) => Ok((read.at, read.document.is_some())),
                Err(Invalid(wrong)) => {
                    Err(wrong.into_iter().map(|it| it.field).collect::<Vec<_>>())
                }
            }
        };
        let wrong = |fields: &[&str]| Err(fields.iter().map(|it| (*it).to_owned()).collect());
        let earlier = "2025-03-03T10:58:00Z";
        for (received, document, expected) in [
            (None, None, Ok((now, false))),
            (
                Some(earlier),
                Some(letter(Incoming, 3)),
                Ok((at(earlier), true)),
            ),
            (
                Some("2025-03-05T09:00:00Z"),
                Some(letter(Incoming, 5)),
                Ok((now, true)),
            ),
            (Some(earlier), None, wrong(&["received_document"])),
            (None, Some(letter(Incoming, 3)), wrong(&["received_at"])),
            (
                Some(earlier),
                Some(letter(Outgoing, 3)),
                wrong(&["received_document.direction"]),
            ),
            (
                Some("2025-03-05T09:00:01Z"),
                Some(letter(Incoming, 6)),
                wrong(&["received_document.date", "received_at"]),
            ),
            (
                Some("1989-12-31T23:00:00Z"),
                Some(letter(Incoming, 3)),
                wrong(&["received_at"]),
            ),
        ] {
            assert_eq!(fields(received, document), expected, "{received:?}");
        }
    }
}

//! Why a call was refused, as its caller reads it.

use std::fmt;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::StatusExt;

/// A status that is not OK, with its details.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    /// `ErrorInfo.reason`; `None` when it is not the service that refused.
    pub(crate) reason: Option<String>,
    pub(crate) message: String,
    /// Every field that was refused, and what would be right.
    pub(crate) fields: Vec<(String, String)>,
    /// How long the service asks to wait before the same request is sent again.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) trace_id: Option<String>,
}

impl Refusal {
    /// Nobody was there to refuse.
    pub(crate) fn unreachable(message: String) -> Self {
        Self {
            code: Code::Unavailable,
            reason: None,
            message,
            fields: Vec::new(),
            retry_after: None,
            trace_id: None,
        }
    }

    /// The first line of it, for what may pass.
    pub(crate) fn headline(&self) -> String {
        let reason = self
            .reason
            .as_ref()
            .map(|it| format!(" {it}"))
            .unwrap_or_default();
        format!("{}{reason}: {}", self.code_name(), self.message)
    }

    /// What the command exits with: as grpcurl does, 64 and the code.
    pub(crate) fn exit_code(&self) -> u8 {
        64 + u8::try_from(i32::from(self.code)).unwrap_or_default()
    }

    /// The code as the protocol writes it: `INVALID_ARGUMENT`.
    fn code_name(&self) -> String {
        let mut name = String::new();
        for letter in format!("{:?}", self.code).chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.push(letter.to_ascii_uppercase());
        }
        name
    }
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let fields = details.bad_request().map(|it| &it.field_violations);
        let fields = fields.into_iter().flatten();
        Self {
            code: status.code(),
            reason: details.error_info().map(|it| it.reason.clone()),
            message: status.message().to_owned(),
            fields: fields
                .map(|it| (it.field.clone(), it.description.clone()))
                .collect(),
            retry_after: details.retry_info().and_then(|it| it.retry_delay),
            trace_id: details.request_info().map(|it| it.request_id.clone()),
        }
    }
}

/// On several lines: the headline with code, reason and message, then each field, then the trace.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline())?;
        for (field, description) in &self.fields {
            write!(f, "\n    {field}: {description}")?;
        }
        if let Some(trace_id) = &self.trace_id {
            write!(f, "\n    trace {trace_id}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn every_detail_of_a_status_is_read_and_shown() {
        let mut details =
            ErrorDetails::with_error_info("INVALID_FIELDS", "norec.no", HashMap::new());
        details
            .add_bad_request_violation("a.b", "must be a date")
            .add_bad_request_violation("c", "is missing")
            .set_retry_info(Some(Duration::from_millis(250)))
            .set_request_info("4bf9", "");
        let status = Status::with_error_details(Code::InvalidArgument, "Correct a.b, c.", details);

        let refusal = Refusal::from(status);

        assert_eq!(refusal.exit_code(), 67);
        assert_eq!(refusal.retry_after, Some(Duration::from_millis(250)));
        let text = "INVALID_ARGUMENT INVALID_FIELDS: Correct a.b, c.\n    a.b: must be a date\n    \
                    c: is missing\n    trace 4bf9";
        assert_eq!(refusal.to_string(), text);
    }

    #[test]
    fn a_status_without_details_is_nobody_s_reason() {
        let refusal = Refusal::unreachable("grants does not run".to_owned());
        assert_eq!((refusal.exit_code(), refusal.reason.as_deref()), (78, None));
        assert_eq!(refusal.to_string(), "UNAVAILABLE: grants does not run");
    }
}

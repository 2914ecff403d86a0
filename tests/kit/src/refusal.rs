//! A refusal as its client sees it.

use tonic::{Code, Status};
use tonic_types::{FieldViolation, StatusExt};

/// Why a call was refused, as its client sees it.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The gRPC code.
    pub code: Code,
    /// `ErrorInfo.reason`.
    pub reason: String,
    /// The whole status.
    pub status: Status,
}

impl Refusal {
    pub(crate) fn of(status: Status) -> Self {
        let reason = status
            .get_details_error_info()
            .map(|it| it.reason)
            .unwrap_or_default();
        Self {
            code: status.code(),
            reason,
            status,
        }
    }

    /// One part of the reason, by its key.
    pub fn metadata(&self, key: &str) -> String {
        let info = self.status.get_details_error_info();
        info.and_then(|it| it.metadata.get(key).cloned())
            .unwrap_or_default()
    }

    /// The trace of the call, which the service's log has too.
    pub fn trace_id(&self) -> String {
        let info = self.status.get_details_request_info();
        info.map(|it| it.request_id).unwrap_or_default()
    }

    /// It says that the same request may be sent again.
    pub fn may_be_sent_again(&self) -> bool {
        self.status.get_details_retry_info().is_some()
    }

    /// The fields that were refused, in order.
    pub fn fields(&self) -> Vec<String> {
        self.of_fields(|it| it.field)
    }

    /// Why each of them was; empty where there was no room to say so.
    pub fn field_reasons(&self) -> Vec<String> {
        self.of_fields(|it| it.reason)
    }

    /// What would be right of each, in the caller's language: bokmål where it names none.
    pub fn said_of_fields(&self) -> Vec<String> {
        self.of_fields(|it| {
            it.localized_message
                .map(|it| it.message)
                .unwrap_or_default()
        })
    }

    fn of_fields(&self, part: fn(FieldViolation) -> String) -> Vec<String> {
        let request = self.status.get_details_bad_request();
        let violations = request.into_iter().flat_map(|it| it.field_violations);
        violations.map(part).collect()
    }
}

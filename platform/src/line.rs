//! The canonical line of one call in the log, and the trace that it belongs to.

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::Body as _;
use http_body_util::BodyExt;
use tokio::time::Instant;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use wording::Locale;

/// The canonical line of one call, written when its answer has ended, or when it was dropped.
pub(crate) struct Line {
    pub(crate) path: String,
    /// The method, or `_OTHER` for a path of a stranger's making.
    pub(crate) method: &'static str,
    pub(crate) trace_id: String,
    pub(crate) locale: Locale,
    pub(crate) principal: String,
    begun: Instant,
    /// Without one the caller has gone before the answer ended.
    outcome: Option<(Code, String)>,
}

impl Line {
    /// Begins the line of a call of this path; `method` is it where it is known.
    pub(crate) fn begin(path: &str, method: Option<&'static str>, headers: &HeaderMap) -> Self {
        Self {
            path: path.to_owned(),
            method: method.unwrap_or("_OTHER"),
            trace_id: trace_id(text(headers, "traceparent")),
            locale: locale(headers),
            principal: String::new(),
            begun: Instant::now(),
            outcome: None,
        }
    }

    /// Watches the answer to its end.
    pub(crate) fn follow(mut self, response: Response<Body>) -> Response<Body> {
        let in_headers = Status::from_header_map(response.headers());
        if let Some(status) = in_headers {
            self.see(&status);
        }
        if response.body().is_end_stream() {
            return response;
        }
        response.map(|body| {
            Body::new(body.map_frame(move |frame: http_body::Frame<Bytes>| {
                if let Some(status) = frame.trailers_ref().and_then(Status::from_header_map) {
                    self.see(&status);
                }
                frame
            }))
        })
    }

    fn see(&mut self, status: &Status) {
        self.outcome = Some(outcome(status));
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let (code, reason) = self
            .outcome
            .take()
            .unwrap_or((Code::Cancelled, String::new()));
        let duration_ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(
            target: "rpc",
            method = self.method,
            code = ?code,
            reason,
            principal = self.principal,
            duration_ms,
            trace_id = self.trace_id,
            "rpc"
        );
    }
}

/// The language that a caller asks for.
pub(crate) fn locale(headers: &HeaderMap) -> Locale {
    Locale::accepted(text(headers, "accept-language"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|it| it.to_str().ok());
    value.unwrap_or_default()
}

fn outcome(status: &Status) -> (Code, String) {
    let reason = status
        .get_details_error_info()
        .map(|it| it.reason)
        .unwrap_or_default();
    (status.code(), reason)
}

/// The trace id of a W3C `traceparent`, or a new one.
#[expect(
    clippy::disallowed_methods,
    reason = "a trace id is random, not an id of a resource"
)]
fn trace_id(traceparent: &str) -> String {
    let given = traceparent.split('-').nth(1).unwrap_or_default();
    let is_hex = given
        .bytes()
        .all(|it| it.is_ascii_digit() || matches!(it, b'a'..=b'f'));
    if given.len() == 32 && is_hex && given.bytes().any(|it| it != b'0') {
        given.to_owned()
    } else {
        uuid::Uuid::now_v7().simple().to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_goes_on_or_begins() {
        let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(trace_id(given), "4bf92f3577b34da6a3ce929d0e0e4736");
        for bad in [
            "",
            "00",
            "00-00000000000000000000000000000000-x-01",
            "00-XYZ-1-1",
        ] {
            assert_eq!(trace_id(bad).len(), 32, "{bad}");
        }
    }
}

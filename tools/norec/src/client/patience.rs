//! Which refusals pass by themselves, and how long to wait for it.

use std::time::Duration;

use proto::reason;
use tonic::Code;

use super::Refusal;

/// How long the same request is repeated before its refusal counts.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE_FIRST: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Whether the same request, sent again, may be answered: it was not judged, or somebody was in the
/// way. A repeated write has one effect, by its request_id.
pub(super) fn may_pass(refusal: &Refusal) -> bool {
    match refusal.code {
        Code::Unavailable | Code::DeadlineExceeded => true,
        // Who reads anew gets another etag; the same request never does.
        Code::Aborted => refusal.reason.as_deref() != Some(reason::STALE_ETAG.name),
        // What is too large stays so; of an overload the service says that it passes. Without a reason it
        // is h2 that has had enough of the whole connection.
        Code::ResourceExhausted => refusal.retry_after.is_some() || refusal.reason.is_none(),
        // The services give a reason with everything they refuse. Without one the connection broke
        // under the call.
        Code::Cancelled | Code::Unknown | Code::Internal => refusal.reason.is_none(),
        _ => false,
    }
}

/// The pause before the next try, after so many; never shorter than the service asks for.
pub(super) fn pause_before(tries: u32, refusal: &Refusal) -> Duration {
    let own = PAUSE_FIRST
        .saturating_mul(2_u32.saturating_pow(tries))
        .min(PAUSE_MAX);
    own.max(refusal.retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: Code, reason: Option<&str>) -> Refusal {
        Refusal {
            code,
            reason: reason.map(str::to_owned),
            ..Refusal::unreachable(String::new())
        }
    }

    #[test]
    fn what_was_not_judged_is_tried_again_and_what_was_is_not() {
        let table = [
            (Code::Unavailable, None, true),
            (Code::Unavailable, Some("DATABASE_UNAVAILABLE"), true),
            (Code::Unavailable, Some("KEYSET_NOT_LOADED"), true),
            (Code::DeadlineExceeded, Some("DEADLINE_PASSED"), true),
            (Code::Aborted, Some("BUSY"), true),
            (Code::Aborted, Some("STALE_ETAG"), false),
            (Code::ResourceExhausted, Some("REQUEST_TOO_LARGE"), false),
            (Code::ResourceExhausted, None, true),
            (Code::Unknown, None, true),
            (Code::Cancelled, None, true),
            (Code::Internal, None, true),
            (Code::Internal, Some("INTERNAL"), false),
            (Code::DataLoss, None, false),
            (Code::InvalidArgument, Some("INVALID_FIELDS"), false),
            (Code::FailedPrecondition, Some("WRONG_STATE"), false),
            (Code::PermissionDenied, Some("ROLE_MISSING"), false),
            (Code::Unauthenticated, Some("TOKEN_REJECTED"), false),
            (Code::NotFound, Some("NOT_FOUND"), false),
        ];
        for (code, reason, passes) in table {
            assert_eq!(
                may_pass(&refusal(code, reason)),
                passes,
                "{code:?} {reason:?}"
            );
        }
        let overloaded = Refusal {
            retry_after: Some(Duration::from_millis(250)),
            ..refusal(Code::ResourceExhausted, Some("OVERLOADED"))
        };
        assert!(may_pass(&overloaded));
    }

    #[test]
    fn pauses_grow_to_their_limit_and_are_never_shorter_than_asked_for() {
        let silent = refusal(Code::Unavailable, None);
        let pauses = [0, 1, 4, 5, 40].map(|tries| pause_before(tries, &silent).as_millis());
        assert_eq!(pauses, [100, 200, 1600, 2000, 2000]);
        let asking = Refusal {
            retry_after: Some(Duration::from_secs(3)),
            ..silent
        };
        assert_eq!(pause_before(0, &asking), Duration::from_secs(3));
    }
}

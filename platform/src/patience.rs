//! How long a call may take, from its headers to its answer: one limit over all of it, the reading of
//! its body included.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use http::HeaderMap;
use proto::{Refused, reason};
use tokio::time::{Instant, timeout_at};

/// How long a call without a deadline of its own may take, and the longest that one may ask for.
const DEADLINE_DEFAULT: Duration = Duration::from_secs(15);
const DEADLINE_MAX: Duration = Duration::from_secs(60);

/// How long a caller waits.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// When it is answered at the latest.
    pub until: Instant,
    allowed: Duration,
}

impl Patience {
    /// Of the caller with these headers, which have just come.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let allowed = allowed(headers);
        Self {
            until: Instant::now() + allowed,
            allowed,
        }
    }

    /// Does work until the deadline: from then on no more of it is done, also where the work could go on
    /// in the same moment.
    pub(crate) async fn limit<T>(self, work: impl Future<Output = T>) -> Result<T, Refused> {
        let mut work = pin!(work);
        let in_time = poll_fn(|cx| match Instant::now() < self.until {
            true => work.as_mut().poll(cx).map(Some),
            false => Poll::Ready(None),
        });
        let done = timeout_at(self.until, in_time).await.ok().flatten();
        done.ok_or_else(|| self.ended())
    }

    /// What a caller is told whose deadline has passed.
    pub fn ended(self) -> Refused {
        let deadline_ms = self.allowed.as_millis();
        reason::DeadlinePassed { deadline_ms }.into()
    }
}

/// The caller's deadline (`grpc-timeout`) within our limit, or ours. The header is of at most eight
/// digits and a unit; another is treated as absent.
fn allowed(headers: &HeaderMap) -> Duration {
    let parse = |text: &str| {
        let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let is_number = digits.len() <= 8 && digits.bytes().all(|it| it.is_ascii_digit());
        let amount: u64 = digits.parse().ok().filter(|_| is_number)?;
        Some(match unit {
            "H" => Duration::from_secs(amount * 3600),
            "M" => Duration::from_secs(amount * 60),
            "S" => Duration::from_secs(amount),
            "m" => Duration::from_millis(amount),
            "u" => Duration::from_micros(amount),
            "n" => Duration::from_nanos(amount),
            _ => return None,
        })
    };
    headers
        .get("grpc-timeout")
        .and_then(|it| it.to_str().ok())
        .and_then(parse)
        .map_or(DEADLINE_DEFAULT, |it| it.min(DEADLINE_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing of it is begun past the deadline, and nothing goes on.
    #[tokio::test]
    async fn no_work_is_done_past_the_deadline() {
        let with = |timeout: &str| {
            let timeout = timeout.parse().unwrap();
            Patience::of(&HeaderMap::from_iter([(
                http::HeaderName::from_static("grpc-timeout"),
                timeout,
            )]))
        };
        let (patient, hurried) = (with("9S"), with("0n"));
        assert_eq!(patient.limit(async { 1 }).await.ok(), Some(1));
        let mut polls = 0;
        let work = poll_fn(|_| {
            polls += 1;
            Poll::Ready(())
        });
        let ended = hurried.limit(work).await.unwrap_err();
        assert_eq!((polls, ended.texts.name), (0, "DEADLINE_PASSED"));

        let slow = with("5m").limit(std::future::pending::<()>()).await;
        assert_eq!(slow.unwrap_err().texts.name, "DEADLINE_PASSED");
    }

    #[test]
    fn a_deadline_is_the_callers_within_our_limit() {
        for (header, expected) in [
            (None, DEADLINE_DEFAULT),
            (Some("2S"), Duration::from_secs(2)),
            (Some("250m"), Duration::from_millis(250)),
            (Some("99999999H"), DEADLINE_MAX),
            (Some("123456789S"), DEADLINE_DEFAULT),
            (Some("S"), DEADLINE_DEFAULT),
            (Some(""), DEADLINE_DEFAULT),
            (Some("-1S"), DEADLINE_DEFAULT),
            (Some("+1S"), DEADLINE_DEFAULT),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert("grpc-timeout", header.parse().unwrap());
            }
            assert_eq!(allowed(&headers), expected, "{header:?}");
        }
    }
}

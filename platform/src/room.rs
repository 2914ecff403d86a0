//! How many calls are in flight at a time, and what further ones are told. That comes first of all, before
//! a token is looked at or a body is read, and costs less than any call: it is said when there is no time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use error::refuse;
use http::{HeaderMap, Response};
use proto::reason;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;
use tonic::body::Body;
use wording::Locale;

use crate::db::CONNECTIONS_MAX;
use crate::line::locale;
use calendar::Clock;

/// Calls in flight, each with a body of [`crate::MESSAGE_BYTES_MAX`] at the most: behind each connection,
/// three that wait for it. On one core, which comes to some 700 writes in a second, the last one is
/// answered in a tenth of a second; more places would only let it wait longer.
pub(crate) const CALLS_MAX: usize = 4 * CONNECTIONS_MAX as usize;

/// How often the log is told of calls that were refused for load.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// The room for calls in flight.
#[derive(Debug)]
pub(crate) struct Room {
    places: Arc<Semaphore>,
    /// What is answered where there is none, by language: made once.
    refusals: [(Locale, HeaderMap); 3],
    /// Calls that were refused and no line has told of yet.
    untold: Arc<AtomicU64>,
    clock: Clock,
    tasks: TaskTracker,
}

/// A place in the room, until whatever works for the call has ended and dropped it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    _permit: Arc<OwnedSemaphorePermit>,
}

impl Room {
    /// An empty one. `tasks` keeps count of work that drain waits for.
    pub(crate) fn new(clock: Clock, tasks: TaskTracker) -> Self {
        Self {
            places: Arc::new(Semaphore::new(CALLS_MAX)),
            refusals: [Locale::Nb, Locale::Nn, Locale::En].map(|it| (it, refusal(it))),
            untold: Arc::default(),
            clock,
            tasks,
        }
    }

    /// A place, where there is one.
    pub(crate) fn enter(&self) -> Option<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let _permit = Arc::new(permit);
        Some(Place { _permit })
    }

    /// Answers a call with these headers that there is no place for. It is counted, and has no line of its
    /// own.
    pub(crate) fn turn_away(&self, headers: &HeaderMap) -> Response<Body> {
        if self.untold.fetch_add(1, Ordering::Relaxed) == 0 {
            let (untold, since) = (Arc::clone(&self.untold), self.clock.now());
            self.tasks.spawn(tell(untold, since));
        }
        let wanted = locale(headers);
        let refusal = self.refusals.iter().find(|(of, _)| *of == wanted);
        let mut response = Response::new(Body::empty());
        *response.headers_mut() = refusal.map(|(_, it)| it.clone()).unwrap_or_default();
        response
    }
}

/// The headers of a refusal. It names no trace, for no line of the log has one.
fn refusal(locale: Locale) -> HeaderMap {
    let refusal = refuse(reason::Overloaded, locale, "").into_http::<()>();
    refusal.into_parts().0.headers
}

/// Tells the log of those who have been refused since, once there are no more than a pause brings.
async fn tell(untold: Arc<AtomicU64>, since: DateTime<Utc>) {
    #[expect(clippy::disallowed_methods, reason = "one line for many calls")]
    tokio::time::sleep(TOLD_EVERY).await;
    let count = untold.swap(0, Ordering::Relaxed);
    tracing::warn!(target: "rpc", count, %since, "refused for load");
}

#[cfg(test)]
mod tests {
    use tonic::{Code, Status};
    use tonic_types::StatusExt;

    use super::*;

    fn empty() -> Room {
        Room::new(Clock::System, TaskTracker::new())
    }

    #[test]
    fn a_place_is_taken_until_the_last_who_works_for_the_call_has_ended() {
        let room = empty();
        let mut places: Vec<_> = (0..CALLS_MAX).map_while(|_| room.enter()).collect();
        assert_eq!(places.len(), CALLS_MAX);
        assert!(room.enter().is_none());

        let place = places.pop().unwrap();
        let task = place.clone();
        drop(place);
        assert!(room.enter().is_none(), "a task of the call goes on");
        drop(task);
        assert!(room.enter().is_some());
    }

    /// However many are refused meanwhile, one task is about to tell of all of them.
    #[tokio::test]
    async fn who_is_turned_away_is_told_in_his_language_and_counted() {
        let room = empty();
        for (asked, text) in [
            ("", "Tjenesten er overbelastet."),
            ("nn", "Tenesta er overlasta."),
            ("en", "The service is overloaded."),
        ] {
            let headers =
                HeaderMap::from_iter([(http::header::ACCEPT_LANGUAGE, asked.parse().unwrap())]);
            let response = room.turn_away(&headers);
            let status = Status::from_header_map(response.headers()).unwrap();
            let details = status.get_error_details();
            let said = details.localized_message().unwrap();
            assert!(said.message.starts_with(text), "{said:?}");
            assert_eq!(status.code(), Code::ResourceExhausted);
            assert_eq!(details.error_info().unwrap().reason, "OVERLOADED");
            assert!(details.retry_info().is_some());
            assert!(details.request_info().is_none(), "no line has its trace");
        }
        assert_eq!(room.untold.load(Ordering::Relaxed), 3);
        assert_eq!(room.tasks.len(), 1);
    }
}

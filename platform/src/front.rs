//! The one layer around the whole server. Outermost it turns calls away that there is no room for, so
//! many in one line of the log. Others get a trace, their time, a reason beside the statuses that tonic
//! makes by itself, and one line each; inside that the gate judges who may call what, and then the
//! message is read.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use error::refuse;
use http::header::{ALLOW, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use proto::{Refused, reason};
use tonic::body::Body;
use tonic::{Code, Status};
use tower::Service;

use crate::gate::Gate;
use crate::line::Line;
use crate::patience::Patience;
use crate::rpc::MESSAGE_BYTES_MAX;
use crate::unary::one_message;

/// The layer, around the router of a server.
#[derive(Clone, Debug)]
pub struct Front<S> {
    inner: S,
    gate: Arc<Gate>,
}

impl<S> Front<S> {
    /// The layer around this router.
    pub fn new(inner: S, gate: Arc<Gate>) -> Self {
        Self { inner, gate }
    }
}

impl<S, B> Service<Request<B>> for Front<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: std::error::Error + Send + Sync,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if !Gate::is_open(request.uri().path()) {
            let room = &self.gate.room;
            let Some(place) = room.enter() else {
                return Box::pin(ready(Ok(room.turn_away(request.headers()))));
            };
            request.extensions_mut().insert(place);
        }
        let inner = self.inner.clone();
        let gate = Arc::clone(&self.gate);
        Box::pin(async move {
            let path = request.uri().path();
            let mut line = Line::begin(path, gate.method(path), request.headers());
            let patience = Patience::of(request.headers());
            let answer = answer(&gate, inner, request, &mut line, patience);
            let response = match patience.limit(answer).await.flatten() {
                Ok(response) => complete(response, &line),
                Err(refusal) => turned_away(refusal, &line),
            };
            Ok(line.follow(response))
        })
    }
}

/// Judges the headers, reads the message, and hands both on.
async fn answer<S, B>(
    gate: &Gate,
    mut inner: S,
    mut request: Request<B>,
    line: &mut Line,
    patience: Patience,
) -> Result<Response<Body>, Refused>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: std::error::Error + Send + Sync,
{
    gate.admit(&mut request, line, patience)?;
    let request = if Gate::takes_one_message(request.uri().path()) {
        let (mut head, mut body) = request.into_parts();
        let message = one_message(&mut body).await?;
        gate.arrive(&mut head.extensions);
        Request::from_parts(head, Body::new(Full::new(message)))
    } else {
        request.map(Body::new)
    };
    match inner.call(request).await {
        Ok(response) => Ok(response),
    }
}

/// A refusal with what HTTP says besides.
fn turned_away(refusal: Refused, line: &Line) -> Response<Body> {
    let reason = refusal.texts.name;
    let mut response = refuse(refusal, line.locale, &line.trace_id).into_http();
    if reason == reason::HTTP_METHOD_UNKNOWN.name {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static("POST"));
    } else if reason == reason::CONTENT_TYPE_UNKNOWN.name {
        *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    } else if reason == reason::ENCODING_UNKNOWN.name {
        let identity = HeaderValue::from_static("identity");
        response
            .headers_mut()
            .insert("grpc-accept-encoding", identity);
    }
    response
}

/// Gives a status that tonic made by itself a reason and texts, like every other.
fn complete(response: Response<Body>, line: &Line) -> Response<Body> {
    let headers = response.headers();
    let Some(status) = Status::from_header_map(headers).filter(|it| it.code() != Code::Ok) else {
        return response;
    };
    if headers.contains_key("grpc-status-details-bin") {
        return response;
    }
    let refusal: Refused = match status.code() {
        Code::Unimplemented => reason::MethodUnknown { method: &line.path }.into(),
        Code::OutOfRange | Code::ResourceExhausted => reason::RequestTooLarge {
            limit_bytes: MESSAGE_BYTES_MAX,
        }
        .into(),
        Code::Internal | Code::InvalidArgument | Code::Unknown => reason::RequestUndecodable.into(),
        _ => reason::Internal {
            trace_id: &line.trace_id,
        }
        .into(),
    };
    tracing::debug!(
        trace_id = line.trace_id,
        status = status.message(),
        "completed"
    );
    refuse(refusal, line.locale, &line.trace_id).into_http()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use http_body_util::BodyExt;
    use token::Issuers;
    use tokio_util::task::TaskTracker;
    use tonic_types::StatusExt;

    use super::*;
    use crate::room::CALLS_MAX;
    use crate::service::Nouns;
    use calendar::Clock;

    static NOUNS: Nouns = Nouns {
        service: "nobody",
        packages: &[],
        schemas: &[],
        roles: &[],
        exclusive: &[],
        hides: None,
        rules: &[],
        measures: &[],
        acts: &[],
    };

    const CHECK: &str = "/grpc.health.v1.Health/Check";
    const HEAD: &str = "/norec.feed.v1.FeedService/GetHead";
    const REFLECT: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    /// How often something was done.
    #[derive(Clone, Debug, Default)]
    struct Count(Arc<AtomicUsize>);

    impl Count {
        fn add(&self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }

        fn get(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    /// Answers every call with nothing.
    #[derive(Clone, Debug, Default)]
    struct Inner(Count);

    impl Service<Request<Body>> for Inner {
        type Response = Response<Body>;
        type Error = Infallible;
        type Future = std::future::Ready<Result<Response<Body>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<Body>) -> Self::Future {
            self.0.add();
            ready(Ok(Response::new(Body::empty())))
        }
    }

    /// A front, what has come through it, and how often a body was read.
    struct Served {
        front: Front<Inner>,
        inner: Count,
        read: Count,
    }

    impl Served {
        fn new() -> Self {
            let inner = Inner::default();
            let gate = Gate::new(
                &NOUNS,
                Issuers::default(),
                Clock::System,
                TaskTracker::new(),
            );
            Self {
                inner: inner.0.clone(),
                front: Front::new(inner, Arc::new(gate)),
                read: Count::default(),
            }
        }

        /// The reason that a call without a token is refused for; empty when it was handed on.
        async fn reason(&mut self, path: &str, timeout: &str) -> String {
            let read = self.read.clone();
            let body = Full::new(Bytes::from_static(&[0; 5])).map_frame(move |frame| {
                read.add();
                frame
            });
            let request = Request::post(path)
                .header("content-type", "application/grpc")
                .header("grpc-timeout", timeout);
            let response = self.front.call(request.body(body).unwrap()).await.unwrap();
            let status = Status::from_header_map(response.headers());
            let details = status.and_then(|it| it.get_details_error_info());
            details.map(|it| it.reason).unwrap_or_default()
        }
    }

    /// With no room left, a call is told so before its token is looked for or its body read; health is
    /// answered as ever.
    #[tokio::test]
    async fn without_room_all_but_health_is_turned_away_unread() {
        let mut served = Served::new();
        for (path, free, full) in [
            (HEAD, "TOKEN_MISSING", "OVERLOADED"),
            (REFLECT, "TOKEN_MISSING", "OVERLOADED"),
            ("/a.B/C", "METHOD_UNKNOWN", "OVERLOADED"),
            (CHECK, "", ""),
        ] {
            for _ in 0..=CALLS_MAX {
                assert_eq!(
                    served.reason(path, "9S").await,
                    free,
                    "who is answered leaves"
                );
            }
            let inside = (served.inner.get(), served.read.get());
            let room = &served.front.gate.room;
            let places: Vec<_> = (0..CALLS_MAX).map_while(|_| room.enter()).collect();
            assert_eq!(places.len(), CALLS_MAX);
            assert_eq!(served.reason(path, "9S").await, full, "{path}");
            let handed_on = usize::from(path == CHECK);
            let expected = (inside.0 + handed_on, inside.1 + handed_on);
            assert_eq!((served.inner.get(), served.read.get()), expected);
        }
    }

    /// What comes too late is neither read nor handed on.
    #[tokio::test]
    async fn a_call_whose_deadline_has_passed_is_not_begun() {
        let mut served = Served::new();
        assert_eq!(served.reason(CHECK, "0n").await, "DEADLINE_PASSED");
        assert_eq!((served.inner.get(), served.read.get()), (0, 0));
    }
}

//! The one layer around the whole server. Outermost it names the trace, gives the call its time,
//! completes the statuses that tonic makes by itself, and writes one line per call; inside that the
//! gate judges who may call what, and then the message is read.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ALLOW, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use proto::{Refused, reason};
use tokio::time::timeout_at;
use tonic::body::Body;
use tonic::{Code, Status};
use tower::Service;

use crate::error::refuse;
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

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let inner = self.inner.clone();
        let gate = Arc::clone(&self.gate);
        Box::pin(async move {
            let path = request.uri().path();
            let mut line = Line::begin(path, gate.method(path), request.headers());
            let patience = Patience::of(request.headers());
            let answer = answer(&gate, inner, request, &mut line, patience);
            let answer = timeout_at(patience.until, answer).await;
            let response = match answer.unwrap_or_else(|_| Err(patience.ended())) {
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
        let (head, mut body) = request.into_parts();
        let message = one_message(&mut body).await?;
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

//! Calls as a stranger's client makes them: by plain HTTP/2, with headers and bodies of its own making.

use std::convert::Infallible;

use bytes::Bytes;
use futures::{StreamExt, stream};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use testkit::{Actor, Kit, Refusal};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{HeaderMap, Request, StatusCode, request};

/// A connection of plain HTTP/2.
pub(crate) struct Raw {
    sender: SendRequest<Body>,
    origin: String,
    /// Ends with the connection.
    pub(crate) ended: JoinHandle<()>,
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) http: StatusCode,
    pub(crate) headers: HeaderMap,
    /// What gRPC makes of it, where it is of gRPC.
    pub(crate) status: Option<Status>,
    /// The reply with its head; empty of a refusal.
    pub(crate) body: Bytes,
}

impl Answer {
    /// The refusal that it is, noted as one of this path.
    pub(crate) fn refusal(&self, actor: &Actor, path: &str) -> Refusal {
        let status = self.status.clone();
        actor.seen(path, status.unwrap_or_else(|| panic!("{self:?}")))
    }

    /// Bytes of its headers, as HTTP/2 counts them.
    pub(crate) fn header_bytes(&self) -> usize {
        let bytes = |name: &str, value: &[u8]| name.len() + value.len() + 32;
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| bytes(name.as_str(), value.as_bytes()));
        bytes(":status", b"200") + headers.sum::<usize>()
    }
}

impl Raw {
    /// A new connection to this service.
    pub(crate) async fn to(kit: &Kit) -> Self {
        let stream = TcpStream::connect(kit.address).await.unwrap();
        let executor = TokioExecutor::new();
        let (sender, connection) =
            hyper::client::conn::http2::handshake(executor, TokioIo::new(stream))
                .await
                .unwrap();
        Self {
            sender,
            origin: format!("http://{}", kit.address),
            ended: tokio::spawn(async move { drop(connection.await) }),
        }
    }

    /// A request of this path without anything.
    pub(crate) fn bare(&self, path: &str) -> request::Builder {
        Request::post(format!("{}{path}", self.origin))
    }

    /// A gRPC request of this path, by a caller with a token or none.
    pub(crate) fn call(&self, path: &str, actor: &Actor) -> request::Builder {
        let call = self.bare(path).header("content-type", "application/grpc");
        let metadata = actor.request(()).into_parts().0.into_headers();
        metadata
            .iter()
            .fold(call, |call, (name, value)| call.header(name, value))
    }

    /// Sends a request, and waits for the whole answer.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let mut sender = self.sender.clone();
        sender.ready().await.unwrap();
        let answer = sender.send_request(request).await.unwrap();
        let (http, mut headers) = (answer.status(), answer.headers().clone());
        let body = answer.into_body().collect().await.unwrap();
        headers.extend(body.trailers().cloned().unwrap_or_default());
        Answer {
            http,
            status: Status::from_header_map(&headers),
            headers,
            body: body.to_bytes(),
        }
    }
}

/// Messages behind one another, as gRPC writes them.
pub(crate) fn messages(messages: &[&[u8]]) -> Body {
    Body::new(Full::new(Bytes::from(framed(messages))))
}

fn framed(messages: &[&[u8]]) -> Vec<u8> {
    let frame = |message: &&[u8]| {
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        [&[0], &length[..], message].concat()
    };
    messages.iter().flat_map(frame).collect()
}

/// A message whose last byte is sent when it is asked for.
pub(crate) fn ended_by(message: &[u8], end: oneshot::Receiver<()>) -> Body {
    let mut first = Bytes::from(framed(&[message]));
    let last = first.split_off(first.len() - 1);
    let said = |bytes: Bytes| Ok::<_, Infallible>(Frame::data(bytes));
    let last = stream::once(async move {
        end.await.unwrap();
        said(last)
    });
    Body::new(StreamBody::new(
        stream::iter([said(first)]).chain(Box::pin(last)),
    ))
}

/// The first bytes of a message, and then silence without end.
pub(crate) fn silent_after(message: &[u8], bytes: usize) -> Body {
    let said = framed(&[message])[..bytes].to_vec();
    let said = Ok::<_, Infallible>(Frame::data(Bytes::from(said)));
    Body::new(StreamBody::new(
        stream::iter([said]).chain(stream::pending()),
    ))
}

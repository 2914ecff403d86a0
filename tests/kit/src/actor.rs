//! A caller as a value: `kari.call(request)` answers the reply or the refusal.

use std::sync::Arc;

use bytes::{Buf, BufMut};
use proto::Call;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

use crate::database::Database;
use crate::refusal::Refusal;
use crate::{journalled, outcomes};

/// A caller with a token.
#[derive(Clone, Debug)]
pub struct Actor {
    channel: Channel,
    token: Option<String>,
    database: Database,
}

impl Actor {
    pub(crate) fn new(channel: Channel, token: Option<String>, database: Database) -> Self {
        Self {
            channel,
            token,
            database,
        }
    }

    /// Calls the RPC of this request.
    pub async fn call<R: Call>(&self, request: R) -> Result<R::Reply, Refusal> {
        self.call_path(R::PATH, request).await
    }

    /// Calls the RPC of this request, with the same request_id as long as it is asked to send it again.
    pub async fn settled<R: Call + Clone>(self, request: R) -> Result<R::Reply, Refusal> {
        loop {
            match self.call(request.clone()).await {
                Err(refusal) if refusal.may_be_sent_again() => (),
                answered => return answered,
            }
        }
    }

    /// Calls the RPC of this request, or fails the test.
    pub async fn must<R: Call>(&self, request: R) -> R::Reply {
        let shown = format!("{request:?}");
        match self.call(request).await {
            Ok(reply) => reply,
            Err(refusal) => panic!("{} {shown} was refused: {}", R::PATH, refusal.status),
        }
    }

    /// Calls the RPC of this request, which must be refused for this reason.
    pub async fn refused<R: Call>(&self, request: R, reason: &str) -> Refusal {
        let shown = format!("{request:?}");
        match self.call(request).await {
            Ok(reply) => panic!("{} {shown} was answered: {reply:?}", R::PATH),
            Err(refusal) => {
                assert_eq!(
                    refusal.reason,
                    reason,
                    "{} {shown}: {}",
                    R::PATH,
                    refusal.status
                );
                refusal
            }
        }
    }

    /// Calls a path of the test's own making with a message.
    pub async fn call_path<Q, P>(&self, path: &str, message: Q) -> Result<P, Refusal>
    where
        Q: prost::Message + 'static,
        P: prost::Message + Default + 'static,
    {
        let sent = message.encode_to_vec();
        let mut client = Grpc::new(self.channel.clone());
        let result = match client.ready().await {
            Ok(()) => {
                let path_and_query = PathAndQuery::try_from(path).unwrap();
                let codec = ProstCodec::<Q, P>::default();
                client
                    .unary(self.request(message), path_and_query, codec)
                    .await
            }
            Err(error) => {
                let mut status = Status::unavailable(error.to_string());
                status.set_source(Arc::new(error));
                Err(status)
            }
        };
        let answered = result.map(tonic::Response::into_inner).map_err(Refusal::of);
        outcomes::note(self.database.service, path, answered.as_ref().err());
        if answered.is_ok() {
            journalled::check(&self.database, path, &sent).await;
        }
        answered
    }

    /// Calls a path with bytes that need not be a message; it must be refused.
    pub async fn call_bytes(&self, path: &str, bytes: Vec<u8>) -> Refusal {
        self.send_bytes(path, bytes).await.unwrap_err()
    }

    /// Calls a path with bytes, and drops what it is answered with.
    pub async fn send_bytes(&self, path: &str, bytes: Vec<u8>) -> Result<(), Refusal> {
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.unwrap();
        let path_and_query = PathAndQuery::try_from(path).unwrap();
        let answer = client
            .unary(self.request(bytes), path_and_query, BytesCodec)
            .await;
        answer.map(|_| ()).map_err(|status| self.seen(path, status))
    }

    /// A status that a test got by a client of its own, noted as [`Actor::call`] notes its own.
    pub fn seen(&self, path: &str, status: Status) -> Refusal {
        let refusal = Refusal::of(status);
        outcomes::note(self.database.service, path, Some(&refusal));
        refusal
    }

    /// A request with this caller's token.
    pub fn request<Q>(&self, message: Q) -> Request<Q> {
        let mut request = Request::new(message);
        if let Some(token) = &self.token {
            let value = format!("Bearer {token}").parse().unwrap();
            request.metadata_mut().insert("authorization", value);
        }
        request
    }

    /// The channel, for what [`Actor::call`] does not do.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }
}

/// Sends bytes as they are.
#[derive(Debug, Default)]
struct BytesCodec;

impl Codec for BytesCodec {
    type Encode = Vec<u8>;
    type Decode = ();
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for BytesCodec {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, bytes: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&bytes);
        Ok(())
    }
}

impl Decoder for BytesCodec {
    type Item = ();
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<()>, Status> {
        buffer.advance(buffer.remaining());
        Ok(Some(()))
    }
}

/// A new request_id.
pub fn id() -> String {
    uuid::Uuid::now_v7().to_string()
}

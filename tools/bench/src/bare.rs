//! The yardstick of calls: tonic as it comes, which answers every `GetAgreement` with one stored message.
//!
//! It does what the generated server does for that method, without tokens, deadlines, a database or a
//! line in a log.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::path::Path;
use std::task::{Context as TaskContext, Poll};

use anyhow::{Context, Result};
use prost::Message;
use proto::grants::v1 as pb;
use tonic::body::Body;
use tonic::codegen::BoxFuture;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower::Service;

#[derive(Clone, Debug)]
struct Bare(pb::Agreement);

/// Serves what is stored in a file until it is ended.
pub(crate) async fn serve(stored: &Path, address_file: &Path) -> Result<()> {
    let stored = std::fs::read(stored).with_context(|| stored.display().to_string())?;
    let bare = Bare(Message::decode(&*stored)?);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let unfinished = address_file.with_extension("unfinished");
    std::fs::write(&unfinished, listener.local_addr()?.to_string())?;
    std::fs::rename(unfinished, address_file)?;
    #[expect(clippy::disallowed_methods, reason = "what ours is measured against")]
    tonic::transport::Server::builder()
        .add_service(bare)
        // As `serve` does by default; a listener of one's own would be served with Nagle's delay.
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
        .await?;
    Ok(())
}

impl NamedService for Bare {
    const NAME: &'static str = "norec.grants.v1.AgreementService";
}

impl Service<http::Request<Body>> for Bare {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let bare = self.clone();
        Box::pin(async move {
            let codec = ProstCodec::<pb::Agreement, pb::GetAgreementRequest>::default();
            Ok(Grpc::new(codec).unary(bare, request).await)
        })
    }
}

impl UnaryService<pb::GetAgreementRequest> for Bare {
    type Response = pb::Agreement;
    type Future = Ready<Result<Response<pb::Agreement>, Status>>;

    fn call(&mut self, _: Request<pb::GetAgreementRequest>) -> Self::Future {
        ready(Ok(Response::new(self.0.clone())))
    }
}

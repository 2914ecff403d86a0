//! Who calls: a token over a connection, with or without a deadline.

use std::time::Duration;

use anyhow::{Result, anyhow};
use proto::Call;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_prost::ProstCodec;

/// A caller with a token.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    grpc: Grpc<Channel>,
    bearer: MetadataValue<Ascii>,
    deadline: Option<Duration>,
}

impl Caller {
    pub(crate) fn new(at: &Channel, token: &str) -> Result<Self> {
        Ok(Self {
            grpc: Grpc::new(at.clone()),
            bearer: format!("Bearer {token}").parse()?,
            deadline: None,
        })
    }

    /// The same with a deadline.
    pub(crate) fn within(&self, deadline: Duration) -> Self {
        Self {
            deadline: Some(deadline),
            ..self.clone()
        }
    }

    /// Calls; what is not answered well is a status.
    pub(crate) async fn call<R: Call>(&self, message: R) -> Result<R::Reply, Status> {
        let mut grpc = self.grpc.clone();
        let ready = grpc.ready().await;
        ready.map_err(|it| Status::from_error(it.into()))?;
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", self.bearer.clone());
        if let Some(deadline) = self.deadline {
            request.set_timeout(deadline);
        }
        let path = PathAndQuery::from_static(R::PATH);
        let codec = ProstCodec::<R, R::Reply>::default();
        Ok(grpc.unary(request, path, codec).await?.into_inner())
    }

    /// The same where another answer ends the run.
    pub(crate) async fn must<R: Call>(&self, message: R) -> Result<R::Reply> {
        self.call(message)
            .await
            .map_err(|it| anyhow!("{}: {it}", R::PATH))
    }
}

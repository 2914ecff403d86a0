//! `CutoffService`: who answers what.

use platform::{Rpc, rpc};
use proto::governance::v1 as pb;
use proto::governance::v1::cutoff_service_server::CutoffService;
use tonic::Request;

use crate::App;
use crate::handlers::{cutoffs, sources};

#[tonic::async_trait]
impl CutoffService for App {
    async fn list_sources(
        &self,
        request: Request<pb::ListSourcesRequest>,
    ) -> Rpc<pb::ListSourcesResponse> {
        rpc(self, request, sources::list).await
    }

    async fn resume_source(&self, request: Request<pb::ResumeSourceRequest>) -> Rpc<pb::Source> {
        rpc(self, request, sources::resume).await
    }

    async fn close_cutoff(&self, request: Request<pb::CloseCutoffRequest>) -> Rpc<pb::Cutoff> {
        rpc(self, request, cutoffs::close).await
    }

    async fn cancel_cutoff(&self, request: Request<pb::CancelCutoffRequest>) -> Rpc<pb::Cutoff> {
        rpc(self, request, cutoffs::cancel).await
    }

    async fn get_cutoff(&self, request: Request<pb::GetCutoffRequest>) -> Rpc<pb::Cutoff> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_cutoffs(
        &self,
        request: Request<pb::ListCutoffsRequest>,
    ) -> Rpc<pb::ListCutoffsResponse> {
        rpc(self, request, cutoffs::list).await
    }
}

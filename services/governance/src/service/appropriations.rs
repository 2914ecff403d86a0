//! `AppropriationService`: who answers what.

use platform::{Rpc, rpc};
use proto::governance::v1 as pb;
use proto::governance::v1::appropriation_service_server::AppropriationService;
use tonic::Request;

use crate::App;
use crate::handlers::appropriations;

#[tonic::async_trait]
impl AppropriationService for App {
    async fn record_appropriation(
        &self,
        request: Request<pb::RecordAppropriationRequest>,
    ) -> Rpc<pb::Appropriation> {
        rpc(self, request, appropriations::record).await
    }

    async fn reverse_appropriation(
        &self,
        request: Request<pb::ReverseAppropriationRequest>,
    ) -> Rpc<pb::Appropriation> {
        rpc(self, request, appropriations::reverse).await
    }

    async fn get_appropriation(
        &self,
        request: Request<pb::GetAppropriationRequest>,
    ) -> Rpc<pb::Appropriation> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_appropriations(
        &self,
        request: Request<pb::ListAppropriationsRequest>,
    ) -> Rpc<pb::ListAppropriationsResponse> {
        rpc(self, request, appropriations::list).await
    }
}

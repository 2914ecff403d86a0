//! `SchemeService`: who answers what.

use platform::{Rpc, rpc};
use proto::grants::v1 as pb;
use proto::grants::v1::scheme_service_server::SchemeService;
use tonic::Request;

use crate::App;
use crate::handlers::scheme_editions;

#[tonic::async_trait]
impl SchemeService for App {
    async fn create_scheme_edition(
        &self,
        request: Request<pb::CreateSchemeEditionRequest>,
    ) -> Rpc<pb::SchemeEdition> {
        rpc(self, request, scheme_editions::create).await
    }

    async fn get_scheme_edition(
        &self,
        request: Request<pb::GetSchemeEditionRequest>,
    ) -> Rpc<pb::SchemeEdition> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_scheme_editions(
        &self,
        request: Request<pb::ListSchemeEditionsRequest>,
    ) -> Rpc<pb::ListSchemeEditionsResponse> {
        rpc(self, request, scheme_editions::list).await
    }

    async fn pause_scheme_edition(
        &self,
        request: Request<pb::PauseSchemeEditionRequest>,
    ) -> Rpc<pb::SchemeEdition> {
        rpc(self, request, scheme_editions::pause).await
    }

    async fn resume_scheme_edition(
        &self,
        request: Request<pb::ResumeSchemeEditionRequest>,
    ) -> Rpc<pb::SchemeEdition> {
        rpc(self, request, scheme_editions::resume).await
    }

    async fn close_scheme_edition(
        &self,
        request: Request<pb::CloseSchemeEditionRequest>,
    ) -> Rpc<pb::SchemeEdition> {
        rpc(self, request, scheme_editions::close).await
    }
}

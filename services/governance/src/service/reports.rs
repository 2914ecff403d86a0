//! `ReportService`: who answers what.

use platform::{Rpc, rpc};
use proto::governance::v1 as pb;
use proto::governance::v1::report_service_server::ReportService;
use tonic::Request;

use crate::App;
use crate::handlers::{rendering, reports};

#[tonic::async_trait]
impl ReportService for App {
    async fn create_report(&self, request: Request<pb::CreateReportRequest>) -> Rpc<pb::Report> {
        rpc(self, request, reports::create).await
    }

    async fn update_report(&self, request: Request<pb::UpdateReportRequest>) -> Rpc<pb::Report> {
        rpc(self, request, reports::update).await
    }

    async fn check_report(&self, request: Request<pb::CheckReportRequest>) -> Rpc<pb::Report> {
        rpc(self, request, reports::check).await
    }

    async fn get_report(&self, request: Request<pb::GetReportRequest>) -> Rpc<pb::Report> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_reports(
        &self,
        request: Request<pb::ListReportsRequest>,
    ) -> Rpc<pb::ListReportsResponse> {
        rpc(self, request, reports::list).await
    }

    async fn render_report(
        &self,
        request: Request<pb::RenderReportRequest>,
    ) -> Rpc<pb::RenderReportResponse> {
        rpc(self, request, rendering::render).await
    }
}

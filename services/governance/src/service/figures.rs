//! `FigureService`: who answers what.

use platform::{Rpc, rpc};
use proto::governance::v1 as pb;
use proto::governance::v1::figure_service_server::FigureService;
use tonic::Request;

use crate::App;
use crate::handlers::{figures, indicators, restatements};

#[tonic::async_trait]
impl FigureService for App {
    async fn create_indicator(
        &self,
        request: Request<pb::CreateIndicatorRequest>,
    ) -> Rpc<pb::Indicator> {
        rpc(self, request, indicators::create).await
    }

    async fn get_indicator(&self, request: Request<pb::GetIndicatorRequest>) -> Rpc<pb::Indicator> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_indicators(
        &self,
        request: Request<pb::ListIndicatorsRequest>,
    ) -> Rpc<pb::ListIndicatorsResponse> {
        rpc(self, request, indicators::list).await
    }

    async fn get_figure(&self, request: Request<pb::GetFigureRequest>) -> Rpc<pb::Figure> {
        rpc(self, request, figures::get).await
    }

    async fn list_figures(
        &self,
        request: Request<pb::ListFiguresRequest>,
    ) -> Rpc<pb::ListFiguresResponse> {
        rpc(self, request, figures::list).await
    }

    async fn explain_figure(
        &self,
        request: Request<pb::ExplainFigureRequest>,
    ) -> Rpc<pb::ExplainFigureResponse> {
        rpc(self, request, figures::explain).await
    }

    async fn recompute_figure(
        &self,
        request: Request<pb::RecomputeFigureRequest>,
    ) -> Rpc<pb::RecomputeFigureResponse> {
        rpc(self, request, figures::recompute).await
    }

    async fn list_restatements(
        &self,
        request: Request<pb::ListRestatementsRequest>,
    ) -> Rpc<pb::ListRestatementsResponse> {
        rpc(self, request, restatements::list).await
    }

    async fn list_restatement_facts(
        &self,
        request: Request<pb::ListRestatementFactsRequest>,
    ) -> Rpc<pb::ListRestatementFactsResponse> {
        rpc(self, request, restatements::facts).await
    }
}

//! `AgreementService`: who answers what.

use platform::{Rpc, rpc};
use proto::grants::v1 as pb;
use proto::grants::v1::agreement_service_server::AgreementService;
use tonic::Request;

use crate::App;
use crate::handlers::agreements;

#[tonic::async_trait]
impl AgreementService for App {
    async fn create_agreement(
        &self,
        request: Request<pb::CreateAgreementRequest>,
    ) -> Rpc<pb::Agreement> {
        rpc(self, request, agreements::create).await
    }

    async fn award_agreement(
        &self,
        request: Request<pb::AwardAgreementRequest>,
    ) -> Rpc<pb::Agreement> {
        rpc(self, request, agreements::award).await
    }

    async fn sign_agreement(
        &self,
        request: Request<pb::SignAgreementRequest>,
    ) -> Rpc<pb::Agreement> {
        rpc(self, request, agreements::sign).await
    }

    async fn close_agreement(
        &self,
        request: Request<pb::CloseAgreementRequest>,
    ) -> Rpc<pb::Agreement> {
        rpc(self, request, agreements::close).await
    }

    async fn correct_agreement(
        &self,
        request: Request<pb::CorrectAgreementRequest>,
    ) -> Rpc<pb::Agreement> {
        rpc(self, request, agreements::correct).await
    }

    async fn confirm_agreement_correction(
        &self,
        request: Request<pb::ConfirmAgreementCorrectionRequest>,
    ) -> Rpc<pb::Agreement> {
        rpc(self, request, agreements::confirm_correction).await
    }

    async fn get_agreement(&self, request: Request<pb::GetAgreementRequest>) -> Rpc<pb::Agreement> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_agreements(
        &self,
        request: Request<pb::ListAgreementsRequest>,
    ) -> Rpc<pb::ListAgreementsResponse> {
        rpc(self, request, agreements::list).await
    }
}

//! `DisbursementService`: who answers what.

use platform::{Rpc, rpc};
use proto::grants::v1 as pb;
use proto::grants::v1::disbursement_service_server::DisbursementService;
use tonic::Request;

use crate::App;
use crate::handlers::disbursements;

#[tonic::async_trait]
impl DisbursementService for App {
    async fn request_disbursement(
        &self,
        request: Request<pb::RequestDisbursementRequest>,
    ) -> Rpc<pb::Disbursement> {
        rpc(self, request, disbursements::request).await
    }

    async fn decide_disbursement(
        &self,
        request: Request<pb::DecideDisbursementRequest>,
    ) -> Rpc<pb::Disbursement> {
        rpc(self, request, disbursements::decide).await
    }

    async fn attest_disbursement(
        &self,
        request: Request<pb::AttestDisbursementRequest>,
    ) -> Rpc<pb::Disbursement> {
        rpc(self, request, disbursements::attest).await
    }

    async fn void_disbursement(
        &self,
        request: Request<pb::VoidDisbursementRequest>,
    ) -> Rpc<pb::Disbursement> {
        rpc(self, request, disbursements::void).await
    }

    async fn mark_disbursement_paid(
        &self,
        request: Request<pb::MarkDisbursementPaidRequest>,
    ) -> Rpc<pb::Disbursement> {
        rpc(self, request, disbursements::mark_paid).await
    }

    async fn correct_payment(
        &self,
        request: Request<pb::CorrectPaymentRequest>,
    ) -> Rpc<pb::Disbursement> {
        rpc(self, request, disbursements::correct).await
    }

    async fn get_disbursement(
        &self,
        request: Request<pb::GetDisbursementRequest>,
    ) -> Rpc<pb::Disbursement> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_disbursements(
        &self,
        request: Request<pb::ListDisbursementsRequest>,
    ) -> Rpc<pb::ListDisbursementsResponse> {
        rpc(self, request, disbursements::list).await
    }
}

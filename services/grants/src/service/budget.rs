//! `BudgetService`: who answers what.

use platform::{Rpc, rpc};
use proto::grants::v1 as pb;
use proto::grants::v1::budget_service_server::BudgetService;
use tonic::Request;

use crate::App;
use crate::handlers::{allocation_lines, delegations, frames};

#[tonic::async_trait]
impl BudgetService for App {
    async fn create_allocation_line(
        &self,
        request: Request<pb::CreateAllocationLineRequest>,
    ) -> Rpc<pb::AllocationLine> {
        rpc(self, request, allocation_lines::create).await
    }

    async fn confirm_allocation_line(
        &self,
        request: Request<pb::ConfirmAllocationLineRequest>,
    ) -> Rpc<pb::AllocationLine> {
        rpc(self, request, allocation_lines::confirm).await
    }

    async fn reverse_allocation_line(
        &self,
        request: Request<pb::ReverseAllocationLineRequest>,
    ) -> Rpc<pb::AllocationLine> {
        rpc(self, request, allocation_lines::reverse).await
    }

    async fn confirm_allocation_line_reversal(
        &self,
        request: Request<pb::ConfirmAllocationLineReversalRequest>,
    ) -> Rpc<pb::AllocationLine> {
        rpc(self, request, allocation_lines::confirm_reversal).await
    }

    async fn get_allocation_line(
        &self,
        request: Request<pb::GetAllocationLineRequest>,
    ) -> Rpc<pb::AllocationLine> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_allocation_lines(
        &self,
        request: Request<pb::ListAllocationLinesRequest>,
    ) -> Rpc<pb::ListAllocationLinesResponse> {
        rpc(self, request, allocation_lines::list).await
    }

    async fn get_frame(&self, request: Request<pb::GetFrameRequest>) -> Rpc<pb::Frame> {
        rpc(self, request, frames::get).await
    }

    async fn create_delegation(
        &self,
        request: Request<pb::CreateDelegationRequest>,
    ) -> Rpc<pb::Delegation> {
        rpc(self, request, delegations::create).await
    }

    async fn end_delegation(
        &self,
        request: Request<pb::EndDelegationRequest>,
    ) -> Rpc<pb::Delegation> {
        rpc(self, request, delegations::end).await
    }

    async fn get_delegation(
        &self,
        request: Request<pb::GetDelegationRequest>,
    ) -> Rpc<pb::Delegation> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_delegations(
        &self,
        request: Request<pb::ListDelegationsRequest>,
    ) -> Rpc<pb::ListDelegationsResponse> {
        rpc(self, request, delegations::list).await
    }
}

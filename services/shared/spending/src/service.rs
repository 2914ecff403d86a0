//! The table of contents: who answers what.

use proto::spending::v1 as pb;
use proto::spending::v1::budget_service_server::{BudgetService, BudgetServiceServer};
use proto::spending::v1::disbursement_service_server::{
    DisbursementService, DisbursementServiceServer,
};
use tonic::service::RoutesBuilder;

use crate::app::Spending;
use crate::handlers::{allocation_lines, delegations, disbursements, frames};

platform::service! {
    BudgetService for Spending in pb {
        create_allocation_line(CreateAllocationLineRequest) => allocation_lines::create,
        confirm_allocation_line(ConfirmAllocationLineRequest) => allocation_lines::confirm,
        reverse_allocation_line(ReverseAllocationLineRequest) => allocation_lines::reverse,
        confirm_allocation_line_reversal(ConfirmAllocationLineReversalRequest) => allocation_lines::confirm_reversal,
        get_allocation_line(GetAllocationLineRequest) => platform::get,
        list_allocation_lines(ListAllocationLinesRequest) => allocation_lines::list,
        get_frame(GetFrameRequest) => frames::get,
        create_delegation(CreateDelegationRequest) => delegations::create,
        end_delegation(EndDelegationRequest) => delegations::end,
        get_delegation(GetDelegationRequest) => platform::get,
        list_delegations(ListDelegationsRequest) => delegations::list,
    }
}

platform::service! {
    DisbursementService for Spending in pb {
        request_disbursement(RequestDisbursementRequest) => disbursements::request,
        decide_disbursement(DecideDisbursementRequest) => disbursements::decide,
        attest_disbursement(AttestDisbursementRequest) => disbursements::attest,
        void_disbursement(VoidDisbursementRequest) => disbursements::void,
        mark_disbursement_paid(MarkDisbursementPaidRequest) => disbursements::mark_paid,
        correct_payment(CorrectPaymentRequest) => disbursements::correct,
        get_disbursement(GetDisbursementRequest) => platform::get,
        list_disbursements(ListDisbursementsRequest) => disbursements::list,
    }
}

/// Adds both to a service's server.
pub fn add(routes: &mut RoutesBuilder, spending: Spending) {
    routes
        .add_service(BudgetServiceServer::new(spending.clone()))
        .add_service(DisbursementServiceServer::new(spending));
}

//! The table of contents: who answers what.

use proto::spending::v1 as pb;
use proto::spending::v1::budget_service_server::{BudgetService, BudgetServiceServer};
use proto::spending::v1::disbursement_service_server::{
    DisbursementService, DisbursementServiceServer,
};
use proto::spending::v1::freeze_service_server::{FreezeService, FreezeServiceServer};
use tonic::service::RoutesBuilder;

use crate::app::Spending;
use crate::handlers::{allocation_lines, delegations, disbursements, frames, freezes};

platform::service! {
    BudgetService for Spending in pb {
        create_allocation_line(CreateAllocationLineRequest) => allocation_lines::create,
        confirm_allocation_line(ConfirmAllocationLineRequest) => allocation_lines::confirm,
        reverse_allocation_line(ReverseAllocationLineRequest) => allocation_lines::reverse,
        confirm_allocation_line_reversal(ConfirmAllocationLineReversalRequest) => allocation_lines::confirm_reversal,
        get_allocation_line(GetAllocationLineRequest) => platform::get,
        list_allocation_lines(ListAllocationLinesRequest) => allocation_lines::list,
        get_frame(GetFrameRequest) => frames::get,
        list_frames(ListFramesRequest) => frames::list,
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
        return_payment(ReturnPaymentRequest) => disbursements::give_back,
        correct_payment(CorrectPaymentRequest) => disbursements::correct,
        get_disbursement(GetDisbursementRequest) => platform::get,
        list_disbursements(ListDisbursementsRequest) => disbursements::list,
        list_payable_disbursements(ListPayableDisbursementsRequest) => disbursements::list_payable,
    }
}

platform::service! {
    FreezeService for Spending in pb {
        create_freeze(CreateFreezeRequest) => freezes::create,
        request_lift(RequestLiftRequest) => freezes::request_lift,
        confirm_lift(ConfirmLiftRequest) => freezes::confirm_lift,
        get_freeze(GetFreezeRequest) => platform::get,
        list_freezes(ListFreezesRequest) => freezes::list,
    }
}

/// Adds all of them to a service's server.
pub fn add(routes: &mut RoutesBuilder, spending: Spending) {
    routes
        .add_service(BudgetServiceServer::new(spending.clone()))
        .add_service(DisbursementServiceServer::new(spending.clone()))
        .add_service(FreezeServiceServer::new(spending));
}

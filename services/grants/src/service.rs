//! The table of contents: who answers what.

use proto::grants::v1 as pb;
use proto::grants::v1::agreement_service_server::{AgreementService, AgreementServiceServer};
use proto::grants::v1::budget_service_server::{BudgetService, BudgetServiceServer};
use proto::grants::v1::disbursement_service_server::{
    DisbursementService, DisbursementServiceServer,
};
use proto::grants::v1::scheme_service_server::{SchemeService, SchemeServiceServer};
use tonic::service::RoutesBuilder;

use crate::App;
use crate::handlers::{
    agreements, allocation_lines, delegations, disbursements, frames, scheme_editions,
};

platform::service! {
    SchemeService for App in pb {
        create_scheme_edition(CreateSchemeEditionRequest) => scheme_editions::create,
        get_scheme_edition(GetSchemeEditionRequest) => platform::get,
        list_scheme_editions(ListSchemeEditionsRequest) => scheme_editions::list,
        pause_scheme_edition(PauseSchemeEditionRequest) => scheme_editions::pause,
        resume_scheme_edition(ResumeSchemeEditionRequest) => scheme_editions::resume,
        close_scheme_edition(CloseSchemeEditionRequest) => scheme_editions::close,
    }
}

platform::service! {
    BudgetService for App in pb {
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
    AgreementService for App in pb {
        create_agreement(CreateAgreementRequest) => agreements::create,
        award_agreement(AwardAgreementRequest) => agreements::award,
        sign_agreement(SignAgreementRequest) => agreements::sign,
        close_agreement(CloseAgreementRequest) => agreements::close,
        correct_agreement(CorrectAgreementRequest) => agreements::correct,
        confirm_agreement_correction(ConfirmAgreementCorrectionRequest) => agreements::confirm_correction,
        get_agreement(GetAgreementRequest) => platform::get,
        list_agreements(ListAgreementsRequest) => agreements::list,
    }
}

platform::service! {
    DisbursementService for App in pb {
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

/// Adds all of them to the server.
pub(crate) fn add(routes: &mut RoutesBuilder, app: App) {
    routes
        .add_service(SchemeServiceServer::new(app.clone()))
        .add_service(BudgetServiceServer::new(app.clone()))
        .add_service(AgreementServiceServer::new(app.clone()))
        .add_service(DisbursementServiceServer::new(app));
}

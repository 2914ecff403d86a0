//! The table of contents: who answers what.

use proto::grants::v1 as pb;
use proto::grants::v1::agreement_service_server::{AgreementService, AgreementServiceServer};
use proto::grants::v1::scheme_service_server::{SchemeService, SchemeServiceServer};
use spending::Spending;
use tonic::service::RoutesBuilder;

use crate::App;
use crate::handlers::{agreements, amendments, scheme_editions};
use crate::spends::SPENDS;

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
    AgreementService for App in pb {
        create_agreement(CreateAgreementRequest) => agreements::create,
        update_agreement(UpdateAgreementRequest) => agreements::update,
        drop_agreement(DropAgreementRequest) => agreements::drop_draft,
        award_agreement(AwardAgreementRequest) => agreements::award,
        cancel_award(CancelAwardRequest) => agreements::cancel,
        sign_agreement(SignAgreementRequest) => agreements::sign,
        confirm_commitment(ConfirmCommitmentRequest) => amendments::confirm_commitment,
        enter_amendment(EnterAmendmentRequest) => amendments::enter,
        drop_amendment(DropAmendmentRequest) => amendments::drop_waiting,
        decide_amendment(DecideAmendmentRequest) => amendments::decide,
        sign_amendment(SignAmendmentRequest) => amendments::sign,
        close_agreement(CloseAgreementRequest) => agreements::close,
        correct_agreement(CorrectAgreementRequest) => agreements::correct,
        confirm_agreement_correction(ConfirmAgreementCorrectionRequest) => agreements::confirm_correction,
        get_agreement(GetAgreementRequest) => platform::get,
        list_agreements(ListAgreementsRequest) => agreements::list,
    }
}

/// Adds all of them to the server.
pub(crate) fn add(routes: &mut RoutesBuilder, app: App) {
    let spending = Spending {
        db: app.db.clone(),
        spends: &SPENDS,
    };
    spending::add(routes, spending);
    routes
        .add_service(SchemeServiceServer::new(app.clone()))
        .add_service(AgreementServiceServer::new(app));
}

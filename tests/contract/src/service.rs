//! The table of contents: who answers what.

use platform::Db;
use spending::Spending;
use tonic::service::RoutesBuilder;

use crate::app::App;
use crate::handlers::{amendments, contests, pledges};
use crate::spends::SPENDS;
use crate::testing::v1 as pb;
use crate::testing::v1::contest_service_server::{ContestService, ContestServiceServer};
use crate::testing::v1::dossier_service_server::DossierServiceServer;
use crate::testing::v1::pledge_service_server::{PledgeService, PledgeServiceServer};
use crate::testing::v1::visitor_service_server::{VisitorService, VisitorServiceServer};
use crate::testing::v1::wish_service_server::WishServiceServer;
use crate::visitors::handlers as visitors;

platform::service! {
    PledgeService for App in pb {
        create_pledge(CreatePledgeRequest) => pledges::create,
        update_pledge(UpdatePledgeRequest) => pledges::update,
        drop_pledge(DropPledgeRequest) => pledges::drop_draft,
        award_pledge(AwardPledgeRequest) => pledges::award,
        award_replacement(AwardReplacementRequest) => pledges::award_replacement,
        cancel_pledge(CancelPledgeRequest) => pledges::cancel,
        close_pledge(ClosePledgeRequest) => pledges::close,
        confirm_pledge_commitment(ConfirmPledgeCommitmentRequest) => amendments::confirm_commitment,
        enter_amendment(EnterAmendmentRequest) => amendments::enter,
        drop_amendment(DropAmendmentRequest) => amendments::drop_waiting,
        decide_amendment(DecideAmendmentRequest) => amendments::decide,
        sign_amendment(SignAmendmentRequest) => amendments::sign,
        correct_pledge(CorrectPledgeRequest) => amendments::correct,
        confirm_pledge_correction(ConfirmPledgeCorrectionRequest) => amendments::confirm_correction,
        get_pledge(GetPledgeRequest) => platform::get,
    }
}

platform::service! {
    VisitorService for App in pb {
        create_visitor(CreateVisitorRequest) => visitors::create,
        update_visitor(UpdateVisitorRequest) => visitors::update,
        admit_visitor(AdmitVisitorRequest) => visitors::admit,
        reject_visitor(RejectVisitorRequest) => visitors::reject,
        get_visitor(GetVisitorRequest) => platform::get,
        list_visitors(ListVisitorsRequest) => visitors::list,
        create_interview(CreateInterviewRequest) => visitors::create_interview,
        add_remarks(AddRemarksRequest) => visitors::add_remarks,
        get_interview(GetInterviewRequest) => platform::get,
    }
}

platform::service! {
    ContestService for App in pb {
        create_contest(CreateContestRequest) => contests::create,
        enter_contest(EnterContestRequest) => contests::enter,
        remove_entry(RemoveEntryRequest) => contests::remove,
        lend_cup(LendCupRequest) => contests::lend,
        get_contest(GetContestRequest) => platform::get,
    }
}

/// Adds its own services and spending's to the server.
pub(crate) fn add(routes: &mut RoutesBuilder, db: Db) {
    let spending = Spending {
        db: db.clone(),
        spends: &SPENDS,
    };
    spending::add(routes, spending);
    let app = App { db };
    routes.add_service(DossierServiceServer::new(app.clone()));
    routes.add_service(WishServiceServer::new(app.clone()));
    routes.add_service(VisitorServiceServer::new(app.clone()));
    routes.add_service(ContestServiceServer::new(app.clone()));
    routes.add_service(PledgeServiceServer::new(app));
}

//! The table of contents: who answers what.

use platform::Db;
use spending::Spending;
use tonic::service::RoutesBuilder;

use crate::app::App;
use crate::handlers;
use crate::spends::SPENDS;
use crate::testing::v1 as pb;
use crate::testing::v1::pledge_service_server::{PledgeService, PledgeServiceServer};

platform::service! {
    PledgeService for App in pb {
        create_pledge(CreatePledgeRequest) => handlers::create,
        award_pledge(AwardPledgeRequest) => handlers::award,
        award_replacement(AwardReplacementRequest) => handlers::award_replacement,
        close_pledge(ClosePledgeRequest) => handlers::close,
        get_pledge(GetPledgeRequest) => platform::get,
    }
}

/// Adds its own service and spending's to the server.
pub(crate) fn add(routes: &mut RoutesBuilder, db: Db) {
    let spending = Spending {
        db: db.clone(),
        spends: &SPENDS,
    };
    spending::add(routes, spending);
    routes.add_service(PledgeServiceServer::new(App { db }));
}

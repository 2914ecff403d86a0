//! The tables of contents: one file per gRPC service, one statement per RPC.

mod agreements;
mod budget;
mod disbursements;
mod schemes;

use platform::MESSAGE_BYTES_MAX;
use proto::grants::v1::agreement_service_server::{self, AgreementServiceServer};
use proto::grants::v1::budget_service_server::{self, BudgetServiceServer};
use proto::grants::v1::disbursement_service_server::{self, DisbursementServiceServer};
use proto::grants::v1::scheme_service_server::{self, SchemeServiceServer};
use tonic::service::RoutesBuilder;

use crate::App;

/// Full names of the gRPC services.
pub(crate) const NAMES: &[&str] = &[
    scheme_service_server::SERVICE_NAME,
    budget_service_server::SERVICE_NAME,
    agreement_service_server::SERVICE_NAME,
    disbursement_service_server::SERVICE_NAME,
];

/// Adds them to the server.
pub(crate) fn add(routes: &mut RoutesBuilder, app: App) {
    routes
        .add_service(
            SchemeServiceServer::new(app.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX),
        )
        .add_service(
            BudgetServiceServer::new(app.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX),
        )
        .add_service(
            AgreementServiceServer::new(app.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX),
        )
        .add_service(
            DisbursementServiceServer::new(app).max_decoding_message_size(MESSAGE_BYTES_MAX),
        );
}

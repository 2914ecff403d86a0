//! The tables of contents: one file per gRPC service, one statement per RPC.

mod budget;
mod schemes;

use platform::MESSAGE_BYTES_MAX;
use proto::grants::v1::budget_service_server::{self, BudgetServiceServer};
use proto::grants::v1::scheme_service_server::{self, SchemeServiceServer};
use tonic::service::RoutesBuilder;

use crate::App;

/// Full names of the gRPC services.
pub(crate) const NAMES: &[&str] = &[
    scheme_service_server::SERVICE_NAME,
    budget_service_server::SERVICE_NAME,
];

/// Adds them to the server.
pub(crate) fn add(routes: &mut RoutesBuilder, app: App) {
    routes.add_service(
        SchemeServiceServer::new(app.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX),
    );
    routes.add_service(BudgetServiceServer::new(app).max_decoding_message_size(MESSAGE_BYTES_MAX));
}

//! The tables of contents: one file per gRPC service, one statement per RPC.

mod cutoffs;
mod figures;

use platform::MESSAGE_BYTES_MAX;
use proto::governance::v1::cutoff_service_server::{self, CutoffServiceServer};
use proto::governance::v1::figure_service_server::{self, FigureServiceServer};
use tonic::service::RoutesBuilder;

use crate::App;

/// Full names of the gRPC services.
pub(crate) const NAMES: &[&str] = &[
    cutoff_service_server::SERVICE_NAME,
    figure_service_server::SERVICE_NAME,
];

/// Adds them to the server.
pub(crate) fn add(routes: &mut RoutesBuilder, app: App) {
    routes
        .add_service(
            CutoffServiceServer::new(app.clone()).max_decoding_message_size(MESSAGE_BYTES_MAX),
        )
        .add_service(FigureServiceServer::new(app).max_decoding_message_size(MESSAGE_BYTES_MAX));
}

//! The tables of contents: one file per gRPC service, one statement per RPC.

mod appropriations;
mod cutoffs;
mod figures;
mod ledger;
mod reports;

use platform::MESSAGE_BYTES_MAX;
use proto::governance::v1::appropriation_service_server::{self, AppropriationServiceServer};
use proto::governance::v1::cutoff_service_server::{self, CutoffServiceServer};
use proto::governance::v1::figure_service_server::{self, FigureServiceServer};
use proto::governance::v1::ledger_service_server::{self, LedgerServiceServer};
use proto::governance::v1::report_service_server::{self, ReportServiceServer};
use tonic::service::RoutesBuilder;

use crate::App;

/// Full names of the gRPC services.
pub(crate) const NAMES: &[&str] = &[
    ledger_service_server::SERVICE_NAME,
    appropriation_service_server::SERVICE_NAME,
    cutoff_service_server::SERVICE_NAME,
    figure_service_server::SERVICE_NAME,
    report_service_server::SERVICE_NAME,
];

/// Adds them to the server.
pub(crate) fn add(routes: &mut RoutesBuilder, app: App) {
    let limit = MESSAGE_BYTES_MAX;
    routes
        .add_service(LedgerServiceServer::new(app.clone()).max_decoding_message_size(limit))
        .add_service(AppropriationServiceServer::new(app.clone()).max_decoding_message_size(limit))
        .add_service(CutoffServiceServer::new(app.clone()).max_decoding_message_size(limit))
        .add_service(FigureServiceServer::new(app.clone()).max_decoding_message_size(limit))
        .add_service(ReportServiceServer::new(app).max_decoding_message_size(limit));
}

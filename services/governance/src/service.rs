//! The table of contents: who answers what.

use proto::governance::v1 as pb;
use proto::governance::v1::appropriation_service_server::{
    AppropriationService, AppropriationServiceServer,
};
use proto::governance::v1::cutoff_service_server::{CutoffService, CutoffServiceServer};
use proto::governance::v1::figure_service_server::{FigureService, FigureServiceServer};
use proto::governance::v1::ledger_service_server::{LedgerService, LedgerServiceServer};
use proto::governance::v1::report_service_server::{ReportService, ReportServiceServer};
use tonic::service::RoutesBuilder;

use crate::App;
use crate::handlers::{
    account_rows, accounts_imports, appropriations, chart_editions, cutoffs, figures, indicators,
    rendering, reports, restatements, sources,
};

platform::service! {
    LedgerService for App in pb {
        create_chart_edition(CreateChartEditionRequest) => chart_editions::create,
        get_chart_edition(GetChartEditionRequest) => platform::get,
        list_chart_editions(ListChartEditionsRequest) => chart_editions::list,
        import_accounts(ImportAccountsRequest) => accounts_imports::import,
        reverse_accounts_import(ReverseAccountsImportRequest) => accounts_imports::reverse,
        get_accounts_import(GetAccountsImportRequest) => platform::get,
        list_accounts_imports(ListAccountsImportsRequest) => accounts_imports::list,
        get_account_row(GetAccountRowRequest) => account_rows::get,
        list_account_rows(ListAccountRowsRequest) => account_rows::list,
    }
}

platform::service! {
    AppropriationService for App in pb {
        record_appropriation(RecordAppropriationRequest) => appropriations::record,
        reverse_appropriation(ReverseAppropriationRequest) => appropriations::reverse,
        get_appropriation(GetAppropriationRequest) => platform::get,
        list_appropriations(ListAppropriationsRequest) => appropriations::list,
    }
}

platform::service! {
    CutoffService for App in pb {
        list_sources(ListSourcesRequest) => sources::list,
        resume_source(ResumeSourceRequest) => sources::resume,
        close_cutoff(CloseCutoffRequest) => cutoffs::close,
        cancel_cutoff(CancelCutoffRequest) => cutoffs::cancel,
        get_cutoff(GetCutoffRequest) => platform::get,
        list_cutoffs(ListCutoffsRequest) => cutoffs::list,
    }
}

platform::service! {
    FigureService for App in pb {
        create_indicator(CreateIndicatorRequest) => indicators::create,
        get_indicator(GetIndicatorRequest) => platform::get,
        list_indicators(ListIndicatorsRequest) => indicators::list,
        get_figure(GetFigureRequest) => figures::get,
        list_figures(ListFiguresRequest) => figures::list,
        explain_figure(ExplainFigureRequest) => figures::explain,
        recompute_figure(RecomputeFigureRequest) => figures::recompute,
        list_restatements(ListRestatementsRequest) => restatements::list,
        list_restatement_facts(ListRestatementFactsRequest) => restatements::facts,
    }
}

platform::service! {
    ReportService for App in pb {
        create_report(CreateReportRequest) => reports::create,
        update_report(UpdateReportRequest) => reports::update,
        check_report(CheckReportRequest) => reports::check,
        get_report(GetReportRequest) => platform::get,
        list_reports(ListReportsRequest) => reports::list,
        render_report(RenderReportRequest) => rendering::render,
    }
}

/// Adds all of them to the server.
pub(crate) fn add(routes: &mut RoutesBuilder, app: App) {
    routes
        .add_service(LedgerServiceServer::new(app.clone()))
        .add_service(AppropriationServiceServer::new(app.clone()))
        .add_service(CutoffServiceServer::new(app.clone()))
        .add_service(FigureServiceServer::new(app.clone()))
        .add_service(ReportServiceServer::new(app));
}

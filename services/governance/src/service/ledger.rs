//! `LedgerService`: who answers what.

use platform::{Rpc, rpc};
use proto::governance::v1 as pb;
use proto::governance::v1::ledger_service_server::LedgerService;
use tonic::Request;

use crate::App;
use crate::handlers::{account_rows, accounts_imports, chart_editions};

#[tonic::async_trait]
impl LedgerService for App {
    async fn create_chart_edition(
        &self,
        request: Request<pb::CreateChartEditionRequest>,
    ) -> Rpc<pb::ChartEdition> {
        rpc(self, request, chart_editions::create).await
    }

    async fn get_chart_edition(
        &self,
        request: Request<pb::GetChartEditionRequest>,
    ) -> Rpc<pb::ChartEdition> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_chart_editions(
        &self,
        request: Request<pb::ListChartEditionsRequest>,
    ) -> Rpc<pb::ListChartEditionsResponse> {
        rpc(self, request, chart_editions::list).await
    }

    async fn import_accounts(
        &self,
        request: Request<pb::ImportAccountsRequest>,
    ) -> Rpc<pb::AccountsImport> {
        rpc(self, request, accounts_imports::import).await
    }

    async fn reverse_accounts_import(
        &self,
        request: Request<pb::ReverseAccountsImportRequest>,
    ) -> Rpc<pb::AccountsImport> {
        rpc(self, request, accounts_imports::reverse).await
    }

    async fn get_accounts_import(
        &self,
        request: Request<pb::GetAccountsImportRequest>,
    ) -> Rpc<pb::AccountsImport> {
        rpc(&self.db, request, platform::get).await
    }

    async fn list_accounts_imports(
        &self,
        request: Request<pb::ListAccountsImportsRequest>,
    ) -> Rpc<pb::ListAccountsImportsResponse> {
        rpc(self, request, accounts_imports::list).await
    }

    async fn get_account_row(
        &self,
        request: Request<pb::GetAccountRowRequest>,
    ) -> Rpc<pb::AccountRow> {
        rpc(self, request, account_rows::get).await
    }

    async fn list_account_rows(
        &self,
        request: Request<pb::ListAccountRowsRequest>,
    ) -> Rpc<pb::ListAccountRowsResponse> {
        rpc(self, request, account_rows::list).await
    }
}

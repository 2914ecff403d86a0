//! The table of contents: who answers what.

use proto::privacy::v1 as pb;
use proto::privacy::v1::privacy_service_server::PrivacyService;

use crate::app::Privacy;
use crate::handlers::{erasures, export, holds, retention};

platform::service! {
    PrivacyService for Privacy in pb {
        export_person(ExportPersonRequest) => export::export,
        enter_erasure(EnterErasureRequest) => erasures::enter,
        confirm_erasure(ConfirmErasureRequest) => erasures::confirm,
        get_erasure(GetErasureRequest) => platform::get,
        list_erasures(ListErasuresRequest) => erasures::list,
        hold_person(HoldPersonRequest) => holds::hold,
        end_hold(EndHoldRequest) => holds::end,
        get_hold(GetHoldRequest) => platform::get,
        list_holds(ListHoldsRequest) => holds::list,
        preview_retention(PreviewRetentionRequest) => retention::preview,
        run_retention(RunRetentionRequest) => retention::run,
        get_retention_run(GetRetentionRunRequest) => platform::get,
    }
}

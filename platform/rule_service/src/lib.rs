//! `RuleService`, alike in every service: what an office decides from time to time is entered by one person,
//! confirmed by another, and holds from its day on.

mod app;
mod edition;
mod handlers;
mod store;
mod wire;

use app::Rules;
use platform::Db;
use proto::rules::v1 as pb;
use proto::rules::v1::rule_service_server::{RuleService, RuleServiceServer};

/// The service over this database.
pub fn server(db: Db) -> RuleServiceServer<Rules> {
    RuleServiceServer::new(Rules { db })
}

platform::service! {
    RuleService for Rules in pb {
        enter_rule_edition(EnterRuleEditionRequest) => handlers::enter,
        confirm_rule_edition(ConfirmRuleEditionRequest) => handlers::confirm,
        withdraw_rule_edition(WithdrawRuleEditionRequest) => handlers::withdraw,
        get_rule_edition(GetRuleEditionRequest) => platform::get,
        list_rule_editions(ListRuleEditionsRequest) => handlers::list_editions,
        list_rules(ListRulesRequest) => handlers::list_rules,
    }
}

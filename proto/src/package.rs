//! A package of the contract, as whoever hosts it serves it: its RPCs with their access rules, its
//! descriptors, and what a machine is not shown of its nouns.

use prost::DecodeError;

use crate::access::v1::{Duty, Effect, Role};

/// One package, such as `norec.grants.v1`.
#[derive(Debug)]
pub struct Package {
    /// Its name.
    pub name: &'static str,
    /// The rule of each of its RPCs, in path order.
    pub rules: &'static [MethodRule],
    /// Encoded descriptor set in which it stands, with comments and custom options.
    pub descriptors: &'static [u8],
    /// What makes of an answer of its, given by its message name, what a machine is shown; none where a
    /// machine is shown all of it.
    pub for_machines: fn(&str) -> Option<ForMachines>,
}

/// Makes of a message's bytes those without what is written for persons.
pub type ForMachines = fn(Vec<u8>) -> Result<Vec<u8>, DecodeError>;

/// The access rule of one RPC, as its option says.
#[derive(Debug, PartialEq, Eq)]
pub struct MethodRule {
    /// Full path, such as `/norec.grants.v1.AgreementService/AwardAgreement`.
    pub path: &'static str,
    /// The roles that may call; empty only with `any_caller`.
    pub roles: &'static [Role],
    /// Any caller with a valid token.
    pub any_caller: bool,
    /// Whether it changes anything.
    pub effect: Effect,
    /// The duty that the step gives in its case.
    pub duty: Duty,
    /// No machine may call: the step decides or attests, or gives authority.
    pub needs_person: bool,
    /// PORTAL may leave out whom it acts for.
    pub acting_for_optional: bool,
}

impl Package {
    /// Full names of its gRPC services, such as `norec.grants.v1.AgreementService`.
    pub fn services(&self) -> Vec<&'static str> {
        let mut services: Vec<_> = self.rules.iter().map(MethodRule::service).collect();
        services.dedup();
        services
    }
}

impl MethodRule {
    /// Full name of the gRPC service that it is an RPC of.
    pub fn service(&self) -> &'static str {
        let name = self.path.trim_start_matches('/');
        name.split_once('/').map_or(name, |(service, _)| service)
    }
}

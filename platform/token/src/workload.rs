//! Owns what a token of the cluster's service-account issuer says: which of the suite's services
//! calls another.

use super::claims::Claims;
use super::principal::{Kind, Principal, RoleMap};
use super::reject::Reject;

/// The rules of an issuer of kind `workload`.
#[derive(Debug)]
pub(super) struct WorkloadRules {
    /// The namespace the suite runs in; a service account of the same name elsewhere is a
    /// stranger.
    pub(super) namespace: String,
    /// The role that the name of a service account stands for.
    pub(super) roles: RoleMap,
}

impl WorkloadRules {
    /// Reads `sub`, which Kubernetes writes `system:serviceaccount:<namespace>:<name>`.
    pub(super) fn principal(&self, claims: &Claims<'_>, issuer: &str) -> Result<Principal, Reject> {
        let (namespace, name) = claims
            .text("sub")
            .and_then(|subject| subject.strip_prefix("system:serviceaccount:"))
            .and_then(|account| account.split_once(':'))
            .ok_or(Reject::Subject)?;
        if namespace != self.namespace {
            return Err(Reject::Namespace);
        }
        let roles = self.roles.get(name).copied().into_iter().collect();
        Principal::new(Kind::Workload, name, roles, None, issuer).ok_or(Reject::Subject)
    }
}

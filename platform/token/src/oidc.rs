//! Owns what a token of an OpenID provider says: which member of staff calls. Which claims hold
//! the staff id, the roles and the unit is configuration, because every provider differs.

use proto::access::v1::Role;
use serde_json::Value;

use super::claims::Claims;
use super::principal::{Kind, Principal, RoleMap};
use super::reject::Reject;

/// The rules of an issuer of kind `oidc`.
#[derive(Debug)]
pub(super) struct OidcRules {
    /// The Entra ID tenant; where it is set, the token must be a version 2.0 token of a user of it.
    pub(super) tenant: Option<String>,
    /// The claim with the staff id.
    pub(super) staff_claim: String,
    /// The claim with the values that `roles` maps: a list of texts, or one text with spaces
    /// between them.
    pub(super) roles_claim: String,
    /// The claim with the unit, if the provider has one.
    pub(super) unit_claim: Option<String>,
    /// The role that a value of the roles claim stands for.
    pub(super) roles: RoleMap,
}

impl OidcRules {
    pub(super) fn principal(&self, claims: &Claims<'_>, issuer: &str) -> Result<Principal, Reject> {
        if let Some(tenant) = &self.tenant {
            check_entra(claims, tenant)?;
        }
        let staff_id = claims.text(&self.staff_claim).ok_or(Reject::Subject)?;
        let roles = self.roles(claims)?;
        let unit = match &self.unit_claim {
            Some(claim) => claims.unit(claim)?,
            None => None,
        };
        Principal::new(Kind::Person, staff_id, roles, unit, issuer).ok_or(Reject::Subject)
    }

    /// A missing claim means no roles. So does Entra's answer to too many groups, which replaces
    /// the list by a reference (`_claim_names`): what is not known is not granted.
    fn roles(&self, claims: &Claims<'_>) -> Result<Vec<Role>, Reject> {
        let values: Vec<&str> = match claims.get(&self.roles_claim) {
            None => Vec::new(),
            Some(Value::String(values)) => values.split(' ').collect(),
            Some(Value::Array(list)) => list
                .iter()
                .map(Value::as_str)
                .collect::<Option<_>>()
                .ok_or(Reject::Roles)?,
            Some(_) => return Err(Reject::Roles),
        };
        Ok(values
            .into_iter()
            .filter_map(|value| self.roles.get(value).copied())
            .collect())
    }
}

/// Entra ID writes tokens of two versions, for users and for applications, of every tenant that
/// has the application; only one of these kinds is a member of staff. `scp` is there when, and
/// only when, a user consented or an administrator did for him.
fn check_entra(claims: &Claims<'_>, tenant: &str) -> Result<(), Reject> {
    if claims.text("ver") != Some("2.0") {
        return Err(Reject::EntraVersion);
    }
    if claims.text("tid") != Some(tenant) {
        return Err(Reject::Tenant);
    }
    let application = claims.get("idtyp").is_some_and(|kind| kind != "user");
    let delegated = claims.text("scp").is_some_and(|scopes| !scopes.is_empty());
    if application || !delegated {
        Err(Reject::AppToken)
    } else {
        Ok(())
    }
}

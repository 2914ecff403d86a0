//! Owns what a Maskinporten token says: which organisation's system calls, and with which scopes.
//!
//! A claim that narrows what a token is good for, or names a second party, is refused rather than
//! passed over: no method of the suite honours it, and a token must never open more than its issuer
//! meant. `client_id` plays no part; Maskinporten's own guide forbids access control by it.

use proto::access::v1::Role;
use serde_json::Value;

use super::claims::Claims;
use super::principal::{Kind, Principal, RoleMap};
use super::reject::Reject;

/// The register of legal entities that Maskinporten names consumers by.
const AUTHORITY: &str = "iso6523-actorid-upis";
/// The code of the Norwegian register (Enhetsregisteret) in ISO 6523.
const REGISTER: &str = "0192:";

/// The rules of an issuer of kind `maskinporten`.
#[derive(Debug)]
pub(super) struct MaskinportenRules {
    /// What every scope begins with, such as `norec:`.
    pub(super) scope_prefix: String,
    /// The role that a scope stands for.
    pub(super) roles: RoleMap,
}

impl MaskinportenRules {
    pub(super) fn principal(&self, claims: &Claims<'_>, issuer: &str) -> Result<Principal, Reject> {
        if claims.text("token_type") != Some("Bearer") {
            return Err(Reject::TokenType);
        }
        if claims.has("pid") {
            return Err(Reject::PersonRestricted);
        }
        if claims.has("supplier") || claims.has("delegation_source") {
            return Err(Reject::Delegated);
        }
        if claims.has("authorization_details") {
            return Err(Reject::AuthorizationDetails);
        }
        let number = consumer(claims)?;
        let roles = self.roles(claims)?;
        Principal::new(Kind::Machine, number, roles, None, issuer).ok_or(Reject::ConsumerNumber)
    }

    /// The roles of the token's scopes. A scope without a role gives none; one of another prefix
    /// refuses the token, because its owner could use it here too.
    fn roles(&self, claims: &Claims<'_>) -> Result<Vec<Role>, Reject> {
        let scopes = match claims.get("scope") {
            None => return Err(Reject::ScopeMissing),
            Some(Value::String(scopes)) => scopes.split(' ').collect::<Vec<_>>(),
            Some(_) => return Err(Reject::ScopeMalformed),
        };
        if !scopes.iter().all(|scope| is_scope(scope)) {
            return Err(Reject::ScopeMalformed);
        }
        if !scopes
            .iter()
            .all(|scope| scope.starts_with(&self.scope_prefix))
        {
            return Err(Reject::ScopeForeign);
        }
        Ok(scopes
            .into_iter()
            .filter_map(|scope| self.roles.get(scope).copied())
            .collect())
    }
}

/// The organisation number of the legal consumer, unchecked.
fn consumer<'c>(claims: &'c Claims<'_>) -> Result<&'c str, Reject> {
    let member = |name| claims.get("consumer")?.get(name)?.as_str();
    let (Some(authority), Some(id)) = (member("authority"), member("ID")) else {
        return Err(Reject::ConsumerMalformed);
    };
    if authority != AUTHORITY {
        return Err(Reject::ConsumerAuthority);
    }
    id.strip_prefix(REGISTER).ok_or(Reject::ConsumerNumber)
}

/// Whether `scope` is a scope-token of RFC 6749 §3.3.
pub(super) fn is_scope(scope: &str) -> bool {
    !scope.is_empty()
        && scope
            .bytes()
            .all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

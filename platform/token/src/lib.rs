//! Owns the question *who is calling*: from the `authorization` metadata of a call to a
//! [`Principal`], or to the one check that failed. [`validate`] is a pure function of the metadata,
//! the clock and the [`Issuers`], so every rule of it stands in a table of tests.
//!
//! Several issuers are trusted at once, each with its own keys, audience and rules of how claims
//! become a name, roles and a unit: Maskinporten for the systems of organisations, an OpenID
//! provider for staff, the cluster's service accounts for the suite's own services, and on one
//! machine a [`LocalIssuer`].
//!
//! It does not own what a principal may do, nor the answer to a caller: only [`Seen`] of a refusal
//! leaves the house. Claims stay in here; a handler sees the principal alone.

mod algorithm;
mod claims;
mod issuer;
mod issuer_file;
mod jws;
mod keys;
mod local;
mod maskinporten;
mod oidc;
mod principal;
mod reject;
#[cfg(test)]
mod tests;
mod verdicts;
mod workload;

use chrono::{DateTime, Utc};

pub use strict_json::JsonFault;

pub use issuer::Issuers;
pub use issuer_file::{FieldProblem, IssuerFileError, KeysFileError, KeysNotLoaded};
pub use keys::{KeyFault, KeySet, KeySetError};
pub use local::{LocalClaims, LocalIssuer, LocalIssuerError};
pub use principal::is_organisation_number;
pub use principal::{Kind, Principal};
pub use reject::Reject;
pub use reject::Seen;

use claims::Claims;
use jws::{Jws, one_value};
use verdicts::Verdict;

/// Deepest nesting of what is read as JSON; the outermost object is level one.
const JSON_LEVELS_MAX: usize = 8;

/// Tells who is calling.
///
/// `authorization` holds all values of that metadata key; a call carries one of at most 16 KiB,
/// `Bearer` and a signed JSON web token. The clocks may lie 30 seconds apart.
///
/// The order matters: the issuer is looked up before any cryptography, and no claim but `iss` is
/// looked at before the signature is verified. What was accepted once is kept with the issuers: of the
/// same token only the times are judged again, at every call.
///
/// # Errors
/// The first check that failed. Send the caller no more than [`Reject::seen_by_caller`].
pub fn validate(
    authorization: &[&[u8]],
    now: DateTime<Utc>,
    issuers: &Issuers,
) -> Result<Principal, Reject> {
    let value = one_value(authorization)?;
    let key = verdicts::key(value);
    if let Some(kept) = issuers.verdicts.find(&key) {
        return kept.at(now);
    }
    let jws = Jws::read(value)?;
    if jws.offers_a_key() {
        issuers.count_offered_key();
    }
    let choice = jws.key_choice()?;
    let claims = Claims(&jws.claims);
    let issuer = issuers
        .find(claims.issuer()?)
        .ok_or(Reject::IssuerUnknown)?;
    let keys = issuer.keys.as_ref().ok_or(Reject::KeysetNotLoaded)?;
    keys.verify(&choice, jws.signed, &jws.signature)?;
    let times = claims.times(issuer.max_lifetime)?;
    times.check(now)?;
    claims.check_class()?;
    claims.check_audience(&issuer.audience)?;
    let principal = issuer.rules.principal(&claims, &issuer.name)?;
    // Every offer of a key is counted, so such a token is read anew.
    if !jws.offers_a_key() {
        let verdict = Verdict {
            principal: principal.clone(),
            times,
        };
        issuers.verdicts.keep(key, verdict, now);
    }
    Ok(principal)
}

//! Owns the trusted issuers and their keys as the service holds them. It does not own how both are
//! read from files (`issuer_file`) nor the rules of a kind (`maskinporten`, `oidc`, `workload`,
//! `local`).

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;

use super::claims::Claims;
use super::keys::KeySet;
use super::local;
use super::maskinporten::MaskinportenRules;
use super::oidc::OidcRules;
use super::principal::Principal;
use super::reject::Reject;
use super::verdicts::Verdicts;
use super::workload::WorkloadRules;

/// The issuers whose tokens are accepted, and their keys.
#[derive(Debug, Default)]
pub struct Issuers {
    list: Vec<Issuer>,
    offered_keys: AtomicU64,
    /// Of these issuers with these keys: whatever replaces either begins with none.
    pub(super) verdicts: Verdicts,
}

/// One trusted issuer.
#[derive(Debug)]
pub(super) struct Issuer {
    /// Its `iss`, byte for byte.
    pub(super) name: String,
    /// What its tokens must be made for; one of these.
    pub(super) audience: Vec<String>,
    /// Where its JWK set lies; relative to the file of issuers.
    pub(super) keys_file: PathBuf,
    /// Longest accepted time from `iat` to `exp`.
    pub(super) max_lifetime: TimeDelta,
    pub(super) rules: Rules,
    /// `None` until a set was loaded.
    pub(super) keys: Option<KeySet>,
}

/// How the claims of an issuer become a principal.
#[derive(Debug)]
pub(super) enum Rules {
    Maskinporten(MaskinportenRules),
    Oidc(OidcRules),
    Workload(WorkloadRules),
    Local,
}

impl Rules {
    pub(super) fn principal(&self, claims: &Claims<'_>, issuer: &str) -> Result<Principal, Reject> {
        match self {
            Self::Maskinporten(rules) => rules.principal(claims, issuer),
            Self::Oidc(rules) => rules.principal(claims, issuer),
            Self::Workload(rules) => rules.principal(claims, issuer),
            Self::Local => local::principal(claims, issuer),
        }
    }
}

impl Issuers {
    /// These issuers, with the keys that they have.
    pub(super) fn of(list: Vec<Issuer>) -> Self {
        Self {
            list,
            ..Self::default()
        }
    }

    /// Gives the issuer called `issuer` these keys in place of those it had. `false` if no such
    /// issuer is configured.
    #[must_use]
    pub fn set_keys(&mut self, issuer: &str, keys: KeySet) -> bool {
        let Some(issuer) = self.list.iter_mut().find(|known| known.name == issuer) else {
            return false;
        };
        issuer.keys = Some(keys);
        self.verdicts = Verdicts::default();
        true
    }

    /// Whether an issuer of kind `local` is among them, whose key lies on this machine. A service
    /// that listens beyond loopback refuses such a configuration.
    pub fn trusts_local_key(&self) -> bool {
        self.list
            .iter()
            .any(|issuer| matches!(issuer.rules, Rules::Local))
    }

    /// How many tokens so far offered a key or a place to fetch one (`jku`, `jwk`, `x5u`, `x5c`).
    /// The offers are ignored; a rising number means that somebody is trying.
    pub fn offered_keys(&self) -> u64 {
        self.offered_keys.load(Ordering::Relaxed)
    }

    pub(super) fn count_offered_key(&self) {
        self.offered_keys.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn find(&self, name: &str) -> Option<&Issuer> {
        self.list.iter().find(|issuer| issuer.name == name)
    }
}

//! Owns the trusted issuers and their keys as the service holds them, and reading both from files
//! at start. It does not own the form of the configuration (`issuer_file`) nor the rules of a kind
//! (`maskinporten`, `oidc`, `workload`, `local`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;
use proto::access::v1::Role;

use super::claims::Claims;
use super::issuer_file::{self, IssuerFileError};
use super::keys::{KeySet, KeySetError};
use super::local;
use super::maskinporten::MaskinportenRules;
use super::oidc::OidcRules;
use super::principal::Principal;
use super::reject::Reject;
use super::workload::WorkloadRules;

/// A value of a claim, or a scope, and the role it stands for.
pub(super) type RoleMap = BTreeMap<String, Role>;

/// The issuers whose tokens are accepted, and their keys.
#[derive(Debug, Default)]
pub struct Issuers {
    list: Vec<Issuer>,
    offered_keys: AtomicU64,
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

/// An issuer whose keys could not be loaded; its tokens are answered KEYSET_NOT_LOADED meanwhile.
#[derive(Debug, thiserror::Error)]
#[error("the keys of {issuer} in {} are not loaded", .file.display())]
pub struct KeysNotLoaded {
    /// The issuer's name.
    pub issuer: String,
    /// The file that was read.
    pub file: PathBuf,
    /// What was wrong with it.
    pub source: KeysFileError,
}

/// Why a file of keys could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysFileError {
    /// The file could not be read.
    #[error(transparent)]
    Read(#[from] std::io::Error),
    /// The file is no usable JWK set.
    #[error(transparent)]
    KeySet(#[from] KeySetError),
}

impl Issuers {
    /// Reads a configuration; no keys are loaded yet.
    ///
    /// # Errors
    /// [`IssuerFileError::Fields`] names every bad field of the document at once.
    pub fn from_json(configuration: &[u8]) -> Result<Self, IssuerFileError> {
        let list = issuer_file::parse(configuration)?;
        Ok(Self {
            list,
            offered_keys: AtomicU64::new(0),
        })
    }

    /// Reads the configuration in `file` and the key files that it names, relative to its folder.
    ///
    /// Keys that cannot be loaded are told beside the result and do not keep the service from
    /// starting: the other issuers' callers are served.
    ///
    /// # Errors
    /// As [`Issuers::from_json`], or [`IssuerFileError::Read`].
    pub fn read(file: &Path) -> Result<(Self, Vec<KeysNotLoaded>), IssuerFileError> {
        let mut issuers = Self::from_json(&std::fs::read(file)?)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut not_loaded = Vec::new();
        for issuer in &mut issuers.list {
            let file = folder.join(&issuer.keys_file);
            match read_keys(&file) {
                Ok(keys) => issuer.keys = Some(keys),
                Err(source) => {
                    not_loaded.push(KeysNotLoaded {
                        issuer: issuer.name.clone(),
                        file,
                        source,
                    });
                }
            }
        }
        Ok((issuers, not_loaded))
    }

    /// Gives the issuer called `issuer` these keys in place of those it had. `false` if no such
    /// issuer is configured.
    #[must_use]
    pub fn set_keys(&mut self, issuer: &str, keys: KeySet) -> bool {
        let Some(issuer) = self.list.iter_mut().find(|known| known.name == issuer) else {
            return false;
        };
        issuer.keys = Some(keys);
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

fn read_keys(file: &Path) -> Result<KeySet, KeysFileError> {
    Ok(KeySet::from_jwks(&std::fs::read(file)?)?)
}

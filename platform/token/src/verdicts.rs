//! Owns what is kept of tokens that were accepted, so that a caller who sends the same token with every
//! call has its signature verified once. Refusals are not kept: whoever sends bad tokens fills nothing.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};
use chrono::{DateTime, Utc};

use super::claims::Times;
use super::principal::Principal;
use super::reject::Reject;

/// Tokens of which a verdict is kept, a few hundred bytes for each.
pub(super) const VERDICTS_MAX: usize = 4096;

/// What a token is known by: SHA-256 of the whole `authorization` value, signature included.
pub(super) type Key = [u8; SHA256_OUTPUT_LEN];

/// A token that was accepted.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) principal: Principal,
    pub(super) times: Times,
}

/// The tokens that were accepted, by their keys.
#[derive(Debug, Default)]
pub(super) struct Verdicts(RwLock<HashMap<Key, Verdict>>);

/// What this value is known by.
pub(super) fn key(value: &[u8]) -> Key {
    let mut key = Key::default();
    key.copy_from_slice(digest(&SHA256, value).as_ref());
    key
}

impl Verdict {
    /// Its bearer at an instant: it expires as it would have without being kept.
    pub(super) fn at(self, now: DateTime<Utc>) -> Result<Principal, Reject> {
        self.times.check(now)?;
        Ok(self.principal)
    }
}

impl Verdicts {
    pub(super) fn find(&self, key: &Key) -> Option<Verdict> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).cloned()
    }

    /// How many are kept.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Keeps one. Where there is no room, those go that are over, and if that makes none, all.
    pub(super) fn keep(&self, key: Key, verdict: Verdict, now: DateTime<Utc>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= VERDICTS_MAX {
            kept.retain(|_, it| it.times.check(now).is_ok());
        }
        if kept.len() >= VERDICTS_MAX {
            kept.clear();
        }
        kept.insert(key, verdict);
    }
}

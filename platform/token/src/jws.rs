//! Owns the form of a token: `authorization` metadata taken apart into the header's statements, the
//! claims, the signed bytes and the signature (RFC 7515 §7.1). Nothing here trusts what it reads.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use strict_json::JsonFault;

use super::JSON_LEVELS_MAX;
use super::algorithm::Algorithm;
use super::reject::Reject;

/// Longest `authorization` value, in bytes.
const MAX_VALUE: usize = 16 * 1024;

/// Header members that offer a key or a place to fetch one. They are never followed.
const KEY_HINTS: [&str; 4] = ["jku", "jwk", "x5u", "x5c"];

/// The `typ` values of an access token; older issuers write no `typ`, or `JWT`.
const TYPES: [&str; 3] = ["JWT", "at+jwt", "application/at+jwt"];

/// A token taken apart, unverified.
pub(super) struct Jws<'a> {
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    /// Header and payload as they were signed.
    pub(super) signed: &'a [u8],
    pub(super) signature: Vec<u8>,
}

/// What the header says about the key.
pub(super) struct KeyChoice<'a> {
    pub(super) kid: &'a str,
    pub(super) algorithm: Algorithm,
}

impl<'a> Jws<'a> {
    /// Takes the value of the `authorization` metadata apart.
    pub(super) fn read(value: &'a [u8]) -> Result<Self, Reject> {
        let token = bearer(value).ok_or(Reject::Scheme)?;
        let mut parts = token.split(|byte| *byte == b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Reject::Parts);
        };
        if header.is_empty() || payload.is_empty() || signature.is_empty() {
            return Err(Reject::Parts);
        }
        Ok(Self {
            header: part(header, Reject::HeaderJson)?,
            claims: part(payload, Reject::PayloadJson)?,
            signed: &token[..header.len() + 1 + payload.len()],
            signature: decode(signature)?,
        })
    }

    /// Whether the header offers a key of its own.
    pub(super) fn offers_a_key(&self) -> bool {
        KEY_HINTS.iter().any(|hint| self.header.contains_key(*hint))
    }

    /// Checks the header and reads which key it names.
    pub(super) fn key_choice(&self) -> Result<KeyChoice<'_>, Reject> {
        if self.header.contains_key("crit") {
            return Err(Reject::Critical);
        }
        match self.header.get("typ") {
            None => {}
            Some(Value::String(typ))
                if TYPES.iter().any(|known| known.eq_ignore_ascii_case(typ)) => {}
            Some(_) => return Err(Reject::Type),
        }
        let algorithm = self
            .header
            .get("alg")
            .and_then(Value::as_str)
            .and_then(Algorithm::from_name)
            .ok_or(Reject::AlgorithmUnsupported)?;
        let kid = self
            .header
            .get("kid")
            .and_then(Value::as_str)
            .ok_or(Reject::KidMissing)?;
        Ok(KeyChoice { kid, algorithm })
    }
}

/// The one value of the `authorization` metadata.
pub(super) fn one_value<'a>(authorization: &[&'a [u8]]) -> Result<&'a [u8], Reject> {
    match authorization {
        [] => Err(Reject::TokenMissing),
        [value] if value.len() > MAX_VALUE => Err(Reject::TooLong),
        [value] => Ok(value),
        _ => Err(Reject::SeveralTokens),
    }
}

/// The token behind `Bearer` and blanks, one or more (RFC 9110 §11.4); the scheme's case is free.
fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(b"Bearer ".len())?;
    let blanks = token.iter().take_while(|byte| **byte == b' ').count();
    let is_bearer = scheme.eq_ignore_ascii_case(b"Bearer ");
    is_bearer.then_some(&token[blanks..])
}

fn part(text: &[u8], malformed: Reject) -> Result<Map<String, Value>, Reject> {
    strict_json::object(&decode(text)?, JSON_LEVELS_MAX).map_err(|fault| match fault {
        JsonFault::Malformed(_) | JsonFault::NotAnObject => malformed,
        JsonFault::DuplicateKey { .. } => Reject::DuplicateKey,
        JsonFault::TooDeep(_) => Reject::TooDeep,
    })
}

/// Decodes base64url as RFC 7515 §2 writes it. The engine takes neither padding nor bits behind the
/// last byte, so a token has one spelling only.
fn decode(text: &[u8]) -> Result<Vec<u8>, Reject> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Reject::Base64)
}

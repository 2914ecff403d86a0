//! Owns an issuer's public keys: reading them from a JWK set (RFC 7517), and the one signature
//! check. It does not fetch or keep the set.

use aws_lc_rs::signature::{
    EcdsaVerificationAlgorithm, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use strict_json::JsonFault;

use super::JSON_LEVELS_MAX;
use super::algorithm::{Algorithm, Scheme};
use super::jws::KeyChoice;
use super::reject::Reject;

/// Largest JWK set, in bytes.
const MAX_SET: usize = 256 * 1024;
/// Most keys in a set, used or not.
const MAX_KEYS: usize = 64;
/// Length of an RSA modulus, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The public keys of one issuer, each with a name (`kid`) and one algorithm.
#[derive(Clone, Debug)]
pub struct KeySet {
    keys: Vec<Key>,
}

#[derive(Clone, Debug)]
struct Key {
    kid: String,
    algorithm: Algorithm,
    public: ParsedPublicKey,
}

/// Why a JWK set was not accepted. A set is taken whole or not at all.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// The document is too long.
    #[error("longer than {MAX_SET} bytes")]
    TooLarge,
    /// The document is no JSON object, or an ambiguous one.
    #[error(transparent)]
    Json(#[from] JsonFault),
    /// `keys` is missing or no list of objects.
    #[error("`keys` must be a list of objects")]
    NoList,
    /// The list is too long.
    #[error("{0} keys; at most {MAX_KEYS} are read")]
    TooMany(usize),
    /// No key of the list verifies signatures with an algorithm in use. An empty answer is no
    /// reason to forget the keys that were known.
    #[error("no key for RS256, RS384, RS512, PS256, ES256 or ES384")]
    Empty,
    /// Every key that was refused, by its `kid` (or its place in the list) and reason.
    #[error("{}", .0.iter().map(|(key, fault)| format!("{key}: {fault}"))
        .collect::<Vec<_>>().join("; "))]
    Keys(Vec<(String, KeyFault)>),
}

/// Why one key of a set was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// Without a name no token can choose it.
    #[error("has no `kid`")]
    NoKid,
    /// Two keys of one name.
    #[error("its `kid` stands twice")]
    SecondOfItsKid,
    /// A secret was published; whoever has read the file can mint tokens.
    #[error("holds a private or symmetric key")]
    Secret,
    /// A member is missing or no canonical base64url.
    #[error("`{0}` is missing or not base64url without padding")]
    Member(&'static str),
    /// The modulus has this many bits.
    #[error("its modulus has {0} bits; 2048 to 8192 are accepted")]
    Modulus(usize),
    /// The exponent is even, or less than 65537.
    #[error("its exponent is even or less than 65537")]
    Exponent,
    /// The numbers are no point of the curve, or no RSA key.
    #[error("is no valid public key")]
    Invalid,
}

impl KeySet {
    /// Reads a JWK set of at most 256 KiB and 64 keys.
    ///
    /// Keys for encryption, of other types or for algorithms not in use are passed over, as
    /// RFC 7517 §5 asks; what is left must be sound.
    ///
    /// # Errors
    /// [`KeySetError::Keys`] names every refused key at once; see the other variants.
    pub fn from_jwks(jwks: &[u8]) -> Result<Self, KeySetError> {
        if jwks.len() > MAX_SET {
            return Err(KeySetError::TooLarge);
        }
        let document = strict_json::object(jwks, JSON_LEVELS_MAX)?;
        let list = document
            .get("keys")
            .and_then(Value::as_array)
            .ok_or(KeySetError::NoList)?;
        if list.len() > MAX_KEYS {
            return Err(KeySetError::TooMany(list.len()));
        }
        let mut keys: Vec<Key> = Vec::new();
        let mut faults = Vec::new();
        for (place, jwk) in list.iter().enumerate() {
            let jwk = jwk.as_object().ok_or(KeySetError::NoList)?;
            match read_key(jwk) {
                Ok(Some(key)) if keys.iter().any(|earlier| earlier.kid == key.kid) => {
                    faults.push((key.kid, KeyFault::SecondOfItsKid));
                }
                Ok(Some(key)) => keys.push(key),
                Ok(None) => {}
                Err(fault) => {
                    let kid = jwk
                        .get("kid")
                        .and_then(Value::as_str)
                        .filter(|kid| !kid.is_empty());
                    faults.push((kid.map_or(format!("keys[{place}]"), str::to_owned), fault));
                }
            }
        }
        match (faults.is_empty(), keys.is_empty()) {
            (false, _) => Err(KeySetError::Keys(faults)),
            (true, true) => Err(KeySetError::Empty),
            (true, false) => Ok(Self { keys }),
        }
    }

    /// Checks a token's signature with the key that its header names. The algorithm is the key's;
    /// the header can only agree with it.
    pub(super) fn verify(
        &self,
        choice: &KeyChoice<'_>,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<(), Reject> {
        let named = self.keys.iter().find(|key| key.kid == choice.kid);
        if named.is_some_and(|key| key.algorithm != choice.algorithm) {
            return Err(Reject::AlgorithmMismatch);
        }
        // An unknown key costs a verification too, so that the time of an answer does not tell a
        // guessed `kid` from a bad signature.
        let genuine = named
            .or(self.keys.first())
            .is_some_and(|key| key.public.verify_sig(signed, signature).is_ok());
        match (named, genuine) {
            (None, _) => Err(Reject::KeyUnknown),
            (Some(_), false) => Err(Reject::Signature),
            (Some(_), true) => Ok(()),
        }
    }
}

/// Reads one JWK; `None` if it is not for verifying with an algorithm in use.
fn read_key(jwk: &Map<String, Value>) -> Result<Option<Key>, KeyFault> {
    if jwk.contains_key("d") || jwk.contains_key("k") {
        return Err(KeyFault::Secret);
    }
    let signs = jwk.get("use").is_none_or(|purpose| purpose == "sig");
    let verifies = jwk.get("key_ops").is_none_or(|operations| {
        operations
            .as_array()
            .is_some_and(|list| list.iter().any(|operation| operation == "verify"))
    });
    let Some(algorithm) = Algorithm::of_jwk(jwk).filter(|_| signs && verifies) else {
        return Ok(None);
    };
    let kid = jwk
        .get("kid")
        .and_then(Value::as_str)
        .filter(|kid| !kid.is_empty());
    let kid = kid.ok_or(KeyFault::NoKid)?.to_owned();
    let public = match algorithm.scheme() {
        Scheme::Rsa(parameters) => rsa_key(jwk, parameters)?,
        Scheme::Ecdsa(curve, length) => ecdsa_key(jwk, curve, length)?,
    };
    Ok(Some(Key {
        kid,
        algorithm,
        public,
    }))
}

fn rsa_key(
    jwk: &Map<String, Value>,
    parameters: &'static RsaParameters,
) -> Result<ParsedPublicKey, KeyFault> {
    let (n, e) = (number(jwk, "n")?, number(jwk, "e")?);
    let bits = n
        .first()
        .map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    if !MODULUS_BITS.contains(&bits) {
        return Err(KeyFault::Modulus(bits));
    }
    let odd = e.last().is_some_and(|last| last % 2 == 1);
    if !odd || e.len() < 3 {
        return Err(KeyFault::Exponent);
    }
    let components = RsaPublicKeyComponents { n, e };
    components
        .to_parsed_public_key(parameters)
        .map_err(|_| KeyFault::Invalid)
}

fn ecdsa_key(
    jwk: &Map<String, Value>,
    curve: &'static EcdsaVerificationAlgorithm,
    length: usize,
) -> Result<ParsedPublicKey, KeyFault> {
    let (x, y) = (member(jwk, "x")?, member(jwk, "y")?);
    if x.len() != length || y.len() != length {
        return Err(KeyFault::Invalid);
    }
    // 4 announces an uncompressed point (SEC 1 §2.3.3).
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    ParsedPublicKey::new(curve, point).map_err(|_| KeyFault::Invalid)
}

/// A number, big-endian, without the leading zero bytes that some issuers write.
fn number(jwk: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, KeyFault> {
    let bytes = member(jwk, name)?;
    let start = bytes
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(bytes.len());
    Ok(bytes[start..].to_vec())
}

fn member(jwk: &Map<String, Value>, name: &'static str) -> Result<Vec<u8>, KeyFault> {
    jwk.get(name)
        .and_then(Value::as_str)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .ok_or(KeyFault::Member(name))
}

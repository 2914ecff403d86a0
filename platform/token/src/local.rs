//! Owns the local issuer, which stands in for the others on one machine: a key pair, the tokens
//! minted with it, and how they are read. Both sides are here because only they share these claims.
//! It does not own where the key is kept; the operator's tool writes it to a file of its own.

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use proto::access::v1::Role;
use serde_json::{Value, json};

use super::claims::Claims;
use super::principal::{Kind, Principal, is_unit, role_from_name};
use super::reject::Reject;

/// Length of a coordinate of P-256, in bytes.
const COORDINATE: usize = 32;

/// An issuer whose ES256 key this process holds. Whoever holds the key can be anybody, so a
/// service trusts it on loopback only.
#[derive(Debug)]
pub struct LocalIssuer {
    name: String,
    pair: EcdsaKeyPair,
    kid: String,
}

/// Whom a token of the local issuer is for, and what it says.
#[derive(Clone, Copy, Debug)]
pub struct LocalClaims<'a> {
    /// The service that shall accept the token.
    pub audience: &'a str,
    /// What kind of caller.
    pub kind: Kind,
    /// The staff id, organisation number or name of the workload.
    pub subject: &'a str,
    /// May be empty.
    pub roles: &'a [Role],
    /// 1 to 63 characters.
    pub unit: Option<&'a str>,
}

/// Why the local issuer could not do its work.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocalIssuerError {
    /// The bytes are no PKCS#8 document with a P-256 key pair.
    #[error("not a P-256 key pair in PKCS#8")]
    KeyMalformed,
    /// No principal of that kind can have that name, so no service would accept the token.
    #[error("{0:?} cannot name a {kind}", kind = .1.as_str())]
    Subject(String, Kind),
    /// The unit is no text of 1 to 63 characters.
    #[error("{0:?} cannot name a unit")]
    Unit(String),
    /// The cryptographic library failed, which it does for want of randomness or memory.
    #[error("the cryptographic library failed")]
    Cryptography,
}

impl LocalIssuer {
    /// Makes an issuer called `name` (its `iss`) with a new key pair.
    ///
    /// # Errors
    /// [`LocalIssuerError::Cryptography`].
    pub fn generate(name: &str) -> Result<Self, LocalIssuerError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map_err(|_| LocalIssuerError::Cryptography)?;
        Ok(Self::new(name, pair))
    }

    /// Takes up the issuer called `name` with the key pair that [`LocalIssuer::to_pkcs8`] gave.
    ///
    /// # Errors
    /// [`LocalIssuerError::KeyMalformed`].
    pub fn from_pkcs8(name: &str, pkcs8: &[u8]) -> Result<Self, LocalIssuerError> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map_err(|_| LocalIssuerError::KeyMalformed)?;
        Ok(Self::new(name, pair))
    }

    fn new(name: &str, pair: EcdsaKeyPair) -> Self {
        let (x, y) = coordinates(&pair);
        // RFC 7638: the members that make the key, sorted, without blanks. A new key gets a new
        // name by this, so a set that still holds the old one answers KEY_UNKNOWN, not SIGNATURE.
        let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let thumbprint = digest::digest(&digest::SHA256, members.as_bytes());
        Self {
            name: name.to_owned(),
            kid: URL_SAFE_NO_PAD.encode(thumbprint),
            pair,
        }
    }

    /// The key pair as a PKCS#8 document: a secret, for a file that its owner alone can read.
    ///
    /// # Errors
    /// [`LocalIssuerError::Cryptography`].
    pub fn to_pkcs8(&self) -> Result<Vec<u8>, LocalIssuerError> {
        let document = self
            .pair
            .to_pkcs8v1()
            .map_err(|_| LocalIssuerError::Cryptography)?;
        Ok(document.as_ref().to_vec())
    }

    /// The public key as a JWK set, for the `keys_file` of an issuer of kind `local`.
    pub fn jwks(&self) -> String {
        let (x, y) = coordinates(&self.pair);
        json!({"keys": [{
            "kty": "EC", "crv": "P-256", "x": x, "y": y,
            "kid": self.kid, "use": "sig", "alg": "ES256",
        }]})
        .to_string()
    }

    /// Mints a token that is valid from `now` for `lifetime`, in whole seconds.
    ///
    /// # Errors
    /// [`LocalIssuerError::Subject`], [`LocalIssuerError::Unit`] or
    /// [`LocalIssuerError::Cryptography`].
    pub fn mint(
        &self,
        claims: &LocalClaims<'_>,
        now: DateTime<Utc>,
        lifetime: TimeDelta,
    ) -> Result<String, LocalIssuerError> {
        if !claims.kind.accepts(claims.subject) {
            return Err(LocalIssuerError::Subject(
                claims.subject.to_owned(),
                claims.kind,
            ));
        }
        if let Some(unit) = claims.unit.filter(|unit| !is_unit(unit)) {
            return Err(LocalIssuerError::Unit(unit.to_owned()));
        }
        let issued = now.timestamp();
        let header = json!({"alg": "ES256", "typ": "at+jwt", "kid": self.kid});
        let mut payload = json!({
            "iss": self.name,
            "aud": claims.audience,
            "iat": issued,
            "exp": issued.saturating_add(lifetime.num_seconds()),
            "kind": claims.kind.as_str(),
            "sub": claims.subject,
            "roles": claims.roles.iter().map(Role::as_str_name).collect::<Vec<_>>(),
        });
        if let Some(unit) = claims.unit {
            payload["unit"] = unit.into();
        }
        let signed = [header, payload]
            .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()))
            .join(".");
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| LocalIssuerError::Cryptography)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The coordinates of the public point, as a JWK writes them.
fn coordinates(pair: &EcdsaKeyPair) -> (String, String) {
    // The first byte says that the point is uncompressed; a coordinate each fills the rest.
    let point = pair.public_key().as_ref();
    let (x, y) = point[1..].split_at(COORDINATE);
    (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y))
}

/// Reads what [`LocalIssuer::mint`] wrote.
pub(super) fn principal(claims: &Claims<'_>, issuer: &str) -> Result<Principal, Reject> {
    let kind = claims
        .text("kind")
        .and_then(Kind::from_name)
        .ok_or(Reject::Kind)?;
    let subject = claims.text("sub").ok_or(Reject::Subject)?;
    let roles = match claims.get("roles") {
        None => Vec::new(),
        Some(Value::Array(list)) => {
            let roles = list.iter().map(|role| role_from_name(role.as_str()?));
            roles.collect::<Option<Vec<_>>>().ok_or(Reject::Roles)?
        }
        Some(_) => return Err(Reject::Roles),
    };
    let unit = claims.unit("unit")?;
    Principal::new(kind, subject, roles, unit, issuer).ok_or(Reject::Subject)
}

//! Owns the signature algorithms in use, and how each verifies.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, EcdsaVerificationAlgorithm,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RsaParameters,
};
use serde_json::{Map, Value};

/// A signature algorithm in use. `none` and the symmetric ones cannot be written in this type, so
/// no header can choose them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Es256,
    Es384,
}

impl Algorithm {
    /// Reads an `alg` value; names are case-sensitive (RFC 7515 §4.1.1).
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            _ => return None,
        })
    }

    /// The algorithm a JWK is for. A key without `alg` gets the one its type is commonly used
    /// with: Entra ID publishes RSA keys without `alg` and signs RS256. `None` for keys of other
    /// kinds, and where `alg` and type contradict each other.
    pub(super) fn of_jwk(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name| jwk.get(name).and_then(Value::as_str);
        let usual = match (text("kty")?, text("crv")) {
            ("RSA", None) => Self::Rs256,
            ("EC", Some("P-256")) => Self::Es256,
            ("EC", Some("P-384")) => Self::Es384,
            _ => return None,
        };
        let Some(named) = jwk.get("alg") else {
            return Some(usual);
        };
        let named = Self::from_name(named.as_str()?)?;
        let fits = match named {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 => usual == Self::Rs256,
            Self::Es256 | Self::Es384 => usual == named,
        };
        fits.then_some(named)
    }

    pub(super) const fn scheme(self) -> Scheme {
        match self {
            Self::Rs256 => Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Scheme::Rsa(&RSA_PKCS1_2048_8192_SHA512),
            Self::Ps256 => Scheme::Rsa(&RSA_PSS_2048_8192_SHA256),
            Self::Es256 => Scheme::Ecdsa(&ECDSA_P256_SHA256_FIXED, 32),
            Self::Es384 => Scheme::Ecdsa(&ECDSA_P384_SHA384_FIXED, 48),
        }
    }
}

/// How an algorithm verifies, and for curves the length of a coordinate in bytes.
pub(super) enum Scheme {
    Rsa(&'static RsaParameters),
    Ecdsa(&'static EcdsaVerificationAlgorithm, usize),
}
